/*
 * The last part of resolving: the order of a folder's definitions, which other folders it
 * needs, and that these do not need it in turn.
 */
#ifndef XB_SPEC_ORDER_H
#define XB_SPEC_ORDER_H

#include "spec/model.h"

void spec_order(struct spec *spec, struct diags *diags);

#endif
