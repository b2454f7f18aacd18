/* Model files: what is written comes back, the bytes are those of the reference writer, and what
 * could not be read back is not written. */
#include <math.h>

#include "tests/support/safetensors_support.h"

static void assert_same(const struct safetensors_tensor *a, const struct safetensors_tensor *b)
{
    ck_assert_str_eq(a->name, b->name);
    ck_assert_int_eq(a->dtype, b->dtype);
    ck_assert_int_eq(a->rank, b->rank);
    for (int i = 0; i < a->rank; i++)
        ck_assert_uint_eq(a->shape[i], b->shape[i]);
    const size_t bytes = safetensors_bytes(a);
    ck_assert(bytes == 0 || memcmp(a->data, b->data, bytes) == 0);
}

START_TEST(what_is_saved_comes_back)
{
    save_sample();
    struct safetensors_file file = open_file();
    ck_assert(file.has_checksum);
    ck_assert(file.all_finite);
    ck_assert_uint_eq(file.n_tensors, N_SAMPLE);
    for (size_t i = 0; i < N_SAMPLE; i++) {
        const struct safetensors_tensor *t = safetensors_find(&file, sample[i].name);
        ck_assert_ptr_nonnull(t);
        assert_same(&sample[i], t);
    }
    ck_assert_uint_eq(file.n_metadata, N_PAIRS + 1);
    for (size_t i = 0; i < N_PAIRS; i++)
        ck_assert_str_eq(safetensors_find_metadata(&file, sample_metadata[i].key),
                         sample_metadata[i].value);
    ck_assert_ptr_null(safetensors_find(&file, "nobody"));
    ck_assert_ptr_null(safetensors_find_metadata(&file, "nothing"));
    safetensors_close(&file);
    ck_assert_ptr_null(file.tensors);
    safetensors_close(&file);
}
END_TEST

START_TEST(tensors_larger_than_any_buffer_come_back)
{
    enum { N = 300000 };
    struct err err;
    float *block = mem_zeroed(N, sizeof *block, &err);
    ck_assert_ptr_nonnull(block);
    for (int i = 0; i < N; i++)
        block[i] = (float)i * 0.25f;
    const struct safetensors_tensor t = {"block", DTYPE_F32, 2, {N / 100, 100}, block};
    ck_assert_int_eq(safetensors_save(test_file, &t, 1, NULL, 0, &err), ST_OK);
    struct safetensors_file file = open_file();
    ck_assert(file.has_checksum);
    assert_same(&t, &file.tensors[0]);
    safetensors_close(&file);
    mem_free(block);
}
END_TEST

/* Around the ends of the pieces in which a file is read. */
START_TEST(a_float_that_is_not_finite_is_seen_wherever_it_is)
{
    enum { N = 40000, PIECE = 16384 };
    static const size_t places[] = {0, 1, PIECE - 1, PIECE, 2 * PIECE - 1, N - 2, N - 1};
    static const float odd[] = {NAN, -NAN, INFINITY, -INFINITY};
    struct err err;
    float *block = mem_zeroed(N, sizeof *block, &err);
    const struct safetensors_tensor tensors[] = {
        {"all.ones", DTYPE_U64, 1, {1}, &seeds[0]}, /* two words of a NaN's bits, and no float */
        {"block", DTYPE_F32, 1, {N}, block},
        {"small", DTYPE_F32, 1, {3}, bias},
        {"words", DTYPE_U8, 1, {5}, words},
    };
    for (size_t i = 0; i <= N_OF(places) * N_OF(odd); i++) {
        const size_t place = places[i % N_OF(places)];
        const bool spoil = i < N_OF(places) * N_OF(odd);
        block[place] = spoil ? odd[i / N_OF(places)] : 0.0f;
        ck_assert_int_eq(safetensors_save(test_file, tensors, N_OF(tensors), NULL, 0, &err), ST_OK);
        struct safetensors_file file = open_file();
        ck_assert_int_eq(file.all_finite, !spoil);
        safetensors_close(&file);
        block[place] = 0.0f;
    }
    mem_free(block);
}
END_TEST

START_TEST(a_file_without_tensors_comes_back)
{
    struct err err;
    ck_assert_int_eq(safetensors_save(test_file, NULL, 0, NULL, 0, &err), ST_OK);
    struct safetensors_file file = open_file();
    ck_assert_uint_eq(file.n_tensors, 0);
    ck_assert(file.has_checksum);
    safetensors_close(&file);
}
END_TEST

