/* The C backend: headers with the names, types, values and macros of Xen's own. */
#include "emit/c.h"

#include "emit/backends.h"
#include "spec/resolve.h"

#include <assert.h>
#include <string.h>

/* What a header rests on where no other one has brought it */

/* Tools and Xen have the newest interface; xen-compat.h may come later, so the macro is gone at the end. */
const char c_interface_start[] = "\n/* Tools and Xen itself have the newest interface. */\n"
                                 "#if !defined(__XEN_INTERFACE_VERSION__) && \\\n"
                                 "    (defined(__XEN__) || defined(__XEN_TOOLS__))\n"
                                 "#define __XEN_INTERFACE_VERSION__ 0xffffffff\n"
                                 "#define __XEN_INTERFACE_VERSION_IS_OURS__\n"
                                 "#endif\n";
const char c_interface_end[] = "\n#ifdef __XEN_INTERFACE_VERSION_IS_OURS__\n"
                               "#undef __XEN_INTERFACE_VERSION__\n"
                               "#undef __XEN_INTERFACE_VERSION_IS_OURS__\n"
                               "#endif\n";

/* Macros that expressions may use; as xen.h has them, so that either may come first. */
struct builtin {
    const char *name, *text;
};

static const struct builtin builtins[] = {
    {"XEN_FLEX_ARRAY_DIM", "\n#ifndef XEN_FLEX_ARRAY_DIM\n"
                           "/* The length of a flexible array, which not every C has. */\n"
                           "#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L\n"
                           "#define XEN_FLEX_ARRAY_DIM\n"
                           "#else\n"
                           "#define XEN_FLEX_ARRAY_DIM 0\n"
                           "#endif\n"
                           "#endif\n"},
    {"xen_mk_uint", "\n#ifndef xen_mk_uint\n"
                    "#define __xen_mk_uint(x) x ## U\n"
                    "#define xen_mk_uint(x) __xen_mk_uint(x)\n"
                    "#endif\n"},
    {"xen_mk_ulong", "\n#ifndef xen_mk_ulong\n"
                     "#define __xen_mk_ulong(x) x ## UL\n"
                     "#define xen_mk_ulong(x) __xen_mk_ulong(x)\n"
                     "#endif\n"},
    {"xen_mk_ullong", "\n#ifndef xen_mk_ullong\n"
                      "#define __xen_mk_ullong(x) x ## ULL\n"
                      "#define xen_mk_ullong(x) __xen_mk_ullong(x)\n"
                      "#endif\n"},
    {"offsetof", "\n#include <stddef.h>\n"},
};

#define BUILTINS (sizeof builtins / sizeof *builtins)

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

static bool has_word(struct str text, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.ptr + i, word, len) == 0 && (i == 0 || !is_word(text.ptr[i - 1])) &&
            (i + len == text.len || !is_word(text.ptr[i + len]))) {
            return true;
        }
    }
    return false;
}

/* Marks in `used` the builtins that a text names. */
static void find_in_text(bool used[BUILTINS], struct str text)
{
    for (size_t i = 0; i < BUILTINS && text.len; i++) {
        used[i] = used[i] || has_word(text, builtins[i].name);
    }
}

static void find_builtins(bool used[BUILTINS], const struct def *def)
{
    find_in_text(used, def->more->formula.text.s);
    find_in_text(used, def->more->c_value.s);
    for (size_t i = 0; i < def->more->variants.len; i++) {
        find_in_text(used, def->more->variants.at[i].formula.text.s);
    }
    for (size_t i = 0; i < def->fields.len; i++) {
        const struct type *type = def->fields.at[i].type;
        for (; type->kind == TYPE_ARRAY || type->kind == TYPE_POINTER || type->kind == TYPE_HANDLE;
             type = type->more->of) {
            find_in_text(used, type->more->length->text.s);
        }
        if (type->kind == TYPE_RECORD) {
            find_builtins(used, type->more->record);
        }
    }
}

