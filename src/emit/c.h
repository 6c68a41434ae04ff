/* What the parts of the C backend share. */
#ifndef XB_EMIT_C_H
#define XB_EMIT_C_H

#include "emit/emit.h"

/* Columns of a line of generated C, as Xen's coding style has it. */
#define C_COLUMNS 79

/* The support header's path, and its text up to the banner's end and after it. */
#define C_SUPPORT_PATH "xen-support.h"
extern const char c_support_text[];

/* The comment that opens a generated file; `from` is NULL for one that every spec gets. */
void c_banner(struct buf *out, const struct folder *from);

/* `text` as a comment in Xen's style, `indent` columns in; `prefix` goes before its first word. Nothing if both are
 * empty. */
void c_comment(struct buf *out, unsigned indent, const char *prefix, struct str text);

/* `FOLDER.h`, or with a suffix `FOLDER-layout.h`. */
struct str c_path(struct arena *arena, const struct folder *folder, const char *suffix);

/* An #include of `path` (below the output folder) in the header of `folder`. */
void c_include(struct buf *out, const struct folder *folder, struct str path);

/* The guard of a folder's header, `__XEN_PUBLIC_HVM_PARAMS_H__`; `suffix` as for c_path. */
struct str c_guard(struct arena *arena, const struct folder *folder, const char *suffix);

/* The ABIs on which a folder's header is included at all. */
abi_set c_folder_abis(const struct folder *folder);

/* The preprocessor's test for a set of ABIs: "defined(__i386__) || defined(__x86_64__)". */
void c_test(struct buf *out, abi_set set);

/* Definitions that are constants in C. */
void c_emit_bitmap(struct buf *out, const struct def *def);
void c_emit_enum(struct buf *out, const struct def *def);
void c_emit_constant(struct buf *out, const struct def *def);

/* The header that asserts sizes and offsets. */
void c_emit_layout(struct buf *out, struct arena *arena, const struct folder *folder);

#endif
