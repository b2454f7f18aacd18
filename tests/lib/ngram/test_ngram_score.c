/* How a model of n-grams is asked: histories, the longest n-gram, the end of a sentence. */
#include <math.h>

#include "tests/support/ngram_support.h"
#include "tests/support/tap.h"

/* "a b c <eos> a b <eos> <eos> c a" and a word that the text has not. */
enum { EOS, A, B, C, NEW, V };
static struct ngram_sample sample;

static void build_small(struct ngram_built *b, int order)
{
    static const int32_t ids[] = {A, B, C, EOS, A, B, EOS, EOS, C, A};
    memcpy(sample.data, ids, sizeof ids);
    sample.ids = (struct ids){.data = sample.data, .n = N_OF(ids)};
    sample.text = (struct ngram_text){&sample.ids, V, EOS};
    build_sample(b, &sample, order, NULL, 0);
}

static void assert_same_state(const struct ngram_state *a, const struct ngram_state *b)
{
    ck_assert_int_eq(a->n, b->n);
    for (int k = 0; k < a->n; k++)
        ck_assert_uint_eq(a->at[k], b->at[k]);
}

START_TEST(after_eos_a_sentence_begins)
{
    struct ngram_built b;
    build_small(&b, _i + 1);
    const struct ngram_state begin = ngram_begin(&b.model);
    struct ngram_state state = begin;
    for (int i = 0; i < 100; i++) {
        struct ngram_state next;
        ngram_score(&b.model, &state, i * i % V, &state, NULL);
        ngram_score(&b.model, &state, EOS, &next, NULL);
        assert_same_state(&next, &begin);
    }
    ngram_built_fini(&b);
}
END_TEST

START_TEST(the_next_history_may_take_the_place_of_the_old_one)
{
    struct ngram_built b;
    build_small(&b, _i + 1);
    struct ngram_state state = ngram_begin(&b.model);
    for (int i = 0; i < 100; i++) {
        struct ngram_state same = state, next;
        const int32_t w = i * i % V;
        const double alone = ngram_score(&b.model, &state, w, NULL, NULL);
        ck_assert_double_eq(ngram_score(&b.model, &state, w, &next, NULL), alone);
        ck_assert_double_eq(ngram_score(&b.model, &same, w, &same, NULL), alone);
        assert_same_state(&same, &next);
        state = next;
    }
    ngram_built_fini(&b);
}
END_TEST

/* The words of a sentence, the last as the one that is asked for. */
static const struct {
    int32_t words[8];
    int n, used[4]; /* in models of the orders 1 to 4 */
} cases[] = {
    {{A}, 1, {1, 2, 2, 2}},              /* <s> a */
    {{B}, 1, {1, 1, 1, 1}},              /* not at the beginning */
    {{EOS}, 1, {1, 2, 2, 2}},            /* <s> </s> */
    {{A, B}, 2, {1, 2, 3, 3}},           /* <s> a b */
    {{A, B, C}, 3, {1, 2, 3, 4}},        /* <s> a b c */
    {{C, A, B}, 3, {1, 2, 2, 2}},        /* a b, but not c a b */
    {{A, EOS, A}, 3, {1, 2, 2, 2}},      /* <s> a: what is before is forgotten */
    {{A, EOS, B}, 3, {1, 1, 1, 1}},      /* no word goes beyond the end of its sentence */
    {{NEW, A, B, EOS}, 4, {1, 2, 3, 3}}, /* a b </s> */
    {{A, B, NEW}, 3, {1, 1, 1, 1}},      /* never seen */
    {{A, NEW, B}, 3, {1, 1, 1, 1}},
    {{NEW, NEW, NEW, A, B, C}, 6, {1, 2, 3, 3}},
};

