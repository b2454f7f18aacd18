/* One text for several splits: it is cut by lines, unless it can be read only once. */
#include "corpora/splits/splits.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "corpora/splits/split_reader.h"
#include "tests/support/corpora_files.h"
#include "tests/support/splits_support.h"
#include "tests/support/tap.h"

static void write_lines(const char *name, size_t n)
{
    struct bytes text = {0};
    bytes_append(&text, "", 0);
    for (size_t i = 0; i < n; i++) {
        char line[32];
        bytes_append(&text, line, (size_t)snprintf(line, sizeof line, "line %zu\n", i));
    }
    test_write(name, text.data, text.n - (n > 0)); /* the last line without its end */
    bytes_free(&text);
}

/* The lines of a split are those from `first` to before `end`. */
static void assert_lines(const struct split_text *split, size_t first, size_t end)
{
    struct text *t;
    struct text_piece p;
    bool more;
    ck_assert_int_eq(split_open(&t, split, &limits, &err), ST_OK);
    for (size_t i = first; i < end; i++) {
        char line[32];
        ck_assert_int_eq(text_next(t, &p, &more, &err), ST_OK);
        ck_assert(more);
        const int n = snprintf(line, sizeof line, "line %zu", i);
        ck_assert_uint_eq(p.len, n);
        ck_assert_mem_eq(p.bytes, line, p.len);
    }
    ck_assert_int_eq(text_next(t, &p, &more, &err), ST_OK);
    ck_assert(!more);
    text_close(t);
}

START_TEST(one_text_is_cut_by_lines)
{
    static const size_t cases[][3] = {/* lines, valid from, test from */
                                      {20, 18, 19},
                                      {39, 37, 38},
                                      {40, 36, 38},
                                      {1003, 903, 953}};
    struct corpus c;
    write_lines("cut.txt", cases[_i][0]);
    ck_assert_msg(find(&c, test_path("cut.txt"), ALL) == ST_OK, "%s", err.text);
    assert_lines(&c.splits[SPLIT_TRAIN], 0, cases[_i][1]);
    assert_lines(&c.splits[SPLIT_VALID], cases[_i][1], cases[_i][2]);
    assert_lines(&c.splits[SPLIT_TEST], cases[_i][2], cases[_i][0]);
    corpus_fini(&c);
    /* The test lines stay aside though nobody asks for them. */
    ck_assert_int_eq(find(&c, test_path("cut.txt"), TRAIN | VALID), ST_OK);
    assert_lines(&c.splits[SPLIT_TRAIN], 0, cases[_i][1]);
    assert_lines(&c.splits[SPLIT_VALID], cases[_i][1], cases[_i][2]);
    corpus_fini(&c);
}
END_TEST

START_TEST(named_split_is_not_cut_off_the_text)
{
    struct corpus c;
    write_lines("cut.txt", 40);
    test_write_text("other.txt", "line 0\n");
    ck_assert_int_eq(find_test(&c, test_path("cut.txt"), test_path("other.txt")), ST_OK);
    assert_lines(&c.splits[SPLIT_TRAIN], 0, 38);
    assert_lines(&c.splits[SPLIT_VALID], 38, 40);
    assert_lines(&c.splits[SPLIT_TEST], 0, 1);
    corpus_fini(&c);
}
END_TEST

START_TEST(parts_of_a_text_are_the_same_whichever_are_needed)
{
    static const size_t ends[N_SPLITS + 1] = {0, 36, 38, 40};
    struct corpus c;
    write_lines("cut.txt", 40);
    for (int s = 0; s < N_SPLITS; s++) {
        ck_assert_int_eq(find(&c, test_path("cut.txt"), 1U << s), ST_OK);
        assert_lines(&c.splits[s], ends[s], ends[s + 1]);
        corpus_fini(&c);
    }
}
END_TEST

START_TEST(split_that_alone_is_not_named_has_the_text_whole)
{
    struct corpus c;
    write_lines("whole.txt", 3);
    test_write_text("other.txt", "line 0\n");
    const char *other = test_path("other.txt");
    for (int s = 0; s < N_SPLITS; s++) {
        struct corpus_request request = {
            .path = test_path("whole.txt"), .named = {other, other, other}, .needed = ALL};
        request.named[s] = NULL;
        ck_assert_msg(corpus_find(&c, &request, &limits, &err) == ST_OK, "%s", err.text);
        assert_lines(&c.splits[s], 0, 3);
        corpus_fini(&c);
    }
}
END_TEST

START_TEST(text_that_no_split_is_asked_of_is_not_cut)
{
    struct corpus c;
    write_lines("few.txt", 3);
    test_write_text("other.txt", "line 0\n");
    const struct corpus_request request = {
        .path = test_path("few.txt"), .named[SPLIT_TEST] = test_path("other.txt"), .needed = TEST};
    ck_assert_msg(corpus_find(&c, &request, &limits, &err) == ST_OK, "%s", err.text);
    assert_lines(&c.splits[SPLIT_TEST], 0, 1);
    ck_assert_ptr_null(c.splits[SPLIT_TRAIN].path);
    corpus_fini(&c);
}
END_TEST

