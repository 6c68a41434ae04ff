/* Conditions: what they hold for, and how they are written. */
#include "conditions.h"

#include "abi/condition.h"

static void test_names(void **state)
{
    (void)state;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        assert_int_equal(context_find(str_from(contexts[context].name)), context);
    }
    assert_int_equal(context_find(STR("tool")), CONTEXT_COUNT);
    assert_int_equal(context_find(STR("")), CONTEXT_COUNT);
}

static void test_releases(void **state)
{
    struct arena *arena = *state;
    xen_release release = 0;
    assert_true(release_parse(STR("4.17"), &release));
    assert_int_equal(release, 4 << 16 | 17);
    assert_true(release_parse(STR("4.0"), &release));
    assert_int_equal(release, 4 << 16);
    assert_true(release_parse(STR("65535.65535"), &release));
    assert_int_equal(release, UINT32_MAX);
    static const char *const wrong[] = {
        "",     "4",       "4.",  ".17",     "4.17.1", "4.x", "x.4",  "04.1", "4.01", " 4.1",
        "4.1 ", "65536.0", "0.0", "4.65536", "-4.1",   "4,1", "4 .1", "+4.1", "4..1", "99999999999999999999.1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(release_parse(str_from(wrong[i]), &release));
    }

    const xen_release r17 = 4 << 16 | 17, r18 = 4 << 16 | 18, r19 = 4 << 16 | 19, r20 = 4 << 16 | 20;
    struct conditions always = {0};
    assert_true(conditions_in_release(&always, 0) && conditions_in_release(&always, r17));
    struct conditions since = CONDITIONS(arena, released("4.18", NULL));
    assert_true(conditions_in_release(&since, 0) && conditions_in_release(&since, r18));
    assert_false(conditions_in_release(&since, r17));
    struct conditions until = CONDITIONS(arena, released(NULL, "4.18"));
    assert_true(conditions_in_release(&until, r17));
    assert_false(conditions_in_release(&until, r18) || conditions_in_release(&until, 0));
    struct conditions both = CONDITIONS(arena, released("4.18", "4.20"));
    assert_true(conditions_in_release(&both, r18) && conditions_in_release(&both, r19));
    assert_false(conditions_in_release(&both, r17) || conditions_in_release(&both, r20));
    assert_false(conditions_in_release(&both, 0));
    struct conditions either = CONDITIONS(arena, released(NULL, "4.18"), released("4.20", NULL));
    assert_true(conditions_in_release(&either, r17) && conditions_in_release(&either, r20));
    assert_true(conditions_in_release(&either, 0));
    assert_false(conditions_in_release(&either, r18) || conditions_in_release(&either, r19));
}

static void test_holds(void **state)
{
    struct arena *arena = *state;
    const struct sample tools = {CONTEXT_TOOLS, INTERFACE_NEWEST, false};
    const struct sample xen = {CONTEXT_XEN, INTERFACE_NEWEST, false};
    const struct sample guest = {CONTEXT_GUEST, INTERFACE_NEWEST, false};
    const struct sample old = {CONTEXT_GUEST, 0x00040600, false};
    const struct sample older = {CONTEXT_GUEST, 0x000405ff, false};
    struct conditions c = {0};
    assert_true(conditions_hold(&c, &tools, ABI_X86_64));
    c = CONDITIONS(arena, make(ABI_ALL, CONTEXT_ALL, 0, 0x00040600));
    assert_true(conditions_hold(&c, &older, ABI_ARM32));
    assert_false(conditions_hold(&c, &old, ABI_ARM32) || conditions_hold(&c, &guest, ABI_ARM32));
    assert_false(conditions_hold(&c, &tools, ABI_ARM32) || conditions_hold(&c, &xen, ABI_ARM32));
    c = CONDITIONS(arena, make(X86, TOOLS | GUEST, 0x00040600, INTERFACE_NEWEST));
    assert_true(conditions_hold(&c, &old, ABI_X86_32) && conditions_hold(&c, &guest, ABI_X86_64));
    assert_true(conditions_hold(&c, &tools, ABI_X86_32));
    assert_false(conditions_hold(&c, &older, ABI_X86_32) || conditions_hold(&c, &xen, ABI_X86_32));
    assert_false(conditions_hold(&c, &tools, ABI_ARM64));
    c = CONDITIONS(arena, where(ARM64, TOOLS), where(X86_64, XEN));
    assert_true(conditions_hold(&c, &tools, ABI_ARM64) && conditions_hold(&c, &xen, ABI_X86_64));
    assert_false(conditions_hold(&c, &xen, ABI_ARM64) || conditions_hold(&c, &tools, ABI_X86_64));
    const struct sample opted_in = {CONTEXT_TOOLS, INTERFACE_NEWEST, true};
    c = CONDITIONS(arena, with_macro(where(ABI_ALL, CONTEXT_ALL), "WANT"));
    assert_true(conditions_hold(&c, &opted_in, ABI_PPC64));
    assert_false(conditions_hold(&c, &tools, ABI_PPC64));
    c = CONDITIONS(arena, with_macro(where(ABI_ALL, CONTEXT_ALL), "!WANT"));
    assert_false(conditions_hold(&c, &opted_in, ABI_PPC64));
    assert_true(conditions_hold(&c, &tools, ABI_PPC64));
}

