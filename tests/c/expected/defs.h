#define DEFS_ONE 1
