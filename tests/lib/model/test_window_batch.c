/* Batches of sequences with labels: what stands in padding, how sequences are put into batches and
 * how many threads compute them changes nothing; shapes that no network can have. */
#include <math.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "tests/support/labels_support.h"
#include "tests/support/tap.h"

static const size_t layers[] = {5, 3, 0};

/* Calls `check` for all cells, heads and directions. */
static void each_shape(bool words, void (*check)(const struct model_shape *shape))
{
    for (size_t c = 0; cell_at(c) != NULL; c++)
        for (size_t h = 0; head_at(h) != NULL; h++)
            for (size_t both = 0; both < 2; both++) {
                struct model_shape shape = labels_shape(cell_at(c), head_at(h), words);
                labels_layers(&shape, layers);
                shape.bidirectional = both == 1;
                check(&shape);
            }
}

static void shape_text(char text[80], const struct model_shape *s)
{
    snprintf(text, 80, "%s, head %s, %s", s->cell->name, s->head->name,
             s->bidirectional ? "both directions" : "one direction");
}

/* All that a window gives for a batch. */
struct results {
    const struct model *m;
    size_t n; /* targets */
    double loss, *nats;
    int32_t *guesses, *trained; /* of prediction, of training */
    float *p, *gradient;
};

static void results_init(struct results *r, const struct model *m, struct window *w,
                         const struct window_batch *batch)
{
    const struct masks masks = masks_even(m->shape.L, 0.3, 2);
    *r = (struct results){.m = m, .n = window_targets(m, batch->of.B, batch->of.T)};
    r->nats = zeroed(r->n, sizeof *r->nats);
    r->guesses = zeroed(r->n, sizeof *r->guesses);
    r->trained = zeroed(r->n, sizeof *r->trained);
    r->p = zeroed(r->n * m->shape.C, sizeof *r->p);
    r->loss = window_train_batch(w, batch, &masks, r->trained);
    r->gradient = whole_gradient(w, m);
    score_batch(w, batch, r->nats);
    window_predict_batch(w, batch, NULL, r->guesses, r->p, NULL);
}

static void results_fini(struct results *r)
{
    mem_free(r->nats);
    mem_free(r->guesses);
    mem_free(r->trained);
    mem_free(r->p);
    mem_free(r->gradient);
}

static bool same_bits(const void *a, const void *b, size_t n, size_t size)
{
    return memcmp(a, b, n * size) == 0;
}

static void assert_same(const struct results *got, const struct results *want, const char *what)
{
    char text[80];
    shape_text(text, &want->m->shape);
    ck_assert_uint_eq(got->n, want->n);
    ck_assert_msg(memcmp(&got->loss, &want->loss, sizeof got->loss) == 0, "%s: the loss: %s", text,
                  what);
    ck_assert_msg(same_bits(got->nats, want->nats, want->n, sizeof *want->nats), "%s: nats: %s",
                  text, what);
    ck_assert_msg(same_bits(got->guesses, want->guesses, want->n, sizeof *want->guesses) &&
                      same_bits(got->trained, want->trained, want->n, sizeof *want->trained),
                  "%s: guesses: %s", text, what);
    ck_assert_msg(same_bits(got->p, want->p, want->n * want->m->shape.C, sizeof *want->p),
                  "%s: probabilities: %s", text, what);
    ck_assert_msg(
        same_bits(got->gradient, want->gradient, want->m->params.total, sizeof *want->gradient),
        "%s: the gradient: %s", text, what);
}

/* Padding ---------------------------------------------------------------------- */

static void check_other_padding(const struct model_shape *shape)
{
    struct model *m = model_of(*shape, 0.8f);
    struct window *w = window_of(m, 6, 8, WINDOW_TRAIN);
    struct labels_batch l;
    struct results want, got;
    labels_batch_init(&l, shape, 6, 8);
    results_init(&want, m, w, &l.batch);
    for (uint32_t stream = 400; stream < 403; stream++) {
        labels_batch_draw(&l, shape, true, stream);
        results_init(&got, m, w, &l.batch);
        assert_same(&got, &want, "depends on the padding");
        results_fini(&got);
    }
    results_fini(&want);
    labels_batch_fini(&l);
    window_free(w);
    model_free(m);
}

START_TEST(what_stands_in_padding_changes_no_bit)
{
    each_shape(_i == 0, check_other_padding);
}
END_TEST

