/* A device of protocol 2 in its binary mode: batches of words in, batches of words out (docs/devices.md).
 *
 *     cc -O2 -o binary binary.c
 *     halfulp verify e4m3fn --op mul,fma --round rne --saturate none --subject cmd2:./binary
 *
 * The unit is a right one, and fast, so that what is measured is the connection. It reports no flags: an answer is one
 * byte. The words are little-endian, as this machine has to be. */
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

enum { TASK = 1, CASES = 2, MUL = 3, FMA = 6, NEGATIVE = 0x80, NOT_A_NUMBER = 0x7f };

/* The value of each code in units of 2^-9, the smallest subnormal number. */
static int64_t value[256];

static int is_nan(uint8_t code) {
    return (code & 0x7f) == NOT_A_NUMBER;
}

/* The code of a nonzero multiple of 2^-18, rounded to nearest, ties to even. */
static uint8_t rounded(int64_t sum) {
    uint64_t magnitude = (uint64_t)(sum < 0 ? -sum : sum);
    int cut = 60 - __builtin_clzll(magnitude); /* four bits stay, */
    if (cut < 9)
        cut = 9; /* or what is at least 2^-9 */
    uint64_t kept = magnitude >> cut, rest = magnitude & ((1ull << cut) - 1), half = 1ull << (cut - 1);
    kept += rest > half || (rest == half && kept & 1);
    uint64_t code = kept + ((uint64_t)(cut - 9) << 3); /* a carry ends up in the exponent */
    return code < NOT_A_NUMBER ? (uint8_t)(code | (sum < 0 ? NEGATIVE : 0)) : NOT_A_NUMBER;
}

static uint8_t multiply(uint8_t a, uint8_t b) {
    int64_t product = value[a] * value[b];
    if (is_nan(a) || is_nan(b))
        return NOT_A_NUMBER;
    return product ? rounded(product) : (a ^ b) & NEGATIVE;
}

static uint8_t fused(uint8_t a, uint8_t b, uint8_t c) {
    int64_t product = value[a] * value[b], sum = product + value[c] * 512;
    if (is_nan(a) || is_nan(b) || is_nan(c))
        return NOT_A_NUMBER;
    if (sum)
        return rounded(sum);
    /* A zero is negative where both terms are. */
    return product ? 0 : (a ^ b) & c & NEGATIVE;
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

/* Answers the cases of a batch, some at a time. */
static int answer(const struct header *header) {
    static uint8_t codes[3 << 15], answers[1 << 15];
    const uint8_t *code = codes;
    /* The answer's header: the number of the batch and of its cases. */
    put(&header->batch, 8);
    for (uint32_t left = header->count, count; left > 0; left -= count) {
        count = left < sizeof answers ? left : sizeof answers;
        if (!get(codes, (size_t)header->case_size * count))
            return 0;
        code = codes;
        if (header->op == MUL)
            for (uint32_t i = 0; i < count; i++, code += 2)
                answers[i] = multiply(code[0], code[1]);
        else
            for (uint32_t i = 0; i < count; i++, code += 3)
                answers[i] = fused(code[0], code[1], code[2]);
        put(answers, count);
    }
    return 1;
}

int main(void) {
    static const char manifest[] = "halfulp-device 2\nname integers\nmode binary\nflags none\n"
                                   "task mul,fma e4m3fn rne none\nready\n";
    struct header header;
    for (int code = 0; code < 256; code++) {
        int64_t exponent = code >> 3 & 15, fraction = code & 7;
        int64_t magnitude = exponent ? (8 + fraction) << (exponent - 1) : fraction;
        value[code] = code & NEGATIVE ? -magnitude : magnitude;
    }
    put(manifest, strlen(manifest));
    while (get(&header, sizeof header)) {
        char byte;
        if (header.kind == TASK) {
            /* The header says of these tasks all that matters here; their text is skipped. */
            while (header.count-- > 0)
                if (!get(&byte, 1))
                    return 1;
        } else if (!answer(&header))
            return 1;
    }
    return 0;
}
