/*
 * From names to things: types find their definitions, folders what they need, and
 * definitions their order. Fills in what the model marks "resolved", names apart.
 */
#ifndef XB_SPEC_RESOLVE_H
#define XB_SPEC_RESOLVE_H

#include "spec/model.h"

/* Structs may hold structs this deep. */
#define STRUCT_NESTING_MAX 200

/* How many mistyped names get a hint in one run: finding the nearest name looks at all of them. */
#define HINTS_MAX 200

void spec_resolve(struct spec *spec, struct diags *diags);

/* What a type names, by value or behind handles; NULL if that is nothing or unknown. */
struct symbol *type_symbol(const struct type *type);

/* The definition that a named type, or an inline record, means in a configuration; NULL if there is none. */
struct def *type_def(const struct type *type, unsigned config);

/*
 * What must be defined before something of this type: the named type that it holds, or a
 * typedef that it points at, for which C has no forward declaration. NULL if there is none.
 */
const struct type *type_first(const struct type *type);

/* The name in a type as C writes it: "xen_domctl" of "struct xen_domctl *". */
struct str type_word(struct str spelled);

/* The type that a type stands for in a configuration, behind the typedefs that name it. */
const struct type *type_meant(const struct type *type, unsigned config);

/* What an array holds in the end, or the type itself. */
const struct type *type_element(const struct type *type);

#endif
