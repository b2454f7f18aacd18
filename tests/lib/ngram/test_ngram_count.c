/* Counts of n-grams are those of the definition; they, and models of them, are the same for any
 * memory, and for sentences in any order. */
#include "tests/support/ngram_oracle.h"
#include "tests/support/ngram_support.h"
#include "tests/support/tap.h"

enum { LARGE = 1 << 26 };

static const uint64_t keep_all[NGRAM_MAX];
static struct ngram_sample sample, other;
static struct ngram_oracle oracle;

/* By the definition ----------------------------------------------------------- */

static bool is_before(const uint32_t *a, const uint32_t *b, int n)
{
    int i = 0;
    while (i < n - 1 && a[i] == b[i])
        i++;
    return a[i] < b[i];
}

/* All n-grams of an order, each once, by their first word. */
static void assert_order(struct ngram_counts *c, int n)
{
    uint32_t last[NGRAM_MAX];
    const uint32_t *words;
    uint64_t count;
    ASSERT_OK(ngram_sorter_begin(c->of[n - 1], &err));
    for (size_t i = 0; i < oracle.n[n - 1]; i++) {
        ASSERT_OK(ngram_sorter_next(c->of[n - 1], &words, &count, &err));
        ck_assert_ptr_nonnull(words);
        ck_assert(i == 0 || is_before(last, words, n));
        ck_assert_ptr_nonnull(oracle_find(&oracle, words, n));
        ck_assert_uint_eq(count, oracle_count(&oracle, words, n));
        memcpy(last, words, (size_t)n * sizeof *last);
    }
    ASSERT_OK(ngram_sorter_next(c->of[n - 1], &words, &count, &err));
    ck_assert_ptr_null(words);
    ck_assert_uint_eq(c->n_of[n - 1], oracle.n[n - 1]);
}

static void assert_counts(struct ngram_counts *c)
{
    ck_assert_ptr_null(c->of[0]);
    for (uint32_t w = 0; w < oracle.V; w++) {
        const bool is_seen = oracle_find(&oracle, &w, 1) != NULL;
        ck_assert_uint_eq(c->unigrams[w], is_seen ? oracle_count(&oracle, &w, 1) : 0);
    }
    for (int n = 2; n <= c->order; n++)
        assert_order(c, n);
    for (int n = 1; n <= c->order; n++)
        for (uint64_t count = 1; count <= 4; count++)
            ck_assert_uint_eq(c->n_with[n - 1][count], (size_t)oracle_with(&oracle, n, count));
}

START_TEST(counts_are_those_of_the_definition)
{
    struct ngram_counts c;
    const int order = _i % NGRAM_MAX + 1;
    const struct sample_form form = {.n = 80, .V = 3 + 9 * (size_t)_i % 29, .longest = 14};
    make_sample(&sample, &form, (uint64_t)_i);
    oracle_make(&oracle, &sample.text, order, keep_all);
    ASSERT_OK(ngram_count(&c, &sample.text, order, NULL, 0, test_file, &err));
    assert_counts(&c);
    ngram_counts_fini(&c);
    ck_assert_ptr_null(c.unigrams);
    ngram_counts_fini(&c);
}
END_TEST

/* For any memory --------------------------------------------------------------- */

static void assert_same_bits(const void *a, const void *b, size_t n, size_t size)
{
    ck_assert((a == NULL) == (b == NULL));
    ck_assert(a == NULL || memcmp(a, b, n * size) == 0);
}

static void assert_same_model(const struct ngram *a, const struct ngram *b)
{
    for (int n = 1; n <= a->order; n++) {
        const struct ngram_level *x = &a->of[n - 1], *y = &b->of[n - 1];
        ck_assert_uint_eq(x->n, y->n);
        assert_same_bits(x->words, y->words, x->n, sizeof *x->words);
        assert_same_bits(x->log_p, y->log_p, x->n, sizeof *x->log_p);
        assert_same_bits(x->backoff, y->backoff, x->n, sizeof *x->backoff);
        assert_same_bits(x->first, y->first, x->n + 1, sizeof *x->first);
    }
}

