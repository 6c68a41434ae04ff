/*
 * The model of a spec; read it as the language's grammar. The reader (spec/read.h) makes
 * it from TOML, the resolver (spec/resolve.h) fills in what is marked "resolved", the
 * layout stage (layout/layout.h) what is marked "layout". Backends only read it.
 */
#ifndef XB_SPEC_MODEL_H
#define XB_SPEC_MODEL_H

#include "abi/abi.h"
#include "abi/condition.h"
#include "abi/split.h"
#include "base/map.h"
#include "base/vec.h"
#include "diag/diag.h"
#include "spec/expr.h"

/* A piece of text with its place in the file that the definition came from. */
struct text {
    struct str s;
    uint32_t off, len;
};

struct number {
    uint64_t value; /* of a negative one: its two's complement */
    uint32_t off, len;
    bool given, negative;
};

/* Whether it is known what makes a difference to something. */
enum split_state { SPLIT_NEW, SPLIT_OPEN, SPLIT_DONE };

/* An integer that is written as an expression of C: its spelling is kept. */
struct formula {
    struct text text;        /* empty: there is none */
    const struct expr *expr; /* NULL: likewise, or it could not be parsed */
    uint32_t shift;          /* from an offset in the text to the one in the file; UINT32_MAX where there is no such */
    /* layout: for each class of `split`; NULL where it has none anywhere. Ask formula_value(). */
    struct formula_result *results;
    const struct config_split *split; /* layout: what makes a difference to it */
    enum split_state split_state;     /* the layout stage's own */
    bool reported;                    /* the layout stage's own: that it has no value somewhere has been said */
};

struct formula_result {
    bool has_value;                                         /* false where it does not exist, and after a finding */
    enum { FORMULA_NEW, FORMULA_OPEN, FORMULA_DONE } state; /* the layout stage's own */
    struct expr_value value;
};

/* What a constant stands for: one of these is given. */
struct value {
    bool is_string;
    struct number number;
    struct text string;
};

/* Where something exists. */
struct when {
    struct conditions conditions;    /* as they are written, less what the release decides */
    const struct config_set *exists; /* resolved: NULL for in all configurations */
    bool release_decided;            /* a release was asked for: without conditions left it is not in this one */
    uint32_t off, len;               /* of the key's value; 0 where there is none */
};

/* The scalars of the language: one row each in `scalars`. */
enum scalar {
    SCALAR_U8,
    SCALAR_U16,
    SCALAR_U32,
    SCALAR_U64, /* 8-aligned on every ABI */
    SCALAR_I8,
    SCALAR_I16,
    SCALAR_I32,
    SCALAR_I64,         /* 8-aligned on every ABI */
    SCALAR_CHAR,        /* C's char: one byte of text */
    SCALAR_U64_NATURAL, /* aligned as the ABI's C compiler aligns uint64_t: to 4 on x86_32 */
    SCALAR_I64_NATURAL,
    SCALAR_ULONG, /* as wide as the ABI's long */
    SCALAR_LONG,
    SCALAR_INT, /* C's int and its kin, where a header must say so */
    SCALAR_UINT,
    SCALAR_UCHAR,
    SCALAR_SCHAR,
    SCALAR_SHORT,
    SCALAR_USHORT,
    SCALAR_LLONG, /* aligned as uint64_t is */
    SCALAR_ULLONG,
    SCALAR_COUNT
};

struct scalar_info {
    const char *name;   /* in the spec */
    const char *c;      /* in C, as a member's type */
    const char *handle; /* in C, as XEN_GUEST_HANDLE's argument */
    const char *rust;   /* in Rust, as a member's type */
    uint8_t size;       /* bytes; 0: the ABI's long */
    bool is_signed;
    bool natural; /* aligned to the ABI's u64_align rather than to its size */
};

extern const struct scalar_info scalars[SCALAR_COUNT];

