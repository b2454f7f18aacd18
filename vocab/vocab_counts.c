/* From the words of a text to its vocabulary. Counts are a vocabulary under construction, in the
 * order of first appearance. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab.h"
#include "vocab/vocab_private.h"

struct vocab_counts {
    struct vocab *seen;
};

enum status vocab_counts_new(struct vocab_counts **c, struct err *err)
{
    struct vocab_counts *made = mem_zeroed(1, sizeof *made, err);
    if (made == NULL)
        return ST_NOMEM;
    const enum status status = vocab_new(&made->seen, err);
    if (status != ST_OK)
        mem_free(made);
    else
        *c = made;
    return status;
}

enum status vocab_counts_add(struct vocab_counts *c, const char *word, size_t len, struct err *err)
{
    int32_t number;
    return vocab_tally(c->seen, &(struct slice){word, len}, 1, &number, err);
}

enum status vocab_counts_add_all(struct vocab_counts *c, const struct slice *words, size_t n,
                                 int32_t *numbers, struct err *err)
{
    return vocab_tally(c->seen, words, n, numbers, err);
}

enum status vocab_counts_add_times(struct vocab_counts *c, const char *word, size_t len,
                                   uint64_t times, int32_t *number, struct err *err)
{
    return vocab_add(c->seen, (struct slice){word, len}, times, number, err);
}

enum status vocab_counts_include(struct vocab_counts *c, const char *word, size_t len,
                                 struct err *err)
{
    int32_t number;
    return vocab_add(c->seen, (struct slice){word, len}, 0, &number, err);
}

size_t vocab_counts_size(const struct vocab_counts *c)
{
    return vocab_size(c->seen);
}

struct slice vocab_counts_word(const struct vocab_counts *c, int32_t number)
{
    return vocab_slice(c->seen, number);
}

uint64_t vocab_counts_count(const struct vocab_counts *c, int32_t number)
{
    return vocab_count(c->seen, number);
}

void vocab_counts_free(struct vocab_counts *c)
{
    if (c == NULL)
        return;
    vocab_free(c->seen);
    mem_free(c);
}

struct counted {
    struct slice word;
    uint64_t count;
    uint64_t
        start; /* its first eight bytes as a number that sorts like them, zeros after its end */
};

static struct counted counted_of(struct slice word, uint64_t count)
{
    uint64_t start = 0;
    memcpy(&start, word.bytes, word.len < sizeof start ? word.len : sizeof start);
    return (struct counted){word, count, be64toh(start)};
}

/* Ties go by unsigned bytes, which for UTF-8 is the order of code points. Most are decided by
 * `start`, without looking for the word in memory. */
static int by_falling_count(const void *a, const void *b)
{
    const struct counted *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return strcmp(x->word.bytes, y->word.bytes);
}

static void sort(struct counted *list, size_t n)
{
    qsort(list, n, sizeof *list, by_falling_count);
}

/* The words seen, sorted, without <unk> and <eos>, whose counts are returned apart. */
static size_t list_words(struct counted *list, const struct vocab *seen, uint64_t *unk,
                         uint64_t *eos)
{
    const int32_t unk_id = vocab_find(seen, TOKEN_UNK, strlen(TOKEN_UNK));
    const int32_t eos_id = vocab_find(seen, TOKEN_EOS, strlen(TOKEN_EOS));
    *unk = unk_id < 0 ? 0 : vocab_count(seen, unk_id);
    *eos = eos_id < 0 ? 0 : vocab_count(seen, eos_id);
    size_t n = 0;
    for (int32_t id = 0; id < (int32_t)vocab_size(seen); id++)
        if (id != unk_id && id != eos_id)
            list[n++] = counted_of(vocab_slice(seen, id), vocab_count(seen, id));
    sort(list, n);
    return n;
}

/* How many of the sorted words the limits let in. */
static size_t count_kept(const struct counted *list, size_t n, const struct vocab_limits *limits)
{
    if (limits->max_words > 0 && n > limits->max_words - 2)
        n = (size_t)limits->max_words - 2;
    while (n > 0 && limits->min_count > 1 && list[n - 1].count < limits->min_count)
        n--;
    return n;
}

static enum status build(struct vocab **v, const struct counted *list, size_t n, struct err *err)
{
    struct vocab *made;
    TRY(vocab_new(&made, err));
    enum status status = ST_OK;
    for (size_t i = 0; i < n; i++) {
        int32_t id;
        TRY_OUT(vocab_add(made, list[i].word, list[i].count, &id, err));
    }
    TRY_OUT(vocab_finish(made, err));
    *v = made;
out:
    if (status != ST_OK)
        vocab_free(made);
    return status;
}

enum status vocab_from_counts(struct vocab **v, const struct vocab_counts *c,
                              const struct vocab_limits *limits, struct err *err)
{
    if (limits->max_words > 0 && limits->max_words < 2)
        return err_set(err, ST_USAGE,
                       "a vocabulary of 1 word cannot hold %s and %s: allow it more words",
                       TOKEN_UNK, TOKEN_EOS);
    struct counted *list = mem_resize(NULL, vocab_size(c->seen) + 2, sizeof *list, err);
    if (list == NULL)
        return ST_NOMEM;
    uint64_t unk, eos;
    const size_t n = list_words(list, c->seen, &unk, &eos);
    size_t kept = count_kept(list, n, limits);
    for (size_t i = kept; i < n; i++)
        unk += list[i].count;
    enum status status;
    if (unk == 0 && n == 0) {
        status = err_set(err, ST_INPUT, "a vocabulary cannot be made: the text has no word");
    } else {
        list[kept++] = counted_of((struct slice){TOKEN_UNK, strlen(TOKEN_UNK)}, unk);
        list[kept++] = counted_of((struct slice){TOKEN_EOS, strlen(TOKEN_EOS)}, eos);
        sort(list, kept);
        status = build(v, list, kept, err);
    }
    mem_free(list);
    return status;
}
