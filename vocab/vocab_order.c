/* From counted words to a vocabulary: the limits, and the order. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab.h"
#include "vocab/vocab_private.h"

/* <unk> and <eos> where the text has none of them. */
enum { NUMBER_UNK = -1, NUMBER_EOS = -2 };

struct order {
    const struct vocab *seen;
    struct vocab_ranked *list; /* room for all words and these two */
    size_t n, kept;    /* words of the text without these two; those that the limits let in */
    uint64_t unk, eos; /* their counts */
};

static struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static struct slice word_of(const struct vocab *seen, int32_t number)
{
    if (number < 0)
        return slice_of(number == NUMBER_UNK ? TOKEN_UNK : TOKEN_EOS);
    return vocab_slice(seen, number);
}

/* The first eight bytes as a number that sorts like them, zeros after the end. */
static struct vocab_ranked rank(struct slice word, int32_t number, uint64_t count)
{
    uint64_t start = 0;
    memcpy(&start, word.bytes, word.len < sizeof start ? word.len : sizeof start);
    return (struct vocab_ranked){count, be64toh(start), number};
}

/* Ties go by unsigned bytes, which for UTF-8 is the order of code points. Most are decided by
 * `start`, without looking for the word in memory. */
static int by_falling_count(const void *a, const void *b, void *seen)
{
    const struct vocab_ranked *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return strcmp(word_of(seen, x->number).bytes, word_of(seen, y->number).bytes);
}

static void sort(struct order *o, size_t n)
{
    qsort_r(o->list, n, sizeof *o->list, by_falling_count, (void *)(uintptr_t)o->seen);
}

/* Lists the words seen, sorted, without <unk> and <eos>. */
static void list_words(struct order *o)
{
    const struct vocab *seen = o->seen;
    const int32_t unk_id = vocab_find(seen, TOKEN_UNK, strlen(TOKEN_UNK));
    const int32_t eos_id = vocab_find(seen, TOKEN_EOS, strlen(TOKEN_EOS));
    o->unk = unk_id < 0 ? 0 : vocab_count(seen, unk_id);
    o->eos = eos_id < 0 ? 0 : vocab_count(seen, eos_id);
    for (int32_t id = 0; id < (int32_t)vocab_size(seen); id++)
        if (id != unk_id && id != eos_id)
            o->list[o->n++] = rank(vocab_slice(seen, id), id, vocab_count(seen, id));
    sort(o, o->n);
}

/* How many of the sorted words the limits let in. */
static size_t count_kept(const struct order *o, const struct vocab_limits *limits)
{
    size_t n = o->n;
    if (limits->max_words > 0 && n > limits->max_words - 2)
        n = (size_t)limits->max_words - 2;
    while (n > 0 && limits->min_count > 1 && o->list[n - 1].count < limits->min_count)
        n--;
    return n;
}

/* Puts <unk>, which has the counts of all that was left out, and <eos> among the words kept, in the
 * place of what lies behind these. */
static void insert_marks(struct order *o, int32_t unk, int32_t eos)
{
    for (size_t i = o->kept; i < o->n; i++)
        o->unk += o->list[i].count;
    o->list[o->kept++] = rank(slice_of(TOKEN_UNK), unk, o->unk);
    o->list[o->kept++] = rank(slice_of(TOKEN_EOS), eos, o->eos);
    sort(o, o->kept);
}

static enum status build(struct vocab **v, struct order *o, struct err *err)
{
    struct vocab *made;
    enum status status = ST_OK;
    insert_marks(o, NUMBER_UNK, NUMBER_EOS);
    TRY(vocab_new(&made, err));
    for (size_t i = 0; i < o->kept; i++) {
        int32_t id;
        TRY_OUT(vocab_add(made, word_of(o->seen, o->list[i].number), o->list[i].count, &id, err));
    }
    TRY_OUT(vocab_finish(made, err));
    *v = made;
out:
    if (status != ST_OK)
        vocab_free(made);
    return status;
}

/* What counts will tell of the words that are left out, while the others get other numbers. */
static enum status set_aside(struct vocab_counts *c, const struct order *o, struct err *err)
{
    const size_t n_left = o->n - o->kept;
    c->size = vocab_size(c->seen);
    c->unk = o->unk;
    c->ids = mem_resize(NULL, c->size + 1, sizeof *c->ids, err);
    c->left = mem_resize(NULL, n_left + 1, sizeof *c->left, err);
    if (c->ids == NULL || c->left == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < n_left; i++) {
        const struct vocab_ranked *out = &o->list[o->kept + i];
        c->left[i] = (struct vocab_left){vocab_slice(c->seen, out->number), out->count};
        c->ids[out->number] = ~(int32_t)i;
    }
    return ST_OK;
}

/* The words themselves become the vocabulary's. */
static enum status convert(struct vocab **v, struct vocab_counts *c, struct order *o,
                           struct err *err)
{
    int32_t unk, eos;
    TRY(set_aside(c, o, err));
    TRY(vocab_add(c->seen, slice_of(TOKEN_UNK), 0, &unk, err));
    TRY(vocab_add(c->seen, slice_of(TOKEN_EOS), 0, &eos, err));
    insert_marks(o, unk, eos);
    TRY(vocab_arrange(c->seen, o->list, o->kept, err));
    TRY(vocab_finish(c->seen, err));
    for (size_t i = 0; i < o->kept; i++)
        if ((size_t)o->list[i].number < c->size)
            c->ids[o->list[i].number] = (int32_t)i;
    c->made = *v = c->seen;
    c->seen = NULL;
    return ST_OK;
}

/* Words that were left out would stay in memory as long as the vocabulary: too many are not worth
 * it. Nor is it done where there may be no number left for <unk> and <eos>. */
static bool is_worth_converting(const struct order *o)
{
    return o->kept >= o->n / 2 && vocab_size(o->seen) + 2 <= VOCAB_MAX;
}

enum status vocab_from_counts(struct vocab **v, struct vocab_counts *c,
                              const struct vocab_limits *limits, struct err *err)
{
    struct order o = {.seen = c->seen};
    enum status status;
    if (limits->max_words > 0 && limits->max_words < 2)
        return err_set(err, ST_USAGE,
                       "a vocabulary of 1 word cannot hold %s and %s: allow it more words",
                       TOKEN_UNK, TOKEN_EOS);
    o.list = mem_resize(NULL, vocab_size(c->seen) + 2, sizeof *o.list, err);
    if (o.list == NULL)
        return ST_NOMEM;
    list_words(&o);
    o.kept = count_kept(&o, limits);
    if (o.unk == 0 && o.n == 0)
        status = err_set(err, ST_INPUT, "a vocabulary cannot be made: the text has no word");
    else
        status = is_worth_converting(&o) ? convert(v, c, &o, err) : build(v, &o, err);
    mem_free(o.list);
    return status;
}
