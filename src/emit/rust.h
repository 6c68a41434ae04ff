/* The parts of the Rust backend; nothing outside it includes this. */
#ifndef XB_EMIT_RUST_H
#define XB_EMIT_RUST_H

#include "base/buf.h"
#include "spec/model.h"

/* The widest line that rustfmt leaves as it is, in columns. */
#define RUST_WIDTH 100

/* What Rust has to know of a definition, inline records among them, beyond the model. */
struct rust_facts {
    const struct def *def;
    const struct def *owner; /* the definition of the folder that it stands in, or itself */
    struct str name;         /* of the type */
    struct str member;       /* of an inline record: the member that it is the type of */
    struct str also;         /* the typedef in C that Rust has no other name for; empty for none */
    abi_set abis;            /* where it exists in the default sample */
    abi_set compiled;   /* where it is compiled: ABI_ALL for what an architecture has and others can have as well */
    struct str *fields; /* names of the members, where anonymous ones need some; else NULL: ask rust_field_name() */
    enum { POINTERS_UNKNOWN, POINTERS_NONE, POINTERS_SOME } pointers; /* whether there are raw ones in it */
};

/* The name of a member; empty for unnamed bits. */
static inline struct str rust_field_name(const struct rust_facts *facts, size_t i)
{
    return facts->fields ? facts->fields[i] : field_rust_name(&facts->def->fields.at[i]);
}

/* A type that is only ever pointed at, and of which nothing is known on these ABIs. */
struct rust_opaque {
    struct str c, name;
    abi_set abis;
};

struct rust_folder {
    const struct folder *folder;
    VEC(struct rust_facts *) types; /* all that is defined, inline records after what they stand in */
    VEC(struct rust_opaque *) opaque;
    VEC(struct rust_facts *) rows; /* of tables of Xen's own */
};

/* One run of the backend: `out` is the file under construction. */
struct rust {
    struct arena *arena; /* for what one definition is made of: cleared after each */
    struct arena *kept;  /* for what outlives it; while facts are found, this is the one above as well */
    const struct spec *spec;
    struct buf out;
    struct buf word;             /* what may not fit on a line any more */
    struct buf scratch;          /* of whoever needs one, not across calls */
    struct map facts;            /* of definitions, by their addresses */
    struct map opaque;           /* by folder and name */
    struct rust_folder *folders; /* as the spec has them */
    struct rust_plan_memory *plan;
    bool uses_arch; /* something outside of the architectures' own folders is compiled by architecture */
    bool has_cfg;   /* something was compiled by architecture, since this was last cleared */
    bool uses_bits; /* there are bit-fields */
    bool uses_rows; /* there are rows of tables */
};

/* What differs by ABI: each text that there is, and the ABIs that have it. */
struct rust_group {
    abi_set abis;
    struct str text;
};
struct rust_groups {
    struct rust_group at[ABI_COUNT];
    size_t len;
};
void rust_group_add(struct rust_groups *groups, enum abi abi, struct str text);

/* The same of a text that will not stay. */
void rust_group_copy(struct rust *r, struct rust_groups *groups, enum abi abi, struct str text);

/* Whether `abi` is one of a set. */
static inline bool abi_in(enum abi abi, abi_set set)
{
    return (set & ABI_BIT(abi)) != 0;
}

/* --- names, types and where things are compiled: rust_facts.c and rust_type.c --- */

/* Fills in `facts` and `folders`. */
void rust_find_facts(struct rust *r);

/* The facts of a definition that exists somewhere in the default sample. */
const struct rust_facts *rust_facts_of(const struct rust *r, const struct def *def);

/* The type that nothing is known of under that name in a folder, or NULL. */
const struct rust_opaque *rust_opaque_of(const struct rust *r, const struct folder *folder, struct str c);

/* Takes a name, or the next free one, on some ABIs. */
struct str rust_claim(struct rust *r, struct map *claims, struct str name, abi_set set);

/* What a type that names something is called where it is only pointed at and undefined. */
struct str rust_pascal(struct rust *r, struct str before, struct str name);

/* The type of a member of `user` on an ABI, as its own folder writes it, or another one. */
struct str rust_type(struct rust *r, const struct rust_facts *user, const struct type *type, enum abi abi);
struct str rust_type_from(struct rust *r, const struct folder *from, const struct rust_facts *user,
                          const struct type *type, enum abi abi);

/* The first of these, which may be what is known already, and takes no memory then. */
struct str rust_type_like(struct rust *r, const struct rust_facts *user, const struct type *type, enum abi abi,
                          struct str known);

/* The same, by ABI, for those of a set. */
struct rust_groups rust_types(struct rust *r, const struct rust_facts *user, const struct type *type, abi_set set);

