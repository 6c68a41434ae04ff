/* The rules that are about rows of tables of Xen's own: hypercalls and save records. */
#ifndef XB_CHECK_ROWS_H
#define XB_CHECK_ROWS_H

#include "spec/model.h"

void check_rows(const struct spec *spec, struct diags *diags);

#endif