static void emit_builtins(struct buf *out, const struct folder *folder)
{
    bool used[BUILTINS] = {false};
    for (size_t i = 0; i < folder->defs.len; i++) {
        find_builtins(used, folder->defs.at[i]);
    }
    for (size_t i = 0; i < BUILTINS; i++) {
        buf_text(out, used[i] ? builtins[i].text : "");
    }
}

/* Items of a file: definitions and, where they stand, includes */

struct item {
    const struct def *def;         /* or NULL */
    const struct include *include; /* or NULL */
};

/* Whether an item needs no empty line between it and the one before. */
static bool is_tight(const struct c_file *file, const struct item *before, const struct item *item)
{
    if (!file->folder->header.given) {
        return false;
    }
    if (!item->def || !before->def) {
        return !item->def && !before->def;
    }
    enum def_kind kind = item->def->kind, last = before->def->kind;
    switch (kind) {
    case DEF_HANDLE:
        return last != DEF_VERBATIM && last != DEF_CONSTANT;
    case DEF_TYPEDEF:
        return (last == DEF_STRUCT || last == DEF_UNION || last == DEF_TYPEDEF) && !item->def->description.len;
    case DEF_CONSTANT:
        return last == DEF_CONSTANT && !item->def->description.len;
    case DEF_STRUCT:
    case DEF_UNION:
    case DEF_ENUM:
    case DEF_BITMAP:
    case DEF_VERBATIM:
    case DEF_REFUSAL:
    case DEF_HYPERCALL:
    case DEF_EVENT_RING:
    case DEF_KIND_COUNT:
        break;
    case DEF_RING:
    case DEF_SAVE:
        return (last == kind || last == DEF_STRUCT) && !item->def->description.len;
    }
    return false;
}

/* Whether the handle that a spec asks for is there anyway. */
static bool is_automatic_handle(const struct def *handle, unsigned config)
{
    const struct type *type = c_handle_type(handle);
    const struct def *def = type->kind == TYPE_NAMED ? type_def(type, config) : NULL;
    return def && def_has_handle(def) && !def->folder->header.given && str_eq(def->name.s, handle->name.s);
}

/* The message, as the one line that the preprocessor shows. */
static void emit_refusal(const struct c_file *file, struct buf *out, const struct def *def)
{
    struct buf line = buf_new(file->arena);
    for (size_t i = 0; i < def->description.len; i++) {
        buf_char(&line, def->description.ptr[i] == '\n' ? ' ' : def->description.ptr[i]);
    }
    buf_text(out, "#error ");
    c_string(out, buf_view(&line));
    buf_char(out, '\n');
}

static void emit_def(const struct c_file *file, struct buf *out, const struct def *def, const struct config_set *set)
{
    bool given = file->folder->header.given;
    if (def_is_in_macro(def)) {
        return;
    }
    switch (def->kind) {
    case DEF_STRUCT:
    case DEF_UNION:
        c_emit_record(file, out, def, set);
        break;
    case DEF_ENUM:
        c_emit_enum(file, out, def, set);
        break;
    case DEF_BITMAP:
        c_emit_bitmap(file, out, def, set);
        break;
    case DEF_TYPEDEF:
        if (!c_stands_first(file, def)) {
            c_emit_typedef(file, out, def, set);
        }
        break;
    case DEF_CONSTANT:
        c_emit_constant(file, out, def, set);
        break;
    case DEF_HANDLE:
        if (given || !is_automatic_handle(def, config_set_first(set))) {
            c_comment(out, 0, "", def->description);
            c_emit_handle(file, out, def, config_set_first(set));
        }
        break;
    case DEF_VERBATIM:
        c_comment(out, 0, "", def->description);
        buf_str(out, def->more->text.s);
        buf_text(out, str_ends(def->more->text.s, "\n") ? "" : "\n");
        break;
    case DEF_REFUSAL:
        emit_refusal(file, out, def);
        break;
    case DEF_HYPERCALL:
    case DEF_RING:
    case DEF_SAVE:
    case DEF_EVENT_RING:
        c_emit_row(file, out, def, set);
        break;
    case DEF_KIND_COUNT:
        break;
    }
}