enum type_kind {
    TYPE_SCALAR,
    TYPE_VOID,
    TYPE_NAMED,
    TYPE_ARRAY,
    TYPE_HANDLE,
    TYPE_POINTER, /* a raw pointer of C */
    TYPE_RECORD,  /* a struct or union that is defined where it is used */
    TYPE_OPAQUE   /* "struct NAME" of which nothing is known: pointers and handles may point at it */
};

enum def_kind {
    DEF_STRUCT,
    DEF_UNION,
    DEF_ENUM,
    DEF_BITMAP,
    DEF_TYPEDEF,
    DEF_CONSTANT,
    DEF_HANDLE,   /* the guest handle of a type, where a header says itself which ones it defines */
    DEF_VERBATIM, /* text for C: what is code and not data */
    DEF_REFUSAL,  /* where a header refuses to be included; it has no name */
    /* Rows of tables of Xen's own: `row` says the rest, and other definitions are made of them (spec/expand.h). */
    DEF_HYPERCALL,
    DEF_RING,       /* requests and responses in shared pages, or bytes */
    DEF_SAVE,       /* a record of a saved HVM domain */
    DEF_EVENT_RING, /* events at a fixed place in a shared page */
    DEF_KIND_COUNT
};

/* What "struct x", "union x" or "enum x" says more than "x". */
enum elaboration { ELABORATED_NOT, ELABORATED_STRUCT, ELABORATED_UNION, ELABORATED_ENUM };

/*
 * There are many types, members and definitions, and most say little: what few of them have is in a part of its own,
 * `more`, which is never NULL. Those that have nothing there share one that is empty; the functions that end in _more
 * give a part that can be written to.
 */
struct type_more {
    struct type *of; /* TYPE_ARRAY, TYPE_HANDLE, TYPE_POINTER */
    uint64_t count;  /* TYPE_ARRAY: elements, where `length` is empty */
    const struct formula
        *length;           /* TYPE_ARRAY: written as an expression, "[]" among them (see type_count); else empty */
    struct str name;       /* TYPE_NAMED, TYPE_OPAQUE */
    struct symbol *symbol; /* TYPE_NAMED: resolved */
    struct def *record;    /* TYPE_RECORD: owned by the member that it is the type of */
};

struct type {
    enum type_kind kind : 8;
    enum scalar scalar : 8;           /* TYPE_SCALAR */
    enum def_kind wanted : 8;         /* TYPE_NAMED: what the older dialects say that it is; else DEF_KIND_COUNT */
    enum elaboration elaboration : 4; /* TYPE_NAMED, TYPE_OPAQUE: as it is written. "enum x": C's own enum as the type
                                         of a member, rather than the integer that holds it */
    bool is_const : 1;                /* TYPE_HANDLE, TYPE_POINTER: to something that is only read */
    bool is_native : 1;               /* TYPE_HANDLE: XEN_GUEST_HANDLE, as wide as the ABI has it; else 64 bits */
    uint32_t off, len;                /* in the file */
    const struct type_more *more;
};

/* A yes or no that may also be left to a default. */
enum choice { CHOICE_DEFAULT, CHOICE_NO, CHOICE_YES };

struct waiver {
    struct text rule;
    struct str reason;
    uint32_t off, len;
    bool used;
};
typedef VEC(struct waiver) waivers;

enum dir { DIR_NONE, DIR_IN, DIR_OUT, DIR_INOUT };

/* How it is known which member of a union counts. */
enum read_by {
    READ_BY_UNKNOWN,
    READ_BY_TAG,       /* one or more members of the struct that holds the union, or of one further out */
    READ_BY_FIRST,     /* the member that each of the union's own members begins with */
    READ_BY_DIRECTION, /* one on the way in, another on the way out */
    READ_BY_CONTEXT,   /* something outside of the record */
    READ_BY_VIEW       /* all count: they are views of the same bytes, or there is no choice */
};

