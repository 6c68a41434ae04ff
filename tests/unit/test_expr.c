/* Expressions: what they come to on all six ABIs, worked out by hand, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "expr_lookup.h"

static void assert_value(struct arena *arena, const char *text, enum abi abi, enum c_int type, uint64_t wanted)
{
    struct expr_value value = value_on(arena, text, abi);
    if (value.is_flexible || value.type != type || value.value != wanted) {
        print_message("# %s on %s: %s 0x%llx, not %s 0x%llx\n", text, abis[abi].name, c_int_names[value.type],
                      (unsigned long long)value.value, c_int_names[type], (unsigned long long)wanted);
        fail();
    }
}

/* What has different types where a long has 8 bytes and where it has 4. */
static void assert_both(struct arena *arena, const char *text, enum c_int lp64, uint64_t value64, enum c_int ilp32,
                        uint64_t value32)
{
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        bool is_64 = abis[abi].long_size == 8;
        assert_value(arena, text, abi, is_64 ? lp64 : ilp32, is_64 ? value64 : value32);
    }
}

static void assert_all(struct arena *arena, const char *text, enum c_int type, uint64_t value)
{
    assert_both(arena, text, type, value, type, value);
}

static void test_literals(void **state)
{
    struct arena *a = *state;
    assert_all(a, "0", C_INT_INT, 0);
    assert_all(a, "2147483647", C_INT_INT, INT32_MAX);
    assert_both(a, "2147483648", C_INT_LONG, 2147483648u, C_INT_LLONG, 2147483648u);
    assert_all(a, "0x7fffffff", C_INT_INT, INT32_MAX);
    assert_all(a, "0XFFFFffff", C_INT_UINT, UINT32_MAX);
    assert_both(a, "0x100000000", C_INT_LONG, UINT64_C(1) << 32, C_INT_LLONG, UINT64_C(1) << 32);
    assert_both(a, "0xffffffffffffffff", C_INT_ULONG, UINT64_MAX, C_INT_ULLONG, UINT64_MAX);
    assert_both(a, "01777777777777777777777", C_INT_ULONG, UINT64_MAX, C_INT_ULLONG, UINT64_MAX);
    assert_both(a, "9223372036854775807", C_INT_LONG, INT64_MAX, C_INT_LLONG, INT64_MAX);
    assert_both(a, "18446744073709551615u", C_INT_ULONG, UINT64_MAX, C_INT_ULLONG, UINT64_MAX);
    assert_all(a, "1l", C_INT_LONG, 1);
    assert_both(a, "2147483648L", C_INT_LONG, 2147483648u, C_INT_LLONG, 2147483648u);
    assert_both(a, "0x80000000L", C_INT_LONG, 2147483648u, C_INT_ULONG, 2147483648u);
    assert_both(a, "4294967295UL", C_INT_ULONG, UINT32_MAX, C_INT_ULONG, UINT32_MAX);
    assert_both(a, "4294967296UL", C_INT_ULONG, UINT64_C(1) << 32, C_INT_ULLONG, UINT64_C(1) << 32);
    assert_all(a, "1LL", C_INT_LLONG, 1);
    assert_all(a, "0xffffffffffffffffll", C_INT_ULLONG, UINT64_MAX);
    static const char *const unsigned_long_longs[] = {"1ull", "1uLL", "1Ull", "1ULL", "1llu", "1llU", "1LLu", "1LLU"};
    for (size_t i = 0; i < sizeof unsigned_long_longs / sizeof *unsigned_long_longs; i++) {
        assert_all(a, unsigned_long_longs[i], C_INT_ULLONG, 1);
    }
    assert_all(a, "1lU", C_INT_ULONG, 1);
    assert_all(a, "010", C_INT_INT, 8);
    assert_all(a, "00", C_INT_INT, 0);
}

