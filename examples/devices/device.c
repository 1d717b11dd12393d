/* A device of protocol 2 in C, complete but for the unit: here the three faults of faulty_mul.v in the place of a driver of
 * yours.
 *
 *     cc -O2 -o device device.c
 *     halfulp verify e4m3fn --op mul --round rne --saturate none --subject cmd2:./device */
#include <stdio.h>
#include <string.h>

/* Whatever computes the product of two e4m3fn codes: a driver, an intrinsic, a model. */
static unsigned multiply(unsigned a, unsigned b) {
    unsigned sign = (a ^ b) & 0x80, significand, product;
    int exponent;
    if ((a & 0x7f) == 0x7f || (b & 0x7f) == 0x7f)
        return 0x7f;
    if (!(a & 0x78) || !(b & 0x78))
        return sign; /* subnormal operands are taken for zero */
    product = (8 + (a & 7)) * (8 + (b & 7));
    exponent = (int)(a >> 3 & 15) + (int)(b >> 3 & 15) - 7;
    if (product & 0x80) {
        exponent++;
        significand = product >> 4;
    } else
        significand = product >> 3; /* and the rest is cut off */
    if (exponent > 15 || (exponent == 15 && significand == 15))
        return 0x7f; /* whatever does not fit is NaN */
    if (exponent > 0)
        return sign | (unsigned)exponent << 3 | (significand & 7);
    return exponent < -3 ? sign : sign | significand >> (1 - exponent);
}

int main(void) {
    static char output[1 << 16], line[512];
    setvbuf(stdout, output, _IOFBF, sizeof output);
    puts("halfulp-device 2\nname faulty multiplier\nflags none\ntask mul e4m3fn rne none\nready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        unsigned long long number;
        unsigned a, b;
        if (!strcmp(line, "flush\n"))
            fflush(stdout);
        else if (sscanf(line, "%llu %*s %*s %*s %*s %*s %*x %x %x", &number, &a, &b) == 3)
            printf("%llu %02X\n", number, multiply(a, b));
        else {
            fprintf(stderr, "no case: %s", line);
            return 1;
        }
    }
    return 0;
}
