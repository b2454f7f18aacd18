/* Datasets: from texts, from standard input, from the built-in grammar, and as prepared
 * directories whose files belong together. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/hash.h"
#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/task/dataset.h"
#include "tests/tap.h"

enum { TRAIN = 1 << SPLIT_TRAIN, VALID = 1 << SPLIT_VALID, TEST = 1 << SPLIT_TEST, ALL = 7 };

static char dir[64]; /* holds train.txt, valid.txt, test.txt */
static struct dataset d, other;
static struct err err;

/* "dir/name"; the last few results stay valid. */
static const char *at(const char *name)
{
    static char paths[8][160];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", dir, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    ck_assert_int_eq(io_write_file(at(name), text, strlen(text), NULL), ST_OK);
}

static void setup(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%.40s/dataset-XXXXXX", tmp != NULL ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    write_file("train.txt", "the cat sat\nthe dog sat on the cat\n");
    write_file("valid.txt", "the cow sat\n");
    write_file("test.txt", "the cat on the moon\n");
    d = other = (struct dataset){0};
    err = (struct err){0};
}

static void teardown(void)
{
    char command[128];
    dataset_fini(&d);
    dataset_fini(&other);
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    ck_assert_int_eq(system(command), 0);
}

static struct dataset_request request_of(const char *path, unsigned needed, unsigned wanted)
{
    return (struct dataset_request){.path = path, .needed = needed, .wanted = wanted};
}

static void read_ok(struct dataset *to, const struct dataset_request *request)
{
    const enum status status = dataset_read(to, request, &err);
    ck_assert_msg(status == ST_OK, "%s", err.text);
}

static void read_all(struct dataset *to, const char *path)
{
    const struct dataset_request request = request_of(path, TRAIN, ALL);
    read_ok(to, &request);
}

static void read_fails(const struct dataset_request *request, enum status want, const char *text)
{
    dataset_fini(&other);
    const enum status status = dataset_read(&other, request, &err);
    ck_assert_msg(status == want, "status %d: %s", status, err.text);
    ck_assert_msg(strstr(err.text, text) != NULL, "'%s' is not in '%s'", text, err.text);
}

static void load_fails(const char *name, const char *text)
{
    const struct dataset_request request = request_of(at(name), TRAIN, ALL);
    read_fails(&request, ST_INPUT, text);
}

/* The directory as "prepared", with all three splits, in `name`. */
static void prepare(const char *name)
{
    dataset_fini(&d);
    read_all(&d, dir);
    const enum status status = dataset_save(&d, at(name), &err);
    ck_assert_msg(status == ST_OK, "%s", err.text);
}

static void check_words(const struct dataset *from, enum split s, const char *want)
{
    char text[512] = "";
    for (size_t i = 0; i < from->splits[s].n; i++) {
        strcat(text, i > 0 ? " " : "");
        strcat(text, vocab_word(from->vocab, from->splits[s].data[i]));
    }
    ck_assert_str_eq(text, want);
}

static void check_same_ids(const struct dataset *a, const struct dataset *b, enum split s)
{
    ck_assert_uint_eq(a->splits[s].n, b->splits[s].n);
    ck_assert_mem_eq(a->splits[s].data, b->splits[s].data, a->splits[s].n * sizeof(int32_t));
}

START_TEST(a_directory_of_texts_becomes_three_streams_of_one_vocabulary)
{
    read_all(&d, dir);
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
    struct dataset_request request = request_of(dir, VALID, 0);
    read_ok(&d, &request);
    ck_assert_uint_eq(d.splits[SPLIT_TRAIN].n, 0);
    ck_assert_uint_eq(d.splits[SPLIT_TEST].n, 0);
    check_words(&d, SPLIT_VALID, "the <unk> sat <eos>");
}
END_TEST

START_TEST(a_wanted_split_may_be_missing_a_needed_one_may_not)
{
    ck_assert_int_eq(unlink(at("test.txt")), 0);
    read_all(&d, dir);
    ck_assert_uint_eq(d.splits[SPLIT_TEST].n, 0);
    ck_assert_ptr_null(d.names[SPLIT_TEST]);
    const struct dataset_request request = request_of(dir, TEST, ALL);
    read_fails(&request, ST_INPUT, "test");
}
END_TEST

