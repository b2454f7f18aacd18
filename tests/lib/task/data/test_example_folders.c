/* Examples that are documents, in a folder for each class. */
#include "tests/support/example_support.h"
#include "tests/support/tap.h"

/* Files of the directory, NULL after the last. */
static void write_files(const char *const files[][2])
{
    for (size_t i = 0; files[i][0] != NULL; i++) {
        char folder[160];
        for (const char *at = strchr(files[i][0], '/'); at != NULL; at = strchr(at + 1, '/')) {
            snprintf(folder, sizeof folder, "%.*s", (int)(at - files[i][0]), files[i][0]);
            if (!io_exists(test_path(folder)))
                test_make_dir(folder);
        }
        test_write_text(files[i][0], files[i][1]);
    }
}

static void write_archive(const char *name, const char *const files[][2])
{
    struct file_member members[16];
    size_t n = 0;
    for (; files[n][0] != NULL; n++)
        members[n] = (struct file_member){.name = files[n][0], .text = files[n][1]};
    struct bytes bytes = files_archive(strstr(name, ".zip") != NULL ? "zip" : "ustar", members, n);
    test_write(name, bytes.data, bytes.n);
    bytes_free(&bytes);
}

static const char *const imdb[][2] = {
    {"aclImdb/README", "notes"},
    {"aclImdb/imdb.vocab", "good bad"},
    {"aclImdb/train/urls_pos.txt", "http"},
    {"aclImdb/train/neg/0_3.txt", "bad film\n\nvery bad"},
    {"aclImdb/train/neg/1_1.txt", "dull"},
    {"aclImdb/train/pos/0_9.txt", "good film"},
    {"aclImdb/train/pos/1_9.txt", "fine"},
    {"aclImdb/train/unsup/0_0.txt", "whatever"},
    {"aclImdb/test/neg/0_2.txt", "bad"},
    {"aclImdb/test/pos/0_8.txt", "good good"},
    {NULL, NULL},
};

static void check_imdb(const struct dataset *from)
{
    ck_assert_int_eq(from->coding.form, EXAMPLE_FORM_FOLDERS);
    check_counts(from, 4, 0, 2);
    check_example(from, SPLIT_TRAIN, 0, "bad film very bad -> neg");
    check_example(from, SPLIT_TRAIN, 3, "fine -> pos");
    check_example(from, SPLIT_TEST, 1, "good good -> pos");
    ck_assert_str_eq(labels_of(from), "neg pos ");
    ck_assert_int_eq(from->documents.division, DIVISION_FOLDERS);
    ck_assert_uint_eq(from->documents.n[SPLIT_TRAIN], 4);
    ck_assert_uint_eq(from->documents.left.of[LEFT_BY_DIVISION].n, 3);
}

START_TEST(folders_and_archives_are_divided_by_their_folders)
{
    asked.keep_train = true;
    write_files(imdb);
    read_ok();
    check_imdb(&d);
    request.path = test_path("aclImdb");
    read_ok();
    check_imdb(&d);
    write_archive("a.tar", imdb);
    write_archive("a.zip", imdb);
    request.path = test_path(_i == 0 ? "a.tar" : "a.zip");
    dataset_fini(&other);
    ASSERT_OK(dataset_read_examples(&other, &request, &asked, &err));
    check_imdb(&other);
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
}
END_TEST

static const char *const classes[][2] = {
    {"sport/a", "ball"},    {"sport/b", "bat"},        {"sport/c", "goal"}, {"art/a", "paint"},
    {"art/sub/b", "brush"}, {"art/sub/train", "rail"}, {"art/c", "canvas"}, {NULL, NULL},
};

START_TEST(classes_without_folders_for_splits_are_cut)
{
    write_files(classes);
    request.wanted = TRAIN;
    read_ok();
    check_counts(&d, 7, 0, 0); /* too few to be cut, and not asked for */
    check_example(&d, SPLIT_TRAIN, 2, "brush -> art");
    ck_assert_str_eq(labels_of(&d), "art sport ");
    request.wanted = ALL;
    read_fails(ST_INPUT, "has 7 examples, too few to be cut");
    char name[32];
    for (int i = 0; i < 33; i++) {
        snprintf(name, sizeof name, "sport/%d", i);
        test_write_text(name, "ball");
    }
    read_ok();
    check_counts(&d, 36, 2, 2);
    ck_assert_int_eq(d.division.way, EXAMPLE_SPLITS_CUT);
}
END_TEST

