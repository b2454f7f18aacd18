/* Sorting of n-grams: what is read is what a plain sort of all of them gives, whatever fits in
 * memory. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/rng.h"
#include "lib/ngram/ngram_sort.h"
#include "tests/support/err_support.h"
#include "tests/support/tap.h"
#include "tests/support/test_dir.h"

/* The least memory sorts ROOM n-grams at a time, and merges RUNS runs of them. */
enum { ROOM = 1024, RUNS = 16, N = 5000 };

static const size_t memories[] = {0, ROOM * 12 * 4 + 4321, 1 << 22};

struct record {
    uint32_t words[NGRAM_MAX];
    uint64_t count;
};

enum { RECORDS_MAX = 3 * RUNS * ROOM };

static struct record records[RECORDS_MAX];
static size_t n_records;

/* How the records of a test are compared. */
static int n_words;
static enum ngram_sort_order by;

static int compare(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    for (int i = 0; i < n_words; i++) {
        const int place = by == NGRAM_BY_FIRST ? i : n_words - 1 - i;
        if (x->words[place] != y->words[place])
            return x->words[place] < y->words[place] ? -1 : 1;
    }
    return 0;
}

/* Sorts the records, and joins those that are equal. */
static void sort_plainly(void)
{
    size_t last = 0;
    qsort(records, n_records, sizeof *records, compare);
    for (size_t i = 1; i < n_records; i++) {
        if (compare(&records[last], &records[i]) == 0)
            records[last].count += records[i].count;
        else
            records[++last] = records[i];
    }
    n_records = n_records > 0 ? last + 1 : 0;
}

/* Inputs --------------------------------------------------------------------- */

enum input { SORTED, REVERSED, EQUAL, IN_WAVES, OF_FEW, OF_ALL, EXTREME, N_INPUTS };

static uint32_t word_of(enum input input, struct rng *rng, uint32_t i)
{
    switch (input) {
    case SORTED:
        return i;
    case REVERSED:
        return N - i;
    case IN_WAVES:
        return i % 300 < 150 ? i % 300 : 300 - i % 300;
    case OF_FEW:
        return (uint32_t)rng_below(rng, 3);
    case OF_ALL:
        return rng_next(rng);
    case EXTREME: /* the lowest and the highest that there are */
        return (i % 2 == 0 ? 0 : UINT32_MAX - 1000) + (uint32_t)rng_below(rng, 1001);
    default:
        return 7;
    }
}

static void make_records(enum input input, size_t n)
{
    struct rng rng;
    rng_init(&rng, 5, RNG_TEST);
    n_records = n;
    for (size_t i = 0; i < n; i++) {
        records[i].count = 1 + rng_below(&rng, 3) + (i % 500 == 0 ? UINT64_C(1) << 33 : 0);
        for (int k = 0; k < NGRAM_MAX; k++)
            records[i].words[k] = word_of(input, &rng, (uint32_t)i);
    }
}

/* ---------------------------------------------------------------------------- */

static struct ngram_sorter *new_sorter(size_t memory, const char *path)
{
    struct ngram_sorter *s = NULL;
    ASSERT_OK(ngram_sorter_new(&s, n_words, by, memory, path, &err));
    return s;
}

/* An assertion costs a system call, so it is made only of what is wrong. */
static void add(struct ngram_sorter *s, const uint32_t *words, uint64_t count)
{
    const enum status status = ngram_sorter_add(s, words, count, &err);
    if (status != ST_OK)
        ASSERT_OK(status);
}

static struct ngram_sorter *sorter_of_records(size_t memory)
{
    struct ngram_sorter *s = new_sorter(memory, test_file);
    for (size_t i = 0; i < n_records; i++)
        add(s, records[i].words, records[i].count);
    return s;
}

static void assert_next(struct ngram_sorter *s, const struct record *want)
{
    const size_t bytes = (size_t)n_words * sizeof *want->words;
    const uint32_t *words = NULL;
    uint64_t count = 0;
    const enum status status = ngram_sorter_next(s, &words, &count, &err);
    if (status != ST_OK || words == NULL || memcmp(words, want->words, bytes) != 0 ||
        count != want->count)
        ck_abort_msg("status %d, the count %llu instead of %llu", status, (unsigned long long)count,
                     (unsigned long long)want->count);
}

/* And again, after the end. */
static void assert_end(struct ngram_sorter *s)
{
    for (int i = 0; i < 2; i++) {
        const uint32_t *words = records[0].words;
        uint64_t count;
        ASSERT_OK(ngram_sorter_next(s, &words, &count, &err));
        ck_assert_ptr_null(words);
    }
}

static void assert_reads_records(struct ngram_sorter *s)
{
    ASSERT_OK(ngram_sorter_begin(s, &err));
    for (size_t i = 0; i < n_records; i++)
        assert_next(s, &records[i]);
    assert_end(s);
}

static void assert_sorts(enum input input, size_t n, size_t memory)
{
    make_records(input, n);
    struct ngram_sorter *s = sorter_of_records(memory);
    sort_plainly();
    assert_reads_records(s);
    ngram_sorter_free(s);
}