/* How a union is read. */
struct tag {
    enum read_by read_by;
    VEC(struct text) by; /* members: "cmd"; "../cmd" for one of the record around it; "hdr.flags" for one further in */
    struct text mask;    /* constant that the tag is masked with first */
    uint32_t off, len;   /* of what says so */
};

struct def;

struct field_more {
    struct when when;
    struct number bits; /* a bit-field, of so many bits; unnamed ones of width 0 align */
    VEC(struct text)
    cases; /* in a union: the values of the tag for which this member counts; with two tags, each is
              "A, B". "*": every value that no other member has */
    VEC(struct def *) constants; /* that are for this member; they are definitions of the folder as well */
    struct text c_name;          /* what C calls it, where Rust's and the spec's name is another */
    struct text len;             /* the sibling that counts what a handle points at */
    struct type *values;         /* the enum or bitmap whose names its integers have, whatever its type; or NULL */
    waivers waive;
    struct str rust_name; /* resolved: where Rust wants its name raw (r#type) or with a tail (self_) */
};

struct field {
    struct text name; /* empty: an anonymous record, or unnamed bits, and it is the table's place in the file */
    struct str description;
    struct type *type;
    const struct field_more *more;
    enum dir dir;
    bool joined; /* declared together with the member before it, whose inline record is its type too */
    bool reserved;
    bool is_inline; /* its type is a record that is written in it, or an array of such. Ask field_record(). */
};

/* A named value of an enum. */
struct variant {
    struct text name;
    struct text c_spelled; /* `c_name`: ask named_in_c() */
    struct str description;
    struct text attributes; /* what a generator reads at the start of its comment in C */
    struct number value;    /* given, or computed from `formula` for the default sample */
    struct formula formula; /* where the value is written as an expression */
    struct when when;
    struct str c_name, rust_name; /* resolved */
};

/* A bit of a bitmap, or a run of bits that holds a number of its own. */
struct bit {
    struct text name, c_spelled; /* as of a variant */
    struct str description;
    struct number shift, width; /* width: 1 unless given */
    struct when when;
    struct type *type;            /* of a run: the enum that names its values, or NULL */
    enum choice c_number;         /* whether C also gets the number of the bit as _NAME; else as its bitmap says */
    struct str c_name, rust_name; /* resolved */
    bool has_number;              /* resolved: C gets the bit's number */
    /* of a run, resolved: its mask and its shift in C, its getter in Rust */
    struct str c_mask, c_shift, rust_method;
};

/*
 * How C gets a definition. The values of an enum: as an enum where all of them fit an int, else as #defines. A record:
 * under a tag, as `struct NAME`. `typedef`: without a tag, as a typedef's name; `both`: tag and typedef of the same
 * name; `anonymous`: an enum without any name; `call`: each value as the call of a macro, which makes enumerators of
 * them unless whoever includes the header has another use for them.
 */
enum c_form {
    C_FORM_AUTO,
    C_FORM_TYPEDEF,
    C_FORM_BOTH,
    C_FORM_TAG, /* of a record */
    C_FORM_ENUM = C_FORM_TAG,
    C_FORM_DEFINE,
    C_FORM_ANONYMOUS,
    C_FORM_CALL
};

/* The suffix of constants in C, which is their type. Auto: none for an enum's values that fit an int; U or ULL else. */
enum c_suffix { C_SUFFIX_AUTO, C_SUFFIX_NONE, C_SUFFIX_U, C_SUFFIX_UL, C_SUFFIX_ULL };

/* How strict the ABI's rules are. */
enum level { LEVEL_DEFAULT, LEVEL_STABLE, LEVEL_TOOLSTACK, LEVEL_LEGACY };

