/*
 * The draft of a spec: what headers say, merged over all configurations. Each item is one definition of a folder;
 * it remembers the configurations that have it, and by how much it has been simplified because the spec could not say
 * it otherwise.
 */
#ifndef XB_CLANG_IMPORT_DRAFT_H
#define XB_CLANG_IMPORT_DRAFT_H

#include "base/buf.h"
#include "clang/import.h"
#include "clang/lines.h"

/* The ways to include the headers that are told apart; configurations are `sample * ABI_COUNT + abi`. */
struct draft_view {
    struct sample sample;
    enum way way;   /* of the survey, */
    size_t version; /* or its further version; SIZE_MAX for none */
};

enum item_kind {
    ITEM_INCLUDE,
    ITEM_RECORD,
    ITEM_ENUM,
    ITEM_TYPEDEF,
    ITEM_HANDLE,
    ITEM_CONSTANT,
    ITEM_VERBATIM,
    ITEM_REFUSAL,
    ITEM_DROPPED /* not in the spec; `reason` says why */
};

/* What a constant comes to in some configurations. */
struct draft_value {
    const struct fact_constant *fact;
    struct config_set set;
};

/* What the type of a member comes to in some configurations, where its text is the same in all. */
struct draft_type_in {
    struct str type;
    struct config_set set;
};

struct draft_item;

/* A bit of a bitmap: the constants that are its mask and, or NULL, its number. */
struct draft_bit {
    struct draft_item *mask, *number;
    unsigned shift;
};

/* What the constants for a member make of it. */
struct draft_bitmap {
    struct str name, prefix, suffix;
    VEC(struct draft_bit) bits;
};

struct draft_member {
    struct str name;    /* empty: an anonymous record, or unnamed bits */
    uint32_t off;       /* in the header; members of one macro share theirs */
    uint32_t ordinal;   /* among those that share an offset */
    struct str type;    /* in the language; empty for an inline record */
    struct str length;  /* of an array: as the header spells it, where that is more than the number in `type` */
    struct str element; /* of an array with a `length`: what it is of, and the brackets after the first ones */
    VEC(struct draft_type_in) types; /* of an array with a `length` */
    bool exact;                      /* another member has its name: it is there only where that is known */
    struct draft_record *inner;
    struct str inner_length; /* of an array of inline records: a number or an expression */
    bool joined;             /* has the inline record of the member before it */
    bool is_bits;
    uint64_t bits;
    struct config_set set;
    const struct fact_member *fact; /* in one configuration */
    VEC(struct str) cases;
    struct draft_bitmap *bitmap; /* or NULL */
    struct str description;
};

struct draft_record {
    bool is_union;
    bool has_tag;
    struct str name;
    uint32_t off, from, to;
    struct config_set set;
    VEC(struct draft_member *) members;
    struct str tag; /* of a union: the member that says how it is read; "../cmd" for one around */
};

struct draft_variant {
    struct str name;
    uint32_t off, ordinal;
    uint32_t to;     /* 0: a macro made it */
    struct str expr; /* as the header spells it; empty for none */
    uint64_t value;
    bool is_negative;
    struct config_set set;
    struct str description;
};

struct draft_item {
    enum item_kind kind;
    struct str name;
    struct str other_name; /* ITEM_VERBATIM: what the spec calls it, where another has its name */
    struct header *header;
    uint32_t off, len; /* in the header */
    uint32_t from, to; /* likewise, all of it */
    uint32_t ordinal;  /* among the items of one offset */
    uint32_t at;       /* where it goes in the order of the header: `off`, or the start of a record that it stands in */
    bool from_macro;
    bool is_call;     /* of a macro: it has parameters */
    bool is_flexible; /* ITEM_CONSTANT: the length of flexible arrays; it has no value */
    struct config_set set;
    unsigned exact;         /* 1: where nothing is known of it, it shall not be there; 2: nor where nobody can be */
    unsigned plain;         /* how often it was simplified */
    bool has_relations;     /* tags, cases or constants for members, */
    bool no_relations;      /* which have been given up */
    struct str reason_text; /* `reason`, where a finding says it */
    const char *reason;     /* why it is verbatim or dropped; NULL for what need not be told */
    struct str description;
    struct draft_item *for_record;   /* of a constant: the record whose member it is for, */
    struct draft_member *for_member; /* and the member; */
    bool in_bitmap;                  /* a part of the bitmap that the member holds */

