/* Layouts worked out by hand, on all six ABIs; the order of definitions, and where they exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "pipeline.h"

#include <stdio.h>
#include <string.h>

struct fixture {
    struct arena arena;
    struct pipeline p;
};

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    arena_init(&f->arena, NULL);
    f->p = pipeline_new(&f->arena);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    test_free(f);
    return 0;
}

static void file(struct fixture *f, const char *path, const char *text)
{
    pipeline_file(&f->p, str_from(path), str_from(text));
}

/* Runs the stages; any finding is a failure. */
static void run_clean(struct fixture *f)
{
    pipeline_run(&f->p);
    for (size_t i = 0; i < f->p.diags.list.len; i++) {
        const struct diag *diag = &f->p.diags.list.at[i];
        print_message("# %s: %.*s\n", rules[diag->rule].id, STR_ARG(diag->message));
    }
    assert_int_equal(f->p.diags.list.len, 0);
}

static struct def *find(struct fixture *f, const char *name, enum abi abi)
{
    const struct symbol *symbol = map_get(&f->p.spec.symbols, str_from(name));
    assert_non_null(symbol);
    return symbol->on[abi];
}

/* Per ABI, in the order of the enum: "SIZE/ALIGN: OFFSET OFFSET+HOLE ... +TAIL", holes only where there are any. */
static void assert_layouts(struct fixture *f, const char *name, const char *const wanted[ABI_COUNT])
{
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        const struct def *def = find(f, name, abi);
        struct buf text = buf_new(&f->arena);
        if (def && def->layout[abi]) {
            const struct layout *layout = def->layout[abi];
            buf_printf(&text, "%llu/%llu:", (unsigned long long)layout->size, (unsigned long long)layout->align);
            for (size_t i = 0; i <= def->fields.len; i++) {
                uint64_t hole = layout_hole(def, abi, i);
                if (i < def->fields.len) {
                    buf_printf(&text, " %llu", (unsigned long long)layout->offsets[i]);
                } else if (hole) {
                    buf_char(&text, ' ');
                }
                if (hole) {
                    buf_printf(&text, "+%llu", (unsigned long long)hole);
                }
            }
        }
        struct str found = buf_view(&text);
        if (!str_is(found, wanted[abi] ? wanted[abi] : "")) {
            print_message("# %s on %s: wanted %s\n", name, abis[abi].name, wanted[abi] ? wanted[abi] : "none");
        }
        assert_string_equal(str_copy(&f->arena, found).ptr, wanted[abi] ? wanted[abi] : "");
    }
}

#define SAME(text)                                     \
    (const char *const[ABI_COUNT])                     \
    {                                                  \
        (text), (text), (text), (text), (text), (text) \
    }
/* x86_64, x86_32, arm64, arm32, riscv64, ppc64 */
#define EACH(...)                  \
    (const char *const[ABI_COUNT]) \
    {                              \
        __VA_ARGS__                \
    }

static void test_scalars(void **state)
{
    struct fixture *f = *state;
    file(
        f, "a/a.toml",
        "level = 'legacy'\n"
        "[[structs]]\nname = 'fixed'\nfields = [{name='a',type='u8'},{name='b',type='i16'},{name='c',type='u8'},"
        "{name='d',type='i32'},{name='e',type='char'},{name='f',type='u64'},{name='g',type='u8'},{name='h',type='i64'},"
        "{name='i',type='u16'}]\n"
        "[[structs]]\nname = 'natural'\nfields = "
        "[{name='a',type='u8'},{name='b',type='uint64_t'},{name='c',type='u32'},"
        "{name='d',type='int64_t'},{name='e',type='u32'}]\n"
        "[[structs]]\nname = 'longs'\nfields = [{name='a',type='u16'},{name='b',type='ulong'},{name='c',type='u8'},"
        "{name='d',type='long[2]'}]\n"
        "[[structs]]\nname = 'both'\nfields = "
        "[{name='a',type='uint64_t'},{name='b',type='u8'},{name='c',type='ulong'}]\n");
    run_clean(f);
    assert_layouts(f, "fixed", SAME("48/8: 0 2+1 4 8+3 12 16+3 24 32+7 40 +6"));
    const char *eight = "40/8: 0 8+7 16 24+4 32 +4";
    assert_layouts(f, "natural", EACH(eight, "28/4: 0 4+3 12 16 24", eight, eight, eight, eight));
    const char *wide = "40/8: 0 8+6 16 24+7", *narrow = "20/4: 0 4+2 8 12+3";
    assert_layouts(f, "longs", EACH(wide, narrow, wide, narrow, wide, wide));
    const char *all = "24/8: 0 8 16+7";
    assert_layouts(f, "both", EACH(all, "16/4: 0 8 12+3", all, "16/8: 0 8 12+3", all, all));
}

