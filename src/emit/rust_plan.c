/*
 * What a struct consists of in Rust. C leaves padding implicit and packs bit-fields as the ABI has it; in Rust the
 * former is a member of bytes, and so is what a run of bit-fields lies in. So every byte belongs to a member and has a
 * value.
 */
#include "emit/rust.h"

#include "layout/layout.h"
#include "spec/constants.h"

/* Rust derives `Default` for arrays up to this long. */
#define DERIVED_ARRAY_MAX 32

bool rust_derives_default(const struct type *type, enum abi abi)
{
    for (type = rust_meant(type, abi); type->kind == TYPE_ARRAY; type = rust_meant(type->more->of, abi)) {
        if (type_count(type, abi) > DERIVED_ARRAY_MAX) {
            return false;
        }
    }
    return type->kind != TYPE_POINTER;
}

void rust_zero(struct buf *out, const struct type *type, enum abi abi)
{
    type = rust_meant(type, abi);
    if (type->kind == TYPE_POINTER) {
        buf_printf(out, "::core::ptr::null%s()", type->is_const ? "" : "_mut");
        return;
    }
    if (type->kind != TYPE_ARRAY) {
        buf_text(out, "crate::support::zero()");
        return;
    }
    if (type_count(type, abi) == 0) {
        buf_text(out, "[]");
        return;
    }
    buf_char(out, '[');
    if (type_count(type, abi)) {
        rust_zero(out, type->more->of, abi);
        buf_text(out, "; ");
        rust_decimal(out, type_count(type, abi));
    }
    buf_char(out, ']');
}

struct planner {
    struct rust *r;
    const struct rust_facts *facts;
    struct rust_plan plan;
    rust_parts *parts;         /* on each ABI, in the order of the struct */
    size_t (*runs)[ABI_COUNT]; /* of each bit-field, where its run starts */
    struct map taken;          /* names of members, once one is to be found */
    bool taken_known;
    size_t next_padding, next_bits;
};

static void add_bytes(struct planner *p, enum abi abi, enum rust_piece_kind kind, size_t at, uint64_t offset,
                      uint64_t size)
{
    buf_clear(&p->r->scratch);
    buf_text(&p->r->scratch, "[u8; ");
    rust_decimal(&p->r->scratch, size);
    buf_char(&p->r->scratch, ']');
    struct str type = str_copy(p->r->arena, buf_view(&p->r->scratch));
    p->plan.derives_default = p->plan.derives_default && size <= DERIVED_ARRAY_MAX;
    VEC_PUSH(p->r->kept, &p->parts[abi], (struct rust_part){kind, at, type, offset});
}

/* The bytes of the run of bit-fields that starts with field `i`; returns the field after it. */
static size_t bits_extent(const struct planner *p, enum abi abi, size_t i, uint64_t *start, uint64_t *end)
{
    const struct def *def = p->facts->def;
    const struct layout *layout = def->layout[abi];
    *start = UINT64_MAX;
    *end = 0;
    for (; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        if (!when_exists(&field->more->when, abi)) {
            continue;
        }
        if (!field->more->bits.given) {
            break;
        }
        if (field->more->bits.value) {
            uint64_t first = layout->offsets[i];
            uint64_t last = first + (layout->bits[i] + field->more->bits.value + 7) / 8;
            *start = first < *start ? first : *start;
            *end = last > *end ? last : *end;
        }
    }
    return i;
}

/* Notes where the bit-fields from `i` to `end` are, and adds what they lie in; returns the byte after that. */
static uint64_t plan_bits(struct planner *p, enum abi abi, size_t i, uint64_t pos, size_t *next)
{
    const struct def *def = p->facts->def;
    const struct layout *layout = def->layout[abi];
    uint64_t start, end;
    *next = bits_extent(p, abi, i, &start, &end);
    if (end == 0) {
        return pos;
    }
    if (start > pos) {
        add_bytes(p, abi, RUST_PIECE_HOLE, i, pos, start - pos);
    }
    add_bytes(p, abi, RUST_PIECE_BITS, i, start, end - start);
    for (size_t k = i; k < *next; k++) {
        if (when_exists(&def->fields.at[k].more->when, abi) && def->fields.at[k].name.s.len) {
            p->runs[k][abi] = i;
            p->plan.bits[k][abi].exists = true;
            p->plan.bits[k][abi].bit = (layout->offsets[k] - start) * 8 + layout->bits[k];
        }
    }
    return end;
}

/* Finds the parts on one ABI. */
static void plan_abi(struct planner *p, enum abi abi)
{
    const struct def *def = p->facts->def;
    const struct layout *layout = def->layout[abi];
    uint64_t pos = 0, align = 1;
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        if (!when_exists(&field->more->when, abi)) {
            continue;
        }
        if (field->more->bits.given) {
            size_t next;
            pos = plan_bits(p, abi, i, pos, &next);
            i = next - 1;
            continue;
        }
        if (layout->offsets[i] > pos) {
            add_bytes(p, abi, RUST_PIECE_HOLE, i, pos, layout->offsets[i] - pos);
        }
        struct extent inner = layout_type(field->type, abi);
        struct str *type = &p->r->plan->types[i];
        *type = rust_type_like(p->r, p->facts, field->type, abi, *type);
        struct rust_part part = {RUST_PIECE_FIELD, i, *type, layout->offsets[i]};
        VEC_PUSH(p->r->kept, &p->parts[abi], part);
        p->plan.derives_default = p->plan.derives_default && rust_derives_default(field->type, abi);
        pos = layout->offsets[i] + inner.size;
        align = inner.align > align ? inner.align : align;
    }
    if (layout->size > pos) {
        add_bytes(p, abi, RUST_PIECE_HOLE, def->fields.len, pos, layout->size - pos);
    }
    if (layout->align > align) {
        const char *type = layout->align == 2 ? "[u16; 0]" : layout->align == 4 ? "[u32; 0]" : "[crate::AlignedU64; 0]";
        struct rust_part part = {RUST_PIECE_ALIGN, 0, str_from(type), 0};
        /* The first one, so that it needs no padding itself. */
        VEC_PUSH(p->r->kept, &p->parts[abi], part);
        for (size_t k = p->parts[abi].len - 1; k > 0; k--) {
            p->parts[abi].at[k] = p->parts[abi].at[k - 1];
        }
        p->parts[abi].at[0] = part;
    }
}