START_TEST(any_input_is_sorted_in_any_memory)
{
    n_words = _i / 2 + 1;
    by = _i % 2 == 0 ? NGRAM_BY_FIRST : NGRAM_BY_LAST;
    for (enum input input = 0; input < N_INPUTS; input++)
        for (size_t k = 0; k < N_OF(memories); k++)
            assert_sorts(input, N, memories[k]);
}
END_TEST

/* Around the sizes at which a sort, a run and the memory end. */
START_TEST(any_number_is_sorted)
{
    static const size_t numbers[] = {0,        1,    2,        15,       16,           17,
                                     ROOM - 1, ROOM, ROOM + 1, 2 * ROOM, 2 * ROOM + 1, 3 * ROOM};
    n_words = 3;
    by = _i % 2 == 0 ? NGRAM_BY_FIRST : NGRAM_BY_LAST;
    for (size_t i = 0; i < N_OF(numbers); i++)
        for (enum input input = 0; input < N_INPUTS; input++)
            assert_sorts(input, numbers[i], 0);
}
END_TEST

START_TEST(reading_begins_again_from_the_start)
{
    n_words = 2;
    by = NGRAM_BY_LAST;
    make_records(OF_ALL, N);
    struct ngram_sorter *s = sorter_of_records(memories[_i]);
    sort_plainly();
    ASSERT_OK(ngram_sorter_begin(s, &err));
    ASSERT_OK(ngram_sorter_begin(s, &err)); /* before anything was read */
    for (size_t i = 0; i < N / 3; i++)
        assert_next(s, &records[i]);
    assert_reads_records(s); /* in the middle */
    assert_reads_records(s); /* at the end */
    ngram_sorter_free(s);
}
END_TEST

/* In memory, and where the same n-gram comes from several runs. */
START_TEST(counts_of_equal_ngrams_add_up_above_32_bits)
{
    static const uint32_t words[] = {4, 2};
    const uint64_t most = UINT32_MAX;
    n_words = 2;
    by = NGRAM_BY_FIRST;
    for (size_t between = 0; between <= 2 * ROOM; between += ROOM) {
        struct ngram_sorter *s = new_sorter(0, test_file);
        for (uint32_t i = 0; i < 3 * (between + 1); i++) {
            const uint32_t other[] = {5, i};
            const bool is_ours = i % (between + 1) == 0;
            add(s, is_ours ? words : other, is_ours ? most : 1);
        }
        ASSERT_OK(ngram_sorter_begin(s, &err));
        assert_next(s, &(struct record){{4, 2}, 3 * most});
        ngram_sorter_free(s);
    }
}
END_TEST

/* In a directory that does not exist, where a file would be an error. */
START_TEST(what_fits_in_memory_takes_no_file)
{
    n_words = 1;
    by = NGRAM_BY_FIRST;
    struct ngram_sorter *s = new_sorter(0, test_path("none/x"));
    for (uint32_t i = 0; i < 100 * ROOM; i++)
        add(s, &(uint32_t){i % (ROOM / 2)}, 1);
    ASSERT_OK(ngram_sorter_begin(s, &err));
    for (uint32_t i = 0; i < ROOM / 2; i++)
        assert_next(s, &(struct record){{i}, 200});
    assert_end(s);
    ngram_sorter_free(s);
}
END_TEST

START_TEST(a_scratch_file_that_cannot_be_made_is_an_error_that_names_its_path)
{
    const char *path = test_path("none/x");
    n_words = 1;
    by = NGRAM_BY_FIRST;
    struct ngram_sorter *s = new_sorter(0, path);
    for (uint32_t i = 0; i < ROOM; i++)
        add(s, &i, 1);
    ASSERT_FAILS(ngram_sorter_add(s, &(uint32_t){ROOM}, 1, &err), ST_IO, path);
    ngram_sorter_free(s);
}
END_TEST

/* Those of one pass, one more, and so many that what was merged is merged again. */
START_TEST(any_number_of_runs_is_merged)
{
    static const size_t sizes[] = {RUNS * ROOM, RUNS * ROOM + 1, RECORDS_MAX};
    n_words = 4;
    by = NGRAM_BY_LAST;
    make_records(OF_ALL, sizes[_i]);
    struct ngram_sorter *s = sorter_of_records(0);
    ASSERT_OK(ngram_sorter_begin(s, &err));
    ck_assert_int_eq(test_dir_count(), 0); /* the scratch file has no name */
    sort_plainly();
    assert_reads_records(s);
    ngram_sorter_free(s);
}
END_TEST

static Suite *ngram_sort_suite(void)
{
    Suite *s = suite_create("ngram_sort");
    TCase *tc = tcase_create("ngram_sort");
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_loop_test(tc, any_input_is_sorted_in_any_memory, 0, 2 * NGRAM_MAX);
    tcase_add_loop_test(tc, any_number_is_sorted, 0, 2);
    tcase_add_loop_test(tc, reading_begins_again_from_the_start, 0, (int)N_OF(memories));
    tcase_add_test(tc, counts_of_equal_ngrams_add_up_above_32_bits);
    tcase_add_test(tc, what_fits_in_memory_takes_no_file);
    tcase_add_test(tc, a_scratch_file_that_cannot_be_made_is_an_error_that_names_its_path);
    tcase_add_loop_test(tc, any_number_of_runs_is_merged, 0, 3);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(ngram_sort_suite())
