#include "layout/layout.h"

#include "layout/layouter.h"
#include "spec/resolve.h"
#include "spec/sample.h"

#include <string.h>

/* Alignments are powers of two. */
static uint64_t align_up(uint64_t value, uint64_t align)
{
    return (value + align - 1) & ~(align - 1);
}

static struct extent layout_scalar(enum scalar scalar, enum abi abi)
{
    const struct scalar_info *info = &scalars[scalar];
    uint64_t size = info->size ? info->size : abis[abi].long_size;
    return (struct extent){size, info->natural ? abis[abi].u64_align : size};
}

struct extent layout_type(const struct type *type, unsigned config)
{
    enum abi abi = config_abi(config);
    switch (type->kind) {
    case TYPE_SCALAR:
        return layout_scalar(type->scalar, abi);
    case TYPE_POINTER:
        return (struct extent){abis[abi].long_size, abis[abi].long_size};
    case TYPE_HANDLE: {
        uint64_t size = type->is_native ? abis[abi].handle_size : 8;
        return (struct extent){size, size};
    }
    case TYPE_NAMED:
    case TYPE_RECORD: {
        const struct def *def = type_def(type, config);
        const struct layout *layout = def ? def_layout(def, config) : NULL;
        return layout ? (struct extent){layout->size, layout->align} : (struct extent){0, 1};
    }
    case TYPE_ARRAY: {
        struct extent all = layout_type(type->more->of, config);
        uint64_t count = type_count(type, config);
        bool fits = all.size == 0 || count <= LAYOUT_SIZE_MAX / all.size;
        all.size = fits ? all.size * count : LAYOUT_SIZE_MAX + 1;
        return all;
    }
    case TYPE_VOID:
    case TYPE_OPAQUE:
        break;
    }
    return (struct extent){0, 1};
}

/* What varies */

const struct config_split *layouter_symbol_split(struct layouter *l, const struct config_split *split,
                                                 const struct symbol *symbol)
{
    for (size_t i = 0; i < symbol->defs.len; i++) {
        struct def *held = symbol->defs.at[i];
        split = split_by_both(l->arena, split, layouter_def_split(l, held));
        if (symbol->defs.len > 1) {
            split = split_by_set(l->arena, split, held->exists, spec_configs(l->spec));
        }
    }
    return split;
}

static const struct config_split *type_split(struct layouter *l, const struct config_split *split,
                                             const struct type *type)
{
    for (; type->kind == TYPE_ARRAY; type = type->more->of) {
        split = split_by_both(l->arena, split, layouter_value_split(l, (struct formula *)type->more->length));
    }
    if (type->kind == TYPE_RECORD) {
        return split_by_both(l->arena, split, layouter_def_split(l, type->more->record));
    }
    return type->kind == TYPE_NAMED ? layouter_symbol_split(l, split, type->more->symbol) : split;
}

const struct config_split *layouter_def_split(struct layouter *l, struct def *def)
{
    if (def->split_state == SPLIT_DONE || def->broken || !l->apart) {
        return def->split;
    }
    if (def->split_state == SPLIT_OPEN) {
        return l->apart;
    }
    def->split_state = SPLIT_OPEN;
    const struct config_split *split = NULL;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        split = split_by_set(l->arena, split, field->more->when.exists, spec_configs(l->spec));
        split = type_split(l, split, field->type);
    }
    def->split = split;
    def->split_state = SPLIT_DONE;
    return split;
}

/* Records */

/* Lays out what a type holds, and how often, first; false if that is broken. */
static bool layout_held(struct layouter *l, struct def *def, const struct type *type, unsigned config)
{
    for (; type->kind == TYPE_ARRAY; type = type->more->of) {
        if (!type->more->length->text.s.ptr) {
            continue;
        }
        struct formula *length = (struct formula *)type->more->length;
        const struct expr_value *value = layouter_value(l, def, length, config);
        bool negative = value && !value->is_flexible && c_int_is_signed(value->type, config_abi(config)) &&
                        (int64_t)value->value < 0;
        if (negative && !length->reported) {
            length->reported = true;
            diag_add(l->diags, RULE_ARRAY_LENGTH, def_span(def, length->text.off, length->text.len),
                     "the length of the array is negative");
        }
        if (!value || negative) {
            return false;
        }
    }
    if (type->kind != TYPE_NAMED && type->kind != TYPE_RECORD) {
        return true;
    }
    struct def *held = type_def(type, config);
    return held && layouter_def(l, held, config);
}

/* Where the members of a record have got to. */
struct place {
    uint64_t bit; /* the first free one */
    uint64_t size, align;
};

