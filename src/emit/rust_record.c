/* Structs and unions in Rust. */
#include "emit/rust.h"

#include "layout/layout.h"
#include "spec/resolve.h"

#include <inttypes.h>
#include <string.h>

/* --- what there is to say of members --- */

/* What there is to know of a member beyond its description. */
static struct str field_note(struct rust *r, const struct rust_facts *facts, const struct field *field, enum abi abi)
{
    static const char *const dirs[] = {
        [DIR_NONE] = "", [DIR_IN] = "Input.", [DIR_OUT] = "Output.", [DIR_INOUT] = "Input and output."};
    struct buf out = buf_new(r->arena);
    buf_text(&out, dirs[field->dir]);
    if (field->more->len.s.len) {
        buf_printf(&out, "%sIts elements are counted by `%.*s`.", out.len ? " " : "", STR_ARG(field->more->len.s));
    }
    struct str values = rust_values_link(r, facts->owner->folder, facts, field->more->values, abi);
    if (values.len) {
        buf_printf(&out, "%sIts values are those of %.*s.", out.len ? " " : "", STR_ARG(values));
    }
    if (field->reserved) {
        buf_printf(&out, "%sReserved: must be zero.", out.len ? " " : "");
    }
    if (field->more->c_name.s.len) {
        buf_printf(&out, "%sC: `%.*s`.", out.len ? " " : "", STR_ARG(field->more->c_name.s));
    }
    return buf_view(&out);
}

/* What rustdoc wants before a link to a definition, as a derive macro may have the same name. */
static const char *link_kind(const struct def *def)
{
    return def->kind == DEF_TYPEDEF ? "type" : def->kind == DEF_UNION ? "union" : "struct";
}

/* What there is to say of a member that the spec does not describe. */
static struct str field_otherwise(struct rust *r, const struct rust_facts *facts, size_t i, enum abi abi)
{
    const struct type *type = type_element(facts->def->fields.at[i].type);
    const struct def *def = type->kind == TYPE_RECORD  ? type->more->record
                            : type->kind == TYPE_NAMED ? type->more->symbol->on[abi]
                                                       : NULL;
    if (!def) {
        return str_printf(r->arena, "The member `%.*s`.", STR_ARG(rust_plain(rust_field_name(facts, i))));
    }
    struct str path =
        type->kind == TYPE_RECORD ? rust_facts_of(r, def)->name : rust_path(r, facts, type->more->symbol, abi);
    return str_printf(r->arena, "See [`%s@%.*s`].", link_kind(rust_facts_of(r, def)->def), STR_ARG(path));
}

void rust_field_doc(struct rust *r, size_t indent, const struct rust_facts *facts, size_t i, enum abi abi)
{
    const struct field *field = &facts->def->fields.at[i];
    rust_doc(r, indent, field->description, field_otherwise(r, facts, i, abi), field_note(r, facts, field, abi));
}

/* "C: `struct x`.", or where an inline record stands in C. */
static struct str record_note(struct rust *r, const struct rust_facts *facts)
{
    const struct def *def = facts->def;
    const char *kind = def->kind == DEF_UNION ? "union" : "struct";
    if (def->name.s.len) {
        bool tagged = def->c_form != C_FORM_TYPEDEF;
        struct buf out = buf_new(r->arena);
        buf_printf(&out, "C: `%s%s%.*s`", tagged ? kind : "", tagged ? " " : "", STR_ARG(def->name.s));
        if (facts->also.len) {
            buf_printf(&out, ", `%.*s`", STR_ARG(facts->also));
        }
        buf_char(&out, '.');
        return buf_view(&out);
    }
    bool anonymous = str_starts(facts->member, "anon");
    for (size_t i = 0; anonymous && i < def->outer->fields.len; i++) {
        anonymous = !str_eq(def->outer->fields.at[i].name.s, facts->member);
    }
    const struct def *outer = facts->owner;
    const char *outer_kind = outer->c_form == C_FORM_TYPEDEF ? "" : outer->kind == DEF_UNION ? "union " : "struct ";
    if (anonymous) {
        return str_printf(r->arena, "C: an anonymous %s in `%s%.*s`.", kind, outer_kind, STR_ARG(outer->name.s));
    }
    return str_printf(r->arena, "C: the %s `%.*s` in `%s%.*s`.", kind, STR_ARG(facts->member), outer_kind,
                      STR_ARG(outer->name.s));
}

/* --- structs --- */

