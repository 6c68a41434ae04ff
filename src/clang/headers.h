/* Finding the headers of a folder, and reading all of them in every configuration. */
#ifndef XB_CLANG_HEADERS_H
#define XB_CLANG_HEADERS_H

#include "clang/facts.h"

struct survey_options {
    view_set configs;
    struct str version; /* the interface version that guests ask for */
};

/*
 * Finds and reads every *.h below `root`. False, with one line for the user in `error`, when there
 * is no such folder, it cannot be read, or it holds no header.
 */
bool headers_find(struct arena *arena, struct str root, struct headers *headers, struct str *error);

/* The facts of every configuration; NULL for those that were not asked for. */
struct survey {
    struct facts *on[VIEW_COUNT];
    VEC(struct arena *) arenas; /* what holds them; survey_free frees it */
};

/*
 * Reads all headers in every configuration of `options`. False, and one line for the user, when
 * libclang cannot be used. What could be read is in `survey` then, too.
 */
bool survey_read(struct arena *arena, const struct headers *headers, const struct survey_options *options,
                 struct survey *survey, struct str *error);
void survey_free(struct survey *survey);

#endif
