/* What tests/c/specs/records.toml gives C that no assertion of its layout tells: bit-fields, pointers, values. Run. */
#include "records.h"

#include <stdio.h>
#include <string.h>

static int failures;

#define SAME(expression, wanted)                                                                \
    do {                                                                                        \
        unsigned long long value = (unsigned long long)(expression);                            \
        if (value != (unsigned long long)(wanted)) {                                            \
            printf("%s is %llu, not %llu\n", #expression, value, (unsigned long long)(wanted)); \
            failures++;                                                                         \
        }                                                                                       \
    } while (0)

#define TYPE(expression, type)                                             \
    do {                                                                   \
        if (!__builtin_types_compatible_p(__typeof__(expression), type)) { \
            printf("%s is no %s\n", #expression, #type);                   \
            failures++;                                                    \
        }                                                                  \
    } while (0)

struct records_bits bits;
struct records_pointers pointers;
struct records_scalars scalars;
struct records_inline inner;
records_pointer_t pointer;

int main(void)
{
    unsigned char bytes[sizeof bits];

    bits.a = 7;
    bits.b = 0x55;
    bits.c = 0xabc;
    bits.d = 1;
    bits.e = 0x7fffffff;
    bits.f = -1;
    bits.kind = 9;
    bits.h = 0x1ffffffffULL;
    memcpy(bytes, &bits, sizeof bytes);
    SAME(bytes[0], 7);
    SAME(bytes[1], 0x55);
    SAME(bytes[2] | bytes[3] << 8, 0xabc);
    SAME(bytes[4] & bytes[5] & bytes[6] & bytes[7], 0xff);
    SAME(bytes[8], 0x1f);
    SAME(bits.a + 1, 8);
    bits.a++;
    SAME(bits.a, 0);

    TYPE(pointers.to_void, void *);
    TYPE(pointers.to_const_void, const void *);
    TYPE(pointers.to_const, const char *);
    TYPE(pointers.to_u64, uint64_t *);
    TYPE(pointers.to_pointer, const uint8_t **);
    TYPE(pointers.to_const_pointer, uint32_t *const *);
    TYPE(pointers.const_pointer_handle.p, const uint16_t *const *);
    TYPE(pointers.array_pointer_handle.p, const char **);
    TYPE(pointers.to_self, struct records_pointers *);
    TYPE(pointers.to_word, union records_word *);
    TYPE(pointers.to_opaque, const struct records_nowhere *);
    TYPE(pointers.handle_to_opaque.p, struct records_nowhere_either *);
    TYPE(pointers.array[1], struct records_bits *);
    TYPE(pointers.to_array, uint16_t(*)[4]);
    TYPE(pointers.to_pointer_handle.p, uint8_t **);
    TYPE(pointers.to_short.p, const short *);
    TYPE(pointers.pointer_to_handle->p, uint8_t *);
    TYPE(pointers.union_handle.p, union records_word *);
    TYPE(pointers.named.p, records_named *);
    TYPE(pointer, const union records_word *);

    TYPE(scalars.a, short);
    TYPE(scalars.b, unsigned short);
    TYPE(scalars.c, signed char);
    TYPE(scalars.d, long long);
    TYPE(scalars.e, unsigned long long);
    TYPE(scalars.g, enum records_kind);
    TYPE(scalars.h, records_named_kind);

    SAME(sizeof inner.u.set_more, 40);
    inner.u.set.list.p = inner.u.set.next;
    inner.all = 0x0000000200000001ULL;
    SAME(inner.low, 1);
    SAME(inner.high, 2);
    TYPE(&inner.u.set, struct records_set *);
    TYPE(&inner.source, __typeof__(&inner.third));

    SAME(RECORDS_CMD_both, 3);
    SAME(RECORDS_KIND_three, 3);
    SAME(RECORDS_ANONYMOUS_Y, 16);
    SAME(RECORDS_DEFINES_X, 8);
    SAME(RECORDS_SPELLED * 2, 24);
    SAME(RECORDS_SIZE, 4);
    SAME(RECORDS_WIDE, 0x123456789ULL);
    TYPE(RECORDS_CMD_both, unsigned int);
    TYPE(RECORDS_LONG, unsigned long);
    TYPE(RECORDS_WIDE, unsigned long long);
    TYPE(RECORDS_SPELLED, int);
    if (failures) {
        printf("%d failures\n", failures);
    }
    return failures != 0;
}
