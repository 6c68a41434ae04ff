/* Declarations: records with their members, enums, typedefs. */
#include "clang/scan.h"

#include <string.h>

/* A record or an enum that has been read, and libclang's name for it. (An USR is none: those of what a macro makes
 * meet.) */
struct known {
    CXCursor cursor;
    struct fact *fact;
};

struct knowns {
    VEC(struct known) list;
};

struct declaring {
    struct scan *scan;
    struct header *header;
    CXFile file;
    struct knowns *knowns;
    const struct fact_record *outer; /* whose inside is being read */
};

static bool place_of(const struct declaring *d, CXCursor cursor, struct fact *fact)
{
    const struct libclang *clang = d->scan->clang;
    uint32_t from, to;
    if (!unit_place(d->scan, clang->getCursorExtent(cursor), d->file, &from, &to)) {
        return false;
    }
    CXSourceLocation location = clang->getCursorLocation(cursor);
    CXFile file, spelled;
    unsigned off, spelled_off;
    clang->getExpansionLocation(location, &file, NULL, NULL, &off);
    clang->getSpellingLocation(location, &spelled, NULL, NULL, &spelled_off);
    fact->header = d->header;
    fact->from = from;
    fact->to = to;
    fact->from_macro = !spelled || !clang->File_isEqual(file, spelled) || off != spelled_off;
    /* The name, where it stands there; else what makes it. */
    struct str text = d->header->source.text;
    bool named = fact->name.len && off + fact->name.len <= text.len &&
                 memcmp(text.ptr + off, fact->name.ptr, fact->name.len) == 0;
    size_t word = 0;
    while (off + word < text.len && (ascii_is_alpha(text.ptr[off + word]) || ascii_is_digit(text.ptr[off + word]) ||
                                     text.ptr[off + word] == '_')) {
        word++;
    }
    /* A name that was pasted together stands nowhere. */
    fact->from_macro = fact->from_macro || (fact->name.len && !named);
    fact->off = off;
    fact->len = (uint32_t)(named ? fact->name.len : word);
    return true;
}

/* The name of a tag; empty for none, however libclang describes that. */
static struct str tag_of(const struct declaring *d, CXCursor cursor)
{
    struct str name = libclang_str(d->scan->clang, d->scan->arena, d->scan->clang->getCursorSpelling(cursor));
    bool none = d->scan->clang->Cursor_isAnonymous(cursor) || (name.len && memchr(name.ptr, '(', name.len));
    return none ? (struct str){"", 0} : name;
}

static void remember(struct declaring *d, CXCursor cursor, struct fact *fact)
{
    VEC_PUSH(d->scan->arena, &d->knowns->list, (struct known){cursor, fact});
}

/* What has been read of the declaration of a type, or NULL. */
static struct fact *recall(const struct declaring *d, CXType type)
{
    CXCursor cursor = d->scan->clang->getTypeDeclaration(type);
    for (size_t i = d->knowns->list.len; i-- > 0;) {
        if (d->scan->clang->equalCursors(d->knowns->list.at[i].cursor, cursor)) {
            return d->knowns->list.at[i].fact;
        }
    }
    return NULL;
}

static uint64_t positive(long long value)
{
    return value > 0 ? (uint64_t)value : 0;
}

static const struct fact_type *read_type(struct declaring *d, CXType type);

struct first_field {
    struct declaring *d;
    CXType type;
    bool found;
};

static enum CXVisitorResult take_first(CXCursor cursor, CXClientData data)
{
    struct first_field *first = data;
    first->type = first->d->scan->clang->getCursorType(cursor);
    first->found = true;
    return CXVisit_Break;
}

/* What a handle points at: it is a pointer, or holds one first. */
static const struct fact_type *handle_target(struct declaring *d, CXType handle)
{
    const struct libclang *clang = d->scan->clang;
    struct first_field first = {.d = d, .found = true};
    while (first.found && clang->getCanonicalType(handle).kind == CXType_Record) {
        first.found = false;
        clang->Type_visitFields(clang->getCanonicalType(handle), take_first, &first);
        handle = first.type;
    }
    CXType target = clang->getPointeeType(handle);
    while (target.kind == CXType_Invalid && handle.kind == CXType_Typedef) {
        handle = clang->getTypedefDeclUnderlyingType(clang->getTypeDeclaration(handle));
        target = clang->getPointeeType(handle);
    }
    return target.kind == CXType_Invalid ? NULL : read_type(d, target);
}

