/*
 * Myers' greedy algorithm ("An O(ND) difference algorithm and its variations", 1986) between
 * the first and the last line that differ.
 */
#include "output/diff.h"

#include "base/vec.h"

#include <string.h>

#define CONTEXT_LINES ((size_t)3)

/* More edits than this are not looked for: memory goes with the square of it, time with its product with the length. */
#define EDITS_MAX 1500

struct lines {
    VEC(struct str) list; /* each with its line end, if it has one */
    bool *changed;        /* deleted from the old text, inserted in the new one */
};

static struct lines split(struct arena *arena, struct str text)
{
    struct lines lines = {0};

    for (size_t start = 0; start < text.len;) {
        const char *end = memchr(text.ptr + start, '\n', text.len - start);
        const size_t next = end ? (size_t)(end - text.ptr) + 1 : text.len;

        VEC_PUSH(arena, &lines.list, (struct str){text.ptr + start, next - start});
        start = next;
    }
    lines.changed = ARENA_ARRAY(arena, lines.list.len + 1, bool);
    return lines;
}

/* A stretch of both texts: lines old_at..old_end and new_at..new_end. */
struct stretch {
    size_t old_at, old_end, new_at, new_end;
};

/*
 * Goes back through the rounds of the search and marks the lines that the edits touch.
 * rounds[d] is the table of furthest old lines as round `d` found it, by diagonal + d + 1.
 */
static void mark_edits(ptrdiff_t *const *rounds, ptrdiff_t edits, const struct stretch *middle, struct lines *old,
                       struct lines *new)
{
    ptrdiff_t x = (ptrdiff_t)(middle->old_end - middle->old_at), y = (ptrdiff_t)(middle->new_end - middle->new_at);

    for (ptrdiff_t d = edits; d > 0; d--) {
        const ptrdiff_t *const before = rounds[d - 1] + d;
        const ptrdiff_t k = x - y;
        const bool down = k == -d || (k != d && before[k - 1] < before[k + 1]);
        const ptrdiff_t from = down ? k + 1 : k - 1;

        x = before[from];
        y = x - from;
        if (down) {
            new->changed[middle->new_at + (size_t)y] = true;
        } else {
            old->changed[middle->old_at + (size_t)x] = true;
        }
    }
}

/* Marks a shortest set of edits in the stretch; false when it is too long to look for. */
static bool find_edits(struct arena *arena, const struct stretch *middle, struct lines *old, struct lines *new)
{
    const ptrdiff_t old_len = (ptrdiff_t)(middle->old_end - middle->old_at);
    const ptrdiff_t new_len = (ptrdiff_t)(middle->new_end - middle->new_at);
    ptrdiff_t **rounds = ARENA_ARRAY(arena, EDITS_MAX + 1, ptrdiff_t *);

    for (ptrdiff_t d = 0; d <= EDITS_MAX; d++) {
        /* Room for the diagonals -d-1..d+1, so that the next round may look past its neighbours. */
        ptrdiff_t *const now = ARENA_ARRAY(arena, 2 * (size_t)d + 3, ptrdiff_t) + d + 1;

        rounds[d] = now - d - 1;
        now[-d - 1] = now[d + 1] = -1;
        for (ptrdiff_t k = -d; k <= d; k += 2) {
            const ptrdiff_t *const before = d > 0 ? rounds[d - 1] + d : NULL;
            ptrdiff_t x = 0, y;

            if (before) {
                x = k == -d || (k != d && before[k - 1] < before[k + 1]) ? before[k + 1] : before[k - 1] + 1;
            }
            y = x - k;
            while (x >= 0 && y >= 0 && x < old_len && y < new_len &&
                   str_eq(old->list.at[middle->old_at + (size_t)x], new->list.at[middle->new_at + (size_t)y])) {
                x++;
                y++;
            }
            now[k] = x;
            if (x >= old_len && y >= new_len) {
                mark_edits(rounds, d, middle, old, new);
                return true;
            }
        }
    }
    return false;
}