static void test_toml(void **state)
{
    struct arena *arena = *state;
    assert_toml(arena, (struct conditions){0}, "{}");
    assert_toml(arena, CONDITIONS(arena, make(X86, CONTEXT_ALL, 0, 0x00040600)),
                "{ abi = [\"x86\"], interface = \"< 0x00040600\" }");
    assert_toml(arena, CONDITIONS(arena, where(X86_32 | ARM | RISCV64, TOOLS | XEN)),
                "{ abi = [\"x86_32\", \"arm\", \"riscv64\"], context = [\"tools\", \"xen\"] }");
    assert_toml(arena, CONDITIONS(arena, where(X86_64 | ARM32, CONTEXT_ALL), where(ABI_ALL, GUEST)),
                "[{ abi = [\"x86_64\", \"arm32\"] }, { context = [\"guest\"] }]");
    assert_toml(arena, CONDITIONS(arena, make(ABI_ALL, CONTEXT_ALL, 0x00030205, INTERFACE_NEWEST)),
                "{ interface = \">= 0x00030205\" }");
    assert_toml(arena, CONDITIONS(arena, make(ABI_ALL, GUEST, 0x00030205, 0x00040600)),
                "{ context = [\"guest\"], interface = \">= 0x00030205 < 0x00040600\" }");
    assert_toml(arena, CONDITIONS(arena, released("4.18", "4.20")), "{ since = \"4.18\", until = \"4.20\" }");
    struct condition all = released("4.18", "4.20");
    all.abis = PPC64;
    all.contexts = XEN;
    all.interface_from = 0x30205;
    assert_toml(arena, CONDITIONS(arena, with_macro(all, "!NAME")),
                "{ abi = [\"ppc64\"], context = [\"xen\"], interface = \">= 0x00030205\", since = \"4.18\", "
                "until = \"4.20\", macro = \"!NAME\" }");
    assert_toml(arena, CONDITIONS(arena, with_macro(where(ABI_ALL, CONTEXT_ALL), "NAME")), "{ macro = \"NAME\" }");
}

static void test_words(void **state)
{
    struct arena *arena = *state;
    struct conditions c = {0};
    assert_text(arena, conditions_words(arena, &c), "");
    c = CONDITIONS(arena, make(X86, TOOLS, 0, 0x00040600));
    assert_text(arena, conditions_words(arena, &c), "x86_64, x86_32; tools; interface < 0x00040600");
    c = CONDITIONS(arena, make(ARM64, TOOLS | XEN, 0, INTERFACE_NEWEST), where(ABI_ALL, GUEST));
    assert_text(arena, conditions_words(arena, &c), "(arm64; tools, xen) or guest");
    c = CONDITIONS(arena, with_macro(released("4.18", "4.20"), "NAME"));
    assert_text(arena, conditions_words(arena, &c), "since 4.18; until 4.20; with NAME");
    c = CONDITIONS(arena, with_macro(make(ABI_ALL, CONTEXT_ALL, 0x00030205, 0x00040600), "!NAME"));
    assert_text(arena, conditions_words(arena, &c), "interface >= 0x00030205 < 0x00040600; without NAME");
    c = CONDITIONS(arena, where(X86, CONTEXT_ALL), CONDITION_ALWAYS);
    assert_text(arena, conditions_words(arena, &c), "");
}

