/*
 * A spec from real headers. The facts of all configurations are merged into one draft (import_merge.c), written as a
 * spec (import_write.c), read back and compared with the headers until nothing differs (import_settle.c).
 */
#ifndef XB_CLANG_IMPORT_H
#define XB_CLANG_IMPORT_H

#include "abi/condition.h"
#include "clang/headers.h"

struct import_file {
    struct str path; /* below the folder of the specs */
    struct str text;
};

struct import_options {
    bool comments; /* descriptions from comments */
};

struct import {
    VEC(struct import_file) files;
    struct str report; /* for people: what is in the spec, and what is not */
};

/*
 * Reads the headers in every configuration and makes a spec of them that passes the checks. False, and one line for
 * the user, when libclang cannot be used or no header can be read.
 */
bool import_headers(struct arena *arena, const struct headers *headers, const struct import_options *options,
                    struct import *import, struct str *error);

#endif