static void check_no_lengths(const struct model_shape *shape)
{
    struct model *m = model_of(*shape, 0.8f);
    struct window *w = window_of(m, 3, 4, WINDOW_TRAIN);
    struct labels_batch l;
    struct results want, got;
    labels_batch_init(&l, shape, 3, 4);
    for (size_t b = 0; b < 3; b++)
        l.lengths[b] = 4;
    results_init(&want, m, w, &l.batch);
    l.batch.of.lengths = NULL;
    results_init(&got, m, w, &l.batch);
    assert_same(&got, &want, "without lengths");
    results_fini(&got);
    results_fini(&want);
    labels_batch_fini(&l);
    window_free(w);
    model_free(m);
}

START_TEST(sequences_of_one_length_need_no_lengths)
{
    each_shape(true, check_no_lengths);
}
END_TEST

/* Units that grow without a bound would overflow in the padding, at 4^100. */
START_TEST(outputs_that_overflow_in_padding_change_nothing)
{
    enum { B = 2, T = 100 };
    struct model_shape shape = labels_shape(cell_find("rnn-relu"), head_at((size_t)_i / 2), false);
    shape.E = 1;
    shape.bidirectional = _i % 2 == 1;
    labels_layers(&shape, layers);
    struct model *m = model_of(shape, 0.5f);
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        for (size_t j = 0; p->role == PARAM_RECURRENT && j < param_size(p); j++)
            m->weights[p->offset + j] = j % (p->cols + 1) == 0 ? 4.0f : 0.0f;
        for (size_t j = 0; p->role == PARAM_INPUT && j < param_size(p); j++)
            m->weights[p->offset + j] = fabsf(m->weights[p->offset + j]);
        for (size_t j = 0; p->role == PARAM_BIAS && j < param_size(p); j++)
            m->weights[p->offset + j] = 0.0f;
    }
    struct window *w = window_of(m, B, T, WINDOW_TRAIN);
    struct labels_batch l;
    struct results got, want;
    labels_batch_init(&l, &shape, B, T);
    for (size_t r = 0; r < (size_t)B * T; r++) /* only the first step of sequence 0 is above 0 */
        l.x[r] = r == 0 ? 1.0f : r % B == 0 ? 0.0f : -1.0f;
    l.lengths[0] = 1;
    l.lengths[1] = T;
    results_init(&got, m, w, &l.batch);
    l.x[0] = 0.5f;
    l.lengths[0] = T; /* would overflow */
    results_init(&want, m, w, &l.batch);
    ck_assert(!isfinite(want.loss) || !isfinite(want.gradient[0]));
    results_fini(&want);
    ck_assert_msg(isfinite(got.loss), "%s: a loss of %g", shape.head->name, got.loss);
    for (size_t i = 0; i < m->params.total; i++)
        ck_assert_msg(isfinite(got.gradient[i]), "%s: a gradient of %g", shape.head->name,
                      (double)got.gradient[i]);
    results_fini(&got);
    labels_batch_fini(&l);
    window_free(w);
    model_free(m);
}
END_TEST

/* Sizes of batches ------------------------------------------------------------- */

enum { MANY = 7, LONG = 6 };

/* The figures of all sequences in batches of `size`: their nats, their labels, and the gradient of
 * the sum of all nats. */
struct figures {
    double nats[MANY];
    int32_t guesses[MANY][LONG];
    double *gradient;
};

static void add_batch(struct figures *f, const struct model *m, const struct labels_batch *l,
                      size_t first)
{
    const struct sequences *of = &l->batch.of;
    const size_t n = window_targets(m, of->B, of->T);
    struct window *w = window_of(m, of->B, of->T, WINDOW_TRAIN);
    double nats[MANY * LONG];
    int32_t guesses[MANY * LONG];
    window_train_batch(w, &l->batch, NULL, NULL);
    float *gradient = whole_gradient(w, m);
    for (size_t i = 0; i < m->params.total; i++)
        f->gradient[i] += (double)of->B * (double)gradient[i];
    score_batch(w, &l->batch, nats);
    window_predict_batch(w, &l->batch, NULL, guesses, NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        f->nats[first + i % of->B] += nats[i];
        f->guesses[first + i % of->B][i / of->B] = guesses[i];
    }
    mem_free(gradient);
    window_free(w);
}