/* The name of all includes that depend on the ABI: together they are one #if. */
static const struct str include_name = {"#include", 8};

struct items {
    struct buf out;
    struct rope rope; /* what stands before that */
    struct c_chain chain;
    struct item before;
    bool is_first; /* before the guard */
    bool by_abi;   /* the includes before depend on the ABI */
    bool is_c;     /* what comes now is hidden from assemblers */
};

/*
 * Whether a text holds lines for the preprocessor, comments and nothing else. One that begins or ends a condition of
 * others is theirs, and those are C.
 */
static bool is_preprocessors(struct str text)
{
    bool in_comment = false, goes_on = false;
    int depth = 0;
    for (size_t i = 0; i < text.len;) {
        size_t end = i;
        while (end < text.len && text.ptr[end] != '\n') {
            end++;
        }
        while (i < end && text.ptr[i] == ' ') {
            i++;
        }
        struct str line = {text.ptr + i, end - i};
        in_comment = in_comment || (!goes_on && line.len > 1 && line.ptr[0] == '/' && line.ptr[1] == '*');
        if (line.len && !in_comment && !goes_on && line.ptr[0] != '#') {
            return false;
        }
        if (!in_comment && !goes_on) {
            depth += str_starts(line, "#if") - str_starts(line, "#endif");
        }
        goes_on = !in_comment && str_ends(line, "\\");
        in_comment = in_comment && !str_ends(line, "*/");
        i = end + 1;
    }
    return !depth;
}

/* Begins or ends what assemblers do not see; whether an empty line came with it. */
static bool turn_to_c(struct items *items, bool is_c, bool blank)
{
    if (is_c == items->is_c) {
        return false;
    }
    c_chain_end(&items->chain);
    items->is_c = is_c;
    buf_printf(&items->out, "%s%s\n", is_c && blank ? "\n" : "", is_c ? "#ifndef __ASSEMBLY__" : "#endif");
    return is_c;
}

/* After includes for several architectures: what C says to one that is none of the spec's. */
static void refuse_others(const struct c_file *file, struct items *items)
{
    if (items->by_abi && items->chain.branches > 1) {
        struct buf text = buf_new(file->arena);
        buf_text(&text, "!(");
        c_test_abis(&text, spec_abis(file->spec));
        buf_char(&text, ')');
        c_chain_next(&items->chain, &(struct c_test){.text = buf_view(&text)}, include_name, false);
        buf_text(&items->out, c_unserved);
    }
    items->by_abi = false;
}

static void emit_item(const struct c_file *file, struct items *items, const struct item *item)
{
    struct buf text = buf_new(file->arena);
    struct c_test test;
    struct str name;
    if (item->def) {
        struct config_set set = c_def_set(file, item->def);
        if (c_is_enum(item->def)) {
            set = c_enum_set(item->def, &set);
        }
        if (config_set_is_empty(&set)) {
            return;
        }
        test = c_test_when(file, &item->def->when, &set, &file->all);
        /* What conditions ask about cannot be compared where it is defined: the oldest is for guests without one. */
        if (test.text.len && str_is(item->def->name.s, "__XEN_INTERFACE_VERSION__") &&
            str_starts(test.text, "__XEN_INTERFACE_VERSION__ <")) {
            test.text = STR("!defined(__XEN_INTERFACE_VERSION__)");
        }
        if (!file->folder->header.given) {
            c_emit_handle_names(file, &text, item->def, &set);
        }
        size_t start = text.len;
        emit_def(file, &text, item->def, &set);
        if (text.len == start) {
            return; /* a bitmap without bits, or a typedef that stands first */
        }
    } else {
        assert(item->include);
        test = c_test_when(file, &item->include->when, item->include->when.exists, &file->all);
        if (config_set_is_empty(&test.set)) {
            return;
        }
        c_emit_include(file, &text, item->include);
        test.has_others = file->folder->arch == ARCH_COUNT && c_test_is_by_abi(&test);
    }
    name = test.has_others ? include_name : item->def ? item->def->name.s : (struct str){NULL, 0};
    if (!test.has_others) {
        refuse_others(file, items);
    }
    bool blank = (!items->chain.started && !items->is_first && file->folder->header.guard.s.len) ||
                 (items->chain.started && !is_tight(file, &items->before, item)) || !file->folder->header.given;
    if (file->folder->header.assembly && turn_to_c(items, !is_preprocessors(buf_view(&text)), blank)) {
        blank = false;
    }
    c_chain_next(&items->chain, &test, name, blank);
    items->by_abi = test.has_others;
    buf_str(&items->out, buf_view(&text));
    rope_add(&items->rope, file->store, &items->out);
    items->before = *item;
}

