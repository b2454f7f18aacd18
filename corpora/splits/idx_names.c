#include "corpora/splits/idx_names.h"

#include <string.h>
#include <strings.h>

#include "corpora/compress/codecs.h"
#include "corpora/splits/file_family.h"
#include "lib/base/ascii.h"
#include "lib/base/buf.h"

/* Where a word begins in a name, whatever its case; NULL: nowhere. */
static const char *find_word(const char *base, size_t len, const char *word)
{
    const size_t n = strlen(word);
    for (size_t i = 0; i + n <= len; i++)
        if (strncasecmp(base + i, word, n) == 0)
            return base + i;
    return NULL;
}

static enum status add_family(struct idx_name *n, const char *base, size_t len,
                              const char *const marks[3], const size_t lens[3], struct err *err)
{
    struct buf family = {0};
    enum status status = buf_addf(&family, err, "%.*s", (int)(base - n->name), n->name);
    for (const char *at = base; at < base + len && status == ST_OK;) {
        char c = *at >= 'A' && *at <= 'Z' ? (char)(*at + ('a' - 'A')) : *at;
        size_t step = 1;
        for (int i = 0; i < 3; i++)
            if (marks[i] == at) {
                c = "*%#"[i];
                step = lens[i];
            }
        if (c == '.' || c == '_')
            c = '-';
        status = buf_add(&family, &c, 1, err);
        at += step;
    }
    n->family = family.data;
    return status;
}

enum status idx_name_read(struct idx_name *n, const char *name, struct err *err)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash == NULL ? name : slash + 1;
    const size_t len = strlen(base) - codecs_suffix_len(base);
    const char *images = find_word(base, len, "images"), *labels = find_word(base, len, "labels");
    const char *idx = find_word(base, len, "idx"), *t10k = find_word(base, len, "t10k");
    const char *what = images != NULL ? images : labels;
    *n = (struct idx_name){.name = name, .labels = images == NULL, .split = N_SPLITS};
    if (what == NULL || idx == NULL || !ascii_is_digit(idx[3]) || *base == '.')
        return ST_OK;
    struct split_word word = split_word_find(base, len, SPLIT_WORDS_MORE);
    if (t10k != NULL)
        word = (struct split_word){.at = t10k, .len = 4, .split = SPLIT_TEST};
    if (word.at != NULL)
        n->split = word.split;
    /* what comes after, the type of the numbers, is another for labels than for images */
    return add_family(n, base, (size_t)(idx - base) + 4, (const char *const[]){what, word.at, idx},
                      (const size_t[]){6, word.len, 4}, err);
}
