/*
 * Inside the reading of headers. unit.c gives a header to libclang, records.c takes the
 * declarations out of what comes back, macros.c the macros and their values; survey.c goes through all
 * headers and configurations.
 */
#ifndef XB_CLANG_SCAN_H
#define XB_CLANG_SCAN_H

#include "base/buf.h"
#include "clang/facts.h"
#include "clang/libclang.h"

/* Reading in one configuration. */
struct scan {
    struct arena *arena;
    const struct libclang *clang;
    CXIndex index;
    const struct headers *headers;
    struct str version; /* for guests */
    struct facts *facts;
};

/* A header that libclang has read. */
struct unit {
    CXTranslationUnit tu;
    struct header *header;
    bool after_xen; /* it does not compile on its own, but after xen.h */
    unsigned lines; /* of the unit's text, before what `more` added */
};

/*
 * Has libclang read a header, after xen.h if need be, with the lines `more` after it. False when libclang
 * itself failed. What the compiler says is in `tu`; the caller disposes of it.
 */
bool unit_parse(const struct scan *scan, struct header *header, bool after_xen, struct str more, struct unit *unit);

/* Whether the compiler found no error; its first one is in `failure` otherwise. */
bool unit_is_good(const struct scan *scan, const struct unit *unit, struct fact_failure *failure);

/* The file of the unit's own text. */
CXFile unit_main(const struct scan *scan, const struct unit *unit);

/* The header that a file of libclang's is, or NULL. */
struct header *unit_header(const struct scan *scan, CXFile file);

/* The place of a cursor or range in `file`; false if it lies elsewhere. */
bool unit_place(const struct scan *scan, CXSourceRange range, CXFile file, uint32_t *from, uint32_t *to);

/* Adds a note of which way the preprocessor took through the unit, and of what it passed over in `header`. */
struct fact_reading *scan_reading(struct scan *scan, const struct unit *unit, struct header *header);

/* Which way the preprocessor took through a unit: the same text came of it where this is the same. */
uint64_t unit_path(const struct scan *scan, const struct unit *unit);

/* Adds what `header`, which the unit reads or includes, declares, and what its macros are. */
void scan_declarations(struct scan *scan, const struct unit *unit, struct header *header);
void scan_macros(struct scan *scan, const struct unit *unit, struct header *header);

/* The integer that a type of libclang's is at bottom; C_INT_COUNT if it is none. */
enum c_int scan_integer(const struct libclang *clang, CXType type);
bool scan_is_signed(const struct libclang *clang, CXType type);

#endif
