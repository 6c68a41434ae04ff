/* Names in C and Rust: conversions, words that are taken, names that would meet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "pipeline.h"
#include "spec/words.h"

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

/* Reads one file, or several for "PATH\0TEXT\0PATH\0TEXT\0"; runs the stages anew. */
static void spec(struct fixture *f, const char *text)
{
    f->p = pipeline_new(&f->arena);
    pipeline_file(&f->p, STR("a/a.toml"), str_from(text));
    pipeline_run(&f->p);
}

static unsigned found(const struct fixture *f, enum rule rule)
{
    unsigned count = 0;
    for (size_t i = 0; i < f->p.diags.list.len; i++) {
        count += f->p.diags.list.at[i].rule == rule;
    }
    return count;
}

static struct def *def(struct fixture *f, size_t i)
{
    return f->p.spec.folders.at[0]->defs.at[i];
}

static void assert_str(struct str s, const char *wanted)
{
    char text[200] = {0};
    assert_true(s.len < sizeof text);
    if (s.len > 0) {
        memcpy(text, s.ptr, s.len);
    }
    assert_string_equal(text, wanted);
}

static void test_pascal_case(void **state)
{
    static const char *const names[][2] = {
        {"xen_domctl_createdomain", "XenDomctlCreatedomain"},
        {"xen", "Xen"},
        {"x", "X"},
        {"a_1_2", "A1_2"},
        {"a1_b2", "A1B2"},
        {"a_2l_x", "A2lX"},
        {"_a", "_A"},
        {"a_", "A"},
        {"a__b", "AB"},
        {"XEN_FOO", "XENFOO"},
        {"Already", "Already"},
        {"self", "Self_"},
        {"_1", "_1"},
        {"xen_2_d", "Xen2D"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str text = str_printf(&f->arena, "[[structs]]\nname = '%s'\n", names[i][0]);
        spec(f, text.ptr);
        assert_int_equal(f->p.diags.list.len, 0);
        assert_str(def(f, 0)->rust_name, names[i][1]);
    }
}

static void test_members(void **state)
{
    static const char *const names[][2] = {
        {"plain", "plain"},  {"type", "r#type"},   {"self", "self_"}, {"Self", "Self_"},    {"crate", "crate_"},
        {"super", "super_"}, {"gen", "r#gen"},     {"dyn", "r#dyn"},  {"async", "r#async"}, {"union", NULL},
        {"_", "__"},         {"macro", "r#macro"}, {"Type", "Type"},  {"_pad0", "_pad0"},   {"yield", "r#yield"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str text =
            str_printf(&f->arena, "[[structs]]\nname = 's'\nfields = [{name='%s',type='u64'}]\n", names[i][0]);
        spec(f, text.ptr);
        assert_int_equal(f->p.diags.list.len, names[i][1] ? 0 : 1);
        if (names[i][1]) {
            assert_str(field_rust_name(&def(f, 0)->fields.at[0]), names[i][1]);
        }
    }
}

/* Words of C and C++, as their standards list them, one standard a line. */
static const char *const c_words[] = {
    /* C90 */
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float",
    "for", "goto", "if", "int", "long", "register", "return", "short", "signed", "sizeof", "static", "struct", "switch",
    "typedef", "union", "unsigned", "void", "volatile", "while",
    /* C99 */
    "inline", "restrict", "_Bool", "_Complex", "_Imaginary",
    /* C11 */
    "_Alignas", "_Alignof", "_Atomic", "_Generic", "_Noreturn", "_Static_assert", "_Thread_local",
    /* C23 */
    "alignas", "alignof", "bool", "constexpr", "false", "nullptr", "static_assert", "thread_local", "true", "typeof",
    "typeof_unqual", "_BitInt", "_Decimal32", "_Decimal64", "_Decimal128",
    /* C++98 */
    "and", "and_eq", "asm", "bitand", "bitor", "catch", "class", "compl", "const_cast", "delete", "dynamic_cast",
    "explicit", "export", "friend", "mutable", "namespace", "new", "not", "not_eq", "operator", "or", "or_eq",
    "private", "protected", "public", "reinterpret_cast", "static_cast", "template", "this", "throw", "try", "typeid",
    "typename", "using", "virtual", "wchar_t", "xor", "xor_eq",
    /* C++11 */
    "char16_t", "char32_t", "decltype", "noexcept",
    /* C++20 */
    "char8_t", "concept", "consteval", "constinit", "co_await", "co_return", "co_yield", "requires",
    /* what compilers define in their GNU modes */
    "linux", "unix", "i386", "__x86_64__", "__i386__", "__aarch64__", "__LINE__", "__attribute__", "__const",
    "__inline", "__extension__", "__int128", "_LP64", "__LP64__", "__riscv", "__arm",
    /* what headers rest on */
    "NULL", "offsetof", "size_t", "uint8_t", "uint32_t", "int16_t", "uintptr_t", "int_fast32_t", "uint_least64_t",
    "INT8_MAX", "UINT64_MAX", "INT32_C", "UINTPTR_MAX", "INT_FAST8_MIN", "SIZE_MAX", "uint64_aligned_t",
    "XEN_GUEST_HANDLE", "XEN_GUEST_HANDLE_64", "DEFINE_XEN_GUEST_HANDLE", "XEN_LAYOUT_ASSERT", "set_xen_guest_handle",
    "__guest_handle_char", "__XEN_SUPPORT_H__"};

static void test_c_words(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof c_words / sizeof *c_words; i++) {
        const char *word = c_words[i];
        if (!word_is_c(str_from(word))) {
            print_message("# %s is not known\n", word);
        }
        assert_true(word_is_c(str_from(word)));
        spec(f, str_printf(&f->arena, "[[structs]]\nname = '%s'\n", word).ptr);
        assert_int_equal(found(f, RULE_NAME_KEYWORD), 1);
        spec(f, str_printf(&f->arena, "[[structs]]\nname = 's'\nfields = [{name='%s',type='u64'}]\n", word).ptr);
        assert_int_equal(found(f, RULE_NAME_KEYWORD), 1);
        spec(f, str_printf(&f->arena,
                           "[[enums]]\nname = 'e'\ntype = 'u8'\nvariants = [{name='a',value=1,c_name='%s'}]\n", word)
                    .ptr);
        assert_int_equal(found(f, RULE_NAME_KEYWORD), 1);
        assert_int_equal(f->p.diags.list.len, 1);
    }
}

static void test_free_words(void **state)
{
    static const char *const words[] = {
        "Class",
        "vector",
        "module",
        "import",
        "__pad",
        "__spacer",
        "interface_t",
        "INTERFACE_MAX",
        "uint",
        "int8",
        "__HYPERVISOR_stub",
        "_XEN_FLAG",
        "INT",
        "INT_MAXIMUM",
        "int_t",
        "XEN_GUEST_HANDLES",
        "type",
        "fn",
        "_",
        "__",
        "handle64",
        "const_",
        "intermediate_t",
        "UINT_STYLE",
        "printf",
        "long_",
    };
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (word_is_c(str_from(words[i]))) {
            print_message("# %s is taken\n", words[i]);
        }
        assert_false(word_is_c(str_from(words[i])));
    }
    assert_false(word_is_c((struct str){"", 0}));
}

