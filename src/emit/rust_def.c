/* A definition in Rust: enums, bitmaps, and what is asserted about the layout of them all. */
#include "emit/rust.h"

#include "layout/layout.h"
#include "spec/constants.h"

#include <inttypes.h>

/* The widest list of arguments that rustfmt leaves on one line of an attribute, in columns. */
#define ATTRIBUTE_WIDTH 70

void rust_line(struct rust *r, const char *text)
{
    buf_text(&r->out, text);
    buf_char(&r->out, '\n');
}

bool rust_needs_alias(struct str c_name, struct str name)
{
    return c_name.len && !str_eq(c_name, name);
}

struct str rust_c_name(struct rust *r, struct str name)
{
    return name.len ? str_printf(r->arena, "C: `%.*s`.", STR_ARG(name)) : name;
}

/* Appends digits in the groups that clippy wants: thousands, or four of hexadecimal. */
static void grouped(struct buf *out, uint64_t value, bool hex)
{
    char digits[32];
    size_t at = sizeof digits;
    const unsigned base = hex ? 16 : 10, group = hex ? 4 : 3;
    for (unsigned i = 0; i == 0 || value; i++, value /= base) {
        if (i && i % group == 0) {
            digits[--at] = '_';
        }
        digits[--at] = "0123456789ABCDEF"[value % base];
    }
    buf_text(out, hex ? "0x" : "");
    buf_bytes(out, digits + at, sizeof digits - at);
}

void rust_decimal(struct buf *out, uint64_t value)
{
    grouped(out, value, false);
}

void rust_hex(struct buf *out, uint64_t value)
{
    grouped(out, value, true);
}

void rust_number(struct buf *out, uint64_t value, bool is_signed)
{
    if (is_signed && value > INT64_MAX) {
        buf_char(out, '-');
        value = 0 - value;
    }
    grouped(out, value, value > UINT16_MAX);
}

void rust_cfg(struct rust *r, size_t indent, abi_set set)
{
    if ((set | r->spec->absent) == ABI_ALL) {
        return;
    }
    r->has_cfg = true;
    struct buf names = buf_new(r->arena);
    size_t count = 0;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (abi_in(abi, set)) {
            buf_printf(&names, "%starget_arch = \"%s\"", count++ ? ", " : "", abis[abi].rust_cfg);
        }
    }
    buf_fill(&r->out, ' ', indent);
    if (count == 1) {
        buf_printf(&r->out, "#[cfg(%.*s)]\n", STR_ARG(buf_view(&names)));
    } else if (names.len <= ATTRIBUTE_WIDTH) {
        buf_printf(&r->out, "#[cfg(any(%.*s))]\n", STR_ARG(buf_view(&names)));
    } else {
        buf_text(&r->out, "#[cfg(any(\n");
        for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
            if (abi_in(abi, set)) {
                buf_fill(&r->out, ' ', indent + 4);
                buf_printf(&r->out, "target_arch = \"%s\"%s\n", abis[abi].rust_cfg, --count ? "," : "");
            }
        }
        buf_fill(&r->out, ' ', indent);
        buf_text(&r->out, "))]\n");
    }
}

struct str rust_unique(struct rust *r, struct map *taken, const char *prefix, struct str name, const char *suffix)
{
    struct buf whole = buf_new(r->arena);
    buf_text(&whole, prefix);
    buf_str(&whole, name);
    buf_text(&whole, suffix);
    while (map_add(taken, buf_view(&whole), r)) {
        buf_char(&whole, '_');
    }
    return buf_view(&whole);
}

/* An enum or bitmap as it is on some of its ABIs. */
struct form {
    const struct rust_facts *facts;
    abi_set abis;
    abi_set compiled;
};

/* What a part of a form is compiled for, which exists on some ABIs: no condition for all of the form's. */
static abi_set within(const struct form *form, abi_set set)
{
    return set == form->abis ? ABI_ALL : set;
}

enum abi rust_first_abi(abi_set set)
{
    enum abi abi = 0;
    while (abi + 1 < ABI_COUNT && !abi_in(abi, set)) {
        abi++;
    }
    return abi;
}

abi_set rust_existing(const struct when *when, abi_set set)
{
    abi_set found = 0;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        found |= abi_in(abi, set) && when_exists(when, abi) ? ABI_BIT(abi) : 0;
    }
    return found;
}

/* What is said of a value or bit that has neither a description nor a name in C: the crate must document everything. */
static struct str described(struct rust *r, struct str description, struct str c_name, struct str name)
{
    return description.len || c_name.len ? description
                                         : str_printf(r->arena, "`%.*s`, which has no name in C.", STR_ARG(name));
}

/*
 * Appends a constant of a macro that makes a newtype, up to its value. What it is called in C is part of it, from which
 * the macro makes documentation, unless it has that name.
 */