/* The place of a file among those of its folder. */
static size_t file_index(const struct folder *folder, const struct source *source)
{
    size_t i = 0;
    while (i < folder->files.len && folder->files.at[i].source != source) {
        i++;
    }
    return i;
}

/* Whether an include stands before a definition. */
static bool is_before(const struct folder *folder, const struct include *include, const struct def *def)
{
    size_t a = file_index(folder, include->source), b = file_index(folder, def->source);
    return a != b ? a < b : include->off < def->place;
}

/* Whether all that stands before an include has come once the definitions from `from` on are left. */
static bool is_due(const struct folder *folder, const struct include *include, size_t from)
{
    for (size_t i = from; i < folder->defs.len; i++) {
        if (!is_before(folder, include, folder->defs.at[i])) {
            return false;
        }
    }
    return true;
}

static void emit_items(const struct c_file *file, struct items *items, size_t next)
{
    const struct folder *folder = file->folder;
    for (size_t i = 0; i < folder->defs.len; i++) {
        for (; next < folder->includes.len && is_due(folder, &folder->includes.at[next], i); next++) {
            emit_item(file, items, &(struct item){.include = &folder->includes.at[next]});
        }
        emit_item(file, items, &(struct item){.def = folder->defs.at[i]});
        arena_clear(file->arena);
    }
    for (; next < folder->includes.len; next++) {
        emit_item(file, items, &(struct item){.include = &folder->includes.at[next]});
    }
    refuse_others(file, items);
    c_chain_end(&items->chain);
    turn_to_c(items, false, false);
}

static bool needs_folder(const struct folder *header, const struct folder *needed)
{
    for (size_t i = 0; i < header->needs.len; i++) {
        if (header->needs.at[i].folder == needed) {
            return true;
        }
    }
    return false;
}

/* Whether a header includes one that includes it, for names that it has: it must have been read by then. */
static bool is_for_itself(const struct c_file *file, const struct include *include)
{
    const struct folder *folder = file->folder;
    for (size_t f = 0; f < file->spec->folders.len; f++) {
        const struct folder *other = file->spec->folders.at[f];
        for (size_t i = 0; str_eq(other->name, include->from.s) && i < other->includes.len; i++) {
            if (c_includes(file, &other->includes.at[i], folder)) {
                return needs_folder(other, folder) && !needs_folder(folder, other);
            }
        }
    }
    return false;
}

/* The includes before the guard; returns how many of the folder's that are, or all where C gets none of them. */
static size_t emit_first(const struct c_file *file, struct items *items)
{
    const struct folder *folder = file->folder;
    size_t next = folder->header.given ? 0 : folder->includes.len;
    while (next < folder->includes.len && is_for_itself(file, &folder->includes.at[next]) &&
           is_due(folder, &folder->includes.at[next], 0)) {
        emit_item(file, items, &(struct item){.include = &folder->includes.at[next++]});
    }
    c_chain_end(&items->chain);
    return next;
}

/* Headers */