/* Far more n-grams than the least memory sorts at a time; some are left out. */
START_TEST(models_have_the_same_bits_for_any_memory)
{
    static const uint64_t least[NGRAM_MAX] = {0, 0, 2, 2, 2, 2, 2, 2, 2, 2};
    static const size_t memories[] = {0, 100000, 1000000};
    const int order = _i % NGRAM_MAX + 1;
    struct ngram_built a, b;
    make_sample(&sample, &(struct sample_form){.n = 9000, .V = 2000, .longest = 20}, (uint64_t)_i);
    build_sample(&a, &sample, order, _i < NGRAM_MAX ? NULL : least, LARGE);
    for (size_t i = 0; i < N_OF(memories); i++) {
        build_sample(&b, &sample, order, _i < NGRAM_MAX ? NULL : least, memories[i]);
        assert_same_model(&a.model, &b.model);
        ck_assert_mem_eq(a.left_out, b.left_out, sizeof a.left_out);
        ngram_built_fini(&b);
    }
    ngram_built_fini(&a);
}
END_TEST

/* Nearly all 6-grams of this text are different: they make more runs than the least memory can
 * merge at once. */
START_TEST(the_least_memory_is_enough)
{
    struct ngram_built a, b;
    const struct sample_form form = {.n = SAMPLE_MAX, .V = 2000, .longest = 20, .is_even = true};
    make_sample(&sample, &form, 1);
    build_sample(&a, &sample, 6, NULL, LARGE);
    build_sample(&b, &sample, 6, NULL, 0);
    assert_same_model(&a.model, &b.model);
    ngram_built_fini(&a);
    ngram_built_fini(&b);
}
END_TEST

/* For any order of sentences --------------------------------------------------- */

static void put_last(const int32_t *ids, size_t n)
{
    memcpy(other.data + other.ids.n, ids, n * sizeof *ids);
    other.ids.n += n;
}

/* The sentences of the sample, all of which end, the last first. */
static void reverse_sentences(void)
{
    size_t end = sample.ids.n;
    other.ids = (struct ids){.data = other.data};
    other.text = (struct ngram_text){&other.ids, sample.text.V, sample.text.eos};
    for (size_t i = end; i > 0; i--) {
        if (i > 1 && sample.data[i - 2] != sample.text.eos)
            continue;
        put_last(sample.data + i - 1, end - (i - 1));
        end = i - 1;
    }
}

/* Ids are read in chunks, which here end within other sentences. */
START_TEST(models_have_the_same_bits_for_sentences_in_any_order)
{
    struct ngram_built a, b;
    const struct sample_form form = {.n = SAMPLE_MAX, .V = 100, .longest = 40};
    ck_assert_int_gt(SAMPLE_MAX, IDS_CHUNK);
    make_sample(&sample, &form, (uint64_t)_i);
    sample.data[SAMPLE_MAX - 1] = sample.text.eos;
    reverse_sentences();
    ck_assert_uint_eq(other.ids.n, sample.ids.n);
    ck_assert_mem_ne(other.data, sample.data, sizeof sample.data);
    build_sample(&a, &sample, _i + 1, NULL, LARGE);
    build_sample(&b, &other, _i + 1, NULL, LARGE);
    assert_same_model(&a.model, &b.model);
    ngram_built_fini(&a);
    ngram_built_fini(&b);
}
END_TEST

static Suite *ngram_count_suite(void)
{
    Suite *s = suite_create("ngram_count");
    TCase *tc = tcase_create("ngram_count");
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_loop_test(tc, counts_are_those_of_the_definition, 0, 3 * NGRAM_MAX);
    tcase_add_loop_test(tc, models_have_the_same_bits_for_any_memory, 0, 2 * NGRAM_MAX);
    tcase_add_test(tc, the_least_memory_is_enough);
    tcase_add_loop_test(tc, models_have_the_same_bits_for_sentences_in_any_order, 0, 6);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(ngram_count_suite())
