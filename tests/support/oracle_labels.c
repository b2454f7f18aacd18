#include "tests/support/oracle_labels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/oracle.h"
#include "tests/support/oracle_network.h"

enum { WIDTH_MAX = 64, LABELS_MAX = 8, STEPS_MAX = 12, STATES_MAX = 4 };

/* The rows of one sequence between two layers. */
struct rows {
    size_t n, width;
    double of[STEPS_MAX][WIDTH_MAX];
};

typedef double scores[STEPS_MAX][LABELS_MAX];

static void require(bool holds)
{
    if (!holds)
        abort();
}

static const double *tensor(const struct param_list *params, const double *weights,
                            const char *name)
{
    const struct param *p = param_find(params, name);
    return p != NULL ? weights + p->offset : NULL;
}

static void find_layer(struct oracle_labels *o, const struct param_list *params,
                       const double *weights, size_t l, bool reverse)
{
    struct param_list own = {0};
    const struct cell_shape shape = {1, 1, o->shape->rounds, o->shape->rank};
    o->shape->cell->params(&own, l, reverse, &shape);
    for (size_t i = 0; i < own.n; i++) {
        o->cells[l][reverse][i] = tensor(params, weights, own.items[i].name);
        require(o->cells[l][reverse][i] != NULL);
    }
}

static void find_tables(struct oracle_labels *o, const struct param_list *params,
                        const double *weights)
{
    static const char *const features[] = {"features.0.weight", "features.1.weight"};
    o->tables[0] = tensor(params, weights, "encoder.weight");
    require(o->shape->n_features <= 2 && (o->shape->V == 0) == (o->tables[0] == NULL));
    for (size_t i = 0; i < o->shape->n_features; i++) {
        o->tables[i + 1] = tensor(params, weights, features[i]);
        require(o->tables[i + 1] != NULL);
    }
}

void oracle_labels_init(struct oracle_labels *o, const struct param_list *params,
                        const double *weights)
{
    require(o->shape->C <= LABELS_MAX && o->batch->of.T <= STEPS_MAX);
    require(model_shape_widest(o->shape) <= WIDTH_MAX);
    find_tables(o, params, weights);
    for (size_t l = 0; l < o->shape->L; l++)
        for (size_t d = 0; d < model_shape_directions(o->shape); d++)
            find_layer(o, params, weights, l, d == 1);
    o->weight = tensor(params, weights, "decoder.weight");
    o->bias = tensor(params, weights, "decoder.bias");
    o->transitions = tensor(params, weights, "crf.transitions");
    o->start = tensor(params, weights, "crf.start");
    o->end = tensor(params, weights, "crf.end");
    require(o->weight != NULL && o->bias != NULL);
    require((o->shape->head == &head_crf) == (o->transitions != NULL));
}

/* Applies the masks of a place. */
static void mask(const struct oracle_labels *o, size_t b, size_t place, struct rows *r)
{
    for (size_t t = 0; o->masks != NULL && t < r->n; t++)
        for (size_t j = 0; j < r->width; j++)
            r->of[t][j] *= (double)o->masks[place][(t * o->batch->of.B + b) * r->width + j];
}

static void read_step(const struct oracle_labels *o, size_t row, double *out)
{
    const struct model_shape *s = o->shape;
    const size_t rows = o->batch->of.T * o->batch->of.B;
    for (size_t j = 0; s->V == 0 && j < s->E; j++)
        out[j] = (double)o->batch->x[row * s->E + j];
    for (size_t i = 0; s->V > 0 && i <= s->n_features; i++) {
        const size_t E = i == 0 ? s->E : s->features[i - 1].E;
        const size_t id = (size_t)o->batch->ids[i * rows + row];
        memcpy(out, o->tables[i] + id * E, E * sizeof *out);
        out += E;
    }
}

static const float *mask_of_state(const struct oracle_labels *o, size_t l, bool reverse, size_t b)
{
    const float *masks = o->state_masks != NULL ? o->state_masks[2 * l + reverse] : NULL;
    return masks != NULL ? masks + b * o->shape->H[l] : NULL;
}

/* One direction of a layer; its outputs are the columns of *out from `at` on. */
static void run_direction(const struct oracle_labels *o, size_t b, size_t l, bool reverse,
                          const struct rows *in, struct rows *out, size_t at)
{
    const size_t H = o->shape->H[l];
    const struct cell_shape shape = {in->width, H, o->shape->rounds, o->shape->rank};
    double state[STATES_MAX][WIDTH_MAX] = {{0}}, *now[STATES_MAX];
    for (size_t i = 0; i < STATES_MAX; i++)
        now[i] = state[i];
    for (size_t i = 0; i < in->n; i++) {
        const size_t t = reverse ? in->n - 1 - i : i;
        oracle_step_of(o->shape->cell)(&shape, o->cells[l][reverse], in->of[t],
                                       mask_of_state(o, l, reverse, b), now);
        memcpy(out->of[t] + at, now[0], H * sizeof(double));
    }
}

static void add_rows(const struct rows *from, struct rows *sum)
{
    for (size_t t = 0; t < from->n; t++)
        for (size_t j = 0; j < from->width; j++)
            sum->of[t][j] += from->of[t][j];
}

