#include "base/rope.h"

#include "base/fd.h"

#include <errno.h>
#include <unistd.h>

/* What is shorter than this stays in its buffer, and all ropes together hold no more than that much in memory. */
static const size_t piece_min = (size_t)256 << 10, held_max = (size_t)2 << 20;

/* Writes at the end of the store; false if that cannot be done, and the store is as it was. */
static bool store_put(struct rope_store *store, struct str text)
{
    size_t at = store->size;
    if (!store->file && !store->failed) {
        store->file = tmpfile();
    }
    store->failed = !store->file;
    while (text.len && !store->failed) {
        const ssize_t put = pwrite(fileno(store->file), text.ptr, text.len, (off_t)at);
        if (put > 0) {
            text = (struct str){text.ptr + put, text.len - (size_t)put};
            at += (size_t)put;
        } else {
            store->failed = put == 0 || errno != EINTR;
        }
    }
    store->size = text.len ? store->size : at;
    return !text.len;
}

static void add_part(struct rope *rope, struct arena *arena, struct rope_part part)
{
    VEC_PUSH(arena, &rope->parts, part);
    rope->len += part.len;
}

struct rope rope_from(struct arena *arena, struct str text)
{
    struct rope rope = {.len = 0};
    add_part(&rope, arena, (struct rope_part){.ptr = text.len ? text.ptr : "", .len = text.len});
    return rope;
}

/* Moves the text to the store, if that takes it. */
static bool add_stored(struct rope *rope, struct rope_store *store, struct buf *buf)
{
    const size_t off = store->size;
    if (store->failed || !store_put(store, buf_view(buf))) {
        return false;
    }
    rope->store = store;
    add_part(rope, buf->arena, (struct rope_part){.off = off, .len = buf->len});
    buf_clear(buf);
    return true;
}

void rope_add(struct rope *rope, struct rope_store *store, struct buf *buf)
{
    if (store && buf->len >= piece_min) {
        (void)add_stored(rope, store, buf);
    }
}

void rope_end(struct rope *rope, struct rope_store *store, struct buf *buf)
{
    if (!buf->len || (store && store->held + buf->len > held_max && add_stored(rope, store, buf))) {
        return;
    }
    add_part(rope, buf->arena, (struct rope_part){.ptr = buf->ptr, .len = buf->len});
    if (store) {
        store->held += buf->len;
    }
    *buf = buf_new(buf->arena);
}

void rope_join(struct arena *arena, struct rope *rope, const struct rope *more)
{
    rope->store = more->store ? more->store : rope->store;
    for (size_t i = 0; i < more->parts.len; i++) {
        add_part(rope, arena, more->parts.at[i]);
    }
}

int rope_each(const struct rope *rope, rope_take *take, void *data)
{
    char bytes[32768];
    for (size_t i = 0; i < rope->parts.len; i++) {
        struct rope_part part = rope->parts.at[i];
        int error = part.ptr ? take(data, (struct str){part.ptr, part.len}) : 0;
        while (!part.ptr && part.len && !error) {
            const size_t size = part.len < sizeof bytes ? part.len : sizeof bytes;
            const ssize_t got = pread(fileno(rope->store->file), bytes, size, (off_t)part.off);
            if (got > 0) {
                error = take(data, (struct str){bytes, (size_t)got});
                part.off += (size_t)got;
                part.len -= (size_t)got;
            } else if (got == 0 || errno != EINTR) {
                error = got == 0 ? EIO : errno;
            }
        }
        if (error) {
            return error;
        }
    }
    return 0;
}

static int append_piece(void *data, struct str piece)
{
    buf_str(data, piece);
    return 0;
}

int rope_text(struct arena *arena, const struct rope *rope, struct str *text)
{
    struct buf whole = buf_new(arena);
    const int error = rope_each(rope, append_piece, &whole);
    *text = buf_view(&whole);
    return error;
}

static int write_piece(void *data, struct str piece)
{
    return fd_write(*(const int *)data, piece);
}

int rope_write(const struct rope *rope, int fd)
{
    return rope_each(rope, write_piece, &fd);
}

void rope_store_release(struct rope_store *store, size_t held)
{
    if (store) {
        store->held = held;
    }
}

void rope_store_close(struct rope_store *store)
{
    if (store->file) {
        (void)fclose(store->file);
    }
    *store = (struct rope_store){.failed = true};
}
