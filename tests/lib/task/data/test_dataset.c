/* Datasets from texts, from standard input and from the built-in grammar. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/hash.h"
#include "tests/support/dataset_support.h"
#include "tests/support/tap.h"

START_TEST(a_directory_of_texts_becomes_three_streams_of_one_vocabulary)
{
    read_all(&d, test_dir);
    check_words(&d, SPLIT_TRAIN, "the cat sat <eos> the dog sat on the cat <eos>");
    check_words(&d, SPLIT_VALID, "the <unk> sat <eos>");
    check_words(&d, SPLIT_TEST, "the cat on the <unk> <eos>");
    ck_assert_uint_eq(vocab_size(d.vocab), 7);
    ck_assert_uint_eq(d.splits[SPLIT_VALID].unknown, 1);
    ck_assert_str_eq(d.tokenizer->name, "words");
    ck_assert_ptr_nonnull(strstr(d.names[SPLIT_TEST], "test.txt"));
    ck_assert(!d.prepared);
}
END_TEST

START_TEST(only_the_splits_asked_for_are_read)
{
    struct dataset_request request = request_of(test_dir, VALID, 0);
    read_ok(&d, &request);
    ck_assert_uint_eq(d.splits[SPLIT_TRAIN].n, 0);
    ck_assert_uint_eq(d.splits[SPLIT_TEST].n, 0);
    check_words(&d, SPLIT_VALID, "the <unk> sat <eos>");
}
END_TEST

START_TEST(a_wanted_split_may_be_missing_a_needed_one_may_not)
{
    ck_assert_int_eq(unlink(test_path("test.txt")), 0);
    read_all(&d, test_dir);
    ck_assert_uint_eq(d.splits[SPLIT_TEST].n, 0);
    ck_assert_ptr_null(d.names[SPLIT_TEST]);
    const struct dataset_request request = request_of(test_dir, TEST, ALL);
    read_fails(&request, ST_INPUT, "test");
}
END_TEST

START_TEST(one_text_is_cut_whichever_splits_are_asked_for)
{
    FILE *f = fopen(test_path("one"), "w");
    for (int i = 0; i < 200; i++)
        fprintf(f, "line %d\n", i);
    ck_assert_int_eq(fclose(f), 0);
    read_all(&d, test_path("one"));
    ck_assert_uint_eq(d.splits[SPLIT_TRAIN].n, 180 * 3);
    ck_assert_uint_eq(d.splits[SPLIT_VALID].n, 10 * 3);
    ck_assert_uint_eq(d.splits[SPLIT_TEST].n, 10 * 3);
    for (enum split s = SPLIT_TRAIN; s < N_SPLITS; s++) {
        const struct dataset_request request = request_of(test_path("one"), 1u << s, 0);
        ck_assert_int_eq(dataset_read_with(&other, &request, d.vocab, &err), ST_OK);
        check_same_ids(&other, &d, s);
        dataset_fini(&other);
    }
}
END_TEST

START_TEST(a_text_that_is_cut_has_one_hash)
{
    char text[2000] = "";
    for (int i = 0; i < 40; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "line %d\n", i);
    test_write_text("one.txt", text);
    const struct dataset_request request = request_of(test_path("one.txt"), TRAIN, ALL);
    read_ok(&d, &request);
    for (enum split s = SPLIT_TRAIN; s < N_SPLITS; s++) {
        ck_assert_uint_eq(d.splits[s].n, s == SPLIT_TRAIN ? 36 * 3 : 2 * 3);
        ck_assert_uint_eq(d.splits[s].text_hash, hash_bytes(text, strlen(text)));
    }
}
END_TEST

START_TEST(a_vocabulary_file_makes_the_train_text_unneeded)
{
    test_write_text("words", "the\n<unk>\n<eos>\nmoon\n");
    struct dataset_request request = {.named[SPLIT_TEST] = test_path("test.txt"), .needed = TEST};
    request.vocab_path = test_path("words");
    read_ok(&d, &request);
    check_words(&d, SPLIT_TEST, "the <unk> <unk> the moon <eos>");
}
END_TEST

START_TEST(limits_of_the_vocabulary_are_kept)
{
    struct dataset_request request = request_of(test_dir, TRAIN, 0);
    request.vocab_limits.min_count = 2;
    read_ok(&d, &request);
    check_words(&d, SPLIT_TRAIN, "the cat sat <eos> the <unk> sat <unk> the cat <eos>");
}
END_TEST

START_TEST(the_tokenizer_is_chosen_by_name)
{
    struct dataset_request request = request_of(test_dir, VALID, 0);
    request.tokenizer = "chars";
    read_ok(&d, &request);
    ck_assert_uint_eq(d.splits[SPLIT_VALID].n, strlen("the cow sat") + 1);
    request.tokenizer = "nonsense";
    read_fails(&request, ST_USAGE, "nonsense");
}
END_TEST

START_TEST(types_are_counted_once)
{
    read_all(&d, test_dir);
    ck_assert_uint_eq(d.splits[SPLIT_TRAIN].types, 6);
    ck_assert_uint_eq(d.splits[SPLIT_TEST].types, 5);
    prepare("p");
    read_all(&other, test_path("p"));
    ck_assert_uint_eq(other.splits[SPLIT_TRAIN].types, 6);
    ck_assert_uint_eq(other.splits[SPLIT_TEST].types, 5);
}
END_TEST

START_TEST(unknown_words_can_be_errors)
{
    struct dataset_request request = request_of(test_dir, VALID, 0);
    request.oov = OOV_ERROR;
    read_fails(&request, ST_INPUT, "cow");
    prepare("p");
    request.path = test_path("p");
    read_fails(&request, ST_INPUT, "valid.ids' has 1 tokens");
}
END_TEST

START_TEST(the_fingerprint_is_of_vocabulary_and_ids)
{
    read_all(&d, test_dir);
    read_all(&other, test_dir);
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
    dataset_fini(&other);
    const struct dataset_request fewer = request_of(test_dir, TRAIN, VALID);
    read_ok(&other, &fewer);
    ck_assert_uint_ne(d.fingerprint, other.fingerprint);
    dataset_fini(&other);
    test_write_text("valid.txt", "the cat sat\n");
    read_all(&other, test_dir);
    ck_assert_uint_eq(vocab_hash(d.vocab), vocab_hash(other.vocab));
    ck_assert_uint_ne(d.fingerprint, other.fingerprint);
    dataset_fini(&other);
    test_write_text("valid.txt", "the cow sat\n");
    test_write_text("train.txt",
                    "the cat sat\nthe dig sat on the cat\n"); /* same ids, other words */
    read_all(&other, test_dir);
    check_same_ids(&d, &other, SPLIT_TRAIN);
    ck_assert_uint_ne(d.fingerprint, other.fingerprint);
}
END_TEST

