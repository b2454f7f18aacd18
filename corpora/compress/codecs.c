#include "corpora/compress/codecs.h"

#include <string.h>
#include <strings.h>

#include "corpora/compress/codec_rows.h"

static const struct codec *const rows[] = {
    &codec_gzip, &codec_bzip2, &codec_xz, &codec_zstd, &codec_lz4,
};

const struct codec *codecs_row(size_t i)
{
    return i < sizeof rows / sizeof *rows ? rows[i] : NULL;
}

const struct codec *codecs_find(const char *name)
{
    size_t i = 0;
    while (codecs_row(i) != NULL && strcmp(rows[i]->name, name) != 0)
        i++;
    return codecs_row(i);
}

const struct codec *codecs_of_bytes(const unsigned char *head, size_t n)
{
    size_t i = 0;
    while (codecs_row(i) != NULL && !rows[i]->is(head, n))
        i++;
    return codecs_row(i);
}

/* True if name[0..len) ends in suffix[0..n) and is more than that. */
static bool ends_in(const char *name, size_t len, const char *suffix, size_t n)
{
    return len > n && strncasecmp(name + len - n, suffix, n) == 0;
}

static bool ends_in_one_of(const char *name, size_t len, const char *list)
{
    while (*list != '\0') {
        const size_t n = strcspn(list, " ");
        if (ends_in(name, len, list, n))
            return true;
        list += n + strspn(list + n, " ");
    }
    return false;
}

const struct codec *codecs_of_name(const char *name, bool *tar)
{
    const size_t len = strlen(name);
    for (size_t i = 0; codecs_row(i) != NULL; i++) {
        const size_t n = strlen(rows[i]->suffix);
        const bool text = ends_in(name, len, rows[i]->suffix, n);
        *tar = text ? ends_in(name, len - n, ".tar", 4)
                    : ends_in_one_of(name, len, rows[i]->tar_suffixes);
        if (text || *tar)
            return rows[i];
    }
    return NULL;
}

size_t codecs_suffix_len(const char *name)
{
    bool tar;
    const struct codec *codec = codecs_of_name(name, &tar);
    return codec == NULL || tar ? 0 : strlen(codec->suffix);
}

bool codecs_is_skippable(const unsigned char *head, size_t n)
{
    return n >= 4 && (head[0] & 0xF0) == 0x50 && memcmp(head + 1, "\x2A\x4D\x18", 3) == 0;
}