static void compare(struct arena *arena, struct lines *old, struct lines *new)
{
    struct stretch middle = {0, old->list.len, 0, new->list.len};

    while (middle.old_at < middle.old_end && middle.new_at < middle.new_end &&
           str_eq(old->list.at[middle.old_at], new->list.at[middle.new_at])) {
        middle.old_at++;
        middle.new_at++;
    }
    while (middle.old_at < middle.old_end && middle.new_at < middle.new_end &&
           str_eq(old->list.at[middle.old_end - 1], new->list.at[middle.new_end - 1])) {
        middle.old_end--;
        middle.new_end--;
    }
    if (middle.old_at < middle.old_end && middle.new_at < middle.new_end && find_edits(arena, &middle, old, new)) {
        return;
    }
    for (size_t i = middle.old_at; i < middle.old_end; i++) {
        old->changed[i] = true;
    }
    for (size_t i = middle.new_at; i < middle.new_end; i++) {
        new->changed[i] = true;
    }
}

static void print_line(struct buf *out, char mark, struct str line)
{
    buf_char(out, mark);
    buf_str(out, line);
    if (!str_ends(line, "\n")) {
        buf_text(out, "\n\\ No newline at end of file\n");
    }
}

/* "12,3" as in "@@ -12,3": an empty range is named after the line before it. */
static void print_range(struct buf *out, size_t start, size_t end)
{
    buf_u64(out, start < end ? start + 1 : start);
    if (end - start != 1) {
        buf_char(out, ',');
        buf_u64(out, end - start);
    }
}

static void print_hunk(struct buf *out, const struct stretch *hunk, const struct lines *old, const struct lines *new)
{
    size_t at = hunk->old_at, to = hunk->new_at;

    buf_text(out, "@@ -");
    print_range(out, hunk->old_at, hunk->old_end);
    buf_text(out, " +");
    print_range(out, hunk->new_at, hunk->new_end);
    buf_text(out, " @@\n");
    while (at < hunk->old_end || to < hunk->new_end) {
        if (at < hunk->old_end && old->changed[at]) {
            print_line(out, '-', old->list.at[at++]);
        } else if (to < hunk->new_end && new->changed[to]) {
            print_line(out, '+', new->list.at[to++]);
        } else {
            print_line(out, ' ', old->list.at[at++]);
            to++;
        }
    }
}

/*
 * Reaches from a place where both texts differ to the end of the last change that is near
 * enough to share a hunk; ends behind that change.
 */
static void extend_hunk(struct stretch *hunk, const struct lines *old, const struct lines *new)
{
    size_t at = hunk->old_at, to = hunk->new_at, same = 0;

    while (at < old->list.len || to < new->list.len) {
        const bool gone = at < old->list.len && old->changed[at], came = to < new->list.len &&new->changed[to];

        if (!gone && !came) {
            if (++same > 2 * CONTEXT_LINES) {
                return;
            }
            at++;
            to++;
            continue;
        }
        at += gone;
        to += came;
        same = 0;
        hunk->old_end = at;
        hunk->new_end = to;
    }
}

void diff_unified(struct buf *out, struct str from, struct str to, struct str old_text, struct str new_text)
{
    struct arena *arena;
    struct lines old, new;
    size_t at = 0, at_new = 0;

    if (str_eq(old_text, new_text)) {
        return;
    }
    arena = arena_child(out->arena);
    old = split(arena, old_text);
    new = split(arena, new_text);
    compare(arena, &old, &new);
    buf_text(out, "--- ");
    buf_str(out, from);
    buf_text(out, "\n+++ ");
    buf_str(out, to);
    buf_char(out, '\n');
    while (at < old.list.len || at_new < new.list.len) {
        struct stretch hunk = {at, at, at_new, at_new};
        size_t before, after;

        if (!old.changed[at] && !new.changed[at_new]) {
            at++;
            at_new++;
            continue;
        }
        extend_hunk(&hunk, &old, &new);
        at = hunk.old_end;
        at_new = hunk.new_end;
        before = hunk.old_at < CONTEXT_LINES ? hunk.old_at : CONTEXT_LINES;
        after = old.list.len - at < CONTEXT_LINES ? old.list.len - at : CONTEXT_LINES;
        hunk = (struct stretch){hunk.old_at - before, at + after, hunk.new_at - before, at_new + after};
        print_hunk(out, &hunk, &old, &new);
    }
    arena_clear(arena);
}
