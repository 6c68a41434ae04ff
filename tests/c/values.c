/* What the macros and enums of tests/c/specs evaluate to, on the machine that compiles this. */
#include "all.h"
#include "empty.h"

#include <stdio.h>
#include <string.h>

static int failures;

#define SAME(expression, wanted)                                                            \
    do {                                                                                    \
        if ((unsigned long long)(expression) != (unsigned long long)(wanted)) {             \
            printf("%s is %llu, not %llu\n", #expression, (unsigned long long)(expression), \
                   (unsigned long long)(wanted));                                           \
            failures++;                                                                     \
        }                                                                                   \
    } while (0)

/* The C type of a constant: what the spec's suffix, or the lack of one, makes of it. */
#define TYPE(expression, type)                                             \
    do {                                                                   \
        if (!__builtin_types_compatible_p(__typeof__(expression), type)) { \
            printf("%s is no %s\n", #expression, #type);                   \
            failures++;                                                    \
        }                                                                  \
    } while (0)

int main(void)
{
    SAME(ALL_SMALL_ZERO, 0);
    SAME(ALL_SMALL_HEX, 0xfe);
    SAME(ALL_THE_LAST, 255);
    SAME(ALL_WORD_ONE, 1);
    SAME(ALL_WORD_MOST, 65535);
    TYPE(ALL_WORD_MOST, int);
    SAME(ALL_INT_MOST, 0x7fffffff);
    SAME(ALL_UNSIGNED_ZERO, 0);
    SAME(ALL_UNSIGNED_MOST, 0xffffffffu);
    TYPE(ALL_UNSIGNED_MOST, unsigned int);
    SAME(ALL_WIDE_ZERO, 0);
    SAME(ALL_WIDE_HALF, 0x100000000ull);
    SAME(ALL_WIDE_MOST, 0xffffffffffffffffull);
    TYPE(ALL_WIDE_MOST, unsigned long long);
    SAME(ALL_suffixed_seven, 7);
    TYPE(ALL_suffixed_seven, unsigned long);
    SAME(ALL_PLAIN_SEVEN, 7);
    TYPE(ALL_PLAIN_SEVEN, int);
    SAME(all_enum_is_type, 1);
    SAME(all_enum_is_Self, 2);

    SAME(ALL_CONST_HEX, 21);
    TYPE(ALL_CONST_HEX, int);
    SAME(ALL_CONST_INT_MOST, 2147483647);
    TYPE(ALL_CONST_INT_MOST, int);
    SAME(ALL_CONST_UNSIGNED, 2147483648u);
    TYPE(ALL_CONST_UNSIGNED, unsigned int);
    SAME(ALL_CONST_BARE, 4294967295u);
    TYPE(ALL_CONST_BARE, unsigned int);
    SAME(ALL_CONST_WIDE, 4294967296ull);
    TYPE(ALL_CONST_WIDE, unsigned long long);
    SAME(ALL_CONST_WIDEST, 0xffffffffffffffffull);
    TYPE(ALL_CONST_WIDEST, unsigned long long);
    SAME(ALL_CONST_LONG, 7);
    TYPE(ALL_CONST_LONG, unsigned long);
    SAME(ALL_CONST_TYPED, 7);
    TYPE(ALL_CONST_TYPED, int);
    SAME(ALL_CONST_MINUS, -1ll);
    TYPE(ALL_CONST_MINUS, int);
    SAME(ALL_CONST_INT_LEAST, -2147483648ll);
    TYPE(ALL_CONST_INT_LEAST, int);
    SAME(ALL_CONST_LONG_MINUS, -2147483649ll);
    TYPE(ALL_CONST_LONG_MINUS, long long);
    SAME(ALL_CONST_LEAST, -9223372036854775807ll - 1);
    TYPE(ALL_CONST_LEAST, long long);
    SAME(strcmp(ALL_CONST_TEXT, "say \"hi\" \?\?/ \\ \303\274"
                                "1\n"),
         0);
    SAME(sizeof(ALL_CONST_EMPTY), 1);

    TYPE(*(all_id_t *)0, uint16_t);
    SAME(sizeof(all_label_t), 16);
    SAME(sizeof(all_labels_t), 640);
    TYPE(((struct all_alias *)0)->i, int);
    TYPE(((struct all_alias *)0)->u[0], unsigned int);
    TYPE(((struct all_alias *)0)->c, unsigned char);
    TYPE(*((struct all_alias *)0)->next.p, struct all_alias);
    TYPE(((struct all_alias *)0)->ids.p, const uint16_t *);
    TYPE(((struct all_alias *)0)->bytes.p, unsigned char *);

    SAME(ALL_BITS8_FIRST, 1);
    SAME(ALL_BITS8_LAST, 0x80);
    SAME(ALL_BITS8_ALL, 0x81);
    TYPE(ALL_BITS8_ALL, unsigned int);
    SAME(ALL_BITS16_FIRST, 1);
    SAME(_ALL_BITS16_LAST, 15);
    TYPE(_ALL_BITS16_LAST, int);
    SAME(ALL_BITS16_LAST, 0x8000);
    SAME(ALL_BITS16_TOP, 0x8000);
    SAME(ALL_BITS16_ALL, 0x8001);
    SAME(ALL_MODE_OFF, 0);
    SAME(ALL_MODE_ON, 3);
    SAME(ALL_B32_low_mask, 15);
    SAME(ALL_B32_mode_mask, 0x30);
    SAME(ALL_B32_mode_shift, 4);
    SAME(ALL_B32_FLAG, 0x40);
    SAME(ALL_B32_top, 0x80000000u);
    TYPE(ALL_B32_top, unsigned int);
    SAME(ALL_B32_ALL, 0x8000007fu);
    SAME(ALL_INT32_A, 0x40000000);
    TYPE(ALL_INT32_A, int);
    SAME(ALL_INT32_B, 0x80000000u);
    SAME(ALL_INT32_ALL, 0xc0000000u);
    SAME(ALL_B64_LOW_MASK, 0x1ffffffffull);
    SAME(ALL_B64_HIGH_MASK, 0x7fffff0000000000ull);
    SAME(ALL_B64_HIGH_SHIFT, 40);
    SAME(_ALL_B64_TOP, 63);
    SAME(ALL_B64_TOP, 0x8000000000000000ull);
    TYPE(ALL_B64_TOP, unsigned long long);
    SAME(ALL_B64_ALL, 0xffffff01ffffffffull);
    SAME(ALL_WHOLE_NUMBER_MASK, 0xffffffffffffffffull);
    SAME(ALL_named_with_a_name_that_is_long_enough_to_make_the_mask, 2);
    SAME(ALL_named_wrap_over_more_lines_than_one, 0x200);
    SAME(all_c, 0x100000);
    SAME(ALL_of_them, 0x100202);
    SAME(ALL_the_highest_of_them, 0x100000);
    TYPE(ALL_of_them, unsigned long long);
    SAME(ALL_NO_BITS_ALL, 0);
    SAME(EMPTY_BITS_ALL, 0);

    /* Runs: the argument and the whole may stand in larger expressions. */
    SAME(ALL_B32_low(0x12345678), 8);
    SAME(ALL_B32_mode(0x12345678), 3);
    SAME(ALL_B32_mode(0x40u | 0x20u) + 1, 3);
    SAME(2 * ALL_B32_low(7 | 8), 30);
    SAME(ALL_B64_LOW(~0ull), 0x1ffffffffull);
    SAME(ALL_B64_HIGH(~0ull), 0x7fffff);
    SAME(ALL_B64_HIGH(0x123400000000ull), 0x12);
    SAME(ALL_WHOLE_NUMBER(~0ull), ~0ull);

    /* The preprocessor can count with them as well. */
#if ALL_B32_ALL != 0x8000007f || ALL_WIDE_MOST != 0xffffffffffffffff || ALL_B64_HIGH(~0ULL) != 0x7fffff
    failures++;
#endif
    return failures != 0;
}
