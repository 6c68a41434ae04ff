/* Conditions made of sets of configurations. */
#include "conditions.h"

#include "abi/condition.h"

static struct config_set random_configs(uint64_t *seed, unsigned of)
{
    struct config_set set = {{0}};
    for (unsigned config = 0; config < CONFIGS; config++) {
        if (next_random(seed, of)) {
            config_set_add(&set, config);
        }
    }
    return set;
}

static void assert_from_set(struct arena *arena, struct conditions wanted, const struct config_set *among,
                            const char *toml)
{
    const struct config_set set = where_holds(&wanted);
    const struct config_set everything = all_but(NULL);
    struct conditions found = conditions_from_set(arena, samples, SAMPLES, &set, among ? among : &everything);
    assert_toml(arena, found, toml);
}

/* What is written the best way comes back as it is, and other things simpler. */
static void test_set_forms(void **state)
{
    struct arena *arena = *state;
    static const struct {
        abi_set abis;
        context_set contexts;
        uint32_t from, end;
    } same[] = {
        {X86, CONTEXT_ALL, 0, INTERFACE_NEWEST},
        {X86_32, CONTEXT_ALL, 0, INTERFACE_NEWEST},
        {ABI_ALL & ~X86_32, CONTEXT_ALL, 0, INTERFACE_NEWEST},
        {ABI_ALL, TOOLS, 0, INTERFACE_NEWEST},
        {ABI_ALL, TOOLS | XEN, 0, INTERFACE_NEWEST},
        {ABI_ALL, TOOLS | GUEST, 0, INTERFACE_NEWEST},
        {ABI_ALL, GUEST, 0, INTERFACE_NEWEST},
        {ARM, GUEST | XEN, 0, INTERFACE_NEWEST},
        {ABI_ALL, CONTEXT_ALL, 0, 0x00040600},
        {ABI_ALL, CONTEXT_ALL, 0x00030205, INTERFACE_NEWEST},
        {ABI_ALL, CONTEXT_ALL, 0x00030205, 0x00040600},
        {ABI_ALL, TOOLS | GUEST, 0x00040600, INTERFACE_NEWEST},
        {X86_64 | ARM | PPC64, GUEST, 0x00040600, INTERFACE_NEWEST},
        {X86_64, CONTEXT_ALL, 0, 0x00030205},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct conditions c = CONDITIONS(arena, make(same[i].abis, same[i].contexts, same[i].from, same[i].end));
        struct buf toml = buf_new(arena);
        conditions_toml(&toml, &c);
        assert_from_set(arena, c, NULL, str_copy(arena, buf_view(&toml)).ptr);
    }
    assert_from_set(arena, (struct conditions){0}, NULL, "{}");
    assert_from_set(arena, CONDITIONS(arena, where(0, CONTEXT_ALL)), NULL, "{ abi = [] }");
    assert_from_set(arena,
                    CONDITIONS(arena, where(ABI_ALL, TOOLS | XEN), make(ABI_ALL, GUEST, 0x00040600, INTERFACE_NEWEST)),
                    NULL, "{ interface = \">= 0x00040600\" }");
    assert_from_set(arena, CONDITIONS(arena, where(X86_32, CONTEXT_ALL), where(ABI_ALL & ~X86_32, XEN)), NULL,
                    "[{ abi = [\"x86_32\"] }, { context = [\"xen\"] }]");
    assert_from_set(arena, CONDITIONS(arena, where(X86_64, TOOLS), where(X86_32, TOOLS), where(ARM, XEN)), NULL,
                    "[{ abi = [\"x86\"], context = [\"tools\"] }, { abi = [\"arm\"], context = [\"xen\"] }]");
}

/* What was not seen makes conditions simpler. */
static void test_set_free(void **state)
{
    struct arena *arena = *state;
    struct conditions x86_32_xen = CONDITIONS(arena, where(X86_32, XEN));
    const struct config_set real = all_but(&x86_32_xen);
    assert_from_set(arena, CONDITIONS(arena, where(ABI_ALL & ~X86_32, XEN)), &real, "{ context = [\"xen\"] }");
    assert_from_set(arena, CONDITIONS(arena, where(X86_32, TOOLS | GUEST)), &real, "{ abi = [\"x86_32\"] }");
    assert_from_set(arena, CONDITIONS(arena, where(X86_64, CONTEXT_ALL), where(X86_32, TOOLS | GUEST)), &real,
                    "{ abi = [\"x86\"] }");
    struct conditions other = CONDITIONS(arena, where(ABI_ALL & ~X86, CONTEXT_ALL));
    const struct config_set x86 = all_but(&other);
    assert_from_set(arena, CONDITIONS(arena, where(X86_64, CONTEXT_ALL)), &x86, "{ abi = [\"x86_64\"] }");
    assert_from_set(arena, CONDITIONS(arena, where(X86, TOOLS)), &x86, "{ context = [\"tools\"] }");
    struct conditions guests = CONDITIONS(arena, where(ABI_ALL, GUEST));
    const struct config_set hosts = all_but(&guests);
    assert_from_set(arena, CONDITIONS(arena, where(ABI_ALL, TOOLS)), &hosts, "{ context = [\"tools\"] }");
    assert_from_set(arena, CONDITIONS(arena, where(ABI_ALL, TOOLS | XEN)), &hosts, "{}");
    /* The boundary is the first version that was seen and is different. */
    struct conditions unseen = CONDITIONS(arena, make(ABI_ALL, CONTEXT_ALL, 0x00030205, 0x00040600));
    const struct config_set gap = all_but(&unseen);
    assert_from_set(arena, CONDITIONS(arena, make(ABI_ALL, CONTEXT_ALL, 0, 0x00030205)), &gap,
                    "{ interface = \"< 0x00040600\" }");
    assert_from_set(arena, CONDITIONS(arena, make(ABI_ALL, GUEST, 0x00030205, INTERFACE_NEWEST)), &gap,
                    "{ context = [\"guest\"], interface = \">= 0x00040600\" }");
    /* But no condition can name the newest version, which stands for those to come. */
    unseen = CONDITIONS(arena, make(ABI_ALL, CONTEXT_ALL, 0x000405ff, 0x00040601));
    const struct config_set sparse = all_but(&unseen);
    assert_from_set(arena, CONDITIONS(arena, make(ABI_ALL, CONTEXT_ALL, 0, 0x000405ff)), &sparse,
                    "{ interface = \"< 0x00030206\" }");
    const struct config_set none = {{0}};
    assert_from_set(arena, CONDITIONS(arena, where(X86, TOOLS)), &none, "{}");
}