static void test_rust_words(void **state)
{
    /* The Rust reference: strict, then reserved, then of later editions. */
    static const char *const words[] = {
        "as",       "break",  "const",  "continue", "else",     "enum",   "extern", "false",  "fn",    "for",
        "if",       "impl",   "in",     "let",      "loop",     "match",  "mod",    "move",   "mut",   "pub",
        "ref",      "return", "static", "struct",   "trait",    "true",   "type",   "unsafe", "use",   "where",
        "while",    "async",  "await",  "dyn",      "abstract", "become", "box",    "do",     "final", "macro",
        "override", "priv",   "typeof", "unsized",  "virtual",  "yield",  "try",    "gen"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!word_is_rust(str_from(words[i]))) {
            print_message("# %s is not known\n", words[i]);
        }
        assert_true(word_is_rust(str_from(words[i])));
        if (word_is_c(str_from(words[i]))) {
            continue;
        }
        spec(f, str_printf(&f->arena, "[[structs]]\nname = 's'\nfields = [{name='%s',type='u64'}]\n", words[i]).ptr);
        assert_int_equal(f->p.diags.list.len, 0);
        struct str raw = str_printf(&f->arena, "r#%s", words[i]);
        assert_str(field_rust_name(&def(f, 0)->fields.at[0]), raw.ptr);
    }
}

