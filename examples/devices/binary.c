/* A device of protocol 2 in its binary mode: batches of words in, batches of words out (docs/devices.md).
 *
 *     cc -O2 -o binary binary.c
 *     halfulp verify e4m3fn --op mul --round rne --saturate none --subject cmd2:./binary
 *
 * The unit here is a table of all products, which is made at the start by rounding to nearest even, so that the device
 * is fast and right. It reports no flags: an answer is one byte.
 * The words are little-endian, as this machine has to be. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What comes before each batch, and before the text of each task. */
struct header {
    uint8_t kind; /* 1: a task, whose text follows; 2: cases */
    uint8_t op, rounding, saturation;
    uint8_t case_size, answer_size, zero[2];
    uint32_t task, batch, count;
};

static uint8_t product[1 << 16];

/* The value of an e4m3fn code. */
static double value(unsigned code) {
    unsigned exponent = code >> 3 & 15, fraction = code & 7;
    double magnitude = exponent ? ldexp(8 + fraction, (int)exponent - 10) : ldexp(fraction, -9);
    return code & 128 ? -magnitude : magnitude;
}

/* The code of a number, rounded to nearest, ties to even; past the largest, 448, by half a unit in the last place: NaN. */
static unsigned code(double number) {
    unsigned sign = signbit(number) ? 128 : 0;
    double magnitude = fabs(number);
    if (magnitude > 464)
        return sign | 127;
    int exponent;
    frexp(magnitude, &exponent);
    if (magnitude == 0 || exponent < -5)
        exponent = -5;
    /* rint rounds ties to even. A carry into the next binade gives the right code by itself. */
    unsigned significand = (unsigned)rint(ldexp(magnitude, 4 - exponent));
    return sign | (significand + 8u * (unsigned)(exponent + 5));
}

static void make_table(void) {
    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            int nan = (a & 127) == 127 || (b & 127) == 127;
            product[a | b << 8] = nan ? 127 : (uint8_t)code(value(a) * value(b));
        }
}

/* Reads all of some bytes; 0 at the end of the input. */
static int get(void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t count = read(0, (char *)bytes + done, size - done);
        if (count <= 0)
            return 0;
        done += (size_t)count;
    }
    return 1;
}

static void put(const void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t count = write(1, (const char *)bytes + done, size - done);
        if (count <= 0)
            exit(1);
        done += (size_t)count;
    }
}

int main(void) {
    static const char manifest[] =
        "halfulp-device 2\nname table\nmode binary\nflags none\nnan any\ntask mul e4m3fn rne none\nready\n";
    static uint8_t operands[1 << 16], answers[1 << 15];
    struct header header;
    make_table();
    put(manifest, strlen(manifest));
    while (get(&header, sizeof header)) {
        if (header.kind == 1) {
            /* There is one task, whose text says nothing new. */
            for (uint32_t left = header.count; left > 0; left--)
                if (!get(operands, 1))
                    return 1;
            continue;
        }
        /* The answer's header: the number of the batch and of its cases. */
        put(&header.batch, 8);
        for (uint32_t left = header.count; left > 0;) {
            uint32_t count = left < sizeof answers ? left : sizeof answers;
            if (!get(operands, 2 * count))
                return 1;
            for (uint32_t i = 0; i < count; i++)
                answers[i] = product[operands[2 * i] | operands[2 * i + 1] << 8];
            put(answers, count);
            left -= count;
        }
    }
    return 0;
}
