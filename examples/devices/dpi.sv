// A device of protocol 2 in SystemVerilog, whose lines are read and written by C (dpi.c) through the DPI. With Verilator:
//
//     $ verilator --binary -O3 --Mdir obj_dpi --top-module dpi dpi.sv faulty_mul.v dpi.c
//     $ halfulp verify e4m3fn --op mul --round rne --saturate none --subject cmd2:obj_dpi/Vdpi
//
// Other simulators take the same two files.
module dpi;
    import "DPI-C" function int next_case(output byte unsigned a, output byte unsigned b);
    import "DPI-C" function void answer(input byte unsigned result);

    byte unsigned next_a, next_b;
    logic [7:0] a = 0, b = 0;
    wire [7:0] result;
    faulty_mul unit (.a(a), .b(b), .result(result));

    initial begin
        while (next_case(next_a, next_b) != 0) begin
            a = next_a;
            b = next_b;
            #1 answer(result);
        end
        $finish;
    end
endmodule
