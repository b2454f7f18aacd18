/* The sums of a CRF, held to the definition: all C^n paths one by one. */
#include "tests/support/crf_support.h"

enum { C_MAX = 4, N_MAX = 6, GAP = 3, STEP = 2 };

/* Gradients of nats by all scores. */
struct grads {
    double emissions[N_MAX * C_MAX], transitions[C_MAX * C_MAX], start[C_MAX], end[C_MAX];
};

/* -ln p(labels) and its gradients, from the probability of each path. */
static double enumerate(const struct field *f, struct grads *g)
{
    const size_t C = f->crf.C, n = f->s.n;
    size_t path[N_MAX] = {0}, gold[N_MAX];
    for (size_t t = 0; t < n; t++)
        gold[t] = (size_t)f->labels[t * f->s.label_stride];
    const long double score = path_score(f, gold);
    long double best = score, sum = 0.0L;
    *g = (struct grads){.start = {0.0}};
    do {
        best = fmaxl(best, path_score(f, path));
    } while (path_next(path, n, C));
    do {
        sum += expl(path_score(f, path) - best);
    } while (path_next(path, n, C));
    const long double nats = (best - score) + logl(sum);
    do {
        const double p = (double)(expl(path_score(f, path) - best) / sum);
        for (size_t t = 0; t < n; t++)
            g->emissions[t * C + path[t]] += p;
        for (size_t t = 1; t < n; t++)
            g->transitions[path[t - 1] * C + path[t]] += p;
        g->start[path[0]] += p;
        g->end[path[n - 1]] += p;
    } while (path_next(path, n, C));
    for (size_t t = 0; t < n; t++)
        g->emissions[t * C + gold[t]] -= 1.0;
    for (size_t t = 1; t < n; t++)
        g->transitions[gold[t - 1] * C + gold[t]] -= 1.0;
    g->start[gold[0]] -= 1.0;
    g->end[gold[n - 1]] -= 1.0;
    return (double)nats;
}

/* What crf_backward gives, from arrays that hold something already. */
struct result {
    double nats;
    struct grads sums;
    float demissions[N_MAX * (C_MAX + GAP)];
    int32_t guesses[N_MAX * STEP];
};

static const double BEFORE = 0.25, SCALE = -1.5;

static void run_backward(struct field *f, struct result *r)
{
    const size_t C = f->crf.C;
    *r = (struct result){.nats = 0.0};
    for (size_t i = 0; i < N_OF(r->demissions); i++)
        r->demissions[i] = 7.0f;
    for (size_t i = 0; i < N_OF(r->guesses); i++)
        r->guesses[i] = -7;
    for (size_t i = 0; i < C * C; i++)
        r->sums.transitions[i] = BEFORE;
    for (size_t i = 0; i < C; i++)
        r->sums.start[i] = r->sums.end[i] = BEFORE;
    const struct crf_grad grad = {.scale = SCALE,
                                  .demissions = r->demissions,
                                  .dtransitions = r->sums.transitions,
                                  .dstart = r->sums.start,
                                  .dend = r->sums.end,
                                  .guesses = r->guesses};
    r->nats = crf_backward(&f->crf, &f->s, &grad, f->scratch);
}

static void assert_rows(const struct field *f, const struct result *r, const struct grads *want,
                        double bound)
{
    const size_t C = f->crf.C;
    for (size_t t = 0; t < f->s.n; t++) {
        const float *row = r->demissions + t * f->s.stride;
        for (size_t j = 0; j < f->s.stride; j++)
            if (j < C)
                ASSERT_NEAR((double)row[j], SCALE * want->emissions[t * C + j], bound + 1e-7);
            else
                ck_assert(row[j] == 7.0f);
        const size_t gold = (size_t)f->labels[t * f->s.label_stride];
        double most = 0.0;
        for (size_t j = 0; j < C; j++)
            most = fmax(most, want->emissions[t * C + j] + (j == gold));
        const size_t guess = (size_t)r->guesses[t * f->s.label_stride];
        ck_assert_uint_lt(guess, C);
        ASSERT_NEAR(want->emissions[t * C + guess] + (guess == gold), most, bound);
        for (size_t k = 1; k < f->s.label_stride; k++)
            ck_assert_int_eq(r->guesses[t * f->s.label_stride + k], -7);
    }
}