/* Conditions made of random sets hold for just these, and so does their text. */
static void test_set_random(void **state)
{
    struct arena *arena = *state;
    uint64_t seed = 2;
    struct tests tests = {0};
    for (unsigned i = 0; i < 3000; i++) {
        const struct conditions from = random_conditions(arena, &seed, false);
        /* Sets that have a form, some of them but for a few configurations, and sets that have none. */
        struct config_set wanted = i % 5 ? where_holds(&from) : random_configs(&seed, 2);
        if (i % 5 == 1) {
            config_set_add(&wanted, next_random(&seed, CONFIGS));
        }
        const struct config_set among = i % 2 ? all_but(NULL) : random_configs(&seed, 2 + i % 9);
        const struct conditions found = conditions_from_set(arena, samples, SAMPLES, &wanted, &among);
        bool any = false, all = true;
        for (unsigned config = 0; config < CONFIGS; config++) {
            if (config_set_has(&among, config)) {
                const bool is_wanted = config_set_has(&wanted, config);
                any = any || is_wanted;
                all = all && is_wanted;
                assert_int_equal(conditions_hold(&found, &samples[config_sample(config)], config_abi(config)),
                                 is_wanted);
            }
        }
        assert_int_equal(found.any.len == 0, all);
        if (i % 5 >= 2 && any && !all) {
            assert_in_range(found.any.len, 1, from.any.len);
        }
        if (i % 4 == 0) {
            VEC_PUSH(arena, &tests.list, (struct test){found, ABI_ALL});
        }
    }
    run_preprocessor(arena, &tests);
}

/* The order of the samples makes no difference, nor does one that is there twice. */
static void test_set_order(void **state)
{
    struct arena *arena = *state;
    uint64_t seed = 3;
    struct sample twice[2 * SAMPLES];
    for (unsigned i = 0; i < 2 * SAMPLES; i++) {
        twice[i] = samples[(i * 5 + 3) % SAMPLES];
    }
    for (unsigned i = 0; i < 300; i++) {
        const struct config_set wanted = random_configs(&seed, 2), among = random_configs(&seed, 4);
        struct config_set other_wanted = {{0}}, other_among = {{0}};
        for (unsigned config = 0; config < 2 * CONFIGS; config++) {
            const unsigned same = (config_sample(config) * 5 + 3) % SAMPLES * ABI_COUNT + config_abi(config);
            if (config_set_has(&wanted, same)) {
                config_set_add(&other_wanted, config);
            }
            if (config_set_has(&among, same)) {
                config_set_add(&other_among, config);
            }
        }
        const struct conditions one = conditions_from_set(arena, samples, SAMPLES, &wanted, &among);
        const struct conditions other =
            conditions_from_set(arena, twice, sizeof twice / sizeof *twice, &other_wanted, &other_among);
        struct buf toml = buf_new(arena);
        conditions_toml(&toml, &one);
        assert_toml(arena, other, str_copy(arena, buf_view(&toml)).ptr);
    }
}

/* As many samples as there may be, and sets without any form. */
static void test_set_limits(void **state)
{
    struct arena *arena = *state;
    uint64_t seed = 4;
    struct sample many[SAMPLES_MAX];
    for (unsigned i = 0; i < SAMPLES_MAX; i++) {
        many[i] = (struct sample){CONTEXT_GUEST, i * 0x100, false};
    }
    for (unsigned guests = SAMPLES_MAX - 2; guests <= SAMPLES_MAX; guests++) {
        struct config_set wanted = {{0}}, among = {{0}};
        for (unsigned i = guests; i < SAMPLES_MAX; i++) {
            many[i] = (struct sample){i % 2 ? CONTEXT_TOOLS : CONTEXT_XEN, INTERFACE_NEWEST, false};
        }
        for (unsigned config = 0; config < CONFIGS_MAX; config++) {
            config_set_add(&among, config);
            if (next_random(&seed, 2)) {
                config_set_add(&wanted, config);
            }
        }
        const struct conditions found = conditions_from_set(arena, many, SAMPLES_MAX, &wanted, &among);
        for (unsigned config = 0; config < CONFIGS_MAX; config++) {
            assert_int_equal(conditions_hold(&found, &many[config_sample(config)], config_abi(config)),
                             config_set_has(&wanted, config));
        }
        for (unsigned i = SAMPLES_MAX - 2; i < SAMPLES_MAX; i++) {
            many[i] = (struct sample){CONTEXT_GUEST, i * 0x100, false};
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_set_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set_free, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set_random, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_set_limits, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("condition_set", tests, NULL, NULL);
}