/* The path by which `user` names a definition that a symbol means on an ABI. */
struct str rust_path(struct rust *r, const struct rust_facts *user, const struct symbol *symbol, enum abi abi);

/* What a type is on an ABI once its typedefs are looked through. */
const struct type *rust_meant(const struct type *type, enum abi abi);

/* The definition that a type is, by name or inline, on an ABI, typedefs apart; NULL if it is none. */
const struct def *rust_type_def(const struct type *type, enum abi abi);

/* How a scalar is called as a plain integer: "u64" for the 8-aligned one too. */
const char *rust_scalar(enum scalar scalar);

/* Whether a scalar has a type of its own in the crate, for its alignment. */
bool rust_is_aligned(enum scalar scalar);

/* Whether what `user` says of a type goes through `crate::arch`. */
bool rust_type_is_of_arch(const struct rust_facts *user, const struct type *type);

/* The first ABI of a set that has one. */
enum abi rust_first_abi(abi_set set);

/* Which ABIs of a set something exists on. */
abi_set rust_existing(const struct when *when, abi_set set);

/* Which of its own ABIs a part of a definition needs a condition for: ABI_ALL, which is none, where it has all. */
static inline abi_set rust_within(const struct rust_facts *facts, abi_set set)
{
    return set == facts->abis ? ABI_ALL : set;
}

/* The ABIs on which a member exists, among its definition's. */
abi_set rust_field_abis(const struct rust_facts *facts, const struct field *field);

/* --- text --- */

/*
 * Appends a documentation comment, indented by `indent` columns, each argument a paragraph of
 * it: a description as the spec has it, made harmless to Markdown; or, without one,
 * `otherwise`; then `note`. The latter two are Markdown already; an empty one is left out.
 */
void rust_doc(struct rust *r, size_t indent, struct str description, struct str otherwise, struct str note);

/* Appends `#[cfg(...)]` that holds on those ABIs only, as rustfmt would write it; nothing for all of them. */
void rust_cfg(struct rust *r, size_t indent, abi_set set);

/* Appends a line. */
void rust_line(struct rust *r, const char *text);

/* Appends a number, with the groups of digits that clippy wants; `is_signed`: its two's complement. */
void rust_number(struct buf *out, uint64_t value, bool is_signed);

/* The same for sizes, offsets and counts. */
void rust_decimal(struct buf *out, uint64_t value);

/* A number of hexadecimal digits, in their groups. */
void rust_hex(struct buf *out, uint64_t value);

/* "C: `NAME`.", which leads from C to Rust. */
struct str rust_c_name(struct rust *r, struct str name);

/* Whether a name in C is one that a search for it in Rust's documentation needs to be told of. */
bool rust_needs_alias(struct str c_name, struct str name);

/* Whether a name is one that rustc's lint non_snake_case would complain about. */
bool rust_is_snake(struct str name);

/* A Rust identifier without the mark of a raw one. */
struct str rust_plain(struct str identifier);

/* `prefix` `name` `suffix`, with as many `_` at the end as it takes to be the only one in `taken`; then it is there. */
struct str rust_unique(struct rust *r, struct map *taken, const char *prefix, struct str name, const char *suffix);

/* The first lines of src/lib.rs after its banner; `tables` only where there are tables in the spec. */
extern const char *const rust_lib_head[], *const rust_lib_tables[], *const rust_lib_tail[];
extern const size_t rust_lib_head_len, rust_lib_tables_len, rust_lib_tail_len;

/* The lines of src/support.rs and src/support/record.rs after their banners. */
extern const char *const rust_support[], *const rust_support_record[];
extern const size_t rust_support_len, rust_support_record_len;

/* --- definitions --- */

/* Appends a definition with all that belongs to it. */
void rust_def(struct rust *r, const struct rust_facts *facts);

/* Its parts by kind. */
void rust_record(struct rust *r, const struct rust_facts *facts);
void rust_typedef(struct rust *r, const struct rust_facts *facts);
void rust_constant(struct rust *r, const struct rust_facts *facts);
void rust_opaque(struct rust *r, const struct rust_opaque *opaque);

/* What a constant comes to, with its type: "i32 = 5", by ABI. */
struct rust_groups rust_constant_values(struct rust *r, const struct rust_facts *facts);

/* Whether all values of a definition, and all lengths in it, are the same on its ABIs. */
bool rust_is_uniform(struct rust *r, const struct rust_facts *facts);

/* --- rows of tables of Xen's own --- */

/* The ABIs on which a sub-operation exists, among its hypercall's. */
abi_set rust_op_abis(const struct rust_facts *facts, const struct call_op *op);