/* What a definition takes up on one ABI. */
struct layout {
    uint64_t size, align;    /* bytes */
    uint64_t end;            /* where the last member ends: size less the tail padding */
    const uint64_t *offsets; /* of each field, bytes; NULL for what is no record. LAYOUT_ABSENT for one that is not
                                there. Of a bit-field: the byte that its first bit lies in */
    const uint8_t *bits;     /* of each field: the first bit in that byte; NULL where there is no bit-field */
    unsigned config;         /* the layout stage's own: a configuration that has it */
};
#define LAYOUT_ABSENT UINT64_MAX

/* Who may make a hypercall: domains by their kind and their width. */
enum caller { CALLER_PV32, CALLER_PV64, CALLER_HVM32, CALLER_HVM64, CALLER_ARM, CALLER_COUNT };

/* A set of callers: bit `1 << caller`. */
typedef uint32_t caller_set;
#define CALLER_ALL         ((caller_set)((1u << CALLER_COUNT) - 1))
#define CALLER_BIT(caller) ((caller_set)1 << (caller))

/* "pv32" */
extern const char *const caller_names[CALLER_COUNT];

/* Hypercalls have so many arguments at most. */
#define CALL_ARGS_MAX 5

/* An argument of a hypercall. */
struct call_arg {
    struct text name;
    struct str description;
    struct type *type, *values; /* `values`: as of a field */
    enum dir dir;
    struct when when;
};

/* What a hypercall does for one value of the argument, or of the member, that selects it. */
struct call_op {
    struct text name;
    struct str description;
    struct number value;     /* given, or computed from `formula` for the default sample */
    struct formula formula;  /* where the value is a constant that the spec has anyway */
    struct type *arg, *arg2; /* what it works on; NULL for nothing. `arg2`: what the call's second handle points at */
    enum dir dir;
    struct when when;      /* resolved: where what it works on exists too */
    struct str c_name;     /* resolved: the constant in C; empty for an expression that is more than a name */
    struct str rust_name;  /* resolved: of the type that stands for it */
    struct str rust_value; /* resolved: of its value */
};

/* What only a row of a table of Xen's own has; its types are the fields of its definition, nameless. */
struct row {
    /* Of a hypercall, whose number is its definition's value or formula. */
    VEC(struct call_arg) args;
    VEC(struct call_op) ops;
    VEC(struct text) caller_words;
    caller_set callers;
    struct text op;         /* what selects among `ops`: "cmd", an argument, or "u_domctl.cmd", a member behind one */
    struct value number;    /* as it is written; the definition has the rest */
    struct str rust_module; /* resolved */
    /* Of a ring: two types, or bytes. */
    struct type *request, *response;
    struct formula length;
    bool flex, intf;
    /* Of a save record and an event ring. */
    struct number code;
    struct type *type, *compat;
    struct text fix;
    struct value offset, size, len;
};

struct def_more {
    struct tag tag; /* of a union */
    waivers waive;
    struct def *for_def;   /* of a constant, resolved by the reader: the record whose member it is for, */
    struct text for_field; /* and the member's name */
    struct text c_prefix;  /* of variants and bits: C name = c_prefix name */
    enum c_suffix c_suffix;
    struct text c_all;        /* of a bitmap: name of the mask of all bits; "" for none */
    struct text c_max;        /* of a bitmap: name that stands for the highest bit */
    bool c_numbers;           /* of a bitmap: C also gets the bits' numbers */
    struct value value;       /* of a constant, unless `formula` is given */
    struct formula formula;   /* of a constant: the expression that it is written as */
    struct text c_value;      /* of a constant: how C spells it, where that is not how the value is given here */
    struct text text;         /* of a verbatim block: for C, as it is */
    struct text c_macro;      /* of an enum in the form `call`: the macro, */
    VEC(struct text) c_words; /* and what each 32 of its values from 0 on are bits of */
    VEC(struct variant) variants;
    VEC(struct bit) bits;
    struct str c_all_name, c_max_name; /* resolved; empty for none */
};

