/* Ids: from text to counts and to ids. */
#include "tests/ids_support.h"

#include "corpora/text.h"
#include "lib/base/mem.h"

static void assert_encoded(const char *text, const struct tokenizer *t, const struct vocab *v,
                           const char *expected, uint64_t unknown)
{
    struct ids ids = {0};
    struct err err = {0};
    ck_assert_msg(encode(&ids, text, t, v, OOV_UNK, &err) == ST_OK, "%s", err.text);
    assert_ids(ids.data, ids.n, expected);
    ck_assert_uint_eq(ids.unknown, unknown);
    ids_fini(&ids);
}

START_TEST(every_line_ends_with_eos)
{
    struct vocab *v = small_vocab();
    assert_encoded("a b\nb a\n", &tokenizer_words, v, "0 3 1 3 0 1", 0);
    assert_encoded("a b\nb a", &tokenizer_words, v, "0 3 1 3 0 1", 0);
    assert_encoded(" a \r\n\r\n\n  b", &tokenizer_words, v, "0 1 1 1 3 1", 0);
    assert_encoded("\n", &tokenizer_words, v, "1", 0);
    vocab_free(v);
}
END_TEST

START_TEST(words_not_in_the_vocabulary_become_unk_and_are_counted)
{
    struct vocab *v = small_vocab();
    assert_encoded("a c <unk> c\nd <eos>\n", &tokenizer_words, v, "0 2 2 2 1 2 1 1", 3);
    vocab_free(v);
}
END_TEST

START_TEST(the_tokenizer_makes_the_tokens)
{
    struct vocab *v = small_vocab();
    assert_encoded("ab a\n", &tokenizer_chars, v, "0 3 2 0 1", 1);
    assert_encoded("A, B.\n", &tokenizer_treebank, v, "0 3 1", 0);
    vocab_free(v);
}
END_TEST

START_TEST(an_unknown_word_is_an_error_where_asked_for)
{
    struct vocab *v = small_vocab();
    struct ids ids = {0};
    struct err err = {0};
    ck_assert_int_eq(encode(&ids, "a\na\nb x\033y\n", &tokenizer_words, v, OOV_ERROR, &err),
                     ST_INPUT);
    char expected[400];
    snprintf(expected, sizeof expected, "'%s' line 3 has 'x\\x1by', which is not in the vocabulary",
             test_path);
    ck_assert_str_eq(err.text, expected);
    ck_assert_ptr_null(ids.data);
    ck_assert_int_eq(encode(&ids, "a <unk> b\n", &tokenizer_words, v, OOV_ERROR, &err), ST_OK);
    ids_fini(&ids);
    vocab_free(v);
}
END_TEST

START_TEST(an_empty_text_cannot_be_encoded)
{
    struct vocab *v = small_vocab();
    struct ids ids = {0};
    struct err err = {0};
    ck_assert_int_eq(encode(&ids, "", &tokenizer_words, v, OOV_UNK, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, test_path));
    ck_assert_ptr_nonnull(strstr(err.text, "is empty"));
    ck_assert_ptr_null(ids.data);
    vocab_free(v);
}
END_TEST

START_TEST(a_missing_text_is_named)
{
    struct vocab *v = small_vocab();
    const struct split_text split = whole_file();
    struct ids ids = {0};
    struct err err = {0};
    ck_assert_int_ne(
        ids_encode_split(&ids, &split, &tokenizer_words, v, OOV_UNK, &source_limits, &err), ST_OK);
    ck_assert_ptr_nonnull(strstr(err.text, test_path));
    vocab_free(v);
}
END_TEST

START_TEST(a_token_that_is_too_long_is_refused_with_its_line)
{
    enum { START = 4, LEN = START + TOKEN_MAX + 1 };
    struct vocab *v = small_vocab();
    struct err err = {0};
    char *text = mem_zeroed(LEN + 1, 1, &err);
    memset(text, 'x', LEN);
    memcpy(text, "a\nb ", START);
    struct ids ids = {0};
    text[LEN - 1] = '\n';
    ck_assert_int_eq(encode(&ids, text, &tokenizer_words, v, OOV_UNK, &err), ST_OK);
    ids_fini(&ids);
    text[LEN - 1] = 'x';
    const enum oov policies[] = {OOV_UNK, OOV_ERROR};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(encode(&ids, text, &tokenizer_words, v, policies[i], &err), ST_INPUT);
        ck_assert_ptr_nonnull(strstr(err.text, "' line 2 has 'xxx"));
        ck_assert_ptr_nonnull(strstr(err.text, "xxx...', a token of 65536 bytes"));
    }
    struct vocab_counts *counts;
    const struct split_text split = whole_file();
    ck_assert_int_eq(vocab_counts_new(&counts, &err), ST_OK);
    ck_assert_int_eq(ids_count_split(counts, &split, &tokenizer_words, &source_limits, &err),
                     ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "' line 2 has 'xxx"));
    vocab_counts_free(counts);
    mem_free(text);
    vocab_free(v);
}
END_TEST

