#include "lib/nn/init.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/nn/orthogonal.h"

static size_t size_of(const struct init_call *c)
{
    return c->gates * c->rows * c->cols;
}

static enum status fill_zero(const struct init_call *c, struct err *err)
{
    (void)err;
    memset(c->out, 0, size_of(c) * sizeof *c->out);
    return ST_OK;
}

static enum status fill_constant(const struct init_call *c, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < size_of(c); i++)
        c->out[i] = (float)c->x;
    return ST_OK;
}

static enum status fill_uniform(const struct init_call *c, struct err *err)
{
    (void)err;
    const float x = (float)c->x;
    rng_fill_uniform(c->rng->seed, c->rng->stream, c->out, size_of(c), -x, x);
    return ST_OK;
}

static enum status fill_normal(const struct init_call *c, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < size_of(c); i++)
        c->out[i] = (float)(c->x * rng_normal(c->rng));
    return ST_OK;
}

/* Redrawn beyond two standard deviations, as in TensorFlow's truncated_normal. */
static enum status fill_truncated_normal(const struct init_call *c, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < size_of(c); i++) {
        double z = rng_normal(c->rng);
        while (fabs(z) > 2.0)
            z = rng_normal(c->rng);
        c->out[i] = (float)(c->x * z);
    }
    return ST_OK;
}

/* Le, Jaitly and Hinton 2015, "A simple way to initialize recurrent networks of rectified linear
 * units". */
static enum status fill_identity(const struct init_call *c, struct err *err)
{
    TRY(fill_zero(c, err));
    for (size_t gate = 0; gate < c->gates; gate++)
        for (size_t i = 0; i < c->rows && i < c->cols; i++)
            c->out[(gate * c->rows + i) * c->cols + i] = (float)c->x;
    return ST_OK;
}

/* Saxe, McClelland and Ganguli 2014, "Exact solutions to the nonlinear dynamics of learning in deep
 * linear neural networks": rows (or columns, if fewer) are orthogonal and of length x. */
static void fill_orthogonal_matrix(const struct init_call *c, double *a, float *out)
{
    const bool wide = c->rows <= c->cols;
    const size_t n = wide ? c->rows : c->cols, len = wide ? c->cols : c->rows;
    for (size_t i = 0; i < n * len; i++)
        a[i] = rng_normal(c->rng);
    orthogonal_rows(n, len, a); /* [n, len]: transposed if there are more rows than columns */
    for (size_t i = 0; i < c->rows; i++)
        for (size_t j = 0; j < c->cols; j++)
            out[i * c->cols + j] = (float)(c->x * (wide ? a[i * len + j] : a[j * len + i]));
}

static enum status fill_orthogonal(const struct init_call *c, struct err *err)
{
    const size_t size = c->rows * c->cols;
    double *a = mem_zeroed(size, sizeof *a, err);
    if (a == NULL)
        return ST_NOMEM;
    for (size_t gate = 0; gate < c->gates; gate++)
        fill_orthogonal_matrix(c, a, c->out + gate * size);
    mem_free(a);
    return ST_OK;
}

static const struct init_ops inits[] = {
    {"uniform", 0.1, true, true, false, fill_uniform},
    {"normal", 0.1, true, true, false, fill_normal},
    {"truncated-normal", 0.1, true, true, false, fill_truncated_normal},
    {"orthogonal", 1.0, false, true, true, fill_orthogonal},
    {"identity", 1.0, false, true, true, fill_identity},
    {"constant", 0.1, false, true, false, fill_constant},
    {"zero", 0.0, false, false, false, fill_zero},
};

const struct init_ops *init_at(size_t i)
{
    return i < sizeof inits / sizeof *inits ? &inits[i] : NULL;
}

static const struct init_ops *find(const char *name, size_t len)
{
    for (size_t i = 0; init_at(i) != NULL; i++)
        if (strlen(init_at(i)->name) == len && memcmp(init_at(i)->name, name, len) == 0)
            return init_at(i);
    return NULL;
}

const struct init_ops *init_find(const char *name)
{
    return find(name, strlen(name));
}

static enum status not_found(const char *name, size_t len, struct err *err)
{
    char names[256] = "";
    size_t at = 0;
    for (size_t i = 0; init_at(i) != NULL && at < sizeof names; i++)
        at += (size_t)snprintf(names + at, sizeof names - at, "%s%s", i > 0 ? ", " : "",
                               init_at(i)->name);
    return err_set(err, ST_USAGE, "'%.*s' is no initialiser; there are %s", (int)len, name, names);
}

enum status init_parse(struct init *init, const char *text, struct err *err)
{
    enum { MOST = 100 };
    const size_t len = strcspn(text, ":");
    const struct init_ops *ops = find(text, len);
    if (ops == NULL)
        return not_found(text, len, err);
    *init = (struct init){ops, ops->x};
    if (text[len] == '\0')
        return ST_OK;
    if (!ops->takes_x)
        return err_set(err, ST_USAGE, "'%s' takes no number, and '%s' gives it one", ops->name,
                       text);
    char *end;
    const double x = strtod(text + len + 1, &end);
    if (end == text + len + 1 || *end != '\0' || !(x >= 0.0 && x <= MOST))
        return err_set(err, ST_USAGE, "after the colon, '%s' wants a number from 0 to %d", text,
                       MOST);
    init->x = x;
    return ST_OK;
}

struct init_settings init_uniform(double scale)
{
    struct init_settings s = {.forget_bias = 0.0};
    for (size_t role = 0; role < PARAM_ROLES; role++)
        s.of[role] = (struct init){init_find("uniform"), scale};
    s.of[PARAM_BIAS] = s.of[PARAM_TRANSITION] = (struct init){init_find("zero"), 0.0};
    s.of[PARAM_SHIFT] = s.of[PARAM_BIAS];
    s.of[PARAM_GAIN] = (struct init){init_find("constant"), 1.0};
    return s;
}

void init_add_chrono(struct rng *rng, double longest, size_t H, float *forget, float *input)
{
    for (size_t i = 0; i < H; i++) {
        const double bias = log(1.0 + (longest - 2.0) * rng_uniform(rng));
        forget[i] = (float)((double)forget[i] + bias);
        if (input != NULL)
            input[i] = (float)((double)input[i] - bias);
    }
}

enum status init_params(const struct param_list *list, float *block,
                        const struct init_settings *settings, uint64_t seed, struct err *err)
{
    memset(block, 0, list->total * sizeof *block);
    for (size_t i = 0; i < list->n; i++) {
        const struct param *p = &list->items[i];
        const struct init *init = &settings->of[p->role];
        struct rng rng;
        rng_init(&rng, seed, RNG_INIT + (uint32_t)i);
        const struct init_call call = {.gates = p->gates,
                                       .rows = p->rows / p->gates,
                                       .cols = p->cols > 0 ? p->cols : 1,
                                       .x = init->x,
                                       .rng = &rng,
                                       .out = block + p->offset};
        TRY(init->ops->fill(&call, err));
    }
    return ST_OK;
}
