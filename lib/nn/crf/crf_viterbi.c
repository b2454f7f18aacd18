/* The best path (Viterbi 1967), and the transitions that a scheme of labels allows. */
#include <math.h>
#include <string.h>

#include "lib/nn/crf/crf.h"

static const double NEVER = -(double)INFINITY;

/* Scores of one sequence, in the caller's scratch; NEVER for what is not allowed. */
struct search {
    size_t C, n;
    double *transitions;  /* [C, C] */
    double *first, *last; /* [C] */
    double *best; /* [n, C], of the paths that end in a label at a step, less that of the best */
};

static double score_unless(const bool *allowed, size_t at, float score)
{
    return allowed == NULL || allowed[at] ? (double)score : NEVER;
}

static struct search search_in(const struct crf *crf, size_t n, const bool *allowed,
                               double *scratch)
{
    const size_t C = crf->C;
    struct search v = {.C = C, .n = n, .transitions = scratch};
    v.first = v.transitions + C * C;
    v.last = v.first + C;
    v.best = v.last + C;
    for (size_t i = 0; i < C; i++) {
        v.first[i] = score_unless(allowed, C * (C + 1) + i, crf->start[i]);
        v.last[i] = score_unless(allowed, i * (C + 1) + C, crf->end[i]);
        for (size_t j = 0; j < C; j++)
            v.transitions[i * C + j] =
                score_unless(allowed, i * (C + 1) + j, crf->transitions[i * C + j]);
    }
    return v;
}

/* y[j] = max_i x[i] + transitions[i][j] */
static void best_before(const struct search *v, const double *x, double *restrict y)
{
    for (size_t j = 0; j < v->C; j++)
        y[j] = NEVER;
    for (size_t i = 0; i < v->C; i++) {
        const double *row = v->transitions + i * v->C;
        for (size_t j = 0; j < v->C; j++) {
            const double score = x[i] + row[j];
            y[j] = score > y[j] ? score : y[j];
        }
    }
}

/* Adds emissions, less their maximum, and takes the best score away, so that scores stay small
 * and what they differ by is not rounded away; where there is no path, all stay NEVER. */
static void add_emissions(size_t C, const float *emissions, double *best)
{
    float top = emissions[0];
    double max = NEVER;
    for (size_t j = 1; j < C; j++)
        top = emissions[j] > top ? emissions[j] : top;
    for (size_t j = 0; j < C; j++) {
        best[j] += (double)emissions[j] - (double)top;
        max = best[j] > max ? best[j] : max;
    }
    for (size_t j = 0; max > NEVER && j < C; j++)
        best[j] -= max;
}

static void search_forward(const struct search *v, const struct crf_sequence *s)
{
    double *best = v->best;
    memcpy(best, v->first, v->C * sizeof *best);
    add_emissions(v->C, s->emissions, best);
    for (size_t t = 1; t < v->n; t++, best += v->C) {
        best_before(v, best, best + v->C);
        add_emissions(v->C, s->emissions + t * s->stride, best + v->C);
    }
}

/* The i for which x[i] + y[i * step] is the greatest, the first of several. */
static size_t best_of(size_t n, const double *x, const double *y, size_t step)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] + y[i * step] > x[best] + y[best * step])
            best = i;
    return best;
}

/* From the end back, by the same sums as forward; false if no path is allowed. */
static bool search_back(const struct search *v, int32_t *path, size_t stride)
{
    const double *best = v->best + (v->n - 1) * v->C;
    size_t at = best_of(v->C, best, v->last, 1);
    const bool found = best[at] + v->last[at] > NEVER;
    path[(v->n - 1) * stride] = (int32_t)at;
    for (size_t t = v->n - 1; t-- > 0;) {
        best -= v->C;
        at = best_of(v->C, best, v->transitions + at, v->C);
        path[t * stride] = (int32_t)at;
    }
    return found;
}

double crf_viterbi(const struct crf *crf, const struct crf_sequence *s, const bool *allowed,
                   int32_t *path, double *scratch)
{
    const struct search v = search_in(crf, s->n, allowed, scratch);
    const struct crf_sequence found = {.n = s->n,
                                       .emissions = s->emissions,
                                       .stride = s->stride,
                                       .labels = path,
                                       .label_stride = s->label_stride};
    search_forward(&v, s);
    if (search_back(&v, path, s->label_stride) || allowed == NULL)
        return crf_score(crf, &found);
    crf_viterbi(crf, s, NULL, path, scratch);
    return NEVER;
}

/* --- IOB2 --- */

enum place { BEGIN, INSIDE, OUTSIDE, OTHER };

/* The place in a chunk that a label says, and the chunk's type. */
static enum place place_of(const char *name, const char **type)
{
    *type = "";
    if (strcmp(name, "O") == 0)
        return OUTSIDE;
    if ((name[0] != 'B' && name[0] != 'I') || (name[1] != '\0' && name[1] != '-'))
        return OTHER;
    if (name[1] == '-')
        *type = name + 1;
    return name[0] == 'B' ? BEGIN : INSIDE;
}

/* Whether `name` may stand before the inside of a chunk of `type`. */
static bool is_of_chunk(const char *name, const char *type, bool begins)
{
    const char *its;
    const enum place place = place_of(name, &its);
    return (place == BEGIN || (place == INSIDE && !begins)) && strcmp(its, type) == 0;
}

bool crf_names_are_bio(const char *const *names, size_t C)
{
    const char *type;
    size_t begins = 0;
    for (size_t i = 0; i < C; i++) {
        const enum place place = place_of(names[i], &type);
        bool begun = place != INSIDE;
        for (size_t j = 0; !begun && j < C; j++)
            begun = is_of_chunk(names[j], type, true);
        if (place == OTHER || !begun)
            return false;
        begins += place == BEGIN;
    }
    return begins > 0;
}

void crf_allow_bio(const char *const *names, size_t C, bool *table)
{
    const char *type;
    for (size_t i = 0; i <= C; i++)
        for (size_t j = 0; j <= C; j++)
            table[i * (C + 1) + j] = j == C || place_of(names[j], &type) != INSIDE ||
                                     (i < C && is_of_chunk(names[i], type, false));
}

bool crf_allows(size_t C, const bool *allowed, const struct crf_sequence *s)
{
    size_t before = C;
    for (size_t t = 0; t < s->n; t++) {
        const size_t label = (size_t)s->labels[t * s->label_stride];
        if (!allowed[before * (C + 1) + label])
            return false;
        before = label;
    }
    return allowed[before * (C + 1) + C];
}
