/* Opening a language model, and lines of text as its tokens. */
#include "lib/base/io/io.h"
#include "lib/task/use/lm.h"
#include "lib/task/use/sentence.h"
#include "tests/support/task_support.h"

#define WORDS "<unk>\t3\n<eos>\t2\nthe\t2\ncat\t1\nsat\t1\n"

static struct lm lm;
static struct sentence line;

/* Writes a model of V words with these notes; NULL leaves one out. */
static void write_model(const char *path, size_t V, const char *vocab, const char *tokenizer)
{
    struct model *m = model_random(V, 4, 1, 0.5f, 1);
    struct model_notes notes = {0};
    if (vocab != NULL)
        ASSERT_OK(buf_add_text(&notes.vocab, vocab, &err));
    if (tokenizer != NULL)
        ASSERT_OK(buf_add_text(&notes.tokenizer, tokenizer, &err));
    ASSERT_OK(model_save(m, &notes, path, &err));
    model_notes_fini(&notes);
    model_free(m);
}

static void write_words(const char *path, const char *words)
{
    ASSERT_OK(io_write_file(path, words, strlen(words), &err));
}

static void setup(void)
{
    test_dir_make();
    lm = (struct lm){0};
    line = (struct sentence){0};
    write_model(test_path("m"), 5, WORDS, "words");
}

static void teardown(void)
{
    sentence_fini(&line);
    lm_close(&lm);
    test_dir_remove();
}

START_TEST(a_model_file_opens_with_vocabulary_and_tokenizer)
{
    ASSERT_OK(lm_open(&lm, test_path("m"), NULL, &err));
    ck_assert_uint_eq(lm.model->shape.V, 5);
    ck_assert_uint_eq(vocab_size(lm.vocab), 5);
    ck_assert_int_eq(vocab_find(lm.vocab, "cat", 3), 3);
    ck_assert_str_eq(lm.tokenizer->name, "words");
    ck_assert_str_eq(lm.path, test_path("m"));
    ck_assert(lm.notes.has_checksum);
}
END_TEST

START_TEST(a_run_directory_opens_by_its_model)
{
    ASSERT_OK(io_make_dir(test_path("run"), NULL, &err));
    write_model(test_path("run/model.safetensors"), 5, WORDS, "chars");
    ASSERT_OK(lm_open(&lm, test_path("run"), NULL, &err));
    ck_assert_str_eq(lm.path, test_path("run/model.safetensors"));
    ck_assert_str_eq(lm.tokenizer->name, "chars");
}
END_TEST

START_TEST(a_directory_without_a_model_says_how_to_make_one)
{
    ASSERT_FAILS(lm_open(&lm, test_dir, NULL, &err), ST_INPUT, "holds no model");
    ck_assert_ptr_nonnull(strstr(err.text, test_dir));
    ck_assert_int_eq(err.remedy, REMEDY_TRAIN);
    ck_assert_ptr_null(lm.model);
}
END_TEST

START_TEST(a_missing_file_is_named)
{
    ASSERT_FAILS(lm_open(&lm, test_path("none"), NULL, &err), ST_INPUT, test_path("none"));
}
END_TEST

START_TEST(a_file_that_is_not_a_model_is_refused)
{
    write_words(test_path("words"), WORDS);
    write_words(test_path("empty"), "");
    ASSERT_FAILS(lm_open(&lm, test_path("words"), NULL, &err), ST_INPUT, test_path("words"));
    ASSERT_FAILS(lm_open(&lm, test_path("empty"), NULL, &err), ST_INPUT, test_path("empty"));
}
END_TEST

START_TEST(model_and_vocabulary_must_be_of_one_size)
{
    write_model(test_path("m"), 6, WORDS, "words");
    ASSERT_FAILS(lm_open(&lm, test_path("m"), NULL, &err), ST_INPUT,
                 "is a model of 6 words, its vocabulary has 5");
    write_model(test_path("m"), 6, NULL, "words");
    write_words(test_path("v"), "<unk>\n<eos>\n");
    ASSERT_FAILS(lm_open(&lm, test_path("m"), test_path("v"), &err), ST_INPUT, test_path("v"));
    ck_assert_ptr_nonnull(strstr(err.text, "a model of 6 words, the vocabulary"));
}
END_TEST

