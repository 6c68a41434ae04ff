#include "layout/layout.h"

#include "spec/resolve.h"

#include <string.h>

struct layouter {
    struct arena *arena;
    struct diags *diags;
    uint64_t *offsets; /* room for the fields of the largest struct */
};

static uint64_t align_up(uint64_t value, uint64_t align)
{
    return (value + align - 1) / align * align;
}

static struct layout layout_scalar(enum scalar scalar, enum abi abi)
{
    const struct scalar_info *info = &scalars[scalar];
    uint64_t size = info->size ? info->size : abis[abi].long_size;
    return (struct layout){.size = size, .align = info->natural ? abis[abi].u64_align : size};
}

struct layout layout_type(const struct type *type, unsigned abi)
{
    switch (type->kind) {
    case TYPE_SCALAR:
        return layout_scalar(type->scalar, abi);
    case TYPE_HANDLE: {
        uint64_t size = type->is_native ? abis[abi].handle_size : 8;
        return (struct layout){.size = size, .align = size};
    }
    case TYPE_NAMED:
        return *type_def(type, abi)->layout[abi];
    case TYPE_ARRAY: {
        struct layout layout = layout_type(type->of, abi);
        bool fits = layout.size == 0 || type->count <= LAYOUT_SIZE_MAX / layout.size;
        layout.size = fits ? layout.size * type->count : LAYOUT_SIZE_MAX + 1;
        return layout;
    }
    case TYPE_VOID:
        break;
    }
    return (struct layout){.size = 0, .align = 1};
}

/* Lays out what a type holds first; false if that is broken. */
static bool layout_held(struct layouter *l, const struct type *type, enum abi abi);

/* Computes sizes and offsets into l->offsets; false after a finding. */
static bool layout_struct(struct layouter *l, const struct def *def, enum abi abi, struct layout *out)
{
    uint64_t end = 0, align = 1;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        struct layout layout = layout_type(field->type, abi);
        l->offsets[i] = align_up(end, layout.align);
        end = l->offsets[i] + layout.size;
        align = layout.align > align ? layout.align : align;
        if (layout.size > LAYOUT_SIZE_MAX || align_up(end, align) > LAYOUT_SIZE_MAX) {
            diag_add(l->diags, RULE_SIZE_LIMIT, def_span(def, field->type->off, field->type->len),
                     "with `%.*s`, `%.*s` is larger than 2^31 - 1 bytes", STR_ARG(field->name.s), STR_ARG(def->name.s));
            return false;
        }
    }
    *out = (struct layout){.size = align_up(end, align), .align = align, .end = end, .offsets = l->offsets};
    return true;
}

/* Whether each field is as large on one ABI as on another: holes may make up for the difference. */
static bool same_sizes(const struct def *def, enum abi a, enum abi b)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct type *type = def->fields.at[i].type;
        if (layout_type(type, a).size != layout_type(type, b).size) {
            return false;
        }
    }
    return true;
}

/* An equal layout of another ABI, or NULL. */
static const struct layout *layout_known(const struct def *def, const struct layout *layout, enum abi abi)
{
    for (enum abi other = 0; other < ABI_COUNT; other++) {
        const struct layout *known = def->layout[other];
        if (known && known->size == layout->size && known->align == layout->align && known->end == layout->end &&
            (!known->offsets || !layout->offsets ||
             memcmp(known->offsets, layout->offsets, def->fields.len * sizeof *layout->offsets) == 0) &&
            same_sizes(def, abi, other)) {
            return known;
        }
    }
    return NULL;
}

static void layout_def(struct layouter *l, struct def *def, enum abi abi)
{
    if (def->broken || def->layout[abi] || !(def->abis & ABI_BIT(abi)) || def->kind == DEF_CONSTANT) {
        return;
    }
    struct layout layout = {.offsets = NULL};
    if (def->kind == DEF_STRUCT || def->kind == DEF_TYPEDEF) {
        for (size_t i = 0; i < def->fields.len; i++) {
            if (!layout_held(l, def->fields.at[i].type, abi)) {
                def->broken = true;
                return;
            }
        }
        if (!layout_struct(l, def, abi, &layout)) {
            def->broken = true;
            return;
        }
    } else {
        layout = layout_scalar(def->type->scalar, abi);
        layout.end = layout.size;
    }
    const struct layout *known = layout_known(def, &layout, abi);
    if (!known) {
        struct layout *copy = ARENA_NEW(l->arena, struct layout);
        *copy = layout;
        if (layout.offsets) {
            uint64_t *offsets = ARENA_ARRAY(l->arena, def->fields.len, uint64_t);
            memcpy(offsets, l->offsets, def->fields.len * sizeof *offsets);
            copy->offsets = offsets;
        }
        known = copy;
    }
    def->layout[abi] = known;
}

static bool layout_held(struct layouter *l, const struct type *type, enum abi abi)
{
    type = type_element(type);
    if (type->kind != TYPE_NAMED) {
        return true;
    }
    struct def *held = type_def(type, abi);
    layout_def(l, held, abi);
    return !held->broken;
}

void layout_spec(struct spec *spec, struct diags *diags)
{
    size_t most = 1;
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            size_t fields = folder->defs.at[d]->fields.len;
            most = fields > most ? fields : most;
        }
    }
    struct layouter l = {.arena = spec->arena, .diags = diags, .offsets = ARENA_ARRAY(spec->arena, most, uint64_t)};
    for (size_t f = 0; f < spec->folders.len; f++) {
        const struct folder *folder = spec->folders.at[f];
        for (size_t d = 0; d < folder->defs.len; d++) {
            for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
                layout_def(&l, folder->defs.at[d], abi);
            }
        }
    }
}

uint64_t layout_hole(const struct def *def, unsigned abi, size_t i)
{
    const struct layout *layout = def->layout[abi];
    if (i == def->fields.len) {
        return layout->size - layout->end;
    }
    uint64_t before = i == 0 ? 0 : layout->offsets[i - 1] + layout_type(def->fields.at[i - 1].type, abi).size;
    return layout->offsets[i] - before;
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