struct def {
    enum def_kind kind;
    enum level level;
    enum c_form c_form;
    bool broken;      /* something in it could not be read or resolved: no layout */
    bool handle_used; /* resolved: something holds a handle to it */
    struct text name; /* empty: an inline record without a tag */
    struct str description;
    struct when when;
    const struct def_more *more;
    struct def *outer; /* of an inline record: what it stands in */
    struct source *source;
    uint32_t off, len; /* of the table in the file */
    uint32_t place; /* where it is in line in the file: of a constant for a member, where the member's table begins */
    unsigned made_order; /* of what was made of one row: its place */
    struct folder *folder;
    struct type *type;        /* of an enum or bitmap: its integer; of a constant: its integer, or NULL */
    struct row *row;          /* of a row of a table of Xen's own */
    struct def *made_by;      /* the row that it was made of; NULL for what is written in the spec */
    VEC(struct field) fields; /* of a typedef: one, without a name, which is what it stands for */

    struct symbol *symbol;           /* resolved */
    struct str rust_name;            /* resolved */
    const struct config_set *exists; /* resolved: the configurations that have it; NULL: all of its folder's */
    abi_set abis;                    /* resolved: where it exists in the default sample */
    unsigned depth;                  /* resolved: definitions nested inside one another below it */
    enum { ORDER_NEW, ORDER_OPEN, ORDER_DONE } order; /* the resolver's own */
    enum split_state split_state;                     /* the layout stage's own */
    bool open;                                        /* the layout stage's own: it is being laid out */

    /* layout: equal ones are one object; NULL where it does not exist. Ask def_layout(). */
    const struct layout *layout[ABI_COUNT];  /* in the default sample, and where there is the same in it */
    const struct layout **layout_of_samples; /* of what varies: in the other classes of `split`, from ABI_COUNT on */
    const struct config_split *split;        /* what makes a difference to what it holds */
};

/* The parts that types, members and definitions without more share. */
extern const struct formula formula_none;
extern const struct type_more type_more_none;
extern const struct field_more field_more_none;
extern const struct def_more def_more_none;

/* A kind of definition in words: "a struct". */
extern const char *const def_kind_words[DEF_KIND_COUNT];

/* A type of that kind, with nothing in it, that stands there in the file. */
struct type *type_new(struct arena *arena, enum type_kind kind, uint32_t off, uint32_t len);

/* The part of its own that a type, member or definition has, for writing to it; made in `arena` if it had none. */
struct type_more *type_more(struct arena *arena, struct type *type);
struct field_more *field_more(struct arena *arena, struct field *field);
struct def_more *def_more(struct arena *arena, struct def *def);

/* A name and what it stands for: the same definition everywhere, or several that never meet. */
struct symbol {
    struct str name;
    VEC(struct def *) defs;    /* all of them; at least one */
    struct def *on[ABI_COUNT]; /* in the default sample; NULL where there is none. Ask symbol_def() elsewhere */
    struct config_set configs; /* the resolver's own: where it was found to stand for something */
    struct user *users;        /* the resolver's own */
    abi_set missed;            /* the resolver's own: where it was reported to be missing */
};

struct include {
    struct text from;
    VEC(struct text) imports;
    struct when when;
    struct source *source;
    uint32_t off, len;
};

/* What C is told of a folder's header as a whole: there, for one that replaces a header file for file. */
struct header_form {
    bool given;
    struct text guard; /* "": none */
    bool assembly;     /* assembler sources include it too */
    struct text since, until;
    bool absent; /* not in the release that is read: there is no folder, whatever it defines */
    struct source *source;
    uint32_t off, len;
};

/* What one file of a folder says: its definitions are the folder's. */
struct spec_file {
    struct source *source;
    struct str name; /* path below the root of the spec: "sysctl/readconsole.toml" */
    enum level level;
};

/* A folder that another one uses a name of, and where it first does. */
struct need {
    struct folder *folder;
    struct source *source;
    uint32_t off, len;
};