/* What a struct is that C's macros make of a ring; empty for any other. */
static struct str ring_part(struct rust *r, const struct def *def)
{
    if (!def->made_by || def->made_by->kind != DEF_RING || def->made_by->row->flex) {
        return (struct str){NULL, 0};
    }
    if (str_ends(def->name.s, "_sring")) {
        return STR("The page that both ends of a ring share. They are [`crate::FrontRing`] and [`crate::BackRing`].");
    }
    bool front = str_ends(def->name.s, "_front_ring");
    return str_printf(r->arena, "What C's macros keep of a ring's %s end. Rust has [`crate::%sRing`].",
                      front ? "front" : "back", front ? "Front" : "Back");
}

void rust_member(struct rust *r, const char *visibility, struct str name, struct str type)
{
    size_t head = strlen("    ") + strlen(visibility) + name.len + strlen(": ");
    bool broken = head + type.len + 1 > RUST_WIDTH && type.len <= RUST_TYPE_WIDTH;
    buf_printf(&r->out, "    %s%.*s:%s%.*s,\n", visibility, STR_ARG(name), broken ? "\n        " : " ", STR_ARG(type));
}

static void struct_piece(struct rust *r, const struct rust_facts *facts, const struct rust_piece *piece)
{
    if (piece->kind == RUST_PIECE_FIELD) {
        rust_field_doc(r, 4, facts, piece->at, rust_first_abi(piece->abis));
    } else {
        rust_line(r, "    #[doc(hidden)]");
    }
    rust_cfg(r, 4, rust_within(facts, piece->abis));
    rust_member(r, "pub ", piece->name, piece->type);
}

/* What `Default` writes to a member, by ABI. */
static struct rust_groups piece_zeros(struct rust *r, const struct rust_facts *facts, const struct rust_piece *piece)
{
    struct rust_groups groups = {.len = 0};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (!abi_in(abi, piece->abis)) {
            continue;
        }
        buf_clear(&r->scratch);
        if (piece->kind == RUST_PIECE_FIELD) {
            rust_zero(&r->scratch, facts->def->fields.at[piece->at].type, abi);
        } else if (piece->kind == RUST_PIECE_ALIGN) {
            buf_text(&r->scratch, "[]");
        } else {
            /* "[u8; N]" */
            buf_printf(&r->scratch, "[0%.*s", (int)piece->type.len - 3, piece->type.ptr + 3);
        }
        rust_group_copy(r, &groups, abi, buf_view(&r->scratch));
    }
    return groups;
}

static void struct_default(struct rust *r, const struct rust_facts *facts, const struct rust_plan *plan)
{
    buf_char(&r->out, '\n');
    rust_cfg(r, 0, facts->compiled);
    rust_line(r, "crate::support::zeroed! {");
    buf_printf(&r->out, "    %.*s {\n", STR_ARG(facts->name));
    for (size_t i = 0; i < plan->pieces.len; i++) {
        const struct rust_piece *piece = &plan->pieces.at[i];
        struct rust_groups zeros = piece_zeros(r, facts, piece);
        for (size_t g = 0; g < zeros.len; g++) {
            rust_cfg(r, 8, rust_within(facts, zeros.at[g].abis));
            buf_printf(&r->out, "        %.*s: %.*s,\n", STR_ARG(piece->name), STR_ARG(zeros.at[g].text));
        }
    }
    rust_line(r, "    }");
    rust_line(r, "}");
}

static void struct_offsets(struct rust *r, const struct rust_facts *facts, enum abi abi, const void *data)
{
    (void)facts;
    const struct rust_plan *plan = data;
    for (size_t i = 0; i < plan->pieces.len; i++) {
        const struct rust_piece *piece = &plan->pieces.at[i];
        if (abi_in(abi, piece->abis)) {
            buf_text(&r->out, "    ");
            rust_decimal(&r->out, piece->offset[abi]);
            buf_printf(&r->out, ": %.*s;\n", STR_ARG(piece->name));
        }
    }
}

static void struct_def(struct rust *r, const struct rust_facts *facts)
{
    struct rust_plan plan = rust_plan_struct(r, facts);
    bool wide = strlen("pub struct  {") + facts->name.len > RUST_WIDTH;
    for (size_t i = 0; i < plan.pieces.len; i++) {
        wide = wide || plan.pieces.at[i].type.len > RUST_TYPE_WIDTH;
    }
    rust_doc(r, 0, facts->def->description, ring_part(r, facts->def), record_note(r, facts));
    rust_cfg(r, 0, facts->compiled);
    rust_line(r, "#[repr(C)]");
    buf_printf(&r->out, "#[derive(Clone, Copy, Debug, %sPartialEq, Eq)]\n", plan.derives_default ? "Default, " : "");
    buf_text(&r->out, wide ? "#[rustfmt::skip]\n" : "");
    buf_printf(&r->out, "pub struct %.*s {%s\n", STR_ARG(facts->name), plan.pieces.len ? "" : "}");
    for (size_t i = 0; i < plan.pieces.len; i++) {
        struct_piece(r, facts, &plan.pieces.at[i]);
    }
    if (plan.pieces.len) {
        rust_line(r, "}");
    }
    if (!plan.derives_default) {
        struct_default(r, facts, &plan);
    }
    struct map taken = map_new(r->arena);
    rust_bit_fields(r, facts, &plan, &taken);
    rust_flexible(r, facts, &taken);
    rust_tagged(r, facts, &taken);
    rust_named(r, facts, &taken);
    rust_layout(r, facts, facts->pointers == POINTERS_SOME ? "pointers" : "record", struct_offsets, &plan);
}