static void read_tagged(struct declaring *d, CXType type, struct str alias, struct fact_type *out)
{
    const struct libclang *clang = d->scan->clang;
    CXCursor declaration = clang->getTypeDeclaration(type);
    out->name = tag_of(d, declaration);
    if (!out->name.len) {
        out->name = alias;
    }
    if (out->kind == FACT_RECORD) {
        const struct fact_record *record = (const struct fact_record *)recall(d, type);
        out->record = record && record->outer ? record : NULL;
    }
}

static enum fact_type_kind kind_of(enum CXTypeKind kind)
{
    switch ((int)kind) {
    case CXType_Void:
        return FACT_VOID;
    case CXType_Pointer:
        return FACT_POINTER;
    case CXType_ConstantArray:
    case CXType_IncompleteArray:
        return FACT_ARRAY;
    case CXType_Record:
        return FACT_RECORD;
    case CXType_Enum:
        return FACT_ENUM;
    case CXType_Float:
    case CXType_Double:
    case CXType_LongDouble:
        return FACT_FLOAT;
    default:
        return FACT_OTHER;
    }
}

static const struct fact_type *read_type(struct declaring *d, CXType type)
{
    const struct libclang *clang = d->scan->clang;
    struct arena *arena = d->scan->arena;
    struct fact_type *out = ARENA_NEW(arena, struct fact_type);
    out->size = positive(clang->Type_getSizeOf(type));
    out->align = positive(clang->Type_getAlignOf(type));
    out->spelling = libclang_str(clang, arena, clang->getTypeSpelling(type));
    struct str alias = {"", 0};
    for (;;) {
        out->is_const = out->is_const || clang->isConstQualifiedType(type);
        if (type.kind == CXType_Elaborated) {
            type = clang->Type_getNamedType(type);
        } else if (type.kind == CXType_Attributed) {
            type = clang->Type_getModifiedType(type);
        } else if (type.kind == CXType_Typedef) {
            CXCursor declaration = clang->getTypeDeclaration(type);
            alias = libclang_str(clang, arena, clang->getCursorSpelling(declaration));
            if (str_starts(alias, FACT_HANDLE_PREFIX)) {
                size_t skip = sizeof FACT_HANDLE_PREFIX - 1;
                skip += str_starts(alias, FACT_HANDLE_PREFIX "64_") ? 3 : 0;
                out->kind = FACT_HANDLE;
                out->name = (struct str){alias.ptr + skip, alias.len - skip};
                out->of = handle_target(d, clang->getTypedefDeclUnderlyingType(declaration));
                return out;
            }
            type = clang->getTypedefDeclUnderlyingType(declaration);
        } else if (type.kind == CXType_Unexposed) {
            type = clang->getCanonicalType(type);
            if (type.kind == CXType_Unexposed) {
                break;
            }
        } else {
            break;
        }
    }
    out->integer = scan_integer(clang, type);
    out->is_signed = scan_is_signed(clang, type);
    out->kind = kind_of(type.kind);
    if (out->integer != C_INT_COUNT && out->kind == FACT_OTHER) {
        out->kind = FACT_INTEGER;
    }
    if (out->kind == FACT_POINTER) {
        out->of = read_type(d, clang->getPointeeType(type));
    } else if (out->kind == FACT_ARRAY) {
        out->is_flexible = type.kind == CXType_IncompleteArray;
        out->count = out->is_flexible ? 0 : positive(clang->getArraySize(type));
        out->of = read_type(d, clang->getElementType(type));
        out->is_const = out->is_const || out->of->is_const; /* of an array, it is the elements that are constant */
    } else if (out->kind == FACT_RECORD || out->kind == FACT_ENUM) {
        read_tagged(d, type, alias, out);
    }
    return out;
}

static enum CXChildVisitResult find_aligned(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    const struct libclang *const *clang = data;
    bool found = (*clang)->getCursorKind(cursor) == CXCursor_AlignedAttr;
    *(const struct libclang **)data = found ? NULL : *clang;
    return found ? CXChildVisit_Break : CXChildVisit_Continue;
}

/* Whether a declaration has an attribute that aligns it. */
static bool is_aligned(const struct declaring *d, CXCursor cursor)
{
    const struct libclang *clang = d->scan->clang;
    clang->visitChildren(cursor, find_aligned, &clang);
    return !clang;
}

struct members {
    struct declaring *d;
    struct fact_record *record;
    bool unknown; /* libclang gives no offsets where something is an array without a length */
};

/* Whether a member stands in a record without members so that C++ finds it as large as C does: _empty, or _empty_3_0.
 */
