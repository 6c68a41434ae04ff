#include "../xen.h"

#pragma pack(push, 4)
/* Not laid out as anything that the language has. */
struct test_packed {
    uint32_t a;
    uint64_t b;
};
#pragma pack(pop)

struct test_holds_packed {
    struct test_packed packed;
};