/* --- unions --- */

struct rust_accessors *rust_union_accessors(struct rust *r, const struct rust_facts *facts, struct map *taken)
{
    static const char *const own[] = {"as_bytes", "default", "clone"};
    const struct def *def = facts->def;
    struct rust_accessors *found = ARENA_ARRAY(r->arena, def->fields.len + 1, struct rust_accessors);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        map_add(taken, str_from(own[i]), r);
    }
    /* Getters first: they are to have the names of the members. One name may stand for several members, on different
     * ABIs. */
    for (int pass = 0; pass < 2; pass++) {
        struct map firsts = map_new(r->arena);
        for (size_t i = 0; i < def->fields.len; i++) {
            if (def->fields.at[i].more->bits.given || !rust_field_abis(facts, &def->fields.at[i])) {
                continue;
            }
            struct str plain = rust_plain(rust_field_name(facts, i));
            const struct rust_accessors *same = map_get(&firsts, rust_field_name(facts, i));
            if (same) {
                found[i] = *same;
                continue;
            }
            map_add(&firsts, rust_field_name(facts, i), &found[i]);
            if (pass == 0) {
                struct str get = rust_unique(r, taken, "", plain, "");
                found[i].get = get.len == plain.len ? rust_field_name(facts, i) : get;
            } else {
                found[i].get_mut = rust_unique(r, taken, "", plain, "_mut");
                found[i].from = rust_unique(r, taken, "from_", plain, "");
                found[i].set = rust_unique(r, taken, "set_", plain, "");
            }
        }
    }
    return found;
}

/* A member with its type on some ABIs. */
struct overlay {
    size_t at;
    abi_set abis;
    struct str type;
};

struct overlays {
    VEC(struct overlay) list;
};

static struct overlays find_overlays(struct rust *r, const struct rust_facts *facts)
{
    struct overlays found = {.list = {NULL, 0, 0}};
    for (size_t i = 0; i < facts->def->fields.len; i++) {
        const struct field *field = &facts->def->fields.at[i];
        abi_set set = field->more->bits.given ? 0 : rust_field_abis(facts, field);
        struct rust_groups groups = rust_types(r, facts, field->type, set);
        for (size_t g = 0; g < groups.len; g++) {
            VEC_PUSH(r->arena, &found.list, (struct overlay){i, groups.at[g].abis, groups.at[g].text});
        }
    }
    return found;
}

/* "16", the size of the whole, by ABI. */
static struct rust_groups whole_sizes(struct rust *r, const struct rust_facts *facts, bool align)
{
    struct rust_groups groups = {.len = 0};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (!abi_in(abi, facts->abis)) {
            continue;
        }
        const struct layout *layout = facts->def->layout[abi];
        buf_clear(&r->scratch);
        if (align) {
            static const char *const types[] = {"u8", "u16", "u32", "crate::AlignedU64"};
            size_t power = 0;
            while (power < 3 && (UINT64_C(1) << power) < layout->align) {
                power++;
            }
            buf_printf(&r->scratch, "[%s; 0]", types[power]);
        } else {
            rust_decimal(&r->scratch, layout->size);
        }
        rust_group_copy(r, &groups, abi, buf_view(&r->scratch));
    }
    return groups;
}

/* The bit-fields of a union all start at its first byte. */
static void union_bits(struct rust *r, const struct rust_facts *facts, struct str whole, struct map *taken)
{
    const struct def *def = facts->def;
    struct rust_plan plan = {.bits = arena_array(r->arena, def->fields.len, sizeof *plan.bits)};
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct field *field = &def->fields.at[i];
        for (enum abi abi = 0; abi < ABI_COUNT && field->more->bits.given && field->name.s.len; abi++) {
            if (abi_in(abi, rust_field_abis(facts, field))) {
                const struct layout *layout = def->layout[abi];
                plan.bits[i][abi] = (struct rust_bit_place){true, whole, layout->offsets[i] * 8 + layout->bits[i]};
            }
        }
    }
    rust_bit_fields(r, facts, &plan, taken);
}