/* A release that a condition names, and where. */
struct named_release {
    xen_release release;
    struct span span;
};

/* A folder of TOML files, merged: one header, one Rust module. */
struct folder {
    struct str name;             /* path below the spec's root: "sysctl", "hvm/params" */
    struct str rust_name;        /* resolved: "sysctl", "hvm_params" */
    enum arch arch;              /* or ARCH_COUNT */
    VEC(struct spec_file) files; /* the one with the header, then in bytewise order of their names */
    VEC(struct def *) defs;      /* resolved: what is needed first comes first, else as in the files */
    VEC(struct include) includes;
    struct header_form header;
    VEC(struct named_release) releases; /* that conditions name */
    VEC(struct need) needs;             /* resolved: other folders that it uses names of, sorted by name */
    enum { FOLDER_NEW, FOLDER_OPEN, FOLDER_DONE } walk; /* the resolver's own */
    const struct folder *needed_by;                     /* the resolver's own: the last one found to need it */
};

struct spec {
    struct arena *arena;
    VEC(struct folder *) folders;        /* in bytewise order of their names */
    struct map symbols;                  /* resolved: name to struct symbol */
    struct map constants;                /* resolved: name in C to struct constant_ref, the first of several */
    xen_release release;                 /* what it is cut down to; 0: the newest */
    abi_set absent;                      /* the ABIs of architectures that this release does not have folders for */
    bool strict;                         /* the ABI's own rules hold whatever levels and waivers say */
    const struct sample *samples;        /* resolved: the ways to include the headers that make a difference */
    size_t samples_len;                  /* at least 1: SAMPLE_DEFAULT */
    uint32_t newest_from;                /* resolved: from this interface version on, guests have the newest */
    struct config_set all;               /* resolved: all configurations */
    struct config_set of_abi[ABI_COUNT]; /* resolved: those on each ABI */
    struct config_set opted_in;          /* resolved: those whose samples are */
};

/* Which of the constants that a definition gives C. */
enum constant_part {
    CONSTANT_ITSELF, /* the constant, or the value of an enum, or the mask of a bit */
    CONSTANT_NUMBER, /* of a bit */
    CONSTANT_MASK,   /* of a run of bits */
    CONSTANT_SHIFT,  /* of a run of bits */
    CONSTANT_ALL,    /* of a bitmap: all bits */
    CONSTANT_MAX     /* of a bitmap: the highest bit */
};

/* What a name in an expression stands for: a constant, a value of an enum, or what C gets of a bit. */
struct constant_ref {
    struct str name; /* in C */
    struct def *def;
    struct variant *variant; /* or NULL */
    struct bit *bit;         /* or NULL */
    enum constant_part part;
    const struct when *when;   /* its own, beside that of `def`; or NULL */
    struct config_set configs; /* where it exists */
    struct span span;
    struct constant_ref *next; /* another of the same name, elsewhere */
};

/* The ABIs that the release at hand has. */
static inline abi_set spec_abis(const struct spec *spec)
{
    return ABI_ALL & ~spec->absent;
}

/* Configurations of a spec: config / ABI_COUNT is the sample. */
static inline unsigned spec_configs(const struct spec *spec)
{
    return (unsigned)spec->samples_len * ABI_COUNT;
}

/* The configuration that answers for an ABI, a context and, in a guest's, the interface version that it asks for. */
unsigned spec_config(const struct spec *spec, enum abi abi, enum context context, uint32_t interface);

/* Whether C has a name for a value or a bit: an empty `c_name` says that it has none. */
static inline bool named_in_c(const struct text *c_spelled)
{
    return !c_spelled->s.ptr || c_spelled->s.len;
}

/* The record that is written in a member, or NULL; of several that share one, the first has it. */
static inline struct def *field_record(const struct field *field)
{
    const struct type *type = field->is_inline ? field->type : NULL;
    while (type && type->kind == TYPE_ARRAY) {
        type = type->more->of;
    }
    return type ? type->more->record : NULL;
}

