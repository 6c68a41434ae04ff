/* From the folder that the user names to a checked, laid-out spec. */
#ifndef XB_CMD_LOAD_H
#define XB_CMD_LOAD_H

#include "cmd/cmd.h"
#include "spec/model.h"

/*
 * A file of the spec: what it gave to its folder, as ranges of that, is the same in all releases of Xen if it names
 * none; else it can be read again for another one, without the file system.
 */
struct load_file {
    struct folder *folder;
    struct str name;
    struct source *source;
    bool names_release;
    size_t place;        /* in the folder's list of files */
    size_t def, include; /* the first ones in the folder's lists */
    size_t defs, includes;
};

struct load {
    struct spec spec;
    struct diags diags;
    VEC(struct str) inputs;      /* the paths of all files read, in order */
    VEC(struct load_file) files; /* what was read, in order */
};

/*
 * Reads the spec that --indir (or, if there is one, `path`) names, and takes it through all
 * stages; with `check`, through the checks as well, in every release of Xen that makes a difference. False, after a
 * message, when it cannot be read. The findings are in `diags`, sorted.
 */
bool load_spec(struct run *run, struct load *load, struct str path, bool check);

/*
 * Shows the findings as --format and --color ask: text on standard error, what machines read
 * on standard output. Returns an exit status: whether there were any.
 */
int load_report(struct run *run, struct load *load);

#endif
