/* The file form of ids: its bytes, and all that is refused. */
#include "tests/support/ids_support.h"

#include "lib/base/hash.h"
#include "lib/base/mem.h"

/* The sample is "a b\nc\n": 0 3 1 2 1. */
enum { SAMPLE_IDS = 5, SAMPLE_BYTES = 64 + 4 * SAMPLE_IDS };

static void save_sample(const struct vocab *v, struct buf *file)
{
    struct ids ids = {0};
    struct err err = {0};
    ck_assert_int_eq(encode(&ids, "a b\nc\n", &tokenizer_words, v, OOV_UNK, &err), ST_OK);
    save_ids(&ids, v, test_file);
    ids_fini(&ids);
    ck_assert_int_eq(io_read_file(test_file, 1 << 20, file, &err), ST_OK);
    ck_assert_uint_eq(file->len, SAMPLE_BYTES);
}

/* Empty where the file is loaded, else the reason. */
static struct err load(const struct vocab *v, const void *bytes, size_t n)
{
    struct ids ids = {0};
    struct err err = {0};
    test_write("file", bytes, n);
    const enum status status = ids_load(&ids, v, test_file, &err);
    ck_assert(status == ST_OK || (status == ST_INPUT && ids.data == NULL && ids.map.data == NULL));
    ck_assert(status == ST_OK || strstr(err.text, test_file) != NULL);
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
    save_ids(&ids, v, test_file);
    ck_assert_msg(ids_load(&again, v, test_file, &err) == ST_OK, "%s", err.text);
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
    struct ids ids = {.data = data, .n = N};
    struct ids again = {0};
    save_ids(&ids, v, test_file);
    ck_assert_int_eq(ids_load(&again, v, test_file, &err), ST_OK);
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
    {24, 4, "which is not the size of a file of 4 word ids"},
    {24, 6, "which is not the size of a file of 6 word ids"},
    {28, 0x40000000, "which is not the size of a file of"},
    {28, 0xffffffff, "which is not the size of a file of"},
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
    struct vocab *v = small_vocab(),
                 *other = vocab_of("a a a <eos> <eos> <unk> x", &(struct vocab_limits){0});
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
    struct ids ids = {.data = data, .n = 1};
    struct io_writer *file = NULL;
    ck_assert_int_eq(ids_write(&file, &ids, v, "/nowhere/at/all.ids", &err), ST_IO);
    ck_assert_ptr_null(file);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all.ids"));
    struct ids none = {0};
    ck_assert_int_eq(ids_load(&none, v, "/nowhere/at/all.ids", &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all.ids"));
    vocab_free(v);
}
END_TEST

static Suite *ids_file_suite(void)
{
    Suite *s = suite_create("ids_file");
    TCase *tc = vocab_tcase("ids_file");
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

TAP_MAIN(ids_file_suite())
