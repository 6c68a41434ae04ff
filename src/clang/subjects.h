/* Inside verify: what the spec says that headers have, by name, and in which views it and they do. */
#ifndef XB_CLANG_SUBJECTS_H
#define XB_CLANG_SUBJECTS_H

#include "clang/differences.h"
#include "clang/verify.h"

struct c_spec; /* emit/c.h */

enum subject_kind {
    SUBJECT_RECORD,
    SUBJECT_TYPEDEF,
    SUBJECT_CONSTANT,
    SUBJECT_CALL, /* a macro with parameters */
    SUBJECT_HANDLE,
    SUBJECT_CODE, /* what a verbatim block is for */
    SUBJECT_MACRO /* the same, where that is a macro */
};

/* One definition of a name, and the views that have it by the spec. */
struct subject_place {
    struct span span;
    view_set exists;
    view_set compared; /* those of them in which the headers have it, too */
};

/* A name of one kind. Several definitions of it, in different views, are one subject. */
struct subject {
    enum subject_kind kind;
    struct str name;
    const char *what;            /* in words */
    bool strict;                 /* it exists just where the spec says, rather than there if anywhere */
    const struct header *header; /* that it belongs to; NULL where the spec does not say */
    VEC(struct subject_place *) places;
    struct subject_place *last; /* the one that was noted last */
    view_set exists;            /* by the spec */
    view_set found;             /* in the headers */
};

struct subjects {
    struct arena *arena;
    const struct verification *v;
    struct map by_name; /* by kind and name */
    VEC(struct subject *) list;
};

struct subjects subjects_new(struct arena *arena, const struct verification *v);

/*
 * The subject of that kind and name, which is one of a folder; a new one has been looked for in all views. That it
 * exists in a view, under a definition that stands at `span`, is noted.
 */
struct subject *subjects_add(struct subjects *subjects, const struct folder *folder, enum subject_kind kind,
                             struct str name, struct span span, unsigned view);

/* Whether there is one, in whatever view. */
bool subjects_have(const struct subjects *subjects, enum subject_kind kind, struct str name);

/* What the headers have of a subject in one view, or NULL; the header it belongs to comes first. */
const struct fact *subject_fact(const struct facts *facts, const struct subject *subject);

/* The header that a folder is meant to replace, by its name, or NULL. */
const struct header *folder_header(const struct verification *v, const struct folder *folder);

/* Why a header could not be read in a view; NULL if it could. */
const struct fact_failure *header_failure(const struct facts *facts, const struct header *header);

/* The #error by which a header itself fails; NULL if there is no failure, or it fails by something else. */
const struct line *failure_refusal(const struct fact_failure *failure);

/* Reports what exists in the spec or the headers alone. */
void subjects_report(const struct subjects *subjects, struct differences *differences);

/* Reports what the headers have that whole folders replace, and the spec does not speak of. */
void subjects_report_unknown(const struct subjects *subjects, struct differences *differences);

/* Reports the headers that a header which a folder replaces includes in the spec or in truth alone. */
void includes_report(const struct verification *v, const struct c_spec *c, struct arena *arena,
                     struct differences *differences);

#endif
