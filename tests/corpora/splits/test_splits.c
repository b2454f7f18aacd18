/* The texts of a corpus, found by their names in directories and archives, or named. */
#include "corpora/splits/splits.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/support/corpora_files.h"
#include "tests/support/splits_support.h"
#include "tests/support/tap.h"

/* Files of a directory or members of an archive, and those that are to be found, NULL for none. */
struct layout {
    const char *files[12];
    const char *found[N_SPLITS];
};

static const struct layout clear_layouts[] = {
    {{"ptb.train.txt", "ptb.valid.txt", "ptb.test.txt", "ptb.char.train.txt", "ptb.char.valid.txt",
      "ptb.char.test.txt", "README"},
     {"ptb.train.txt", "ptb.valid.txt", "ptb.test.txt"}},
    {{"wiki.train.tokens", "wiki.valid.tokens", "wiki.test.tokens"},
     {"wiki.train.tokens", "wiki.valid.tokens", "wiki.test.tokens"}},
    {{"train.txt", "dev.txt", "test.txt.gz"}, {"train.txt", "dev.txt", "test.txt.gz"}},
    {{"train.txt.bz2", "dev.txt.xz", "test.txt.ZST"},
     {"train.txt.bz2", "dev.txt.xz", "test.txt.ZST"}},
    {{"en-train.txt", "en-dev.txt", "en-test.txt"}, {"en-train.txt", "en-dev.txt", "en-test.txt"}},
    {{"train", "val", "test"}, {"train", "val", "test"}},
    {{"Train.TXT", "Validation.TXT", "Test.TXT"}, {"Train.TXT", "Validation.TXT", "Test.TXT"}},
    {{"a_train_b", "a_validation_b", "a_test_b"}, {"a_train_b", "a_validation_b", "a_test_b"}},
    {{"p.char.train.txt", "p.char.valid.txt", "p.char.test.txt"},
     {"p.char.train.txt", "p.char.valid.txt", "p.char.test.txt"}},
    {{"x.train.txt", "x.valid.txt", "x.test.txt", "train.sh", "test.sh"},
     {"x.train.txt", "x.valid.txt", "x.test.txt"}},
    {{"x.train.txt", "x.valid.txt", "x.test.txt", "._x.train.txt", ".x.valid.txt.swp"},
     {"x.train.txt", "x.valid.txt", "x.test.txt"}},
    {{"x.train.txt", "x.valid.txt", "x.test.txt", "training.txt", "latest.txt", "evaluate.valid2"},
     {"x.train.txt", "x.valid.txt", "x.test.txt"}},
    {{"x.train.txt", "x.valid.txt", "x.test.txt", "train-and-test.txt"},
     {"x.train.txt", "x.valid.txt", "x.test.txt"}},
    {{"x.train.txt", "x.valid.txt", "x.test.txt", "._x.train.txt", "._x.valid.txt", "._x.test.txt"},
     {"x.train.txt", "x.valid.txt", "x.test.txt"}},
    {{"word.train.txt", "word.valid.txt", "word.test.txt", "char.train.txt", "char.valid.txt",
      "char.test.txt"},
     {"word.train.txt", "word.valid.txt", "word.test.txt"}},
    {{"test-set.train.txt", "test-set.valid.txt", "test-set.test.txt"},
     {"test-set.train.txt", "test-set.valid.txt", "test-set.test.txt"}},
};

static size_t count_files(const struct layout *layout)
{
    size_t n = 0;
    while (n < 12 && layout->files[n] != NULL)
        n++;
    return n;
}

/* Makes the layout as a directory "l", or as the archive "l.tgz" with all below "top/data". */
static const char *make_layout(const struct layout *layout, bool archive)
{
    char names[12][64];
    struct file_member members[12] = {0};
    const size_t n = count_files(layout);
    if (!archive)
        test_make_dir("l");
    for (size_t i = 0; i < n; i++) {
        snprintf(names[i], sizeof names[i], "%s/%s", archive ? "./top/data" : "l",
                 layout->files[i]);
        members[i] = (struct file_member){.name = names[i], .text = "text\n"};
        if (!archive)
            test_write_text(names[i], "text\n");
    }
    if (!archive)
        return test_path("l");
    struct bytes tar = files_archive("ustar", members, n), gz = files_gzip(tar.data, tar.n);
    test_write("l.tgz", gz.data, gz.n);
    bytes_free(&tar), bytes_free(&gz);
    return test_path("l.tgz");
}

/* Undoes test_make_dir("l"), so that each test may make it. */
static void clear_dir(const struct layout *layout)
{
    for (size_t i = 0; i < count_files(layout); i++) {
        char name[64];
        snprintf(name, sizeof name, "l/%s", layout->files[i]);
        unlink(test_path(name));
    }
    rmdir(test_path("l"));
}

