/* What compilers take, and the language has words for some of only. */
#ifndef __TEST_ODD_H__
#define __TEST_ODD_H__

#include "xen.h"

#define TEST_PACKED __attribute__((packed))
#define TEST_ODD_LENGTH 5

struct odd_packed { uint8_t a; uint32_t b; } __attribute__((packed));
struct odd_by_macro { uint8_t a; uint32_t b; } TEST_PACKED __attribute__((aligned(2)));
typedef struct odd_at_once { uint8_t a; uint32_t b; } __attribute__((packed)) odd_at_once_t;
typedef struct { uint8_t a; uint32_t b; } TEST_PACKED odd_untagged_t;
typedef struct odd_both { uint8_t a; uint32_t b; } __attribute__((packed)) odd_both;
struct odd_within {
    uint8_t a;
    struct { uint8_t b; uint16_t c; } TEST_PACKED in;
};
typedef struct { uint32_t a; } odd_aligned_t __attribute__((aligned(16)));
typedef struct odd_tagged { uint32_t a; } odd_tagged_t __attribute__((aligned(32)));
typedef uint32_t odd_word_t __attribute__((aligned(64)));
struct odd_holds {
    uint8_t a;
    odd_aligned_t b;
    odd_tagged_t c;
    odd_word_t d;
    odd_both e;
};

enum odd_byte { ODD_BYTE_0, ODD_BYTE_1 } __attribute__((packed));
struct odd_holds_byte { enum odd_byte a; uint8_t b; };

typedef int odd_function_t(int);
typedef float odd_float_t;
struct odd_number { odd_float_t a; odd_function_t *b; };

struct odd_arrays {
    uint8_t a[2][3];
    uint64_aligned_t b[3][2];
    XEN_GUEST_HANDLE(uint8) c[2][3];
    uint16_t d[TEST_ODD_LENGTH][4][2];
    const char *e[2][3];
    const uint16_t (*f)[3];
};
typedef uint8_t odd_matrix_t[2][3];
struct odd_matrices { odd_matrix_t a[4]; };

struct odd_tags {
    struct odd_tag { uint8_t a; } one, two[2];
    struct odd_tag three;
};

#ifdef __cplusplus
extern "C" {
#endif

typedef struct odd_ahead odd_ahead_t;
struct odd_by_value { struct odd_behind { odd_ahead_t *a; } b; };
struct odd_ahead { odd_ahead_t *a; uint32_t b; };

struct odd_enums {
    void (*call)(int);
    enum odd_inner { ODD_INNER_0, ODD_INNER_1 } a;
    enum { ODD_ANONYMOUS } b;
};

#ifdef TEST_VENDOR
struct odd_vendor { uint8_t a; };
#endif

#ifdef __cplusplus
}
#endif

typedef uint32_t odd_type_of_a_name_that_goes_on_for_more_than_sixty_three_characters_t;
struct odd_long { odd_type_of_a_name_that_goes_on_for_more_than_sixty_three_characters_t a; };
#define ODD_CONSTANT_OF_A_NAME_THAT_GOES_ON_FOR_MORE_THAN_SIXTY_THREE_CHARACTERS 7

#endif
