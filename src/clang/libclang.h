/*
 * libclang, loaded when it is first needed: whoever only generates code neither waits for it nor
 * needs it to be there.
 */
#ifndef XB_CLANG_LIBCLANG_H
#define XB_CLANG_LIBCLANG_H

#include "base/str.h"

#include <clang-c/Index.h>

#define LIBCLANG_FUNCTIONS(X)           \
    X(createIndex)                      \
    X(disposeIndex)                     \
    X(parseTranslationUnit2)            \
    X(disposeTranslationUnit)           \
    X(getTranslationUnitCursor)         \
    X(getFile)                          \
    X(getFileName)                      \
    X(File_isEqual)                     \
    X(getInclusions)                    \
    X(getIncludedFile)                  \
    X(getAllSkippedRanges)              \
    X(disposeSourceRangeList)           \
    X(getNumDiagnostics)                \
    X(getDiagnostic)                    \
    X(disposeDiagnostic)                \
    X(getDiagnosticSeverity)            \
    X(getDiagnosticSpelling)            \
    X(getDiagnosticLocation)            \
    X(getCString)                       \
    X(disposeString)                    \
    X(getExpansionLocation)             \
    X(getSpellingLocation)              \
    X(getRangeStart)                    \
    X(getRangeEnd)                      \
    X(visitChildren)                    \
    X(getCursorKind)                    \
    X(getCursorLocation)                \
    X(getCursorExtent)                  \
    X(getCursorSpelling)                \
    X(equalCursors)                     \
    X(getCursorType)                    \
    X(getCursorResultType)              \
    X(isCursorDefinition)               \
    X(Cursor_isAnonymous)               \
    X(Cursor_isMacroBuiltin)            \
    X(Cursor_isBitField)                \
    X(Cursor_getOffsetOfField)          \
    X(Cursor_Evaluate)                  \
    X(EvalResult_getKind)               \
    X(EvalResult_isUnsignedInt)         \
    X(EvalResult_getAsUnsigned)         \
    X(EvalResult_getAsLongLong)         \
    X(EvalResult_getAsStr)              \
    X(EvalResult_dispose)               \
    X(getFieldDeclBitWidth)             \
    X(getEnumDeclIntegerType)           \
    X(getEnumConstantDeclValue)         \
    X(getEnumConstantDeclUnsignedValue) \
    X(getTypedefDeclUnderlyingType)     \
    X(getTypeDeclaration)               \
    X(getCanonicalType)                 \
    X(getTypeSpelling)                  \
    X(getPointeeType)                   \
    X(getElementType)                   \
    X(getArraySize)                     \
    X(isConstQualifiedType)             \
    X(Type_getNamedType)                \
    X(Type_getModifiedType)             \
    X(Type_getSizeOf)                   \
    X(Type_getAlignOf)                  \
    X(Type_visitFields)

/* Each function under its name less the prefix: clang->createIndex(...). */
struct libclang {
#define LIBCLANG_MEMBER(name) __typeof__(clang_##name) *name; /* NOLINT(bugprone-macro-parentheses): a declaration */
    LIBCLANG_FUNCTIONS(LIBCLANG_MEMBER)
#undef LIBCLANG_MEMBER
};

/* Fills in `clang`; false, with one line for the user in `error`, when libclang cannot be used. */
bool libclang_load(struct arena *arena, struct libclang *clang, struct str *error);

/* A string of libclang as one in the arena; libclang's own is freed. */
struct str libclang_str(const struct libclang *clang, struct arena *arena, CXString string);

#endif
