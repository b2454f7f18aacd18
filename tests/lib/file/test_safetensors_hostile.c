/* Files that this program did not write: those of other programs, which are read, and those made
 * to do harm, which are not. The vectors named after tests of the reference are those of its
 * tensor.rs, with F32 for I32. */
#include <unistd.h>

#include "tests/support/safetensors_support.h"

/* Headers that other programs write, with the bytes of data behind them. */
static const struct {
    const char *header;
    size_t data;
    size_t tensors;
} foreign[] = {
    {"{}", 0, 0},
    {"{}\r \t\n", 0, 0}, /* test_whitespace_padded_header */
    {"\t\n{}\r ", 0, 0}, /* test_whitespace_start_padded_header */
    {"{\"__metadata__\":{}}", 0, 0},
    {"{\"__metadata__\":{\"format\":\"pt\"}}", 0, 0},
    {"{\"test\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4, 1},
    {"{\"test\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}", 16, 1},
    {"{\"test\":{\"dtype\":\"F32\",\"shape\":[2,0],\"data_offsets\":[0, 0]}}", 0, 1},
    {"{ \"test\" : {\"data_offsets\":[0,2],\"shape\":[2],\"dtype\":\"U8\"} }", 2, 1},
    {"{\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[2,5]},"
     "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}",
     5, 2},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
     "\"b\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[2,2]},"
     "\"c\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},"
     "\"d\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]}}",
     3, 4},
    {"{\"t\":{\"dtype\":\"F32\",\"shape\":[0,9223372036854775807],\"data_offsets\":[0,0]}}", 0, 1},
};

START_TEST(a_file_of_another_program_is_read_without_a_checksum)
{
    write_parts(foreign[_i].header, foreign[_i].data);
    struct safetensors_file file = open_file();
    ck_assert_uint_eq(file.n_tensors, foreign[_i].tensors);
    ck_assert(!file.has_checksum);
    safetensors_close(&file);
}
END_TEST

