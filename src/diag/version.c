#include "diag/print.h"

const char xenbindgen_version[] = XENBINDGEN_VERSION;
