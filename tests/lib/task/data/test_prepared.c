/* Prepared directories: what is read is what was saved, and files that do not belong together are
 * refused. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/dataset_support.h"
#include "tests/support/tap.h"

static void load_fails(const char *name, const char *text)
{
    const struct dataset_request request = request_of(test_path(name), TRAIN, ALL);
    read_fails(&request, ST_INPUT, text);
}

START_TEST(a_prepared_directory_gives_what_the_texts_gave)
{
    prepare("p");
    read_all(&other, test_path("p"));
    for (enum split s = SPLIT_TRAIN; s < N_SPLITS; s++) {
        check_same_ids(&d, &other, s);
        ck_assert_str_eq(d.names[s], other.names[s]);
        ck_assert_uint_eq(d.splits[s].unknown, other.splits[s].unknown);
    }
    ck_assert_uint_eq(vocab_hash(d.vocab), vocab_hash(other.vocab));
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
    ck_assert(other.prepared);
    ck_assert_ptr_eq(d.tokenizer, other.tokenizer);
}
END_TEST

static void assert_same_file(const char *a, const char *b)
{
    struct buf x = {0}, y = {0};
    ck_assert_int_eq(io_read_file(a, 1 << 20, &x, &err), ST_OK);
    ck_assert_int_eq(io_read_file(b, 1 << 20, &y, &err), ST_OK);
    ck_assert_uint_eq(x.len, y.len);
    ck_assert_mem_eq(x.data, y.data, x.len);
    buf_fini(&x), buf_fini(&y);
}

START_TEST(ids_written_as_they_are_read_give_the_same_files)
{
    static const char *const names[] = {"vocab.txt", "train.ids", "valid.ids", "test.ids",
                                        "prepared.json"};
    prepare("p");
    struct dataset_request request = request_of(test_dir, TRAIN, ALL);
    request.ids_dir = test_path("q");
    ck_assert_int_eq(io_make_dir(request.ids_dir, NULL, &err), ST_OK);
    read_ok(&other, &request);
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
    ck_assert_ptr_null(other.splits[SPLIT_TRAIN].data);
    ck_assert_msg(dataset_save(&other, request.ids_dir, &err) == ST_OK, "%s", err.text);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char p[40], q[40];
        snprintf(p, sizeof p, "p/%s", names[i]);
        snprintf(q, sizeof q, "q/%s", names[i]);
        assert_same_file(test_path(p), test_path(q));
    }
}
END_TEST

START_TEST(files_that_cannot_all_be_written_leave_those_before)
{
    prepare("p");
    dataset_fini(&d);
    struct dataset_request request = request_of(test_dir, TRAIN, ALL);
    request.tokenizer = "chars";
    read_ok(&d, &request);
    ck_assert_int_eq(unlink(test_path("p/test.ids")), 0);
    ck_assert_int_eq(mkdir(test_path("p/test.ids"), 0777), 0);
    ck_assert_int_eq(dataset_save(&d, test_path("p"), &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, test_path("p/test.ids")));
    request = request_of(test_path("p"), TRAIN, VALID);
    read_ok(&other, &request);
    ck_assert_str_eq(other.tokenizer->name, "words");
}
END_TEST

static struct timespec named_at(const char *name)
{
    struct stat st;
    ck_assert_int_eq(stat(test_path(name), &st), 0);
    return st.st_ctim;
}

/* Killed before the last of them has its name, the directory must not be a folder of documents. */
START_TEST(the_ids_get_their_names_before_the_vocabulary)
{
    prepare("p");
    const struct timespec ids = named_at("p/train.ids"), vocab = named_at("p/vocab.txt");
    ck_assert_int_ge(vocab.tv_sec, ids.tv_sec);
    ck_assert(vocab.tv_sec > ids.tv_sec || vocab.tv_nsec >= ids.tv_nsec);
}
END_TEST

START_TEST(a_prepared_directory_remembers_its_tokenizer)
{
    struct dataset_request request = request_of(test_dir, TRAIN, 0);
    request.tokenizer = "chars";
    read_ok(&d, &request);
    ck_assert_int_eq(dataset_save(&d, test_path("p"), &err), ST_OK);
    read_all(&other, test_path("p"));
    ck_assert_str_eq(other.tokenizer->name, "chars");
    request = request_of(test_path("p"), TRAIN, 0);
    request.tokenizer = "words";
    read_fails(&request, ST_USAGE, "'chars', not 'words'");
}
END_TEST

START_TEST(what_only_texts_can_give_is_refused_for_a_prepared_directory)
{
    prepare("p");
    struct dataset_request request = request_of(test_path("p"), TRAIN, 0);
    request.vocab_limits.max_words = 5;
    read_fails(&request, ST_USAGE, "'max-vocab'");
    request = request_of(test_path("p"), TRAIN, 0);
    request.vocab_limits.min_count = 2;
    read_fails(&request, ST_USAGE, "'min-count'");
    request = request_of(test_path("p"), TRAIN, 0);
    request.vocab_path = "words";
    read_fails(&request, ST_USAGE, "'vocab'");
    ck_assert_int_eq(err.remedy, REMEDY_PREPARE);
    request = request_of(test_path("p"), TRAIN, 0);
    request.named[SPLIT_VALID] = "valid.txt";
    read_fails(&request, ST_USAGE, "'valid'");
}
END_TEST

