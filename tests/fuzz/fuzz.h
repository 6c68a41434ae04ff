/*
 * What the fuzz targets share. A target reads any bytes, takes them through one reader or several stages, and aborts
 * where something does not hold that always must; the sanitizers see to the rest.
 */
#ifndef XB_TESTS_FUZZ_H
#define XB_TESTS_FUZZ_H

#include "base/buf.h"
#include "unit/pipeline.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold whatever the input is; says which and where before it aborts. */
#define REQUIRE(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))
_Noreturn void fuzz_fail(const char *file, int line, const char *condition);

/* A piece of a text lies inside it. */
void fuzz_span(struct str text, uint32_t off, uint32_t len);

/* Valid UTF-8. */
void fuzz_utf8(struct str s);

/* Text for people or compilers: nothing in it steers a terminal or hides, but for line ends and, if asked for, tabs. */
void fuzz_plain(struct str s, bool tabs);

/* Findings are whole, and every printer makes of them what its readers can read. Sorts them. */
void fuzz_findings(struct diags *diags);

/* A TOML basic string that stands for `s`, which is UTF-8. */
void fuzz_quote(struct buf *out, struct str s);

/*
 * A spec of several files as one text: a line "#@ FOLDER/NAME.toml" starts a file; what comes before the first such
 * line is "fuzz/a.toml". To TOML these lines are comments. Paths are of [a-z0-9_/-]; a line with any other, or with
 * one that was there before, is a comment and nothing else.
 */
struct fuzz_file {
    struct str path, text;
    struct source *source; /* made once; what is found in several releases is told by it */
};
struct fuzz_files {
    VEC(struct fuzz_file) list; /* sorted as a folder is read: by folder, then by name */
};
struct fuzz_files fuzz_split(struct arena *arena, struct str text);
struct str fuzz_folder(struct str path);

/* Takes files through all stages up to the checks, as a release has them (0: the newest). */
struct pipeline fuzz_stages(struct arena *arena, const struct fuzz_files *files, xen_release release);

/* What always holds of the layout of definitions. */
void fuzz_layout(const struct spec *spec);

/* What all backends make of a spec without findings, each file after its name; each is checked on its own. */
struct str fuzz_outputs(struct arena *arena, const struct spec *spec);

/*
 * All of it: the stages, for each release that the spec names, the findings, and what the backends make, which is
 * empty where there was a finding. `found` is the first pipeline's.
 */
struct str fuzz_spec(struct arena *arena, const struct fuzz_files *files, struct pipeline *found);

#endif
