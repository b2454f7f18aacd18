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
} words[] = {
    {"train", SPLIT_TRAIN}, {"valid", SPLIT_VALID},      {"dev", SPLIT_VALID},
    {"val", SPLIT_VALID},   {"validation", SPLIT_VALID}, {"test", SPLIT_TEST},
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

/* What the words of a base name tell. The last split word counts: "test-set.train.txt". */
struct reading {
    const char *at; /* the split word, `len` bytes; NULL if there is none */
    size_t len;
    enum split split;
    bool by_chars;
};

static void read_word(struct reading *r, const char *word, size_t len)
{
    if (word_is(word, len, "char") || word_is(word, len, "chars"))
        r->by_chars = true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!word_is(word, len, words[i].word))
            continue;
        r->split = words[i].split;
        r->at = word;
        r->len = len;
    }
}

static struct reading read_name(const char *name)
{
    struct reading r = {0};
    const char *slash = strrchr(name, '/');
    const char *at = slash == NULL ? name : slash + 1;
    if (*at == '.') /* hidden, among them the forks that macOS puts into archives */
        return r;
    while (*at != '\0') {
        size_t len = 0;
        while (is_alnum(at[len]))
            len++;
        read_word(&r, at, len);
        at += len;
        at += *at != '\0';
    }
    return r;
}

static enum status add_candidate(struct candidates *found, const char *name, struct err *err)
{
    const struct reading r = read_name(name);
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
                            struct err *err)
{
    *found = (struct candidates){0};
    found->all = mem_zeroed(list->n, sizeof *found->all, err);
    if (found->all == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < list->n; i++) {
        const enum status status = add_candidate(found, list->names[i], err);
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
