#include "vocab/normalize.h"

#include <stdbool.h>
#include <utf8proc.h>

#include "lib/base/mem.h"
#include "lib/base/utf8.h"

/* Composed, and with the compositions that later versions of Unicode must not add. */
#define FORM_C (UTF8PROC_STABLE | UTF8PROC_COMPOSE)

/* What is below U+0300 is in form C, and its first byte below 0xCC. */
static bool is_plain(struct slice text)
{
    unsigned char most = 0;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char byte = (unsigned char)text.bytes[i];
        most = byte > most ? byte : most;
    }
    return most < 0xCC;
}

static enum status check_marks(struct slice text, struct err *err)
{
    size_t marks = 0;
    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        i += utf8_next(text.bytes + i, text.len - i, &code);
        const bool is_mark = code >= 0x300 && code < UTF8_BAD &&
                             utf8proc_get_property((utf8proc_int32_t)code)->combining_class > 0;
        marks = is_mark ? marks + 1 : 0;
        if (marks > NORMALIZE_MARKS_MAX)
            return err_set(
                err, ST_INPUT,
                "there are more than %d combining marks in a row, the limit where a text "
                "is normalized",
                NORMALIZE_MARKS_MAX);
    }
    return ST_OK;
}

static enum status fail(utf8proc_ssize_t why, struct err *err)
{
    return err_set(err, why == UTF8PROC_ERROR_NOMEM ? ST_NOMEM : ST_INPUT,
                   "the text cannot be normalized: %s", utf8proc_errmsg(why));
}

/* The code points of the text, decomposed and in order: their number, or what utf8proc fails with.
 * One more than their number are needed to encode them again. */
static enum status decompose(struct normalizer *n, struct slice text, utf8proc_ssize_t *len,
                             struct err *err)
{
    for (;;) {
        *len = utf8proc_decompose((const utf8proc_uint8_t *)text.bytes, (utf8proc_ssize_t)text.len,
                                  n->codes, (utf8proc_ssize_t)n->cap, FORM_C);
        if (*len < 0)
            return fail(*len, err);
        if ((size_t)*len < n->cap)
            return ST_OK;
        const size_t cap = (size_t)*len + (size_t)*len / 2 + 64;
        int32_t *codes = mem_resize(n->codes, cap, sizeof *codes, err);
        if (codes == NULL)
            return ST_NOMEM;
        n->codes = codes;
        n->cap = cap;
    }
}

enum status normalize_nfc(struct normalizer *n, struct slice *text, struct err *err)
{
    utf8proc_ssize_t len;
    if (is_plain(*text))
        return ST_OK;
    TRY(check_marks(*text, err));
    TRY(decompose(n, *text, &len, err));
    len = utf8proc_reencode(n->codes, len, FORM_C);
    if (len < 0)
        return fail(len, err);
    *text = (struct slice){(const char *)n->codes, (size_t)len};
    return ST_OK;
}

const char *normalize_unicode_version(void)
{
    return utf8proc_unicode_version();
}

void normalizer_fini(struct normalizer *n)
{
    mem_free(n->codes);
    *n = (struct normalizer){0};
}
