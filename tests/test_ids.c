/* Ids: from text to counts and ids, and the file form with all that it refuses. */
#include "tests/vocab_support.h"

#include <inttypes.h>

#include "corpora/text.h"
#include "lib/base/hash.h"
#include "lib/base/mem.h"
#include "vocab/ids.h"

static const struct vocab_limits no_limits;
static const struct source_limits limits = {UINT64_C(1) << 36, 65536};

/* The split that is the whole of the test's file. */
static struct split_text whole_file(void)
{
    return (struct split_text){.path = test_path, .name = test_path, .end_line = UINT64_MAX};
}

static enum status encode(struct ids *ids, const char *text, const struct tokenizer *t,
                          const struct vocab *v, enum oov oov, struct err *err)
{
    write_file(text, strlen(text));
    const struct split_text split = whole_file();
    return ids_encode_split(ids, &split, t, v, oov, &limits, err);
}

/* Compares with ids written as "0 1 2". */
static void assert_ids(const int32_t *data, size_t n, const char *expected)
{
    struct buf text = {0};
    struct err err = {0};
    ck_assert_int_eq(buf_reserve(&text, 0, &err), ST_OK);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(buf_addf(&text, &err, i > 0 ? " %" PRId32 : "%" PRId32, data[i]), ST_OK);
    ck_assert_str_eq(text.data, expected);
    buf_fini(&text);
}

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