static void test_constants(void **state)
{
    struct fixture *f = *state;
    spec(f, "[[enums]]\nname = 'xen_mode'\ntype = 'u8'\n"
            "variants = [{name='off',value=0},{name='on',value=1,c_name='XEN_is_on'}]\n"
            "[[bitmaps]]\nname = 'xen_flags'\ntype = 'u32'\nc_prefix = 'XEN_FLAGS_'\nc_numbers = true\n"
            "bits = [{name='a',shift=0},{name='B',shift=1,c_number=false},{name='c_run',shift=4,width=4},"
            "{name='UPPER',shift=8,width=2},{name='empty',shift=12,width=2},{name='match',shift=16,width=2}]\n"
            "[[bitmaps]]\nname = 'xen_plain'\ntype = 'u32'\nbits = [{name='a',shift=0}]\n"
            "[[bitmaps]]\nname = 'xen_own'\ntype = 'u32'\nbits = [{name='all',shift=0}]\n"
            "[[bitmaps]]\nname = 'xen_none'\ntype = 'u32'\nc_all = ''\nbits = [{name='a',shift=0}]\n");
    assert_int_equal(f->p.diags.list.len, 0);
    assert_str(def(f, 0)->more->variants.at[0].c_name, "XEN_MODE_OFF");
    assert_str(def(f, 0)->more->variants.at[0].rust_name, "OFF");
    assert_str(def(f, 0)->more->variants.at[1].c_name, "XEN_is_on");
    const struct def *flags = def(f, 1);
    assert_str(flags->more->bits.at[0].c_name, "XEN_FLAGS_a");
    assert_str(flags->more->bits.at[0].rust_name, "A");
    assert_true(flags->more->bits.at[0].has_number);
    assert_false(flags->more->bits.at[1].has_number);
    assert_str(flags->more->bits.at[2].c_mask, "XEN_FLAGS_c_run_mask");
    assert_str(flags->more->bits.at[2].c_shift, "XEN_FLAGS_c_run_shift");
    assert_str(flags->more->bits.at[2].rust_method, "c_run");
    assert_str(flags->more->bits.at[3].c_mask, "XEN_FLAGS_UPPER_MASK");
    assert_str(flags->more->bits.at[3].rust_method, "upper");
    assert_str(flags->more->bits.at[4].rust_method, "empty_");
    assert_str(flags->more->bits.at[5].rust_method, "r#match");
    assert_str(flags->more->c_all_name, "XEN_FLAGS_ALL");
    assert_str(def(f, 2)->more->c_all_name, "XEN_PLAIN_ALL");
    assert_str(def(f, 3)->more->c_all_name, "");
    assert_str(def(f, 4)->more->c_all_name, "");
}

