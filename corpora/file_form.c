#include "corpora/file_form.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "corpora/compress/codecs.h"
#include "corpora/input/foreign.h"

static const struct {
    const char *suffix;
    enum file_kind kind;
} suffixes[] = {
    {".tar", FILE_TAR},  {".zip", FILE_ZIP},     {".txt", FILE_TEXT}, {".text", FILE_TEXT},
    {".tok", FILE_TEXT}, {".tokens", FILE_TEXT}, {".raw", FILE_TEXT},
};

/* What a name says; false if it says nothing. */
static bool name_says(struct file_form *said, const char *path)
{
    const size_t len = strlen(path);
    bool tar;
    *said = (struct file_form){.codec = codecs_of_name(path, &tar)};
    said->kind = said->codec != NULL && tar ? FILE_TAR : FILE_TEXT;
    if (said->codec != NULL)
        return true;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        const size_t n = strlen(suffixes[i].suffix);
        said->kind = suffixes[i].kind;
        if (len > n && strcasecmp(path + len - n, suffixes[i].suffix) == 0)
            return true;
    }
    return false;
}

static bool begins_with(const unsigned char *head, size_t n, const char *magic, size_t len)
{
    return n >= len && memcmp(head, magic, len) == 0;
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
    {"compress", "uncompress", "\x1F\x9D", 2, false},
    {"lzma", "unlzma", "\x5D\0\0", 3, false},
    {"lzip", "lzip -d", "LZIP\1", 5, false},
    {"7-Zip", "7z x", "7z\xBC\xAF\x27\x1C", 6, false},
    {"RAR", "unrar x", "Rar!\x1A\x07", 6, false},
};

static enum status check_packing(const char *shown, const unsigned char *head, size_t n,
                                 struct err *err)
{
    for (size_t i = 0; i < sizeof packings / sizeof *packings; i++)
        if (begins_with(head, n, packings[i].magic, packings[i].len))
            return err_set(err, ST_INPUT,
                           "'%s' is compressed with %s, which is not read: run %s on it first",
                           shown, packings[i].name, packings[i].command);
    return ST_OK;
}

/* "gzip data", "a zip archive", ..., or "" if the bytes are none of these. */
static void name_bytes(char *name, size_t cap, const unsigned char *head, size_t n)
{
    const struct codec *codec = codecs_of_bytes(head, n);
    if (codec != NULL)
        snprintf(name, cap, "%s data", codec->name);
    else
        snprintf(name, cap, "%s",
                 is_zip(head, n)             ? "a zip archive"
                 : file_form_is_tar(head, n) ? "a tar archive"
                                             : "");
}

static void name_said(char *name, size_t cap, const struct file_form *said)
{
    const char *kind = said->kind == FILE_TAR ? "tar" : said->kind == FILE_ZIP ? "zip" : "text";
    if (said->codec == NULL)
        snprintf(name, cap, "%s", kind);
    else
        snprintf(name, cap, "%s%s", said->codec->name, said->kind == FILE_TAR ? " of tar" : "");
}

static enum status refuse(const char *shown, const struct file_form *said,
                          const unsigned char *head, size_t n, struct err *err)
{
    char expected[32], found[32];
    name_said(expected, sizeof expected, said);
    if (n == 0)
        return err_set(err, ST_INPUT, "'%s' is empty, although its name says %s", shown, expected);
    name_bytes(found, sizeof found, head, n);
    if (found[0] != '\0')
        return err_set(err, ST_INPUT, "'%s' is %s, although its name says %s: rename it", shown,
                       found, expected);
    return err_set(err, ST_INPUT,
                   "'%s' is not what its name says, %s (it begins with byte 0x%02x): download or "
                   "create it again, or rename it",
                   shown, expected, head[0]);
}

/* Frames to be passed over are those of two compressions: only a name tells of which. */
static enum status form_of_bytes(struct file_form *form, const char *shown,
                                 const unsigned char *head, size_t n, struct err *err)
{
    const bool tar = has_ustar(head, n) && file_form_is_tar(head, n);
    form->codec = codecs_of_bytes(head, n);
    form->kind = form->codec != NULL ? FILE_TEXT
                 : is_zip(head, n)   ? FILE_ZIP
                 : tar               ? FILE_TAR
                                     : FILE_TEXT;
    if (codecs_is_skippable(head, n))
        return err_set(err, ST_INPUT,
                       "'%s' is zstd or lz4 data, and does not say which: rename it to end in .zst "
                       "or .lz4",
                       shown);
    return ST_OK;
}

/* Whether the bytes may be what the name says. */
static bool agrees(const struct file_form *said, const unsigned char *head, size_t n)
{
    const struct codec *codec = codecs_of_bytes(head, n);
    if (said->codec != NULL)
        return said->codec == codec || (n > 0 && said->codec->look(head, n) == CODEC_SKIPPABLE);
    if (said->kind == FILE_TEXT)
        return codec == NULL || codec->like_text;
    return said->kind == FILE_TAR ? file_form_is_tar(head, n) : is_zip(head, n);
}

enum status file_form_detect(struct file_form *form, const char *path, const char *shown,
                             const unsigned char *head, size_t n, struct err *err)
{
    struct foreign foreign;
    TRY(check_packing(shown, head, n, err));
    if (!name_says(form, path)) {
        if (foreign_find_zip(&foreign, head, n))
            return err_set(err, ST_INPUT, "'%s' is %s, not plain text: %s", shown, foreign.name,
                           foreign.remedy);
        return form_of_bytes(form, shown, head, n, err);
    }
    return agrees(form, head, n) ? ST_OK : refuse(shown, form, head, n, err);
}

enum status file_form_check_decoded(const struct file_form *form, const char *shown,
                                    const unsigned char *head, size_t n, struct err *err)
{
    const bool tar = file_form_is_tar(head, n);
    const struct codec *again = codecs_of_bytes(head, n);
    if (tar && form->kind == FILE_TEXT)
        return err_set(err, ST_INPUT, "'%s' holds a tar archive: rename it to end in .tar%s", shown,
                       form->codec->suffix);
    if (!tar && form->kind == FILE_TAR)
        return err_set(err, ST_INPUT,
                       "'%s' holds no tar archive, although its name says so: rename it to end in "
                       "just %s if it is one text",
                       shown, form->codec->suffix);
    if (again != NULL && !again->like_text)
        return err_set(err, ST_INPUT,
                       "'%s' is compressed twice: what its %s data decode to is %s data; "
                       "decompress it once first",
                       shown, form->codec->name, again->name);
    return ST_OK;
}

bool file_form_name_ends(const char *path, const char *suffix)
{
    bool tar;
    const struct codec *codec = codecs_of_name(path, &tar);
    const size_t n = strlen(suffix);
    size_t len = strlen(path);
    if (codec != NULL && !tar)
        len -= strlen(strrchr(path, '.'));
    return len > n && strncasecmp(path + len - n, suffix, n) == 0;
}

bool file_form_name_says_text(const char *path)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (suffixes[i].kind == FILE_TEXT && file_form_name_ends(path, suffixes[i].suffix))
            return true;
    return false;
}

bool file_form_is_archive(const struct file_form *form)
{
    return form->kind != FILE_TEXT;
}
