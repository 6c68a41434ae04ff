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

static void add_used(struct merge *merge, const struct spec *spec)
{
    for (size_t f = 0; f < spec->folders.len; f++) {
        for (size_t d = 0; d < spec->folders.at[f]->defs.len; d++) {
            const struct def *def = spec->folders.at[f]->defs.at[d];
            used_waivers(merge->arena, &merge->used, def, def);
        }
    }
}

struct merge check_merge_start(struct arena *arena)
{
    return (struct merge){.arena = arena, .used = map_new(arena)};
}

void check_merge_add(struct merge *merge, const struct spec *spec, const struct diags *diags)
{
    add_used(merge, spec);
    for (size_t i = 0; i < diags->list.len; i++) {
        struct diag diag = diags->list.at[i];
        diag.where = str_copy(merge->arena, diag.where);
        VEC_PUSH(merge->arena, &merge->found, (struct found){spec->release, diag});
    }
}

void check_merge(struct merge *merge, const struct spec *spec, struct diags *diags)
{
    struct map known = map_new(merge->arena);
    add_used(merge, spec);
    size_t kept = 0;
    for (size_t i = 0; i < diags->list.len; i++) {
        if (!place_has(&merge->used, &diags->list.at[i])) {
            place_add(merge->arena, &known, &diags->list.at[i]);
            diags->list.at[kept++] = diags->list.at[i];
        }
    }
    diags->list.len = kept;
    for (size_t i = 0; i < merge->found.len; i++) {
        xen_release release = merge->found.at[i].release;
        struct diag diag = merge->found.at[i].diag;
        if (diag.rule == RULE_SPEC_EMPTY || place_has(&known, &diag) || place_has(&merge->used, &diag)) {
            continue;
        }
        place_add(merge->arena, &known, &diag);
        struct str words =
            release ? str_printf(merge->arena, "Xen %u.%u", (unsigned)(release >> 16), (unsigned)(release & 0xffff))
                    : STR("the newest Xen");
        diag.where =
            str_printf(merge->arena, "%.*s%s%.*s", STR_ARG(diag.where), diag.where.len ? ", " : "", STR_ARG(words));
        VEC_PUSH(diags->arena, &diags->list, diag);
    }
}
