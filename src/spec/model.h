/*
 * The model of a spec; read it as the language's grammar. The reader (spec/read.h) makes
 * it from TOML, the resolver (spec/resolve.h) fills in what is marked "resolved", the
 * layout stage (layout/layout.h) what is marked "layout". Backends only read it.
 */
#ifndef XB_SPEC_MODEL_H
#define XB_SPEC_MODEL_H

#include "abi/abi.h"
#include "base/map.h"
#include "base/vec.h"
#include "diag/diag.h"

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

/* What a constant stands for. */
struct value {
    bool is_string;
    struct number number;
    struct text string;
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

enum type_kind { TYPE_SCALAR, TYPE_VOID, TYPE_NAMED, TYPE_ARRAY, TYPE_HANDLE };

enum def_kind { DEF_STRUCT, DEF_ENUM, DEF_BITMAP, DEF_TYPEDEF, DEF_CONSTANT, DEF_KIND_COUNT };

struct type {
    enum type_kind kind;
    enum scalar scalar;    /* TYPE_SCALAR */
    bool is_const;         /* TYPE_HANDLE: to something that the hypervisor only reads */
    bool is_native;        /* TYPE_HANDLE: XEN_GUEST_HANDLE, as wide as the ABI has it; else 64 bits */
    enum def_kind wanted;  /* TYPE_NAMED: what the older dialects say that it is; else DEF_KIND_COUNT */
    uint32_t off, len;     /* in the file */
    uint64_t count;        /* TYPE_ARRAY: elements */
    struct type *of;       /* TYPE_ARRAY, TYPE_HANDLE */
    struct str name;       /* TYPE_NAMED */
    struct symbol *symbol; /* TYPE_NAMED: resolved */
};

/* A yes or no that may also be left to a default. */
enum choice { CHOICE_DEFAULT, CHOICE_NO, CHOICE_YES };

struct waiver {
    struct text rule, reason;
    uint32_t off, len;
    bool used;
};
typedef VEC(struct waiver) waivers;

enum dir { DIR_NONE, DIR_IN, DIR_OUT, DIR_INOUT };

struct field {
    struct text name, description;
    struct type *type;
    enum dir dir;
    bool reserved;
    struct text len; /* the sibling that counts what a handle points at */
    waivers waive;
    struct str rust_name; /* resolved; raw (r#type) or with a tail (self_) where Rust wants it */
};

/* A named value of an enum. */
struct variant {
    struct text name, description, c_spelled;
    struct number value;
    struct str c_name, rust_name; /* resolved */
};

/* A bit of a bitmap, or a run of bits that holds a number of its own. */
struct bit {
    struct text name, description, c_spelled;
    struct number shift, width;   /* width: 1 unless given */
    struct type *type;            /* of a run: the enum that names its values, or NULL */
    enum choice c_number;         /* whether C also gets the number of the bit as _NAME; else as its bitmap says */
    struct str c_name, rust_name; /* resolved */
    bool has_number;              /* resolved: C gets the bit's number */
    /* of a run, resolved: its mask and its shift in C, its getter in Rust */
    struct str c_mask, c_shift, rust_method;
};

/* How the values of an enum are written in C: an enum where all of them fit an int, else #defines. */
enum c_form { C_FORM_AUTO, C_FORM_ENUM, C_FORM_DEFINE };

/* The suffix of constants in C, which is their type. Auto: none for an enum's values that fit an int; U or ULL else. */
enum c_suffix { C_SUFFIX_AUTO, C_SUFFIX_NONE, C_SUFFIX_U, C_SUFFIX_UL, C_SUFFIX_ULL };

/* How strict the ABI's rules are. */
enum level { LEVEL_DEFAULT, LEVEL_STABLE, LEVEL_TOOLSTACK, LEVEL_LEGACY };

/* What a definition takes up on one ABI. */
struct layout {
    uint64_t size, align;    /* bytes */
    uint64_t end;            /* where the last member ends: size less the tail padding */
    const uint64_t *offsets; /* of each field, bytes; NULL for what is no struct */
};

struct def {
    enum def_kind kind;
    enum level level;
    enum c_form c_form;
    struct text name, description;
    struct text c_prefix; /* of variants and bits: C name = c_prefix name */
    enum c_suffix c_suffix;
    struct text c_all; /* of a bitmap: name of the mask of all bits; "" for none */
    struct text c_max; /* of a bitmap: name that stands for the highest bit */
    bool c_numbers;    /* of a bitmap: C also gets the bits' numbers */
    bool broken;       /* something in it could not be read or resolved: no layout */
    bool handle_used;  /* resolved: something holds a handle to it */
    struct source *source;
    uint32_t off, len; /* of the table in the file */
    struct folder *folder;
    struct type *type;        /* of an enum or bitmap: its integer; of a constant: its integer, or NULL */
    struct value value;       /* of a constant */
    VEC(struct field) fields; /* of a typedef: one, without a name, which is what it stands for */
    VEC(struct variant) variants;
    VEC(struct bit) bits;
    waivers waive;

    struct symbol *symbol;             /* resolved */
    struct str rust_name;              /* resolved */
    struct str c_all_name, c_max_name; /* resolved; empty for none */
    abi_set abis;                      /* resolved: where it exists */
    bool ordered;                      /* the resolver's own */
    unsigned depth;                    /* resolved: definitions nested inside one another below it */

    const struct layout *layout[ABI_COUNT]; /* layout: equal ones are one object; NULL where it does not exist */
};

/* A name and what it stands for on each ABI: the same definition, or one per architecture. */
struct symbol {
    struct str name;
    struct def *on[ABI_COUNT]; /* NULL where there is none */
    struct user *users;        /* the resolver's own */
    abi_set missed;            /* the resolver's own: where it was reported to be missing */
};

struct include {
    struct text from;
    VEC(struct text) imports;
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

/* A folder of TOML files, merged: one header, one Rust module. */
struct folder {
    struct str name;             /* path below the spec's root: "sysctl", "hvm/params" */
    struct str rust_name;        /* resolved: "sysctl", "hvm_params" */
    enum arch arch;              /* or ARCH_COUNT */
    VEC(struct spec_file) files; /* in bytewise order of their names */
    VEC(struct def *) defs;      /* resolved: what is needed first comes first, else as in the files */
    VEC(struct include) includes;
    VEC(struct need) needs; /* resolved: other folders that it uses names of, sorted by name */
    enum { FOLDER_NEW, FOLDER_OPEN, FOLDER_DONE } walk; /* the resolver's own */
    const struct folder *needed_by;                     /* the resolver's own: the last one found to need it */
};

struct spec {
    struct arena *arena;
    VEC(struct folder *) folders; /* in bytewise order of their names */
    struct map symbols;           /* resolved: name to struct symbol */
};

/* Whether C gets a handle to a definition under its own name; one to an enum or bitmap is one to its integer. */
bool def_has_handle(const struct def *def);

/* The span of an offset and length in the file of a definition. */
struct span def_span(const struct def *def, uint32_t off, uint32_t len);

#endif