static void test_characters(void **state)
{
    struct arena *a = *state;
    assert_all(a, "'a'", C_INT_INT, 'a');
    assert_all(a, "'\\''", C_INT_INT, '\'');
    assert_all(a, "'\"'", C_INT_INT, '"');
    assert_all(a, "'\\\\'", C_INT_INT, '\\');
    assert_all(a, "'\\0'", C_INT_INT, 0);
    assert_all(a, "'\\n' + '\\t'", C_INT_INT, 19);
    assert_all(a, "'\\x41'", C_INT_INT, 'A');
    assert_all(a, "'\\101'", C_INT_INT, 'A');
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        bool is_signed = abis[abi].arch == ARCH_X86;
        assert_value(a, "'\\377'", abi, C_INT_INT, is_signed ? (uint64_t)-1 : 0xff);
        assert_value(a, "(char)128", abi, C_INT_CHAR, is_signed ? (uint64_t)-128 : 128);
    }
}

static void test_operators(void **state)
{
    struct arena *a = *state;
    assert_all(a, "1 + 2 * 3 - 4 / 2 % 3", C_INT_INT, 5);
    assert_all(a, "10 - 4 - 3", C_INT_INT, 3);
    assert_all(a, "1 << 2 + 1", C_INT_INT, 8);
    assert_all(a, "6 & 3 == 3", C_INT_INT, 0);
    assert_all(a, "1 | 6 ^ 2 & 3", C_INT_INT, 5);
    assert_all(a, "1 < 2 == 2 > 1", C_INT_INT, 1);
    assert_all(a, "1 || 0 && 0", C_INT_INT, 1);
    assert_all(a, "0 ? 1 : 0 ? 2 : 3", C_INT_INT, 3);
    assert_all(a, "1 ? 0 ? 4 : 5 : 6", C_INT_INT, 5);
    assert_all(a, "- -1", C_INT_INT, 1);
    assert_all(a, "~0", C_INT_INT, (uint64_t)-1);
    assert_all(a, "~0U", C_INT_UINT, UINT32_MAX);
    assert_all(a, "-1U", C_INT_UINT, UINT32_MAX);
    assert_all(a, "!5", C_INT_INT, 0);
    assert_all(a, "!0ULL", C_INT_INT, 1);
    assert_all(a, "1U - 2", C_INT_UINT, UINT32_MAX);
    assert_all(a, "-1 < 0U", C_INT_INT, 0);
    assert_all(a, "-1 >= 1", C_INT_INT, 0);
    assert_all(a, "-7 / 2", C_INT_INT, (uint64_t)-3);
    assert_all(a, "-7 % 2", C_INT_INT, (uint64_t)-1);
    assert_all(a, "7 % -2", C_INT_INT, 1);
    assert_all(a, "-8 >> 1", C_INT_INT, (uint64_t)-4);
    assert_all(a, "-1 >> 0", C_INT_INT, (uint64_t)-1);
    assert_all(a, "1 << 31", C_INT_INT, (uint64_t)INT32_MIN);
    assert_all(a, "1U << 31ULL", C_INT_UINT, UINT32_C(1) << 31);
    assert_all(a, "1 ? -1 : 0U", C_INT_UINT, UINT32_MAX);
    assert_all(a, "0 ? 1ULL : 2", C_INT_ULLONG, 2);
    assert_all(a, "(uint8_t)1 ? (char)1 : (short)2", C_INT_INT, 1);
    assert_all(a, "+(uint8_t)200 + (uint8_t)100", C_INT_INT, 300);
    assert_all(a, "((1ULL << 63) >> 63) == 1", C_INT_INT, 1);
    assert_both(a, "0U - 1L", C_INT_LONG, UINT64_MAX, C_INT_ULONG, UINT32_MAX);
    assert_all(a, "1LL + 1UL > 0", C_INT_INT, 1);
    assert_both(a, "1LL + 1UL", C_INT_ULLONG, 2, C_INT_LLONG, 2);
}

