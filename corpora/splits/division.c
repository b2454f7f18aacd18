#include "corpora/splits/division.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "corpora/compress/codecs.h"
#include "corpora/splits/file_family.h"
#include "lib/base/ascii.h"
#include "lib/base/buf.h"
#include "lib/base/mem.h"

/* --- by folders --- */

/* Bytes of the folders, with their slashes, that all documents have in common. */
static size_t common_length(const struct source_list *list)
{
    const char *first = list->names[0];
    size_t len = 0;
    for (const char *at = strchr(first, '/'); at != NULL; at = strchr(at + 1, '/')) {
        const size_t n = (size_t)(at + 1 - first);
        const struct split_word word = split_word_find(first + len, n - 1 - len, SPLIT_WORDS_MORE);
        if (word.at == first + len && word.len == n - 1 - len)
            return len;
        for (size_t i = 1; i < list->n; i++)
            if (strncmp(list->names[i], first, n) != 0)
                return len;
        len = n;
    }
    return len;
}

/* N_SPLITS: none of the folders behind the first `from` bytes speaks of a split. */
static enum split folder_split(const char *name, size_t from)
{
    const char *end = strrchr(name + from, '/');
    while (end != NULL) {
        const char *at = end;
        while (at > name + from && at[-1] != '/')
            at--;
        const struct split_word word = split_word_find(at, (size_t)(end - at), SPLIT_WORDS_MORE);
        if (word.at != NULL)
            return word.split;
        end = at > name + from ? at - 1 : NULL;
    }
    return N_SPLITS;
}

bool division_has_folders(const struct source_list *list)
{
    const size_t common = list->n > 0 ? common_length(list) : 0;
    for (size_t i = 0; i < list->n; i++)
        if (folder_split(list->names[i], common) != N_SPLITS)
            return true;
    return false;
}

static enum status divide_by_folders(struct division *d, const struct source_list *list,
                                     struct documents_left *left, struct err *err)
{
    const size_t common = common_length(list);
    if (!division_has_folders(list))
        return ST_OK;
    for (size_t i = 0; i < list->n; i++) {
        const enum split s = folder_split(list->names[i], common);
        TRY(s < N_SPLITS ? source_list_add(&d->splits[s], list->names[i], err)
                         : names_note(&left->of[LEFT_BY_DIVISION], list->names[i], err));
    }
    d->kind = DIVISION_FOLDERS;
    return ST_OK;
}

/* --- by names that are alike but for a number --- */

struct shard {
    const char *name;
    char *family;     /* the name with "*" for the word, without its number and ".gz" or the like */
    uint32_t at, len; /* of the word in the name */
    enum split split;
    bool by_chars, numbered;
};

/* The length of a number and what ties it to the name at `at`: "7", "-00001", ".3", "-of-00100". */
static size_t number_length(const char *at)
{
    const size_t tie = strncmp(at, "-of-", 4) == 0 ? 4 : *at == '-' || *at == '_' || *at == '.';
    size_t len = tie;
    while (ascii_is_digit(at[len]))
        len++;
    return len > tie ? len : 0;
}

static enum status read_family(struct shard *s, struct err *err)
{
    struct buf family = {0};
    const char *end = s->name + strlen(s->name) - codecs_suffix_len(s->name);
    enum status status = buf_addf(&family, err, "%.*s*", (int)s->at, s->name);
    for (const char *at = s->name + s->at + s->len; status == ST_OK && at < end;) {
        const size_t number = number_length(at);
        s->numbered |= number > 0;
        if (number == 0)
            status = buf_add(&family, at, 1, err);
        at += number > 0 ? number : 1;
    }
    s->family = family.data;
    return status;
}

/* The shards of a list; returns how many names have a word for a split. */
static enum status find_shards(struct shard *shards, size_t *n, const struct source_list *list,
                               struct err *err)
{
    *n = 0;
    for (size_t i = 0; i < list->n; i++) {
        const char *slash = strrchr(list->names[i], '/');
        const char *base = slash == NULL ? list->names[i] : slash + 1;
        const struct split_word word = split_word_find(base, strlen(base), SPLIT_WORDS_MORE);
        if (word.at == NULL)
            continue;
        shards[*n] = (struct shard){.name = list->names[i],
                                    .at = (uint32_t)(word.at - list->names[i]),
                                    .len = (uint32_t)word.len,
                                    .split = word.split,
                                    .by_chars = word.by_chars};
        TRY(read_family(&shards[(*n)++], err));
    }
    return ST_OK;
}

/* Those of one family stay together; the order within it is that of the list. */
static int compare_shards(const void *pa, const void *pb)
{
    const struct shard *a = *(struct shard *const *)pa, *b = *(struct shard *const *)pb;
    if (a->by_chars != b->by_chars)
        return a->by_chars ? 1 : -1;
    const int order = strcmp(a->family, b->family);
    return order != 0 ? order : (a > b) - (a < b);
}

static bool is_same_family(const struct shard *a, const struct shard *b)
{
    return a->by_chars == b->by_chars && strcmp(a->family, b->family) == 0;
}