/* Appends what a folder's rows become besides the definitions that are made of them. */
void rust_rows(struct rust *r, const struct rust_folder *folder);

/* The lines of src/support/table.rs, ring.rs and stream.rs after their banners. */
extern const char *const rust_support_table[], *const rust_support_ring[], *const rust_support_stream[];
extern const size_t rust_support_table_len, rust_support_ring_len, rust_support_stream_len;

/* --- records --- */

/* A member of a struct in Rust, for a part of the C struct. */
enum rust_piece_kind {
    RUST_PIECE_FIELD,
    RUST_PIECE_HOLE, /* what C leaves as padding */
    RUST_PIECE_BITS, /* what bit-fields are stored in */
    RUST_PIECE_ALIGN /* nothing, aligned as a bit-field's type */
};
struct rust_piece {
    enum rust_piece_kind kind;
    size_t at; /* the field, or of a hole the one after it */
    struct str name;
    struct str type;
    abi_set abis;
    uint64_t offset[ABI_COUNT]; /* bytes */
};

/* Where a bit-field is on an ABI: in a member that is an array of bytes. */
struct rust_bit_place {
    bool exists;
    struct str storage;
    uint64_t bit; /* from the storage's start */
};

typedef VEC(struct rust_piece) rust_pieces;
struct rust_plan {
    rust_pieces pieces;                       /* in the order of the struct; those of one place side by side */
    struct rust_bit_place (*bits)[ABI_COUNT]; /* of each field; NULL where there is no bit-field */
    bool derives_default;
};

/* A member on one ABI. */
struct rust_part {
    enum rust_piece_kind kind;
    size_t at;
    struct str type;
    uint64_t offset;
};

typedef VEC(struct rust_part) rust_parts;

/* Memory that one plan after the other is made in. */
struct rust_plan_memory {
    rust_pieces pieces;
    rust_parts parts[ABI_COUNT];
    struct str *types; /* of each field, as it was last seen */
    size_t types_len;
};

/* What a struct consists of; valid until the next one is asked for. */
struct rust_plan rust_plan_struct(struct rust *r, const struct rust_facts *facts);

/* Whether a type's `Default` can be derived on an ABI, and what to write instead. */
bool rust_derives_default(const struct type *type, enum abi abi);
void rust_zero(struct buf *out, const struct type *type, enum abi abi);

/* "[`struct@X`]": the enum or bitmap that `values` of a member or an argument names on an ABI, as seen from folder
 * `from`, or from anywhere if that is NULL; empty if there is none. */
struct str rust_values_link(struct rust *r, const struct folder *from, const struct rust_facts *facts,
                            const struct type *values, enum abi abi);

/* Accessors of bit-fields, of flexible arrays, of integers with `values`, and of the members of tagged unions. `taken`
 * has the methods' names. */
void rust_bit_fields(struct rust *r, const struct rust_facts *facts, const struct rust_plan *plan, struct map *taken);
void rust_flexible(struct rust *r, const struct rust_facts *facts, struct map *taken);
void rust_named(struct rust *r, const struct rust_facts *facts, struct map *taken);
void rust_tagged(struct rust *r, const struct rust_facts *facts, struct map *taken);

/* The name of the getter of a union's member; the others begin or end with `_mut`, `from_` and `set_`. */
struct rust_accessors {
    struct str get, get_mut, from, set;
};

/* The accessors of a union's members, in the order of its fields. */
struct rust_accessors *rust_union_accessors(struct rust *r, const struct rust_facts *facts, struct map *taken);

/* Appends the documentation of a member. */
void rust_field_doc(struct rust *r, size_t indent, const struct rust_facts *facts, size_t i, enum abi abi);

/* Appends `NAME: TYPE,` as rustfmt breaks it. */
void rust_member(struct rust *r, const char *visibility, struct str name, struct str type);

/* The widest type that rustfmt leaves on a line of its own. */
#define RUST_TYPE_WIDTH ((size_t)(RUST_WIDTH - 8 - 1))

/* Appends assertions of size and alignment for each layout, with what `write` adds to the line of each. */
void rust_layout(struct rust *r, const struct rust_facts *facts, const char *macro,
                 void (*write)(struct rust *, const struct rust_facts *, enum abi, const void *), const void *data);

/* The value of a variant on an ABI, as its enum's integer holds it. */
uint64_t rust_variant_value(const struct def *def, const struct variant *variant, enum abi abi);

/* A value as an integer of a scalar type holds it, extended with its sign. */
uint64_t rust_wrapped(uint64_t value, enum scalar scalar, enum abi abi);

#endif
