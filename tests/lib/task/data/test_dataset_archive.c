/* Datasets from archives: the same as from the files themselves, in whatever order the archive has
 * them, and with no more reading of it than that takes. */
#include <stdio.h>

#include "tests/support/corpora_files.h"
#include "tests/support/dataset_support.h"
#include "tests/support/opens_support.h"
#include "tests/support/tap.h"

static const enum split orders[][N_SPLITS] = {
    {SPLIT_TRAIN, SPLIT_VALID, SPLIT_TEST}, {SPLIT_TRAIN, SPLIT_TEST, SPLIT_VALID},
    {SPLIT_VALID, SPLIT_TRAIN, SPLIT_TEST}, {SPLIT_VALID, SPLIT_TEST, SPLIT_TRAIN},
    {SPLIT_TEST, SPLIT_TRAIN, SPLIT_VALID}, {SPLIT_TEST, SPLIT_VALID, SPLIT_TRAIN},
};
static const char *const names[N_SPLITS] = {"train.txt", "valid.txt", "test.txt"};

/* The texts of the directory as a .tgz, in an order. */
static const char *pack(const enum split order[N_SPLITS])
{
    struct file_member members[N_SPLITS] = {{0}};
    struct buf texts[N_SPLITS] = {{0}};
    for (size_t i = 0; i < N_SPLITS; i++) {
        struct buf *text = &texts[i];
        ck_assert_int_eq(io_read_file(test_path(names[order[i]]), 1 << 20, text, &err), ST_OK);
        ck_assert_int_eq(buf_reserve(text, 0, &err), ST_OK);
        members[i] = (struct file_member){.name = names[order[i]], .text = text->data};
    }
    struct bytes tar = files_archive("pax", members, N_SPLITS), gz = files_gzip(tar.data, tar.n);
    test_write("c.tgz", gz.data, gz.n);
    bytes_free(&tar), bytes_free(&gz);
    for (size_t i = 0; i < N_SPLITS; i++)
        buf_fini(&texts[i]);
    return test_path("c.tgz");
}

static void check_same(const struct dataset *a, const struct dataset *b)
{
    ck_assert_uint_eq(vocab_hash(a->vocab), vocab_hash(b->vocab));
    ck_assert_uint_eq(a->fingerprint, b->fingerprint);
    for (enum split s = 0; s < N_SPLITS; s++) {
        check_same_ids(a, b, s);
        ck_assert_uint_eq(a->splits[s].unknown, b->splits[s].unknown);
        ck_assert_uint_eq(a->splits[s].types, b->splits[s].types);
        ck_assert_uint_eq(a->splits[s].text_hash, b->splits[s].text_hash);
    }
}

START_TEST(an_archive_is_read_twice_and_gives_what_its_files_give)
{
    read_all(&d, test_dir);
    const char *path = pack(orders[_i]);
    const int opens = opens_watch(path);
    read_all(&other, path);
    ck_assert_int_eq(opens_count(opens), 2); /* for the names, and for the texts */
    check_same(&d, &other);
}
END_TEST

static void check_same_file(const char *a, const char *b)
{
    struct buf x = {0}, y = {0};
    ck_assert_msg(io_read_file(a, 1 << 20, &x, &err) == ST_OK, "%s", err.text);
    ck_assert_msg(io_read_file(b, 1 << 20, &y, &err) == ST_OK, "%s", err.text);
    ck_assert_uint_eq(x.len, y.len);
    ck_assert_mem_eq(x.data, y.data, x.len);
    buf_fini(&x);
    buf_fini(&y);
}

START_TEST(ids_that_go_to_files_are_the_same_bytes)
{
    static const char *const files[] = {"vocab.txt", "train.ids", "valid.ids", "test.ids"};
    prepare("p");
    struct dataset_request request = request_of(pack(orders[_i]), TRAIN, ALL);
    ck_assert_int_eq(io_make_dir(test_path("q"), NULL, &err), ST_OK);
    request.ids_dir = test_path("q");
    read_ok(&other, &request);
    ck_assert_msg(dataset_save(&other, test_path("q"), &err) == ST_OK, "%s", err.text);
    for (size_t i = 0; i < N_OF(files); i++) {
        char a[200], b[200];
        snprintf(a, sizeof a, "%s/p/%s", test_dir, files[i]);
        snprintf(b, sizeof b, "%s/q/%s", test_dir, files[i]);
        check_same_file(a, b);
    }
}
END_TEST