START_TEST(named_folders_have_their_classes)
{
    write_files(imdb);
    request.path = NULL;
    request.named[SPLIT_TRAIN] = test_path("aclImdb/train");
    request.named[SPLIT_VALID] = test_path("aclImdb/test");
    read_ok();
    check_counts(&d, 4, 2, 0);
    check_example(&d, SPLIT_VALID, 0, "bad -> neg");
}
END_TEST

START_TEST(a_model_reads_documents_and_lines_alike)
{
    asked.keep_train = true;
    write_files(imdb);
    read_ok();
    test_write_text("new.txt", "pos\tgood film\n");
    request = (struct dataset_request){
        .named[SPLIT_TEST] = test_path("new.txt"), .needed = TEST, .wanted = TEST};
    read_with_ok();
    check_example(&other, SPLIT_TEST, 0, "good film -> pos");
    request =
        (struct dataset_request){.path = test_path("aclImdb"), .needed = TEST, .wanted = TEST};
    read_with_ok();
    check_counts(&other, 0, 0, 2);
    request = (struct dataset_request){
        .path = test_path("aclImdb/test"), .needed = TEST, .wanted = TEST, .whole = true};
    read_with_ok();
    check_counts(&other, 0, 0, 2);
    ck_assert_int_eq(other.coding.form, EXAMPLE_FORM_FOLDERS);
}
END_TEST

START_TEST(characters_have_a_token_between_lines)
{
    asked.keep_train = true;
    request.tokenizer = "chars";
    write_files(imdb);
    read_ok();
    check_example(&d, SPLIT_TRAIN, 0, "b a d   f i l m <eos> <eos> v e r y   b a d -> neg");
}
END_TEST

START_TEST(defects_name_the_document)
{
    asked.keep_train = true;
    write_files(imdb);
    test_write_text("aclImdb/test/pos/2.txt", "good \xFF");
    read_fails(ST_INPUT, "aclImdb/test/pos/2.txt' line 1 has a byte that no character");
    test_write_text("aclImdb/test/pos/2.txt", " \n\n");
    read_fails(ST_INPUT, "aclImdb/test/pos/2.txt' has a text of which the tokenizer 'words'");
    test_write_text("aclImdb/test/pos/2.txt", "x");
    test_make_dir("aclImdb/test/mixed");
    test_write_text("aclImdb/test/mixed/1.txt", "x");
    read_fails(ST_INPUT, "aclImdb/test/mixed/1.txt' has the label 'mixed', which the train text");
}
END_TEST

START_TEST(empty_documents_of_archives_are_left_out)
{
    static const char *const files[][2] = {
        {"train/a/1", "x"}, {"train/a/2", ""}, {"train/b/1", "y"}, {NULL, NULL}};
    write_archive("a.tar", files);
    request.path = test_path("a.tar");
    asked.keep_train = true;
    read_ok();
    ck_assert_uint_eq(d.examples[SPLIT_TRAIN]->n, 2);
}
END_TEST

START_TEST(what_are_no_classes_is_refused)
{
    test_write_text("train.txt", "a\tx\nb\ty\n");
    asked.form = EXAMPLE_FORM_FOLDERS;
    read_fails(ST_INPUT, "has no document in a folder of its class");
    request.path = test_path("train.txt");
    read_fails(ST_INPUT, "train.txt' is a text, and no folder or archive");
    request.path = test_dir;
    asked.form = EXAMPLE_FORM_AUTO;
    asked.keep_train = true;
    read_ok(); /* one folder is no class */
    ck_assert_int_eq(d.coding.form, EXAMPLE_FORM_TAB);
    test_make_dir("one");
    test_write_text("one/1.txt", "x");
    test_write_text("one/2.txt", "x");
    asked.form = EXAMPLE_FORM_FOLDERS;
    request.wanted = TRAIN;
    read_fails(ST_INPUT, "has one label alone, 'one'");
}
END_TEST

static Suite *example_folders_suite(void)
{
    Suite *s = suite_create("example_folders");
    TCase *tc = tcase_create("folders");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, folders_and_archives_are_divided_by_their_folders, 0, 2);
    tcase_add_test(tc, classes_without_folders_for_splits_are_cut);
    tcase_add_test(tc, named_folders_have_their_classes);
    tcase_add_test(tc, a_model_reads_documents_and_lines_alike);
    tcase_add_test(tc, characters_have_a_token_between_lines);
    tcase_add_test(tc, defects_name_the_document);
    tcase_add_test(tc, empty_documents_of_archives_are_left_out);
    tcase_add_test(tc, what_are_no_classes_is_refused);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(example_folders_suite())