static void stdin_from(const char *path)
{
    const int fd = open(path, O_RDONLY);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    close(fd);
}

static uint64_t fingerprint_of(const struct dataset *of, enum split s)
{
    uint64_t fingerprint = 0;
    ck_assert_int_eq(dataset_find_fingerprint(&fingerprint, of, s, &err), ST_OK);
    return fingerprint;
}

START_TEST(a_split_has_a_fingerprint_that_the_others_do_not_change)
{
    read_all(&d, test_dir);
    ck_assert_uint_ne(fingerprint_of(&d, SPLIT_VALID), fingerprint_of(&d, SPLIT_TEST));
    test_write_text("valid.txt", "the cat sat\n");
    const struct dataset_request test = request_of(test_dir, TEST, 0),
                                 valid = request_of(test_dir, VALID, 0);
    ck_assert_int_eq(dataset_read_with(&other, &test, d.vocab, &err), ST_OK);
    ck_assert_uint_eq(fingerprint_of(&d, SPLIT_TEST), fingerprint_of(&other, SPLIT_TEST));
    dataset_fini(&other);
    ck_assert_int_eq(dataset_read_with(&other, &valid, d.vocab, &err), ST_OK);
    ck_assert_uint_ne(fingerprint_of(&d, SPLIT_VALID), fingerprint_of(&other, SPLIT_VALID));
}
END_TEST

