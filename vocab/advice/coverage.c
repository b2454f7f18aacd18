#include "vocab/advice/coverage.h"

#include <stdbool.h>

#include "vocab/tokenizer/tokenizer_bpe.h"

struct counting {
    struct coverage *coverage;
    const struct vocab *vocab;
    size_t row;
};

static enum status count_token(void *ctx, const char *token, size_t len, struct err *err)
{
    (void)err;
    const struct counting *c = ctx;
    c->coverage->tokens[c->row]++;
    if (vocab_find(c->vocab, token, len) < 0)
        c->coverage->unknown[c->row]++;
    return ST_OK;
}

static bool fits(const struct tokenizer *t, const struct vocab *vocab)
{
    return tokenizer_is_ready(t) && (t->joint[0] != '\0' || vocab_find(vocab, " ", 1) >= 0);
}

enum status coverage_add(struct coverage *c, const struct vocab *vocab, const char *bytes,
                         size_t len, struct err *err)
{
    struct counting counting = {.coverage = c, .vocab = vocab};
    for (; counting.row < COVERAGE_TOKENIZERS; counting.row++) {
        const struct tokenizer *t = tokenizer_at(counting.row);
        if (t == NULL)
            break;
        if (fits(t, vocab))
            TRY(tokenizer_split_each(t, bytes, len, count_token, &counting, err));
    }
    return ST_OK;
}

static struct coverage_share share_at(const struct coverage *c, size_t row)
{
    return (struct coverage_share){tokenizer_at(row), c->tokens[row], c->unknown[row]};
}

struct coverage_share coverage_of(const struct coverage *c, const struct tokenizer *used)
{
    for (size_t i = 0; i < COVERAGE_TOKENIZERS && tokenizer_at(i) != NULL; i++)
        if (tokenizer_at(i) == used)
            return share_at(c, i);
    return (struct coverage_share){.tokenizer = used};
}

static double part_unknown(const struct coverage_share *s)
{
    return (double)s->unknown / (double)s->tokens;
}

struct coverage_share coverage_find_better(const struct coverage *c, const struct tokenizer *used)
{
    const struct coverage_share own = coverage_of(c, used);
    struct coverage_share best = {0};
    if (own.tokens == 0 || own.unknown < own.tokens - own.unknown)
        return best;
    double least = part_unknown(&own) / 2;
    for (size_t i = 0; i < COVERAGE_TOKENIZERS && tokenizer_at(i) != NULL; i++) {
        const struct coverage_share other = share_at(c, i);
        if (other.tokens == 0 || part_unknown(&other) >= least)
            continue;
        least = part_unknown(&other);
        best = other;
    }
    return best;
}