START_TEST(a_vocabulary_of_another_preparation_is_refused)
{
    prepare("p");
    test_write_text("p/vocab.txt", "the\t1\n<unk>\t1\n<eos>\t1\n");
    load_fails("p", "vocab.txt' is not the vocabulary that");
    ck_assert_int_eq(err.remedy, REMEDY_PREPARE_AGAIN);
}
END_TEST

static void move(const char *from, const char *to)
{
    ck_assert_int_eq(rename(test_path(from), test_path(to)), 0);
}

START_TEST(ids_of_another_preparation_are_refused)
{
    prepare("p");
    test_write_text("test.txt", "the cat on the mat\n");
    prepare("q");
    move("q/test.ids", "p/test.ids");
    load_fails("p", "p/test.ids' is of another text than");
    test_write_text("train.txt", "other words\n");
    prepare("q");
    move("q/valid.ids", "p/valid.ids");
    load_fails("p", "p/valid.ids' was made with another vocabulary");
    ck_assert_int_eq(err.remedy, REMEDY_PREPARE_AGAIN);
    ck_assert_int_eq(unlink(test_path("p/train.ids")), 0);
    load_fails("p", "p/train.ids'");
}
END_TEST

START_TEST(a_record_that_is_missing_or_wrong_is_refused)
{
    prepare("p");
    ck_assert_int_eq(unlink(test_path("p/prepared.json")), 0);
    load_fails("p", "its preparation was not completed");
    test_write_text("p/prepared.json", "{\"format\":");
    load_fails("p", "p/prepared.json' cannot be used");
    test_write_text("p/prepared.json", "{}");
    load_fails("p", "'format' is missing");
    test_write_text("p/prepared.json", "[]");
    load_fails("p", "p/prepared.json' cannot be used");
    test_write_text("p/prepared.json", "{\"format\":\"ptblm-prepared\",\"version\":4}");
    load_fails("p", "version 4");
    test_write_text("p/prepared.json",
                    "{\"format\":\"ptblm-prepared\",\"version\":1,\"tokenizer\":\"morse\"}");
    load_fails("p", "morse");
}
END_TEST

START_TEST(saving_again_removes_what_is_no_longer_there)
{
    const char *name;
    ck_assert(!dataset_has_files(test_path("p"), &name));
    prepare("p");
    ck_assert(dataset_has_files(test_path("p"), &name));
    ck_assert_str_eq(name, "prepared.json");
    ck_assert_int_eq(unlink(test_path("test.txt")), 0);
    prepare("p");
    ck_assert(!io_exists(test_path("p/test.ids")));
    read_all(&other, test_path("p"));
    ck_assert_uint_eq(other.splits[SPLIT_TEST].n, 0);
    const struct dataset_request request = request_of(test_path("p"), TEST, 0);
    read_fails(&request, ST_INPUT, "has no test split");
}
END_TEST

START_TEST(a_given_vocabulary_is_used_and_a_prepared_directory_must_have_it)
{
    struct vocab *vocab;
    const char text[] = "the\n<unk>\n<eos>\n";
    const struct dataset_request texts = request_of(test_dir, TEST, 0);
    ck_assert_int_eq(vocab_parse(&vocab, "v", text, strlen(text), &err), ST_OK);
    ck_assert_int_eq(dataset_read_with(&other, &texts, vocab, &err), ST_OK);
    check_words(&other, SPLIT_TEST, "the <unk> <unk> the <unk> <eos>");
    ck_assert_ptr_eq(other.vocab, vocab);
    dataset_fini(&other);
    prepare("p");
    const struct dataset_request prepared = request_of(test_path("p"), TEST, 0);
    ck_assert_int_eq(dataset_read_with(&other, &prepared, vocab, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "another vocabulary (7 words) than the model's (3"));
    dataset_fini(&other);
    ck_assert_int_eq(dataset_read_with(&other, &prepared, d.vocab, &err), ST_OK);
    check_same_ids(&d, &other, SPLIT_TEST);
    dataset_fini(&other);
    vocab_free(vocab);
}
END_TEST

static Suite *prepared_suite(void)
{
    Suite *suite = suite_create("prepared");
    TCase *tc = tcase_create("prepared");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_prepared_directory_gives_what_the_texts_gave);
    tcase_add_test(tc, ids_written_as_they_are_read_give_the_same_files);
    tcase_add_test(tc, files_that_cannot_all_be_written_leave_those_before);
    tcase_add_test(tc, the_ids_get_their_names_before_the_vocabulary);
    tcase_add_test(tc, a_prepared_directory_remembers_its_tokenizer);
    tcase_add_test(tc, what_only_texts_can_give_is_refused_for_a_prepared_directory);
    tcase_add_test(tc, a_vocabulary_of_another_preparation_is_refused);
    tcase_add_test(tc, ids_of_another_preparation_are_refused);
    tcase_add_test(tc, a_record_that_is_missing_or_wrong_is_refused);
    tcase_add_test(tc, saving_again_removes_what_is_no_longer_there);
    tcase_add_test(tc, a_given_vocabulary_is_used_and_a_prepared_directory_must_have_it);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(prepared_suite())
