/* Windows that score and feed: the state that is carried from each to the next, and reset. */
#include <math.h>

#include "tests/support/model_support.h"
#include "tests/support/tap.h"

enum { SB = 3, ST = 12, SV = 11 };

/* A model that scores, a window of it and ids for its whole length. */
struct scorer {
    struct model *m;
    struct window *w;
    int32_t *x, *y;
    double nats[ST * SB];
};

static void scorer_init(struct scorer *s)
{
    s->m = model_of(lstm_shape(SV, 4, 6, 2), 1.0f);
    s->w = window_of(s->m, SB, ST, WINDOW_SCORE);
    s->x = ids_below(1, (size_t)ST * SB, SV);
    s->y = ids_below(2, (size_t)ST * SB, SV);
    window_score(s->w, ST, s->x, s->y, s->nats);
    window_reset(s->w);
}

static void scorer_fini(struct scorer *s)
{
    window_free(s->w);
    model_free(s->m);
    mem_free(s->x);
    mem_free(s->y);
}

START_TEST(windows_one_after_another_score_as_one_long_window)
{
    static const size_t cuts[][4] = {{12}, {6, 6}, {1, 11}, {5, 1, 2, 4}, {3, 3, 3, 3}};
    struct scorer s;
    scorer_init(&s);
    for (size_t i = 0; i < N_OF(cuts); i++) {
        double nats[ST * SB];
        size_t at = 0;
        for (size_t part = 0; part < 4 && cuts[i][part] > 0; part++) {
            window_score(s.w, cuts[i][part], s.x + at * SB, s.y + at * SB, nats + at * SB);
            at += cuts[i][part];
        }
        ck_assert_uint_eq(at, ST);
        for (size_t r = 0; r < (size_t)ST * SB; r++)
            ASSERT_NEAR(nats[r], s.nats[r], 4e-6);
        window_reset(s.w);
    }
    scorer_fini(&s);
}
END_TEST

START_TEST(logits_of_feeding_agree_with_scores)
{
    struct scorer s;
    scorer_init(&s);
    for (size_t t = 1; t < ST; t += 3) { /* feeds 2 steps without, then 1 with logits */
        float logits[SB * SV];
        window_feed(s.w, t == 1 ? 1 : 2, s.x + (t == 1 ? 0 : t - 2) * SB, NULL);
        window_feed(s.w, 1, s.x + t * SB, logits);
        for (size_t b = 0; b < SB; b++) {
            double *row = widened(logits + b * SV, SV);
            const double want = s.nats[t * SB + b];
            ASSERT_NEAR(oracle_logsumexp(SV, row) - row[s.y[t * SB + b]], want, 4e-6);
            mem_free(row);
        }
    }
    float logits[SB * SV], alone[SB * SV];
    window_reset(s.w);
    window_feed(s.w, ST, s.x, logits); /* those of the last step */
    window_reset(s.w);
    window_feed(s.w, ST - 1, s.x, NULL);
    window_feed(s.w, 1, s.x + (ST - 1) * SB, alone);
    for (size_t i = 0; i < SB * SV; i++)
        ASSERT_NEAR((double)logits[i], (double)alone[i], 4e-6);
    scorer_fini(&s);
}
END_TEST

START_TEST(a_row_that_is_reset_begins_anew_and_the_others_go_on)
{
    enum { HALF = ST / 2 };
    struct scorer s;
    double nats[HALF * SB], fresh[HALF * SB];
    scorer_init(&s);
    window_score(s.w, HALF, s.x + HALF * SB, s.y + HALF * SB, fresh);
    for (size_t row = 0; row < SB; row++) {
        window_reset(s.w);
        window_score(s.w, HALF, s.x, s.y, nats);
        window_reset_row(s.w, row);
        window_score(s.w, HALF, s.x + HALF * SB, s.y + HALF * SB, nats);
        for (size_t r = 0; r < HALF * SB; r++) {
            const double went_on = s.nats[HALF * SB + r];
            ASSERT_NEAR(nats[r], r % SB == row ? fresh[r] : went_on, 4e-6);
            if (r < SB) /* the first step tells the two apart */
                ck_assert(fabs(fresh[r] - went_on) > 1e-3);
        }
    }
    scorer_fini(&s);
}
END_TEST

START_TEST(a_window_that_is_reset_is_as_new)
{
    struct scorer s;
    double nats[ST * SB];
    scorer_init(&s);
    window_score(s.w, ST, s.x, s.y, nats);
    ck_assert_int_eq(memcmp(nats, s.nats, sizeof nats), 0);
    scorer_fini(&s);
}
END_TEST

enum { MANY = 20000, ROWS = 300 }; /* a block of the softmax holds 128 rows of so many words */

/* Every number of rows writes within the block of the largest. */
START_TEST(scores_of_shorter_windows_stay_within_their_buffers)
{
    struct model *m = model_of(lstm_shape(MANY, 1, 1, 1), 0.5f);
    struct window *w = window_of(m, 1, ROWS, WINDOW_SCORE);
    int32_t *x = ids_below(1, ROWS, MANY);
    double nats[ROWS], again[ROWS];
    window_score(w, ROWS, x, x, nats);
    static const size_t lengths[] = {1, 100, 101, 128, 129, 299};
    for (size_t i = 0; i < N_OF(lengths); i++) {
        window_reset(w);
        window_score(w, lengths[i], x, x, again);
        for (size_t r = 0; r < lengths[i]; r++)
            ASSERT_NEAR(again[r], nats[r], 4e-6);
    }
    mem_free(x);
    window_free(w);
    model_free(m);
}
END_TEST

static Suite *window_score_suite(void)
{
    Suite *s = suite_create("window_score");
    TCase *tc = tcase_create("window_score");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, windows_one_after_another_score_as_one_long_window);
    tcase_add_test(tc, logits_of_feeding_agree_with_scores);
    tcase_add_test(tc, a_row_that_is_reset_begins_anew_and_the_others_go_on);
    tcase_add_test(tc, a_window_that_is_reset_is_as_new);
    tcase_add_test(tc, scores_of_shorter_windows_stay_within_their_buffers);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(window_score_suite())