/* What the head reads of sequence b. */
static void run_layers(const struct oracle_labels *o, size_t b, struct rows *r)
{
    struct rows out, sum = {.n = 0};
    r->n = (size_t)o->batch->of.lengths[b];
    r->width = model_shape_input_width(o->shape);
    for (size_t t = 0; t < r->n; t++)
        read_step(o, t * o->batch->of.B + b, r->of[t]);
    mask(o, b, 0, r);
    for (size_t l = 0; l < o->shape->L; l++) {
        for (size_t d = 0; d < model_shape_directions(o->shape); d++)
            run_direction(o, b, l, d == 1, r, &out, d * o->shape->H[l]);
        out.n = r->n;
        out.width = model_shape_output_width(o->shape, l);
        add_rows(&out, &sum);
        if (o->shape->sums_layers && l + 1 == o->shape->L)
            memcpy(out.of, sum.of, sizeof out.of);
        mask(o, b, l + 1, &out);
        *r = out;
    }
}

/* Of the heads that have one row for a sequence: makes it row 0. */
static void gather(const struct oracle_labels *o, struct rows *r)
{
    const size_t forward = o->shape->H[o->shape->L - 1];
    for (size_t j = 0; j < r->width; j++) {
        double sum = 0.0, max = r->of[0][j];
        for (size_t t = 0; t < r->n; t++) {
            sum += r->of[t][j];
            max = fmax(max, r->of[t][j]);
        }
        if (o->shape->head == &head_mean)
            r->of[0][j] = sum / (double)r->n;
        else if (o->shape->head == &head_max)
            r->of[0][j] = max;
        else if (j < forward)
            r->of[0][j] = r->of[r->n - 1][j];
    }
    r->n = 1;
}

/* The scores of all labels for each target of sequence b; returns how many targets it has. */
static size_t score(const struct oracle_labels *o, size_t b, scores s)
{
    struct rows r;
    run_layers(o, b, &r);
    if (o->shape->head->targets == HEAD_PER_SEQUENCE)
        gather(o, &r);
    for (size_t t = 0; t < r.n; t++)
        for (size_t c = 0; c < o->shape->C; c++) {
            s[t][c] = o->bias[c];
            for (size_t j = 0; j < r.width; j++)
                s[t][c] += o->weight[c * r.width + j] * r.of[t][j];
        }
    return r.n;
}

static size_t target(const struct oracle_labels *o, size_t b, size_t t)
{
    return (size_t)o->batch->targets[t * o->batch->of.B + b];
}

/* --- the CRF --- */

static double path_score(const struct oracle_labels *o, size_t n, const scores s,
                         const size_t *path)
{
    double sum = o->start[path[0]] + o->end[path[n - 1]];
    for (size_t t = 0; t < n; t++) {
        sum += s[t][path[t]];
        if (t > 0)
            sum += o->transitions[path[t - 1] * o->shape->C + path[t]];
    }
    return sum;
}

/* The next of the C^n paths; false after the last. */
static bool next_path(size_t *path, size_t n, size_t C)
{
    for (size_t t = 0; t < n; t++) {
        if (++path[t] < C)
            return true;
        path[t] = 0;
    }
    return false;
}

/* Scores are small here: no maximum is taken out. */
static double partition(const struct oracle_labels *o, size_t n, const scores s)
{
    size_t path[STEPS_MAX] = {0};
    double sum = 0.0;
    do
        sum += exp(path_score(o, n, s, path));
    while (next_path(path, n, o->shape->C));
    return sum;
}

static double crf_path_nats(const struct oracle_labels *o, size_t b, size_t n, const scores s)
{
    size_t path[STEPS_MAX];
    for (size_t t = 0; t < n; t++)
        path[t] = target(o, b, t);
    return log(partition(o, n, s)) - path_score(o, n, s, path);
}

static void crf_predict(const struct oracle_labels *o, size_t n, const scores s, double *p,
                        int32_t *best)
{
    const size_t C = o->shape->C;
    const double Z = partition(o, n, s);
    size_t path[STEPS_MAX] = {0};
    double highest = -INFINITY;
    memset(p, 0, n * C * sizeof *p);
    do {
        const double now = path_score(o, n, s, path);
        for (size_t t = 0; t < n; t++) {
            p[t * C + path[t]] += exp(now) / Z;
            best[t] = now > highest ? (int32_t)path[t] : best[t];
        }
        highest = fmax(highest, now);
    } while (next_path(path, n, C));
}

/* --- all heads --- */

double oracle_labels_nats(const struct oracle_labels *o, size_t b)
{
    scores s;
    const size_t n = score(o, b, s);
    if (o->shape->head == &head_crf)
        return crf_path_nats(o, b, n, (const double(*)[LABELS_MAX])s);
    double nats = 0.0;
    for (size_t t = 0; t < n; t++)
        nats += oracle_logsumexp(o->shape->C, s[t]) - s[t][target(o, b, t)];
    return nats;
}

double oracle_labels_all(const struct oracle_labels *o)
{
    double nats = 0.0;
    for (size_t b = 0; b < o->batch->of.B; b++)
        nats += oracle_labels_nats(o, b);
    return nats;
}

void oracle_labels_predict(const struct oracle_labels *o, size_t b, double *p, int32_t *path)
{
    scores s;
    const size_t n = score(o, b, s), C = o->shape->C;
    if (o->shape->head == &head_crf) {
        crf_predict(o, n, (const double(*)[LABELS_MAX])s, p, path);
        return;
    }
    for (size_t t = 0; t < n; t++) {
        path[t] = 0;
        for (size_t c = 0; c < C; c++) {
            p[t * C + c] = exp(s[t][c] - oracle_logsumexp(C, s[t]));
            path[t] = s[t][c] > s[t][path[t]] ? (int32_t)c : path[t];
        }
    }
}