static void newtype_constant(struct rust *r, const struct form *form, struct str description, struct str c_name,
                             struct str name, abi_set set)
{
    bool alias = rust_needs_alias(c_name, name);
    rust_doc(r, 8, described(r, description, c_name, rust_plain(name)), (struct str){NULL, 0},
             alias ? (struct str){NULL, 0} : rust_c_name(r, c_name));
    rust_cfg(r, 8, within(form, set));
    buf_printf(&r->out, "        const %.*s", STR_ARG(name));
    if (alias) {
        buf_printf(&r->out, ": \"%.*s\"", STR_ARG(c_name));
    }
    buf_text(&r->out, " = ");
}

/* Starts the newtype that an enum or bitmap becomes, inside of a macro; returns where its constants go. */
static size_t newtype(struct rust *r, const struct form *form, const char *macro, struct str note)
{
    const struct def *def = form->facts->def;
    enum scalar scalar = def->type->scalar;
    rust_cfg(r, 0, form->compiled);
    buf_printf(&r->out, "crate::support::%s! {\n", macro);
    rust_doc(r, 4, def->description, (struct str){NULL, 0}, note);
    rust_line(r, rust_is_aligned(scalar) ? "    #[repr(C, align(8))]" : "    #[repr(transparent)]");
    buf_printf(&r->out, "    pub struct %.*s: %s {\n", STR_ARG(form->facts->name), rust_scalar(scalar));
    return r->out.len;
}

static void newtype_end(struct rust *r, size_t constants)
{
    if (r->out.len == constants) {
        r->out.len--;
        rust_line(r, "}");
    } else {
        rust_line(r, "    }");
    }
}

uint64_t rust_wrapped(uint64_t value, enum scalar scalar, enum abi abi)
{
    unsigned bits = scalar_bits(scalar, abi);
    if (bits == 64) {
        return value;
    }
    uint64_t mask = (UINT64_C(1) << bits) - 1;
    bool negative = scalars[scalar].is_signed && (value >> (bits - 1) & 1);
    return negative ? value | ~mask : value & mask;
}

uint64_t rust_variant_value(const struct def *def, const struct variant *variant, enum abi abi)
{
    const struct expr_value *value = formula_value(&variant->formula, abi);
    return rust_wrapped(value ? value->value : variant->value.value, def->type->scalar, abi);
}

/* A value of an enum, by ABI. */
static struct rust_groups variant_values(struct rust *r, const struct def *def, const struct variant *variant,
                                         abi_set set)
{
    struct rust_groups groups = {.len = 0};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (abi_in(abi, set) && when_exists(&variant->when, abi)) {
            buf_clear(&r->scratch);
            rust_number(&r->scratch, rust_variant_value(def, variant, abi), scalars[def->type->scalar].is_signed);
            rust_group_copy(r, &groups, abi, buf_view(&r->scratch));
        }
    }
    return groups;
}

static void rust_enum(struct rust *r, const struct rust_facts *facts)
{
    const struct def *def = facts->def;
    struct form form = {facts, facts->abis, facts->compiled};
    struct str note =
        str_printf(r->arena, "The spec's enum `%.*s`; values without a name may occur.", STR_ARG(def->name.s));
    size_t constants = newtype(r, &form, "values", note);
    for (size_t i = 0; i < def->more->variants.len; i++) {
        const struct variant *variant = &def->more->variants.at[i];
        struct rust_groups values = variant_values(r, def, variant, facts->abis);
        for (size_t g = 0; g < values.len; g++) {
            newtype_constant(r, &form, variant->description, variant->c_name, variant->rust_name, values.at[g].abis);
            buf_printf(&r->out, "%.*s;\n", STR_ARG(values.at[g].text));
        }
    }
    newtype_end(r, constants);
    rust_line(r, "}");
}

/* The names that a run of bits gets: the mask and the methods that get it and change it. */
struct run {
    const struct bit *bit;
    struct str mask, get, with, set;
};

static void run_form(struct rust *r, const struct form *form, const struct run *run)
{
    const struct def *def = form->facts->def;
    const struct bit *bit = run->bit;
    buf_char(&r->out, '\n');
    rust_cfg(r, 0, form->compiled);
    rust_line(r, "crate::support::run! {");
    rust_doc(r, 4, described(r, bit->description, bit->c_name, bit->name.s), (struct str){NULL, 0},
             rust_c_name(r, bit->c_name));
    buf_printf(&r->out, "    %.*s: %s, bit %" PRIu64 ", width %" PRIu64 ";\n", STR_ARG(form->facts->name),
               rust_scalar(def->type->scalar), bit->shift.value, bit->width.value);
    buf_printf(&r->out, "    %.*s, %.*s, %.*s, %.*s: ", STR_ARG(run->mask), STR_ARG(run->get), STR_ARG(run->with),
               STR_ARG(run->set));
    struct str type = bit->type ? rust_type(r, form->facts, bit->type, rust_first_abi(form->abis)) : STR("number");
    buf_printf(&r->out, "%.*s\n", STR_ARG(type));
    rust_line(r, "}");
}