static void test_handles(void **state)
{
    struct fixture *f = *state;
    file(f, "a/a.toml",
         "level = 'legacy'\n"
         "[[structs]]\nname = 'wide'\nfields = [{name='a',type='u32'},{name='b',type='handle64<const u8>'},"
         "{name='c',type='handle64<void>[3]'},{name='d',type='u8'}]\n"
         "[[structs]]\nname = 'native'\nfields = "
         "[{name='a',type='u8'},{name='b',type='handle<wide>'},{name='c',type='u8'},"
         "{name='d',type='handle<handle<native>>[2]'}]\n");
    run_clean(f);
    assert_layouts(f, "wide", SAME("48/8: 0 8+4 16 40 +7"));
    const char *eight = "40/8: 0 8+7 16 24+7";
    assert_layouts(f, "native", EACH(eight, "20/4: 0 4+3 8 12+3", eight, eight, eight, eight));
}

static void test_nesting(void **state)
{
    struct fixture *f = *state;
    file(f, "a/a.toml",
         "level = 'legacy'\n"
         "[[structs]]\nname = 'outer'\nfields = [{name='a',type='u8'},{name='b',type='inner'},{name='c',type='u8'},"
         "{name='d',type='inner[2][3]'},{name='e',type='mode'},{name='f',type='flags[3]'}]\n"
         "[[structs]]\nname = 'inner'\nfields = [{name='a',type='u16'},{name='b',type='u32'},{name='c',type='u8'}]\n"
         "[[structs]]\nname = 'empty'\n"
         "[[structs]]\nname = 'holder'\nfields = "
         "[{name='a',type='empty'},{name='b',type='u32'},{name='c',type='empty[7]'},"
         "{name='d',type='u8'},{name='e',type='empty'}]\n"
         "[[enums]]\nname = 'mode'\ntype = 'u64'\nvariants = [{name='a',value=1}]\n"
         "[[bitmaps]]\nname = 'flags'\ntype = 'u16'\nbits = []\n"
         "[[structs]]\nname = 'packed'\nfields = "
         "[{name='a',type='u8[3]'},{name='b',type='u8[5]'},{name='c',type='u64[2]'}]\n"
         "[[structs]]\nname = 'wraps'\nfields = [{name='a',type='u8'},{name='b',type='thin'}]\n"
         "[[structs]]\nname = 'thin'\nfields = [{name='a',type='uint64_t'}]\n");
    run_clean(f);
    assert_layouts(f, "inner", SAME("12/4: 0 4+2 8 +3"));
    assert_layouts(f, "outer", SAME("112/8: 0 4+3 16 20+3 96+4 104 +2"));
    assert_layouts(f, "empty", SAME("0/1:"));
    assert_layouts(f, "holder", SAME("8/4: 0 0 4 4 5 +3"));
    assert_layouts(f, "mode", SAME("8/8:"));
    assert_layouts(f, "flags", SAME("2/2:"));
    assert_layouts(f, "packed", SAME("24/8: 0 3 8"));
    const char *eight = "16/8: 0 8+7";
    assert_layouts(f, "wraps", EACH(eight, "12/4: 0 4+3", eight, eight, eight, eight));
}

static void test_same(void **state)
{
    struct fixture *f = *state;
    /* On arm32 a hole makes up for the narrower long: all offsets are those of 64 bits, yet it is another layout. */
    file(f, "a/a.toml",
         "level = 'legacy'\n[[structs]]\nname = 'hidden'\nfields = "
         "[{name='a',type='ulong'},{name='b',type='uint64_t'}]\n"
         "[[structs]]\nname = 'plain'\nfields = [{name='a',type='u64'}]\n"
         "[[structs]]\nname = 'natural'\nfields = [{name='a',type='uint64_t'}]\n");
    run_clean(f);
    const struct def *hidden = find(f, "hidden", ABI_X86_64), *plain = find(f, "plain", ABI_X86_64);
    const struct def *natural = find(f, "natural", ABI_X86_64);
    abi_set wide = ABI_BIT(ABI_X86_64) | ABI_BIT(ABI_ARM64) | ABI_BIT(ABI_RISCV64) | ABI_BIT(ABI_PPC64);
    assert_int_equal(layout_same(hidden, ABI_ALL, ABI_X86_64), wide);
    assert_int_equal(layout_same(hidden, ABI_ALL, ABI_ARM32), ABI_BIT(ABI_ARM32));
    assert_int_equal(layout_same(hidden, ABI_ALL, ABI_X86_32), ABI_BIT(ABI_X86_32));
    assert_int_equal(layout_hole(hidden, ABI_ARM32, 1), 4);
    assert_int_equal(layout_hole(hidden, ABI_ARM64, 1), 0);
    assert_int_equal(layout_same(plain, ABI_ALL, ABI_X86_32), ABI_ALL);
    assert_int_equal(layout_same(plain, wide, ABI_X86_64), wide);
    /* Nothing but the alignment differs. */
    assert_int_equal(layout_same(natural, ABI_ALL, ABI_X86_64), ABI_ALL & ~ABI_BIT(ABI_X86_32));
}

