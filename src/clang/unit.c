#include "clang/scan.h"

#include "base/dir.h"
#include "clang/shims.h"

#include <string.h>

/* Where shims are never touches the disk: the folder that they stand in exists in libclang's eyes only. */
#define SHIM_FOLDER ".xenbindgen"

/* Options of every configuration. Old headers, and what C of today no longer takes, shall read alike in every libclang.
 */
static const char *const common[] = {"-ffreestanding",
                                     "-nostdinc",
                                     "-std=gnu99",
                                     "-w",
                                     "-ferror-limit=0",
                                     "-Werror=implicit-int",
                                     "-Wno-error=implicit-function-declaration"};
#define COMMON_LEN    (sizeof common / sizeof *common)
#define ARGUMENTS_LEN (COMMON_LEN + 6)

static struct CXUnsavedFile unsaved(struct arena *arena, struct str folder, const char *path, struct str text)
{
    struct str name = dir_join(arena, folder, str_from(path));
    return (struct CXUnsavedFile){name.ptr, text.ptr, text.len};
}

bool unit_parse(const struct scan *scan, struct header *header, bool after_xen, struct str more, struct unit *unit)
{
    struct arena *arena = scan->arena;
    struct str folder = dir_join(arena, scan->headers->root, STR(SHIM_FOLDER));
    const struct way_info *context = &ways[view_way(scan->facts->config)];
    const char *arguments[ARGUMENTS_LEN];
    int len = 0;
    for (size_t i = 0; i < COMMON_LEN; i++) {
        arguments[len++] = common[i];
    }
    arguments[len++] = str_printf(arena, "--target=%s", abis[view_abi(scan->facts->config)].triple).ptr;
    arguments[len++] = "-isystem";
    arguments[len++] = folder.ptr;
    arguments[len++] = "-idirafter";
    arguments[len++] = str_copy(arena, scan->headers->root).ptr;
    if (context->define) {
        arguments[len++] = context->wants_version
                               ? str_printf(arena, "-D%s=%.*s", context->define, STR_ARG(scan->version)).ptr
                               : str_printf(arena, "-D%s", context->define).ptr;
    }
    /* Who includes a header has chosen an interface version, or none: xen-compat.h, which defines nothing else, says
     * what that is for headers that leave it to others to include it. */
    bool with_compat = map_get(&scan->headers->by_name, STR("xen-compat.h")) && !str_is(header->name, "xen-compat.h");
    struct str text = str_printf(arena, "#include <stdint.h>\n%s%s#include \"%.*s\"\n%.*s",
                                 with_compat ? "#include \"xen-compat.h\"\n" : "",
                                 after_xen ? "#include \"xen.h\"\n" : "", STR_ARG(header->name), STR_ARG(more));
    struct CXUnsavedFile files[SHIMS_LEN + 1];
    for (size_t i = 0; i < SHIMS_LEN; i++) {
        files[i] = unsaved(arena, folder, shims[i].path, str_from(shims[i].text));
    }
    files[SHIMS_LEN] = unsaved(arena, scan->headers->root, SHIM_FOLDER ".c", text);
    *unit = (struct unit){.header = header, .after_xen = after_xen, .lines = 2u + with_compat + after_xen};
    return scan->clang->parseTranslationUnit2(scan->index, files[SHIMS_LEN].Filename, arguments, len, files,
                                              (unsigned)SHIMS_LEN + 1, CXTranslationUnit_DetailedPreprocessingRecord,
                                              &unit->tu) == CXError_Success;
}

CXFile unit_main(const struct scan *scan, const struct unit *unit)
{
    return scan->clang->getFile(unit->tu, dir_join(scan->arena, scan->headers->root, STR(SHIM_FOLDER ".c")).ptr);
}

/* Removes "." from a path, and ".." with what stands before it. */
static struct str normalize(struct arena *arena, struct str path)
{
    struct buf out = buf_new(arena);
    buf_text(&out, path.len && path.ptr[0] == '/' ? "/" : "");
    for (size_t i = 0; i < path.len;) {
        size_t len = 0;
        while (i + len < path.len && path.ptr[i + len] != '/') {
            len++;
        }
        struct str part = {path.ptr + i, len};
        size_t start = out.len;
        while (start && out.ptr[start - 1] != '/') {
            start--;
        }
        struct str last = {out.len ? out.ptr + start : "", out.len - start};
        if (str_is(part, "..") && last.len && !str_is(last, "..")) {
            out.len = start > 1 ? start - 1 : start;
        } else if (len && !str_is(part, ".")) {
            buf_text(&out, out.len && out.ptr[out.len - 1] != '/' ? "/" : "");
            buf_str(&out, part);
        }
        i += len + 1;
    }
    return buf_view(&out);
}