/* `extent` is that of the member's type. */
static void place_member(struct layouter *l, const struct def *def, size_t i, unsigned config, struct extent extent,
                         struct place *place)
{
    const struct field *field = &def->fields.at[i];
    uint64_t start = def->kind == DEF_UNION ? 0 : place->bit;
    bool aligns = true;
    if (field->more->bits.given) {
        uint64_t unit = extent.size * 8, bits = field->more->bits.value;
        /* The rule of the System V ABIs: a bit-field takes up no more than one unit of its type, which starts where
         * the type may. */
        if (bits == 0 || (start & (extent.align * 8 - 1)) + bits > unit) {
            start = align_up(start, extent.align * 8);
        }
        place->bit = start + bits;
        /* Bits without a name align their record on Arm alone, whose ABI says so. */
        aligns = field->name.s.len || abis[config_abi(config)].arch == ARCH_ARM;
    } else {
        start = align_up(start, extent.align * 8);
        place->bit = start + extent.size * 8;
    }
    l->offsets[i] = start / 8;
    l->bits[i] = (uint8_t)(start % 8);
    uint64_t end = (place->bit + 7) / 8;
    place->size = end > place->size ? end : place->size;
    place->align = aligns && extent.align > place->align ? extent.align : place->align;
}

/* Computes sizes and offsets into l->offsets and l->bits; false after a finding. */
static bool layout_record(struct layouter *l, const struct def *def, unsigned config, struct layout *out)
{
    struct place place = {.align = 1};
    bool has_bits = false;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        l->offsets[i] = LAYOUT_ABSENT;
        l->bits[i] = 0;
        if (!when_exists(&field->more->when, config)) {
            continue;
        }
        struct extent extent = layout_type(field->type, config);
        bool fits = extent.size <= LAYOUT_SIZE_MAX;
        if (fits) {
            place_member(l, def, i, config, extent, &place);
            has_bits = has_bits || field->more->bits.given;
        }
        if (!fits || align_up(place.size, place.align) > LAYOUT_SIZE_MAX) {
            const struct def *named = def;
            while (named->outer) {
                named = named->outer;
            }
            diag_add(l->diags, RULE_SIZE_LIMIT, def_span(def, field->type->off, field->type->len),
                     "with `%.*s`, `%.*s` is larger than 2^31 - 1 bytes",
                     STR_ARG(field->name.s.len ? field->name.s : def->name.s), STR_ARG(named->name.s));
            return false;
        }
    }
    *out = (struct layout){.size = align_up(place.size, place.align),
                           .align = place.align,
                           .end = place.size,
                           .offsets = l->offsets,
                           .bits = has_bits ? l->bits : NULL};
    return true;
}

/* Whether each field is as large in one configuration as in another: holes may make up for the difference. */
static bool same_sizes(const struct def *def, unsigned a, unsigned b)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        bool is_fixed = field->type->kind == TYPE_SCALAR && scalars[field->type->scalar].size;
        if (!is_fixed && when_exists(&field->more->when, a) &&
            layout_type(field->type, a).size != layout_type(field->type, b).size) {
            return false;
        }
    }
    return true;
}

static bool same_bits(const struct def *def, const struct layout *a, const struct layout *b)
{
    return a->bits && b->bits ? memcmp(a->bits, b->bits, def->fields.len) == 0 : !a->bits == !b->bits;
}

/*
 * An equal layout of another configuration, or NULL. What samples make no difference to is compared as the default one
 * has it: layouts that hold what is not there are kept apart.
 */
static const struct layout *layout_known(const struct def *def, const struct layout *layout, unsigned config)
{
    unsigned classes = def->layout_of_samples && def->split ? def->split->classes : (unsigned)ABI_COUNT;
    for (unsigned class = 0; class < classes; class ++) {
        const struct layout *known = class < ABI_COUNT ? def->layout[class] : def->layout_of_samples[class - ABI_COUNT];
        if (known && known->size == layout->size && known->align == layout->align && known->end == layout->end &&
            (!known->offsets || !layout->offsets ||
             (memcmp(known->offsets, layout->offsets, def->fields.len * sizeof *layout->offsets) == 0 &&
              same_bits(def, known, layout))) &&
            same_sizes(def, config, def->split ? known->config : class)) {
            return known;
        }
    }
    return NULL;
}

static const struct layout *layout_keep(struct layouter *l, const struct def *def, const struct layout *layout,
                                        unsigned config)
{
    struct layout *copy = ARENA_NEW(l->arena, struct layout);
    *copy = *layout;
    copy->config = config;
    size_t len = def->fields.len;
    if (layout->offsets) {
        uint64_t *offsets = ARENA_ARRAY(l->arena, len, uint64_t);
        if (len) {
            memcpy(offsets, l->offsets, len * sizeof *offsets);
        }
        copy->offsets = offsets;
    }
    if (layout->bits) {
        uint8_t *bits = ARENA_ARRAY(l->arena, len, uint8_t);
        memcpy(bits, l->bits, len);
        copy->bits = bits;
    }
    return copy;
}

static bool has_layout(const struct def *def)
{
    return def->kind != DEF_CONSTANT && !def_is_for_c(def) && !def_is_row(def);
}

