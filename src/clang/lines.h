/* A header as lines for the preprocessor: what it may define, include or pass over, whatever the configuration. */
#ifndef XB_CLANG_LINES_H
#define XB_CLANG_LINES_H

#include "base/str.h"
#include "base/vec.h"

#include <stdint.h>

enum line_kind { LINE_IF, LINE_ELIF, LINE_ELSE, LINE_ENDIF, LINE_DEFINE, LINE_UNDEF, LINE_INCLUDE, LINE_OTHER };

struct line {
    enum line_kind kind;
    uint32_t off, end; /* from the '#' to before the line end, with continued lines */
    struct str word;   /* "ifdef" */
    struct str name;   /* LINE_DEFINE, LINE_UNDEF */
    struct str rest;   /* what follows the word, raw */
    size_t group;      /* the #if group that it opens, divides, ends or stands in; SIZE_MAX for none */
};

/* From an #if to its #endif. */
struct group {
    size_t first, last; /* lines */
    size_t parent;      /* SIZE_MAX for none */
    uint32_t off, end;  /* of all of it */
    bool is_foreign;    /* what it asks for is neither an ABI, a context nor an interface version */
    bool is_plain;      /* there is nothing in it but comments and lines for the preprocessor that define */
    unsigned depth;     /* of the brackets that it stands in */
    bool is_code;       /* it stands within a declaration */
};

struct lines {
    VEC(struct line) list;
    VEC(struct group) groups;
    struct str guard;   /* empty for none */
    size_t guard_group; /* SIZE_MAX for none */
};

static inline bool line_is_error(const struct line *line)
{
    return str_is(line->word, "error");
}

const struct lines *lines_of(struct arena *arena, struct str text);

/* A text without comments; what continues a line goes too where `joined`, and blanks become one. */
struct str text_plain(struct arena *arena, struct str text, bool joined);

/* A text as it is, but for comments, and lines that hold nothing else. */
struct str text_without_comments(struct arena *arena, struct str text);

/* The interface versions that #if lines compare with: each from which on something may be different. */
struct line_versions {
    VEC(uint32_t) list;
};
void lines_versions(struct arena *arena, const struct lines *lines, struct line_versions *out);

#endif
