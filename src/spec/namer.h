/* What the parts of the namer share: names.c (definitions and members), name_set.c, names_folder.c, case.c (spelling).
 */
#ifndef XB_SPEC_NAMER_H
#define XB_SPEC_NAMER_H

#include "spec/names.h"

/* A name as an identifier, a type and an associated constant of Rust. */
struct str name_rust(struct arena *arena, struct str name);
struct str name_pascal(struct arena *arena, struct str name);
struct str name_begun(struct arena *arena, struct str name);
struct str name_rust_constant(struct arena *arena, struct str name);

struct str name_upper(struct arena *arena, struct str name);
struct str name_lower(struct arena *arena, struct str name);

/* Names the Rust module of a folder; `outputs` are the names of those before, by which two of one name are found. */
void name_folder(struct arena *arena, struct diags *diags, struct folder *folder, struct map *outputs);

/* Finds pairs of equal names. Empty at first. */
struct name_set {
    VEC(struct text) names;
    struct map map;
};

void name_set_clear(struct name_set *set);

/* The same name added before, or NULL; valid until the next call. */
const struct text *name_set_add(struct arena *arena, struct name_set *set, struct str name, const struct text *text);

/* Whether a name was added before. */
bool name_set_has(const struct name_set *set, struct str name);

#endif