START_TEST(text_beside_names_of_all_splits_is_refused)
{
    struct corpus c;
    write_lines("few.txt", 3);
    test_write_text("other.txt", "line 0\n");
    const char *other = test_path("other.txt");
    const struct corpus_request request = {
        .path = test_path("few.txt"), .named = {other, other, other}, .needed = TEST};
    ck_assert_int_eq(corpus_find(&c, &request, &limits, &err), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "few.txt' would not be read"));
}
END_TEST

START_TEST(text_of_too_few_lines_is_not_cut)
{
    struct corpus c;
    write_lines("few.txt", 19);
    assert_error(find(&c, test_path("few.txt"), ALL), "19 lines", "takes 20");
    write_lines("few.txt", 0);
    assert_error(find(&c, test_path("few.txt"), ALL), "0 lines", "which takes 20");
    ck_assert_int_eq(err.remedy, REMEDY_NAME_SPLITS);
}
END_TEST

START_TEST(text_of_too_few_lines_is_the_train_text_where_that_alone_is_asked_for)
{
    struct corpus c;
    write_lines("few.txt", 19);
    ck_assert_msg(find(&c, test_path("few.txt"), TRAIN) == ST_OK, "%s", err.text);
    assert_lines(&c.splits[SPLIT_TRAIN], 0, 19);
    corpus_fini(&c);
    assert_error(find(&c, test_path("few.txt"), TEST), "19 lines", "takes 20");
    const struct corpus_request request = {
        .path = test_path("few.txt"), .needed = TRAIN, .wanted = ALL};
    assert_error(corpus_find(&c, &request, &limits, &err), "19 lines", "takes 20");
}
END_TEST

START_TEST(standard_input_is_the_train_text)
{
    struct corpus c;
    struct corpus_request request = {.path = "-", .wanted = ALL};
    for (int i = 0; i < 2; i++) {
        request.needed = i == 0 ? 0 : TRAIN;
        ck_assert_int_eq(corpus_find(&c, &request, &limits, &err), ST_OK);
        ck_assert_str_eq(c.splits[SPLIT_TRAIN].path, "-");
        ck_assert_str_eq(c.splits[SPLIT_TRAIN].name, "standard input");
        ck_assert_ptr_null(c.splits[SPLIT_VALID].path);
        ck_assert_ptr_null(c.splits[SPLIT_TEST].path);
        corpus_fini(&c);
    }
    assert_error(find(&c, "-", TRAIN | VALID), "only once", "save it to a file first");
    assert_error(find(&c, "-", TEST), "only once", "save it to a file first");
    request =
        (struct corpus_request){.path = "-", .named = {NULL, "-", NULL}, .needed = TRAIN | VALID};
    assert_error(corpus_find(&c, &request, &limits, &err), "named for 2 texts", "only once");
}
END_TEST

START_TEST(standard_input_may_be_the_one_split_that_is_not_named)
{
    struct corpus c;
    test_write_text("n.txt", "a\n");
    struct corpus_request request = {.path = "-", .needed = TRAIN, .wanted = ALL};
    request.named[SPLIT_TRAIN] = request.named[SPLIT_TEST] = test_path("n.txt");
    ck_assert_int_eq(corpus_find(&c, &request, &limits, &err), ST_OK);
    ck_assert_str_eq(c.splits[SPLIT_VALID].path, "-");
    corpus_fini(&c);
    request.named[SPLIT_TEST] = NULL;
    assert_error(corpus_find(&c, &request, &limits, &err), "only once", "save it to a file first");
}
END_TEST

START_TEST(pipe_is_the_train_text)
{
    int ends[2];
    char path[64];
    struct corpus c;
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], "line 0\n", 7), 7);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    assert_error(find(&c, path, ALL), "only once", "save it to a file first");
    ck_assert_int_eq(find(&c, path, TRAIN), ST_OK);
    assert_lines(&c.splits[SPLIT_TRAIN], 0, 1);
    corpus_fini(&c);
    close(ends[0]);
}
END_TEST

static Suite *splits_cut_suite(void)
{
    Suite *suite = suite_create("splits_cut");
    TCase *tc = tcase_create("splits_cut");
    tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, one_text_is_cut_by_lines, 0, 4);
    tcase_add_test(tc, named_split_is_not_cut_off_the_text);
    tcase_add_test(tc, parts_of_a_text_are_the_same_whichever_are_needed);
    tcase_add_test(tc, split_that_alone_is_not_named_has_the_text_whole);
    tcase_add_test(tc, text_that_no_split_is_asked_of_is_not_cut);
    tcase_add_test(tc, text_beside_names_of_all_splits_is_refused);
    tcase_add_test(tc, text_of_too_few_lines_is_not_cut);
    tcase_add_test(tc, text_of_too_few_lines_is_the_train_text_where_that_alone_is_asked_for);
    tcase_add_test(tc, standard_input_is_the_train_text);
    tcase_add_test(tc, standard_input_may_be_the_one_split_that_is_not_named);
    tcase_add_test(tc, pipe_is_the_train_text);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(splits_cut_suite())