/* Nats, gradients and marginals of a field that has been drawn. */
static void assert_as_enumerated(struct field *f, double bound)
{
    const size_t C = f->crf.C;
    struct grads want;
    struct result r;
    const double nats = enumerate(f, &want);
    crf_prepare(&f->crf, f->tables);
    ASSERT_NEAR(crf_nats(&f->crf, &f->s, f->scratch), nats, bound * fmax(1.0, nats));
    run_backward(f, &r);
    ASSERT_NEAR(r.nats, nats, bound * fmax(1.0, nats));
    assert_rows(f, &r, &want, bound);
    for (size_t i = 0; i < C * C; i++)
        ASSERT_NEAR(r.sums.transitions[i], BEFORE + SCALE * want.transitions[i], bound);
    for (size_t i = 0; i < C; i++) {
        ASSERT_NEAR(r.sums.start[i], BEFORE + SCALE * want.start[i], bound);
        ASSERT_NEAR(r.sums.end[i], BEFORE + SCALE * want.end[i], bound);
    }
    f->s.labels = NULL; /* marginals need none, and may replace the emissions */
    crf_marginals(&f->crf, &f->s, f->emissions, f->scratch);
    for (size_t t = 0; t < f->s.n; t++)
        for (size_t j = 0; j < C; j++) {
            const bool gold = (size_t)f->labels[t * f->s.label_stride] == j;
            ASSERT_NEAR((double)f->emissions[t * f->s.stride + j], want.emissions[t * C + j] + gold,
                        bound + 1e-7);
        }
    f->s.labels = f->labels;
}

/* Of scores up to `spread`, for every C and n. */
static void assert_all_shapes(float spread, double bound)
{
    for (size_t C = 1; C <= C_MAX; C++)
        for (size_t n = 1; n <= N_MAX; n++)
            for (uint32_t draw = 0; draw < 6; draw++) {
                struct field f;
                field_init(&f, C, n, draw % 2 * GAP, 1 + draw / 2 % STEP);
                field_draw(&f, draw, spread);
                assert_as_enumerated(&f, bound);
                field_fini(&f);
            }
}

START_TEST(sums_are_those_of_all_paths)
{
    assert_all_shapes(0.0f, 1e-13);
    assert_all_shapes(1.0f, 1e-13);
    assert_all_shapes(30.0f, 1e-12);
}
END_TEST

START_TEST(scores_may_differ_by_any_amount)
{
    static const float spreads[] = {60.0f, 130.0f, 1e3f, 1e5f};
    for (size_t i = 0; i < N_OF(spreads); i++)
        assert_all_shapes(spreads[i], 1e-14 * (double)spreads[i] + 1e-12);
    assert_all_shapes(1e30f, 1e-12);
    assert_all_shapes(1.7e38f, 1e-12); /* hi - lo is a float too */
}
END_TEST

/* One label, or all, far above the rest at a step must not blur the others. */
START_TEST(huge_scores_leave_small_ones_alone)
{
    static const float huge[] = {1e4f, 1e10f, 1e30f, 3e38f, -1e30f, -3e38f};
    for (size_t i = 0; i < N_OF(huge); i++)
        for (size_t at = 0; at < N_MAX; at++)
            for (size_t labels = 1; labels <= C_MAX; labels++) {
                struct field f;
                field_init(&f, C_MAX, N_MAX, 0, 1);
                field_draw(&f, (uint32_t)i, 2.0f);
                for (size_t j = 0; j < labels; j++)
                    f.emissions[at * C_MAX + j] = huge[i];
                f.labels[at] = huge[i] > 0.0f || labels == C_MAX ? 0 : C_MAX - 1;
                assert_as_enumerated(&f, 1e-12);
                field_fini(&f);
            }
}
END_TEST

