#include "corpora/file_form.h"

#include <string.h>
#include <strings.h>

enum said { SAID_NOTHING, SAID_TEXT, SAID_GZIP, SAID_TAR, SAID_TGZ, SAID_ZIP };

static const struct {
    const char *suffix;
    enum said said;
} suffixes[] = {
    {".tar.gz", SAID_TGZ}, {".tgz", SAID_TGZ},     {".taz", SAID_TGZ},  {".gz", SAID_GZIP},
    {".tar", SAID_TAR},    {".zip", SAID_ZIP},     {".txt", SAID_TEXT}, {".text", SAID_TEXT},
    {".tok", SAID_TEXT},   {".tokens", SAID_TEXT}, {".raw", SAID_TEXT},
};

static enum said name_says(const char *path)
{
    const size_t len = strlen(path);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        const size_t n = strlen(suffixes[i].suffix);
        if (len > n && strcasecmp(path + len - n, suffixes[i].suffix) == 0)
            return suffixes[i].said;
    }
    return SAID_NOTHING;
}

static bool begins_with(const unsigned char *head, size_t n, const char *magic, size_t len)
{
    return n >= len && memcmp(head, magic, len) == 0;
}

static bool is_gzip(const unsigned char *head, size_t n)
{
    return begins_with(head, n, "\x1F\x8B\x08", 3); /* 8: deflate, the only method there is */
}

/* A member's header, or the end record of an archive without members. */
static bool is_zip(const unsigned char *head, size_t n)
{
    return begins_with(head, n, "PK\x03\x04", 4) || begins_with(head, n, "PK\x05\x06", 4);
}

/* POSIX.1 pax: bytes 148..155 hold in octal the sum of all bytes of the header, these eight taken
 * as spaces. */
bool file_form_is_tar(const unsigned char *head, size_t n)
{
    const size_t from = 148, to = 156;
    if (n < 512)
        return false;
    unsigned sum = 0, stored = 0;
    for (size_t i = 0; i < 512; i++)
        sum += i >= from && i < to ? ' ' : head[i];
    size_t at = from;
    while (at < to && head[at] == ' ')
        at++;
    for (; at < to && head[at] >= '0' && head[at] <= '7'; at++)
        stored = stored * 8 + (head[at] - '0');
    return stored == sum;
}

static bool has_ustar(const unsigned char *head, size_t n)
{
    return n >= 512 && memcmp(head + 257, "ustar", 5) == 0;
}

/* Compressions that are known but not read. */
static const struct packing {
    const char *name;
    const char *command;
    const char *magic;
    size_t len;
    bool like_text; /* the magic can stand in a text */
} packings[] = {
    {"xz", "unxz",
     "\xFD"
     "7zXZ",
     5, false},
    {"zstd", "unzstd", "\x28\xB5\x2F\xFD", 4, false},
    {"bzip2", "bunzip2", "BZh", 3, true},
};

static const struct packing *find_packing(const unsigned char *head, size_t n, bool said_text)
{
    for (size_t i = 0; i < sizeof packings / sizeof *packings; i++) {
        const struct packing *p = &packings[i];
        if (!begins_with(head, n, p->magic, p->len))
            continue;
        /* "BZh" is also how a text may begin; bzip2 goes on with a digit and the digits of pi. */
        if (!p->like_text || (!said_text && n >= 10 && memcmp(head + 4, "1AY&SY", 6) == 0))
            return p;
    }
    return NULL;
}

static enum status refuse(const char *shown, const char *expected, const unsigned char *head,
                          size_t n, struct err *err)
{
    if (n == 0)
        return err_set(err, ST_INPUT, "'%s' is empty, although its name says %s", shown, expected);
    const char *found = is_gzip(head, n)            ? "gzip data"
                        : is_zip(head, n)           ? "a zip archive"
                        : file_form_is_tar(head, n) ? "a tar archive"
                                                    : NULL;
    if (found != NULL)
        return err_set(err, ST_INPUT, "'%s' is %s, although its name says %s: rename it", shown,
                       found, expected);
    return err_set(err, ST_INPUT,
                   "'%s' is not what its name says, %s (it begins with byte 0x%02x): download or "
                   "create it again, or rename it",
                   shown, expected, head[0]);
}

static enum file_form form_of_bytes(const unsigned char *head, size_t n)
{
    if (is_gzip(head, n))
        return FORM_GZIP;
    if (is_zip(head, n))
        return FORM_ZIP;
    return has_ustar(head, n) && file_form_is_tar(head, n) ? FORM_TAR : FORM_TEXT;
}

static enum status refuse_packing(const struct packing *p, const char *shown, struct err *err)
{
    return err_set(err, ST_INPUT,
                   "'%s' is compressed with %s, which is not read: run %s on it "
                   "first",
                   shown, p->name, p->command);
}

enum status file_form_detect(enum file_form *form, const char *path, const char *shown,
                             const unsigned char *head, size_t n, struct err *err)
{
    const enum said said = name_says(path);
    const struct packing *packing = find_packing(head, n, said == SAID_TEXT);
    if (packing != NULL)
        return refuse_packing(packing, shown, err);
    switch (said) {
    case SAID_NOTHING:
        *form = form_of_bytes(head, n);
        return ST_OK;
    case SAID_TEXT:
        *form = FORM_TEXT;
        return is_gzip(head, n) ? refuse(shown, "text", head, n, err) : ST_OK;
    case SAID_GZIP:
        *form = FORM_GZIP;
        return is_gzip(head, n) ? ST_OK : refuse(shown, "gzip", head, n, err);
    case SAID_TAR:
        *form = FORM_TAR;
        return file_form_is_tar(head, n) ? ST_OK : refuse(shown, "tar", head, n, err);
    case SAID_TGZ:
        *form = FORM_TGZ;
        return is_gzip(head, n) ? ST_OK : refuse(shown, "gzip of tar", head, n, err);
    case SAID_ZIP:
        *form = FORM_ZIP;
        return is_zip(head, n) ? ST_OK : refuse(shown, "zip", head, n, err);
    }
    return ST_OK;
}