static void test_c_abis(void **state)
{
    struct arena *arena = *state;
    assert_c(arena, (struct conditions){0}, ABI_ALL, NULL);
    assert_c(arena, CONDITIONS(arena, where(X86, CONTEXT_ALL)), X86, NULL);
    assert_c(arena, CONDITIONS(arena, where(X86, CONTEXT_ALL)), ABI_ALL, "defined(__i386__) || defined(__x86_64__)");
    assert_c(arena, CONDITIONS(arena, where(ARM, CONTEXT_ALL)), ABI_ALL, "defined(__arm__) || defined(__aarch64__)");
    assert_c(arena, CONDITIONS(arena, where(X86_64, CONTEXT_ALL)), X86, "defined(__x86_64__)");
    assert_c(arena, CONDITIONS(arena, where(ABI_ALL & ~X86_32, CONTEXT_ALL)), ABI_ALL, "!defined(__i386__)");
    assert_c(arena, CONDITIONS(arena, where(ABI_ALL & ~X86, CONTEXT_ALL)), ABI_ALL,
             "!defined(__i386__) && !defined(__x86_64__)");
    assert_c(arena, CONDITIONS(arena, where(ABI_ALL & ~X86, CONTEXT_ALL)), X86 | RISCV64, "defined(__riscv)");
    assert_c(arena, CONDITIONS(arena, where(X86_64, CONTEXT_ALL), where(X86_32, CONTEXT_ALL)), X86, NULL);
    assert_c(arena, CONDITIONS(arena, where(X86_64, CONTEXT_ALL)), ARM, "0");
    assert_c(arena, CONDITIONS(arena, where(0, CONTEXT_ALL)), ABI_ALL, "0");
    assert_c(arena, CONDITIONS(arena, where(X86 | RISCV64, CONTEXT_ALL)), ABI_ALL,
             "defined(__i386__) || defined(__x86_64__) || defined(__riscv)");
}