static bool is_filler(const struct fact_record *record, const struct fact_member *member)
{
    const struct str word = STR("_empty"), name = member->fact.name;
    bool found = str_starts(name, word.ptr) && member->type->kind == FACT_ARRAY && member->type->size == 0;
    for (size_t i = word.len; i < name.len && found; i++) {
        found = ascii_is_digit(name.ptr[i]) || (name.ptr[i] == '_' && i + 1 < name.len);
    }
    /* Bits that are there for the sake of alignment alone take up no room. */
    for (size_t i = 0; i < record->members.len && found; i++) {
        const struct fact_member *before = &record->members.at[i];
        found = before->is_bits && !before->bits;
    }
    return found;
}

static enum CXVisitorResult read_member(CXCursor cursor, CXClientData data)
{
    struct members *members = data;
    const struct libclang *clang = members->d->scan->clang;
    struct fact_member member = {.type = read_type(members->d, clang->getCursorType(cursor))};
    member.fact.name = libclang_str(clang, members->d->scan->arena, clang->getCursorSpelling(cursor));
    if (memchr(member.fact.name.ptr, '(', member.fact.name.len)) {
        member.fact.name.len = 0; /* later versions describe what is anonymous */
    }
    if (!place_of(members->d, cursor, &member.fact)) {
        member.fact.header = members->d->header;
    }
    if (is_filler(members->record, &member)) {
        return CXVisit_Continue;
    }
    long long offset = clang->Cursor_getOffsetOfField(cursor);
    member.bit_offset = positive(offset);
    members->unknown = members->unknown || offset < 0;
    member.is_bits = clang->Cursor_isBitField(cursor);
    member.is_aligned = is_aligned(members->d, cursor);
    member.bits = member.is_bits ? positive(clang->getFieldDeclBitWidth(cursor)) : 0;
    VEC_PUSH(members->d->scan->arena, &members->record->members, member);
    return CXVisit_Continue;
}

static uint64_t align_up(uint64_t value, uint64_t align)
{
    return align ? (value + align - 1) / align * align : value;
}

/* The offsets of a record as C lays it out on every ABI that Xen serves, bit-fields included. */
static void lay_out(struct fact_record *record)
{
    uint64_t end = 0;
    for (size_t i = 0; i < record->members.len; i++) {
        struct fact_member *member = &record->members.at[i];
        uint64_t align = member->type->align * 8;
        uint64_t size = member->type->size * 8;
        if (member->is_bits && member->bits) {
            bool crosses = size && end % size + member->bits > size;
            member->bit_offset = crosses ? align_up(end, align) : end;
            size = member->bits;
        } else {
            member->bit_offset = align_up(end, align);
            size = member->is_bits ? 0 : size;
        }
        member->bit_offset = record->is_union ? 0 : member->bit_offset;
        end = record->is_union ? 0 : member->bit_offset + size;
    }
}

static enum CXChildVisitResult declare(CXCursor cursor, CXCursor parent, CXClientData data);

static void read_record(struct declaring *d, CXCursor cursor, bool is_union)
{
    const struct libclang *clang = d->scan->clang;
    struct fact_record *record = ARENA_NEW(d->scan->arena, struct fact_record);
    record->fact.name = tag_of(d, cursor);
    record->has_tag = record->fact.name.len != 0;
    record->is_union = is_union;
    record->outer = d->outer;
    if (!place_of(d, cursor, &record->fact)) {
        return;
    }
    CXType type = clang->getCursorType(cursor);
    record->size = positive(clang->Type_getSizeOf(type));
    record->align = positive(clang->Type_getAlignOf(type));
    remember(d, cursor, &record->fact);
    VEC_PUSH(d->scan->arena, &d->scan->facts->records, record);
    struct declaring inside = *d;
    inside.outer = record;
    clang->visitChildren(cursor, declare, &inside);
    struct members members = {.d = d, .record = record};
    clang->Type_visitFields(type, read_member, &members);
    if (members.unknown) {
        lay_out(record);
    }
}

struct enumerators {
    struct declaring *d;
    const struct fact_enum *enumeration;
    bool is_signed;
};

static enum CXChildVisitResult read_enumerator(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    const struct enumerators *enumerators = data;
    const struct libclang *clang = enumerators->d->scan->clang;
    if (clang->getCursorKind(cursor) != CXCursor_EnumConstantDecl) {
        return CXChildVisit_Continue;
    }
    struct fact_constant *constant = ARENA_NEW(enumerators->d->scan->arena, struct fact_constant);
    constant->fact.name = libclang_str(clang, enumerators->d->scan->arena, clang->getCursorSpelling(cursor));
    if (!place_of(enumerators->d, cursor, &constant->fact)) {
        return CXChildVisit_Continue;
    }
    constant->form = CONSTANT_ENUMERATOR;
    constant->enumeration = enumerators->enumeration;
    constant->value = enumerators->is_signed ? (uint64_t)clang->getEnumConstantDeclValue(cursor)
                                             : clang->getEnumConstantDeclUnsignedValue(cursor);
    /* An enumerator is an int wherever an int can hold it. */
    bool is_int = enumerators->is_signed
                      ? (int64_t)constant->value >= INT32_MIN && (int64_t)constant->value <= INT32_MAX
                      : constant->value <= INT32_MAX;
    constant->type = is_int ? C_INT_INT : enumerators->enumeration->integer;
    constant->is_signed = is_int || enumerators->is_signed;
    VEC_PUSH(enumerators->d->scan->arena, &enumerators->d->scan->facts->constants, constant);
    return CXChildVisit_Continue;
}