/* Lays out a definition as it is in `config`, for its class there. */
static bool layout_def(struct layouter *l, struct def *def, unsigned config)
{
    struct layout layout = {.offsets = NULL};
    if (def_is_record(def) || def->kind == DEF_TYPEDEF) {
        for (size_t i = 0; i < def->fields.len; i++) {
            if (when_exists(&def->fields.at[i].more->when, config) &&
                !layout_held(l, def, def->fields.at[i].type, config)) {
                return false;
            }
        }
        if (!layout_record(l, def, config, &layout)) {
            return false;
        }
    } else {
        struct extent extent = layout_scalar(def->type->scalar, config_abi(config));
        layout = (struct layout){.size = extent.size, .align = extent.align, .end = extent.size};
    }
    const struct layout *known = layout_known(def, &layout, config);
    known = known ? known : layout_keep(l, def, &layout, config);
    unsigned class = config_class(def->split, config);
    if (class < ABI_COUNT) {
        def->layout[class] = known;
    } else {
        def->layout_of_samples[class - ABI_COUNT] = known;
    }
    return true;
}

bool layouter_def(struct layouter *l, struct def *def, unsigned config)
{
    if (def->broken || def->open) {
        return false;
    }
    const struct config_split *split = layouter_def_split(l, def);
    if (!has_layout(def)) {
        return true;
    }
    if (split && !def->layout_of_samples) {
        def->layout_of_samples = ARENA_ARRAY(l->arena, split->classes - ABI_COUNT, const struct layout *);
    }
    if (def_layout(def, config)) {
        return true;
    }
    def->open = true;
    bool good = layout_def(l, def, config);
    def->open = false;
    def->broken = def->broken || !good;
    return good;
}

static size_t most_fields(const struct def *def)
{
    size_t most = def->fields.len;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct def *record = field_record(&def->fields.at[i]);
        size_t inner = record ? most_fields(record) : 0;
        most = inner > most ? inner : most;
    }
    return most;
}

void layout_spec(struct spec *spec, struct diags *diags)
{
    size_t most = 1;
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            size_t fields = folder->defs.at[d]->broken ? 0 : most_fields(folder->defs.at[d]);
            most = fields > most ? fields : most;
        }
    }
    struct layouter l = {.spec = spec,
                         .arena = spec->arena,
                         .diags = diags,
                         .offsets = ARENA_ARRAY(spec->arena, most, uint64_t),
                         .bits = ARENA_ARRAY(spec->arena, most, uint8_t)};
    if (spec->samples_len > 1) {
        l.apart = split_by_all(l.arena, spec_configs(spec));
    }
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            struct def *def = folder->defs.at[d];
            layouter_def_values(&l, def);
            if (!has_layout(def)) {
                continue;
            }
            const struct config_set there = def_configs(spec, def);
            const struct config_set firsts = spec_firsts(spec, layouter_def_split(&l, def), &there);
            for (unsigned config = config_set_next(&firsts, 0); config < CONFIGS_MAX;
                 config = config_set_next(&firsts, config + 1)) {
                layouter_def(&l, def, config);
            }
        }
    }
}

uint64_t layout_hole(const struct def *def, unsigned config, size_t i)
{
    const struct layout *layout = def_layout(def, config);
    if (i == def->fields.len) {
        return layout->size - layout->end;
    }
    if (def->kind == DEF_UNION || layout->offsets[i] == LAYOUT_ABSENT) {
        return 0;
    }
    uint64_t before = 0;
    for (size_t j = i; j-- > 0;) {
        const struct field *field = &def->fields.at[j];
        if (layout->offsets[j] != LAYOUT_ABSENT) {
            uint64_t bits =
                field->more->bits.given ? field->more->bits.value : layout_type(field->type, config).size * 8;
            before = (layout->offsets[j] * 8 + (layout->bits ? layout->bits[j] : 0) + bits + 7) / 8;
            break;
        }
    }
    return layout->offsets[i] > before ? layout->offsets[i] - before : 0;
}

abi_set layout_same(const struct def *def, abi_set set, enum abi abi)
{
    abi_set same = 0;
    for (enum abi other = 0; other < ABI_COUNT; other++) {
        if ((set & ABI_BIT(other)) && def->layout[other] == def->layout[abi]) {
            same |= ABI_BIT(other);
        }
    }
    return same;
}

const struct field *layout_member(const struct def *def, struct str name, unsigned config, uint64_t *offset)
{
    const struct layout *layout = def_layout(def, config);
    for (size_t i = 0; layout && layout->offsets && i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        if (layout->offsets[i] == LAYOUT_ABSENT) {
            continue;
        }
        if (field->name.s.len && str_eq(field->name.s, name)) {
            *offset += layout->offsets[i];
            return field;
        }
        if (!field->name.s.len && field->type->kind == TYPE_RECORD) {
            uint64_t inner = *offset + layout->offsets[i];
            const struct field *found = layout_member(field->type->more->record, name, config, &inner);
            if (found) {
                *offset = inner;
                return found;
            }
        }
    }
    return NULL;
}
