#include "clang/differences.h"

#include "base/buf.h"

#include <stdarg.h>

struct differences differences_new(struct arena *arena)
{
    return (struct differences){.arena = arena, .known = map_new(arena)};
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

void differences_report(const struct differences *differences, struct diags *diags)
{
    for (size_t i = 0; i < differences->list.len; i++) {
        const struct difference *difference = differences->list.at[i];
        struct diag *diag = diag_add(diags, difference->rule, difference->span, "%.*s", STR_ARG(difference->message));
        diag->where = view_words(diags->arena, difference->configs, *difference->among);
        for (size_t n = 0; n < difference->notes.len; n++) {
            diag_note(diags, diag, difference->notes.at[n].span, "%.*s", STR_ARG(difference->notes.at[n].text));
        }
    }
}
