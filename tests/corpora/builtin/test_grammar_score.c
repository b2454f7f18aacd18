/* The true probabilities of the built-in corpus: that they are probabilities, that they add up, and
 * that text is drawn by them. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpora/builtin/grammar.h"
#include "corpora/builtin/grammar_sample.h"
#include "corpora/builtin/grammar_score.h"
#include "tests/support/tap.h"

enum { MAX_WORDS = 256 };

static struct buf text_of(uint64_t seed, enum split split, uint64_t n_tokens)
{
    struct buf text = {0};
    struct err err = {0};
    ck_assert_msg(grammar_write(&text, seed, split, n_tokens, &err) == ST_OK, "%s", err.text);
    return text;
}

/* Cuts a line into its words in place. */
static size_t split_words(char *line, const char **words)
{
    size_t n = 0;
    char *save;
    for (char *w = strtok_r(line, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
        if (n == MAX_WORDS)
            ck_abort_msg("a sentence of more than %d words", MAX_WORDS);
        words[n++] = w;
    }
    return n;
}

/* The scorer after the first n words of a sentence. */
static void read_prefix(struct grammar_scorer *s, const struct grammar *g, const char *const *words,
                        size_t n)
{
    double p;
    if (grammar_scorer_begin(s, NULL) != ST_OK)
        ck_abort_msg("out of memory");
    for (size_t i = 0; i < n; i++) {
        const int32_t word = hash_table_find(&g->words, words[i], strlen(words[i]));
        if (word < 0 || grammar_scorer_read(s, g, (uint32_t)word, &p, NULL) != ST_OK || !(p > 0))
            ck_abort_msg("word %zu, '%s', cannot be read", i, words[i]);
    }
}

/* Probabilities of all words, and of the line end, after a prefix. */
static void next_words(double *p, const struct grammar *g, const char *const *words, size_t n)
{
    struct grammar_scorer s = {0};
    for (uint32_t w = 0; w < hash_table_size(&g->words); w++) {
        read_prefix(&s, g, words, n);
        if (grammar_scorer_read(&s, g, w, &p[w], NULL) != ST_OK)
            ck_abort_msg("out of memory");
    }
    grammar_scorer_fini(&s);
}

START_TEST(the_probabilities_of_all_words_and_the_end_sum_to_one)
{
    const struct grammar *g;
    struct buf text = text_of(11, SPLIT_VALID, 300);
    ck_assert_int_eq(grammar_builtin(&g, NULL), ST_OK);
    double *p = calloc(hash_table_size(&g->words), sizeof *p);
    ck_assert_ptr_nonnull(p);
    char *save;
    for (char *line = strtok_r(text.data, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        const char *words[MAX_WORDS];
        const size_t n = split_words(line, words);
        for (size_t i = 0; i <= n; i += 3) {
            double sum = 0;
            next_words(p, g, words, i);
            for (uint32_t w = 0; w < hash_table_size(&g->words); w++)
                sum += p[w];
            ck_assert_double_eq_tol(sum, 1.0, 1e-9);
        }
    }
    free(p);
    buf_fini(&text);
}
END_TEST

START_TEST(a_text_scores_what_its_sentences_score_and_they_what_their_words_do)
{
    struct buf text = text_of(12, SPLIT_TEST, 3000);
    struct grammar_score all, sum = {0};
    struct err err = {0};
    ck_assert_msg(grammar_score_text(&all, text.data, text.len, &err) == ST_OK, "%s", err.text);
    char *save;
    for (char *line = strtok_r(text.data, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        const char *words[MAX_WORDS];
        double nats[MAX_WORDS + 1];
        struct grammar_score one, own = {0};
        ck_assert_int_eq(grammar_score_text(&one, line, strlen(line), NULL), ST_OK);
        own.tokens = split_words(line, words) + 1;
        ck_assert_int_eq(grammar_score_sentence(nats, words, own.tokens - 1, NULL), ST_OK);
        for (size_t i = 0; i < own.tokens; i++) {
            if (!(nats[i] <= 1e-12))
                ck_abort_msg("ln p of a word is %g", nats[i]);
            own.nats += nats[i];
        }
        ck_assert_uint_eq(one.tokens, own.tokens);
        ck_assert_double_eq_tol(one.nats, own.nats, 1e-9);
        sum.tokens += own.tokens;
        sum.nats += own.nats;
    }
    ck_assert_uint_eq(all.tokens, sum.tokens);
    ck_assert_double_eq_tol(all.nats, sum.nats, 1e-7);
    buf_fini(&text);
}
END_TEST

START_TEST(an_empty_text_scores_nothing)
{
    struct grammar_score score = {1, 1.0};
    ck_assert_int_eq(grammar_score_text(&score, "", 0, NULL), ST_OK);
    ck_assert_uint_eq(score.tokens, 0);
    ck_assert(score.nats == 0);
}
END_TEST

/* Pearson's statistic of counts against n p, cells of fewer than 5 expected put together; it has
 * to lie within five standard deviations of its mean. */
static void check_counts(const uint64_t *counts, const double *p, size_t n_cells, uint64_t n)
{
    double statistic = 0, rest_expected = 0, rest_count = 0;
    size_t cells = 0;
    for (size_t i = 0; i < n_cells; i++) {
        const double expected = (double)n * p[i], d = (double)counts[i] - expected;
        if (!(p[i] > 0) && counts[i] > 0)
            ck_abort_msg("word %zu came %lu times but cannot", i, (unsigned long)counts[i]);
        if (expected < 5) {
            rest_expected += expected;
            rest_count += (double)counts[i];
            continue;
        }
        statistic += d * d / expected;
        cells++;
    }
    if (rest_expected >= 5) {
        statistic += (rest_count - rest_expected) * (rest_count - rest_expected) / rest_expected;
        cells++;
    }
    ck_assert_uint_gt(cells, 3);
    const double df = (double)cells - 1;
    ck_assert_double_le(fabs(statistic - df), 5 * sqrt(2 * df));
}

/* Counts what follows a prefix at the start of the sentences of a text. */
static uint64_t count_next(uint64_t *counts, const struct grammar *g, const struct buf *text,
                           const char *prefix)
{
    uint64_t n = 0;
    const size_t len = strlen(prefix);
    for (const char *line = text->data; line < text->data + text->len;) {
        if (strncmp(line, prefix, len) == 0) {
            const size_t word_len = strcspn(line + len, " \n");
            const int32_t word = hash_table_find(&g->words, line + len, word_len);
            if (word < 0)
                ck_abort_msg("'%.*s' is not in the vocabulary", (int)word_len, line + len);
            counts[word]++;
            n++;
        }
        line = strchr(line, '\n') + 1;
    }
    return n;
}

START_TEST(words_come_as_often_as_their_probabilities_say)
{
    const char *const prefixes[] = {"", "the ", "mr. ", "yesterday ", "despite "};
    const struct grammar *g;
    struct buf text = text_of(21, SPLIT_TRAIN, 1500000);
    ck_assert_int_eq(grammar_builtin(&g, NULL), ST_OK);
    double *p = calloc(hash_table_size(&g->words), sizeof *p);
    uint64_t *counts = calloc(hash_table_size(&g->words), sizeof *counts);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        char copy[64];
        const char *words[MAX_WORDS];
        snprintf(copy, sizeof copy, "%s", prefixes[i]);
        next_words(p, g, words, split_words(copy, words));
        memset(counts, 0, hash_table_size(&g->words) * sizeof *counts);
        check_counts(counts, p, hash_table_size(&g->words),
                     count_next(counts, g, &text, prefixes[i]));
    }
    free(p);
    free(counts);
    buf_fini(&text);
}
END_TEST

/* Mean nats a token of a text, and the variance of that mean: sentences are independent, so the
 * ratio of two sums over them has variance sum (x - r n)^2 / N^2. */
static double mean_nats(const struct buf *text, double *variance)
{
    struct grammar_score all;
    ck_assert_int_eq(grammar_score_text(&all, text->data, text->len, NULL), ST_OK);
    const double mean = -all.nats / (double)all.tokens;
    *variance = 0;
    for (const char *line = text->data; line < text->data + text->len;) {
        const char *end = strchr(line, '\n');
        struct grammar_score one;
        if (grammar_score_text(&one, line, (size_t)(end - line), NULL) != ST_OK)
            ck_abort_msg("a sentence is refused");
        const double d = -one.nats - mean * (double)one.tokens;
        *variance += d * d;
        line = end + 1;
    }
    *variance /= (double)all.tokens * (double)all.tokens;
    return mean;
}

START_TEST(two_seeds_have_the_same_perplexity_but_for_sampling_error)
{
    double va, vb;
    struct buf a = text_of(31, SPLIT_TRAIN, 200000), b = text_of(32, SPLIT_TRAIN, 200000);
    const double ma = mean_nats(&a, &va), mb = mean_nats(&b, &vb);
    ck_assert_double_le(fabs(ma - mb), 4 * sqrt(va + vb));
    ck_assert_double_lt(sqrt(va + vb), 0.01);
    ck_assert_double_ge(exp(ma), 24.5);
    ck_assert_double_le(exp(ma), 27);
    buf_fini(&a);
    buf_fini(&b);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("grammar_score");
    TCase *t = tcase_create("score");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, the_probabilities_of_all_words_and_the_end_sum_to_one);
    tcase_add_test(t, a_text_scores_what_its_sentences_score_and_they_what_their_words_do);
    tcase_add_test(t, an_empty_text_scores_nothing);
    tcase_add_test(t, words_come_as_often_as_their_probabilities_say);
    tcase_add_test(t, two_seeds_have_the_same_perplexity_but_for_sampling_error);
    suite_add_tcase(suite, t);
    return suite;
}

TAP_MAIN(make_suite())