static void test_c_contexts(void **state)
{
    struct arena *arena = *state;
    static const char *const wanted[CONTEXT_ALL + 1] = {
        [0] = "0",
        [TOOLS] = "defined(__XEN_TOOLS__)",
        [XEN] = "defined(__XEN__)",
        [GUEST] = "!defined(__XEN__) && !defined(__XEN_TOOLS__)",
        [TOOLS | XEN] = "defined(__XEN__) || defined(__XEN_TOOLS__)",
        [TOOLS | GUEST] = "!defined(__XEN__)",
        [GUEST | XEN] = "!defined(__XEN_TOOLS__)",
        [CONTEXT_ALL] = NULL,
    };
    for (context_set set = 0; set <= CONTEXT_ALL; set++) {
        assert_c(arena, CONDITIONS(arena, where(ABI_ALL, set)), ABI_ALL, wanted[set]);
    }
    const char *old = "__XEN_INTERFACE_VERSION__ < 0x00040600";
    assert_c(arena, CONDITIONS(arena, make(ABI_ALL, CONTEXT_ALL, 0, 0x00040600)), ABI_ALL, old);
    assert_c(arena, CONDITIONS(arena, make(ABI_ALL, GUEST, 0, 0x00040600)), ABI_ALL, old);
    assert_c(arena, CONDITIONS(arena, make(ABI_ALL, TOOLS | XEN, 0, 0x00040600)), ABI_ALL, "0");
    assert_c(arena, CONDITIONS(arena, make(ABI_ALL, CONTEXT_ALL, 0x00040600, INTERFACE_NEWEST)), ABI_ALL,
             "__XEN_INTERFACE_VERSION__ >= 0x00040600");
    assert_c(arena, CONDITIONS(arena, make(ABI_ALL, TOOLS | XEN, 0x00040600, INTERFACE_NEWEST)), ABI_ALL,
             "defined(__XEN__) || defined(__XEN_TOOLS__)");
    assert_c(arena, CONDITIONS(arena, make(ABI_ALL, TOOLS | GUEST, 0x00040600, INTERFACE_NEWEST)), ABI_ALL,
             "!defined(__XEN__) && __XEN_INTERFACE_VERSION__ >= 0x00040600");
    assert_c(arena, CONDITIONS(arena, make(ABI_ALL, CONTEXT_ALL, 0x00030205, 0x00040600)), ABI_ALL,
             "__XEN_INTERFACE_VERSION__ >= 0x00030205 && \\\n    __XEN_INTERFACE_VERSION__ < 0x00040600");
    /* What meets or adjoins is one. */
    assert_c(arena, CONDITIONS(arena, where(ABI_ALL, TOOLS | XEN), make(ABI_ALL, GUEST, 0x00040600, INTERFACE_NEWEST)),
             ABI_ALL, "__XEN_INTERFACE_VERSION__ >= 0x00040600");
    assert_c(arena,
             CONDITIONS(arena, make(ABI_ALL, CONTEXT_ALL, 0, 0x00040600),
                        make(ABI_ALL, CONTEXT_ALL, 0x00040600, INTERFACE_NEWEST)),
             ABI_ALL, NULL);
    assert_c(arena,
             CONDITIONS(arena, make(ABI_ALL, CONTEXT_ALL, 0, 0x00040600),
                        make(ABI_ALL, GUEST, 0x00040600, INTERFACE_NEWEST)),
             ABI_ALL, "!defined(__XEN__) && !defined(__XEN_TOOLS__)");
}

