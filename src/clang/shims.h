/* What headers include and no compiler brings, as little of it as they need. */
#ifndef XB_CLANG_SHIMS_H
#define XB_CLANG_SHIMS_H

#define SHIMS_LEN 9

struct shim {
    const char *path; /* "sys/types.h" */
    const char *text;
};

extern const struct shim shims[SHIMS_LEN];

#endif
