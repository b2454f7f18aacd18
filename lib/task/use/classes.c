#include "lib/task/use/classes.h"

#include <math.h>

#include "lib/base/mem.h"

enum status classes_init(struct classes *c, size_t C, struct err *err)
{
    size_t cells;
    if (__builtin_mul_overflow(C, C + 2, &cells))
        return err_set(err, ST_NOMEM, "memory cannot hold the confusion of %zu classes", C);
    uint64_t *counts = mem_zeroed(cells, sizeof *counts, err);
    if (counts == NULL)
        return ST_NOMEM;
    *c = (struct classes){
        .C = C, .confusion = counts, .gold = counts + C * C, .guessed = counts + C * C + C};
    return ST_OK;
}

void classes_fini(struct classes *c)
{
    mem_free(c->confusion);
    *c = (struct classes){.C = 0};
}

void classes_add(struct classes *c, size_t gold, size_t guess)
{
    c->n++;
    c->right += gold == guess;
    c->confusion[gold * c->C + guess]++;
    c->gold[gold]++;
    c->guessed[guess]++;
}

double classes_accuracy(const struct classes *c)
{
    return c->n > 0 ? (double)c->right / (double)c->n : (double)NAN;
}

/* 0 where there is nothing to divide by */
static double share(uint64_t part, uint64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0.0;
}

static struct class_figures figures_of(uint64_t right, uint64_t guessed, uint64_t gold)
{
    return (struct class_figures){.precision = share(right, guessed),
                                  .recall = share(right, gold),
                                  .f1 = share(2 * right, guessed + gold),
                                  .support = gold,
                                  .never_guessed = guessed == 0,
                                  .no_support = gold == 0};
}

struct class_figures classes_figures(const struct classes *c, size_t class)
{
    return figures_of(c->confusion[class * c->C + class], c->guessed[class], c->gold[class]);
}

struct class_figures classes_mean(const struct classes *c, enum class_mean mean)
{
    struct class_figures sum = {.support = c->n};
    double weights = 0.0;
    if (mean == CLASSES_MICRO || c->n == 0)
        return figures_of(c->right, c->n, c->n);
    for (size_t i = 0; i < c->C; i++) {
        const struct class_figures f = classes_figures(c, i);
        if (f.never_guessed && f.no_support)
            continue;
        const double weight = mean == CLASSES_MACRO ? 1.0 : (double)f.support;
        weights += weight;
        sum.precision += weight * f.precision;
        sum.recall += weight * f.recall;
        sum.f1 += weight * f.f1;
        sum.never_guessed |= f.never_guessed;
        sum.no_support |= f.no_support;
    }
    sum.precision /= weights;
    sum.recall /= weights;
    sum.f1 /= weights;
    return sum;
}

/* Whether class a comes before class b. */
static bool comes_before(const float *scores, size_t a, size_t b)
{
    const bool a_is_nan = isnan(scores[a]) != 0, b_is_nan = isnan(scores[b]) != 0;
    if (a_is_nan || b_is_nan)
        return a_is_nan == b_is_nan ? a < b : b_is_nan;
    return scores[a] > scores[b] || (!(scores[a] < scores[b]) && a < b);
}

size_t classes_place(const float *scores, size_t C, size_t class)
{
    size_t place = 0;
    for (size_t i = 0; i < C; i++)
        place += comes_before(scores, i, class);
    return place;
}

void classes_top(const float *scores, size_t C, size_t k, size_t *top)
{
    size_t n = 0;
    for (size_t i = 0; i < C; i++) {
        if (n == k && !comes_before(scores, i, top[k - 1]))
            continue;
        size_t at = n < k ? n++ : k - 1;
        for (; at > 0 && comes_before(scores, i, top[at - 1]); at--)
            top[at] = top[at - 1];
        top[at] = i;
    }
}
