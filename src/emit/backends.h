/* The backends that there are; emit.h's table lists them. */
#ifndef XB_EMIT_BACKENDS_H
#define XB_EMIT_BACKENDS_H

#include "emit/emit.h"

extern const struct backend backend_c;
extern const struct backend backend_rust;

#endif