static void union_members(struct rust *r, const struct rust_facts *facts, const struct overlays *overlays,
                          const struct rust_accessors *accessors)
{
    for (size_t i = 0; i < overlays->list.len; i++) {
        const struct overlay *overlay = &overlays->list.at[i];
        const struct rust_accessors *names = &accessors[overlay->at];
        if (i == 0 || overlay->abis != overlays->list.at[i - 1].abis) {
            buf_text(&r->out, i ? "}\n\n" : "\n");
            rust_cfg(r, 0, overlay->abis == facts->abis ? facts->compiled : overlay->abis);
            rust_line(r, "crate::support::members! {");
            buf_printf(&r->out, "    %.*s;\n", STR_ARG(facts->name));
        }
        rust_field_doc(r, 4, facts, overlay->at, rust_first_abi(overlay->abis));
        buf_printf(&r->out, "    %.*s: %.*s;\n    %.*s, %.*s, %.*s, %.*s;\n",
                   STR_ARG(rust_field_name(facts, overlay->at)), STR_ARG(overlay->type), STR_ARG(names->get),
                   STR_ARG(names->get_mut), STR_ARG(names->from), STR_ARG(names->set));
    }
    buf_text(&r->out, overlays->list.len ? "}\n" : "");
}

static void union_def(struct rust *r, const struct rust_facts *facts)
{
    static const char note[] = "All of its bytes always have values, so that every member can be read. What a member "
                               "leaves of them is zero once it is set.";
    const struct def *def = facts->def;
    struct overlays overlays = find_overlays(r, facts);
    struct map names = map_new(r->arena), taken = map_new(r->arena);
    bool bits = false, wide = strlen("pub union  {") + facts->name.len > RUST_WIDTH;
    for (size_t i = 0; i < def->fields.len; i++) {
        bits = bits || def->fields.at[i].more->bits.given;
        map_add(&names, rust_field_name(facts, i), r);
    }
    for (size_t i = 0; i < overlays.list.len; i++) {
        wide = wide || overlays.list.at[i].type.len > RUST_TYPE_WIDTH;
    }
    struct str whole = rust_unique(r, &names, "", STR("_bytes"), "");
    rust_doc(r, 0, def->description, (struct str){NULL, 0}, record_note(r, facts));
    rust_line(r, "///");
    rust_doc(r, 0, STR(note), (struct str){NULL, 0}, (struct str){NULL, 0});
    rust_cfg(r, 0, facts->compiled);
    rust_line(r, "#[repr(C)]");
    rust_line(r, "#[derive(Clone, Copy)]");
    buf_text(&r->out, wide ? "#[rustfmt::skip]\n" : "");
    buf_printf(&r->out, "pub union %.*s {\n", STR_ARG(facts->name));
    for (size_t i = 0; i < overlays.list.len; i++) {
        const struct overlay *overlay = &overlays.list.at[i];
        rust_cfg(r, 4, rust_within(facts, overlay->abis));
        rust_member(r, "", rust_field_name(facts, overlay->at), overlay->type);
    }
    if (bits) {
        struct rust_groups aligns = whole_sizes(r, facts, true);
        struct str align = rust_unique(r, &names, "", STR("_align"), "");
        for (size_t i = 0; i < aligns.len; i++) {
            rust_cfg(r, 4, rust_within(facts, aligns.at[i].abis));
            rust_member(r, "", align, aligns.at[i].text);
        }
    }
    struct rust_groups sizes = whole_sizes(r, facts, false);
    for (size_t i = 0; i < sizes.len; i++) {
        rust_cfg(r, 4, rust_within(facts, sizes.at[i].abis));
        rust_member(r, "", whole, str_printf(r->arena, "[u8; %.*s]", STR_ARG(sizes.at[i].text)));
    }
    rust_line(r, "}");
    for (size_t i = 0; i < sizes.len; i++) {
        buf_char(&r->out, '\n');
        rust_cfg(r, 0, sizes.at[i].abis == facts->abis ? facts->compiled : sizes.at[i].abis);
        rust_line(r, "crate::support::whole! {");
        buf_printf(&r->out, "    %.*s, %.*s: %.*s%s;\n}\n", STR_ARG(facts->name), STR_ARG(whole),
                   STR_ARG(sizes.at[i].text), facts->pointers == POINTERS_SOME ? ", pointers" : "");
    }
    union_members(r, facts, &overlays, rust_union_accessors(r, facts, &taken));
    if (bits) {
        union_bits(r, facts, whole, &taken);
    }
    rust_layout(r, facts, "layout", NULL, NULL);
}

void rust_record(struct rust *r, const struct rust_facts *facts)
{
    if (facts->def->kind == DEF_UNION) {
        union_def(r, facts);
    } else {
        struct_def(r, facts);
    }
}