static void test_casts(void **state)
{
    struct arena *a = *state;
    assert_all(a, "(~(uint32_t)0)", C_INT_UINT, UINT32_MAX);
    assert_all(a, "((uint32_t)~0 << 4)", C_INT_UINT, 0xfffffff0);
    assert_all(a, "(uint8_t)0x1ff", C_INT_UCHAR, 0xff);
    assert_all(a, "(int8_t)0x80", C_INT_SCHAR, (uint64_t)-128);
    assert_all(a, "(bool)0x100", C_INT_BOOL, 1);
    assert_all(a, "(_Bool)0", C_INT_BOOL, 0);
    assert_all(a, "(unsigned)-1", C_INT_UINT, UINT32_MAX);
    assert_all(a, "(long unsigned int long)-1", C_INT_ULLONG, UINT64_MAX);
    assert_all(a, "(int short const unsigned) 65537", C_INT_USHORT, 1);
    assert_both(a, "(unsigned long int)-1", C_INT_ULONG, UINT64_MAX, C_INT_ULONG, UINT32_MAX);
    assert_both(a, "(uint64_t)1", C_INT_ULONG, 1, C_INT_ULLONG, 1);
    assert_both(a, "(int64_aligned_t)1", C_INT_LONG, 1, C_INT_LLONG, 1);
    assert_both(a, "(uintptr_t)-1", C_INT_ULONG, UINT64_MAX, C_INT_UINT, UINT32_MAX);
    assert_both(a, "(ssize_t)-1", C_INT_LONG, UINT64_MAX, C_INT_INT, UINT64_MAX);
    assert_both(a, "(xen_ulong_t)~0", C_INT_ULONG, UINT64_MAX, C_INT_ULLONG, UINT64_MAX);
    /* A cast by the looks of the type; a difference; a cast by what follows. */
    assert_all(a, "(domid_t)-1", C_INT_USHORT, 0xffff);
    assert_all(a, "(FIVE) - 1", C_INT_INT, 4);
    assert_all(a, "(FIVE) & 4", C_INT_INT, 4);
    assert_all(a, "(domid_t)(FIVE) + 1", C_INT_INT, 6);
    assert_all(a, "(domid_t)'a'", C_INT_USHORT, 'a');
    assert_all(a, "(domid_t const)!0", C_INT_USHORT, 1);
    assert_all(a, "(uint8_t)-1 + 1", C_INT_INT, 256);
    assert_all(a, "-(uint8_t)1", C_INT_INT, (uint64_t)-1);
    assert_all(a, "(uint16_t)(uint8_t)0x101", C_INT_USHORT, 1);
    assert_all(a, "(uint8_t)sizeof(int)", C_INT_UCHAR, 4);
}

static void test_names(void **state)
{
    struct arena *a = *state;
    assert_all(a, "FIVE", C_INT_INT, 5);
    assert_all(a, "((FIVE))", C_INT_INT, 5);
    assert_all(a, "(FIVE + 7)/8", C_INT_INT, 1);
    assert_all(a, "WIDE >> 60", C_INT_ULLONG, 1);
    assert_all(a, "xen_mk_uint(0x7FF0)", C_INT_UINT, 0x7ff0);
    assert_all(a, "xen_mk_ullong(1) << 63", C_INT_ULLONG, UINT64_C(1) << 63);
    assert_both(a, "~xen_mk_ulong ( TOP )", C_INT_ULONG, UINT64_C(0xffffffff0a7fffff), C_INT_ULONG, 0x0a7fffff);
    assert_all(a, "xen_mk_uint(MINUS_TWO)", C_INT_UINT, UINT32_MAX - 1);
}

static void test_sizes(void **state)
{
    struct arena *a = *state;
    static const struct {
        const char *text;
        uint64_t lp64, ilp32;
    } sizes[] = {
        {"sizeof(int)", 4, 4},
        {"sizeof (unsigned long)", 8, 4},
        {"16 / sizeof (unsigned long)", 2, 4},
        {"sizeof(uint64_t) * 8", 64, 64},
        {"sizeof(void *)", 8, 4},
        {"sizeof(struct record *)", 8, 4},
        {"sizeof(record_t * const *)", 8, 4},
        {"sizeof(const char *)", 8, 4},
        {"sizeof(1UL)", 8, 4},
        {"sizeof 1UL", 8, 4},
        {"sizeof(1) + 1", 5, 5},
        {"sizeof 'a'", 4, 4},
        {"sizeof((char)1)", 1, 1},
        {"sizeof (char)+1", 2, 2},
        {"sizeof(1/0)", 4, 4},
        {"sizeof(LONG)", 8, 4},
        {"sizeof LONG", 8, 4},
        {"sizeof (FIVE) - 1", 3, 3},
        {"sizeof sizeof 1", 8, 4},
        {"sizeof(struct record)", 22, 22},
        {"sizeof(  struct\trecord const )", 22, 22},
        {"sizeof(record_t)", 22, 22},
        {"sizeof(xen_ulong_t) * sizeof(xen_ulong_t) * 64", 4096, 4096},
        {"sizeof(enum state)", 4, 4},
        {"sizeof(((struct record *)0)->b[2].c)", 2, 2},
        {"sizeof ((record_t *)NULL)->b[0x4]", 4, 4},
        {"sizeof(((( (struct record*) 0 ) -> b)))", 20, 20},
        {"sizeof(((union both *)0)->half[1]) - 4", 0, 0},
        {"offsetof(struct record, b[2].c)", 12, 12},
        {"offsetof ( struct record , b [ 2 ] . c ) ", 12, 12},
        {"__builtin_offsetof(record_t, b[4])", 18, 18},
        {"22 - offsetof(struct record, a)", 22, 22},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_both(a, sizes[i].text, C_INT_ULONG, sizes[i].lp64, C_INT_UINT, sizes[i].ilp32);
    }
}

