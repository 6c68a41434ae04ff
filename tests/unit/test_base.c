/* The contracts of src/base: arena, strings, buffers, vectors and maps. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_str(struct str s, const char *expected)
{
    assert_int_equal(s.len, strlen(expected));
    assert_memory_equal(s.ptr, expected, s.len);
}

/*
 * Arena
 */

static void arena_aligned_and_zeroed(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL);
    for (size_t size = 0; size < 70000; size = size * 3 / 2 + 1) {
        unsigned char *bytes = arena_alloc(&arena, size);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % sizeof(uint64_t), 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(bytes[i], 0);
        }
        memset(bytes, 0xa5, size);
    }
    arena_free(&arena);

    /* It can be used again, and memory that was used before comes back zeroed. */
    const uint64_t *numbers = ARENA_ARRAY(&arena, 1000, uint64_t);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(numbers[i], 0);
    }
    arena_free(&arena);
}

static void arena_empty_allocations_differ(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL);
    const void *a = arena_alloc(&arena, 0);
    const void *b = arena_array(&arena, 0, 16);
    assert_non_null(a);
    assert_non_null(b);
    assert_ptr_not_equal(a, b);
    arena_free(&arena);
}

static void fill(unsigned char *bytes, size_t from, size_t to, unsigned seed)
{
    for (size_t i = from; i < to; i++) {
        bytes[i] = (unsigned char)(i * 7 + seed);
    }
}

static void assert_filled(const unsigned char *bytes, size_t len, unsigned seed)
{
    for (size_t i = 0; i < len; i++) {
        assert_int_equal(bytes[i], (unsigned char)(i * 7 + seed));
    }
}

static void arena_growth_keeps_bytes(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL);
    /* Three buffers that grow in turns, so that each is sometimes the newest and sometimes not. */
    unsigned char *bytes[3] = {NULL, NULL, NULL};
    size_t sizes[3] = {0, 0, 0};
    for (size_t step = 0; step < 60; step++) {
        const size_t i = step % 3;
        const size_t size = sizes[i] ? sizes[i] * 2 - sizes[i] / 3 : 5 + i;
        bytes[i] = arena_grow(&arena, bytes[i], sizes[i], size);
        assert_int_equal((uintptr_t)bytes[i] % sizeof(uint64_t), 0);
        fill(bytes[i], sizes[i], size, (unsigned)i);
        sizes[i] = size;
        for (size_t j = 0; j < 3; j++) {
            assert_filled(bytes[j], sizes[j], (unsigned)j);
        }
    }
    arena_free(&arena);
}

static void arena_newest_grows_in_place(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL);
    char *first = arena_alloc(&arena, 10);
    char *second = arena_alloc(&arena, 20);
    assert_ptr_equal(arena_grow(&arena, second, 20, 400), second);
    assert_ptr_equal(arena_grow(&arena, second, 400, 100), second);
    memcpy(first, "0123456789", 10);
    char *moved = arena_grow(&arena, first, 10, 1000);
    assert_ptr_not_equal(moved, first);
    assert_memory_equal(moved, "0123456789", 10);
    arena_free(&arena);
}

static void arena_parts_go_first(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL);
    struct arena *child = arena_child(&arena), *inner = arena_child(child);
    char *kept = arena_alloc(&arena, 100);
    memset(kept, 7, 100);
    for (int round = 0; round < 3; round++) {
        /* Many blocks, and some of their own; what was there before comes back zeroed. */
        for (size_t i = 0; i < 200; i++) {
            unsigned char *bytes = arena_alloc(child, i * 300);
            for (size_t k = 0; k < i * 300; k++) {
                assert_int_equal(bytes[k], 0);
            }
            memset(bytes, 0xa5, i * 300);
        }
        if (round == 0) {
            memset(arena_alloc(inner, 100000), 1, 100000); /* goes with the one that it is in */
        }
        arena_clear(child);
    }
    child = arena_child(&arena);
    memset(arena_alloc(child, 50000), 1, 50000);
    arena_free(child);
    memset(arena_alloc(child, 50), 1, 50); /* a part that was freed can be used again, and goes with the whole */
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(kept[i], 7);
    }
    arena_free(&arena);
}

