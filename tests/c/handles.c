/* Handles of tests/c/specs, set as callers of Xen set them. */
#include "all.h"
#include "legacy.h"

#include <stdio.h>
#include <string.h>

int main(void)
{
    struct all_handles handles, *same = &handles;
    struct legacy_handles native;
    struct all_scalars scalars[2];
    const struct all_scalars *readable = scalars;
    static const uint8_t bytes[3] = {1, 2, 3};
    char text[4];
    uint32_t words[4];
    XEN_GUEST_HANDLE_64(char) text_handle;
    XEN_GUEST_HANDLE_64(const_all_scalars) readable_handle;
    uint64_t value;
    int failures = 0;

    memset(&handles, 0xff, sizeof(handles));
    memset(&native, 0xff, sizeof(native));
    set_xen_guest_handle(text_handle, text);
    set_xen_guest_handle(readable_handle, readable);
    set_xen_guest_handle(handles.to_void, text);
    set_xen_guest_handle(handles.to_const_void, bytes);
    set_xen_guest_handle(handles.to_char, text);
    set_xen_guest_handle(handles.to_const_u8, bytes);
    set_xen_guest_handle(handles.to_array, words);
    set_xen_guest_handle(handles.to_struct, scalars);
    set_xen_guest_handle(handles.to_const_struct, readable);
    set_xen_guest_handle(same->to_self, same);
    set_xen_guest_handle(same->to_handle, &text_handle);
    set_xen_guest_handle(same->to_const_handle, &readable_handle);
    set_xen_guest_handle(same->to_u32, NULL);
    set_xen_guest_handle(native.a, text);
    set_xen_guest_handle(native.c, NULL);

    failures += handles.to_struct.p != scalars || handles.to_const_u8.p != bytes || handles.to_handle.p->p != text;
    failures += handles.to_const_handle.p->p != readable || native.a.p != text || handles.to_self.p != &handles;
    /* All 8 bytes of a handle are defined, whatever the width of a pointer. */
    memcpy(&value, &handles.to_u32, sizeof(value));
    failures += value != 0;
    memcpy(&value, &handles.to_struct, sizeof(value));
    failures += value != (uint64_t)(unsigned long)scalars;
    if (failures)
        printf("%d handles hold something else\n", failures);
    return failures != 0;
}