static void test_blanks(void **state)
{
    struct arena *a = *state;
    assert_all(a, " \t\v\f\r\n1/* one */+/**/2 \\\n * \\\r\n3/***/", C_INT_INT, 7);
    assert_all(a, "(xen_mk_uint(1) - \\\n    /* less */ 1)", C_INT_UINT, 0);
}

static void test_flexible(void **state)
{
    struct arena *a = *state;
    static const char *const texts[] = {
        "",     "  \n",   "/* none */",          "XEN_FLEX_ARRAY_DIM", "((XEN_FLEX_ARRAY_DIM))",
        "FLEX", "(FLEX)", " XEN_FLEX_ARRAY_DIM "};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_true(value_on(a, texts[i], ABI_ARM32).is_flexible);
    }
    assert_int_equal(parse(a, STR(" \n "))->kind, EXPR_FLEXIBLE);
    assert_int_equal(parse(a, (struct str){NULL, 0})->kind, EXPR_FLEXIBLE);
    assert_int_equal(parse(a, STR("(XEN_FLEX_ARRAY_DIM)"))->kind, EXPR_FLEXIBLE);
    assert_int_equal(parse(a, STR("FLEX"))->kind, EXPR_NAME);
}

static void test_faults(void **state)
{
    static const struct {
        const char *text;
        enum expr_fault fault;
        const char *at;
    } faults[] = {
        {"1 + 2 / (1 - 1)", EXPR_DIVISION, "2 / (1 - 1)"},
        {"(3) % 0U", EXPR_DIVISION, "(3) % 0U"},
        {"2147483647 + 1", EXPR_OVERFLOW, "2147483647 + 1"},
        {"1 + (-2147483647 - 2)", EXPR_OVERFLOW, "-2147483647 - 2"},
        {"65536 * 65536", EXPR_OVERFLOW, "65536 * 65536"},
        {"-(-2147483647 - 1)", EXPR_OVERFLOW, "-(-2147483647 - 1)"},
        {"(-2147483647 - 1) / -1", EXPR_OVERFLOW, "(-2147483647 - 1) / -1"},
        {"(-2147483647 - 1) % -1", EXPR_OVERFLOW, "(-2147483647 - 1) % -1"},
        {"9223372036854775807LL + 1", EXPR_OVERFLOW, "9223372036854775807LL + 1"},
        {"-9223372036854775807LL - 2", EXPR_OVERFLOW, "-9223372036854775807LL - 2"},
        {"4294967296LL * 2147483648", EXPR_OVERFLOW, "4294967296LL * 2147483648"},
        {"(-9223372036854775807LL - 1) * -1", EXPR_OVERFLOW, "(-9223372036854775807LL - 1) * -1"},
        {"(-9223372036854775807LL - 1) % -1", EXPR_OVERFLOW, "(-9223372036854775807LL - 1) % -1"},
        {"1 << 32", EXPR_SHIFT, "1 << 32"},
        {"1LL >> 64", EXPR_SHIFT, "1LL >> 64"},
        {"4 + (1 << -1)", EXPR_SHIFT, "1 << -1"},
        {"(uint8_t)1 << 32", EXPR_SHIFT, "(uint8_t)1 << 32"},
        {"1 ? 1 / 0 : 2", EXPR_DIVISION, "1 / 0"},
        {"1 && 1 / 0", EXPR_DIVISION, "1 / 0"},
        {"FIVE + SIX", EXPR_UNKNOWN_NAME, "SIX"},
        {"1 ? 2 : (SIX)", EXPR_UNKNOWN_NAME, "SIX"},
        {"1 || SIX", EXPR_UNKNOWN_NAME, "SIX"},
        {"2 * REPORTED", EXPR_LOOKUP, "REPORTED"},
        {"1 + (other_t)1", EXPR_UNKNOWN_TYPE, "(other_t)1"},
        {"(SIX) 1", EXPR_UNKNOWN_TYPE, "(SIX) 1"},
        {"(double)1", EXPR_UNKNOWN_TYPE, "(double)1"},
        {"2 * sizeof(struct other)", EXPR_UNKNOWN_TYPE, "sizeof(struct other)"},
        {"2 * sizeof(other_t)", EXPR_UNKNOWN_TYPE, "sizeof(other_t)"},
        {"sizeof(REPORTED)", EXPR_LOOKUP, "sizeof(REPORTED)"},
        {"sizeof(void)", EXPR_UNKNOWN_TYPE, "sizeof(void)"},
        {"1 + offsetof(record_t, z)", EXPR_UNKNOWN_TYPE, "offsetof(record_t, z)"},
        {"FLEX + 1", EXPR_NOT_AN_INTEGER, "FLEX"},
        {"-(XEN_FLEX_ARRAY_DIM)", EXPR_NOT_AN_INTEGER, "XEN_FLEX_ARRAY_DIM"},
        {"1 ? 1 : FLEX", EXPR_NOT_AN_INTEGER, "FLEX"},
        {"(int)FLEX", EXPR_NOT_AN_INTEGER, "FLEX"},
        {"sizeof(FLEX)", EXPR_NOT_AN_INTEGER, "sizeof(FLEX)"},
        {"xen_mk_uint(FLEX)", EXPR_NOT_AN_INTEGER, "FLEX"},
        {"xen_mk_uint(SIX)", EXPR_UNKNOWN_NAME, "SIX"},
    };
    static const char *const not_evaluated[] = {"0 ? 1 / 0 : 2",          "0 && 1 / 0",     "1 || 1 << 99",
                                                "0 && (0 || 1 / 0)",      "1 ? 2 : 3 % 0",  "sizeof(1 << -1)",
                                                "0 ? 2147483647 + 1 : 2", "1 || -(1 << 31)"};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        struct expr_lookup lookup = lookup_new(abi);
        for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
            const char *text = faults[i].text;
            struct expr_value value;
            const struct expr *at = NULL;
            assert_int_equal(expr_evaluate(parse(*state, str_from(text)), &lookup, &value, &at), faults[i].fault);
            assert_string_equal(str_copy(*state, (struct str){text + at->off, at->len}).ptr, faults[i].at);
        }
        for (size_t i = 0; i < sizeof not_evaluated / sizeof *not_evaluated; i++) {
            value_on(*state, not_evaluated[i], abi);
        }
        struct expr_lookup none = {.abi = abi};
        struct expr_value value;
        const struct expr *at = NULL;
        assert_int_equal(expr_evaluate(parse(*state, STR("FIVE")), &none, &value, &at), EXPR_UNKNOWN_NAME);
        assert_int_equal(expr_evaluate(parse(*state, STR("(domid_t)1")), &none, &value, &at), EXPR_UNKNOWN_TYPE);
        assert_int_equal(expr_evaluate(parse(*state, STR("sizeof(domid_t)")), &none, &value, &at), EXPR_UNKNOWN_TYPE);
    }
}

