/* From TOML to the model: the three dialects come in, and one model comes out. */
#ifndef XB_SPEC_READ_H
#define XB_SPEC_READ_H

#include "spec/model.h"
#include "toml/toml.h"

/* Names are at most this long: C promises no more than 63 significant characters. */
#define NAME_LENGTH_MAX 63

/* Types may be nested this deep, arrays and handles together. */
#define TYPE_NESTING_MAX 32

/*
 * Adds what the file `name` (its path below the root of the spec) defines to `folder`: its files, defs and includes.
 * Findings go to `diags`; a definition that could not be read whole is marked broken. What it makes points into the
 * source and `arena`. `scratch` is empty before and after: each definition is read as soon as it has been parsed, so
 * that of the TOML no more than a definition is there at a time. What is not in `release` (0: the newest) is left out.
 */
void spec_read(struct arena *arena, struct arena *scratch, struct folder *folder, struct str name,
               struct source *source, xen_release release, struct diags *diags);

#endif