static void test_c_terms(void **state)
{
    struct arena *arena = *state;
    const struct condition always = CONDITION_ALWAYS;
    assert_c(arena, CONDITIONS(arena, where(X86, TOOLS)), ABI_ALL,
             "(defined(__i386__) || defined(__x86_64__)) && defined(__XEN_TOOLS__)");
    assert_c(arena, CONDITIONS(arena, where(X86_64, TOOLS | XEN)), ABI_ALL,
             "defined(__x86_64__) && (defined(__XEN__) || defined(__XEN_TOOLS__))");
    assert_c(arena, CONDITIONS(arena, where(X86, TOOLS)), X86, "defined(__XEN_TOOLS__)");
    assert_c(arena, CONDITIONS(arena, where(ABI_ALL & ~X86, TOOLS | XEN)), ABI_ALL,
             "!defined(__i386__) && !defined(__x86_64__) && \\\n"
             "    (defined(__XEN__) || defined(__XEN_TOOLS__))");
    assert_c(arena, CONDITIONS(arena, where(X86_32, CONTEXT_ALL), where(ABI_ALL, XEN)), ABI_ALL,
             "defined(__i386__) || defined(__XEN__)");
    assert_c(arena, CONDITIONS(arena, where(X86, CONTEXT_ALL), where(ABI_ALL, XEN)), ABI_ALL,
             "defined(__i386__) || defined(__x86_64__) || defined(__XEN__)");
    assert_c(arena, CONDITIONS(arena, where(X86_32, CONTEXT_ALL), where(ABI_ALL & ~X86_32, XEN)), ABI_ALL,
             "defined(__i386__) || defined(__XEN__)");
    assert_c(arena, CONDITIONS(arena, where(X86_32, TOOLS), where(ARM64, XEN)), ABI_ALL,
             "(defined(__i386__) && defined(__XEN_TOOLS__)) || \\\n"
             "    (defined(__aarch64__) && defined(__XEN__))");
    assert_c(arena, CONDITIONS(arena, where(X86_32, TOOLS), where(ARM64, XEN)), X86, /* on ABIs without the other */
             "defined(__i386__) && defined(__XEN_TOOLS__)");
    /* What all have in common is asked once. */
    assert_c(arena, CONDITIONS(arena, where(X86, TOOLS), make(X86, CONTEXT_ALL, 0, 0x00040600)), ABI_ALL,
             "(defined(__i386__) || defined(__x86_64__)) && \\\n"
             "    (defined(__XEN_TOOLS__) || __XEN_INTERFACE_VERSION__ < 0x00040600)");
    assert_c(arena, CONDITIONS(arena, with_macro(where(X86_32, XEN), "A"), with_macro(where(ARM32, XEN), "B")), ABI_ALL,
             "defined(__XEN__) && \\\n"
             "    ((defined(__i386__) && defined(A)) || (defined(__arm__) && defined(B)))");
    assert_c(arena, CONDITIONS(arena, with_macro(where(X86_32, TOOLS), "A"), with_macro(where(ARM32, XEN), "A")),
             ABI_ALL,
             "defined(A) && \\\n"
             "    ((defined(__i386__) && defined(__XEN_TOOLS__)) || \\\n"
             "    (defined(__arm__) && defined(__XEN__)))");
    assert_c(arena, CONDITIONS(arena, where(X86, TOOLS), always), ABI_ALL, NULL);
    assert_c(arena, CONDITIONS(arena, where(X86, TOOLS), where(X86, TOOLS)), X86, "defined(__XEN_TOOLS__)");
    assert_c(
        arena,
        CONDITIONS(arena, where(X86, CONTEXT_ALL), where(ABI_ALL, XEN), where(ARM | RISCV64 | PPC64, TOOLS | GUEST)),
        ABI_ALL, NULL);
    assert_c(arena, CONDITIONS(arena, with_macro(always, "NAME")), ABI_ALL, "defined(NAME)");
    assert_c(arena, CONDITIONS(arena, with_macro(always, "!NAME")), ABI_ALL, "!defined(NAME)");
    assert_c(arena, CONDITIONS(arena, with_macro(where(ARM64, CONTEXT_ALL), "NAME")), ABI_ALL,
             "defined(__aarch64__) && defined(NAME)");
    assert_c(arena, CONDITIONS(arena, with_macro(always, "NAME"), with_macro(always, "!NAME")), ABI_ALL, NULL);
    assert_c(arena, CONDITIONS(arena, with_macro(always, "A"), with_macro(where(X86_64, CONTEXT_ALL), "!A")), ABI_ALL,
             "defined(A) || defined(__x86_64__)");
    struct conditions same = {0};
    for (unsigned i = 0; i < 60; i++) {
        VEC_PUSH(arena, &same.any, where(X86_64, TOOLS));
    }
    assert_c(arena, same, X86, "defined(__x86_64__) && defined(__XEN_TOOLS__)");
    /* More than are simplified: all of them, in lines that are not too long. */
    struct conditions many = {0};
    for (unsigned i = 0; i < 60; i++) {
        VEC_PUSH(arena, &many.any,
                 with_macro(where(i % 2 ? X86_64 : ARM32, TOOLS), str_printf(arena, "NAME_%u", i).ptr));
    }
    struct buf out = buf_new(arena);
    assert_true(conditions_c(&out, &many, ABI_ALL));
    size_t column = 0, lines = 1;
    for (size_t i = 0; i < out.len; i++) {
        column = out.ptr[i] == '\n' ? 0 : column + 1;
        lines += out.ptr[i] == '\n';
        assert_in_range(column, 0, 79);
    }
    assert_in_range(lines, 60, 120);
}

static void test_c_random(void **state)
{
    struct arena *arena = *state;
    uint64_t seed = 1;
    struct tests tests = {0};
    for (unsigned i = 0; i < 1500; i++) {
        const struct conditions conditions = random_conditions(arena, &seed, i % 2);
        VEC_PUSH(arena, &tests.list,
                 (struct test){conditions, i % 3 ? next_random(&seed, ABI_ALL) + 1 : (unsigned)ABI_ALL});
    }
    run_preprocessor(arena, &tests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test_setup_teardown(test_releases, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_holds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_toml, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_c_abis, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_c_contexts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_c_terms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_c_random, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}