static void test_errors(void **state)
{
    static const struct {
        const char *text;
        uint32_t off, len;
        const char *message;
    } errors[] = {
        {"1 +", 3, 0, "expected an operand at the end of the expression"},
        {"1 + ;", 4, 1, "expected an operand, found `;`"},
        {"(1 + 2", 6, 0, "expected `)` at the end of the expression"},
        {"(1 + 2;", 6, 1, "expected `)`, found `;`"},
        {"1)", 1, 1, "expected an operator, found `)`"},
        {"1 2", 2, 1, "expected an operator, found `2`"},
        {"()", 1, 1, "expected an operand, found `)`"},
        {"1 ? 2", 5, 0, "expected `:` at the end of the expression"},
        {"1 ? : 2", 4, 1, "expected an operand, found `:`"},
        {"A = 1", 2, 1, "expected an operator, found `=`"},
        {"A <<= 1", 2, 3, "expected an operator, found `<<=`"},
        {"1, 2", 1, 1, "expected an operator, found `,`"},
        {"--1", 0, 2, "expected an operand, found `--`"},
        {"1 - /* */ --1", 10, 2, "expected an operand, found `--`"},
        {"1++ 1", 1, 2, "expected an operator, found `++`"},
        {"&A", 0, 1, "expected an operand, found `&`"},
        {"*A", 0, 1, "expected an operand, found `*`"},
        {"1 // one", 2, 2, "expected an operator, found `//`"},
        {"\"one\"", 0, 1, "expected an operand, found `\"`"},
        {"1 + int", 4, 3, "expected an operand, found `int`"},
        {"uint8_t", 0, 7, "expected an operand, found `uint8_t`"},
        {"return 1", 0, 6, "expected an operand, found `return`"},
        {"1 /* one", 2, 2, "this comment has no end"},
        {"1 + /*/", 4, 2, "this comment has no end"},
        {"\\1", 0, 1, "expected an operand, found `\\`"},
        {"1 + \xc3\xa4", 4, 2, "no expression of C has a `\xc3\xa4` in it"},
        {"1 + \xff", 4, 1, "no expression of C has the byte 0xff in it"},
        {"\x7f", 0, 1, "no expression of C has the byte 0x7f in it"},
        {"089", 1, 1, "`089` is octal, as it starts with 0, and octal numbers have no digit 8"},
        {"0x", 0, 2, "`0x` has no digits after the `0x`"},
        {"0xg", 0, 3, "`0xg` has no digits after the `0x`"},
        {"0b11", 0, 4, "`0b11` is binary, which C has not"},
        {"10Q", 2, 1, "C has no suffix `Q`: there are U, L, UL, LL and ULL"},
        {"10lL", 2, 2, "C has no suffix `lL`: there are U, L, UL, LL and ULL"},
        {"10lul", 2, 3, "C has no suffix `lul`: there are U, L, UL, LL and ULL"},
        {"1.5", 0, 3, "`1.5` is no integer"},
        {"2 * .5", 4, 2, "`.5` is no integer"},
        {"1e+5", 0, 4, "`1e+5` is no integer"},
        {"0x1p3", 0, 5, "`0x1p3` is no integer"},
        {"0xE+1", 0, 5, "`0xE+1` is one word to C: write a blank before the `+`"},
        {"0x10000000000000000", 0, 19, "`0x10000000000000000` does not fit into 64 bits"},
        {"18446744073709551616u", 0, 21, "`18446744073709551616u` does not fit into 64 bits"},
        {"1 + 9223372036854775808", 4, 19,
         "`9223372036854775808` is too large for a signed integer: give it the suffix U"},
        {"''", 0, 2, "there is no character between these quotes"},
        {"'a", 0, 1, "this character has no closing `'`"},
        {"1 + '\\'", 4, 1, "this character has no closing `'`"},
        {"'\n'", 0, 1, "this character has no closing `'`"},
        {"'\\\n'", 0, 1, "this character has no closing `'`"},
        {"1 '\x01' 2", 2, 3, "a character here is one of ASCII, or a number like '\\xe4'"},
        {"''", 0, 2, "there is no character between these quotes"},
        {"1 + 'ab'", 4, 4, "what several characters come to is each compiler's own affair: write the number"},
        {"'\\0011'", 0, 7, "what several characters come to is each compiler's own affair: write the number"},
        {"'\\q'", 1, 2, "C has no such character after a backslash"},
        {"'\\400'", 1, 4, "C has no such character after a backslash"},
        {"'\\x100'", 1, 5, "C has no such character after a backslash"},
        {"'\\x'", 1, 2, "C has no such character after a backslash"},
        {"'\xc3\xa4'", 0, 4, "a character here is one of ASCII, or a number like '\\xe4'"},
        {"(uint8_t)", 9, 0, "expected an operand at the end of the expression"},
        {"(unsigned double)1", 1, 15, "`unsigned double` is no type of C"},
        {"(long long long)1", 1, 14, "`long long long` is no type of C"},
        {"(unsigned uint8_t)1", 10, 7, "expected `)` after the type, found `uint8_t`"},
        {"(struct x)1", 1, 8, "a cast to `struct x` gives no integer"},
        {"(void *)0", 1, 6, "a cast to `void *` gives no integer"},
        {"1 + (record_t*)0", 5, 9, "a cast to `record_t *` gives no integer"},
        {"(void)0", 1, 4, "a cast to `void` gives no integer"},
        {"sizeof(struct)", 13, 1, "expected the name of the struct, found `)`"},
        {"sizeof(const)", 12, 1, "expected a type, found `)`"},
        {"sizeof(int[4])", 10, 1, "expected `)` after the type, found `[`"},
        {"sizeof", 6, 0, "expected an operand at the end of the expression"},
        {"sizeof()", 7, 1, "expected an operand, found `)`"},
        {"sizeof(((struct x *)0)->)", 24, 1, "expected the name of a member, found `)`"},
        {"sizeof(((struct x *)0)->a", 25, 0, "expected `)` at the end of the expression"},
        {"sizeof(((struct x *)0)->a.)", 26, 1, "expected the name of a member, found `)`"},
        {"sizeof(((struct x **)0)->a)", 9, 11, "a cast to `struct x **` gives no integer"},
        {"((struct x *)0)->a", 2, 10, "a cast to `struct x *` gives no integer"},
        {"offsetof(struct x)", 17, 1, "expected `,` after the type, found `)`"},
        {"offsetof(struct x, )", 19, 1, "expected the name of a member, found `)`"},
        {"offsetof(struct x, a[i])", 21, 1, "expected a number as the index, found `i`"},
        {"offsetof(struct x, a[1)", 22, 1, "expected `]` after the index, found `)`"},
        {"offsetof(struct x, a b)", 21, 1, "expected `)` after the member, found `b`"},
        {"offsetof(1, a)", 9, 1, "expected a type, found `1`"},
        {"xen_mk_uint(1U)", 12, 2, "this number gets a suffix, and has one already"},
        {"xen_mk_ulong(-1)", 13, 1, "expected a number or the name of one in xen_mk_ulong(), found `-`"},
        {"xen_mk_ullong(1 << 3)", 16, 2,
         "expected `)`, as xen_mk_ullong() takes a number or the name of one, found `<<`"},
        {"1 + XENMEMF_node(3)", 4, 12,
         "`XENMEMF_node` is called: only sizeof, offsetof(), xen_mk_uint(), xen_mk_ulong() and xen_mk_ullong() can be"},
        {"1 a23456789b123456789c123456789d123456789e123456789", 2, 49,
         "expected an operator, found `a23456789b123456789c123456789d123456789e...`"},
    };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        struct expr_error error = {0};
        const struct expr *expr = expr_parse(*state, str_from(errors[i].text), &error);
        if (expr || error.off != errors[i].off || error.len != errors[i].len) {
            print_message("# %s: %u+%u: %.*s\n", errors[i].text, error.off, error.len, STR_ARG(error.message));
        }
        assert_null(expr);
        assert_string_equal(str_copy(*state, error.message).ptr, errors[i].message);
        assert_int_equal(error.off, errors[i].off);
        assert_int_equal(error.len, errors[i].len);
    }
}