/* 0 a, 1 <eos>, 2 <unk>, 3 b */
static struct vocab *small_vocab(void)
{
    return vocab_of("a a a <eos> <eos> <unk> b", &no_limits);
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
    ck_assert_int_ne(ids_encode_split(&ids, &split, &tokenizer_words, v, OOV_UNK, &limits, &err),
                     ST_OK);
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
    ck_assert_int_eq(ids_count_split(counts, &split, &tokenizer_words, &limits, &err), ST_INPUT);
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
    ck_assert_int_eq(ids_count_split(counts, &split, &tokenizer_words, &limits, &err), ST_OK);
    ck_assert_int_eq(vocab_from_counts(&v, counts, &no_limits, &err), ST_OK);
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
    ck_assert_int_eq(ids_encode_split(&ids, &split, &tokenizer_words, v, OOV_UNK, &limits, &err),
                     ST_OK);
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

/* The file form. The sample is "a b\nc\n": 0 3 1 2 1. */
enum { SAMPLE_IDS = 5, SAMPLE_BYTES = 64 + 4 * SAMPLE_IDS };

static void save_sample(const struct vocab *v, struct buf *file)
{
    struct ids ids = {0};
    struct err err = {0};
    ck_assert_int_eq(encode(&ids, "a b\nc\n", &tokenizer_words, v, OOV_UNK, &err), ST_OK);
    ck_assert_msg(ids_save(&ids, v, test_path, &err) == ST_OK, "%s", err.text);
    ids_fini(&ids);
    ck_assert_int_eq(io_read_file(test_path, 1 << 20, file, &err), ST_OK);
    ck_assert_uint_eq(file->len, SAMPLE_BYTES);
}

/* Empty where the file is loaded, else the reason. */
static struct err load(const struct vocab *v, const void *bytes, size_t n)
{
    struct ids ids = {0};
    struct err err = {0};
    write_file(bytes, n);
    const enum status status = ids_load(&ids, v, test_path, &err);
    ck_assert(status == ST_OK || (status == ST_INPUT && ids.data == NULL && ids.map.data == NULL));
    ck_assert(status == ST_OK || strstr(err.text, test_path) != NULL);
    if (status == ST_OK)
        assert_ids(ids.data, ids.n, "0 3 1 2 1");
    ids_fini(&ids);
    return err;
}

static void put_u64(char *at, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        at[i] = (char)(value >> 8 * i);
}

/* Makes both hashes right again. */
static void seal(struct buf *file)
{
    put_u64(file->data + 48, hash_bytes(file->data + 64, file->len - 64));
    put_u64(file->data + 56, hash_bytes(file->data, 56));
}

START_TEST(what_is_saved_is_mapped_again)
{
    struct vocab *v = small_vocab();
    struct err err = {0};
    struct ids ids = {0}, again = {0};
    ck_assert_int_eq(encode(&ids, "a b\nc d\n", &tokenizer_words, v, OOV_UNK, &err), ST_OK);
    ck_assert_int_eq(ids_save(&ids, v, test_path, &err), ST_OK);
    ck_assert_msg(ids_load(&again, v, test_path, &err) == ST_OK, "%s", err.text);
    ck_assert_uint_eq(again.n, ids.n);
    ck_assert_mem_eq(again.data, ids.data, ids.n * sizeof(int32_t));
    ck_assert_uint_eq(again.unknown, 2);
    ck_assert_uint_eq(again.text_hash, hash_bytes("a b\nc d\n", 8));
    ck_assert_uint_eq((uintptr_t)again.data % sizeof(int32_t), 0);
    ids_fini(&ids);
    ids_fini(&again);
    vocab_free(v);
}
END_TEST

START_TEST(the_bytes_of_a_file_are_as_documented)
{
    struct vocab *v = small_vocab();
    struct buf file = {0};
    save_sample(v, &file);
    char expected[SAMPLE_BYTES] = "PTBLMIDS\1\0\0\0\4\0\0\0";
    put_u64(expected + 16, vocab_hash(v));
    put_u64(expected + 24, SAMPLE_IDS);
    put_u64(expected + 32, 1);
    put_u64(expected + 40, hash_bytes("a b\nc\n", 6));
    memcpy(expected + 64, "\0\0\0\0\3\0\0\0\1\0\0\0\2\0\0\0\1\0\0\0", 20);
    put_u64(expected + 48, hash_bytes(expected + 64, 20));
    put_u64(expected + 56, hash_bytes(expected, 56));
    ck_assert_mem_eq(file.data, expected, SAMPLE_BYTES);
    buf_fini(&file);
    vocab_free(v);
}
END_TEST

START_TEST(a_file_of_many_chunks_comes_back)
{
    enum { N = 10000 };
    struct vocab *v = small_vocab();
    struct err err = {0};
    int32_t *data = mem_zeroed(N, sizeof *data, &err);
    for (size_t i = 0; i < N; i++)
        data[i] = (int32_t)(i * i % 7 % 4);
    const struct ids ids = {.data = data, .n = N};
    struct ids again = {0};
    ck_assert_int_eq(ids_save(&ids, v, test_path, &err), ST_OK);
    ck_assert_int_eq(ids_load(&again, v, test_path, &err), ST_OK);
    ck_assert_uint_eq(again.n, N);
    ck_assert_mem_eq(again.data, data, N * sizeof *data);
    ids_fini(&again);
    mem_free(data);
    vocab_free(v);
}
END_TEST

START_TEST(every_truncation_is_refused)
{
    struct vocab *v = small_vocab();
    struct buf file = {0};
    save_sample(v, &file);
    for (size_t n = 0; n < file.len; n++)
        ck_assert_msg(load(v, file.data, n).code == ST_INPUT, "cut to %zu bytes", n);
    ck_assert_int_eq(load(v, file.data, file.len).code, ST_OK);
    ck_assert_int_eq(buf_add(&file, "\0\0\0\0", 4, NULL), ST_OK);
    ck_assert_int_eq(load(v, file.data, file.len).code, ST_INPUT);
    buf_fini(&file);
    vocab_free(v);
}
END_TEST

START_TEST(every_flipped_bit_is_refused)
{
    struct vocab *v = small_vocab();
    struct buf file = {0};
    save_sample(v, &file);
    for (size_t bit = 0; bit < 8 * file.len; bit++) {
        file.data[bit / 8] ^= (char)(1 << bit % 8);
        ck_assert_msg(load(v, file.data, file.len).code == ST_INPUT, "bit %zu", bit);
        file.data[bit / 8] ^= (char)(1 << bit % 8);
    }
    ck_assert_int_eq(load(v, file.data, file.len).code, ST_OK);
    buf_fini(&file);
    vocab_free(v);
}
END_TEST

/* Changes that a file with right hashes may bring; 32 bits each. */
static const struct forgery {
    size_t at;
    uint32_t value;
    const char *message;
} forgeries[] = {
    {64 + 4, UINT32_MAX, "has the id -1 at place 1, the vocabulary has 4 words"},
    {64 + 16, 4, "has the id 4 at place 4, the vocabulary has 4 words"},
    {64, 0x7fffffff, "has the id 2147483647 at place 0"},
    {64, 0x80000000, "has the id -2147483648 at place 0"},
    {8, 2, "of version 2, this program reads version 1"},
    {8, 0, "of version 0"},
    {12, 5, "made with another vocabulary (5 words"},
    {12, 3, "made with another vocabulary (3 words"},
    {16, 0, "made with another vocabulary"},
    {24, 0, "holds no word ids"},
    {24, 4, "which is not what its 4 word ids take"},
    {24, 6, "which is not what its 6 word ids take"},
    {28, 0x40000000, "word ids take"},
    {28, 0xffffffff, "word ids take"},
    {0, 0x4d4c5447, "is not a file of word ids"},
};

START_TEST(a_forged_file_is_refused_for_what_it_says)
{
    const struct forgery *f = &forgeries[_i];
    struct vocab *v = small_vocab();
    struct buf file = {0};
    save_sample(v, &file);
    for (size_t i = 0; i < 4; i++)
        file.data[f->at + i] = (char)(f->value >> 8 * i);
    seal(&file);
    const struct err err = load(v, file.data, file.len);
    ck_assert_int_eq(err.code, ST_INPUT);
    ck_assert_msg(strstr(err.text, f->message) != NULL, "%s", err.text);
    buf_fini(&file);
    vocab_free(v);
}
END_TEST

START_TEST(a_file_of_another_vocabulary_is_refused)
{
    struct vocab *v = small_vocab(), *other = vocab_of("a a a <eos> <eos> <unk> x", &no_limits);
    struct buf file = {0};
    save_sample(v, &file);
    const struct err err = load(other, file.data, file.len);
    ck_assert_int_eq(err.code, ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "was made with another vocabulary (4 words"));
    buf_fini(&file);
    vocab_free(other);
    vocab_free(v);
}
END_TEST

