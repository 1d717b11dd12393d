// A multiplier of e4m3fn codes (OCP E4M3: 1 sign, 4 exponent and 3 fraction bits, bias 7, no infinities, NaN S.1111.111), with
// three faults of the kind that hardware has:
//   1. subnormal operands are taken for zero (DAZ);
//   2. results are truncated and not rounded to nearest, ties to even;
//   3. whatever does not fit is NaN, though truncation would give the largest number, 448.
// It has no flags, and one NaN, 7F.
module faulty_mul (
    input  wire [7:0] a,
    input  wire [7:0] b,
    output reg  [7:0] result
);
    wire sign = a[7] ^ b[7];
    wire a_nan = a[6:0] == 7'h7f;
    wire b_nan = b[6:0] == 7'h7f;
    // Fault 1: an exponent field of 0 means zero, whatever the fraction is.
    wire zero = a[6:3] == 0 || b[6:3] == 0;
    wire [7:0] product = {1'b1, a[2:0]} * {1'b1, b[2:0]};

    reg signed [6:0] exponent; // the exponent field that the result would have
    reg [3:0] significand;     // with the hidden bit
    reg [3:0] shift;

    always @* begin
        // product is from 1.000000 * 2^6 up to below 4 * 2^6. Fault 2: its low bits are cut off.
        exponent = $signed({3'b0, a[6:3]}) + $signed({3'b0, b[6:3]}) - 7;
        if (product[7]) begin
            exponent = exponent + 1;
            significand = product[7:4];
        end else
            significand = product[6:3];
        shift = 0;
        if (a_nan || b_nan)
            result = 8'h7f;
        else if (zero)
            result = {sign, 7'b0};
        else if (exponent > 15 || (exponent == 15 && significand == 4'b1111))
            result = 8'h7f; // fault 3
        else if (exponent > 0)
            result = {sign, exponent[3:0], significand[2:0]};
        else begin
            // Below the normal numbers: one place further to the right for each exponent that is missing.
            shift = (exponent < -3) ? 4'd4 : 4'd1 - exponent[3:0];
            result = {sign, 3'b0, significand >> shift};
        end
    end
endmodule
