/*
 * Small allocations are cut from shared blocks. Large ones have a block each, so
 * that arena_grow can hand them to realloc, which moves pages instead of bytes. What an arena that is emptied had in
 * shared blocks waits for the next one that needs some: the system hands out memory page by page, at a price for each.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The free part of a block is off limits to AddressSanitizer. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(ARENA_POISONS)
#define ARENA_POISONS 1
#endif
#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define POISON(ptr, size)   ASAN_POISON_MEMORY_REGION((ptr), (size))
#define UNPOISON(ptr, size) ASAN_UNPOISON_MEMORY_REGION((ptr), (size))
#else
#define POISON(ptr, size)   ((void)(ptr), (void)(size))
#define UNPOISON(ptr, size) ((void)(ptr), (void)(size))
#endif

struct arena_block {
    alignas(max_align_t) struct arena_block *next;
    struct arena_block *prev;
    size_t size;    /* bytes after this header */
    bool is_shared; /* by small allocations */
};

static const size_t block_size = (size_t)64 << 10;
/* What is larger than this has a block of its own. */
static const size_t small_max = (size_t)16 << 10;

static _Noreturn void out_of_memory(struct arena *arena)
{
    if (!arena->oom) {
        abort();
    }
    longjmp(*arena->oom, 1);
}

/* What objects are made of: wider units, as long double may be, would only leave gaps. */
union unit {
    uint64_t integer;
    double number;
    void *pointer;
};

/* `size` rounded up to the alignment of such objects; at least one unit, so that no two objects share a place. */
static size_t rounded(size_t size)
{
    const size_t unit = sizeof(union unit);
    return size ? (size + unit - 1) / unit * unit : unit;
}

/* The arena that this one is in, in the end, or itself: it has the spare blocks. */
static struct arena *root_of(struct arena *arena)
{
    return arena->root ? arena->root : arena;
}

static char *block_bytes(struct arena_block *block)
{
    return (char *)(block + 1);
}

/* The block's neighbours point at it again after it moved. */
static void relink(struct arena *arena, struct arena_block *block)
{
    if (block->next) {
        block->next->prev = block;
    }
    if (block->prev) {
        block->prev->next = block;
    } else {
        arena->blocks = block;
    }
}

static size_t block_total(struct arena *arena, size_t size)
{
    if (size > PTRDIFF_MAX - sizeof(struct arena_block)) {
        out_of_memory(arena);
    }
    return sizeof(struct arena_block) + size;
}

/* Makes the block the arena's newest one. */
static char *add_block(struct arena *arena, struct arena_block *block)
{
    block->next = arena->blocks;
    block->prev = NULL;
    relink(arena, block);
    return block_bytes(block);
}

static char *new_block(struct arena *arena, size_t size, bool zeroed)
{
    const size_t total = block_total(arena, size);
    struct arena_block *block = zeroed ? calloc(1, total) : malloc(total);
    if (!block) {
        out_of_memory(arena);
    }
    block->size = size;
    block->is_shared = false;
    return add_block(arena, block);
}

static char *shared_block(struct arena *arena)
{
    struct arena *root = root_of(arena);
    struct arena_block *spare = root->spare;
    if (spare) {
        root->spare = spare->next;
        return add_block(arena, spare);
    }
    char *bytes = new_block(arena, block_size, false);
    arena->blocks->is_shared = true;
    POISON(bytes, block_size);
    return bytes;
}

static char *alloc_small(struct arena *arena, size_t size)
{
    const size_t room = rounded(size);
    if (!arena->next || (size_t)(arena->end - arena->next) < room) {
        char *bytes = shared_block(arena);
        arena->next = bytes;
        arena->end = bytes + block_size;
    }
    char *bytes = arena->next;
    arena->next += room;
    UNPOISON(bytes, size);
    return bytes;
}

void arena_init(struct arena *arena, jmp_buf *oom)
{
    *arena = (struct arena){.oom = oom};
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > small_max) {
        return new_block(arena, size, true);
    }
    char *bytes = alloc_small(arena, size);
    memset(bytes, 0, size);
    return bytes;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        out_of_memory(arena);
    }
    return arena_alloc(arena, count * size);
}