START_TEST(one_text_is_cut_whichever_splits_are_asked_for)
{
    FILE *f = fopen(at("one"), "w");
    for (int i = 0; i < 200; i++)
        fprintf(f, "line %d\n", i);
    ck_assert_int_eq(fclose(f), 0);
    read_all(&d, at("one"));
    ck_assert_uint_eq(d.splits[SPLIT_TRAIN].n, 180 * 3);
    ck_assert_uint_eq(d.splits[SPLIT_VALID].n, 10 * 3);
    ck_assert_uint_eq(d.splits[SPLIT_TEST].n, 10 * 3);
    for (enum split s = SPLIT_TRAIN; s < N_SPLITS; s++) {
        const struct dataset_request request = request_of(at("one"), 1u << s, 0);
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
    write_file("one.txt", text);
    const struct dataset_request request = request_of(at("one.txt"), TRAIN, ALL);
    read_ok(&d, &request);
    for (enum split s = SPLIT_TRAIN; s < N_SPLITS; s++) {
        ck_assert_uint_eq(d.splits[s].n, s == SPLIT_TRAIN ? 36 * 3 : 2 * 3);
        ck_assert_uint_eq(d.splits[s].text_hash, hash_bytes(text, strlen(text)));
    }
}
END_TEST

START_TEST(a_vocabulary_file_makes_the_train_text_unneeded)
{
    write_file("words", "the\n<unk>\n<eos>\nmoon\n");
    struct dataset_request request = {.named[SPLIT_TEST] = at("test.txt"), .needed = TEST};
    request.vocab_path = at("words");
    read_ok(&d, &request);
    check_words(&d, SPLIT_TEST, "the <unk> <unk> the moon <eos>");
}
END_TEST

START_TEST(limits_of_the_vocabulary_are_kept)
{
    struct dataset_request request = request_of(dir, TRAIN, 0);
    request.vocab_limits.min_count = 2;
    read_ok(&d, &request);
    check_words(&d, SPLIT_TRAIN, "the cat sat <eos> the <unk> sat <unk> the cat <eos>");
}
END_TEST

START_TEST(the_tokenizer_is_chosen_by_name)
{
    struct dataset_request request = request_of(dir, VALID, 0);
    request.tokenizer = "chars";
    read_ok(&d, &request);
    ck_assert_uint_eq(d.splits[SPLIT_VALID].n, strlen("the cow sat") + 1);
    request.tokenizer = "nonsense";
    read_fails(&request, ST_USAGE, "nonsense");
}
END_TEST

START_TEST(types_are_counted_once)
{
    read_all(&d, dir);
    ck_assert_uint_eq(d.splits[SPLIT_TRAIN].types, 6);
    ck_assert_uint_eq(d.splits[SPLIT_TEST].types, 5);
    prepare("p");
    read_all(&other, at("p"));
    ck_assert_uint_eq(other.splits[SPLIT_TRAIN].types, 6);
    ck_assert_uint_eq(other.splits[SPLIT_TEST].types, 5);
}
END_TEST

START_TEST(unknown_words_can_be_errors)
{
    struct dataset_request request = request_of(dir, VALID, 0);
    request.oov = OOV_ERROR;
    read_fails(&request, ST_INPUT, "cow");
    prepare("p");
    request.path = at("p");
    read_fails(&request, ST_INPUT, "valid.ids' has 1 tokens");
}
END_TEST

START_TEST(the_fingerprint_is_of_vocabulary_and_ids)
{
    read_all(&d, dir);
    read_all(&other, dir);
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
    dataset_fini(&other);
    const struct dataset_request fewer = request_of(dir, TRAIN, VALID);
    read_ok(&other, &fewer);
    ck_assert_uint_ne(d.fingerprint, other.fingerprint);
    dataset_fini(&other);
    write_file("valid.txt", "the cat sat\n");
    read_all(&other, dir);
    ck_assert_uint_eq(vocab_hash(d.vocab), vocab_hash(other.vocab));
    ck_assert_uint_ne(d.fingerprint, other.fingerprint);
    dataset_fini(&other);
    write_file("valid.txt", "the cow sat\n");
    write_file("train.txt", "the cat sat\nthe dig sat on the cat\n"); /* same ids, other words */
    read_all(&other, dir);
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
    read_all(&d, dir);
    ck_assert_uint_ne(fingerprint_of(&d, SPLIT_VALID), fingerprint_of(&d, SPLIT_TEST));
    write_file("valid.txt", "the cat sat\n");
    const struct dataset_request test = request_of(dir, TEST, 0), valid = request_of(dir, VALID, 0);
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
    request.named[SPLIT_VALID] = at("valid.txt");
    request.wanted = VALID;
    stdin_from(at("train.txt"));
    read_ok(&d, &request);
    request.path = dir;
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
    write_file("bad", "fine\nbad \377\n");
    stdin_from(at("bad"));
    read_fails(&request, ST_INPUT, "line 2");
    write_file("words", "the\n<unk>\n<eos>\n");
    request.vocab_path = at("words");
    request.oov = OOV_ERROR;
    write_file("odd", "the the\nthe pig\n");
    stdin_from(at("odd"));
    read_fails(&request, ST_INPUT, "line 2");
    ck_assert_ptr_nonnull(strstr(err.text, "pig"));
}
END_TEST

START_TEST(a_line_longer_than_a_piece_ends_once)
{
    enum { WORDS = 600000 };
    FILE *f = fopen(at("long"), "w");
    for (int i = 0; i < WORDS; i++)
        fputs("w ", f);
    ck_assert_int_eq(fclose(f), 0);
    const struct dataset_request request = request_of("-", TRAIN, 0);
    stdin_from(at("long"));
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

START_TEST(a_prepared_directory_gives_what_the_texts_gave)
{
    prepare("p");
    read_all(&other, at("p"));
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
    struct dataset_request request = request_of(dir, TRAIN, ALL);
    request.ids_dir = at("q");
    ck_assert_int_eq(io_make_dir(request.ids_dir, &err), ST_OK);
    read_ok(&other, &request);
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
    ck_assert_ptr_null(other.splits[SPLIT_TRAIN].data);
    ck_assert_msg(dataset_save(&other, request.ids_dir, &err) == ST_OK, "%s", err.text);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char p[40], q[40];
        snprintf(p, sizeof p, "p/%s", names[i]);
        snprintf(q, sizeof q, "q/%s", names[i]);
        assert_same_file(at(p), at(q));
    }
}
END_TEST

START_TEST(files_that_cannot_all_be_written_leave_those_before)
{
    prepare("p");
    dataset_fini(&d);
    struct dataset_request request = request_of(dir, TRAIN, ALL);
    request.tokenizer = "chars";
    read_ok(&d, &request);
    ck_assert_int_eq(unlink(at("p/test.ids")), 0);
    ck_assert_int_eq(mkdir(at("p/test.ids"), 0777), 0);
    ck_assert_int_eq(dataset_save(&d, at("p"), &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, at("p/test.ids")));
    request = request_of(at("p"), TRAIN, VALID);
    read_ok(&other, &request);
    ck_assert_str_eq(other.tokenizer->name, "words");
}
END_TEST

START_TEST(a_prepared_directory_remembers_its_tokenizer)
{
    struct dataset_request request = request_of(dir, TRAIN, 0);
    request.tokenizer = "chars";
    read_ok(&d, &request);
    ck_assert_int_eq(dataset_save(&d, at("p"), &err), ST_OK);
    read_all(&other, at("p"));
    ck_assert_str_eq(other.tokenizer->name, "chars");
    request = request_of(at("p"), TRAIN, 0);
    request.tokenizer = "words";
    read_fails(&request, ST_USAGE, "'chars', not 'words'");
}
END_TEST

START_TEST(what_only_texts_can_give_is_refused_for_a_prepared_directory)
{
    prepare("p");
    struct dataset_request request = request_of(at("p"), TRAIN, 0);
    request.vocab_limits.max_words = 5;
    read_fails(&request, ST_USAGE, "--max-vocab");
    request = request_of(at("p"), TRAIN, 0);
    request.vocab_limits.min_count = 2;
    read_fails(&request, ST_USAGE, "--min-count");
    request = request_of(at("p"), TRAIN, 0);
    request.vocab_path = "words";
    read_fails(&request, ST_USAGE, "--vocab");
    request = request_of(at("p"), TRAIN, 0);
    request.named[SPLIT_VALID] = "valid.txt";
    read_fails(&request, ST_USAGE, "--valid");
}
END_TEST

START_TEST(a_vocabulary_of_another_preparation_is_refused)
{
    prepare("p");
    write_file("p/vocab.txt", "the\t1\n<unk>\t1\n<eos>\t1\n");
    load_fails("p", "vocab.txt' is not the vocabulary that");
    ck_assert_ptr_nonnull(strstr(err.text, "run 'ptblm prepare' again"));
}
END_TEST

static void move(const char *from, const char *to)
{
    ck_assert_int_eq(rename(at(from), at(to)), 0);
}

START_TEST(ids_of_another_preparation_are_refused)
{
    prepare("p");
    write_file("test.txt", "the cat on the mat\n");
    prepare("q");
    move("q/test.ids", "p/test.ids");
    load_fails("p", "p/test.ids' is of another text than");
    write_file("train.txt", "other words\n");
    prepare("q");
    move("q/valid.ids", "p/valid.ids");
    load_fails("p", "p/valid.ids' was made with another vocabulary");
    ck_assert_ptr_nonnull(strstr(err.text, "run 'ptblm prepare' again"));
    ck_assert_int_eq(unlink(at("p/train.ids")), 0);
    load_fails("p", "p/train.ids'");
}
END_TEST

START_TEST(a_record_that_is_missing_or_wrong_is_refused)
{
    prepare("p");
    ck_assert_int_eq(unlink(at("p/prepared.json")), 0);
    load_fails("p", "was not prepared to the end");
    write_file("p/prepared.json", "{\"format\":");
    load_fails("p", "p/prepared.json' cannot be used");
    write_file("p/prepared.json", "{}");
    load_fails("p", "'format' is missing");
    write_file("p/prepared.json", "[]");
    load_fails("p", "p/prepared.json' cannot be used");
    write_file("p/prepared.json", "{\"format\":\"ptblm-prepared\",\"version\":2}");
    load_fails("p", "version 2");
    write_file("p/prepared.json",
               "{\"format\":\"ptblm-prepared\",\"version\":1,\"tokenizer\":\"morse\"}");
    load_fails("p", "morse");
}
END_TEST

START_TEST(saving_again_removes_what_is_no_longer_there)
{
    const char *name;
    ck_assert(!dataset_has_files(at("p"), &name));
    prepare("p");
    ck_assert(dataset_has_files(at("p"), &name));
    ck_assert_str_eq(name, "prepared.json");
    ck_assert_int_eq(unlink(at("test.txt")), 0);
    prepare("p");
    ck_assert(!io_exists(at("p/test.ids")));
    read_all(&other, at("p"));
    ck_assert_uint_eq(other.splits[SPLIT_TEST].n, 0);
    const struct dataset_request request = request_of(at("p"), TEST, 0);
    read_fails(&request, ST_INPUT, "has no test split");
}
END_TEST

START_TEST(a_given_vocabulary_is_used_and_a_prepared_directory_must_have_it)
{
    struct vocab *vocab;
    const char text[] = "the\n<unk>\n<eos>\n";
    const struct dataset_request texts = request_of(dir, TEST, 0);
    ck_assert_int_eq(vocab_parse(&vocab, "v", text, strlen(text), &err), ST_OK);
    ck_assert_int_eq(dataset_read_with(&other, &texts, vocab, &err), ST_OK);
    check_words(&other, SPLIT_TEST, "the <unk> <unk> the <unk> <eos>");
    ck_assert_ptr_eq(other.vocab, vocab);
    dataset_fini(&other);
    prepare("p");
    const struct dataset_request prepared = request_of(at("p"), TEST, 0);
    ck_assert_int_eq(dataset_read_with(&other, &prepared, vocab, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "another vocabulary (7 words) than the model's (3"));
    dataset_fini(&other);
    ck_assert_int_eq(dataset_read_with(&other, &prepared, d.vocab, &err), ST_OK);
    check_same_ids(&d, &other, SPLIT_TEST);
    dataset_fini(&other);
    vocab_free(vocab);
}
END_TEST

int main(void)
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
    tcase_add_test(tc, a_prepared_directory_gives_what_the_texts_gave);
    tcase_add_test(tc, ids_written_as_they_are_read_give_the_same_files);
    tcase_add_test(tc, files_that_cannot_all_be_written_leave_those_before);
    tcase_add_test(tc, a_prepared_directory_remembers_its_tokenizer);
    tcase_add_test(tc, what_only_texts_can_give_is_refused_for_a_prepared_directory);
    tcase_add_test(tc, a_vocabulary_of_another_preparation_is_refused);
    tcase_add_test(tc, ids_of_another_preparation_are_refused);
    tcase_add_test(tc, a_record_that_is_missing_or_wrong_is_refused);
    tcase_add_test(tc, saving_again_removes_what_is_no_longer_there);
    tcase_add_test(tc, a_given_vocabulary_is_used_and_a_prepared_directory_must_have_it);
    suite_add_tcase(suite, tc);
    return tap_run(suite);
}
