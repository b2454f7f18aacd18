#include "lib/nn/sequence.h"

#include <string.h>

#include "lib/kern/kern.h"
#include "lib/kern/pool.h"

enum { WORTH = 16384 }; /* floats that are worth handing to a thread */

size_t sequence_length(const struct sequences *s, size_t b)
{
    return s->lengths != NULL ? (size_t)s->lengths[b] : s->T;
}

size_t sequence_steps(const struct sequences *s)
{
    size_t n = 0;
    for (size_t b = 0; b < s->B; b++)
        n += sequence_length(s, b);
    return n;
}

static void copy_row(const struct sequence_copy *c, size_t t, size_t b)
{
    const size_t length = sequence_length(&c->of, b);
    float *to = c->to + (t * c->of.B + b) * c->to_len;
    if (t >= length) {
        if (!c->add)
            memset(to, 0, c->width * sizeof *to);
        return;
    }
    const size_t source = c->reverse ? length - 1 - t : t;
    const float *from = c->from + (source * c->of.B + b) * c->from_len;
    if (!c->add) {
        memcpy(to, from, c->width * sizeof *to);
        return;
    }
    for (size_t j = 0; j < c->width; j++)
        to[j] += from[j];
}

static void copy_steps(const void *args, size_t first, size_t last)
{
    const struct sequence_copy *c = args;
    for (size_t t = first; t < last; t++)
        for (size_t b = 0; b < c->of.B; b++)
            copy_row(c, t, b);
}

void sequence_copy(const struct sequence_copy *copy)
{
    pool_run(copy->of.T, 1 + WORTH / (copy->of.B * copy->width), copy_steps, copy);
}

void sequence_clear_padding(const struct sequences *s, size_t width, float *rows)
{
    for (size_t b = 0; s->lengths != NULL && b < s->B; b++)
        for (size_t t = sequence_length(s, b); t < s->T; t++)
            memset(rows + (t * s->B + b) * width, 0, width * sizeof *rows);
}