/* The name that Rust has for a member. */
static inline struct str field_rust_name(const struct field *field)
{
    return field->more->rust_name.len ? field->more->rust_name : field->name.s;
}

/* Whether a definition is there in a configuration. */
static inline bool def_exists(const struct def *def, unsigned config)
{
    return def->exists ? config_set_has(def->exists, config) : (def->abis & ABI_BIT(config_abi(config))) != 0;
}

/* Whether a member, value or bit of a definition that is there is there too. */
static inline bool when_exists(const struct when *when, unsigned config)
{
    return !when->exists || config_set_has(when->exists, config);
}

/* What a name stands for in a configuration, or NULL. */
struct def *symbol_def(const struct symbol *symbol, unsigned config);

/* The layout of a definition in a configuration, or NULL where it does not exist. */
static inline const struct layout *def_layout(const struct def *def, unsigned config)
{
    const unsigned class = def->layout_of_samples ? config_class(def->split, config) : (unsigned)config_abi(config);
    return class < ABI_COUNT ? def->layout[class] : def->layout_of_samples[class - ABI_COUNT];
}

/* The bits of a scalar on an ABI. */
static inline unsigned scalar_bits(enum scalar scalar, enum abi abi)
{
    return 8u * (scalars[scalar].size ? scalars[scalar].size : abis[abi].long_size);
}

/* The integer of C that a scalar is on an ABI. */
enum c_int scalar_integer(enum scalar scalar, enum abi abi);

/* What a formula comes to in a configuration; NULL where it has no value there. */
static inline const struct expr_value *formula_value(const struct formula *formula, unsigned config)
{
    const struct formula_result *result =
        formula->results ? &formula->results[config_class(formula->split, config)] : NULL;
    return result && result->has_value ? &result->value : NULL;
}

/* The elements of an array in a configuration; 0 for a flexible one. */
static inline uint64_t type_count(const struct type *type, unsigned config)
{
    const struct expr_value *value = formula_value(type->more->length, config);
    return !type->more->length->text.s.ptr ? type->more->count : value && !value->is_flexible ? value->value : 0;
}

/* Whether an array is a flexible one, `[]`, in a configuration. */
static inline bool type_is_flexible(const struct type *type, unsigned config)
{
    const struct expr_value *value = formula_value(type->more->length, config);
    return value && value->is_flexible;
}

/* Whether a definition is for C alone, and neither a type nor a constant. */
static inline bool def_is_for_c(const struct def *def)
{
    return def->kind == DEF_HANDLE || def->kind == DEF_VERBATIM || def->kind == DEF_REFUSAL;
}

/* Whether a definition is a row of a table of Xen's own. */
static inline bool def_is_row(const struct def *def)
{
    return def->row != NULL;
}

/* Whether C gets a definition by the macro call that its row becomes in a header that replaces one of Xen's. */
static inline bool def_is_in_macro(const struct def *def)
{
    const struct def *row = def->made_by;
    return row && (row->kind == DEF_RING || row->kind == DEF_SAVE) && def->folder->header.given;
}

/*
 * Whether a folder says who has its definitions: one that replaces a header does, as does one that has a condition on
 * who includes it. Others speak of what there is, and leave it to the headers who has it.
 */
bool folder_is_strict(const struct folder *folder);

/* Whether a definition is a struct or a union. */
static inline bool def_is_record(const struct def *def)
{
    return def->kind == DEF_STRUCT || def->kind == DEF_UNION;
}

/* Whether C gets a handle to a definition under its own name; one to an enum or bitmap is one to its integer. */
bool def_has_handle(const struct def *def);

/* The span of an offset and length in the file of a definition. */
struct span def_span(const struct def *def, uint32_t off, uint32_t len);

#endif
