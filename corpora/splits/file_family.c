#include "corpora/splits/file_family.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "corpora/compress/codecs.h"
#include "lib/base/buf.h"
#include "lib/base/mem.h"

static const struct {
    const char *word;
    enum split split;
    enum split_words since;
} words[] = {
    {"train", SPLIT_TRAIN, SPLIT_WORDS_USUAL},
    {"valid", SPLIT_VALID, SPLIT_WORDS_USUAL},
    {"dev", SPLIT_VALID, SPLIT_WORDS_USUAL},
    {"val", SPLIT_VALID, SPLIT_WORDS_USUAL},
    {"validation", SPLIT_VALID, SPLIT_WORDS_USUAL},
    {"test", SPLIT_TEST, SPLIT_WORDS_USUAL},
    {"training", SPLIT_TRAIN, SPLIT_WORDS_MORE},
    {"heldout", SPLIT_VALID, SPLIT_WORDS_MORE},
    {"held", SPLIT_VALID, SPLIT_WORDS_MORE}, /* held-out */
    {"devel", SPLIT_VALID, SPLIT_WORDS_MORE},
    {"development", SPLIT_VALID, SPLIT_WORDS_MORE},
    {"testing", SPLIT_TEST, SPLIT_WORDS_MORE},
    {"eval", SPLIT_TEST, SPLIT_WORDS_MORE},
    {"evaluation", SPLIT_TEST, SPLIT_WORDS_MORE},
    {"testa", SPLIT_VALID, SPLIT_WORDS_MORE}, /* of CoNLL-2002 and 2003 */
    {"testb", SPLIT_TEST, SPLIT_WORDS_MORE},
};

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

static bool word_is(const char *word, size_t len, const char *wanted)
{
    return len == strlen(wanted) && strncasecmp(word, wanted, len) == 0;
}

static void read_word(struct split_word *r, const char *word, size_t len, enum split_words known)
{
    if (word_is(word, len, "char") || word_is(word, len, "chars"))
        r->by_chars = true;
    while (known == SPLIT_WORDS_MORE && len > 0 && word[len - 1] >= '0' && word[len - 1] <= '9')
        len--;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].since > known || !word_is(word, len, words[i].word))
            continue;
        r->split = words[i].split;
        r->at = word;
        r->len = len;
    }
}

struct split_word split_word_find(const char *name, size_t len, enum split_words known)
{
    struct split_word r = {0};
    const char *at = name, *end = name + len;
    while (at < end) {
        size_t n = 0;
        while (at + n < end && is_alnum(at[n]))
            n++;
        read_word(&r, at, n, known);
        at += n;
        at += at < end;
    }
    return r;
}

/* Of the last part of a path. Hidden files, among them the forks that macOS puts into archives,
 * have none. */
static struct split_word read_name(const char *name, enum split_words known)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash == NULL ? name : slash + 1;
    return *base == '.' ? (struct split_word){0} : split_word_find(base, strlen(base), known);
}

static enum status add_candidate(struct candidates *found, const char *name, enum split_words known,
                                 struct err *err)
{
    const struct split_word r = read_name(name, known);
    if (r.at == NULL)
        return ST_OK;
    const char *rest = r.at + r.len;
    const size_t rest_len = strlen(rest) - codecs_suffix_len(r.at);
    struct buf family = {0};
    const enum status status =
        buf_addf(&family, err, "%.*s*%.*s", (int)(r.at - name), name, (int)rest_len, rest);
    if (status == ST_OK)
        found->all[found->n++] = (struct candidate){family.data, name, r.split, r.by_chars};
    else
        buf_fini(&family);
    return status;
}

static int compare_candidates(const void *pa, const void *pb)
{
    const struct candidate *a = pa, *b = pb;
    if (a->by_chars != b->by_chars)
        return a->by_chars ? 1 : -1;
    const int order = strcmp(a->family, b->family);
    return order != 0 ? order : strcmp(a->name, b->name);
}

enum status candidates_find(struct candidates *found, const struct source_list *list,
                            enum split_words known, struct err *err)
{
    *found = (struct candidates){0};
    found->all = mem_zeroed(list->n, sizeof *found->all, err);
    if (found->all == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < list->n; i++) {
        const enum status status = add_candidate(found, list->names[i], known, err);
        if (status != ST_OK) {
            candidates_fini(found);
            return status;
        }
    }
    if (found->n > 1)
        qsort(found->all, found->n, sizeof *found->all, compare_candidates);
    return ST_OK;
}

void candidates_fini(struct candidates *found)
{
    for (size_t i = 0; i < found->n; i++)
        mem_free(found->all[i].family);
    mem_free(found->all);
    *found = (struct candidates){0};
}

/* Reads one family from candidate `from` on; returns where the next begins. */
static size_t read_family(struct family *family, const struct candidates *found, size_t from)
{
    const struct candidate *first = &found->all[from];
    *family = (struct family){0};
    size_t at = from;
    for (; at < found->n && found->all[at].by_chars == first->by_chars &&
           strcmp(found->all[at].family, first->family) == 0;
         at++) {
        const enum split split = found->all[at].split;
        const bool again = family->fit[split] != FAMILY_NONE;
        family->fit[split] = again ? FAMILY_TWICE : FAMILY_ONE;
        family->names[split] = again ? NULL : found->all[at].name;
    }
    return at;
}

static size_t count_splits(const struct family *family)
{
    size_t n = 0;
    for (int i = 0; i < N_SPLITS; i++)
        n += family->fit[i] != FAMILY_NONE;
    return n;
}

void family_choose(struct family *family, const struct candidates *found)
{
    *family = (struct family){0};
    size_t most = 0;
    bool tie = false;
    for (size_t at = 0; at < found->n && found->all[at].by_chars == found->all[0].by_chars;) {
        struct family next;
        at = read_family(&next, found, at);
        const size_t n = count_splits(&next);
        tie = n > most ? false : tie || n == most;
        if (n > most)
            *family = next;
        most = n > most ? n : most;
    }
    for (int i = 0; tie && i < N_SPLITS; i++) {
        family->names[i] = NULL;
        family->fit[i] = FAMILY_UNCLEAR;
    }
}
