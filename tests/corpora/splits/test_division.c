/* Documents as train, valid and test: by folders, as shards, cut whole; and their random order. */
#include "corpora/splits/division.h"

#include <check.h>
#include <string.h>

#include "tests/support/tap.h"

static struct err err;

static struct source_list list_of(const char *const *names, size_t n)
{
    struct source_list list = {0};
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(source_list_add(&list, names[i], &err), ST_OK);
    return list;
}

/* Files, and the split of each: "t", "v", "e" (test), "-" (none). */
static const struct {
    const char *files[6];
    const char *splits;
    enum division_kind kind;
} rows[] = {
    {{"train/pos/1_test.txt", "train/neg/2.txt", "test/pos/3.txt", "imdb.vocab"},
     "tte-",
     DIVISION_FOLDERS},
    {{"c/train-set/a", "c/dev/b", "c/held-out/c", "c/Eval2/d"}, "tvve", DIVISION_FOLDERS},
    /* the folder that all have in common does not count, unless it is the word itself */
    {{"my-test-corpus/a.txt", "my-test-corpus/b.txt"}, "", DIVISION_WHOLE},
    {{"train/a.txt", "train/b.txt"}, "tt", DIVISION_FOLDERS},
    {{"train-00000-of-00002.txt", "train-00001-of-00002.txt.gz", "test.txt", "x.txt"},
     "tte-",
     DIVISION_SHARDS},
    {{"a.train1.txt", "a.train2.txt", "a.valid.txt"}, "ttv", DIVISION_SHARDS},
    {{"train-1.txt", "train-2.txt", "char.train-1.txt"}, "tt-", DIVISION_SHARDS},
    {{"a.train.txt", "b.train.txt"}, "", DIVISION_NONE},
    {{"train.txt", "dev.txt", "valid.txt"}, "", DIVISION_NONE},
    {{"train.txt", "train-1.txt"}, "", DIVISION_NONE},
    {{"test.txt", "test.txt.gz", "train.txt"}, "", DIVISION_NONE},
    {{"a.txt", "b/latest.txt", "contest/x"}, "", DIVISION_WHOLE},
};

START_TEST(names_tell_how_documents_are_divided)
{
    size_t n = 0, at[N_SPLITS] = {0};
    while (n < 6 && rows[_i].files[n] != NULL)
        n++;
    struct source_list list = list_of(rows[_i].files, n);
    struct documents_left left = {0};
    struct division d;
    ck_assert_int_eq(division_find(&d, &list, &left, &err), ST_OK);
    ck_assert_int_eq(d.kind, rows[_i].kind);
    size_t none = 0;
    for (size_t i = 0; i < strlen(rows[_i].splits); i++) {
        const char *const mark = strchr("tve", rows[_i].splits[i]);
        none += mark == NULL;
        if (mark == NULL)
            continue;
        const int s = rows[_i].splits[i] == 't' ? 0 : rows[_i].splits[i] == 'v' ? 1 : 2;
        ck_assert_uint_lt(at[s], d.splits[s].n);
        ck_assert_str_eq(d.splits[s].names[at[s]++], rows[_i].files[i]);
    }
    for (int s = 0; s < N_SPLITS; s++)
        ck_assert_uint_eq(at[s], d.splits[s].n);
    ck_assert_uint_eq(left.of[LEFT_BY_DIVISION].n, none);
    documents_left_fini(&left);
    division_fini(&d);
    source_list_fini(&list);
}
END_TEST

START_TEST(documents_are_cut_from_the_end)
{
    static const struct {
        size_t n;
        unsigned parts;
        size_t splits[N_SPLITS];
    } cuts[] = {{3, 7, {1, 1, 1}},    {39, 7, {37, 1, 1}}, {40, 7, {36, 2, 2}},
                {100, 5, {95, 0, 5}}, {9, 4, {0, 0, 9}},   {1, 1, {1, 0, 0}}};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        struct source_list list = {0};
        struct division d = {0};
        for (size_t k = 0; k < cuts[i].n; k++)
            ck_assert_int_eq(source_list_add(&list, "x", &err), ST_OK);
        ck_assert_int_eq(division_cut(&d, &list, cuts[i].parts, &err), ST_OK);
        for (int s = 0; s < N_SPLITS; s++)
            ck_assert_uint_eq(d.splits[s].n, cuts[i].splits[s]);
        division_fini(&d);
        source_list_fini(&list);
    }
}
END_TEST

START_TEST(every_order_is_equally_likely)
{
    enum { SEEDS = 6000 };
    static const char *const names[] = {"a", "b", "c"};
    size_t times[27] = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct source_list list = list_of(names, 3);
        documents_shuffle(&list, seed);
        times[(*list.names[0] - 'a') * 9 + (*list.names[1] - 'a') * 3 + *list.names[2] - 'a']++;
        source_list_fini(&list);
    }
    /* six of them, 1000 each with a deviation of 29; no other, which would have one name twice */
    size_t orders = 0;
    for (size_t i = 0; i < 27; i++) {
        orders += times[i] > 0;
        ck_assert(times[i] == 0 || (times[i] > 850 && times[i] < 1150));
    }
    ck_assert_uint_eq(orders, 6);
}
END_TEST

START_TEST(shards_are_counted_by_their_names)
{
    static const char *const all[] = {"a-0-of-3", "x-1-of-9/a-1-of-3", "of-7-of-/b-2-of-3.txt"};
    static const char *const mixed[] = {"a-0-of-3", "a-1-of-4"};
    struct source_list list = list_of(all, 3), other = list_of(mixed, 2);
    ck_assert_uint_eq(division_count_shards(&list), 3);
    ck_assert_uint_eq(division_count_shards(&other), 0);
    source_list_fini(&list);
    source_list_fini(&other);
}
END_TEST

static Suite *division_suite(void)
{
    Suite *suite = suite_create("division");
    TCase *tc = tcase_create("division");
    tcase_add_loop_test(tc, names_tell_how_documents_are_divided, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tc, documents_are_cut_from_the_end);
    tcase_add_test(tc, every_order_is_equally_likely);
    tcase_add_test(tc, shards_are_counted_by_their_names);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(division_suite())