START_TEST(tensors_are_laid_out_by_decreasing_size_then_by_name)
{
    static const char *const order[N_SAMPLE] = {"rng",      "step",        "a.bias", "none",
                                                "z.weight", "caf\xc3\xa9", "words"};
    save_sample();
    struct safetensors_file file = open_file();
    ck_assert_uint_eq(((uintptr_t)file.tensors[0].data - (uintptr_t)file.map.data) % 64, 0);
    const unsigned char *end = file.tensors[0].data;
    for (size_t i = 0; i < N_SAMPLE; i++) {
        ck_assert_str_eq(file.tensors[i].name, order[i]);
        ck_assert_ptr_eq(file.tensors[i].data, end);
        end += safetensors_bytes(&file.tensors[i]);
    }
    ck_assert_ptr_eq(end, file.map.data + file.map.len);
    static const char *const keys[] = {"format", "note", "ptblm.checksum", "ptblm.config"};
    for (size_t i = 0; i < N_PAIRS + 1; i++)
        ck_assert_str_eq(file.metadata[i].key, keys[i]);
    safetensors_close(&file);
}
END_TEST

START_TEST(the_header_is_padded_with_spaces_alone)
{
    save_sample();
    struct buf bytes = read_back();
    uint64_t len;
    memcpy(&len, bytes.data, sizeof len);
    ck_assert_uint_eq((8 + len) % 64, 0);
    ck_assert_int_eq(bytes.data[8], '{');
    size_t last = 8 + len - 1;
    while (bytes.data[last] == ' ')
        last--;
    ck_assert_int_eq(bytes.data[last], '}');
    ck_assert_uint_lt(8 + len - 1 - last, 64);
    buf_fini(&bytes);
}
END_TEST

static void assert_header(const struct safetensors_tensor *t, size_t n,
                          const struct safetensors_pair *pairs, size_t n_pairs,
                          const char *expected)
{
    struct buf header = {0};
    struct err err = {0};
    ck_assert_msg(safetensors_build_header(&header, t, n, pairs, n_pairs, 8, &err) == ST_OK, "%s",
                  err.text);
    ck_assert_str_eq(header.data, expected);
    buf_fini(&header);
}

/* test_empty and, with shapes of two dimensions, test_serialization and
 * test_serialization_forced_alignement: at the end of the header 0 and 1 to 7 spaces. */
START_TEST(the_header_is_that_of_the_reference_writer)
{
    assert_header(NULL, 0, NULL, 0, "{}      ");
    const struct safetensors_pair pt = {"framework", "pt"};
    assert_header(NULL, 0, &pt, 1, "{\"__metadata__\":{\"framework\":\"pt\"}}     ");
    struct safetensors_tensor t = {"attn.000", DTYPE_F32, 2, {2, 3}, weights};
    assert_header(&t, 1, NULL, 0,
                  "{\"attn.000\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}");
    t.name = "attn0";
    assert_header(&t, 1, NULL, 0,
                  "{\"attn0\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}   ");
    const struct safetensors_tensor three[] = {{"n", DTYPE_U64, 0, {0}, seeds},
                                               {"m", DTYPE_I64, 2, {2, 9}, NULL},
                                               {"\"q\\", DTYPE_U8, 1, {3}, words}};
    assert_header(
        three, 3, NULL, 0,
        "{\"n\":{\"dtype\":\"U64\",\"shape\":[],\"data_offsets\":[0,8]},"
        "\"m\":{\"dtype\":\"I64\",\"shape\":[2,9],\"data_offsets\":[8,152]},"
        "\"\\\"q\\\\\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[152,155]}}      ");
}
END_TEST

START_TEST(the_same_content_gives_the_same_bytes_in_any_order)
{
    save_sample();
    struct buf first = read_back();
    struct safetensors_tensor reversed[N_SAMPLE];
    struct safetensors_pair pairs[N_PAIRS];
    for (size_t i = 0; i < N_SAMPLE; i++)
        reversed[i] = sample[N_SAMPLE - 1 - i];
    for (size_t i = 0; i < N_PAIRS; i++)
        pairs[i] = sample_metadata[N_PAIRS - 1 - i];
    struct err err;
    ck_assert_int_eq(safetensors_save(test_file, reversed, N_SAMPLE, pairs, N_PAIRS, &err), ST_OK);
    struct buf second = read_back();
    ck_assert_uint_eq(first.len, second.len);
    ck_assert_int_eq(memcmp(first.data, second.data, first.len), 0);
    buf_fini(&first);
    buf_fini(&second);
}
END_TEST