#define ENTRY(name, dtype, shape, offsets)                                                         \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static const struct {
    const char *header;
    size_t data;
    const char *text;
} hostile[] = {
    /* not a header */
    {"", 0, "is not valid JSON"},
    {"{", 0, "is not valid JSON"},
    {"\xff", 0, "is not valid JSON"},
    {"[]", 0, "is not a JSON object"},
    {"{}x", 0, "is not valid JSON"},
    {"{\"__metadata__\":[]}", 0, "its __metadata__ is not a JSON object"},
    {"{\"__metadata__\":null}", 0, "its __metadata__ is not a JSON object"},
    {"{\"__metadata__\":{\"n\":1}}", 0, "in its __metadata__, 'n' must be a string"},
    {"{\"__metadata__\":{\"n\":{}}}", 0, "in its __metadata__, 'n' must be a string"},
    {"{\"__metadata__\":{\"n\":\"1\",\"n\":\"2\"}}", 0, "duplicate"},
    /* doubled and unknown names */
    {"{" ENTRY("t", "U8", "[1]", "[0,1]") "," ENTRY("t", "U8", "[1]", "[0,1]") "}", 1, "duplicate"},
    {"{\"t\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1,
     "duplicate"},
    {"{\"t\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\\n\":1}}", 1,
     "tensor 't' has the member 'x\\x0a'"},
    {"{" ENTRY("a\\u0001", "U8", "[1]", "[0,1]") "}", 1, "'a\\x01' has a control character"},
    {"{" ENTRY("a\\u009b", "U8", "[1]", "[0,1]") "}", 1, "has a control character in its name"},
    {"{" ENTRY("a\\u0000", "U8", "[1]", "[0,1]") "}", 1, "is not valid JSON"},
    /* members missing or of another kind */
    {"{\"t\":1}", 0, "tensor 't' is not described by a JSON object"},
    {"{\"t\":{\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "'dtype' is missing"},
    {"{\"t\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1, "'shape' is missing"},
    {"{\"t\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, "'data_offsets' is missing"},
    {"{\"t\":{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "'dtype' must be a string"},
    {"{" ENTRY("t", "U8", "1", "[0,1]") "}", 1, "'shape' must be an array"},
    {"{" ENTRY("t", "U8", "{}", "[0,1]") "}", 1, "'shape' must be an array"},
    {"{" ENTRY("t", "U8", "[1.0]", "[0,1]") "}", 1, "element 0 must be an integer"},
    {"{" ENTRY("t", "U8", "[\\\"1\\\"]", "[0,1]") "}", 1, "is not valid JSON"},
    {"{" ENTRY("t", "U8", "[1,null]", "[0,1]") "}", 1, "element 1 must be an integer, not null"},
    {"{" ENTRY("t", "U8", "[-1]", "[0,1]") "}", 1, "'shape', element 0 is negative"},
    {"{" ENTRY("t", "U8", "[-1,-1]", "[0,1]") "}", 1, "'shape', element 0 is negative"},
    {"{" ENTRY("t", "U8", "[1]", "[0]") "}", 1, "'data_offsets' has 1 elements, not 2"},
    {"{" ENTRY("t", "U8", "[1]", "[0,1,2]") "}", 1, "'data_offsets' has 3 elements, not 2"},
    {"{" ENTRY("t", "U8", "[1]", "[-1,0]") "}", 1, "'data_offsets', element 0 is negative"},
    {"{" ENTRY("t", "U8", "[1]", "[0,1e0]") "}", 1, "element 1 must be an integer"},
    /* types and ranks that are not read */
    {"{" ENTRY("t", "I16", "[1]", "[0,2]") "}", 2,
     "tensor 't' has the type 'I16': the types read are U8, F16, BF16, U32, F32, F64, I64 and U64"},
    {"{" ENTRY("t", "F8_E4M3", "[1]", "[0,1]") "}", 1, "has the type 'F8_E4M3'"},
    {"{" ENTRY("t", "C64", "[1]", "[0,8]") "}", 8, "has the type 'C64'"},
    {"{" ENTRY("t", "I32", "[1]", "[0,4]") "}", 4, "has the type 'I32'"},
    {"{" ENTRY("t", "f32", "[1]", "[0,4]") "}", 4, "has the type 'f32'"},
    {"{" ENTRY("t", "F32\\u001b", "[1]", "[0,4]") "}", 4, "has the type 'F32\\x1b'"},
    {"{" ENTRY("t", "F32", "[1,1,1]", "[0,4]") "}", 4, "has 3 dimensions"},
    /* test_validation_overflow, and the triple whose product is 4 modulo 2^64 */
    {"{" ENTRY("t", "F32", "[2,18446744073709551614]", "[0,16]") "}", 16, "is not valid JSON"},
    {"{" ENTRY("t", "F32", "[2,9223372036854775807]", "[0,16]") "}", 16, "does not fit 64 bits"},
    {"{" ENTRY("t", "U8", "[4294967296,4294967296]", "[0,0]") "}", 0, "does not fit 64 bits"},
    {"{" ENTRY("t", "F32", "[4611686018427387904]", "[0,0]") "}", 0, "does not fit 64 bits"},
    {"{" ENTRY("t", "F32", "[4194305,4194305,211106198978564]", "[0,16]") "}", 16,
     "has 3 dimensions"},
    /* places */
    {"{" ENTRY("t", "F32", "[2,2]", "[0,4]") "}", 4, "of 16 bytes, but a place of 4 bytes"},
    {"{" ENTRY("t", "F32", "[2,2]", "[0,16]") "}", 50, "is followed by something else"},
    {"{" ENTRY("t", "F32", "[2,2]", "[0,16]") "}", 14, "is cut short"},
    {"{" ENTRY("t", "U8", "[1]", "[1,2]") "}", 2, "tensor 't' is at bytes 1 to 2"},
    {"{" ENTRY("t", "U8", "[1]", "[1,0]") "}", 1, "tensor 't' is at bytes 1 to 0"},
    {"{" ENTRY("a", "U8", "[2]", "[0,2]") "," ENTRY("b", "U8", "[1]", "[0,1]") "}", 2,
     "without a gap or an overlap"},
    {"{" ENTRY("a", "U8", "[2]", "[0,2]") "," ENTRY("b", "U8", "[2]", "[1,3]") "}", 3,
     "tensor 'b' is at bytes 1 to 3 of the data, but the tensor before it ends at 2"},
    {"{" ENTRY("a", "U8", "[2]", "[0,2]") "," ENTRY("b", "U8", "[1]", "[3,4]") "}", 4,
     "tensor 'b' is at bytes 3 to 4"},
    {"{" ENTRY("a", "U8", "[1]", "[0,9223372036854775807]") "}", 1, "of 1 bytes, but a place of"},
    {"{" ENTRY("a", "U8", "[9223372036854775807]", "[0,9223372036854775807]") "}", 1,
     "is cut short"},
    /* 4294967295 * 4294967297 is -1 modulo 2^64, the length of a place that ends before it begins
     */
    {"{" ENTRY("a", "U8", "[2]", "[0,2]") "," ENTRY("b", "U8", "[4294967295,4294967297]",
                                                    "[2,1]") "}",
     1, "tensor 'b' is at bytes 2 to 1"},
    {"{}", 1, "is followed by something else"},
};

START_TEST(a_hostile_header_is_refused)
{
    write_parts(hostile[_i].header, hostile[_i].data);
    assert_refused(hostile[_i].text);
}
END_TEST

/* test_json_attack: many tensors on the same bytes. */
START_TEST(tensors_that_share_their_bytes_are_refused)
{
    struct buf header = {0};
    struct err err;
    for (int i = 0; i < 10; i++)
        buf_addf(&header, &err, "%s" ENTRY("weight_%d", "F32", "[2,2]", "[0,16]"),
                 i == 0 ? "{" : ",", i);
    ck_assert_int_eq(buf_add_text(&header, "}", &err), ST_OK);
    write_parts(header.data, 16);
    assert_refused("without a gap or an overlap");
    buf_fini(&header);
}
END_TEST

/* test_header_too_small, test_header_too_large, test_invalid_header_length and their neighbours. */
START_TEST(what_is_taken_for_a_model_by_mistake_is_named)
{
    static const struct {
        const char *bytes, *kind;
    } files[] = {
        {"Mr. Vinken\n", "text"}, {"PK\3\4\24\0\0\0\0", "zip"}, {"\x1f\x8b\10\0\0\0\0\0", "gzip"}};
    for (size_t i = 0; i < N_OF(files); i++) {
        write_bytes(files[i].bytes, 8);
        assert_refused(files[i].kind);
    }
    static const char gzip[40000] = "\x1f\x8b"; /* a length that fits the file */
    write_bytes(gzip, sizeof gzip);
    assert_refused("gzip");
}
END_TEST

START_TEST(an_impossible_length_is_refused)
{
    write_bytes("", 0);
    assert_refused("it has 0 bytes");
    write_bytes("\2\0\0\0\0\0\0", 7);
    assert_refused("it has 7 bytes");
    write_bytes("<\0\0\0\0\0\0\0", 8);
    assert_refused("would have 60 bytes, but 0 are there");
    write_bytes("\3\0\0\0\0\0\0\0{}", 10);
    assert_refused("would have 3 bytes, but 2 are there");
    write_bytes("\0\0\0\0\0\0\0\0", 8);
    assert_refused("is not valid JSON");
    static const uint64_t lengths[] = {100000001, UINT64_C(0xffffff000000003c), UINT64_C(1) << 63,
                                       UINT64_MAX, UINT64_MAX - 7};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        write_bytes(&lengths[i], sizeof lengths[i]);
        assert_refused("the limit is 100000000");
    }
}
END_TEST

START_TEST(a_length_at_the_limit_is_read_and_one_past_it_is_not)
{
    static const uint64_t limit = 100000000;
    for (uint64_t len = limit; len <= limit + 1; len++) {
        write_bytes(&len, sizeof len);
        ck_assert_int_eq(truncate(test_file, (off_t)(8 + len)), 0); /* zeros that take no room */
        assert_refused(len == limit ? "is not valid JSON" : "the limit is 100000000");
    }
}
END_TEST

static void write_many(int n)
{
    struct buf header = {0};
    struct err err;
    for (int i = 0; i < n; i++)
        buf_addf(&header, &err, "%s" ENTRY("%d", "U8", "[0,1]", "[0,0]"), i == 0 ? "{" : ",", i);
    ck_assert_int_eq(buf_add_text(&header, "}", &err), ST_OK);
    write_parts(header.data, 0);
    buf_fini(&header);
}

START_TEST(more_than_65536_tensors_are_refused)
{
    write_many(65536);
    struct safetensors_file file = open_file();
    ck_assert_uint_eq(file.n_tensors, 65536);
    safetensors_close(&file);
    write_many(65537);
    assert_refused("it has 65537 tensors, the limit is 65536");
    struct err err;
    struct safetensors_tensor *many = mem_zeroed(65537, sizeof *many, &err);
    ck_assert_ptr_nonnull(many);
    for (size_t i = 0; i < 65537; i++)
        many[i] = (struct safetensors_tensor){"t", DTYPE_U8, 1, {0}, NULL};
    struct buf header = {0};
    ck_assert_int_eq(safetensors_build_header(&header, many, 65537, NULL, 0, 8, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "more than the limit of 65536"));
    buf_fini(&header);
    mem_free(many);
}
END_TEST

/* 8 MB of "[],[],..." would take 600 MB of memory as values. */
START_TEST(a_header_of_millions_of_values_is_refused_before_it_is_parsed)
{
    struct buf header = {0};
    struct err err;
    const size_t n = 8000000;
    ck_assert_int_eq(buf_reserve(&header, n, &err), ST_OK);
    for (size_t i = 0; i < n; i++)
        header.data[i] = "[],"[i % 3];
    header.data[n] = '\0';
    write_parts(header.data, 0);
    assert_refused("JSON values");
    for (size_t i = 0; i < n; i++)
        header.data[i] = "\"\\,"[i == 0 ? 0 : 1 + i % 2]; /* commas within a string do not count */
    write_parts(header.data, 0);
    assert_refused("is not valid JSON");
    buf_fini(&header);
}
END_TEST

static Suite *hostile_suite(void)
{
    Suite *s = suite_create("safetensors_hostile");
    TCase *tc = tcase_create("hostile");
    tcase_set_timeout(tc, 60); /* for valgrind; alone each takes a second at most */
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_loop_test(tc, a_file_of_another_program_is_read_without_a_checksum, 0, N_OF(foreign));
    tcase_add_loop_test(tc, a_hostile_header_is_refused, 0, N_OF(hostile));
    tcase_add_test(tc, tensors_that_share_their_bytes_are_refused);
    tcase_add_test(tc, what_is_taken_for_a_model_by_mistake_is_named);
    tcase_add_test(tc, an_impossible_length_is_refused);
    tcase_add_test(tc, a_length_at_the_limit_is_read_and_one_past_it_is_not);
    tcase_add_test(tc, more_than_65536_tensors_are_refused);
    tcase_add_test(tc, a_header_of_millions_of_values_is_refused_before_it_is_parsed);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(hostile_suite())
