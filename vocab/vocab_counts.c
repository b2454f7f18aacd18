/* Counting the words of a text. */
#include "lib/base/mem.h"
#include "vocab/vocab.h"
#include "vocab/vocab_private.h"

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
    return c->seen != NULL ? vocab_size(c->seen) : c->size;
}

struct slice vocab_counts_word(const struct vocab_counts *c, int32_t number)
{
    if (c->seen != NULL)
        return vocab_slice(c->seen, number);
    const int32_t id = c->ids[number];
    return id >= 0 ? vocab_slice(c->made, id) : c->left[~id].word;
}

uint64_t vocab_counts_count(const struct vocab_counts *c, int32_t number)
{
    if (c->seen != NULL)
        return vocab_count(c->seen, number);
    const int32_t id = c->ids[number];
    if (id < 0)
        return c->left[~id].count;
    return id == vocab_unk(c->made) ? c->unk : vocab_count(c->made, id);
}

void vocab_counts_free(struct vocab_counts *c)
{
    if (c == NULL)
        return;
    vocab_free(c->seen);
    mem_free(c->ids);
    mem_free(c->left);
    mem_free(c);
}