static void test_differs_behind_a_hole(void **state)
{
    struct fixture *f = *state;
    file(f, "a/a.toml", "[[structs]]\nname = 'hidden'\nfields = [{name='a',type='ulong'},{name='b',type='u64'}]\n");
    pipeline_run(&f->p);
    unsigned arm = 0, x86 = 0;
    for (size_t i = 0; i < f->p.diags.list.len; i++) {
        const struct diag *diag = &f->p.diags.list.at[i];
        if (diag->rule == RULE_ABI_DIFFERS) {
            arm += str_is(diag->where, "arm64, arm32");
            x86 += str_is(diag->where, "x86_64, x86_32");
        }
    }
    assert_int_equal(arm, 1);
    assert_int_equal(x86, 1);
}

static void test_limits(void **state)
{
    struct fixture *f = *state;
    file(f, "a/a.toml",
         "[[structs]]\nname = 'largest'\nfields = [{name='a',type='u8[0x7fffffff]'}]\n"
         "[[structs]]\nname = 'larger'\nfields = [{name='a',type='u8[0x80000000]'}]\n"
         "[[structs]]\nname = 'overflows'\nfields = [{name='a',type='u64[0x2000000000000001]'}]\n"
         "[[structs]]\nname = 'multiplies'\nfields = [{name='a',type='u32[65536][65536][65536][65536]'}]\n"
         "[[structs]]\nname = 'adds'\nfields = [{name='a',type='u8[0x7fffffff]'},{name='b',type='u8'}]\n"
         "[[structs]]\nname = 'pads'\nfields = [{name='a',type='u8[0x7ffffffd]'},{name='b',type='u16'}]\n"
         "[[structs]]\nname = 'holds'\nfields = [{name='a',type='adds'}]\n"
         "[[structs]]\nname = 'none'\nfields = [{name='a',type='nothing[0xffffffffffffffff]'}]\n"
         "[[structs]]\nname = 'nothing'\n");
    pipeline_run(&f->p);
    unsigned limits = 0;
    for (size_t i = 0; i < f->p.diags.list.len; i++) {
        limits += f->p.diags.list.at[i].rule == RULE_SIZE_LIMIT;
    }
    /* larger, overflows, multiplies, adds, pads; what holds one of them says nothing of its own. */
    assert_int_equal(limits, 5);
    assert_layouts(f, "largest", SAME("2147483647/1: 0"));
    assert_layouts(f, "none", SAME("0/1: 0"));
    assert_true(find(f, "holds", ABI_X86_64)->broken);
    assert_null(find(f, "holds", ABI_X86_64)->layout[ABI_X86_64]);
}

/* The definitions of a folder as they come out, "a b c". */
static void assert_order(struct fixture *f, size_t folder, const char *wanted)
{
    struct buf text = buf_new(&f->arena);
    const struct folder *from = f->p.spec.folders.at[folder];
    for (size_t i = 0; i < from->defs.len; i++) {
        buf_printf(&text, "%s%.*s", i ? " " : "", STR_ARG(from->defs.at[i]->name.s));
    }
    assert_string_equal(str_copy(&f->arena, buf_view(&text)).ptr, wanted);
}

