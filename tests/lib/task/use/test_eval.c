/* Perplexity of a stream, and log-probabilities of lines: both against token after token. */
#include <math.h>

#include "lib/task/use/eval.h"
#include "lib/task/use/score.h"
#include "tests/support/task_support.h"

enum { V = 40, N = 700, UNK = 3, EOS = 0 };

static int32_t ids[N];
static struct model *m;
static struct eval_result r;

static void setup(void)
{
    m = model_random(V, 8, 2, 1.0f, 5);
    fill_random_ids(ids, N, V, 1);
    r = (struct eval_result){0};
}

static void teardown(void)
{
    model_free(m);
}

static struct eval_request request_of(size_t n, size_t streams)
{
    return (struct eval_request){.ids = ids, .n = n, .unk = UNK, .streams = streams};
}

static void eval(size_t n, size_t streams)
{
    const struct eval_request request = request_of(n, streams);
    ASSERT_OK(eval_stream(&r, m, &request, &err));
}

static uint64_t count_unknown(size_t n)
{
    uint64_t unknown = 0;
    for (size_t i = 1; i < n; i++)
        unknown += ids[i] == UNK;
    return unknown;
}

static void check_relative(double got, double want, double tolerance)
{
    ck_assert_double_eq_tol(got / want, 1.0, tolerance);
}

START_TEST(one_stream_is_the_sum_of_token_after_token)
{
    static const size_t lengths[] = {2, 3, 256, 257, 258, N};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        eval(lengths[i], 1);
        ck_assert_uint_eq(r.tokens, lengths[i] - 1);
        ck_assert_uint_eq(r.unknown, count_unknown(lengths[i]));
        check_relative(r.nats, nats_one_by_one(m, ids, 1, lengths[i]), 1e-6);
    }
}
END_TEST

/* Cut as the comment in eval.c says: stream s scores from 1 + s (n - 1) / S on. */
START_TEST(several_streams_are_stretches_that_start_cold)
{
    static const size_t streams[] = {2, 3, 7, 300, N - 1};
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        const size_t S = streams[i];
        double want = 0.0;
        for (size_t s = 0; s < S; s++)
            want += nats_one_by_one(m, ids, 1 + s * (N - 1) / S, 1 + (s + 1) * (N - 1) / S);
        eval(N, S);
        check_relative(r.nats, want, 1e-6);
    }
}
END_TEST

/* With nothing but the softmax's bias a loss depends on its target alone, so any cut that scores
 * each token once gives the same sum. */
START_TEST(any_number_of_streams_scores_every_token_once)
{
    static const size_t streams[] = {1, 2, 3, 7, N - 1, N, 4096};
    memset(m->weights, 0, m->params.total * sizeof *m->weights);
    float *bias = m->weights + param_find(&m->params, "decoder.bias")->offset;
    rng_fill_uniform(9, RNG_TEST, bias, V, -3.0f, 3.0f);
    double all = 0.0, known = 0.0, partition = 0.0;
    for (size_t i = 0; i < V; i++)
        partition += exp((double)bias[i]);
    for (size_t i = 1; i < N; i++) {
        const double nats = log(partition) - (double)bias[ids[i]];
        all += nats;
        known += ids[i] == UNK ? 0.0 : nats;
    }
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        eval(N, streams[i]);
        ck_assert_uint_eq(r.tokens, N - 1);
        ck_assert_uint_eq(r.unknown, count_unknown(N));
        check_relative(r.nats, all, 1e-6);
        check_relative(r.nats_known, known, 1e-6);
    }
    ck_assert_uint_gt(r.unknown, 0);
}
END_TEST

START_TEST(a_model_of_zero_weights_has_perplexity_v)
{
    static const size_t sizes[] = {2, 3, 100, 10000};
    static const size_t streams[] = {1, 2, 3, 7, 50};
    memset(ids, 0, sizeof ids);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        model_free(m);
        m = model_zero(sizes[i]);
        for (size_t s = 0; s < sizeof streams / sizeof *streams; s++) {
            eval(50, streams[s]);
            check_relative(eval_perplexity(&r), (double)sizes[i], 1e-14);
        }
    }
}
END_TEST

START_TEST(perplexity_is_the_exponential_of_the_mean)
{
    r = (struct eval_result){.tokens = 8, .unknown = 3, .nats = 24.0, .nats_known = 20.0};
    ck_assert_double_eq_tol(eval_perplexity(&r), exp(3.0), 1e-12);
    ck_assert_double_eq_tol(eval_perplexity_known(&r), exp(4.0), 1e-12);
}
END_TEST

