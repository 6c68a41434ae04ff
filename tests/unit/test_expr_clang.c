/* Expressions that are made up: they come to what Clang says, on all six ABIs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "expr_lookup.h"

#include <stdio.h>

/* On each ABI. */
#define GENERATED 500

/* What expr_lookup.h knows, in C. */
static const char *const preamble = "#include <stdbool.h>\n"
                                    "#include <stddef.h>\n"
                                    "#include <stdint.h>\n"
                                    "#define FIVE 5\n"
                                    "#define MINUS_TWO -2\n"
                                    "#define WIDE 0x123456789abcdef0ULL\n"
                                    "#define LONG 7L\n"
                                    "#define TOP 0xf5800000\n"
                                    "#define GLUE(a, b) a##b\n"
                                    "#define xen_mk_uint(x) GLUE(x, U)\n"
                                    "#define xen_mk_ulong(x) GLUE(x, UL)\n"
                                    "#define xen_mk_ullong(x) GLUE(x, ULL)\n"
                                    "struct record { uint8_t a; struct { uint16_t e, c; } b[5]; };\n"
                                    "typedef struct record record_t;\n"
                                    "union both { uint64_t whole; uint32_t half[2]; };\n"
                                    "typedef uint64_t __attribute__((aligned(8))) uint64_aligned_t;\n"
                                    "typedef int64_t __attribute__((aligned(8))) int64_aligned_t;\n"
                                    "typedef uint64_t xen_ulong_t;\n"
                                    "typedef uint16_t domid_t;\n"
                                    "enum state { STATE };\n";

/* Numbers that are the same in every run. */
static unsigned next(uint64_t *seed, unsigned below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 33) % below;
}

static const char *const numbers[] = {"0",
                                      "1",
                                      "2",
                                      "7",
                                      "31",
                                      "255",
                                      "2147483647",
                                      "2147483648",
                                      "4294967295",
                                      "4294967296",
                                      "0x7f",
                                      "0x80",
                                      "0xff",
                                      "0x7fffffff",
                                      "0x80000000",
                                      "0xffffffff",
                                      "0x100000000",
                                      "0x7fffffffffffffff",
                                      "0x8000000000000000",
                                      "0xffffffffffffffff",
                                      "0777",
                                      "037777777777",
                                      "9223372036854775807"};
static const char *const suffixes[] = {"", "", "u", "L", "ul", "LL", "ULL", "lu", "llU"};
static const char *const plain[] = {"'a'",
                                    "'\\377'",
                                    "'\\0'",
                                    "FIVE",
                                    "(MINUS_TWO)",
                                    "WIDE",
                                    "LONG",
                                    "TOP",
                                    "xen_mk_uint(5)",
                                    "xen_mk_ulong(TOP)",
                                    "xen_mk_ullong(0x10)",
                                    "xen_mk_uint(0x100000000)",
                                    "sizeof(struct record)",
                                    "sizeof(((struct record *)0)->b[2].c)",
                                    "offsetof(record_t, b[4])",
                                    "sizeof(union both)",
                                    "sizeof(xen_ulong_t)",
                                    "sizeof(void *)",
                                    "sizeof(enum state)"};
static const char *const types[] = {"char",
                                    "signed char",
                                    "unsigned char",
                                    "short",
                                    "unsigned short int",
                                    "int",
                                    "unsigned",
                                    "long",
                                    "long unsigned int",
                                    "long long",
                                    "long long unsigned",
                                    "bool",
                                    "_Bool",
                                    "int8_t",
                                    "uint8_t",
                                    "int16_t",
                                    "uint16_t",
                                    "int32_t",
                                    "uint32_t",
                                    "int64_t",
                                    "uint64_t",
                                    "intptr_t",
                                    "uintptr_t",
                                    "size_t",
                                    "ptrdiff_t",
                                    "intmax_t",
                                    "uintmax_t",
                                    "uint64_aligned_t",
                                    "int64_aligned_t",
                                    "xen_ulong_t",
                                    "domid_t",
                                    "const unsigned",
                                    "signed long int",
                                    "unsigned int const",
                                    "signed"};
static const char *const binaries[] = {"+",  "-",  "*", "/", "%", "<<", ">>", "<",  ">",  "<=", ">=",
                                       "==", "!=", "&", "^", "|", "&&", "||", "<<", ">>", "+",  "-"};

#define PICK(seed, array) ((array)[next((seed), sizeof(array) / sizeof *(array))])

