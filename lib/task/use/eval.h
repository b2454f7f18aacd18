/* Perplexity of a stream of ids. */
#ifndef PTBLM_TASK_USE_EVAL_H
#define PTBLM_TASK_USE_EVAL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"

struct eval_result {
    uint64_t tokens;   /* scored: all but the first */
    uint64_t unknown;  /* of these, how many are <unk>, in the text or because they are unknown */
    double nats;       /* sum of -ln p */
    double nats_known; /* the same without the unknown */
};

/* Adds a token. */
void eval_add(struct eval_result *r, double nats, bool unknown);

/* exp(nats / tokens); NaN if nothing was scored. */
double eval_perplexity(const struct eval_result *r);
double eval_perplexity_known(const struct eval_result *r);

/* What models with different tokenizers can be compared by, of a text with so many words, or
 * characters, whatever its tokens (struct ids). As with tokens the first is not counted, so that
 * the figures per word of the tokenizer `words`, and those per character of `chars`, are those per
 * token. words, characters > 0. */
double eval_word_perplexity(double nats, uint64_t words);
double eval_bits_per_character(double nats, uint64_t characters);

/* ST_INPUT if the sum or the perplexity is not finite, naming the model and where. */
enum status eval_check(const struct eval_result *r, const char *model, struct err *err);

struct eval_request {
    const int32_t *ids;
    size_t n;
    int32_t unk;    /* the id of <unk> */
    size_t streams; /* 1: exact. S: S equal parts side by side, each from a zero state */
    void (*progress)(void *ctx, uint64_t done, uint64_t all, double nats); /* may be NULL */
    /* May be NULL; needs streams to be 1. Called for each sentence, up to and with its <eos>, with
     * what its tokens add up to; the state is carried from one to the next, so that they add up to
     * the result. The first token of the text is not scored: the first sentence may have none. */
    void (*sentence)(void *ctx, const struct eval_result *r);
    int32_t eos; /* the id of <eos>; for `sentence` */
    void *ctx;
    const volatile sig_atomic_t *stop; /* may be NULL; not 0: end with ST_INTERRUPTED */
};

/* Scores every token except the first once, whatever the number of streams: a stream's first token
 * is the last target of the stream before it. Ends at the first token whose probability is not a
 * number above 0, which eval_check reports. ST_INPUT if n < 2; uses fewer streams if there are
 * not enough tokens. */
enum status eval_stream(struct eval_result *r, const struct model *m,
                        const struct eval_request *request, struct err *err);

/* ST_INPUT if a text of n tokens is too short. */
enum status eval_check_length(size_t n, struct err *err);

/* The bytes that it will allocate, roughly. */
double eval_bytes(const struct model_shape *shape, size_t streams);

#endif