START_TEST(a_damaged_vocabulary_is_refused)
{
    write_model(test_path("m"), 5, "<unk>\n<eos>\nthe\nthe\ncat\n", "words");
    ASSERT_FAILS(lm_open(&lm, test_path("m"), NULL, &err), ST_INPUT, "line 4");
}
END_TEST

START_TEST(a_model_without_a_vocabulary_wants_one)
{
    write_model(test_path("m"), 5, NULL, NULL);
    ASSERT_FAILS(lm_open(&lm, test_path("m"), NULL, &err), ST_INPUT, "no vocabulary");
    ck_assert_int_eq(err.remedy, REMEDY_NAME_VOCAB);
    write_words(test_path("v"), WORDS);
    ASSERT_OK(lm_open(&lm, test_path("m"), test_path("v"), &err));
    ck_assert_int_eq(vocab_find(lm.vocab, "sat", 3), 4);
    ck_assert_str_eq(lm.tokenizer->name, "words");
}
END_TEST

START_TEST(a_model_with_a_vocabulary_takes_no_other)
{
    static const struct {
        const char *words, *text;
    } others[] = {
        {"<unk>\n<eos>\nthe\nsat\ncat\n", "the word of id 3 is 'cat' in the model and 'sat' in"},
        {"<unk>\n<eos>\na\nb\nc\n", "the word of id 2 is 'the' in the model and 'a' in"},
        {"<unk>\n<eos>\nthe\ncat\nsat\non\n", "of its own, of 5 words, and"},
        {"<unk>\n<eos>\nthe\ncat\n", "is another, of 4"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        write_words(test_path("words"), others[i].words);
        ASSERT_FAILS(lm_open(&lm, test_path("m"), test_path("words"), &err), ST_INPUT,
                     others[i].text);
        ck_assert_ptr_nonnull(strstr(err.text, test_path("words")));
        ck_assert_ptr_nonnull(strstr(err.text, test_path("m")));
        ck_assert_int_eq(err.remedy, REMEDY_OWN_VOCAB);
        ck_assert_ptr_null(lm.model);
    }
}
END_TEST

START_TEST(the_models_own_vocabulary_may_be_named_with_other_counts)
{
    write_words(test_path("words"), "<unk>\n<eos>\t7\nthe\ncat\nsat\n");
    ASSERT_OK(lm_open(&lm, test_path("m"), test_path("words"), &err));
    ck_assert_uint_eq(vocab_count(lm.vocab, 0), 3);
}
END_TEST

START_TEST(an_unknown_tokenizer_is_named)
{
    write_model(test_path("m"), 5, WORDS, "syllables");
    ASSERT_FAILS(lm_open(&lm, test_path("m"), NULL, &err), ST_INPUT, "'syllables'");
}
END_TEST

/* --- sentences --- */

static void check_ids(const int32_t *want, size_t n)
{
    ck_assert_uint_eq(line.n, n);
    ck_assert_mem_eq(line.ids, want, n * sizeof *want);
}

static void add(const char *text)
{
    ASSERT_OK(sentence_add(&line, &lm, text, strlen(text), &err));
}

START_TEST(a_line_is_ids_and_what_they_looked_like)
{
    static const char surface[] = "the\0dog\0sat\0<eos>";
    ASSERT_OK(lm_open(&lm, test_path("m"), NULL, &err));
    add("the dog ");
    add(" sat");
    ASSERT_OK(sentence_add_eos(&line, &lm, &err));
    check_ids((const int32_t[]){2, 0, 4, 1}, 4);
    ck_assert_uint_eq(line.surface.len, sizeof surface);
    ck_assert_mem_eq(line.surface.data, surface, sizeof surface);
    ck_assert_uint_eq(line.unknown, 1);
    ck_assert_str_eq(line.surface.data + line.first_unknown, "dog");
}
END_TEST

START_TEST(a_literal_unk_is_not_an_unknown_word)
{
    ASSERT_OK(lm_open(&lm, test_path("m"), NULL, &err));
    add("the <unk> dog cow");
    ck_assert_uint_eq(line.unknown, 2);
    ck_assert_str_eq(line.surface.data + line.first_unknown, "dog");
    sentence_clear(&line);
    ck_assert_uint_eq(line.n, 0);
    ck_assert_uint_eq(line.unknown, 0);
    add("cow the");
    check_ids((const int32_t[]){0, 2}, 2);
    ck_assert_str_eq(line.surface.data + line.first_unknown, "cow");
}
END_TEST

START_TEST(a_line_of_any_length_is_held)
{
    ASSERT_OK(lm_open(&lm, test_path("m"), NULL, &err));
    for (size_t i = 0; i < 1000; i++)
        add("cat sat ");
    ck_assert_uint_eq(line.n, 2000);
    for (size_t i = 0; i < 2000; i++)
        ck_assert_int_eq(line.ids[i], i % 2 == 0 ? 3 : 4);
}
END_TEST

START_TEST(a_token_too_long_to_be_one_is_refused)
{
    static char text[TOKEN_MAX + 2];
    ASSERT_OK(lm_open(&lm, test_path("m"), NULL, &err));
    memset(text, 'a', TOKEN_MAX);
    add(text);
    ck_assert_uint_eq(line.unknown, 1);
    text[TOKEN_MAX] = 'a';
    ASSERT_FAILS(sentence_add(&line, &lm, text, TOKEN_MAX + 1, &err), ST_INPUT,
                 "a token of 65536 bytes: the most is 65535");
}
END_TEST

START_TEST(what_a_file_says_of_its_training_is_an_object_or_nothing)
{
    static const char *const bad[] = {"[0]", "{\"lr\":1", "1"};
    struct json *training = NULL;
    int64_t lr = 0;
    ASSERT_OK(lm_open(&lm, test_path("m"), NULL, &err));
    ASSERT_OK(lm_read_training(&lm, &training, &err));
    ck_assert_ptr_null(training);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lm.notes.training.len = 0;
        ASSERT_OK(buf_add_text(&lm.notes.training, bad[i], &err));
        ASSERT_FAILS(lm_read_training(&lm, &training, &err), ST_INPUT, "does not say how it was");
        ck_assert_ptr_nonnull(strstr(err.text, test_path("m")));
        ck_assert_ptr_null(training);
    }
    lm.notes.training.len = 0;
    ASSERT_OK(buf_add_text(&lm.notes.training, "{\"lr\":1}", &err));
    ASSERT_OK(lm_read_training(&lm, &training, &err));
    ASSERT_OK(json_get_int(training, "lr", &lr, &err));
    ck_assert_int_eq(lr, 1);
    json_free(training);
}
END_TEST

