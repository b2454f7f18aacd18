/* Ids: from text to counts and to ids. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/ids_support.h"

#include "corpora/text.h"
#include "lib/base/mem.h"
#include "lib/base/rng.h"

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
    char expected[600];
    snprintf(expected, sizeof expected, "'%s' line 3 has 'x\\x1by', which is not in the vocabulary",
             test_file);
    ck_assert_str_eq(err.text, expected);
    ck_assert_int_eq(err.remedy, REMEDY_ALLOW_UNKNOWN);
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
    ck_assert_ptr_nonnull(strstr(err.text, test_file));
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
    ck_assert_int_ne(encode_split(&ids, &split, &tokenizer_words, v, OOV_UNK, NULL, &err), ST_OK);
    ck_assert_ptr_nonnull(strstr(err.text, test_file));
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
    ck_assert_int_eq(vocab_counts_new(&counts, &err), ST_OK);
    ck_assert_int_eq(count(&ids, counts, &tokenizer_words, NULL, &err), ST_INPUT);
    ck_assert_ptr_null(ids.data);
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
    test_write("file", "a b a\n\nb a <unk>\n", 17);
    ck_assert_int_eq(vocab_counts_new(&counts, &err), ST_OK);
    ck_assert_int_eq(count(NULL, counts, &tokenizer_words, NULL, &err), ST_OK);
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
    test_write("file", "a\nb b\na b\na\n", 12);
    struct split_text split = whole_file();
    split.first_line = 1;
    split.end_line = 3;
    ck_assert_int_eq(encode_split(&ids, &split, &tokenizer_words, v, OOV_UNK, NULL, &err), ST_OK);
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

/* 60,000 tokens and more, so that ids fill a file's stretches several times: lines of up to 7 of
 * 2000 words, of one byte and more, <eos> among them. */
static void write_many_words(void)
{
    struct buf text = {0};
    struct err err = {0};
    struct rng rng;
    rng_init(&rng, 3, RNG_TEST);
    for (int line = 0; line < 20000; line++) {
        for (uint64_t n = rng_next(&rng) % 8; n > 0; n--) {
            const unsigned word = (unsigned)(rng_next(&rng) % 2000);
            if (word < 26)
                ck_assert_int_eq(buf_addf(&text, &err, "%c ", 'a' + (int)word), ST_OK);
            else
                ck_assert_int_eq(buf_addf(&text, &err, word == 26 ? "<eos> " : "w%u ", word),
                                 ST_OK);
        }
        ck_assert_int_eq(buf_add(&text, "\n", 1, &err), ST_OK);
    }
    test_write("file", text.data, text.len);
    buf_fini(&text);
}

static void assert_same(const struct ids *a, const struct ids *b)
{
    ck_assert_uint_eq(a->n, b->n);
    ck_assert_mem_eq(a->data, b->data, a->n * sizeof *a->data);
    ck_assert_uint_eq(a->unknown, b->unknown);
    ck_assert_uint_eq(a->types, b->types);
    ck_assert_uint_eq(a->text_hash, b->text_hash);
}

/* Commits ids to "DIR/file.ids", loads and removes them. */
static void commit_and_load(struct ids *ids, const struct vocab *v, const char *path)
{
    struct err err = {0};
    ck_assert_ptr_nonnull(ids->file);
    ck_assert_ptr_null(ids->data);
    save_ids(ids, v, path);
    ids_fini(ids);
    ck_assert_msg(ids_load(ids, v, path, &err) == ST_OK, "%s", err.text);
    ck_assert_int_eq(unlink(path), 0);
}

