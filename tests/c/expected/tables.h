#ifndef __TABLES_H__
#define __TABLES_H__

#if __XEN_INTERFACE_VERSION__ < 0x00041300
#define XENPV_FLEX_ARRAY_DIM 1
#else
#define XENPV_FLEX_ARRAY_DIM XEN_FLEX_ARRAY_DIM
#endif

struct tables_request {
    uint8_t op;
    uint64_t sector;
    unsigned long page;
};

union tables_response {
    int16_t status;
    uint32_t words[7];
};
typedef union tables_response tables_response_t;

/* Tables on their way. */
DEFINE_RING_TYPES(tables, struct tables_request, tables_response_t);
DEFINE_RING_TYPES(tables_with_a_long_name, struct tables_request,
                  struct tables_request);
DEFINE_XEN_FLEX_RING(tables_bytes);
#if !defined(__riscv) && !defined(__powerpc64__)
DEFINE_XEN_FLEX_RING_AND_INTF(tables_pages);
#endif

struct tables_user {
    tables_front_ring_t front;
    struct tables_back_ring back;
    union tables_sring_entry one;
    uint8_t size[sizeof(struct tables_bytes_data)];
};

struct tables_end {
    /* No members: an array of length 0 makes the size 0 in C++ too. */
    char _empty[0];
};

struct tables_hw {
    uint64_t rax;
    uint8_t flag;
};

struct tables_hw_old {
    uint32_t rax;
};

#if defined(__XEN__)
static __inline__ int tables_fix(void *h, uint32_t size)
{
    (void)h;
    return (int)size;
}
#endif

DECLARE_HVM_SAVE_TYPE(TABLES_END, 0, struct tables_end);

/* The processor. */
DECLARE_HVM_SAVE_TYPE_COMPAT(TABLES_HW, 0x23, struct tables_hw,
                             struct tables_hw_old, tables_fix);

/* Events for the front end. */
#define TABLES_IN_RING(page) \
    ((union tables_response *)((char *)(page) + TABLES_IN_RING_OFFS))
#define TABLES_IN_RING_REF(page, idx) \
    (TABLES_IN_RING((page))[(idx) % TABLES_IN_RING_LEN])

#define TABLES_IN_RING_SIZE 1000
#define TABLES_IN_RING_LEN (TABLES_IN_RING_SIZE / sizeof(union tables_response))
#define TABLES_IN_RING_OFFS 1024

#define TABLES_OUT_RING(page) \
    ((struct tables_request *)((char *)(page) + TABLES_OUT_RING_OFFS))
#define TABLES_OUT_RING_REF(page, idx) \
    (TABLES_OUT_RING((page))[(idx) % TABLES_OUT_RING_LEN])

#define TABLES_OUT_RING_OFFS (TABLES_IN_RING_OFFS + TABLES_IN_RING_SIZE)
#define TABLES_OUT_RING_SIZE (4096 - TABLES_OUT_RING_OFFS)
#define TABLES_OUT_RING_LEN (TABLES_OUT_RING_SIZE / 40)

/* Works on tables. */
#define __HYPERVISOR_tables_op 0x37

/* Starts one. */
#define TABLESOP_start 0x0
#if defined(__i386__) || defined(__x86_64__)
#define TABLESOP_stop 1
#endif

#ifndef TABLES_ERRNO
#define TABLES_ERRNO(name, value) TABLES_##name = value,
#define TABLES_ERRNO_DEFAULT
enum tables_errno {
#endif

/* What can go wrong. */
TABLES_ERRNO(EPERM, 1) /* Operation not permitted */
TABLES_ERRNO(EHEX, 0x10) /*!A| In hexadecimal */
#if defined(__i386__) || defined(__x86_64__)
TABLES_ERRNO(EXEN, 1*32+ 0) /*S */
#endif
TABLES_ERRNO(3D, 3)
TABLES_ERRNO(ENONE, 2)

#ifdef TABLES_ERRNO_DEFAULT
#undef TABLES_ERRNO_DEFAULT
#undef TABLES_ERRNO
    TABLES_LAST
};
#endif

#endif /* __TABLES_H__ */
