#include "corpora/input/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"

enum { RAW_MAX = 1 << 15, NAME_MAX_BYTES = 63, SHOWN_BYTES = 4 };

/* The longer mark first: that of UTF-16LE is the beginning of that of UTF-32LE. */
static const struct {
    const char *name;
    const char *mark;
    size_t len;
} marks[] = {
    {"UTF-8", "\xEF\xBB\xBF", 3}, {"UTF-32LE", "\xFF\xFE\0\0", 4}, {"UTF-32BE", "\0\0\xFE\xFF", 4},
    {"UTF-16LE", "\xFF\xFE", 2},  {"UTF-16BE", "\xFE\xFF", 2},
};

/* Names that people use and iconv lacks, and the two spellings of each Unicode form. */
static const struct {
    const char *alias, *name;
} aliases[] = {
    {"utf8", "UTF-8"},         {"utf-8-sig", "UTF-8"},    {"latin-1", "ISO-8859-1"},
    {"latin_1", "ISO-8859-1"}, {"utf16", "UTF-16"},       {"utf16le", "UTF-16LE"},
    {"utf16be", "UTF-16BE"},   {"utf-16-le", "UTF-16LE"}, {"utf-16-be", "UTF-16BE"},
    {"utf32", "UTF-32"},       {"utf32le", "UTF-32LE"},   {"utf32be", "UTF-32BE"},
    {"utf-32-le", "UTF-32LE"}, {"utf-32-be", "UTF-32BE"}, {"ucs2", "UCS-2"},
    {"ucs4", "UCS-4"},         {"windows1252", "CP1252"}, {"shift-jis", "SHIFT_JIS"},
    {"ansi", "CP1252"},
};

static const char *real_name(const char *name)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcasecmp(aliases[i].alias, name) == 0)
            return aliases[i].name;
    return name;
}

/* What follows a '/' or ',' tells iconv to replace or leave out what it cannot convert. */
static bool is_name(const char *name)
{
    const size_t len = strlen(name);
    return len > 0 && len <= NAME_MAX_BYTES &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:+()") ==
               len;
}

static enum status open_conversion(iconv_t *cd, const char *name, struct err *err)
{
    if (is_name(name)) {
        *cd = iconv_open("UTF-8", real_name(name));
        if (*cd != (iconv_t)-1)
            return ST_OK;
        if (errno == ENOMEM)
            return err_set(err, ST_NOMEM, "out of memory: cannot convert from '%s'", name);
        if (errno != EINVAL)
            return err_set(err, ST_IO, "cannot convert from '%s': %s", name, strerror(errno));
    }
    return err_set(err, ST_USAGE,
                   "there is no encoding '%s': it is one of those that 'iconv -l' lists, such as "
                   "UTF-16LE, windows-1252 or ISO-8859-1",
                   escape_text(name).text);
}

enum status encoding_check(const char *name, struct err *err)
{
    iconv_t cd;
    TRY(open_conversion(&cd, name, err));
    iconv_close(cd);
    return ST_OK;
}

bool encoding_is_utf8(const char *name)
{
    return strcasecmp(real_name(name), "UTF-8") == 0;
}

const char *encoding_of_mark(const unsigned char *bytes, size_t n, size_t *len)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        *len = marks[i].len;
        if (n >= *len && memcmp(bytes, marks[i].mark, *len) == 0)
            return marks[i].name;
    }
    *len = 0;
    return NULL;
}

bool encoding_needs_mark(const char *name)
{
    static const char *const names[] = {"UTF-16", "UTF-32", "UCS-2", "UCS-4"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(real_name(name), names[i]) == 0)
            return true;
    return false;
}

bool encoding_takes_mark(const char *name, const char *marked)
{
    name = real_name(name);
    if (!encoding_needs_mark(name))
        return strcasecmp(name, marked) == 0;
    const bool four = strchr(name, '4') != NULL || strchr(name, '3') != NULL;
    return strncmp(marked, four ? "UTF-32" : "UTF-16", 6) == 0;
}

const char *encoding_guess(const unsigned char *bytes, size_t n)
{
    size_t nul[2] = {0, 0};
    for (size_t i = 0; i < n; i++)
        nul[i % 2] += bytes[i] == 0;
    if (n < 4 || nul[0] + nul[1] < n / 4)
        return NULL;
    if (nul[0] <= nul[1] / 16)
        return "UTF-16LE";
    return nul[1] <= nul[0] / 16 ? "UTF-16BE" : NULL;
}