/* The name of a member that the spec does not have. */
static struct str free_name(struct planner *p, const char *stem, size_t *next)
{
    struct str name;
    for (size_t i = 0; i < p->facts->def->fields.len && !p->taken_known; i++) {
        if (rust_field_name(p->facts, i).len) {
            map_add(&p->taken, rust_field_name(p->facts, i), p);
        }
    }
    p->taken_known = true;
    do {
        name = next ? str_printf(p->r->arena, "%s%zu", stem, (*next)++) : str_from(stem);
        stem = next ? stem : str_printf(p->r->arena, "%s_", stem).ptr;
    } while (map_add(&p->taken, name, p));
    return name;
}

static struct str piece_name(struct planner *p, const struct rust_part *part)
{
    switch (part->kind) {
    case RUST_PIECE_HOLE:
        return free_name(p, "_padding", &p->next_padding);
    case RUST_PIECE_BITS:
        return free_name(p, "_bits", &p->next_bits);
    case RUST_PIECE_ALIGN:
        return free_name(p, "_align", NULL);
    case RUST_PIECE_FIELD:
        break;
    }
    return rust_field_name(p->facts, part->at);
}

/* The order of parts: what aligns the whole, and then each member after the hole before it. */
static size_t rank(const struct rust_part *part)
{
    return part->kind == RUST_PIECE_ALIGN ? 0 : 1 + part->at * 3 + (size_t)(part->kind != RUST_PIECE_HOLE);
}

static bool same_text(const struct rust_part *part, const struct rust_piece *piece)
{
    return part->kind == piece->kind && str_eq(part->type, piece->type);
}

/* Makes pieces of the parts that have one place in the struct: what is the same on several ABIs is one. */
static void merge_place(struct planner *p, size_t place, size_t *next)
{
    size_t first = p->plan.pieces.len;
    struct str bits = {NULL, 0}, other = {NULL, 0};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        const struct rust_part *part = next[abi] < p->parts[abi].len ? &p->parts[abi].at[next[abi]] : NULL;
        if (!part || rank(part) != place) {
            continue;
        }
        next[abi]++;
        size_t i = first;
        while (i < p->plan.pieces.len && !same_text(part, &p->plan.pieces.at[i])) {
            i++;
        }
        if (i == p->plan.pieces.len) {
            struct str *name = part->kind == RUST_PIECE_BITS ? &bits : &other;
            *name = name->len ? *name : piece_name(p, part);
            struct rust_piece piece = {.kind = part->kind, .at = part->at, .name = *name, .type = part->type};
            VEC_PUSH(p->r->kept, &p->plan.pieces, piece);
        }
        p->plan.pieces.at[i].abis |= ABI_BIT(abi);
        p->plan.pieces.at[i].offset[abi] = part->offset;
    }
    for (size_t k = place / 3; bits.len && k < p->facts->def->fields.len; k++) {
        const struct field *field = &p->facts->def->fields.at[k];
        if (!field->more->bits.given && rust_field_abis(p->facts, field) == p->facts->abis) {
            break; /* no run goes on past a member that is there everywhere */
        }
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            if (p->plan.bits[k][abi].exists && 2 + p->runs[k][abi] * 3 == place) {
                p->plan.bits[k][abi].storage = bits;
            }
        }
    }
}

struct rust_plan rust_plan_struct(struct rust *r, const struct rust_facts *facts)
{
    const struct def *def = facts->def;
    struct rust_plan_memory *memory = r->plan;
    struct planner p = {.r = r,
                        .facts = facts,
                        .plan = {.pieces = memory->pieces, .derives_default = true},
                        .parts = memory->parts,
                        .taken = map_new(r->arena)};
    size_t next[ABI_COUNT] = {0};
    p.plan.pieces.len = 0;
    if (memory->types_len < def->fields.len) {
        memory->types_len = def->fields.len * 2;
        memory->types = ARENA_ARRAY(r->kept, memory->types_len, struct str);
    }
    for (size_t i = 0; i < def->fields.len; i++) {
        memory->types[i] = (struct str){NULL, 0};
        if (def->fields.at[i].more->bits.given && !p.runs) {
            p.runs = arena_array(r->arena, def->fields.len, sizeof *p.runs);
            p.plan.bits = arena_array(r->arena, def->fields.len, sizeof *p.plan.bits);
        }
    }
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        p.parts[abi].len = 0;
        if (abi_in(abi, facts->abis)) {
            plan_abi(&p, abi);
        }
    }
    for (size_t place = 0; place <= 2 + def->fields.len * 3; place++) {
        merge_place(&p, place, next);
    }
    memory->pieces = p.plan.pieces;
    return p.plan;
}