void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size)
{
    if (old && new_size <= old_size) {
        return old;
    }
    if (old && old_size > small_max) {
        struct arena_block *block = (struct arena_block *)old - 1;
        struct arena_block *moved = realloc(block, block_total(arena, new_size));
        if (!moved) {
            out_of_memory(arena);
        }
        moved->size = new_size;
        relink(arena, moved);
        return block_bytes(moved);
    }
    if (old && new_size <= small_max && (char *)old + rounded(old_size) == arena->next &&
        (size_t)(arena->end - (char *)old) >= rounded(new_size)) {
        arena->next = (char *)old + rounded(new_size);
        UNPOISON(old, new_size);
        return old;
    }
    char *bytes = new_size > small_max ? new_block(arena, new_size, false) : alloc_small(arena, new_size);
    if (old) {
        memcpy(bytes, old, old_size);
    }
    return bytes;
}

struct arena *arena_child(struct arena *parent)
{
    struct arena *child = ARENA_NEW(parent, struct arena);
    arena_init(child, parent->oom);
    child->root = root_of(parent);
    child->sibling = parent->children;
    parent->children = child;
    return child;
}

struct arena *arena_thread(struct arena *parent)
{
    struct arena *child = arena_child(parent);
    child->root = NULL;
    return child;
}

static void add_spare(struct arena *root, struct arena_block *block)
{
    block->next = root->spare;
    root->spare = block;
}

/* Frees all blocks, those of its children first; shared ones become spare ones of `root`. */
static void free_blocks(struct arena *arena, struct arena *root)
{
    for (struct arena *child = arena->children; child; child = child->sibling) {
        free_blocks(child, root);
    }
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->next;
        if (block->is_shared) {
            POISON(block_bytes(block), block->size);
            add_spare(root, block);
        } else {
            free(block);
        }
    }
    while (arena != root && arena->spare) {
        struct arena_block *block = arena->spare;
        arena->spare = block->next;
        add_spare(root, block);
    }
}

void arena_drop(struct arena *arena, void *old, size_t size)
{
    if (!old || size <= small_max) {
        return;
    }
    struct arena_block *block = (struct arena_block *)old - 1;
    if (block->next) {
        block->next->prev = block->prev;
    }
    if (block->prev) {
        block->prev->next = block->next;
    } else {
        arena->blocks = block->next;
    }
    free(block);
}

/* Of one block: its bytes as far as they are in use. */
struct arena_copy {
    struct arena_copy *next;
    char *bytes;
    size_t size;
};

struct arena_copy *arena_save(const struct arena *arena, struct arena *to)
{
    struct arena_copy *first = NULL, **last = &first;
    for (struct arena_block *block = arena->blocks; block; block = block->next) {
        char *const bytes = block_bytes(block);
        const bool is_current = arena->next && arena->end == bytes + block->size && block->is_shared;
        struct arena_copy *const copy = ARENA_NEW(to, struct arena_copy);
        copy->size = is_current ? (size_t)(arena->next - bytes) : block->size;
        copy->bytes = arena_grow(to, NULL, 0, copy->size);
        UNPOISON(bytes, copy->size); /* the gaps within */
        memcpy(copy->bytes, bytes, copy->size);
        *last = copy;
        last = &copy->next;
    }
    return first;
}

void arena_restore(struct arena *arena, const struct arena_copy *copy)
{
    for (struct arena_block *block = arena->blocks; block; block = block->next, copy = copy->next) {
        memcpy(block_bytes(block), copy->bytes, copy->size);
    }
}

void arena_clear(struct arena *arena)
{
    free_blocks(arena, root_of(arena));
    *arena = (struct arena){.oom = arena->oom, .sibling = arena->sibling, .root = arena->root, .spare = arena->spare};
}

void arena_free(struct arena *arena)
{
    arena_clear(arena);
    for (struct arena_block *block = arena->spare, *next; block; block = next) {
        next = block->next;
        UNPOISON(block_bytes(block), block->size);
        free(block);
    }
    arena->spare = NULL;
}