START_TEST(one_reading_gives_what_two_give_in_memory_and_in_a_file)
{
    const struct vocab_limits limits[] = {{0}, {.max_words = 500}, {.min_count = 40}};
    const struct split_text split = whole_file();
    char path[320];
    snprintf(path, sizeof path, "%s.ids", test_file);
    write_many_words();
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct err err = {0};
        struct vocab_counts *counts = NULL, *again = NULL;
        struct vocab *v = NULL;
        struct ids two = {0}, memory = {0}, file = {0}, encoded = {0};
        ck_assert_int_eq(vocab_counts_new(&counts, &err), ST_OK);
        ck_assert_int_eq(vocab_counts_new(&again, &err), ST_OK);
        ck_assert_int_eq(count(&memory, counts, &tokenizer_words, NULL, &err), ST_OK);
        ck_assert_int_eq(count(&file, again, &tokenizer_words, path, &err), ST_OK);
        ck_assert_int_eq(vocab_from_counts(&v, counts, &limits[i], &err), ST_OK);
        ck_assert_int_eq(ids_renumber(&memory, counts, v, OOV_UNK, "m", &err), ST_OK);
        ck_assert_int_eq(ids_renumber(&file, again, v, OOV_UNK, "f", &err), ST_OK);
        const struct tokenizer *t = &tokenizer_words;
        ck_assert_int_eq(encode_split(&two, &split, t, v, OOV_UNK, NULL, &err), ST_OK);
        ck_assert_int_eq(encode_split(&encoded, &split, t, v, OOV_UNK, path, &err), ST_OK);
        ck_assert_uint_gt(two.n, 60000);
        ck_assert(i == 0 || two.unknown > 0);
        assert_same(&memory, &two);
        commit_and_load(&file, v, path);
        assert_same(&file, &two);
        commit_and_load(&encoded, v, path);
        assert_same(&encoded, &two);
        vocab_counts_free(counts), vocab_counts_free(again);
        vocab_free(v);
        ids_fini(&two), ids_fini(&memory), ids_fini(&file), ids_fini(&encoded);
    }
}
END_TEST

START_TEST(a_word_left_out_can_be_an_error_with_its_line)
{
    struct err err = {0};
    struct vocab_counts *counts;
    struct ids ids = {0};
    struct vocab *v = small_vocab();
    const char *text = "a <eos> b\n\n<eos>\na c d\n";
    test_write("file", text, strlen(text));
    ck_assert_int_eq(vocab_counts_new(&counts, &err), ST_OK);
    ck_assert_int_eq(count(&ids, counts, &tokenizer_words, NULL, &err), ST_OK);
    ck_assert_int_eq(ids_renumber(&ids, counts, v, OOV_ERROR, "it", &err), ST_INPUT);
    ck_assert_str_eq(err.text, "'it' line 4 has 'c', which is not in the vocabulary");
    ck_assert_int_eq(err.remedy, REMEDY_ALLOW_UNKNOWN);
    ids_fini(&ids);
    vocab_counts_free(counts);
    vocab_free(v);
}
END_TEST

START_TEST(ids_that_are_not_committed_leave_no_file)
{
    struct err err = {0};
    struct vocab *v = small_vocab();
    const struct split_text split = whole_file();
    struct ids ids = {0};
    char path[320];
    snprintf(path, sizeof path, "%s.ids", test_file);
    test_write("file", "a\nb\n", 4);
    ck_assert_int_eq(encode_split(&ids, &split, &tokenizer_words, v, OOV_UNK, path, &err), ST_OK);
    ids_fini(&ids);
    test_write("file", "a\nx\n", 4);
    ck_assert_int_eq(encode_split(&ids, &split, &tokenizer_words, v, OOV_ERROR, path, &err),
                     ST_INPUT);
    ck_assert(!io_exists(path)); /* the directory is found empty at the end */
    vocab_free(v);
}
END_TEST

static Suite *ids_suite(void)
{
    Suite *s = suite_create("ids");
    TCase *tc = vocab_tcase("ids");
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
    tcase_add_test(tc, one_reading_gives_what_two_give_in_memory_and_in_a_file);
    tcase_add_test(tc, a_word_left_out_can_be_an_error_with_its_line);
    tcase_add_test(tc, ids_that_are_not_committed_leave_no_file);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(ids_suite())