static void arena_drops_what_is_large(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL);
    void *large[3];
    for (size_t i = 0; i < 3; i++) {
        large[i] = arena_alloc(&arena, 100000);
    }
    char *small = arena_alloc(&arena, 10);
    memcpy(small, "small text", 10);
    arena_drop(&arena, NULL, 0);
    arena_drop(&arena, small, 10); /* stays: it shares its block */
    arena_drop(&arena, large[1], 100000);
    arena_drop(&arena, large[2], 100000);
    memset(large[0], 1, 100000);
    large[0] = arena_grow(&arena, large[0], 100000, 200000);
    assert_memory_equal(small, "small text", 10);
    arena_drop(&arena, large[0], 200000);
    arena_free(&arena);
}

static void arena_comes_back_as_it_was_saved(void **state)
{
    (void)state;
    struct arena root;
    arena_init(&root, NULL);
    struct arena *arena = arena_child(&root), *to = arena_child(&root);
    unsigned char *small[300], *large = arena_alloc(arena, 100000);
    for (size_t i = 0; i < 300; i++) {
        small[i] = arena_alloc(arena, 301 + i); /* more than a block, with gaps */
        memset(small[i], (int)(i % 256), 301 + i);
    }
    memset(large, 7, 100000);
    const struct arena_copy *copy = arena_save(arena, to);
    for (unsigned round = 0; round < 2; round++) {
        memset(large, 8, 100000);
        for (size_t i = 0; i < 300; i++) {
            memset(small[i], 255, 301 + i);
        }
        arena_restore(arena, copy);
        for (size_t i = 0; i < 300; i++) {
            assert_int_equal(small[i][0], i % 256);
            assert_int_equal(small[i][300 + i], i % 256);
        }
        assert_int_equal(large[0], 7);
        assert_int_equal(large[99999], 7);
    }
    arena_clear(to);
    unsigned char *more = arena_alloc(arena, 1000); /* it goes on where it was */
    assert_int_equal(more[0] | more[999], 0);
    memset(more, 1, 1000);
    assert_int_equal(small[299][599], 299 % 256);
    arena_clear(arena);
    copy = arena_save(arena, to); /* of nothing */
    arena_restore(arena, copy);
    arena_free(&root);
}

/* A jump must come back with 1 and leave an arena that can be freed. */
static void expect_oom(void (*act)(struct arena *))
{
    jmp_buf oom;
    struct arena arena;
    arena_init(&arena, &oom);
    const int jumped = setjmp(oom);
    if (jumped == 0) {
        memset(arena_alloc(&arena, 100), 1, 100);
        act(&arena);
        fail_msg("the arena gave memory that cannot be there");
    }
    assert_int_equal(jumped, 1);
    assert_non_null(arena_alloc(&arena, 8));
    arena_free(&arena);
}

static void alloc_everything(struct arena *arena)
{
    arena_alloc(arena, SIZE_MAX);
}

static void alloc_almost_everything(struct arena *arena)
{
    arena_alloc(arena, SIZE_MAX - 20);
}

static void alloc_half(struct arena *arena)
{
    arena_alloc(arena, (size_t)PTRDIFF_MAX);
}

static void array_overflows(struct arena *arena)
{
    arena_array(arena, SIZE_MAX / 8 + 2, 8);
}

static void array_overflows_to_small(struct arena *arena)
{
    arena_array(arena, (SIZE_MAX >> 1) + 2, 2);
}

static void grow_small_to_everything(struct arena *arena)
{
    void *old = arena_alloc(arena, 16);
    arena_grow(arena, old, 16, SIZE_MAX - 3);
}

static void grow_large_to_everything(struct arena *arena)
{
    void *old = arena_alloc(arena, 100000);
    arena_grow(arena, old, 100000, SIZE_MAX - 3);
}