START_TEST(a_file_that_cannot_be_written_is_named)
{
    struct vocab *v = small_vocab();
    struct err err = {0};
    const int32_t data[] = {0};
    const struct ids ids = {.data = data, .n = 1};
    ck_assert_int_eq(ids_save(&ids, v, "/nowhere/at/all.ids", &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all.ids"));
    struct ids none = {0};
    ck_assert_int_eq(ids_load(&none, v, "/nowhere/at/all.ids", &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all.ids"));
    vocab_free(v);
}
END_TEST

static Suite *ids_suite(void)
{
    Suite *s = suite_create("ids");
    TCase *tc = tcase_create("ids");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, make_dir, remove_dir);
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
    tcase_add_test(tc, what_is_saved_is_mapped_again);
    tcase_add_test(tc, the_bytes_of_a_file_are_as_documented);
    tcase_add_test(tc, a_file_of_many_chunks_comes_back);
    tcase_add_test(tc, every_truncation_is_refused);
    tcase_add_test(tc, every_flipped_bit_is_refused);
    tcase_add_loop_test(tc, a_forged_file_is_refused_for_what_it_says, 0,
                        sizeof forgeries / sizeof forgeries[0]);
    tcase_add_test(tc, a_file_of_another_vocabulary_is_refused);
    tcase_add_test(tc, a_file_that_cannot_be_written_is_named);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    return run_suite(ids_suite());
}