struct converter {
    iconv_t cd;
    const char *encoding, *text;
    size_t at, len;  /* bytes of raw not yet converted: [at, len) */
    uint64_t offset; /* of raw[at] in the text */
    uint64_t line;   /* that the next character is of, from 1 */
    bool begun, ended, flushed;
    bool starves; /* what is left of raw is the beginning of a character */
    char raw[RAW_MAX];
};

enum status converter_new(struct converter **out, const char *encoding, const char *text,
                          uint64_t offset, struct err *err)
{
    struct converter *c = mem_zeroed(1, sizeof *c, err);
    if (c == NULL)
        return ST_NOMEM;
    const enum status status = open_conversion(&c->cd, encoding, err);
    if (status != ST_OK) {
        mem_free(c);
        return status;
    }
    c->encoding = encoding;
    c->text = text;
    c->offset = offset;
    c->line = 1;
    *out = c;
    return ST_OK;
}

static enum status fill(struct converter *c, const struct byte_reader *from, struct err *err)
{
    size_t got;
    memmove(c->raw, c->raw + c->at, c->len - c->at);
    c->len -= c->at;
    c->at = 0;
    TRY(from->read(from->ctx, c->raw + c->len, RAW_MAX - c->len, &got, err));
    c->len += got;
    c->ended = got == 0;
    return ST_OK;
}

/* The bytes that cannot be converted: up to four, "0x81 0x20". */
static enum status fail(const struct converter *c, const char *what, struct err *err)
{
    char bytes[SHOWN_BYTES * 5 + 1] = "";
    for (size_t i = 0; i < SHOWN_BYTES && c->at + i < c->len; i++)
        snprintf(bytes + strlen(bytes), 6, "%s0x%02x", i > 0 ? " " : "",
                 (unsigned char)c->raw[c->at + i]);
    return err_advise(err,
                      err_set(err, ST_INPUT,
                              "'%s' line %llu %s at byte %llu of the text, where %s stands: it is "
                              "not '%s', or it is damaged there",
                              c->text, (unsigned long long)c->line, what,
                              (unsigned long long)c->offset + 1, bytes, c->encoding),
                      REMEDY_OTHER_ENCODING, 0, 0);
}

/* A mark that only comes to light as U+FEFF, as that of GB18030. */
static size_t drop_mark(struct converter *c, char *buf, size_t n)
{
    const bool has = !c->begun && c->offset == 0 && n >= 3 && memcmp(buf, "\xEF\xBB\xBF", 3) == 0;
    if (has)
        memmove(buf, buf + 3, n - 3);
    return has ? n - 3 : n;
}

static void count_lines(struct converter *c, const char *bytes, size_t n)
{
    for (const char *at = bytes; (at = memchr(at, '\n', n - (size_t)(at - bytes))) != NULL; at++)
        c->line++;
}

/* One call of iconv; *made is how much UTF-8 it gave. */
static enum status convert(struct converter *c, char *buf, size_t cap, size_t *made,
                           struct err *err)
{
    char *in = c->raw + c->at, *out = buf;
    size_t in_left = c->len - c->at, out_left = cap;
    const bool flush = in_left == 0;
    const size_t lost = iconv(c->cd, flush ? NULL : &in, flush ? NULL : &in_left, &out, &out_left);
    const int why = lost == (size_t)-1 ? errno : 0;
    *made = cap - out_left;
    count_lines(c, buf, *made);
    const size_t used = flush ? 0 : c->len - c->at - in_left;
    if (!c->begun && *made > 0)
        *made = drop_mark(c, buf, *made);
    c->begun = c->begun || cap > out_left;
    c->at += used;
    c->offset += used;
    c->flushed = flush && why == 0;
    c->starves = why == EINVAL;
    if (why == 0 && lost > 0)
        return fail(c, "has a character that has no exact form in UTF-8", err);
    /* what came before is given first; the next call fails at once */
    if (why == EILSEQ && *made == 0)
        return fail(c, "cannot be converted", err);
    if (why == EINVAL && c->ended && *made == 0)
        return fail(c, "ends within a character", err);
    return ST_OK;
}

enum status converter_read(struct converter *c, const struct byte_reader *from, void *buf,
                           size_t cap, size_t *got, struct err *err)
{
    for (*got = 0; *got == 0 && !c->flushed;) {
        if (!c->ended && (c->at == c->len || c->starves))
            TRY(fill(c, from, err));
        if (c->at == c->len && !c->ended)
            continue;
        TRY(convert(c, buf, cap, got, err));
    }
    return ST_OK;
}

bool converter_has_more(const struct converter *c)
{
    return c->at < c->len && !c->starves;
}

void converter_free(struct converter *c)
{
    if (c == NULL)
        return;
    iconv_close(c->cd);
    mem_free(c);
}