static void grow_nothing_to_everything(struct arena *arena)
{
    arena_grow(arena, NULL, 0, SIZE_MAX);
}

static void fill_too_much(struct arena *arena)
{
    struct buf buf = buf_new(arena);
    buf_char(&buf, 'x');
    buf_fill(&buf, 'x', SIZE_MAX);
}

static void reserve_too_much(struct arena *arena)
{
    size_t cap = SIZE_MAX / 16;
    vec_reserve(arena, NULL, cap, &cap, 64);
}

static void arena_out_of_memory_jumps(void **state)
{
    (void)state;
    expect_oom(alloc_everything);
    expect_oom(alloc_almost_everything);
    expect_oom(alloc_half);
    expect_oom(array_overflows);
    expect_oom(array_overflows_to_small);
    expect_oom(grow_small_to_everything);
    expect_oom(grow_large_to_everything);
    expect_oom(grow_nothing_to_everything);
    expect_oom(fill_too_much);
    expect_oom(reserve_too_much);
}

/*
 * Strings
 */

static void str_compares(void **state)
{
    (void)state;
    const struct str empty = {NULL, 0};
    assert_true(str_eq(STR("abc"), STR("abc")));
    assert_false(str_eq(STR("abc"), STR("abd")));
    assert_false(str_eq(STR("abc"), STR("ab")));
    assert_true(str_eq(empty, STR("")));
    assert_true(str_is(STR("abc"), "abc"));
    assert_false(str_is(STR("abc"), "abcd"));
    assert_false(str_is(STR("a\0b"), "a"));
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("b"), STR("a")) > 0);
    assert_true(str_cmp(STR("a"), STR("aa")) < 0);
    assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
    assert_int_equal(str_cmp(STR("same"), STR("same")), 0);
    assert_int_equal(str_cmp(empty, STR("")), 0);
    assert_true(str_starts(STR("abc"), "ab"));
    assert_true(str_starts(empty, ""));
    assert_false(str_starts(STR("a"), "ab"));
    assert_true(str_ends(STR("abc"), "bc"));
    assert_true(str_ends(STR("abc"), ""));
    assert_true(str_ends(empty, ""));
    assert_false(str_ends(STR("c"), "bc"));
}

static void str_copies(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL);
    const struct str copy = str_copy(&arena, (struct str){"abcdef", 3});
    assert_string_equal(copy.ptr, "abc");
    assert_int_equal(copy.len, 3);
    assert_string_equal(str_copy(&arena, (struct str){NULL, 0}).ptr, "");
    assert_str(str_printf(&arena, "%d-%s", 42, "x"), "42-x");
    /* Around the size of the buffer on the stack, and far past it. */
    for (int width = 250; width < 260; width++) {
        assert_int_equal(str_printf(&arena, "%*d", width, 7).len, width);
    }
    const struct str large = str_printf(&arena, "%0100000d|", 5);
    assert_int_equal(large.len, 100001);
    assert_int_equal(large.ptr[100000], '|');
    assert_int_equal(large.ptr[100001], '\0');
    arena_free(&arena);
}

static void ascii_only(void **state)
{
    (void)state;
    for (int i = 0; i < 256; i++) {
        const char c = (char)i;
        const bool upper = i >= 65 && i <= 90, lower = i >= 97 && i <= 122;
        assert_int_equal(ascii_is_upper(c), upper);
        assert_int_equal(ascii_is_lower(c), lower);
        assert_int_equal(ascii_is_alpha(c), upper || lower);
        assert_int_equal(ascii_is_digit(c), i >= 48 && i <= 57);
        assert_int_equal(ascii_to_upper(c), lower ? (char)(i - 32) : c);
        assert_int_equal(ascii_to_lower(c), upper ? (char)(i + 32) : c);
    }
}