static void figures_init(struct figures *f, const struct model *m, const struct labels_batch *all,
                         size_t size)
{
    memset(f, 0, sizeof *f);
    memset(f->guesses, -1, sizeof f->guesses);
    f->gradient = zeroed(m->params.total, sizeof *f->gradient);
    for (size_t at = 0; at < MANY; at += size) {
        struct labels_batch part;
        labels_batch_cut(&part, all, &m->shape, at, at + size > MANY ? MANY - at : size);
        add_batch(f, m, &part, at);
        labels_batch_fini(&part);
    }
}

static double total(const struct figures *f)
{
    double sum = 0.0;
    for (size_t b = 0; b < MANY; b++)
        sum += f->nats[b];
    return sum;
}

static void compare_figures(const struct model *m, const struct figures *got,
                            const struct figures *want, size_t size)
{
    char text[80];
    shape_text(text, &m->shape);
    for (size_t b = 0; b < MANY; b++)
        if (!oracle_agrees(got->nats[b], want->nats[b], 4e-6 + 1e-6 * want->nats[b]))
            ck_abort_msg("%s: in batches of %zu sequence %zu has %.9g nats, alone %.9g", text, size,
                         b, got->nats[b], want->nats[b]);
    if (!oracle_agrees(total(got), total(want), 1e-6 * total(want)))
        ck_abort_msg("%s: in batches of %zu %.9g nats, alone %.9g", text, size, total(got),
                     total(want));
    ck_assert_msg(memcmp(got->guesses, want->guesses, sizeof got->guesses) == 0,
                  "%s: batches of %zu have other labels", text, size);
    for (size_t i = 0; i < m->params.total; i++)
        if (!oracle_agrees(got->gradient[i], want->gradient[i],
                           2e-5 + 1e-5 * fabs(want->gradient[i])))
            ck_abort_msg("%s: in batches of %zu gradient %zu is %.9g, alone %.9g", text, size, i,
                         got->gradient[i], want->gradient[i]);
}

static void check_sizes(const struct model_shape *shape)
{
    static const size_t batches[] = {2, 3, 4, MANY};
    struct model *m = model_of(*shape, 0.8f);
    struct labels_batch all;
    struct figures want, got;
    labels_batch_init(&all, shape, MANY, LONG);
    figures_init(&want, m, &all, 1);
    for (size_t i = 0; i < N_OF(batches); i++) {
        figures_init(&got, m, &all, batches[i]);
        compare_figures(m, &got, &want, batches[i]);
        mem_free(got.gradient);
    }
    mem_free(want.gradient);
    labels_batch_fini(&all);
    model_free(m);
}

START_TEST(figures_are_those_of_each_sequence_alone_for_any_size_of_batches)
{
    each_shape(_i == 0, check_sizes);
}
END_TEST

/* Threads ---------------------------------------------------------------------- */

static void check_threads(const struct model_shape *small)
{
    struct model_shape shape = *small; /* sizes at which all loops and products wake threads */
    shape.V = shape.V > 0 ? 151 : 0;
    shape.E = 40;
    shape.H[0] = 66;
    shape.H[1] = 50;
    struct model *m = model_of(shape, 0.2f);
    struct labels_batch l;
    struct results want, got;
    labels_batch_init(&l, &shape, 20, 10);
    for (int threads = 1; threads <= 3; threads++) {
        kern_set_threads(threads);
        struct window *w = window_of(m, 20, 10, WINDOW_TRAIN);
        results_init(threads == 1 ? &want : &got, m, w, &l.batch);
        window_free(w);
        if (threads == 1)
            continue;
        assert_same(&got, &want, "depends on the threads");
        results_fini(&got);
    }
    kern_set_threads(1);
    results_fini(&want);
    labels_batch_fini(&l);
    model_free(m);
}

START_TEST(threads_change_no_bit)
{
    each_shape(_i == 0, check_threads);
}
END_TEST

static Suite *window_batch_suite(void)
{
    Suite *s = suite_create("window_batch");
    TCase *tc = tcase_create("window_batch");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, what_stands_in_padding_changes_no_bit, 0, 2);
    tcase_add_test(tc, sequences_of_one_length_need_no_lengths);
    tcase_add_loop_test(tc, outputs_that_overflow_in_padding_change_nothing, 0, 10);
    tcase_add_loop_test(tc, figures_are_those_of_each_sequence_alone_for_any_size_of_batches, 0, 2);
    if (gemm_ignores_threads())
        tcase_add_loop_test(tc, threads_change_no_bit, 0, 2);
    else
        printf("# skipped: the products of %s may depend on the threads\n", gemm_library());
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(window_batch_suite())