static void test_clashes(void **state)
{
    static const struct {
        enum rule rule;
        const char *text;
    } cases[] = {
        {RULE_NAME_CLASH, "[[structs]]\nname = 'a_b'\n[[structs]]\nname = 'a__b'\n"},
        {RULE_NAME_CLASH, "[[structs]]\nname = 's'\nfields = [{name='self',type='u32'},{name='self_',type='u32'}]\n"},
        {RULE_NAME_CLASH, "[[enums]]\nname = 'e'\ntype = 'u8'\nc_prefix = 'E_'\n"
                          "variants = [{name='a',value=1},{name='A',value=2}]\n"},
        {RULE_NAME_DUPLICATE, "[[structs]]\nname = 's'\nfields = [{name='a',type='u32'},{name='a',type='u32'}]\n"},
        {RULE_NAME_DUPLICATE, "[[structs]]\nname = 's'\n[[structs]]\nname = 's'\n"},
        {RULE_NAME_CLASH, "[[enums]]\nname = 'e'\ntype = 'u8'\nvariants = [{name='a',value=1,c_name='X'},"
                          "{name='b',value=2,c_name='X'}]\n"},
        {RULE_NAME_CLASH, "[[enums]]\nname = 'e'\ntype = 'u8'\nvariants = [{name='a',value=1,c_name='field'}]\n"
                          "[[structs]]\nname = 's'\nfields = [{name='field',type='u64'}]\n"},
        {RULE_NAME_CLASH, "[[bitmaps]]\nname = 'b'\ntype = 'u8'\nc_prefix='B_'\nbits = [{name='a',shift=0,width=2},"
                          "{name='a_mask',shift=3}]\n"},
        {RULE_NAME_CLASH,
         "[[bitmaps]]\nname = 'b'\ntype = 'u8'\nc_prefix='B_'\nbits = [{name='a',shift=0,c_number=true}]\n"
         "[[enums]]\nname = 'e'\ntype = 'u8'\nvariants = [{name='x',value=1,c_name='_B_a'}]\n"},
        {RULE_NAME_CLASH, "[[structs]]\nname = 'x'\n[[structs]]\nname = 'const_x'\n[[structs]]\nname = 's'\n"
                          "fields = [{name='a',type='handle64<x>'},{name='b',type='handle64<const_x>'}]\n"},
        {RULE_NAME_KEYWORD, "[[structs]]\nname = 'const_uint8'\n"},
        {RULE_NAME_KEYWORD, "[[structs]]\nname = 'const_void'\n"},
        {RULE_NAME_KEYWORD, "[[structs]]\nname = 'uint8'\n"},
        {RULE_NAME_KEYWORD, "[[structs]]\nname = 'u8'\n"},
        {RULE_NAME_KEYWORD, "[[enums]]\nname = 'i64'\ntype = 'u8'\nvariants = [{name='a',value=1}]\n"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        spec(f, cases[i].text);
        if (found(f, cases[i].rule) != 1 || f->p.diags.list.len != 1) {
            print_message("# %s", cases[i].text);
        }
        assert_int_equal(found(f, cases[i].rule), 1);
        assert_int_equal(f->p.diags.list.len, 1);
    }
}

/* What looks like a clash and is none. */
static void test_neighbours(void **state)
{
    static const char *const texts[] = {
        "[[structs]]\nname = 'x'\n[[structs]]\nname = 'const_x'\n",
        "[[structs]]\nname = 'x'\n[[structs]]\nname = 'const_x'\n"
        "[[structs]]\nname = 's'\nfields = [{name='a',type='handle64<const const_x>'}]\n",
        "[[structs]]\nname = 'handle64_char'\n[[structs]]\nname = 's'\n"
        "fields = [{name='a',type='handle64<handle64<char>>'},{name='b',type='handle64<handle64_char>'}]\n",
        "[[structs]]\nname = 's'\nfields = [{name='s',type='u32'},{name='S',type='u32'}]\n",
        "[[structs]]\nname = 's'\nfields = [{name='a',type='u64'}]\n[[structs]]\nname = 't'\nfields = "
        "[{name='s',type='s'},"
        "{name='a',type='u64'}]\n",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        spec(f, texts[i]);
        if (f->p.diags.list.len) {
            print_message("# %.*s in %s", STR_ARG(f->p.diags.list.at[0].message), texts[i]);
        }
        assert_int_equal(f->p.diags.list.len, 0);
    }
    /* Architectures may each have a constant of one name. */
    f->p = pipeline_new(&f->arena);
    pipeline_file(&f->p, STR("arch-arm/a.toml"),
                  STR("[[enums]]\nname = 'e'\ntype = 'u8'\nvariants = [{name='a',value=1}]\n"));
    pipeline_file(&f->p, STR("arch-x86/a.toml"),
                  STR("[[enums]]\nname = 'e'\ntype = 'u8'\nvariants = [{name='a',value=2}]\n"));
    pipeline_run(&f->p);
    assert_int_equal(f->p.diags.list.len, 0);
}

/* Members that no configuration has both of may share a name, wherever their conditions stand. */
static void test_conditions(void **state)
{
    struct fixture *f = *state;
    static const char apart[] =
        "[[structs]]\nname = \"xen_a\"\nfields = [\n"
        "{ name = \"a\", type = \"u32\", when = { context = \"xen\" } },\n"
        "{ union = [{ name = \"a\", type = \"u32\" }, { struct = [{ name = \"b\", type = \"u32\" }] }],"
        " when = { context = [\"tools\", \"guest\"] } },\n"
        "{ name = \"b\", type = \"u32\", when = { context = \"xen\" } },\n"
        "{ name = \"c\", type = \"u32\", when = { context = [\"tools\", \"guest\"] } }]\n";
    spec(f, apart);
    assert_int_equal(f->p.diags.list.len, 0);
    spec(f, "[[structs]]\nname = \"xen_a\"\nfields = [\n"
            "{ name = \"a\", type = \"u32\", when = { context = [\"xen\", \"guest\"] } },\n"
            "{ union = [{ name = \"a\", type = \"u32\" }], when = { context = [\"tools\", \"guest\"] } }]\n");
    assert_int_equal(found(f, RULE_NAME_DUPLICATE), 1);
    /* The condition of the record around them counts too. */
    spec(f, "[[structs]]\nname = \"xen_a\"\nwhen = { context = \"guest\" }\nfields = [\n"
            "{ name = \"a\", type = \"u32\", when = { context = [\"xen\", \"guest\"] } },\n"
            "{ name = \"a\", type = \"u32\", when = { context = [\"xen\", \"tools\"] } },\n"
            "{ name = \"b\", struct = [{ name = \"a\", type = \"u32\" }] }]\n");
    assert_int_equal(found(f, RULE_NAME_DUPLICATE), 0);
    /* A name for a type on one side and a constant on the other. */
    spec(f, "[[constants]]\nname = \"xen_a\"\nvalue = 1\nwhen = { abi = \"x86\" }\n"
            "[[structs]]\nname = \"xen_a\"\nwhen = { abi = \"arm\" }\n");
    assert_int_equal(found(f, RULE_NAME_CLASH), 1);
    spec(f, "[[typedefs]]\nname = \"xen_a\"\ntype = \"u32\"\nwhen = { abi = \"x86\" }\n"
            "[[structs]]\nname = \"xen_a\"\nwhen = { abi = \"arm\" }\n");
    assert_int_equal(f->p.diags.list.len, 0);
}

static void test_folders(void **state)
{
    static const struct {
        const char *path, *rust; /* NULL: refused */
    } cases[] = {
        {"sysctl/a.toml", "sysctl"},
        {"hvm/params/a.toml", "hvm_params"},
        {"arch-x86/a.toml", "arch_x86"},
        {"Mixed/a.toml", "mixed"},
        {"1st/a.toml", "_1st"},
        {"type/a.toml", "type_"},
        {"self/a.toml", "self_"},
        {"crate/a.toml", "crate_"},
        {"lib/a.toml", NULL},
        {"arch/a.toml", NULL},
        {"support/a.toml", NULL},
        {"xen-support/a.toml", NULL},
        {"_hidden/a.toml", NULL},
        {"a b/a.toml", NULL},
        {"a/-b/a.toml", NULL},
        {"a.b/a.toml", NULL},
        {"main/a.toml", NULL},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->p = pipeline_new(&f->arena);
        pipeline_file(&f->p, str_from(cases[i].path), STR("[[structs]]\nname = 's'\n"));
        pipeline_run(&f->p);
        if (found(f, RULE_NAME_OUTPUT) != !cases[i].rust) {
            print_message("# %s\n", cases[i].path);
        }
        assert_int_equal(found(f, RULE_NAME_OUTPUT), cases[i].rust ? 0 : 1);
        if (cases[i].rust) {
            assert_str(f->p.spec.folders.at[0]->rust_name, cases[i].rust);
        }
    }
    static const char *const pairs[][2] = {{"a-b/a.toml", "a_b/a.toml"},
                                           {"A/a.toml", "a/a.toml"},
                                           {"a/b/a.toml", "a_b/a.toml"},
                                           {"a-layout/a.toml", "a/a.toml"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        f->p = pipeline_new(&f->arena);
        pipeline_file(&f->p, str_from(pairs[i][0]), STR("[[structs]]\nname = 's'\n"));
        pipeline_file(&f->p, str_from(pairs[i][1]), STR("[[structs]]\nname = 't'\n"));
        pipeline_run(&f->p);
        assert_int_equal(found(f, RULE_NAME_OUTPUT), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pascal_case, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_members, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_c_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_free_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rust_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_constants, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_clashes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_neighbours, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_conditions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folders, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