static void distances(void **state)
{
    (void)state;
    assert_int_equal(str_distance(STR(""), STR(""), 3), 0);
    assert_int_equal(str_distance(STR("name"), STR("name"), 3), 0);
    assert_int_equal(str_distance(STR("Name"), STR("nAME"), 0), 0);
    assert_int_equal(str_distance(STR("name"), STR("nam"), 3), 1);
    assert_int_equal(str_distance(STR("name"), STR("names"), 3), 1);
    assert_int_equal(str_distance(STR("name"), STR("nave"), 3), 1);
    assert_int_equal(str_distance(STR("name"), STR("nmae"), 3), 1);
    assert_int_equal(str_distance(STR("ca"), STR("abc"), 5), 3); /* a swap is not edited again */
    assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 5), 3);
    assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 2), 3);
    assert_int_equal(str_distance(STR("abc"), STR("xyz"), 1), 2);
    assert_int_equal(str_distance(STR("abc"), STR(""), 3), 3);

    char word[70];
    memset(word, 'a', sizeof word);
    assert_int_equal(str_distance((struct str){word, 64}, (struct str){word, 63}, 2), 1);
    assert_int_equal(str_distance((struct str){word, 65}, (struct str){word, 65}, 2), 3);
}

static struct str nearest_of(struct str word, const char *const *candidates)
{
    struct nearest search = nearest_start(word);
    for (; *candidates; candidates++) {
        nearest_try(&search, str_from(*candidates));
    }
    return search.best;
}

static void nearest_words(void **state)
{
    (void)state;
    static const char *const keys[] = {"type", "name",    "names",   "description", "fields",
                                       "a",    "Kind_of", "kind_of", NULL};
    assert_str(nearest_of(STR("nmae"), keys), "name");
    assert_str(nearest_of(STR("Name"), keys), "name");
    assert_str(nearest_of(STR("descripton"), keys), "description");
    assert_str(nearest_of(STR("feilds"), keys), "fields");
    assert_str(nearest_of(STR("namez"), keys), "name"); /* the first of two as near */
    assert_str(nearest_of(STR("kind_f"), keys), "kind_of");
    assert_str(nearest_of(STR("Kind_f"), keys), "Kind_of");
    assert_int_equal(nearest_of(STR("value"), keys).len, 0);
    assert_int_equal(nearest_of(STR("b"), keys).len, 0);
    assert_int_equal(nearest_of(STR(""), keys).len, 0);
}

/*
 * Buffers and vectors
 */

static void buf_builds(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL);
    struct buf buf = buf_new(&arena);
    assert_str(buf_view(&buf), "");
    assert_non_null(buf_view(&buf).ptr);
    buf_text(&buf, "a");
    buf_char(&buf, 'b');
    buf_str(&buf, STR("cd"));
    buf_str(&buf, (struct str){NULL, 0});
    buf_fill(&buf, '-', 3);
    buf_bytes(&buf, "e\0f", 3);
    assert_int_equal(buf.len, 10);
    assert_memory_equal(buf.ptr, "abcd---e\0f", 10);

    buf_clear(&buf);
    buf_u64(&buf, 0);
    buf_char(&buf, ' ');
    buf_u64(&buf, UINT64_MAX);
    buf_char(&buf, ' ');
    buf_hex(&buf, 0);
    buf_char(&buf, ' ');
    buf_hex(&buf, UINT64_C(0xdeadbeef00));
    buf_char(&buf, ' ');
    buf_hex(&buf, UINT64_MAX);
    assert_str(buf_view(&buf), "0 18446744073709551615 0x0 0xdeadbeef00 0xffffffffffffffff");

    buf_clear(&buf);
    buf_printf(&buf, "%s", "");
    assert_int_equal(buf.len, 0);
    for (int width = 1; width < 300; width++) {
        const size_t before = buf.len;
        buf_printf(&buf, "%*d", width, 1);
        assert_int_equal(buf.len, before + (size_t)width);
        assert_int_equal(buf.ptr[buf.len - 1], '1');
    }
    arena_free(&arena);
}

