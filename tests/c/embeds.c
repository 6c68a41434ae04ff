/* Size and offsets of what embeds empty structs; C and C++ must print the same. */
#include "all.h"
#include "archs.h"

#include <stddef.h>
#include <stdio.h>

#define AT(member) (unsigned)offsetof(struct all_embeds, member), (unsigned)sizeof(((struct all_embeds *)0)->member)

int main(void)
{
    printf("%u %u %u %u\n", (unsigned)sizeof(struct all_embeds), (unsigned)sizeof(struct shared_empty),
           (unsigned)sizeof(struct archs_all), (unsigned)sizeof(struct shared_pair));
    printf("%u/%u %u/%u %u/%u %u/%u %u/%u %u/%u\n", AT(a), AT(nothing), AT(b), AT(nothings), AT(c), AT(tail));
    return 0;
}