START_TEST(texts_of_a_directory_are_found_by_name)
{
    const struct layout *layout = &clear_layouts[_i];
    struct corpus c;
    const char *path = make_layout(layout, false);
    ck_assert_msg(find(&c, path, ALL) == ST_OK, "%s", err.text);
    for (int s = 0; s < N_SPLITS; s++) {
        char name[64];
        snprintf(name, sizeof name, "l/%s", layout->found[s]);
        ck_assert_str_eq(c.splits[s].path, test_path(name));
        ck_assert_str_eq(c.splits[s].name, test_path(name));
        ck_assert_ptr_null(c.splits[s].member);
        ck_assert_uint_eq(c.splits[s].first_line, 0);
        ck_assert_uint_eq(c.splits[s].end_line, UINT64_MAX);
    }
    corpus_fini(&c);
    clear_dir(layout);
}
END_TEST

START_TEST(texts_of_an_archive_are_found_by_name)
{
    const struct layout *layout = &clear_layouts[_i];
    struct corpus c;
    const char *path = make_layout(layout, true);
    ck_assert_msg(find(&c, path, ALL) == ST_OK, "%s", err.text);
    for (int s = 0; s < N_SPLITS; s++) {
        char member[64], name[512];
        snprintf(member, sizeof member, "./top/data/%s", layout->found[s]);
        snprintf(name, sizeof name, "%s:%s", path, member);
        ck_assert_str_eq(c.splits[s].path, path);
        ck_assert_str_eq(c.splits[s].member, member);
        ck_assert_str_eq(c.splits[s].name, name);
    }
    corpus_fini(&c);
}
END_TEST

static const struct {
    struct layout layout;
    unsigned needed;
    const char *words;
    enum remedy remedy;
} unclear_layouts[] = {
    /* two full families */
    {{{"a.train.txt", "a.valid.txt", "b.train.txt", "b.valid.txt"}, {0}},
     TRAIN | VALID,
     "'a.train.txt', 'a.valid.txt', 'b.train.txt'",
     REMEDY_NAME_TRAIN},
    /* two names for one split of a family */
    {{{"train.txt", "valid.txt", "dev.txt", "test.txt"}, {0}},
     ALL,
     "('dev.txt', 'valid.txt')",
     REMEDY_NAME_VALID},
    {{{"train.txt", "valid.txt", "test.txt", "test.txt.gz"}, {0}},
     ALL,
     "('test.txt', 'test.txt.gz')",
     REMEDY_NAME_TEST},
    /* a split of another family does not help */
    {{{"a.train.txt", "a.test.txt", "b.valid.txt"}, {0}}, ALL, "no valid text", REMEDY_NAME_VALID},
    {{{"train.txt", "x.char.valid.txt"}, {0}}, TRAIN | VALID, "no valid text", REMEDY_NAME_VALID},
    {{{"README", "notes.py"}, {0}}, TRAIN, "'README', 'notes.py'", REMEDY_CHOOSE_DOCUMENTS},
    {{{"notes.txt", "more.txt"}, {0}}, ALL, "has 2 documents, too few", REMEDY_NAME_SPLITS},
    {{{0}, {0}}, TRAIN, "it has nothing", REMEDY_NAME_TRAIN},
};

START_TEST(what_is_missing_or_unclear_is_an_error_that_lists_and_helps)
{
    struct corpus c;
    const struct layout *layout = &unclear_layouts[_i].layout;
    const char *path = make_layout(layout, false);
    assert_error(find(&c, path, unclear_layouts[_i].needed), unclear_layouts[_i].words, "");
    ck_assert_int_eq(err.remedy, unclear_layouts[_i].remedy);
    for (int s = 0; s < N_SPLITS; s++)
        ck_assert_ptr_null(c.splits[s].path);
    clear_dir(layout);
}
END_TEST

START_TEST(split_that_is_not_needed_may_be_missing_and_is_there_if_found)
{
    const struct layout some = {{"train.txt", "test.txt"}, {0}};
    struct corpus c;
    const char *path = make_layout(&some, true);
    ck_assert_int_eq(find(&c, path, TRAIN), ST_OK);
    ck_assert_ptr_nonnull(c.splits[SPLIT_TRAIN].path);
    ck_assert_ptr_null(c.splits[SPLIT_VALID].path);
    ck_assert_ptr_nonnull(c.splits[SPLIT_TEST].path);
    corpus_fini(&c);
    ck_assert_int_eq(find(&c, path, 0), ST_OK);
    corpus_fini(&c);
}
END_TEST