static void buf_grows(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL);
    struct buf a = buf_new(&arena), b = buf_new(&arena);
    for (unsigned i = 0; i < 300000; i++) {
        buf_char(&a, (char)('a' + i % 26));
        buf_printf(&b, "%u,", i);
    }
    assert_int_equal(a.len, 300000);
    for (unsigned i = 0; i < 300000; i++) {
        assert_int_equal(a.ptr[i], 'a' + i % 26);
    }
    assert_memory_equal(b.ptr, "0,1,2,3,", 8);
    assert_memory_equal(b.ptr + b.len - 14, "299998,299999,", 14);
    arena_free(&arena);
}

static void vec_pushes(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL);
    struct pair {
        size_t number;
        const char *text;
    };
    VEC(struct pair) pairs = {0};
    VEC(char) chars = {0};
    for (size_t i = 0; i < 100000; i++) {
        const struct pair *pushed = VEC_PUSH(&arena, &pairs, (struct pair){i, "x"});
        assert_int_equal(pushed->number, i);
        VEC_PUSH(&arena, &chars, (char)(i % 100));
    }
    assert_int_equal(pairs.len, 100000);
    assert_true(pairs.cap >= pairs.len && pairs.cap < 2 * pairs.len + 8);
    for (size_t i = 0; i < 100000; i++) {
        assert_int_equal(pairs.at[i].number, i);
        assert_int_equal(chars.at[i], i % 100);
    }
    arena_free(&arena);
}

/*
 * Maps
 */

static void map_small(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL);
    struct map map = map_new(&arena);
    int one = 1, two = 2;
    assert_null(map_get(&map, STR("a")));
    assert_null(map_add(&map, STR("a"), &one));
    assert_ptr_equal(map_add(&map, STR("a"), &two), &one);
    assert_ptr_equal(map_get(&map, STR("a")), &one);
    assert_null(map_get(&map, STR("A")));
    assert_null(map_add(&map, STR(""), &two));
    assert_ptr_equal(map_get(&map, (struct str){NULL, 0}), &two);
    assert_null(map_add(&map, STR("\0"), &one));
    assert_ptr_equal(map_get(&map, STR("\0")), &one);
    assert_null(map_get(&map, STR("\0\0")));
    assert_int_equal(map.len, 3);
    arena_free(&arena);
}

static void map_large(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct arena arena;
    arena_init(&arena, NULL);
    struct map map = map_new(&arena);
    struct str *keys = ARENA_ARRAY(&arena, COUNT, struct str);
    for (unsigned i = 0; i < COUNT; i++) {
        keys[i] = str_printf(&arena, "xen_%u_%s", i, i % 2 ? "a_rather_long_tail_of_a_name" : "");
        assert_null(map_add(&map, keys[i], &keys[i]));
    }
    assert_int_equal(map.len, COUNT);
    assert_true(map.len < map.cap);
    for (unsigned i = 0; i < COUNT; i++) {
        /* Found by content, not by address. */
        const struct str copy = str_copy(&arena, keys[i]);
        assert_ptr_equal(map_get(&map, copy), &keys[i]);
        assert_ptr_equal(map_add(&map, copy, &map), &keys[i]);
    }
    assert_null(map_get(&map, STR("xen_100000_")));
    assert_int_equal(map.len, COUNT);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_aligned_and_zeroed),
        cmocka_unit_test(arena_empty_allocations_differ),
        cmocka_unit_test(arena_growth_keeps_bytes),
        cmocka_unit_test(arena_newest_grows_in_place),
        cmocka_unit_test(arena_parts_go_first),
        cmocka_unit_test(arena_drops_what_is_large),
        cmocka_unit_test(arena_comes_back_as_it_was_saved),
        cmocka_unit_test(arena_out_of_memory_jumps),
        cmocka_unit_test(str_compares),
        cmocka_unit_test(str_copies),
        cmocka_unit_test(ascii_only),
        cmocka_unit_test(distances),
        cmocka_unit_test(nearest_words),
        cmocka_unit_test(buf_builds),
        cmocka_unit_test(buf_grows),
        cmocka_unit_test(vec_pushes),
        cmocka_unit_test(map_small),
        cmocka_unit_test(map_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