struct header *unit_header(const struct scan *scan, CXFile file)
{
    if (!file) {
        return NULL;
    }
    struct str path = normalize(scan->arena, libclang_str(scan->clang, scan->arena, scan->clang->getFileName(file)));
    struct str root = normalize(scan->arena, scan->headers->root);
    if (root.len) {
        if (path.len <= root.len || memcmp(path.ptr, root.ptr, root.len) != 0) {
            return NULL;
        }
        size_t skip = root.len + (path.ptr[root.len] == '/');
        path = (struct str){path.ptr + skip, path.len - skip};
    }
    return map_get(&scan->headers->by_name, path);
}

bool unit_is_good(const struct scan *scan, const struct unit *unit, struct fact_failure *failure)
{
    const struct libclang *clang = scan->clang;
    for (unsigned i = 0; i < clang->getNumDiagnostics(unit->tu); i++) {
        CXDiagnostic diagnostic = clang->getDiagnostic(unit->tu, i);
        bool is_error = clang->getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error;
        if (is_error) {
            CXFile file;
            unsigned offset;
            clang->getExpansionLocation(clang->getDiagnosticLocation(diagnostic), &file, NULL, NULL, &offset);
            struct header *where = unit_header(scan, file);
            /* What is found missing after the header is missing at its end. */
            *failure = (struct fact_failure){
                .header = unit->header,
                .message = libclang_str(clang, scan->arena, clang->getDiagnosticSpelling(diagnostic)),
                .where = where ? where : unit->header,
                .off = where ? offset : (uint32_t)unit->header->source.text.len};
        }
        clang->disposeDiagnostic(diagnostic);
        if (is_error) {
            return false;
        }
    }
    return true;
}

bool unit_place(const struct scan *scan, CXSourceRange range, CXFile file, uint32_t *from, uint32_t *to)
{
    const struct libclang *clang = scan->clang;
    CXFile start_file, end_file;
    unsigned start, end;
    clang->getExpansionLocation(clang->getRangeStart(range), &start_file, NULL, NULL, &start);
    clang->getExpansionLocation(clang->getRangeEnd(range), &end_file, NULL, NULL, &end);
    *from = start;
    *to = end < start ? start : end;
    return start_file && clang->File_isEqual(start_file, file) && end_file && clang->File_isEqual(end_file, file);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

/* The places where a range starts and ends, and the file that it is in. */
static CXFile range_places(const struct libclang *clang, CXSourceRange range, uint32_t *from, uint32_t *to)
{
    CXFile file;
    unsigned start, end;
    clang->getExpansionLocation(clang->getRangeStart(range), &file, NULL, NULL, &start);
    clang->getExpansionLocation(clang->getRangeEnd(range), NULL, NULL, NULL, &end);
    *from = start;
    *to = end < start ? start : end;
    return file;
}

uint64_t unit_path(const struct scan *scan, const struct unit *unit)
{
    const struct libclang *clang = scan->clang;
    CXSourceRangeList *list = clang->getAllSkippedRanges(unit->tu);
    uint64_t hash = unit->after_xen;
    for (unsigned i = 0; list && i < list->count; i++) {
        uint32_t from, to;
        CXFile file = range_places(clang, list->ranges[i], &from, &to);
        struct header *header = unit_header(scan, file);
        hash = mix(hash, header ? (uintptr_t)header : 1);
        hash = mix(hash, (uint64_t)from << 32 | to);
    }
    clang->disposeSourceRangeList(list);
    return hash;
}

struct including_all {
    const struct scan *scan;
    struct fact_reading *reading;
};

static void note_included(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
    (void)stack;
    struct including_all *including = data;
    const struct header *header = depth ? unit_header(including->scan, file) : NULL;
    if (header) {
        VEC_PUSH(including->scan->arena, &including->reading->includes, header);
    }
}

struct fact_reading *scan_reading(struct scan *scan, const struct unit *unit, struct header *header)
{
    const struct libclang *clang = scan->clang;
    struct fact_reading *reading = ARENA_NEW(scan->arena, struct fact_reading);
    *reading = (struct fact_reading){
        .header = header, .unit = unit->header, .after_xen = unit->after_xen, .path = unit_path(scan, unit)};
    /* Those of one file would be of its first reading alone, and a header may read itself through another. */
    CXSourceRangeList *list = clang->getAllSkippedRanges(unit->tu);
    for (unsigned i = 0; list && i < list->count; i++) {
        struct fact_skip skip;
        if (unit_header(scan, range_places(clang, list->ranges[i], &skip.from, &skip.to)) == header) {
            VEC_PUSH(scan->arena, &reading->skips, skip);
        }
    }
    if (list) {
        clang->disposeSourceRangeList(list);
    }
    struct including_all including = {scan, reading};
    clang->getInclusions(unit->tu, note_included, &including);
    VEC_PUSH(scan->arena, &scan->facts->readings, reading);
    return reading;
}