static struct run run_names(struct rust *r, struct map *taken, const struct bit *bit)
{
    struct str plain = rust_plain(bit->rust_method);
    struct str get = rust_unique(r, taken, "", plain, "");
    struct run run = {.bit = bit, .get = get.len == plain.len ? bit->rust_method : get};
    run.mask = rust_unique(r, taken, "", bit->rust_name, "_MASK");
    run.with = rust_unique(r, taken, "with_", plain, "");
    run.set = rust_unique(r, taken, "set_", plain, "");
    return run;
}

static void bitmap_form(struct rust *r, const struct form *form)
{
    const struct def *def = form->facts->def;
    VEC(struct run) runs = {NULL, 0, 0};
    struct str note =
        str_printf(r->arena, "The spec's bitmap `%.*s`; bits without a name are kept.", STR_ARG(def->name.s));
    size_t constants = newtype(r, form, "bitmap", note);
    struct map taken = map_new(r->arena);
    map_add(&taken, STR("known"), r);
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        abi_set set = rust_existing(&bit->when, form->abis);
        if (bit_is_run(bit) || !set) {
            continue;
        }
        map_add(&taken, bit->rust_name, r);
        newtype_constant(r, form, bit->description, bit->c_name, bit->rust_name, set);
        buf_printf(&r->out, "1 << %" PRIu64 ";\n", bit->shift.value);
    }
    newtype_end(r, constants);
    for (size_t i = 0; i < def->more->bits.len; i++) {
        const struct bit *bit = &def->more->bits.at[i];
        if (bit_is_run(bit) && rust_existing(&bit->when, form->abis)) {
            VEC_PUSH(r->arena, &runs, run_names(r, &taken, bit));
        }
    }
    for (size_t i = 0; i < runs.len; i++) {
        buf_text(&r->out, i ? "" : "    runs {\n");
        buf_printf(&r->out, "        %.*s: %.*s,\n", STR_ARG(runs.at[i].get), STR_ARG(runs.at[i].mask));
        buf_text(&r->out, i + 1 < runs.len ? "" : "    }\n");
    }
    rust_line(r, "}");
    for (size_t i = 0; i < runs.len; i++) {
        run_form(r, form, &runs.at[i]);
    }
}

/* The forms that a bitmap has: one for each set of runs, with their types, that there is on some ABI. */
static struct rust_groups bitmap_forms(struct rust *r, const struct rust_facts *facts)
{
    struct rust_groups groups = {.len = 0};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        struct buf out = buf_new(r->arena);
        for (size_t i = 0; i < facts->def->more->bits.len && abi_in(abi, facts->abis); i++) {
            const struct bit *bit = &facts->def->more->bits.at[i];
            if (bit_is_run(bit) && when_exists(&bit->when, abi)) {
                struct str type = bit->type ? rust_type(r, facts, bit->type, abi) : (struct str){NULL, 0};
                buf_printf(&out, "%zu %.*s;", i, STR_ARG(type));
            }
        }
        if (abi_in(abi, facts->abis)) {
            rust_group_add(&groups, abi, buf_view(&out));
        }
    }
    return groups;
}

static void rust_bitmap(struct rust *r, const struct rust_facts *facts)
{
    struct rust_groups groups = bitmap_forms(r, facts);
    for (size_t i = 0; i < groups.len; i++) {
        struct form form = {facts, groups.at[i].abis, groups.len == 1 ? facts->compiled : groups.at[i].abis};
        buf_text(&r->out, i ? "\n" : "");
        bitmap_form(r, &form);
    }
}

static void layout_size(struct rust *r, const struct rust_facts *facts, enum abi abi)
{
    const struct layout *layout = facts->def->layout[abi];
    buf_printf(&r->out, "    %.*s: size ", STR_ARG(facts->name));
    rust_decimal(&r->out, layout->size);
    buf_printf(&r->out, ", align %" PRIu64 ";\n", layout->align);
}

/* Whether equal layouts are all that it takes for two ABIs to have the same members in the same places. */
static bool is_steady(const struct def *def)
{
    for (size_t i = 0; i < def->fields.len; i++) {
        if (def->fields.at[i].more->when.exists || def->fields.at[i].more->bits.given) {
            return false;
        }
    }
    return true;
}

