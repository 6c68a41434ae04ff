/* Comparing a spec with real headers, and how much of these it describes. */
#ifndef XB_CLANG_VERIFY_H
#define XB_CLANG_VERIFY_H

#include "base/buf.h"
#include "spec/model.h"
#include "clang/headers.h"

/* What is compared with what. */
struct verification {
    const struct spec *spec;
    const struct headers *headers;
    const struct survey *survey;
    view_set views;               /* those that were read */
    unsigned configs[VIEW_COUNT]; /* the spec's configuration that answers each */
};

/* Adds a finding (RULE_VERIFY_*) for each difference between the spec, which is whole, and the headers. */
void verify_spec(const struct verification *v, struct diags *diags);

/*
 * Appends what could not be read of the headers, how much of what they hold the spec describes, and the constants that
 * stand beside those that it describes but are not in it.
 */
void coverage_write(struct arena *arena, const struct verification *v, struct buf *out);

/*
 * Appends a JSON array of the headers: in how many configurations each was read, of how many that have it, and how many
 * of its records, constants and macros with parameters the spec describes.
 */
void coverage_json(struct arena *arena, const struct verification *v, struct buf *out);

/* Adds a finding (RULE_VERIFY_UNDESCRIBED) for each record and constant of the headers that the spec lacks. */
void coverage_report(struct arena *arena, const struct verification *v, struct diags *diags);

#endif