START_TEST(named_member_is_found_whole_by_its_last_part_or_as_a_path)
{
    const struct file_member members[] = {
        {.name = "x/train.txt", .text = ""}, {.name = "x/valid.txt", .text = ""},
        {.name = "x/more", .text = ""},      {.name = "y/more", .text = ""},
        {.name = "y/odd.more", .text = ""},  {.name = "more", .text = ""},
        {.name = "z/twice", .text = ""},     {.name = "zz/twice", .text = ""},
    };
    struct bytes tar = files_archive("pax", members, 8);
    struct corpus c;
    test_write("named.tar", tar.data, tar.n);
    test_write_text("own.txt", "");
    const char *path = test_path("named.tar"), *own = test_path("own.txt");
    static const char *const finds[][2] = {
        {"x/more", "x/more"}, {"more", "more"}, {"odd.more", "y/odd.more"}, {"z/twice", "z/twice"}};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_msg(find_test(&c, path, finds[i][0]) == ST_OK, "%s", err.text);
        ck_assert_str_eq(c.splits[SPLIT_TEST].member, finds[i][1]);
        ck_assert_str_eq(c.splits[SPLIT_TRAIN].member, "x/train.txt");
        corpus_fini(&c);
    }
    ck_assert_int_eq(find_test(&c, path, own), ST_OK);
    ck_assert_str_eq(c.splits[SPLIT_TEST].path, own);
    ck_assert_ptr_null(c.splits[SPLIT_TEST].member);
    corpus_fini(&c);
    assert_error(find_test(&c, path, "twice"), "2 members that end in 'twice'",
                 "named as the test text");
    assert_error(find_test(&c, path, "ore"), "cannot find 'ore'", "the test text");
    bytes_free(&tar);
}
END_TEST

START_TEST(named_file_of_a_directory_goes_before_the_path)
{
    const struct layout some = {{"train.txt", "valid.txt", "odd"}, {0}};
    struct corpus c;
    const char *path = make_layout(&some, false);
    ck_assert_int_eq(find_test(&c, path, "odd"), ST_OK);
    ck_assert_str_eq(c.splits[SPLIT_TEST].path, test_path("l/odd"));
    corpus_fini(&c);
    clear_dir(&some);
}
END_TEST

START_TEST(named_path_counts_from_the_directory_asked_for_where_no_member_has_the_name)
{
    const struct layout some = {{"train.txt", "valid.txt", "odd"}, {0}};
    static const char *const finds[][2] = {{"odd", "l/odd"}, {"own", "from/own"}, {"none", NULL}};
    struct corpus c;
    char path[512], from[512];
    snprintf(path, sizeof path, "%s", make_layout(&some, false));
    test_make_dir("from");
    test_write_text("from/odd", "");
    test_write_text("from/own", "");
    snprintf(from, sizeof from, "%s", test_path("from"));
    for (size_t i = 0; i < 3; i++) {
        const struct corpus_request request = {
            .path = path, .named[SPLIT_TEST] = finds[i][0], .needed = ALL, .directory = from};
        const enum status status = corpus_find(&c, &request, &limits, &err);
        if (finds[i][1] == NULL)
            assert_error(status, "cannot find 'none'", "the test text");
        else
            ck_assert_str_eq(c.splits[SPLIT_TEST].path, test_path(finds[i][1]));
        corpus_fini(&c);
    }
    clear_dir(&some);
}
END_TEST

START_TEST(names_alone_make_a_corpus)
{
    struct corpus c;
    test_write_text("n.txt", "a\n");
    struct corpus_request request = {.named[SPLIT_TRAIN] = test_path("n.txt"), .needed = TRAIN};
    ck_assert_int_eq(corpus_find(&c, &request, &limits, &err), ST_OK);
    ck_assert_str_eq(c.splits[SPLIT_TRAIN].path, test_path("n.txt"));
    corpus_fini(&c);
    request.needed = TRAIN | VALID;
    assert_error(corpus_find(&c, &request, &limits, &err), "no valid text", "no corpus");
    ck_assert_int_eq(err.remedy, REMEDY_NAME_VALID);
    request.named[SPLIT_VALID] = test_path("missing");
    assert_error(corpus_find(&c, &request, &limits, &err), "no such file", "the valid text");
}
END_TEST

static Suite *splits_suite(void)
{
    Suite *suite = suite_create("splits");
    TCase *tc = tcase_create("splits");
    tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove);
    const int n_clear = sizeof clear_layouts / sizeof *clear_layouts;
    const int n_unclear = sizeof unclear_layouts / sizeof *unclear_layouts;
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, texts_of_a_directory_are_found_by_name, 0, n_clear);
    tcase_add_loop_test(tc, texts_of_an_archive_are_found_by_name, 0, n_clear);
    tcase_add_loop_test(tc, what_is_missing_or_unclear_is_an_error_that_lists_and_helps, 0,
                        n_unclear);
    tcase_add_test(tc, split_that_is_not_needed_may_be_missing_and_is_there_if_found);
    tcase_add_test(tc, named_member_is_found_whole_by_its_last_part_or_as_a_path);
    tcase_add_test(tc, named_file_of_a_directory_goes_before_the_path);
    tcase_add_test(tc, named_path_counts_from_the_directory_asked_for_where_no_member_has_the_name);
    tcase_add_test(tc, names_alone_make_a_corpus);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(splits_suite())