    const struct header *target;          /* ITEM_INCLUDE; NULL: `text` is the line */
    struct draft_record *record;          /* ITEM_RECORD */
    const char *form;                     /* ITEM_RECORD, ITEM_ENUM: c_form, or NULL */
    VEC(struct draft_variant *) variants; /* ITEM_ENUM */
    struct str type;                      /* ITEM_ENUM, ITEM_TYPEDEF, ITEM_HANDLE */
    struct str text; /* ITEM_CONSTANT: the body; ITEM_VERBATIM: the text for C; ITEM_REFUSAL: the message */
    VEC(struct draft_value) values;    /* ITEM_CONSTANT */
    struct str key;                    /* import_merge.c's own: what tells it from others at its place */
    uint32_t out_off, out_len;         /* import_write.c: where it stands in the text of its file, */
    struct draft_item *alias, *handle; /* the typedef and the handle that it is written with, */
    bool folded;                       /* and whether it is such a one itself */
};

struct draft_header {
    struct header *header;
    const struct lines *lines;
    struct config_set read;  /* the configurations in which it gave facts */
    struct config_set among; /* those that say whether something is there: `read`, and where it is not meant to be */
    struct config_set all;   /* those that its folder could be there in, */
    struct config_set every; /* and those that its folder's conditions speak of: Xen on ABIs that it does not run on */
    VEC(struct draft_item *) items; /* in the order of the header, once sorted */
    struct map by_key;
    struct str folder;    /* "arch-x86/xen" */
    struct str guard;     /* empty for none */
    struct str left_out;  /* why there is no spec of it; empty where there is one */
    struct source source; /* import_write.c: the text that was made of it */
};

struct draft {
    struct arena *arena;
    const struct headers *headers;
    const struct survey *survey;
    const struct import_options *options;
    const struct draft_view *views;
    struct sample *samples;
    size_t samples_len;
    VEC(struct draft_header *) list;
    struct map conditions; /* import_write.c: the text of those that are known, by their sets */
    struct map typedefs;   /* names that are typedefs in some header */
};

/* The facts of a header in a configuration; NULL where there are none. */
const struct facts *draft_facts(const struct draft *draft, unsigned config, const struct header *header);

/* Merges the facts of all headers and configurations into items. */
void draft_merge(struct draft *draft);

/* What is text in the headers and no declaration: macros, code, lines that include. Part of the merging. */
void draft_merge_text(struct draft *draft, struct draft_header *header);

/* Sorts macros into constants and text, once the records of all headers are known. */
void draft_split_text(struct draft *draft, struct draft_header *header);

/* The item with that key, which is made if need be, and marked as being there in a configuration. */
struct draft_item *draft_item(struct draft *draft, struct draft_header *header, enum item_kind kind,
                              const struct fact *fact, struct str key, unsigned config);

/*
 * A type in the language, in one configuration. Empty where it has no words for it. `aligned`: an integer of 64 bits is
 * aligned to 8 bytes whatever the ABI, and a handle is 64 bits wide.
 */
struct str draft_type(const struct draft *draft, const struct fact_type *type, bool aligned);

/* Takes descriptions from comments; and takes them away again. */
void draft_describe(struct draft *draft);
void draft_forget_descriptions(struct draft_item *item, struct draft_record *record);

/* Tags of unions, cases of their members, constants for members: what names show. */
void draft_relate(struct draft *draft);

/* What a definition is in its header, as text for C; a NULL `ptr` for one that does not stand there itself. */
struct str draft_text(const struct draft *draft, const struct draft_item *item);

/* Bitmaps that constants for members make. */
void draft_find_bits(struct draft *draft);

/* The path of a header's spec, below the folder of the specs. */
struct str draft_path(const struct draft *draft, const struct draft_header *header);

/* Writes the spec of every header, as it is now, into `source` of each. */
void draft_write(struct draft *draft);

/* Simplifies the draft until its spec has no finding and is what the headers say. */
void draft_settle(struct draft *draft);

/* The report for people. */
struct str draft_report(const struct draft *draft);

#endif
