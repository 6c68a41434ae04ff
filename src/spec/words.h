/* Words that the languages of the outputs have taken. */
#ifndef XB_SPEC_WORDS_H
#define XB_SPEC_WORDS_H

#include "base/str.h"

/* Whether a word is among `words`, which stand in bytewise order. */
bool word_in(struct str word, const char *const *words, size_t len);

/* Whether C (90 to 23), C++ (98 to 23), their compilers or the headers that the outputs rest on have taken a word. */
bool word_is_c(struct str word);

/* The same, but for names that are only reserved, for compilers and their libraries: Xen's own headers have some. */
bool word_is_c_keyword(struct str word);

/* Whether a word is one of Rust's, strict or reserved, of any edition, which can be written raw (r#type). */
bool word_is_rust(struct str word);

#endif
