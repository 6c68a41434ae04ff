/* Findings about several releases of Xen as those about one spec. */
#include "check/check.h"

#include "check/checker.h"
#include "spec/resolve.h"

/* Whether two findings are the same, wherever and in whatever release they hold. */
static bool is_same(const struct diag *a, const struct diag *b)
{
    return a->rule == b->rule && a->span.source == b->span.source && a->span.off == b->span.off &&
           str_eq(a->message, b->message);
}

/* A finding's place and rule, as a key: few share one. */
struct place_key {
    const struct source *source;
    uint64_t off, rule;
};

struct place {
    struct place_key key;
    struct diag diag;
    struct place *next;
};

static void place_add(struct arena *arena, struct map *places, const struct diag *diag)
{
    struct place *place = ARENA_NEW(arena, struct place);
    place->key = (struct place_key){diag->span.source, diag->span.off, diag->rule};
    place->diag = *diag; /* lists of findings move as they grow */
    struct place *head = map_add(places, (struct str){(const char *)&place->key, sizeof place->key}, place);
    if (head) {
        place->next = head->next;
        head->next = place;
    }
}

static bool place_has(const struct map *places, const struct diag *diag)
{
    struct place_key key = {diag->span.source, diag->span.off, diag->rule};
    const struct place *place = map_get(places, (struct str){(const char *)&key, sizeof key});
    while (place && !is_same(&place->diag, diag)) {
        place = place->next;
    }
    return place != NULL;
}

/* The waivers of a record and of those within it that are used, as the findings that they are not. */
static void used_waivers(struct arena *arena, struct map *used, const struct def *top, const struct def *def)
{
    for (size_t i = 0; i <= def->fields.len; i++) {
        const struct field *field = i < def->fields.len ? &def->fields.at[i] : NULL;
        const waivers *list = field ? &field->more->waive : &def->more->waive;
        for (size_t w = 0; w < list->len; w++) {
            enum rule rule = rule_find(list->at[w].rule.s);
            if (list->at[w].used && rule != RULE_COUNT) {
                struct diags none = diags_new(arena);
                struct diag *diag = diag_add(&none, RULE_WAIVER_UNUSED, checker_text_span(top, &list->at[w].rule),
                                             UNUSED_FORMAT, rules[rule].id);
                place_add(arena, used, diag);
            }
        }
        const struct def *record = field ? field_record(field) : NULL;
        if (record) {
            used_waivers(arena, used, top, record);
        }
    }
}

static void add_used(struct map *used, const struct spec *spec, struct arena *arena)
{
    for (size_t f = 0; f < spec->folders.len; f++) {
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            const struct def *def = spec->folders.at[f]->defs.at[d];
            used_waivers(arena, used, def, def);
        }
    }
}

void check_merge(const struct spec *spec, struct diags *diags, const struct checked *others, size_t len)
{
    struct arena *arena = spec->arena;
    struct map used = map_new(arena), known = map_new(arena);
    add_used(&used, spec, arena);
    for (size_t i = 0; i < len; i++) {
        add_used(&used, others[i].spec, arena);
    }
    size_t kept = 0;
    for (size_t i = 0; i < diags->list.len; i++) {
        if (!place_has(&used, &diags->list.at[i])) {
            place_add(arena, &known, &diags->list.at[i]);
            diags->list.at[kept++] = diags->list.at[i];
        }
    }
    diags->list.len = kept;
    for (size_t i = 0; i < len; i++) {
        const struct diags *found = others[i].diags;
        xen_release release = others[i].spec->release;
        for (size_t k = 0; k < found->list.len; k++) {
            struct diag diag = found->list.at[k];
            if (diag.rule == RULE_SPEC_EMPTY || place_has(&known, &diag) || place_has(&used, &diag)) {
                continue;
            }
            place_add(arena, &known, &diag);
            struct str words =
                release ? str_printf(arena, "Xen %u.%u", (unsigned)(release >> 16), (unsigned)(release & 0xffff))
                        : STR("the newest Xen");
            diag.where =
                str_printf(arena, "%.*s%s%.*s", STR_ARG(diag.where), diag.where.len ? ", " : "", STR_ARG(words));
            VEC_PUSH(diags->arena, &diags->list, diag);
        }
    }
}