START_TEST(standard_input_can_be_counted_and_encoded)
{
    struct dataset_request request = request_of("-", TRAIN, 0);
    request.named[SPLIT_VALID] = test_path("valid.txt");
    request.wanted = VALID;
    stdin_from(test_path("train.txt"));
    read_ok(&d, &request);
    request.path = test_dir;
    request.named[SPLIT_VALID] = NULL;
    read_ok(&other, &request);
    check_same_ids(&d, &other, SPLIT_TRAIN);
    check_same_ids(&d, &other, SPLIT_VALID);
    ck_assert_uint_eq(d.splits[SPLIT_TRAIN].text_hash, other.splits[SPLIT_TRAIN].text_hash);
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
}
END_TEST

START_TEST(standard_input_is_checked_like_a_file)
{
    struct dataset_request request = request_of("-", TRAIN, 0);
    stdin_from("/dev/null");
    read_fails(&request, ST_INPUT, "'standard input': a vocabulary cannot be made");
    test_write_text("bad", "fine\nbad \377\n");
    stdin_from(test_path("bad"));
    read_fails(&request, ST_INPUT, "line 2");
    test_write_text("words", "the\n<unk>\n<eos>\n");
    request.vocab_path = test_path("words");
    request.oov = OOV_ERROR;
    test_write_text("odd", "the the\nthe pig\n");
    stdin_from(test_path("odd"));
    read_fails(&request, ST_INPUT, "line 2");
    ck_assert_ptr_nonnull(strstr(err.text, "pig"));
}
END_TEST

START_TEST(a_line_longer_than_a_piece_ends_once)
{
    enum { WORDS = 600000 };
    FILE *f = fopen(test_path("long"), "w");
    for (int i = 0; i < WORDS; i++)
        fputs("w ", f);
    ck_assert_int_eq(fclose(f), 0);
    const struct dataset_request request = request_of("-", TRAIN, 0);
    stdin_from(test_path("long"));
    read_ok(&d, &request);
    ck_assert_uint_eq(d.splits[SPLIT_TRAIN].n, WORDS + 1);
    ck_assert_int_eq(d.splits[SPLIT_TRAIN].data[WORDS], vocab_eos(d.vocab));
    ck_assert_uint_eq(vocab_count(d.vocab, vocab_eos(d.vocab)), 1);
}
END_TEST

START_TEST(the_built_in_corpus_is_the_same_for_a_seed)
{
    struct dataset_request request = {.needed = TRAIN | VALID, .seed = 3};
    request.tokens[SPLIT_TRAIN] = request.tokens[SPLIT_VALID] = 2000;
    read_ok(&d, &request);
    ck_assert_uint_ge(d.splits[SPLIT_TRAIN].n, 2000);
    ck_assert_uint_lt(d.splits[SPLIT_TRAIN].n, 2200);
    ck_assert_uint_eq(d.splits[SPLIT_TEST].n, 0);
    read_ok(&other, &request);
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
    dataset_fini(&other);
    request.seed = 4;
    read_ok(&other, &request);
    ck_assert_uint_ne(d.fingerprint, other.fingerprint);
}
END_TEST

static Suite *dataset_suite(void)
{
    Suite *suite = suite_create("dataset");
    TCase *tc = tcase_create("dataset");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_directory_of_texts_becomes_three_streams_of_one_vocabulary);
    tcase_add_test(tc, only_the_splits_asked_for_are_read);
    tcase_add_test(tc, a_wanted_split_may_be_missing_a_needed_one_may_not);
    tcase_add_test(tc, one_text_is_cut_whichever_splits_are_asked_for);
    tcase_add_test(tc, a_text_that_is_cut_has_one_hash);
    tcase_add_test(tc, a_vocabulary_file_makes_the_train_text_unneeded);
    tcase_add_test(tc, limits_of_the_vocabulary_are_kept);
    tcase_add_test(tc, the_tokenizer_is_chosen_by_name);
    tcase_add_test(tc, types_are_counted_once);
    tcase_add_test(tc, unknown_words_can_be_errors);
    tcase_add_test(tc, the_fingerprint_is_of_vocabulary_and_ids);
    tcase_add_test(tc, a_split_has_a_fingerprint_that_the_others_do_not_change);
    tcase_add_test(tc, standard_input_can_be_counted_and_encoded);
    tcase_add_test(tc, standard_input_is_checked_like_a_file);
    tcase_add_test(tc, a_line_longer_than_a_piece_ends_once);
    tcase_add_test(tc, the_built_in_corpus_is_the_same_for_a_seed);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(dataset_suite())
