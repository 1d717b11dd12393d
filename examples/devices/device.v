// A device of protocol 2 in Verilog, for simulators whose $fgets and $fscanf read standard input: here Icarus Verilog.
//
//     iverilog -g2012 -o device device.v faulty_mul.v
//     halfulp verify e4m3fn --op mul --round rne --saturate none --subject 'cmd2:vvp device'
//
// Lines of the protocol begin with @, so that whatever else a simulator prints does not matter.
module device;
    localparam STDIN = 32'h8000_0000;

    reg [7:0] a, b;
    wire [7:0] result;
    faulty_mul unit (.a(a), .b(b), .result(result));

    reg [8*32-1:0] first, op, rounding, saturation, options;
    reg [8*128-1:0] formats;
    reg [31:0] noise;
    integer read, number;

    initial begin
        $display("halfulp-device 2");
        $display("name faulty_mul");
        $display("prefix @");
        $display("flags none");
        $display("task mul e4m3fn rne none");
        $display("ready");
        $fflush;
        read = $fscanf(STDIN, "%s", first);
        while (read == 1) begin
            if (first == "flush")
                $fflush;
            else begin
                // NUMBER OP FORMATS ROUNDING SATURATION OPTIONS NOISE OPERAND...
                read = $sscanf(first, "%d", number);
                read = $fscanf(STDIN, "%s %s %s %s %s %h %h %h", op, formats, rounding, saturation, options, noise, a, b);
                if (read == 8) begin
                    #1 $display("@ %0d %h", number, result);
                end
            end
            read = $fscanf(STDIN, "%s", first);
        end
        $finish;
    end
endmodule