static void test_order(void **state)
{
    struct fixture *f = *state;
    file(f, "a/a.toml",
         "[[structs]]\nname = 'd'\nfields = [{name='a',type='c[2]'},{name='b',type='a'}]\n"
         "[[structs]]\nname = 'c'\nfields = [{name='a',type='b'},{name='b',type='handle64<d>'}]\n"
         "[[structs]]\nname = 'pointer'\nfields = [{name='a',type='handle64<z>'}]\n");
    file(f, "a/b.toml",
         "[[bitmaps]]\nname = 'run'\ntype = 'u64'\nbits = [{name='m',shift=0,width=2,type='mode'}]\n"
         "[[structs]]\nname = 'a'\nfields = [{name='a',type='run'}]\n"
         "[[structs]]\nname = 'b'\nfields = [{name='a',type='u64'}]\n"
         "[[enums]]\nname = 'mode'\ntype = 'u8'\nvariants = [{name='x',value=3}]\n"
         "[[structs]]\nname = 'z'\nfields = [{name='a',type='handle64<pointer>'}]\n");
    run_clean(f);
    /* By value, what is needed comes first; else as in the files, whose kinds do not matter. */
    assert_order(f, 0, "b c mode run a d pointer z");
}

static void test_where(void **state)
{
    struct fixture *f = *state;
    file(f, "arch-arm/a.toml",
         "[[structs]]\nname = 'config'\nfields = [{name='a',type='u64'}]\n"
         "[[bitmaps]]\nname = 'flags'\ntype = 'u64'\nbits = [{name='a',shift=1}]\n");
    file(f, "arch-x86/a.toml",
         "[[structs]]\nname = 'config'\nfields = [{name='a',type='u64'},{name='b',type='u64'}]\n"
         "[[bitmaps]]\nname = 'flags'\ntype = 'u64'\nbits = [{name='a',shift=2}]\n");
    file(f, "arch-x86/hvm/a.toml", "[[structs]]\nname = 'hvm'\nfields = [{name='a',type='config'}]\n");
    file(f, "common/a.toml",
         "[[structs]]\nname = 'user'\nfields = [{name='a',type='config'},{name='b',type='flags'}]\n"
         "[[structs]]\nname = 'points'\nfields = [{name='a',type='handle64<user>'}]\n"
         "[[structs]]\nname = 'anywhere'\nfields = [{name='a',type='u64'}]\n"
         "[[structs]]\nname = 'again'\nfields = [{name='a',type='handle64<points>[2]'}]\n");
    run_clean(f);
    abi_set both = archs[ARCH_X86].abis | archs[ARCH_ARM].abis;
    static const char *const partial[] = {"user", "points", "again"};
    for (size_t i = 0; i < sizeof partial / sizeof *partial; i++) {
        assert_int_equal(find(f, partial[i], ABI_X86_64)->abis, both);
    }
    assert_int_equal(find(f, "anywhere", ABI_X86_64)->abis, ABI_ALL);
    assert_int_equal(find(f, "hvm", ABI_X86_64)->abis, archs[ARCH_X86].abis);
    assert_int_equal(find(f, "config", ABI_ARM32)->abis, archs[ARCH_ARM].abis);
    assert_null(find(f, "config", ABI_RISCV64));
    const char *x86 = "24/8: 0 16", *arm = "16/8: 0 8";
    assert_layouts(f, "user", EACH(x86, x86, arm, arm, NULL, NULL));
    /* Headers that need others. */
    const struct folder *common = f->p.spec.folders.at[3];
    assert_int_equal(common->needs.len, 2);
    assert_true(str_is(common->needs.at[0].folder->name, "arch-arm"));
    assert_true(str_is(common->needs.at[1].folder->name, "arch-x86"));
    assert_int_equal(f->p.spec.folders.at[2]->needs.len, 1);
}

static void test_abis(void **state)
{
    (void)state;
    assert_int_equal(arch_of_folder(STR("arch-x86")), ARCH_X86);
    assert_int_equal(arch_of_folder(STR("arch-x86/hvm/deep")), ARCH_X86);
    assert_int_equal(arch_of_folder(STR("arch-ppc")), ARCH_PPC);
    assert_int_equal(arch_of_folder(STR("arch-x86_64")), ARCH_COUNT);
    assert_int_equal(arch_of_folder(STR("arch-")), ARCH_COUNT);
    assert_int_equal(arch_of_folder(STR("arch")), ARCH_COUNT);
    assert_int_equal(arch_of_folder(STR("my/arch-x86")), ARCH_COUNT);
    assert_int_equal(arch_of_folder(STR("")), ARCH_COUNT);
    abi_set all = 0;
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
        assert_int_equal(all & archs[arch].abis, 0);
        all |= archs[arch].abis;
    }
    assert_int_equal(all, ABI_ALL);
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        assert_int_equal(abi_find(str_from(abis[abi].name)), abi);
        assert_true(archs[abis[abi].arch].abis & ABI_BIT(abi));
    }
    assert_int_equal(abi_find(STR("x86")), ABI_COUNT);
    assert_int_equal(abi_find(STR("")), ABI_COUNT);
}