/* The group of an ABI before this one that has the same layout, which is one object then; NULL if there is none. */
static struct rust_group *group_of_layout(struct rust_groups *groups, const struct def *def, enum abi abi)
{
    for (size_t i = 0; i < groups->len; i++) {
        for (enum abi other = 0; other < abi; other++) {
            if (abi_in(other, groups->at[i].abis) && def->layout[other] == def->layout[abi]) {
                return &groups->at[i];
            }
        }
    }
    return NULL;
}

void rust_layout(struct rust *r, const struct rust_facts *facts, const char *macro,
                 void (*write)(struct rust *, const struct rust_facts *, enum abi, const void *), const void *data)
{
    struct rust_groups groups = {.len = 0};
    struct buf out = r->out;
    bool steady = is_steady(facts->def);
    r->out = r->scratch;
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        struct rust_group *known = steady ? group_of_layout(&groups, facts->def, abi) : NULL;
        if (abi_in(abi, facts->abis) && known && facts->def->layout[abi]) {
            known->abis |= ABI_BIT(abi);
        } else if (abi_in(abi, facts->abis) && facts->def->layout[abi]) {
            buf_clear(&r->out);
            layout_size(r, facts, abi);
            if (write) {
                write(r, facts, abi, data);
            }
            rust_group_copy(r, &groups, abi, buf_view(&r->out));
        }
    }
    r->scratch = r->out;
    r->out = out;
    for (size_t i = 0; i < groups.len; i++) {
        buf_char(&r->out, '\n');
        rust_cfg(r, 0, groups.at[i].abis);
        buf_printf(&r->out, "crate::support::%s! {\n%.*s}\n", macro, STR_ARG(groups.at[i].text));
    }
}

void rust_opaque(struct rust *r, const struct rust_opaque *opaque)
{
    struct str note = str_printf(r->arena, "C: `%.*s`, of which nothing is known here.", STR_ARG(opaque->c));
    rust_doc(r, 0, (struct str){NULL, 0}, (struct str){NULL, 0}, note);
    rust_cfg(r, 0, opaque->abis);
    rust_line(r, "#[repr(C)]");
    buf_printf(&r->out, "pub struct %.*s {\n    _opaque: [u8; 0],\n}\n", STR_ARG(opaque->name));
}

static bool is_uniform_enum(struct rust *r, const struct rust_facts *facts)
{
    for (size_t i = 0; i < facts->def->more->variants.len; i++) {
        struct rust_groups values = variant_values(r, facts->def, &facts->def->more->variants.at[i], facts->abis);
        if (values.len > 1 || (values.len && values.at[0].abis != facts->abis)) {
            return false;
        }
    }
    return true;
}

static bool is_uniform_bitmap(struct rust *r, const struct rust_facts *facts)
{
    for (size_t i = 0; i < facts->def->more->bits.len; i++) {
        abi_set set = rust_existing(&facts->def->more->bits.at[i].when, facts->abis);
        if (set && set != facts->abis) {
            return false;
        }
    }
    return bitmap_forms(r, facts).len == 1;
}

/* Whether the members are the same everywhere, without what needs to know the layout. */
static bool is_uniform_record(struct rust *r, const struct rust_facts *facts)
{
    for (size_t i = 0; i < facts->def->fields.len; i++) {
        const struct field *field = &facts->def->fields.at[i];
        abi_set set = rust_field_abis(facts, field);
        if (set && (set != facts->abis || field->more->bits.given || rust_types(r, facts, field->type, set).len > 1)) {
            return false;
        }
    }
    return true;
}

static bool is_uniform_constant(struct rust *r, const struct rust_facts *facts)
{
    struct rust_groups groups = rust_constant_values(r, facts);
    return groups.len == 1 && groups.at[0].abis == facts->abis;
}

bool rust_is_uniform(struct rust *r, const struct rust_facts *facts)
{
    switch (facts->def->kind) {
    case DEF_ENUM:
        return is_uniform_enum(r, facts);
    case DEF_BITMAP:
        return is_uniform_bitmap(r, facts);
    case DEF_CONSTANT:
        return is_uniform_constant(r, facts);
    default:
        return is_uniform_record(r, facts);
    }
}

void rust_def(struct rust *r, const struct rust_facts *facts)
{
    switch (facts->def->kind) {
    case DEF_STRUCT:
    case DEF_UNION:
        rust_record(r, facts);
        break;
    case DEF_ENUM:
    case DEF_BITMAP:
        (facts->def->kind == DEF_ENUM ? rust_enum : rust_bitmap)(r, facts);
        rust_layout(r, facts, "layout", NULL, NULL);
        break;
    case DEF_TYPEDEF:
        rust_typedef(r, facts);
        break;
    case DEF_CONSTANT:
        rust_constant(r, facts);
        break;
    default:
        break;
    }
}
