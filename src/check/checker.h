/*
 * What the parts of the checks share: check.c (the table of checks, waivers), values.c (constants, values, bits),
 * records.c (members), tags.c (how unions are read), named.c (`values`), abi_rules.c (the ABI's own rules), reach.c
 * (who hands a record back).
 */
#ifndef XB_CHECK_CHECKER_H
#define XB_CHECK_CHECKER_H

#include "spec/model.h"
#include "spec/sample.h"

/* A struct or union, defined in the file or where it is used; or what a typedef stands for. */
struct record {
    struct def *def;                  /* itself */
    struct def *top;                  /* the definition that it stands in, or itself */
    struct field *field;              /* the member whose type it is; NULL of a definition of the file */
    const struct record *outer;       /* the record that has this member */
    struct config_set there;          /* the configurations that have it */
    struct config_set tell;           /* those among them that tell all: the first of each class of `split` */
    const struct config_split *split; /* what makes a difference to it, or to the records around one that varies */
};

/* A member of a record, of this type or an array of it. */
struct embed {
    const struct record *record;
    const struct field *field;
    struct embed *next;
};

/* What makes a difference to a definition and to all that hold it. */
struct around {
    const struct def *def;
    const struct config_split *split;
};

struct checker {
    struct spec *spec;
    struct arena *arena;
    struct diags *diags;
    unsigned hints;               /* looked for so far */
    VEC(struct record *) records; /* all of the spec that are whole, outer ones first */
    struct map embeds;            /* name of a type to the head of its struct embed */
    struct map flexible;          /* of definitions, by their address: whether they end in a flexible array */
    struct map arounds;           /* of definitions, by their address: struct around */
    struct map handles;           /* of [[handles]]: name to struct handle_defs */
    struct map givers;            /* of definitions, by their address: what hands them back (reach.c) */
    bool reached;                 /* whether that has been filled */
};

/*
 * Whether a finding of an ABI rule counts at a member (or NULL) of a record: the level may not ask for the rule, or a
 * waiver at the member, at one that it stands in, or at the definition may cover it, which is then marked used. In a
 * strict check all count, but in what Xen's macros make.
 */
bool checker_counts(const struct checker *c, const struct record *record, struct field *field, enum rule rule);

/* What is said of a waiver that covers nothing; it takes the rule's id. */
#define UNUSED_FORMAT "nothing here breaks `%s`"

/* The waiver of a rule in a list, or NULL. */
struct waiver *checker_waiver(const waivers *list, enum rule rule);

struct span checker_text_span(const struct def *def, const struct text *text);
struct span checker_number_span(const struct def *def, const struct number *number);

/*
 * What a finding calls a member: "`u.createdomain.flags`", "an anonymous union in `u`"; what a typedef stands for has
 * the name of the typedef. Without a member: the record.
 */
struct str checker_words(const struct checker *c, const struct record *record, const struct field *field);
struct span checker_span(const struct record *record, const struct field *field);

/* The configurations in which a member (or NULL: the record) exists, of those that tell all. */
struct config_set checker_there(const struct record *record, const struct field *field);

/* Says where a finding holds, where that is not on every ABI. */
void checker_where(const struct checker *c, struct diag *diag, const struct config_set *found);

/*
 * Whether a type is an integer in a configuration, by its own name or another; `bits` and `is_signed` then say which.
 * Enums and bitmaps are integers to those who ask for `named` values.
 */
bool checker_integer(const struct type *type, unsigned config, bool named, unsigned *bits, bool *is_signed);

/* Notes which hypercall may hand a record back, with its padding, if one does. */
void checker_note_giver(struct checker *c, struct diag *diag, const struct record *record);

/* Helps with the member of a record, or of the anonymous ones around it, that an unknown name may have meant. */
void checker_member_hint(struct checker *c, struct diag *diag, const struct record *record, struct str name);

/* The members by value of a type, by its name, or NULL. */
const struct embed *checker_embeds(const struct checker *c, struct str name);

/* One definition: values.c, named.c. */
void check_enum_empty(struct checker *c, struct def *def);
void check_value_range(struct checker *c, struct def *def);
void check_value_duplicate(struct checker *c, struct def *def);
void check_run_values(struct checker *c, struct def *def);
void check_constant(struct checker *c, struct def *def);
void check_bit_range(struct checker *c, struct def *def);
void check_bit_overlap(struct checker *c, struct def *def);
void check_form(struct checker *c, struct def *def);
void check_handle(struct checker *c, struct def *def);

void check_arg_values(struct checker *c, struct def *def);

/* One record: records.c, tags.c, named.c, abi_rules.c. */
void check_len_member(struct checker *c, struct record *record);
void check_bit_fields(struct checker *c, struct record *record);
void check_flexible(struct checker *c, struct record *record);
void check_union_tag(struct checker *c, struct record *record);
void check_member_values(struct checker *c, struct record *record);
void check_abi_differs(struct checker *c, struct record *record);
void check_scalar_align(struct checker *c, struct record *record);
void check_padding_implicit(struct checker *c, struct record *record);
void check_padding_tail(struct checker *c, struct record *record);

#endif
