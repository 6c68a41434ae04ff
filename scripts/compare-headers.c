/* What uses macros and functions that Xen's headers write otherwise: compare-headers compiles it with both and compares the code. */
#ifdef RING_GET_REQUEST
struct probe_request {
    unsigned int id, more[4];
};
struct probe_response {
    unsigned int id;
    short status;
};
DEFINE_RING_TYPES(probe, struct probe_request, struct probe_response);

#define RING_NUMBER(name, side) \
    unsigned int use_##name(struct probe_##side##_ring *ring, unsigned int i) \
    { \
        return name(ring, i); \
    }
#define RING_QUESTION(name, side) \
    long use_##name(struct probe_##side##_ring *ring) \
    { \
        return name(ring); \
    }
#define RING_ASKED(name, side) \
    int use_##name(struct probe_##side##_ring *ring) \
    { \
        int answer; \
        name(ring, answer); \
        return answer; \
    }
#define RING_STARTED(name, side) \
    void use_##name(struct probe_##side##_ring *ring, struct probe_sring *shared, unsigned long size) \
    { \
        name(ring, shared, size); \
    }
#define RING_ATTACHED(name, side) \
    void use_##name(struct probe_##side##_ring *ring, struct probe_sring *shared, unsigned int at, unsigned long size) \
    { \
        name(ring, shared, at, size); \
    }
#define RING_ENTRY(name, kind, side) \
    struct probe_##kind *use_##name(struct probe_##side##_ring *ring, unsigned int i) \
    { \
        return name(ring, i); \
    }
#define RING_COPIED(name, kind, side) \
    void use_##name(struct probe_##side##_ring *ring, unsigned int i, struct probe_##kind *copy) \
    { \
        name(ring, i, copy); \
    }
#define ROUNDED(name) \
    unsigned int use_##name(unsigned int x) \
    { \
        return name(x); \
    }
#ifndef xen_mb
#define xen_mb() __asm__ volatile("mb" ::: "memory")
#define xen_rmb() __asm__ volatile("rmb" ::: "memory")
#define xen_wmb() __asm__ volatile("wmb" ::: "memory")
#endif
#define mb() __asm__ volatile("mb" ::: "memory")
#define rmb() __asm__ volatile("rmb" ::: "memory")
#define wmb() __asm__ volatile("wmb" ::: "memory")

ROUNDED(__RD2)
ROUNDED(__RD4)
ROUNDED(__RD8)
ROUNDED(__RD16)
ROUNDED(__RD32)
RING_NUMBER(RING_REQUEST_CONS_OVERFLOW, back)
RING_NUMBER(RING_REQUEST_PROD_OVERFLOW, back)
RING_NUMBER(RING_RESPONSE_PROD_OVERFLOW, front)
RING_QUESTION(RING_HAS_UNCONSUMED_REQUESTS, back)
RING_QUESTION(XEN_RING_NR_UNCONSUMED_REQUESTS, back)
RING_ASKED(RING_FINAL_CHECK_FOR_REQUESTS, back)
RING_ASKED(RING_PUSH_REQUESTS_AND_CHECK_NOTIFY, front)
RING_ASKED(RING_PUSH_RESPONSES_AND_CHECK_NOTIFY, back)
RING_STARTED(BACK_RING_INIT, back)
RING_STARTED(FRONT_RING_INIT, front)
RING_STARTED(XEN_FRONT_RING_INIT, front)
RING_ATTACHED(BACK_RING_ATTACH, back)
RING_ATTACHED(FRONT_RING_ATTACH, front)
RING_ENTRY(RING_GET_REQUEST, request, back)
RING_ENTRY(RING_GET_RESPONSE, response, front)
RING_COPIED(RING_COPY_REQUEST, request, back)
RING_COPIED(RING_COPY_RESPONSE, response, front)

unsigned long use___RING_SIZE(struct probe_sring *ring, unsigned long size)
{
    return __RING_SIZE(ring, size);
}

unsigned long use___CONST_RING_SIZE(unsigned long size)
{
    return __CONST_RING_SIZE(probe, size);
}
#endif

#ifdef HVM_SAVE_TYPE
struct probe_record {
    int x[7];
};
struct __HVM_SAVE_TYPE_probe {
    struct probe_record t;
    char c[5];
    char cpt[2];
};
struct __HVM_SAVE_TYPE_COMPAT_probe {
    struct probe_record t;
};

void use_HVM_SAVE_TYPE(HVM_SAVE_TYPE(probe) *to, const struct probe_record *from)
{
    *to = *from;
}

unsigned long use_HVM_SAVE_CODE(void)
{
    return HVM_SAVE_CODE(probe);
}

#ifdef HVM_SAVE_TYPE_COMPAT
void use_HVM_SAVE_TYPE_COMPAT(HVM_SAVE_TYPE_COMPAT(probe) *to, const struct probe_record *from)
{
    *to = *from;
}

unsigned long use_HVM_SAVE_HAS_COMPAT(void)
{
    return HVM_SAVE_HAS_COMPAT(probe);
}
#endif
#endif

#ifdef __XEN_PUBLIC_HVM_SAVE_X86_H__
int use__hvm_hw_fix_cpu(void *record, uint32_t size)
{
    return _hvm_hw_fix_cpu(record, size);
}
#endif

#ifdef XEN_NETIF_DEFINE_TOEPLITZ
uint32_t use_xen_netif_toeplitz_hash(const uint8_t *key, unsigned int key_size, const uint8_t *data, unsigned int size)
{
    return xen_netif_toeplitz_hash(key, key_size, data, size);
}
#endif
