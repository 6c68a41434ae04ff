/* Long texts in parts, and how text is put together. */
#include "base/format.h"
#include "base/rope.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int setup(void **state)
{
    static struct arena arena;
    arena_init(&arena, NULL);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

/* Lines that differ, up to so many bytes; `all` gets them as well. */
static void put_lines(struct buf *out, struct buf *all, size_t len, struct rope *rope, struct rope_store *store)
{
    for (size_t end = all->len + len; all->len < end;) {
        const size_t at = out->len;
        buf_printf(out, "line %zu\n", all->len);
        buf_bytes(all, out->ptr + at, out->len - at);
        rope_add(rope, store, out);
    }
}

static void expect_text(struct arena *arena, const struct rope *rope, const struct buf *all)
{
    struct str text;
    assert_int_equal(rope_text(arena, rope, &text), 0);
    assert_int_equal(rope->len, all->len);
    assert_true(str_eq(text, buf_view(all)));
}

static void short_ropes_stay_in_memory(void **state)
{
    struct arena *arena = *state;
    struct rope_store store = {.size = 0};
    struct rope rope = {.len = 0};
    struct buf out = buf_new(arena), all = buf_new(arena);
    put_lines(&out, &all, 1000, &rope, &store);
    assert_int_equal(rope.parts.len, 0);
    rope_end(&rope, &store, &out);
    assert_int_equal(rope.parts.len, 1);
    assert_int_equal(out.len, 0);
    assert_null(store.file);
    expect_text(arena, &rope, &all);
    const struct rope from = rope_from(arena, buf_view(&all));
    expect_text(arena, &from, &all);
}

static void long_ropes_leave_it(void **state)
{
    struct arena *arena = *state;
    struct rope_store store = {.size = 0};
    struct rope first = {.len = 0}, second = {.len = 0}, whole = {.len = 0};
    struct buf out = buf_new(arena), other = buf_new(arena), all = buf_new(arena), rest = buf_new(arena);
    for (int i = 0; i < 3; i++) {
        put_lines(&out, &all, 700000, &first, &store);
        put_lines(&other, &rest, 300000, &second, &store);
    }
    rope_end(&first, &store, &out);
    rope_end(&second, &store, &other);
    assert_non_null(store.file);
    assert_true(store.size > 2000000);
    assert_true(out.cap < 1000000);
    expect_text(arena, &first, &all);
    expect_text(arena, &second, &rest);

    buf_str(&all, buf_view(&rest));
    rope_join(arena, &whole, &first);
    rope_join(arena, &whole, &second);
    expect_text(arena, &whole, &all);

    /* What is gone from the store is an error, and not a shorter text. */
    struct str text;
    assert_int_equal(ftruncate(fileno(store.file), 1000), 0);
    assert_int_equal(rope_text(arena, &whole, &text), EIO);
    rope_store_close(&store);
    assert_null(store.file);
}

static void many_short_ropes_leave_it_too(void **state)
{
    struct arena *arena = *state;
    struct rope_store store = {.size = 0};
    struct rope ropes[40] = {{.len = 0}};
    struct buf all[40];
    for (size_t i = 0; i < 40; i++) {
        struct buf out = buf_new(arena);
        all[i] = buf_new(arena);
        put_lines(&out, &all[i], 100000 + i, &ropes[i], &store);
        rope_end(&ropes[i], &store, &out);
    }
    assert_true(store.held <= 2 << 20);
    for (size_t i = 0; i < 40; i++) {
        expect_text(arena, &ropes[i], &all[i]);
    }
    rope_store_close(&store);
}

static void without_a_store_they_stay(void **state)
{
    struct arena *arena = *state;
    struct rope_store failed = {.failed = true}, *stores[] = {&failed, NULL};
    for (size_t i = 0; i < 2; i++) {
        struct rope rope = {.len = 0};
        struct buf out = buf_new(arena), all = buf_new(arena);
        put_lines(&out, &all, 2000000, &rope, stores[i]);
        rope_end(&rope, stores[i], &out);
        assert_int_equal(rope.parts.len, 1);
        expect_text(arena, &rope, &all);
    }
    assert_null(failed.file);
}

static int stop_at_second(void *data, struct str piece)
{
    (void)piece;
    return ++*(int *)data == 2 ? ENOSPC : 0;
}

static void takers_stop_it(void **state)
{
    struct arena *arena = *state;
    struct rope rope = {.len = 0};
    int taken = 0;
    for (int i = 0; i < 3; i++) {
        const struct rope one = rope_from(arena, STR("text"));
        rope_join(arena, &rope, &one);
    }
    assert_int_equal(rope_each(&rope, stop_at_second, &taken), ENOSPC);
    assert_int_equal(taken, 2);
    assert_int_equal(rope_write(&rope, -1), EBADF);
}

static size_t formatted(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
static size_t formatted(char *out, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const size_t len = format_text(out, size, format, args);
    va_end(args);
    return len;
}

/* The same as snprintf has it, whatever there is room for; nothing is written past that. */
#define EXPECT_SAME(...)                                                         \
    do {                                                                         \
        char wanted[256], out[256];                                              \
        const size_t len = (size_t)snprintf(wanted, sizeof wanted, __VA_ARGS__); \
        for (size_t size = 1; size <= len + 1; size++) {                         \
            memset(out, '#', sizeof out);                                        \
            assert_int_equal(formatted(out, size, __VA_ARGS__), len);            \
            assert_memory_equal(out, wanted, size - 1);                          \
            assert_int_equal(out[size], '#');                                    \
        }                                                                        \
    } while (0)

static void formats_as_printf(void **state)
{
    (void)state;
    const struct str name = STR("domain_and_more");
    EXPECT_SAME("plain");
    EXPECT_SAME("100 %%, %c%c", 'a', 'b');
    EXPECT_SAME("%s and %.*s.", "this", 6, name.ptr);
    EXPECT_SAME("%.*s%s", 0, name.ptr, "");
    EXPECT_SAME("%.*s|", 9, "ends\0here");
    EXPECT_SAME("%u %u %u", 0u, 7u, UINT32_MAX);
    EXPECT_SAME("%d %d %d %d", 0, -1, INT32_MIN, INT32_MAX);
    EXPECT_SAME("%zu %zu", (size_t)0, SIZE_MAX);
    EXPECT_SAME("%llu %lld %lld", UINT64_MAX + 0ULL, (long long)INT64_MIN, (long long)INT64_MAX);
    EXPECT_SAME("%lu %" PRIu64, 12ul, (uint64_t)1 << 40);
    EXPECT_SAME("%s = 0x%08x (%-5d|%5.1f)", "mask", 0xabcu, 42, 2.5);
    EXPECT_SAME("%.2s %x", "cut", 255u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(short_ropes_stay_in_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(long_ropes_leave_it, setup, teardown),
        cmocka_unit_test_setup_teardown(many_short_ropes_leave_it_too, setup, teardown),
        cmocka_unit_test_setup_teardown(without_a_store_they_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(takers_stop_it, setup, teardown),
        cmocka_unit_test(formats_as_printf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
