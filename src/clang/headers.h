/* Finding the headers of a folder, and reading all of them in every configuration. */
#ifndef XB_CLANG_HEADERS_H
#define XB_CLANG_HEADERS_H

#include "clang/facts.h"

/* A further interface version that guests may ask for. */
struct survey_version {
    struct str version;
    const struct header *const *headers; /* those that ask for this version: only what includes them is read anew */
    size_t headers_len;
};

struct survey_options {
    view_set configs;
    struct str version; /* the interface version that guests ask for */
    /* Further ones, from the oldest on. */
    const struct survey_version *versions;
    size_t versions_len;
};

/*
 * Finds and reads every *.h below `root`. False, with one line for the user in `error`, when there
 * is no such folder, it cannot be read, or it holds no header.
 */
bool headers_find(struct arena *arena, struct str root, struct headers *headers, struct str *error);

/* The facts of every configuration; NULL for those that were not asked for. */
struct survey {
    struct facts *on[VIEW_COUNT];
    /* For each further version, ABI and header the facts that hold it, those of `on` among them; NULL where it could
     * not be read. At survey_version_index(). */
    const struct facts **on_versions;
};

/*
 * Reads all headers in every configuration of `options`. False, and one line for the user, when
 * libclang cannot be used. What could be read is in `survey` then, too.
 */
bool survey_read(struct arena *arena, const struct headers *headers, const struct survey_options *options,
                 struct survey *survey, struct str *error);
size_t survey_version_index(const struct headers *headers, size_t version, enum abi abi, const struct header *header);

#endif