START_TEST(ten_thousand_million_tokens_have_their_perplexity)
{
    struct eval_result sum = {0};
    const double nats[] = {4.5, 5.5}; /* in turn, as sums that grow by a window's tokens */
    for (int i = 0; i < 1000000; i++) {
        sum.tokens += 10000;
        sum.nats += 10000 * nats[i % 2];
    }
    ck_assert_uint_eq(sum.tokens, UINT64_C(10000000000));
    ck_assert_double_eq_tol(eval_perplexity(&sum), exp(5.0), 1e-9);
}
END_TEST

START_TEST(perplexity_of_nothing_is_a_nan_without_a_sign)
{
    char text[16];
    for (size_t i = 0; i < 10; i++)
        ids[i] = UNK;
    eval(10, 1);
    ck_assert_uint_eq(r.unknown, 9);
    snprintf(text, sizeof text, "%f", eval_perplexity_known(&r));
    ck_assert_str_eq(text, "nan");
}
END_TEST

START_TEST(fewer_than_two_tokens_are_refused)
{
    for (size_t n = 0; n < 2; n++) {
        const struct eval_request request = request_of(n, 1);
        ASSERT_FAILS(eval_stream(&r, m, &request, &err), ST_INPUT, "too short");
    }
    ck_assert_uint_eq(r.tokens, 0);
}
END_TEST

struct watch {
    uint64_t calls, done;
    double nats;
    volatile sig_atomic_t stop;
    uint64_t stop_at;
};

static void note_progress(void *ctx, uint64_t done, uint64_t all, double nats)
{
    struct watch *w = ctx;
    ck_assert_uint_gt(done, w->done);
    ck_assert_uint_eq(all, N - 1);
    w->calls++;
    w->done = done;
    w->nats = nats;
    w->stop = w->calls == w->stop_at;
}

START_TEST(progress_counts_up_to_the_result)
{
    struct watch w = {0};
    struct eval_request request = request_of(N, 3);
    request.progress = note_progress;
    request.ctx = &w;
    ASSERT_OK(eval_stream(&r, m, &request, &err));
    ck_assert_uint_gt(w.calls, 1);
    ck_assert_uint_eq(w.done, N - 1);
    ck_assert_double_eq(w.nats, r.nats);
}
END_TEST

START_TEST(a_stop_flag_ends_it_at_the_next_window)
{
    struct watch w = {.stop_at = 2};
    struct eval_request request = request_of(N, 1);
    request.progress = note_progress;
    request.ctx = &w;
    request.stop = &w.stop;
    ASSERT_FAILS(eval_stream(&r, m, &request, &err), ST_INTERRUPTED, "of 699 tokens");
    ck_assert_uint_eq(w.calls, 2);
    ck_assert_uint_eq(r.tokens, 0);
}
END_TEST

/* Cuts the stream into lines of these lengths, again and again. */
static double score_lines(struct scorer *s, const size_t *lengths, size_t n_lengths)
{
    double nats[N], sum = 0.0;
    size_t line = 0;
    for (size_t at = 0; at < N; line++) {
        size_t n = lengths[line % n_lengths];
        n = n < N - at ? n : N - at;
        ASSERT_OK(scorer_line(s, ids + at, n, nats, &err));
        for (size_t i = 0; i < n; i++) {
            ck_assert_int_eq(isnan(nats[i]), at + i == 0);
            sum += isnan(nats[i]) ? 0.0 : nats[i];
        }
        at += n;
    }
    return sum;
}

START_TEST(lines_with_the_state_carried_are_the_stream)
{
    static const size_t lengths[][3] = {{1, 1, 1}, {5, 1, 130}, {N, N, N}};
    eval(N, 1);
    for (size_t i = 0; i < 3; i++) {
        struct scorer *s = NULL;
        ASSERT_OK(scorer_new(&s, m, EOS, true, &err));
        check_relative(score_lines(s, lengths[i], 3), r.nats, 1e-9);
        scorer_free(s);
    }
}
END_TEST

START_TEST(independent_lines_start_after_an_eos)
{
    struct scorer *s = NULL;
    double nats[N];
    ASSERT_OK(scorer_new(&s, m, EOS, false, &err));
    for (size_t at = 0; at + 100 < N; at += 100) {
        int32_t line[101] = {EOS};
        double sum = 0.0;
        memcpy(line + 1, ids + at, 100 * sizeof *line);
        ASSERT_OK(scorer_line(s, line + 1, 100, nats, &err));
        for (size_t i = 0; i < 100; i++)
            sum += nats[i];
        check_relative(sum, nats_one_by_one(m, line, 1, 101), 1e-6);
    }
    scorer_free(s);
}
END_TEST

