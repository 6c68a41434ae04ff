/*
 * What real headers say, as plain data: records, enums, typedefs, constants and macros of one
 * configuration, each with where it stands. Whoever reads facts needs no libclang.
 */
#ifndef XB_CLANG_FACTS_H
#define XB_CLANG_FACTS_H

#include "base/map.h"
#include "diag/diag.h"
#include "spec/constants.h"
#include "clang/lines.h"
#include "clang/view.h"

/* A header below the folder that the user names. */
struct header {
    struct str name; /* "arch-x86/xen.h" */
    abi_set abis;    /* those that it is for, by its name */
    const struct lines *lines;
    struct source source;
};

struct headers {
    struct str root;
    struct str latest;         /* the newest interface version that they know, as they spell it */
    VEC(struct header *) list; /* in bytewise order of their names */
    struct map by_name;
};

/* What all facts have. */
struct fact {
    struct str name;
    struct header *header;
    uint32_t off, len;    /* in the header: the name, or what makes it */
    bool from_macro;      /* it does not stand there itself: a macro made it */
    uint32_t from, to;    /* in the header: all of it, or what makes it; of a macro, from its name on */
    struct fact *another; /* the next of the same kind and name in the same configuration, or NULL */
};

enum fact_type_kind {
    FACT_VOID,
    FACT_INTEGER,
    FACT_FLOAT,
    FACT_ENUM,
    FACT_POINTER,
    FACT_ARRAY,
    FACT_RECORD,
    FACT_HANDLE, /* what XEN_GUEST_HANDLE makes, whatever it is made of */
    FACT_OTHER   /* functions, vectors: nothing of an ABI in memory */
};

struct fact_type {
    enum fact_type_kind kind;
    uint64_t size, align; /* bytes; 0 for what has none */
    enum c_int integer;   /* FACT_INTEGER, FACT_ENUM */
    bool is_signed;       /* likewise */
    bool is_const;
    bool is_flexible;           /* FACT_ARRAY: [], whose count is 0 */
    uint64_t count;             /* FACT_ARRAY */
    struct str spelling;        /* as the header writes it */
    struct str name;            /* FACT_RECORD, FACT_ENUM: the tag, else the name that a typedef gives it, else empty;
                                   FACT_HANDLE: the word by which XEN_GUEST_HANDLE knows it */
    const struct fact_type *of; /* FACT_POINTER, FACT_HANDLE: what it points at; FACT_ARRAY: its elements */
    const struct fact_record *record; /* FACT_RECORD: its definition, or NULL where there is none */
};

struct fact_member {
    struct fact fact;    /* without a name: an anonymous record, or unnamed bits */
    uint64_t bit_offset; /* from the start of its record */
    uint64_t bits;       /* of a bit-field, else 0 */
    bool is_bits;
    bool is_aligned; /* the header asks for an alignment of its own */
    const struct fact_type *type;
};

struct fact_record {
    struct fact fact; /* the tag, else the name that a typedef gives it; empty for an untagged inline record */
    bool is_union;
    bool has_tag;
    const struct fact_record *outer; /* of an inline record: the one that it stands in */
    uint64_t size, align;            /* bytes */
    VEC(struct fact_member) members;
};

struct fact_enum {
    struct fact fact; /* as for records */
    bool has_tag;
    enum c_int integer;
};

struct fact_typedef {
    struct fact fact;
    bool is_aligned;              /* the header asks for an alignment of its own */
    uint64_t align;               /* bytes; that of `type` where nothing else is asked for */
    const struct fact_type *type; /* FACT_HANDLE for the types that DEFINE_XEN_GUEST_HANDLE makes */
};

enum fact_value_kind { FACT_VALUE_INTEGER, FACT_VALUE_STRING };

/* A macro without parameters that stands for an integer or a string, or an enumerator. */
struct fact_constant {
    struct fact fact;
    enum constant_form form;
    enum fact_value_kind kind;
    enum c_int type; /* of an integer */
    bool is_signed;
    uint64_t value;                      /* of an integer: its bits, sign extended */
    struct str text;                     /* of a string */
    const struct fact_enum *enumeration; /* of an enumerator */
};

/* Any macro, what is a constant included. */
struct fact_macro {
    struct fact fact;
    bool is_call;    /* it has parameters */
    struct str body; /* from its parameters on, as it is written */
};

/* A line that includes a header, where the preprocessor comes by. */
struct fact_include {
    struct fact fact;            /* the name is what the line says, less quotes and brackets */
    const struct header *target; /* one of the folder's headers, or NULL */
};

/* A part of a header that the preprocessor passes over. */
struct fact_skip {
    uint32_t from, to;
};

/* A header that gave facts. */
struct fact_reading {
    struct header *header;
    struct header *unit; /* what the compiler was given: the header, or one that includes it */
    bool after_xen;      /* with xen.h before it */
    uint64_t path;       /* which way the preprocessor took through all that the unit includes: a hash */
    VEC(struct fact_skip) skips;
    VEC(const struct header *) includes; /* directly or not */
};

/* Why a header could not be read in a configuration. */
struct fact_failure {
    struct header *header;
    struct str message;   /* the compiler's first error */
    struct header *where; /* where that is: this header, or one that it includes */
    uint32_t off;
};

/* All headers in one configuration. */
struct facts {
    unsigned config;
    struct str version;                /* the interface version that a guest asks for; empty elsewhere */
    VEC(struct fact_record *) records; /* file-level and inline ones, in the order of the headers */
    VEC(struct fact_enum *) enums;
    VEC(struct fact_typedef *) typedefs;
    VEC(struct fact_constant *) constants;
    VEC(struct fact_macro *) macros;
    VEC(struct fact_macro *) gone; /* those that their header undefines again */
    VEC(struct fact_include *) includes;
    VEC(struct fact_reading *) readings;
    VEC(struct fact *) others; /* functions and objects */
    VEC(struct fact_failure) failures;
    unsigned headers_read; /* those that gave facts */
    /* By name: the first of that name, whose `another` leads on. */
    struct map record_names, typedef_names, constant_names, macro_names, other_names;
};

/* The types that DEFINE_XEN_GUEST_HANDLE makes have names that begin with this. */
#define FACT_HANDLE_PREFIX "__guest_handle_"

/* Adds a fact to a map of the first of each name. A nameless one is not added. */
void fact_index(struct map *names, struct fact *fact);

/* The first record of that tag or, if there is none, the one that a typedef gives the name to; or NULL. */
const struct fact_record *fact_record_find(const struct facts *facts, struct str name);

/* Where a fact stands, for findings. */
struct span fact_span(const struct fact *fact);

/* Whether the preprocessor passed over a part of a header, but not just from where the part starts. */
bool reading_skips(const struct fact_reading *reading, uint32_t from, uint32_t to);

/* What is known of how a header was read, or NULL if it was not. */
const struct fact_reading *fact_reading_find(const struct facts *facts, const struct header *header);

#endif