/* What is wrong with valid, test or both, and what is said of it: always of the first. */
static const struct {
    const char *valid, *test, *message;
    enum oov oov;
} faults[] = {
    {"fine\n", "bad \xFF\n", "test.txt' line 1 has a byte that no character", OOV_UNK},
    {"bad \xFF\n", "fine\n", "valid.txt' line 1 has a byte that no character", OOV_UNK},
    {"bad \xFF\n", "bad\n\xFF\n", "valid.txt' line 1 has a byte that no character", OOV_UNK},
    {"fine\n", "", "test.txt' is empty: there is nothing to encode", OOV_UNK},
    {"", "", "valid.txt' is empty: there is nothing to encode", OOV_UNK},
    {"the\nthe cow\n", "the\nthe\nmoon\n", "valid.txt' line 2 has 'cow', which", OOV_ERROR},
    {"the\n", "the\nthe\nmoon \xFF\n", "test.txt' line 3 has a byte that no", OOV_ERROR},
    {"the\n", "the\nmoon\n\xFF\n", "test.txt' line 2 has 'moon', which", OOV_ERROR},
    {"cow\n", "bad \xFF\n", "valid.txt' line 1 has 'cow', which", OOV_ERROR},
};

START_TEST(the_first_text_at_fault_is_named_whatever_the_order)
{
    const size_t fault = (size_t)_i / N_OF(orders);
    test_write_text("valid.txt", faults[fault].valid);
    test_write_text("test.txt", faults[fault].test);
    struct dataset_request request = request_of(pack(orders[_i % 6]), TRAIN, ALL);
    request.oov = faults[fault].oov;
    read_fails(&request, ST_INPUT, faults[fault].message);
    request.path = test_dir; /* as without an archive */
    read_fails(&request, ST_INPUT, faults[fault].message);
}
END_TEST

START_TEST(the_train_text_is_named_before_any_other)
{
    test_write_text("train.txt", "\xFF\n");
    test_write_text("valid.txt", "\xFF\n");
    test_write_text("test.txt", "\xFF\n");
    const struct dataset_request request = request_of(pack(orders[_i]), TRAIN, ALL);
    read_fails(&request, ST_INPUT, "train.txt' line 1 has a byte");
}
END_TEST

START_TEST(a_text_before_the_train_text_may_have_any_words)
{
    test_write_text("test.txt", "<eos> <unk> moon moon\nthe <eos>\n");
    struct dataset_request request = request_of(test_dir, TRAIN, ALL);
    request.vocab_limits.min_count = 2;
    read_ok(&d, &request);
    request.path = pack(orders[_i]);
    read_ok(&other, &request);
    check_same(&d, &other);
    check_words(&other, SPLIT_TEST, "<eos> <unk> <unk> <unk> <eos> the <eos> <eos>");
}
END_TEST

static Suite *dataset_archive_suite(void)
{
    Suite *suite = suite_create("dataset_archive");
    TCase *tc = tcase_create("dataset_archive");
    const int n = N_OF(orders);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, an_archive_is_read_twice_and_gives_what_its_files_give, 0, n);
    tcase_add_loop_test(tc, ids_that_go_to_files_are_the_same_bytes, 0, n);
    tcase_add_loop_test(tc, the_first_text_at_fault_is_named_whatever_the_order, 0,
                        n * (int)N_OF(faults));
    tcase_add_loop_test(tc, the_train_text_is_named_before_any_other, 0, n);
    tcase_add_loop_test(tc, a_text_before_the_train_text_may_have_any_words, 0, n);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(dataset_archive_suite())