START_TEST(a_file_saved_again_from_what_was_read_is_the_same)
{
    save_sample();
    struct buf first = read_back();
    struct safetensors_file file = open_file();
    struct err err;
    ck_assert_int_eq(safetensors_save(test_file, file.tensors, file.n_tensors, file.metadata,
                                      file.n_metadata, &err),
                     ST_OK);
    safetensors_close(&file);
    struct buf second = read_back();
    ck_assert_uint_eq(first.len, second.len);
    ck_assert_int_eq(memcmp(first.data, second.data, first.len), 0);
    buf_fini(&first);
    buf_fini(&second);
}
END_TEST

static const struct {
    struct safetensors_tensor tensor;
    const char *text;
} unwritable[] = {
    {{"__metadata__", DTYPE_U8, 1, {1}, words}, "has a name that the file format reserves"},
    {{"a\nb", DTYPE_U8, 1, {1}, words}, "tensor 'a\\x0ab' has a control character"},
    {{"a\xff", DTYPE_U8, 1, {1}, words}, "is not UTF-8"},
    {{"words", DTYPE_F32, 1, {1}, weights}, "tensor 'words' is given twice"},
    {{"t", DTYPE_U8, 3, {1, 1}, words}, "tensor 't' must have one dimension"},
    {{"t", DTYPE_U8, -1, {1, 1}, words}, "tensor 't' must have one dimension"},
    {{"t", DTYPE_F32, 2, {UINT64_C(1) << 31, UINT64_C(1) << 31}, words}, "does not fit 63 bits"},
    {{"t", DTYPE_U8, 1, {INT64_MAX}, words}, "does not fit 63 bits"},
    {{"t", DTYPE_U8, 2, {UINT64_MAX, 0}, words}, "does not fit 63 bits"},
};

START_TEST(what_could_not_be_read_back_is_not_written)
{
    const struct safetensors_tensor both[2] = {sample[0], unwritable[_i].tensor};
    struct err err = {0};
    ck_assert_int_eq(safetensors_save(test_file, both, 2, NULL, 0, &err), ST_INPUT);
    ck_assert_msg(strstr(err.text, unwritable[_i].text) != NULL, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(err.text, test_file));
    ck_assert(!io_exists(test_file));
}
END_TEST

START_TEST(metadata_that_could_not_be_read_back_is_not_written)
{
    struct err err = {0};
    const struct safetensors_pair twice[] = {{"k", "1"}, {"k", "2"}};
    ck_assert_int_eq(safetensors_save(test_file, NULL, 0, twice, 2, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "the metadata key 'k' is given twice"));
    const struct safetensors_pair broken = {"k", "\xc0\x80"};
    ck_assert_int_eq(safetensors_save(test_file, NULL, 0, &broken, 1, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "the value of 'k' is not UTF-8"));
    const struct safetensors_pair posing = {"k", "xxh3:0"};
    ck_assert_int_eq(safetensors_save(test_file, NULL, 0, &posing, 1, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "which is kept for the checksum"));
    ck_assert(!io_exists(test_file));
}
END_TEST

START_TEST(a_path_that_is_not_a_file_is_refused)
{
    assert_refused("No such file");
    struct safetensors_file file;
    struct err err;
    ck_assert_int_eq(safetensors_open(&file, test_dir, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "is not a regular file"));
    ck_assert_int_eq(safetensors_save(test_dir, sample, 1, NULL, 0, &err), ST_IO);
    char nowhere[400];
    snprintf(nowhere, sizeof nowhere, "%s/no/x.safetensors", test_dir);
    ck_assert_int_eq(safetensors_save(nowhere, sample, 1, NULL, 0, &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, nowhere));
}
END_TEST

static Suite *safetensors_suite(void)
{
    Suite *s = suite_create("safetensors");
    TCase *tc = tcase_create("safetensors");
    tcase_set_timeout(tc, 60); /* for valgrind; alone each takes a second at most */
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_test(tc, what_is_saved_comes_back);
    tcase_add_test(tc, tensors_larger_than_any_buffer_come_back);
    tcase_add_test(tc, a_float_that_is_not_finite_is_seen_wherever_it_is);
    tcase_add_test(tc, a_file_without_tensors_comes_back);
    tcase_add_test(tc, tensors_are_laid_out_by_decreasing_size_then_by_name);
    tcase_add_test(tc, the_header_is_padded_with_spaces_alone);
    tcase_add_test(tc, the_header_is_that_of_the_reference_writer);
    tcase_add_test(tc, the_same_content_gives_the_same_bytes_in_any_order);
    tcase_add_test(tc, a_file_saved_again_from_what_was_read_is_the_same);
    tcase_add_loop_test(tc, what_could_not_be_read_back_is_not_written, 0, N_OF(unwritable));
    tcase_add_test(tc, metadata_that_could_not_be_read_back_is_not_written);
    tcase_add_test(tc, a_path_that_is_not_a_file_is_refused);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(safetensors_suite())
