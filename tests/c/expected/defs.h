#define DEFS_ONE 1

#if defined(DEFS_OLD)
#error "defs.h is not for \"old\" includers"
#endif
