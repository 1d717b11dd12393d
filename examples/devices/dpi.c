/* The lines of protocol 2 for dpi.sv: cases from standard input, answers to standard output. A simulator prints there too,
 * so that answers have a prefix. */
#include <stdio.h>
#include <string.h>

#ifdef __cplusplus /* Verilator compiles C as C++ */
extern "C" {
#endif

static unsigned long long number;

/* The next case; 0 when there is none. */
int next_case(unsigned char *a, unsigned char *b) {
    static int is_begun;
    char line[512];
    if (!is_begun) {
        is_begun = 1;
        puts("halfulp-device 2\nname faulty_mul\nprefix @\nflags none\ntask mul e4m3fn rne none\nready");
        fflush(stdout);
    }
    while (fgets(line, sizeof line, stdin)) {
        unsigned first, second;
        if (!strcmp(line, "flush\n")) {
            fflush(stdout);
        } else if (sscanf(line, "%llu %*s %*s %*s %*s %*s %*x %x %x", &number, &first, &second) == 3) {
            *a = (unsigned char)first;
            *b = (unsigned char)second;
            return 1;
        }
    }
    return 0;
}

void answer(unsigned char result) {
    printf("@ %llu %02X\n", number, (unsigned)result);
}

#ifdef __cplusplus
}
#endif