static struct eval_result sentences[N];
static size_t n_sentences;

static void take_sentence(void *ctx, const struct eval_result *s)
{
    ck_assert_ptr_eq(ctx, sentences);
    sentences[n_sentences++] = *s;
}

START_TEST(sentences_add_up_to_the_text)
{
    struct eval_request request = request_of(N, 1);
    request.sentence = take_sentence;
    request.eos = EOS;
    request.ctx = sentences;
    ids[0] = EOS; /* the first sentence is without a token that is scored */
    n_sentences = 0;
    ASSERT_OK(eval_stream(&r, m, &request, &err));
    ck_assert_uint_gt(n_sentences, 5);
    size_t end = 1;
    struct eval_result sum = {0};
    for (size_t i = 0; i < n_sentences; i++) {
        const size_t first = end;
        while (i > 0 && end < N && ids[end++] != EOS)
            ;
        ck_assert_uint_eq(sentences[i].tokens, end - first);
        sum.tokens += sentences[i].tokens;
        sum.unknown += sentences[i].unknown;
        sum.nats += sentences[i].nats;
        sum.nats_known += sentences[i].nats_known;
    }
    ck_assert_uint_eq(end, N);
    ck_assert_uint_eq(sum.tokens, r.tokens);
    ck_assert_uint_eq(sum.unknown, r.unknown);
    check_relative(sum.nats, r.nats, 1e-12);
    check_relative(sum.nats_known, r.nats_known, 1e-12);
}
END_TEST

/* "a <unk> <eos>", "b <eos>", the first token of which is not scored */
START_TEST(totals_are_those_of_srilm)
{
    static const int32_t line[] = {7, UNK, EOS, 8, EOS};
    static const double nats[] = {(double)NAN, 4.0, 2.0, 3.0, 1.0};
    struct score_totals t = {0};
    score_totals_add(&t, line, nats, 3, EOS, UNK);
    score_totals_add(&t, line + 3, nats + 3, 2, EOS, UNK);
    ck_assert_uint_eq(t.words, 2);
    ck_assert_uint_eq(t.sentences, 2);
    ck_assert_uint_eq(t.unknown, 1);
    check_relative(t.nats, 10.0, 1e-15);
    check_relative(score_perplexity(&t, SCORE_PPL, false), exp(10.0 / 4), 1e-12);
    check_relative(score_perplexity(&t, SCORE_PPL1, false), exp(10.0 / 2), 1e-12);
    check_relative(score_perplexity(&t, SCORE_PPL_WORDS, false), exp(7.0 / 2), 1e-12);
    check_relative(score_perplexity(&t, SCORE_PPL, true), exp(6.0 / 3), 1e-12);
    check_relative(score_perplexity(&t, SCORE_PPL1, true), exp(6.0 / 1), 1e-12);
    check_relative(score_perplexity(&t, SCORE_PPL_WORDS, true), exp(3.0 / 1), 1e-12);
    t = (struct score_totals){0};
    score_totals_add(&t, line + 1, nats + 1, 1, EOS, UNK);
    ck_assert(isnan(score_perplexity(&t, SCORE_PPL, true)));
}
END_TEST

static Suite *eval_suite(void)
{
    Suite *suite = suite_create("eval");
    TCase *tc = tcase_create("eval");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, one_stream_is_the_sum_of_token_after_token);
    tcase_add_test(tc, several_streams_are_stretches_that_start_cold);
    tcase_add_test(tc, any_number_of_streams_scores_every_token_once);
    tcase_add_test(tc, a_model_of_zero_weights_has_perplexity_v);
    tcase_add_test(tc, perplexity_is_the_exponential_of_the_mean);
    tcase_add_test(tc, ten_thousand_million_tokens_have_their_perplexity);
    tcase_add_test(tc, perplexity_of_nothing_is_a_nan_without_a_sign);
    tcase_add_test(tc, fewer_than_two_tokens_are_refused);
    tcase_add_test(tc, progress_counts_up_to_the_result);
    tcase_add_test(tc, a_stop_flag_ends_it_at_the_next_window);
    tcase_add_test(tc, lines_with_the_state_carried_are_the_stream);
    tcase_add_test(tc, independent_lines_start_after_an_eos);
    tcase_add_test(tc, sentences_add_up_to_the_text);
    tcase_add_test(tc, totals_are_those_of_srilm);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(eval_suite())