static Suite *lm_suite(void)
{
    Suite *suite = suite_create("lm");
    TCase *tc = tcase_create("lm");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_model_file_opens_with_vocabulary_and_tokenizer);
    tcase_add_test(tc, a_run_directory_opens_by_its_model);
    tcase_add_test(tc, a_directory_without_a_model_says_how_to_make_one);
    tcase_add_test(tc, a_missing_file_is_named);
    tcase_add_test(tc, a_file_that_is_not_a_model_is_refused);
    tcase_add_test(tc, model_and_vocabulary_must_be_of_one_size);
    tcase_add_test(tc, a_damaged_vocabulary_is_refused);
    tcase_add_test(tc, a_model_without_a_vocabulary_wants_one);
    tcase_add_test(tc, a_model_with_a_vocabulary_takes_no_other);
    tcase_add_test(tc, the_models_own_vocabulary_may_be_named_with_other_counts);
    tcase_add_test(tc, an_unknown_tokenizer_is_named);
    tcase_add_test(tc, what_a_file_says_of_its_training_is_an_object_or_nothing);
    tcase_add_test(tc, a_line_is_ids_and_what_they_looked_like);
    tcase_add_test(tc, a_literal_unk_is_not_an_unknown_word);
    tcase_add_test(tc, a_line_of_any_length_is_held);
    tcase_add_test(tc, a_token_too_long_to_be_one_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(lm_suite())