/* `count` times `before`, then a 1, then as often `after`. */
static struct str nested(struct arena *arena, const char *before, const char *after, unsigned count)
{
    struct buf buf = buf_new(arena);
    for (unsigned i = 0; i < count; i++) {
        buf_text(&buf, before);
    }
    buf_char(&buf, '1');
    for (unsigned i = 0; i < count; i++) {
        buf_text(&buf, after);
    }
    return buf_view(&buf);
}

static void test_limits(void **state)
{
    static const struct {
        const char *before, *after;
    } nests[] = {{"(", ")"},       {"~", ""},     {"- ", ""}, {"(int)", ""},     {"sizeof ", ""},
                 {"1 ? 1 : ", ""}, {"1 ?", ":1"}, {"!", ""},  {"(unsigned)", ""}};
    struct expr_error error;
    for (size_t i = 0; i < sizeof nests / sizeof *nests; i++) {
        parse(*state, nested(*state, nests[i].before, nests[i].after, EXPR_NESTING_MAX));
        struct str text = nested(*state, nests[i].before, nests[i].after, EXPR_NESTING_MAX + 1);
        assert_null(expr_parse(*state, text, &error));
        assert_true(str_is(error.message, "expressions are nested at most 64 levels deep"));
        assert_null(expr_parse(*state, nested(*state, nests[i].before, nests[i].after, 100000), &error));
    }
    assert_null(expr_parse(*state, nested(*state, "(", ")", EXPR_NESTING_MAX + 1), &error));
    assert_int_equal(error.off, EXPR_NESTING_MAX);
    assert_int_equal(error.len, 1);
    assert_null(expr_parse(*state, nested(*state, "sizeof(", ")", 100000), &error));

    /* A sum of n operands has 2 * n - 1 parts. */
    struct str sum = nested(*state, "", "+1", EXPR_PARTS_MAX / 2 - 1);
    assert_int_equal(value_on(*state, str_copy(*state, sum).ptr, 0).value, EXPR_PARTS_MAX / 2);
    assert_null(expr_parse(*state, nested(*state, "", "+1", EXPR_PARTS_MAX / 2), &error));
    assert_true(str_is(error.message, "an expression has at most 2000 parts"));
}