static const struct layout *layout_of(struct fixture *f, const char *name, unsigned config)
{
    const struct symbol *symbol = map_get(&f->p.spec.symbols, str_from(name));
    assert_non_null(symbol);
    return def_layout(symbol_def(symbol, config), config);
}

/* Bit-fields share units of their types; whole bytes that none of them takes are padding. */
static void test_bit_fields(void **state)
{
    struct fixture *f = *state;
    file(f, "a/a.toml",
         "level = \"legacy\"\n"
         "[[structs]]\nname = \"xen_bits\"\nfields = [\n"
         "{ name = \"a\", type = \"u8\", bits = 3 }, { name = \"b\", type = \"u8\", bits = 6 },\n"
         "{ name = \"c\", type = \"u32\", bits = 10 }, { type = \"u32\", bits = 0 },\n"
         "{ name = \"d\", type = \"u16\", bits = 1 }, { name = \"e\", type = \"u32\" }]\n");
    run_clean(f);
    const struct layout *layout = layout_of(f, "xen_bits", ABI_X86_64);
    static const uint64_t offsets[] = {0, 1, 1, 4, 4, 8};
    static const uint8_t bits[] = {0, 0, 6, 0, 0, 0};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(layout->offsets[i], offsets[i]);
        assert_int_equal(layout->bits[i], bits[i]);
    }
    assert_int_equal(layout->size, 12);
    struct def *def = find(f, "xen_bits", ABI_X86_64);
    assert_int_equal(layout_hole(def, ABI_X86_64, 1), 0);
    assert_int_equal(layout_hole(def, ABI_X86_64, 3), 1);
    assert_int_equal(layout_hole(def, ABI_X86_64, 5), 3);
}

/* Each configuration has its own layout; what is not there has no place in it. */
static void test_configurations(void **state)
{
    struct fixture *f = *state;
    file(f, "a/a.toml",
         "level = \"legacy\"\n"
         "[[structs]]\nname = \"xen_outer\"\nfields = [\n"
         "{ name = \"a\", type = \"u32\" },\n"
         "{ name = \"u\", union = [{ name = \"p\", type = \"u32\" },\n"
         "  { name = \"q\", type = \"u64\", when = { interface = \">= 0x00030205\" } }] },\n"
         "{ name = \"b\", type = \"u8[XEN_LEN]\" }]\n"
         "[[constants]]\nname = \"XEN_LEN\"\nvalue = 4\nwhen = { context = [\"tools\", \"guest\"] }\n"
         "[[constants]]\nname = \"XEN_LEN\"\nexpr = \"sizeof(long) * 2\"\nwhen = { context = \"xen\" }\n");
    run_clean(f);
    const struct spec *spec = &f->p.spec;
    static const struct {
        enum abi abi;
        enum context context;
        uint32_t interface;
        uint64_t u, b, size;
    } wanted[] = {
        {ABI_X86_64, CONTEXT_TOOLS, INTERFACE_NEWEST, 8, 16, 24},
        {ABI_X86_64, CONTEXT_GUEST, 0x30205, 8, 16, 24},
        {ABI_X86_64, CONTEXT_GUEST, 0x30204, 4, 8, 12},
        {ABI_X86_64, CONTEXT_XEN, INTERFACE_NEWEST, 8, 16, 32},
        {ABI_ARM32, CONTEXT_XEN, INTERFACE_NEWEST, 8, 16, 24},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        unsigned config = spec_config(spec, wanted[i].abi, wanted[i].context, wanted[i].interface);
        const struct layout *layout = layout_of(f, "xen_outer", config);
        assert_int_equal(layout->offsets[1], wanted[i].u);
        assert_int_equal(layout->offsets[2], wanted[i].b);
        assert_int_equal(layout->size, wanted[i].size);
        const struct def *inner = find(f, "xen_outer", ABI_X86_64)->fields.at[1].type->more->record;
        assert_int_equal(def_layout(inner, config)->offsets[1] == LAYOUT_ABSENT, wanted[i].u == 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bit_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_configurations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_scalars, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_handles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nesting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_differs_behind_a_hole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_where, set_up, tear_down),
        cmocka_unit_test(test_abis),
    };
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