/* Several files of one split must all have a number, behind the same word. */
static bool is_clear(struct shard *const *sorted, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            const struct shard *a = sorted[i], *b = sorted[k];
            if (a->split != b->split)
                continue;
            if (!a->numbered || !b->numbered || a->len != b->len ||
                memcmp(a->name + a->at, b->name + b->at, a->len) != 0)
                return false;
            break; /* k stands for the rest of its split */
        }
    return true;
}

static size_t count_splits(struct shard *const *sorted, size_t n)
{
    unsigned splits = 0;
    for (size_t i = 0; i < n; i++)
        splits |= 1U << sorted[i]->split;
    return (splits & 1U) + (splits >> 1 & 1U) + (splits >> 2 & 1U);
}

/* The fullest family; *n == 0 if there is none, or not only one. Files by characters count only if
 * there are no others. */
static size_t choose_family(struct shard *const *sorted, size_t all, size_t *n)
{
    size_t best = 0, most = 0;
    *n = 0;
    for (size_t at = 0, end; at < all && sorted[at]->by_chars == sorted[0]->by_chars; at = end) {
        for (end = at + 1; end < all && is_same_family(sorted[at], sorted[end]);)
            end++;
        const size_t splits = count_splits(sorted + at, end - at);
        if (splits < most)
            continue;
        *n = splits > most ? end - at : 0;
        best = at;
        most = splits;
    }
    return best;
}

static enum status take_family(struct division *d, struct shard *const *family, size_t n,
                               const struct source_list *list, struct documents_left *left,
                               struct err *err)
{
    size_t k = 0;
    for (size_t i = 0; i < list->n; i++) {
        const char *name = list->names[i];
        if (k < n && family[k]->name == name) {
            TRY(source_list_add(&d->splits[family[k]->split], name, err));
            k++;
        } else {
            TRY(names_note(&left->of[LEFT_BY_DIVISION], name, err));
        }
    }
    d->kind = DIVISION_SHARDS;
    return ST_OK;
}

static enum status divide_by_names(struct division *d, const struct source_list *list,
                                   struct documents_left *left, struct err *err)
{
    struct shard *shards = mem_zeroed(list->n, sizeof *shards, err);
    struct shard **sorted = mem_zeroed(list->n, sizeof *sorted, err);
    enum status status = ST_NOMEM;
    size_t n = 0, in_family;
    if (shards == NULL || sorted == NULL)
        goto out;
    TRY_OUT(find_shards(shards, &n, list, err));
    d->kind = n == 0 ? DIVISION_WHOLE : DIVISION_NONE;
    for (size_t i = 0; i < n; i++)
        sorted[i] = &shards[i];
    if (n > 1)
        qsort(sorted, n, sizeof *sorted, compare_shards);
    const size_t at = choose_family(sorted, n, &in_family);
    if (in_family > 0 && is_clear(sorted + at, in_family))
        TRY_OUT(take_family(d, sorted + at, in_family, list, left, err));
out:
    for (size_t i = 0; shards != NULL && i < list->n; i++)
        mem_free(shards[i].family);
    mem_free(shards);
    mem_free(sorted);
    return status;
}

enum status division_find(struct division *d, const struct source_list *list,
                          struct documents_left *left, struct err *err)
{
    *d = (struct division){.kind = DIVISION_NONE};
    if (list->n == 0)
        return ST_OK;
    enum status status = divide_by_folders(d, list, left, err);
    if (status == ST_OK && d->kind == DIVISION_NONE)
        status = divide_by_names(d, list, left, err);
    if (status != ST_OK)
        division_fini(d);
    return status;
}

/* The count of "-NUMBER-of-COUNT" in the last part of a path, or 0. */
static size_t shard_count(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *of = strstr(slash == NULL ? name : slash, "-of-");
    if (of == NULL || of == name || !ascii_is_digit(of[-1]) || !ascii_is_digit(of[4]))
        return 0;
    return (size_t)strtoul(of + 4, NULL, 10);
}

size_t division_count_shards(const struct source_list *list)
{
    const size_t count = list->n > 0 ? shard_count(list->names[0]) : 0;
    for (size_t i = 1; i < list->n; i++)
        if (shard_count(list->names[i]) != count)
            return 0;
    return count;
}

enum status division_cut(struct division *d, const struct source_list *list, unsigned parts,
                         struct err *err)
{
    const size_t twentieth = list->n / 20, share = twentieth > 0 ? twentieth : 1;
    const bool one = (parts & (parts - 1)) == 0;
    enum status status = ST_OK;
    size_t end = list->n;
    for (int i = N_SPLITS - 1; i >= 0 && status == ST_OK; i--) {
        if (!split_in(parts, (enum split)i))
            continue;
        const size_t first = i == SPLIT_TRAIN || one ? 0 : end - share;
        for (size_t k = first; k < end && status == ST_OK; k++)
            status = source_list_add(&d->splits[i], list->names[k], err);
        end = first;
    }
    if (status != ST_OK)
        division_fini(d);
    return status;
}

void division_fini(struct division *d)
{
    for (int i = 0; i < N_SPLITS; i++)
        source_list_fini(&d->splits[i]);
}