START_TEST(a_huge_score_that_no_path_has_blurs_no_later_step)
{
    for (uint32_t draw = 0; draw < 10; draw++) {
        struct field f, less;
        field_init(&f, 5, 8, 0, 1);
        field_draw(&f, draw, 2.0f);
        field_bar_first_label(&f);
        field_init_without_first(&less, &f);
        crf_prepare(&f.crf, f.tables);
        crf_prepare(&less.crf, less.tables);
        crf_marginals(&less.crf, &less.s, less.emissions, less.scratch);
        crf_marginals(&f.crf, &f.s, f.emissions, f.scratch);
        for (size_t t = 0; t < 8; t++)
            for (size_t j = 0; j < 5; j++)
                ASSERT_NEAR((double)f.emissions[t * 5 + j],
                            j == 0 ? 0.0 : (double)less.emissions[t * 4 + j - 1], 1e-7);
        field_fini(&f);
        field_fini(&less);
    }
}
END_TEST

/* The nats by central differences of the definition, in all scores. */
START_TEST(gradients_are_central_differences)
{
    enum { C = 3, N = 4 };
    struct field f;
    struct result r;
    struct grads unused;
    field_init(&f, C, N, 0, 1);
    field_draw(&f, 40, 1.0f);
    crf_prepare(&f.crf, f.tables);
    run_backward(&f, &r);
    const struct {
        float *x;
        size_t n;
        const double *dx; /* NULL: demissions */
    } arrays[] = {{f.emissions, (size_t)N * C, NULL},
                  {f.transitions, (size_t)C * C, r.sums.transitions},
                  {f.start, C, r.sums.start},
                  {f.end, C, r.sums.end}};
    for (size_t a = 0; a < N_OF(arrays); a++)
        for (size_t i = 0; i < arrays[a].n; i++) {
            float *x = arrays[a].x + i;
            const float was = *x, above = was + 0x1p-8f, below = was - 0x1p-8f;
            *x = above;
            const double more = enumerate(&f, &unused);
            *x = below;
            const double less = enumerate(&f, &unused);
            *x = was;
            const double slope = (more - less) / ((double)above - (double)below);
            const double got =
                arrays[a].dx == NULL ? (double)r.demissions[i] : arrays[a].dx[i] - BEFORE;
            ASSERT_NEAR(got, SCALE * slope, 1e-5);
        }
    field_fini(&f);
}
END_TEST

/* ln of the sum over all paths by the forward recursion alone, and the score of the labels. */
static double slow_nats(const struct field *f)
{
    const size_t C = f->crf.C;
    double *alpha = zeroed(C, sizeof *alpha), *next = zeroed(C, sizeof *next);
    double *terms = zeroed(C, sizeof *terms);
    for (size_t t = 0; t < f->s.n; t++) {
        for (size_t j = 0; j < C; j++) {
            for (size_t i = 0; t > 0 && i < C; i++)
                terms[i] = alpha[i] + (double)f->transitions[i * C + j];
            next[j] = (double)f->emissions[t * f->s.stride + j] +
                      (t == 0 ? (double)f->start[j] : oracle_logsumexp(C, terms));
        }
        memcpy(alpha, next, C * sizeof *alpha);
    }
    for (size_t j = 0; j < C; j++)
        alpha[j] += (double)f->end[j];
    const double nats = oracle_logsumexp(C, alpha) - crf_score(&f->crf, &f->s);
    mem_free(alpha);
    mem_free(next);
    mem_free(terms);
    return nats;
}