static void generate_operand(struct buf *out, uint64_t *seed, unsigned depth);

/* Without parentheses around it, so that precedence is put to the test as well. */
static void generate(struct buf *out, uint64_t *seed, unsigned depth)
{
    unsigned form = depth ? next(seed, 8) : 0;
    if (form < 2) {
        generate_operand(out, seed, depth);
    } else if (form < 7) {
        generate(out, seed, depth - 1);
        buf_printf(out, " %s ", PICK(seed, binaries));
        generate(out, seed, depth - 1);
    } else {
        generate(out, seed, depth - 1);
        buf_text(out, " ? ");
        generate(out, seed, depth - 1);
        buf_text(out, " : ");
        generate(out, seed, depth - 1);
    }
}

static void generate_operand(struct buf *out, uint64_t *seed, unsigned depth)
{
    switch (depth ? next(seed, 6) : next(seed, 2)) {
    case 0:
        buf_printf(out, "%s%s", PICK(seed, numbers), PICK(seed, suffixes));
        break;
    case 1:
        buf_text(out, PICK(seed, plain));
        break;
    case 2:
        buf_text(out, "(");
        generate(out, seed, depth - 1);
        buf_text(out, ")");
        break;
    case 3:
        buf_printf(out, "%s ", PICK(seed, ((const char *const[]){"-", "~", "!", "+"})));
        generate_operand(out, seed, depth - 1);
        break;
    case 4:
        buf_printf(out, "(%s)", PICK(seed, types));
        generate_operand(out, seed, depth - 1);
        break;
    default:
        if (next(seed, 2)) {
            buf_printf(out, "sizeof(%s)", PICK(seed, types));
        } else {
            buf_text(out, "sizeof(");
            generate(out, seed, depth - 1);
            buf_text(out, ")");
        }
        break;
    }
}

/* Whether Clang takes a file; what it says against it goes to `complaints`. */
static bool clang_accepts(enum abi abi, struct str file, const char *complaints)
{
    char command[200];
    snprintf(command, sizeof command,
             "clang --target=%s -std=gnu11 -ffreestanding -nostdlibinc -w -fsyntax-only -x c - 2>%s", abis[abi].triple,
             complaints);
    FILE *clang = popen(command, "w");
    assert_non_null(clang);
    fwrite(file.ptr, 1, file.len, clang);
    return pclose(clang) == 0;
}

static void add_assertion(struct buf *out, struct str text, const struct expr_value *value)
{
    buf_printf(out,
               "_Static_assert((unsigned long long)(%.*s) == 0x%llxULL && "
               "__builtin_types_compatible_p(__typeof__(%.*s), %s), \"\");\n",
               STR_ARG(text), (unsigned long long)value->value, STR_ARG(text), c_int_names[value->type]);
}

static void assert_clang_agrees(struct arena *arena, enum abi abi)
{
    uint64_t seed = 20;
    struct buf file = buf_new(arena);
    buf_text(&file, preamble);
    struct expr_lookup lookup = lookup_new(abi);
    unsigned checked = 0;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct str text = str_printf(arena, "(%s)-1", types[i]);
        struct expr_value value = value_on(arena, text.ptr, abi);
        add_assertion(&file, text, &value);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        for (size_t j = 0; j < sizeof suffixes / sizeof *suffixes; j++) {
            struct str text = str_printf(arena, "%s%s", numbers[i], suffixes[j]);
            struct expr_value value = value_on(arena, text.ptr, abi);
            add_assertion(&file, text, &value);
        }
    }
    while (checked < GENERATED) {
        struct buf text = buf_new(arena);
        generate(&text, &seed, 3);
        const struct expr *expr = parse(arena, buf_view(&text)), *at;
        struct expr_value value;
        enum expr_fault fault = expr_evaluate(expr, &lookup, &value, &at);
        if (fault) {
            assert_true(fault == EXPR_DIVISION || fault == EXPR_SHIFT || fault == EXPR_OVERFLOW);
            continue;
        }
        checked++;
        add_assertion(&file, buf_view(&text), &value);
    }
    assert_true(clang_accepts(abi, buf_view(&file), "&1"));
    buf_text(&file, "_Static_assert(0, \"\");\n");
    assert_false(clang_accepts(abi, buf_view(&file), "/dev/null"));
}

static void test_clang_agrees(void **state)
{
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        assert_clang_agrees(*state, abi);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_clang_agrees, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("expr_clang", tests, NULL, NULL);
}