START_TEST(used_is_the_order_of_the_longest_ngram)
{
    for (int order = 1; order <= 4; order++) {
        struct ngram_built b;
        build_small(&b, order);
        struct ngram_state state = ngram_begin(&b.model);
        int used = 0;
        for (int i = 0; i < cases[_i].n; i++)
            ngram_score(&b.model, &state, cases[_i].words[i], &state, &used);
        ck_assert_int_eq(used, cases[_i].used[order - 1]);
        ngram_built_fini(&b);
    }
}
END_TEST

/* Each n-gram of a level by its words, and what is not there. */
START_TEST(ngrams_are_found_by_their_words)
{
    struct ngram_built b;
    build_small(&b, 3);
    const struct ngram *m = &b.model;
    for (uint32_t i = 0; i < V * V * V; i++) {
        const uint32_t words[] = {i / V / V, i / V % V, i % V};
        const uint64_t two = ngram_find(m, words, 2), three = ngram_find(m, words, 3);
        ck_assert_uint_eq(ngram_find(m, words, 1), words[0]);
        if (two == NGRAM_NONE) {
            ck_assert_uint_eq(three, NGRAM_NONE);
            continue;
        }
        ck_assert(two >= m->of[0].first[words[0]] && two < m->of[0].first[words[0] + 1]);
        ck_assert_uint_eq(m->of[1].words[two], words[1]);
        if (three == NGRAM_NONE)
            continue;
        ck_assert(three >= m->of[1].first[two] && three < m->of[1].first[two + 1]);
        ck_assert_uint_eq(m->of[2].words[three], words[2]);
    }
    ngram_built_fini(&b);
}
END_TEST

/* So that a search by halves finds all of them, and each is found once. */
START_TEST(continuations_lie_side_by_side_by_their_words)
{
    struct ngram_built b;
    make_sample(&sample, &(struct sample_form){.n = 3000, .V = 50, .longest = 10}, 4);
    build_sample(&b, &sample, 5, NULL, 1 << 20);
    for (int n = 1; n < 5; n++) {
        const struct ngram_level *below = &b.model.of[n - 1], *level = &b.model.of[n];
        ck_assert_uint_eq(below->first[0], 0);
        ck_assert_uint_eq(below->first[below->n], level->n);
        for (uint64_t i = 0; i < below->n; i++)
            for (uint64_t k = below->first[i]; k + 1 < below->first[i + 1]; k++)
                if (level->words[k] >= level->words[k + 1])
                    ck_abort_msg("order %d", n + 1);
    }
    ngram_built_fini(&b);
}
END_TEST

/* Order 1: the words as often as they are, and what all are given alike. */
START_TEST(a_word_that_was_never_seen_has_its_share)
{
    struct ngram_built b;
    build_small(&b, 1);
    const struct ngram_state state = ngram_begin(&b.model);
    const double rest = (1.5 * 2 + 1.0 * 2) / 10.0 / V; /* of the counts 3, 3, 2, 2 */
    static const double own[] = {1.5, 1.5, 1.0, 1.0, 0.0};
    ck_assert(b.discounts[0].assumed);
    for (int32_t w = 0; w < V; w++) {
        const double p = exp(ngram_score(&b.model, &state, w, NULL, NULL));
        ck_assert_double_eq_tol(p, own[w] / 10.0 + rest, 1e-6);
    }
    ngram_built_fini(&b);
}
END_TEST

static Suite *ngram_score_suite(void)
{
    Suite *s = suite_create("ngram_score");
    TCase *tc = tcase_create("ngram_score");
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_loop_test(tc, after_eos_a_sentence_begins, 0, NGRAM_MAX);
    tcase_add_loop_test(tc, the_next_history_may_take_the_place_of_the_old_one, 0, NGRAM_MAX);
    tcase_add_loop_test(tc, used_is_the_order_of_the_longest_ngram, 0, (int)N_OF(cases));
    tcase_add_test(tc, ngrams_are_found_by_their_words);
    tcase_add_test(tc, continuations_lie_side_by_side_by_their_words);
    tcase_add_test(tc, a_word_that_was_never_seen_has_its_share);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(ngram_score_suite())
