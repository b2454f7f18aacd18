/* What comes next: the distribution of the next word, and sampling from it. */
#ifndef PTBLM_TASK_USE_DECODE_H
#define PTBLM_TASK_USE_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/rng.h"
#include "lib/model/model.h"

/* A word and its probability. */
struct candidate {
    int32_t id;
    double p;
};

/* A filter on the candidates: one table row each. */
struct filter_ops {
    const char *name; /* also of the option */
    double off;       /* the value that changes nothing */
    /* Keeps the first *n of the candidates, which come by falling probability; at least one. */
    void (*apply)(const struct candidate *candidates, size_t *n, double value);
};
enum { FILTERS_MAX = 8 };

/* The i-th filter in the order in which they are applied, NULL behind the last. */
const struct filter_ops *filter_at(size_t i);

struct decode_settings {
    double temperature;          /* logits are divided by it; 0: always the likeliest */
    double filters[FILTERS_MAX]; /* values, by row of the table */
    int32_t banned;              /* an id that is never drawn, or -1 */
    uint64_t seed;
};

/* Temperature 1, every filter off, nothing banned, seed 1: the model's own distribution. */
struct decode_settings decode_settings_plain(void);

/* Sets a filter by its name, which must be of the table. */
void decode_settings_filter(struct decode_settings *settings, const char *name, double value);

struct decoder;

/* The model must outlive it. Nothing is allocated after this. */
enum status decoder_new(struct decoder **d, const struct model *m,
                        const struct decode_settings *settings, struct err *err);
void decoder_free(struct decoder *d); /* NULL is allowed */

/* Back to the zero state, with nothing read: until words are fed, all are equally likely. The
 * random numbers go on. */
void decoder_reset(struct decoder *d);

/* Reads n > 0 words. */
void decoder_feed(struct decoder *d, const int32_t *ids, size_t n);

/* ST_INPUT where what the model says of the next word is not finite; then the functions below give
 * nothing of use. */
enum status decoder_check(const struct decoder *d, struct err *err);

/* The model's distribution of the word after those read: V candidates, borrowed until the next
 * call; the first n, 1 <= n <= V, are the likeliest, by falling probability, ties by id, and the
 * others come in no order. Settings play no part. */
const struct candidate *decoder_distribution(struct decoder *d, size_t n);

/* Draws the word after those read, according to the settings; it is not read yet. */
int32_t decoder_draw(struct decoder *d);

#endif
