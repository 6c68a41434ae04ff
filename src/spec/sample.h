/* The configurations that a spec's conditions tell apart, and where each definition exists. */
#ifndef XB_SPEC_SAMPLE_H
#define XB_SPEC_SAMPLE_H

#include "spec/model.h"

/* Conditions may name so many interface versions. */
#define INTERFACE_VERSIONS_MAX 30

/*
 * Fills in `samples` of the spec, and of everything with a `when` where that holds. Too many versions are a finding;
 * those beyond are then not told apart.
 */
void spec_samples(struct spec *spec, struct diags *diags);

/* The configurations in which a definition exists, those of its inline records too. */
struct config_set def_configs(const struct spec *spec, const struct def *def);

/* The configurations in which something with a condition exists, all where it has none. */
/*
 * Whether a part of a definition and one of another can be there at once, although no configuration has both: an
 * includer may define one macro of two. `a_when`, `b_when`: the parts' own conditions, or NULL.
 */
bool defs_meet(const struct def *a, const struct when *a_when, const struct def *b, const struct when *b_when);

struct config_set when_configs(const struct spec *spec, const struct when *when);

/* The first configuration of each class of a split, of those in `set`: for what is looked at once in a class. */
struct config_set spec_firsts(const struct spec *spec, const struct config_split *split, const struct config_set *set);

/* All configurations of the class that one is in. */
struct config_set spec_class(const struct spec *spec, const struct config_split *split, unsigned config);

/* Takes it that a definition exists in `set` only, which holds no other configurations than it did. */
void def_confine(struct spec *spec, struct def *def, const struct config_set *set);

/* Where something holds, of a set that is not empty: the ABIs of the first sample that has any, and what sample that is
 * unless it is the default one. "x86_64, guest with interface 0x00030205". */
struct str configs_words(const struct spec *spec, const struct config_set *set);

#endif