START_TEST(long_sequences_neither_overflow_nor_vanish)
{
    static const struct {
        size_t C, n;
        float spread;
    } cases[] = {
        {23, 25, 3.0f}, {50, 30, 60.0f}, {7, 4000, 5.0f}, {5, 3000, 62.0f}, {5, 900, 2e3f}};
    for (size_t i = 0; i < N_OF(cases); i++) {
        struct field f;
        field_init(&f, cases[i].C, cases[i].n, 0, 1);
        field_draw(&f, (uint32_t)i, cases[i].spread);
        crf_prepare(&f.crf, f.tables);
        const double want = slow_nats(&f);
        ASSERT_NEAR(crf_nats(&f.crf, &f.s, f.scratch), want, 1e-11 * want);
        crf_marginals(&f.crf, &f.s, f.emissions, f.scratch);
        for (size_t t = 0; t < f.s.n; t++) {
            double sum = 0.0;
            for (size_t j = 0; j < f.crf.C; j++)
                sum += (double)f.emissions[t * f.crf.C + j];
            ASSERT_NEAR(sum, 1.0, 1e-5);
        }
        field_fini(&f);
    }
}
END_TEST

/* A label that is out of the question decides which arithmetic is used, and nothing else. */
START_TEST(both_arithmetics_agree)
{
    enum { C = 5, N = 6 };
    struct field f;
    float p[2][N * C];
    double nats[2];
    for (int k = 0; k < 2; k++) {
        field_init(&f, C, N, 0, 1);
        field_draw(&f, 9, 4.0f);
        f.emissions[2 * C + 1] = k == 0 ? -440.0f : -540.0f;
        f.labels[2] = 0;
        crf_prepare(&f.crf, f.tables);
        nats[k] = crf_nats(&f.crf, &f.s, f.scratch);
        crf_marginals(&f.crf, &f.s, p[k], f.scratch);
        field_fini(&f);
    }
    ASSERT_NEAR(nats[0], nats[1], 1e-12);
    for (size_t i = 0; i < N_OF(p[0]); i++)
        ASSERT_NEAR((double)p[0][i], (double)p[1][i], 1e-7);
}
END_TEST

START_TEST(what_is_no_number_shows)
{
    for (int which = 0; which < 4; which++)
        for (size_t at = 0; at < 3; at++) {
            struct field f;
            struct result r;
            field_init(&f, 3, 4, 0, 1);
            field_draw(&f, 5, 1.0f);
            float *const arrays[] = {f.emissions, f.transitions, f.start, f.end};
            arrays[which][at] = NAN;
            crf_prepare(&f.crf, f.tables);
            ck_assert(isnan(crf_nats(&f.crf, &f.s, f.scratch)));
            run_backward(&f, &r);
            ck_assert(isnan(r.nats));
            for (size_t t = 0; t < 4; t++)
                ck_assert(r.guesses[t] >= 0 && r.guesses[t] < 3);
            field_fini(&f);
        }
}
END_TEST

/* What is certain has 0 nats, never less. */
START_TEST(a_certain_path_costs_nothing)
{
    for (uint32_t draw = 0; draw < 50; draw++) {
        struct field f;
        field_init(&f, 4, 6, 0, 1);
        field_draw(&f, draw, 10.0f);
        for (size_t t = 0; t < 6; t++)
            f.emissions[t * 4 + (size_t)f.labels[t]] = 150.0f;
        crf_prepare(&f.crf, f.tables);
        const double nats = crf_nats(&f.crf, &f.s, f.scratch);
        ck_assert(nats >= 0.0 && nats < 1e-12);
        field_fini(&f);
    }
}
END_TEST

static Suite *crf_suite(void)
{
    Suite *s = suite_create("crf");
    TCase *tc = tcase_create("sums");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, sums_are_those_of_all_paths);
    tcase_add_test(tc, scores_may_differ_by_any_amount);
    tcase_add_test(tc, huge_scores_leave_small_ones_alone);
    tcase_add_test(tc, a_huge_score_that_no_path_has_blurs_no_later_step);
    tcase_add_test(tc, gradients_are_central_differences);
    tcase_add_test(tc, long_sequences_neither_overflow_nor_vanish);
    tcase_add_test(tc, both_arithmetics_agree);
    tcase_add_test(tc, what_is_no_number_shows);
    tcase_add_test(tc, a_certain_path_costs_nothing);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(crf_suite())
