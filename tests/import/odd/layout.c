/* Prints what a compiler makes of odd.h. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "odd.h"

#define SIZE(type)       printf(#type " %zu %zu\n", sizeof(type), _Alignof(type))
#define AT(type, member) printf(#type "." #member " %zu\n", offsetof(type, member))

int main(void)
{
    SIZE(struct odd_packed);
    SIZE(struct odd_by_macro);
    SIZE(odd_at_once_t);
    SIZE(odd_untagged_t);
    SIZE(odd_both);
    SIZE(struct odd_within);
    AT(struct odd_within, in.c);
    SIZE(odd_aligned_t);
    SIZE(odd_tagged_t);
    SIZE(struct odd_tagged);
    SIZE(odd_word_t);
    SIZE(struct odd_holds);
    AT(struct odd_holds, b);
    AT(struct odd_holds, c);
    AT(struct odd_holds, d);
    AT(struct odd_holds, e);
    SIZE(struct odd_holds_byte);
    SIZE(odd_float_t);
    SIZE(struct odd_number);
    SIZE(struct odd_arrays);
    AT(struct odd_arrays, a[1][2]);
    AT(struct odd_arrays, b[2][1]);
    AT(struct odd_arrays, c[1][2]);
    AT(struct odd_arrays, d[4][3][1]);
    AT(struct odd_arrays, e[1][2]);
    SIZE(struct odd_matrices);
    AT(struct odd_matrices, a[3][1][2]);
    SIZE(struct odd_tags);
    AT(struct odd_tags, two[1]);
    SIZE(struct odd_tag);
    SIZE(struct odd_long);
    printf("%d\n", ODD_CONSTANT_OF_A_NAME_THAT_GOES_ON_FOR_MORE_THAN_SIXTY_THREE_CHARACTERS + ODD_BYTE_1);
    return 0;
}