START_TEST(a_split_is_counted_with_its_line_ends)
{
    struct err err = {0};
    struct vocab_counts *counts;
    struct vocab *v;
    struct buf text = {0};
    write_file("a b a\n\nb a <unk>\n", 17);
    const struct split_text split = whole_file();
    ck_assert_int_eq(vocab_counts_new(&counts, &err), ST_OK);
    ck_assert_int_eq(ids_count_split(counts, &split, &tokenizer_words, &source_limits, &err),
                     ST_OK);
    ck_assert_int_eq(vocab_from_counts(&v, counts, &(struct vocab_limits){0}, &err), ST_OK);
    ck_assert_int_eq(vocab_format(v, &text, &err), ST_OK);
    ck_assert_str_eq(text.data, "<eos>\t3\na\t3\nb\t2\n<unk>\t1\n");
    buf_fini(&text);
    vocab_free(v);
    vocab_counts_free(counts);
}
END_TEST

START_TEST(a_split_may_be_some_lines_of_a_text)
{
    struct vocab *v = small_vocab();
    struct ids ids = {0};
    struct err err = {0};
    write_file("a\nb b\na b\na\n", 12);
    struct split_text split = whole_file();
    split.first_line = 1;
    split.end_line = 3;
    ck_assert_int_eq(
        ids_encode_split(&ids, &split, &tokenizer_words, v, OOV_UNK, &source_limits, &err), ST_OK);
    assert_ids(ids.data, ids.n, "3 3 1 0 3 1");
    ids_fini(&ids);
    vocab_free(v);
}
END_TEST

/* Longer than a piece of corpora/text, so that a line comes in parts. */
START_TEST(a_long_line_is_one_line)
{
    enum { WORDS = TEXT_PIECE };
    struct vocab *v = small_vocab();
    struct err err = {0};
    char *text = mem_zeroed(2 * WORDS + 1, 1, &err);
    for (size_t i = 0; i < WORDS; i++)
        memcpy(text + 2 * i, i % 2 == 0 ? "a " : "b ", 2);
    text[2 * WORDS - 1] = '\n';
    struct ids ids = {0};
    ck_assert_int_eq(encode(&ids, text, &tokenizer_words, v, OOV_ERROR, &err), ST_OK);
    ck_assert_uint_eq(ids.n, WORDS + 1);
    bool right = true;
    for (size_t i = 0; i < WORDS; i++)
        right &= ids.data[i] == (i % 2 == 0 ? 0 : 3);
    ck_assert(right);
    ck_assert_int_eq(ids.data[WORDS], vocab_eos(v));
    ids_fini(&ids);
    mem_free(text);
    vocab_free(v);
}
END_TEST

START_TEST(a_line_in_memory_is_encoded_without_eos)
{
    struct vocab *v = small_vocab();
    struct err err = {0};
    int32_t *data = NULL;
    size_t n;
    uint64_t unknown;
    const char *line = "a c b <eos> d";
    ck_assert_int_eq(ids_encode_line(&data, &n, &unknown, line, strlen(line), &tokenizer_words, v,
                                     OOV_UNK, &err),
                     ST_OK);
    assert_ids(data, n, "0 2 3 1 2");
    ck_assert_uint_eq(unknown, 2);
    mem_free(data);
    ck_assert_int_eq(
        ids_encode_line(&data, &n, &unknown, "", 0, &tokenizer_words, v, OOV_UNK, &err), ST_OK);
    ck_assert_uint_eq(n, 0);
    mem_free(data);
    ck_assert_int_eq(ids_encode_line(&data, &n, &unknown, line, strlen(line), &tokenizer_words, v,
                                     OOV_ERROR, &err),
                     ST_INPUT);
    ck_assert_str_eq(err.text, "the line has 'c', which is not in the vocabulary");
    vocab_free(v);
}
END_TEST

static Suite *ids_suite(void)
{
    Suite *s = suite_create("ids");
    TCase *tc = tcase_create("ids");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, remove_file, NULL);
    tcase_add_test(tc, every_line_ends_with_eos);
    tcase_add_test(tc, words_not_in_the_vocabulary_become_unk_and_are_counted);
    tcase_add_test(tc, the_tokenizer_makes_the_tokens);
    tcase_add_test(tc, an_unknown_word_is_an_error_where_asked_for);
    tcase_add_test(tc, an_empty_text_cannot_be_encoded);
    tcase_add_test(tc, a_missing_text_is_named);
    tcase_add_test(tc, a_token_that_is_too_long_is_refused_with_its_line);
    tcase_add_test(tc, a_split_is_counted_with_its_line_ends);
    tcase_add_test(tc, a_split_may_be_some_lines_of_a_text);
    tcase_add_test(tc, a_long_line_is_one_line);
    tcase_add_test(tc, a_line_in_memory_is_encoded_without_eos);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    return run_suite(ids_suite());
}
