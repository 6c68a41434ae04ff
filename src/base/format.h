/* What buf_printf and str_printf share. */
#ifndef XB_BASE_FORMAT_H
#define XB_BASE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * vsnprintf; the conversions that nearly all text is made of, %s, %.*s, %c and whole numbers as they are, take a third
 * of the time. Returns the length of the whole text, however much of it `size` has room for.
 */
size_t format_text(char *out, size_t size, const char *format, va_list args) __attribute__((format(printf, 3, 0)));

#endif
