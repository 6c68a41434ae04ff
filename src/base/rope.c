#include "base/rope.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

/* What is shorter than this stays in its buffer, and all ropes together hold no more than that much in memory. */
static const size_t piece_min = (size_t)256 << 10, held_max = (size_t)1 << 20;

/* Writes at the end of the store; false if that cannot be done, and the store is as it was. */
static bool store_put(struct rope_store *store, struct str text)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    size_t at = store->size;
    if (!store->file && !store->failed) {
        store->file = tmpfile();
    }
    store->failed = !store->file;
    /* A limit on file sizes shall be an error of write, not the end. */
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGXFSZ, &ignore, &before);
    while (text.len && !store->failed) {
        const ssize_t put = pwrite(fileno(store->file), text.ptr, text.len, (off_t)at);
        if (put > 0) {
            text = (struct str){text.ptr + put, text.len - (size_t)put};
            at += (size_t)put;
        } else {
            store->failed = put == 0 || errno != EINTR;
        }
    }
    sigaction(SIGXFSZ, &before, NULL);
    store->size = text.len ? store->size : at;
    return !text.len;
}

static void add_part(struct rope *rope, struct arena *arena, struct rope_part part)
{
    VEC_PUSH(arena, &rope->parts, part);
    rope->len += part.len;
}

/* Moves the text to the store, if that takes it. */
static bool add_stored(struct rope *rope, struct rope_store *store, struct buf *buf)
{
    const size_t off = store->size;
    if (store->failed || !store_put(store, buf_view(buf))) {
        return false;
    }
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
    for (size_t i = 0; i < more->parts.len; i++) {
        add_part(rope, arena, more->parts.at[i]);
    }
}

int rope_each(const struct rope *rope, const struct rope_store *store, rope_take *take, void *data)
{
    char bytes[32768];
    for (size_t i = 0; i < rope->parts.len; i++) {
        struct rope_part part = rope->parts.at[i];
        int error = part.ptr ? take(data, (struct str){part.ptr, part.len}) : 0;
        while (!part.ptr && part.len && !error) {
            const size_t size = part.len < sizeof bytes ? part.len : sizeof bytes;
            const ssize_t got = pread(fileno(store->file), bytes, size, (off_t)part.off);
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

void rope_store_close(struct rope_store *store)
{
    if (store->file) {
        (void)fclose(store->file);
    }
    *store = (struct rope_store){.failed = true};
}