static void read_enum(struct declaring *d, CXCursor cursor)
{
    const struct libclang *clang = d->scan->clang;
    struct fact_enum *enumeration = ARENA_NEW(d->scan->arena, struct fact_enum);
    enumeration->fact.name = tag_of(d, cursor);
    enumeration->has_tag = enumeration->fact.name.len != 0;
    enumeration->integer = scan_integer(clang, clang->getEnumDeclIntegerType(cursor));
    if (!place_of(d, cursor, &enumeration->fact)) {
        return;
    }
    VEC_PUSH(d->scan->arena, &d->scan->facts->enums, enumeration);
    struct enumerators enumerators = {d, enumeration, scan_is_signed(clang, clang->getEnumDeclIntegerType(cursor))};
    remember(d, cursor, &enumeration->fact);
    clang->visitChildren(cursor, read_enumerator, &enumerators);
}

static void read_typedef(struct declaring *d, CXCursor cursor)
{
    const struct libclang *clang = d->scan->clang;
    struct fact_typedef *definition = ARENA_NEW(d->scan->arena, struct fact_typedef);
    definition->fact.name = libclang_str(clang, d->scan->arena, clang->getCursorSpelling(cursor));
    if (!place_of(d, cursor, &definition->fact)) {
        return;
    }
    /* What has no tag goes by the name of its typedef. */
    CXType type = clang->getCanonicalType(clang->getTypedefDeclUnderlyingType(cursor));
    bool is_handle = str_starts(definition->fact.name, FACT_HANDLE_PREFIX);
    if (type.kind == CXType_Record || type.kind == CXType_Enum) {
        struct fact *tagged = recall(d, type);
        if (tagged && !tagged->name.len) {
            tagged->name = definition->fact.name;
        }
    }
    definition->is_aligned = is_aligned(d, cursor);
    definition->align = positive(clang->Type_getAlignOf(clang->getCursorType(cursor)));
    definition->type =
        read_type(d, is_handle ? clang->getCursorType(cursor) : clang->getTypedefDeclUnderlyingType(cursor));
    VEC_PUSH(d->scan->arena, &d->scan->facts->typedefs, definition);
}

static void read_other(struct declaring *d, CXCursor cursor)
{
    struct fact *other = ARENA_NEW(d->scan->arena, struct fact);
    other->name = libclang_str(d->scan->clang, d->scan->arena, d->scan->clang->getCursorSpelling(cursor));
    if (place_of(d, cursor, other)) {
        VEC_PUSH(d->scan->arena, &d->scan->facts->others, other);
    }
}

static enum CXChildVisitResult declare(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    struct declaring *d = data;
    const struct libclang *clang = d->scan->clang;
    enum CXCursorKind kind = clang->getCursorKind(cursor);
    struct fact at = {.off = 0};
    if (!d->outer && (kind == CXCursor_FunctionDecl || kind == CXCursor_VarDecl)) {
        read_other(d, cursor);
        return CXChildVisit_Continue;
    }
    bool wanted = kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl || kind == CXCursor_EnumDecl ||
                  (kind == CXCursor_TypedefDecl && !d->outer);
    if (!wanted || !place_of(d, cursor, &at)) {
        return CXChildVisit_Continue;
    }
    if (kind == CXCursor_TypedefDecl) {
        read_typedef(d, cursor);
    } else if (!clang->isCursorDefinition(cursor)) {
        return CXChildVisit_Continue;
    } else if (kind == CXCursor_EnumDecl) {
        read_enum(d, cursor);
    } else {
        read_record(d, cursor, kind == CXCursor_UnionDecl);
    }
    return CXChildVisit_Continue;
}

void scan_declarations(struct scan *scan, const struct unit *unit, struct header *header)
{
    struct knowns knowns = {0};
    struct declaring d = {.scan = scan,
                          .header = header,
                          .file = scan->clang->getFile(unit->tu, header->source.path.ptr),
                          .knowns = &knowns};
    if (d.file) {
        scan->clang->visitChildren(scan->clang->getTranslationUnitCursor(unit->tu), declare, &d);
    }
}
