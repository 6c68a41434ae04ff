#include "clang/differences.h"

#include "base/buf.h"

#include <stdarg.h>

struct differences differences_new(struct arena *arena)
{
    return (struct differences){.arena = arena, .known = map_new(arena), .spans = map_new(arena)};
}

static void add_note(struct arena *arena, struct difference *difference, struct span span, const char *text)
{
    for (size_t i = 0; i < difference->notes.len; i++) {
        const struct span *known = &difference->notes.at[i].span;
        if (known->source == span.source && known->off == span.off) {
            return;
        }
    }
    VEC_PUSH(arena, &difference->notes, (struct diag_note){.span = span, .text = str_from(text)});
}

void differences_add(struct differences *differences, enum rule rule, struct span span, unsigned config,
                     const view_set *among, const struct fact *at, const char *note, const char *format, ...)
{
    struct arena *arena = differences->arena;
    va_list args;
    va_start(args, format);
    struct str message = str_vprintf(arena, format, args);
    va_end(args);
    struct str path = span.source ? span.source->path : (struct str){"", 0};
    struct str key = str_printf(arena, "%d:%u:%.*s:%.*s", (int)rule, span.off, STR_ARG(path), STR_ARG(message));
    struct difference *difference = map_get(&differences->known, key);
    if (!difference) {
        difference = ARENA_NEW(arena, struct difference);
        *difference = (struct difference){.rule = rule, .span = span, .message = message, .among = among};
        map_add(&differences->known, key, difference);
        VEC_PUSH(arena, &differences->list, difference);
    }
    difference->configs |= VIEW_BIT(config);
    if (at) {
        add_note(arena, difference, fact_span(at), note);
    }
}

/* A message in pieces: its numbers, and what stands between them. */
static struct str next_piece(struct str *text)
{
    size_t len = 0;
    bool is_number = text->len && ascii_is_digit(text->ptr[0]);
    while (len < text->len && !ascii_is_digit(text->ptr[len]) == !is_number) {
        len++;
    }
    struct str piece = {text->ptr, len};
    *text = (struct str){text->ptr + len, text->len - len};
    return piece;
}

/* Whether two messages say the same of other numbers. */
static bool says_same(struct str first, struct str second)
{
    bool same = true;
    while (same && first.len && second.len) {
        struct str here = next_piece(&first), there = next_piece(&second);
        same = str_eq(here, there) || (ascii_is_digit(here.ptr[0]) && ascii_is_digit(there.ptr[0]));
    }
    return same && first.len == second.len;
}

typedef VEC(struct str) strs;

/* One message of several that say the same: "takes 4 or 8 bytes". */
static struct str message_of_all(struct arena *arena, strs *messages)
{
    struct buf out = buf_new(arena);
    while (messages->at[0].len) {
        strs pieces = {0};
        for (size_t i = 0; i < messages->len; i++) {
            struct str piece = next_piece(&messages->at[i]);
            bool is_known = false;
            for (size_t k = 0; k < pieces.len; k++) {
                is_known = is_known || str_eq(pieces.at[k], piece);
            }
            if (!is_known) {
                VEC_PUSH(arena, &pieces, piece);
            }
        }
        for (size_t k = 0; k < pieces.len; k++) {
            buf_printf(&out, "%s%.*s", k == 0 ? "" : k + 1 < pieces.len ? ", " : " or ", STR_ARG(pieces.at[k]));
        }
    }
    return buf_view(&out);
}

static bool is_same_place(struct span a, struct span b)
{
    return a.source == b.source && a.off == b.off;
}

/* Whether two differences are one whose numbers depend on the ABI. */
static bool is_variant(const struct difference *a, const struct difference *b)
{
    bool same_notes =
        a->notes.len == b->notes.len && (!a->notes.len || is_same_place(a->notes.at[0].span, b->notes.at[0].span));
    return a->rule == b->rule && is_same_place(a->span, b->span) && !(a->configs & b->configs) && same_notes &&
           says_same(a->message, b->message);
}

/* Makes one difference of those that are variants of the one at `first`, which are left without a configuration. */
static void merge_variants(const struct differences *differences, size_t first)
{
    struct difference *difference = differences->list.at[first];
    strs messages = {0};
    VEC_PUSH(differences->arena, &messages, difference->message);
    for (size_t i = first + 1; i < differences->list.len; i++) {
        struct difference *variant = differences->list.at[i];
        if (variant->configs && is_variant(difference, variant)) {
            VEC_PUSH(differences->arena, &messages, variant->message);
            difference->configs |= variant->configs;
            variant->configs = 0;
        }
    }
    if (messages.len > 1) {
        difference->message = message_of_all(differences->arena, &messages);
    }
}

void differences_report(const struct differences *differences, struct diags *diags)
{
    for (size_t i = 0; i < differences->list.len; i++) {
        const struct difference *difference = differences->list.at[i];
        if (!difference->configs) {
            continue;
        }
        merge_variants(differences, i);
        struct diag *diag = diag_add(diags, difference->rule, difference->span, "%.*s", STR_ARG(difference->message));
        diag->where = view_words(diags->arena, difference->configs, *difference->among);
        for (size_t n = 0; n < difference->notes.len; n++) {
            diag_note(diags, diag, difference->notes.at[n].span, "%.*s", STR_ARG(difference->notes.at[n].text));
        }
    }
}
