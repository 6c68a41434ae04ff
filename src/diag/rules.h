/*
 * The catalogue of rules: every finding that xenbindgen can report. Checking, `rules`,
 * `explain`, docs/rules.md, SARIF and the tests all read this one table.
 */
#ifndef XB_DIAG_RULES_H
#define XB_DIAG_RULES_H

#include "base/str.h"

enum rule {
    /* the text */
    RULE_TOML_SYNTAX,
    RULE_TOML_ENCODING,
    RULE_TOML_DUPLICATE,
    RULE_TOML_RANGE,
    RULE_TOML_LIMIT,
    /* the shape of a spec */
    RULE_SPEC_EMPTY,
    RULE_KEY_UNKNOWN,
    RULE_KEY_MISSING,
    RULE_KEY_VALUE,
    RULE_TYPE_SYNTAX,
    RULE_VALUE_SYNTAX,
    RULE_TEXT_UNSAFE,
    /* names */
    RULE_NAME_SYNTAX,
    RULE_NAME_KEYWORD,
    RULE_NAME_DUPLICATE,
    RULE_NAME_CLASH,
    RULE_NAME_OUTPUT,
    /* references */
    RULE_TYPE_UNKNOWN,
    RULE_TYPE_KIND,
    RULE_TYPE_RECURSION,
    RULE_INCLUDE_UNKNOWN,
    RULE_INCLUDE_CYCLE,
    RULE_ARCH_MISSING,
    RULE_LEN_MEMBER,
    RULE_VALUE_UNKNOWN,
    RULE_UNION_TAG,
    RULE_CONDITION_LIMIT,
    RULE_HYPERCALL_SHAPE,
    /* values */
    RULE_ENUM_EMPTY,
    RULE_VALUE_RANGE,
    RULE_VALUE_DUPLICATE,
    RULE_BIT_RANGE,
    RULE_BIT_OVERLAP,
    RULE_ARRAY_LENGTH,
    RULE_SIZE_LIMIT,
    RULE_NESTING_LIMIT,
    /* the ABI's own rules, which the level of a definition decides on */
    RULE_ABI_DIFFERS,
    RULE_SCALAR_ALIGN,
    RULE_PADDING_IMPLICIT,
    RULE_PADDING_TAIL,
    /* waivers */
    RULE_WAIVER_RULE,
    RULE_WAIVER_REASON,
    RULE_WAIVER_UNUSED,
    /* what real headers say */
    RULE_VERIFY_HEADER,
    RULE_VERIFY_MISSING,
    RULE_VERIFY_LAYOUT,
    RULE_VERIFY_VALUE,
    RULE_VERIFY_TYPE,
    RULE_VERIFY_UNDESCRIBED,
    RULE_COUNT
};

/*
 * Whether a rule holds always, or may be waived and is off at the level `legacy`; or is about headers as well as the
 * spec, so that `verify` alone applies it.
 */
enum rule_scope { RULE_ALWAYS, RULE_ABI, RULE_HEADERS };

struct rule_info {
    const char *id;
    enum rule_scope scope;
    const char *purpose; /* one line: what the rule demands */
    const char *why;     /* a short paragraph */
    const char *help;    /* one line: how to mend a finding */
    const char *bad;     /* a spec file that breaks this rule and no other; NULL for RULE_HEADERS */
    const char *good;    /* the same file, mended */
};

extern const struct rule_info rules[RULE_COUNT];

/* The rule of that id, or RULE_COUNT. */
enum rule rule_find(struct str id);

#endif