static void collect(const struct expr *part, void *data)
{
    buf_printf(data, "%d:%u+%u ", (int)part->kind, part->off, part->len);
}

static void test_parts(void **state)
{
    struct buf parts = buf_new(*state);
    expr_visit(parse(*state, STR(" (A) + xen_mk_uint(2) ? (B_t)-c : sizeof(x) * sizeof(y - 1)")), collect, &parts);
    struct buf wanted = buf_new(*state);
    buf_printf(&wanted, "%d:2+1 %d:19+1 %d:7+14 %d:1+20 ", EXPR_NAME, EXPR_NUMBER, EXPR_MAKE, EXPR_BINARY);
    buf_printf(&wanted, "%d:30+1 %d:29+2 %d:24+7 ", EXPR_NAME, EXPR_UNARY, EXPR_CAST);
    buf_printf(&wanted, "%d:34+9 %d:53+1 %d:57+1 %d:53+5 %d:46+13 %d:34+25 %d:1+58 ", EXPR_SIZEOF, EXPR_NAME,
               EXPR_NUMBER, EXPR_BINARY, EXPR_SIZEOF, EXPR_BINARY, EXPR_CONDITIONAL);
    assert_string_equal(str_copy(*state, buf_view(&parts)).ptr, str_copy(*state, buf_view(&wanted)).ptr);

    const struct expr *expr = parse(*state, STR("sizeof( const  unsigned\n/* */ long\tint volatile)"));
    assert_true(str_is(expr->type, "unsigned long int"));
    expr = parse(*state, STR("sizeof(struct  x*const * )"));
    assert_true(str_is(expr->type, "struct x **"));
    expr = parse(*state, STR("offsetof(struct x, a . b [ 0x10 ] [2].c)"));
    assert_true(str_is(expr->name, "a.b[16][2].c"));
    expr = parse(*state, STR("'a'"));
    assert_true(expr->is_char && expr->number == 'a' && !expr->is_decimal);
}

static void test_types(void **state)
{
    (void)state;
    enum c_int type;
    static const char *const none[] = {"",
                                       "unsigned signed",
                                       "long char",
                                       "short long",
                                       "long long long",
                                       "unsigned bool",
                                       "int int",
                                       "float",
                                       "void",
                                       "uint8_t int",
                                       "unsigned unsigned",
                                       "int char",
                                       "long double",
                                       "struct x",
                                       "uint8"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_false(c_int_find(str_from(none[i]), ABI_X86_64, &type));
    }
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        for (enum c_int wanted = 0; wanted < C_INT_COUNT; wanted++) {
            assert_true(c_int_find(str_from(c_int_names[wanted]), abi, &type));
            assert_int_equal(type, wanted);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_literals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_characters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_operators, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_casts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_blanks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_flexible, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_errors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_types, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("expr", tests, NULL, NULL);
}
