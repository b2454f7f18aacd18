/* The built-in corpus as a whole: the grammar, compiled once, and text drawn from it. */
#include "corpora/builtin/grammar.h"

#include <pthread.h>

#include "corpora/builtin/grammar_compile.h"
#include "corpora/builtin/grammar_rules.h"
#include "corpora/builtin/grammar_sample.h"

/* Written once, by whoever comes first, and only read from then on. */
static pthread_once_t builtin_once = PTHREAD_ONCE_INIT;
static struct grammar builtin;
static struct err builtin_err;

static void compile_builtin(void)
{
    if (grammar_compile(&builtin, grammar_rules, grammar_words, &builtin_err) != ST_OK)
        grammar_fini(&builtin);
}

enum status grammar_builtin(const struct grammar **g, struct err *err)
{
    pthread_once(&builtin_once, compile_builtin);
    *g = &builtin;
    if (builtin_err.code != ST_OK && err != NULL)
        *err = builtin_err;
    return builtin_err.code;
}

/* Uniform in [0, n), exactly: Lemire, "Fast random integer generation in an interval", 2019. */
static uint32_t uniform_below(struct rng *rng, uint32_t n)
{
    uint64_t product = (uint64_t)rng_next(rng) * n;
    if ((uint32_t)product < n) {
        const uint32_t threshold = (0U - n) % n;
        while ((uint32_t)product < threshold)
            product = (uint64_t)rng_next(rng) * n;
    }
    return (uint32_t)(product >> 32);
}

static const struct grammar_option *pick_option(const struct grammar *g,
                                                const struct grammar_symbol *s, struct rng *rng)
{
    const struct grammar_option *options = grammar_options(g) + s->first;
    const uint32_t point = uniform_below(rng, grammar_weights(g, s));
    uint32_t low = 0, high = s->n - 1;
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        if (point < options[middle].weight_end)
            high = middle;
        else
            low = middle + 1;
    }
    return options + low;
}

/* Writes a symbol out, each word with a space after it. */
static enum status sample_symbol(const struct grammar *g, uint32_t symbol, struct rng *rng,
                                 struct buf *out, uint64_t *n_tokens, struct err *err)
{
    const struct grammar_symbol *s = grammar_symbols(g) + symbol;
    const struct grammar_option *o = pick_option(g, s, rng);
    if (s->is_class) {
        TRY(buf_add_text(out, hash_table_get(&g->words, (int32_t)o->first).bytes, err));
        TRY(buf_add(out, " ", 1, err));
        ++*n_tokens;
    }
    for (uint32_t i = 0; i < o->n_items; i++)
        TRY(sample_symbol(g, grammar_items(g)[o->first + i], rng, out, n_tokens, err));
    return ST_OK;
}

enum status grammar_sample(const struct grammar *g, struct rng *rng, struct buf *out,
                           uint64_t *n_tokens, struct err *err)
{
    const size_t before = out->len;
    TRY(sample_symbol(g, GRAMMAR_START_SYMBOL, rng, out, n_tokens, err));
    ++*n_tokens;
    if (out->len == before) /* a sentence without words */
        return buf_add(out, "\n", 1, err);
    out->data[out->len - 1] = '\n'; /* for the space after the last word */
    return ST_OK;
}

enum status grammar_write(struct buf *out, uint64_t seed, enum split split, uint64_t n_tokens,
                          struct err *err)
{
    const struct grammar *g;
    struct rng rng;
    uint64_t done = 0;
    TRY(grammar_builtin(&g, err));
    rng_init(&rng, seed, RNG_CORPUS + (uint32_t)split);
    while (done < n_tokens)
        TRY(grammar_sample(g, &rng, out, &done, err));
    return ST_OK;
}

size_t grammar_vocab_size(void)
{
    const struct grammar *g;
    return grammar_builtin(&g, NULL) == ST_OK ? hash_table_size(&g->words) - 1 : 0;
}