static void emit_header(const struct c_file *file, struct rope *rope)
{
    const struct folder *folder = file->folder;
    struct buf handles = buf_new(file->kept);
    struct items first = {.out = buf_new(file->kept), .is_first = true}, items = {.out = buf_new(file->kept)};
    first.chain = (struct c_chain){.out = &first.out, .around = &file->all};
    items.chain = (struct c_chain){.out = &items.out, .around = &file->all};
    *file->asks_interface = false;
    if (!folder->header.given) {
        c_emit_handles(file, &handles);
    }
    emit_items(file, &items, emit_first(file, &first));
    bool asks = *file->asks_interface && !folder->header.given;
    struct str guard = c_guard(file->arena, folder, "");
    struct buf top = buf_new(file->kept), *out = &top;
    c_banner(out, folder);
    rope_end(rope, file->store, out);
    rope_join(file->kept, rope, &first.rope);
    out = &first.out;
    if (guard.len) {
        buf_printf(out, "%s#ifndef %.*s\n#define %.*s\n", first.chain.started ? "\n" : "", STR_ARG(guard),
                   STR_ARG(guard));
    }
    if (!folder->header.given) {
        buf_char(out, '\n');
        /* Whole headers leave it to those that include them, as Xen's do. */
        buf_text(out, c_brings_whole_header(file, folder) ? "#include <stdint.h>\n" : "");
        c_emit_needs(file, out, true);
        c_include(out, folder, STR(C_SUPPORT_PATH));
        c_emit_needs(file, out, false);
        emit_builtins(out, folder);
        buf_text(out, asks ? c_interface_start : "");
        buf_str(out, buf_view(&handles));
    }
    rope_end(rope, file->store, out);
    rope_join(file->kept, rope, &items.rope);
    out = &items.out;
    buf_text(out, asks ? c_interface_end : "");
    if (guard.len) {
        buf_printf(out, "\n#endif /* %.*s */\n", STR_ARG(guard));
    }
    rope_end(rope, file->store, out);
}

static struct config_set folder_configs(const struct spec *spec, const struct folder *folder)
{
    struct config_set set = {{0}};
    for (enum abi abi = 0; abi < ABI_COUNT; abi++) {
        if (c_folder_abis(folder) & ABI_BIT(abi)) {
            set = config_set_either(set, &spec->of_abi[abi]);
        }
    }
    return set;
}

/* Headers that replace others file for file bring what they need themselves. */
static bool needs_support(const struct spec *spec)
{
    bool needs = false;
    for (size_t i = 0; i < spec->folders.len; i++) {
        needs = needs || !spec->folders.at[i]->header.given;
    }
    return needs;
}

static void emit_c(struct arena *arena, const struct spec *spec, struct emit_sink *sink)
{
    struct arena *scratch = arena_child(arena);
    struct buf out = buf_new(arena);
    if (needs_support(spec)) {
        c_banner(&out, NULL);
        buf_text(&out, c_support_text);
        struct rope support = {.len = 0};
        rope_end(&support, sink->store, &out);
        sink->file(sink, STR(C_SUPPORT_PATH), &support, NULL);
    }
    struct c_spec c = {.spec = spec};
    c_handles_find(arena, &c);
    c_conditions_find(arena, &c);
    c_whole_find(arena, &c);
    struct arena *kept = arena_child(arena);
    bool is_needed = false;
    for (size_t i = 0; i < spec->folders.len; i++) {
        const struct folder *folder = spec->folders.at[i];
        bool asks_interface = false;
        const size_t held = sink->store ? sink->store->held : 0;
        const struct c_file file = {.arena = scratch,
                                    .kept = kept,
                                    .store = sink->store,
                                    .c = &c,
                                    .spec = spec,
                                    .folder = folder,
                                    .all = folder_configs(spec, folder),
                                    .asks_interface = &asks_interface};
        struct rope header = {.len = 0}, layout = {.len = 0};
        emit_header(&file, &header);
        if (sink->file(sink, c_path(scratch, folder, ""), &header, folder)) {
            is_needed = true;
        }
        if (!sink->bare) {
            c_emit_layout(&file, &layout);
            if (sink->file(sink, c_path(scratch, folder, "-layout"), &layout, folder)) {
                is_needed = true;
            }
        }
        arena_clear(scratch);
        if (!is_needed) {
            arena_clear(kept);
            rope_store_release(sink->store, held);
        }
    }
}

const struct backend backend_c = {.name = "c", .doc = "C headers that drop in for Xen's own", .emit = emit_c};
