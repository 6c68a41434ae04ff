/* Classes of configurations. */
#include "conditions.h"

#include "abi/split.h"

/* Whether two configurations are told apart by their ABI or by one of the sets. */
static bool differ(const struct config_set *sets, size_t len, unsigned a, unsigned b)
{
    bool found = config_abi(a) != config_abi(b);
    for (size_t i = 0; i < len; i++) {
        found = found || config_set_has(&sets[i], a) != config_set_has(&sets[i], b);
    }
    return found;
}

/* A split by sets has just the classes that they make, numbered by their first configurations. */
static void assert_split(const struct config_split *split, const struct config_set *sets, size_t len)
{
    unsigned classes = split ? split->classes : (unsigned)ABI_COUNT, seen = 0;
    for (unsigned a = 0; a < CONFIGS; a++) {
        assert_true(config_class(split, a) <= seen);
        seen += config_class(split, a) == seen;
        for (unsigned b = 0; b < a; b++) {
            assert_int_equal(config_class(split, a) != config_class(split, b), differ(sets, len, a, b));
        }
    }
    assert_int_equal(seen, classes);
}

static void test_sets(void **state)
{
    struct arena *arena = *state;
    uint64_t seed = 1;
    for (unsigned round = 0; round < 50; round++) {
        struct config_set sets[3] = {{{0}}};
        const struct config_split *split = NULL;
        for (size_t i = 0; i < 3; i++) {
            for (unsigned config = 0; config < CONFIGS; config++) {
                if (next_random(&seed, 1 + round % 9) == 0) {
                    config_set_add(&sets[i], config);
                }
            }
            split = split_by_set(arena, split, &sets[i], CONFIGS);
            assert_split(split, sets, i + 1);
        }
        /* The same by halves. */
        const struct config_split *first = split_by_set(arena, NULL, &sets[0], CONFIGS);
        const struct config_split *others =
            split_by_set(arena, split_by_set(arena, NULL, &sets[1], CONFIGS), &sets[2], CONFIGS);
        assert_split(split_by_both(arena, first, others), sets, 3);
    }
}

/* What only the ABI decides makes no classes of its own. */
static void test_abis(void **state)
{
    struct arena *arena = *state;
    const struct config_split *all = split_by_all(arena, CONFIGS);
    for (abi_set on = 0; on <= ABI_ALL; on++) {
        struct config_set set = {{0}};
        for (unsigned config = 0; config < CONFIGS; config++) {
            if (on & ABI_BIT(config_abi(config))) {
                config_set_add(&set, config);
            }
        }
        assert_null(split_by_set(arena, NULL, &set, CONFIGS));
        assert_ptr_equal(split_by_set(arena, all, &set, CONFIGS), all);
    }
    assert_null(split_by_set(arena, NULL, NULL, CONFIGS));
    assert_null(split_by_both(arena, NULL, NULL));
    assert_ptr_equal(split_by_both(arena, all, NULL), all);
    assert_ptr_equal(split_by_both(arena, NULL, all), all);
    assert_int_equal(all->classes, CONFIGS);
}

/* The configurations of a set in turn. */
static void test_next(void **state)
{
    (void)state;
    static const unsigned some[] = {0, 1, 62, 63, 64, 65, 127, 128, 200, CONFIGS_MAX - 1};
    struct config_set set = {{0}};
    assert_int_equal(config_set_next(&set, 0), CONFIGS_MAX);
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        config_set_add(&set, some[i]);
    }
    unsigned config = 0;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++, config++) {
        config = config_set_next(&set, config);
        assert_int_equal(config, some[i]);
    }
    assert_int_equal(config_set_next(&set, config), CONFIGS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_abis, set_up, tear_down),
        cmocka_unit_test(test_next),
    };
    return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
