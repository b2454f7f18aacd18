/* The distribution of the next word, and sampling from it. */
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
    const char *name; /* of its setting, too */
    double off;       /* the value that changes nothing */
    /* Lowers *n to the number of candidates that it keeps, at least 1; they are in falling order.
     */
    void (*apply)(const struct candidate *candidates, size_t *n, double value);
};
enum { FILTERS_MAX = 8 };

/* The i-th filter in the order in which they are applied; NULL after the last. */
const struct filter_ops *filter_at(size_t i);

struct decode_settings {
    double temperature;          /* logits are divided by it; 0: always the likeliest */
    double filters[FILTERS_MAX]; /* values, by row of the table */
    int32_t banned;              /* an id that is never drawn, or -1 */
    uint64_t seed;
};

/* Temperature 1, every filter off, nothing banned, seed 1: the model's own distribution. */
struct decode_settings decode_settings_plain(void);

/* Sets a filter by its name, which must be in the table. */
void decode_settings_filter(struct decode_settings *settings, const char *name, double value);

struct decoder;

/* The model must outlive the decoder. Nothing is allocated after this. */
enum status decoder_new(struct decoder **d, const struct model *m,
                        const struct decode_settings *settings, struct err *err);
void decoder_free(struct decoder *d); /* NULL is allowed */

/* Returns to the zero state, with no words read: until words are fed, all are equally likely. The
 * random numbers continue. */
void decoder_reset(struct decoder *d);

/* Reads n > 0 words. */
void decoder_feed(struct decoder *d, const int32_t *ids, size_t n);

/* ST_INPUT if a logit of the next word is not finite; the functions below are then useless. */
enum status decoder_check(const struct decoder *d, struct err *err);

/* The model's distribution of the next word, whatever the settings: V candidates, borrowed until
 * the next call. The first n, 1 <= n <= V, are the likeliest in falling order, ties by id; the
 * others are in no order. */
const struct candidate *decoder_distribution(struct decoder *d, size_t n);

/* Draws the next word according to the settings, but does not feed it. */
int32_t decoder_draw(struct decoder *d);

#endif
