/* IDX files: each type, and every defect. */
#include <math.h>

#include "tests/support/corpora_support.h"
#include "tests/support/idx_support.h"
#include "tests/support/tap.h"

static struct idx_array a;

static enum status read_bytes(const struct bytes *b)
{
    struct source *source;
    idx_fini(&a);
    ASSERT_OK(source_open_memory(&source, "x.idx", b->data, b->n, &err));
    const enum status status = idx_read(&a, source, &err);
    source_close(source);
    return status;
}

static void fails(const struct bytes *b, const char *message)
{
    ASSERT_FAILS(read_bytes(b), ST_INPUT, message);
    ck_assert_ptr_nonnull(strstr(err.text, "'x.idx'"));
}

START_TEST(bytes_stay_bytes)
{
    struct bytes b = idx_images(50000); /* more than is read at once */
    ASSERT_OK(read_bytes(&b));
    ck_assert_int_eq(a.type, IDX_UBYTE);
    ck_assert_uint_eq(a.n_dims, 3);
    ck_assert_uint_eq(a.dims[0], 50000);
    ck_assert_uint_eq(a.dims[2], 3);
    ck_assert_uint_eq(a.n, 300000);
    ck_assert_ptr_null(a.floats);
    ck_assert_mem_eq(a.bytes, b.data + 16, a.n);
    bytes_free(&b);
}
END_TEST

static const struct {
    enum idx_type type;
    unsigned char bytes[16];
    size_t size;
    float want[2];
} types[] = {
    {IDX_BYTE, {0xFF, 0x7F}, 2, {-1, 127}},
    {IDX_SHORT, {0x80, 0, 0x01, 0x02}, 4, {-32768, 258}},
    {IDX_INT, {0xFF, 0xFF, 0xFF, 0xFE, 0, 1, 0, 0}, 8, {-2, 65536}},
    {IDX_FLOAT, {0x3F, 0x80, 0, 0, 0xC0, 0x49, 0x0F, 0xDB}, 8, {1, -3.14159274F}},
    {IDX_DOUBLE,
     {0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0x09, 0x21, 0xFB, 0x54, 0x44, 0x2D, 0x18},
     16,
     {1.5F, -3.14159274F}},
};

START_TEST(other_types_become_floats)
{
    struct bytes b;
    idx_begin(&b, types[_i].type, 1, &(const uint32_t){2});
    bytes_append(&b, types[_i].bytes, types[_i].size);
    ASSERT_OK(read_bytes(&b));
    ck_assert_ptr_null(a.bytes);
    ck_assert_mem_eq(a.floats, types[_i].want, sizeof types[_i].want);
    for (size_t cut = b.n - 1; cut >= 8; cut--) {
        b.n = cut;
        fails(&b, "is cut short: it has");
    }
    bytes_free(&b);
}
END_TEST

START_TEST(numbers_that_are_not_finite_are_refused)
{
    static const unsigned char bad[][8] = {
        {0x7F, 0x80, 0, 0}, {0xFF, 0xC0, 0, 0}, {0x7F, 0xEF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
    struct bytes b;
    const bool is_double = _i == 2; /* finite, but not as a float */
    idx_begin(&b, is_double ? IDX_DOUBLE : IDX_FLOAT, 1, &(const uint32_t){2});
    bytes_append(&b, (const char[8]){0}, is_double ? 8 : 4);
    bytes_append(&b, bad[_i], is_double ? 8 : 4);
    fails(&b, "has a number that is not finite, its 2.");
    bytes_free(&b);
}
END_TEST

START_TEST(every_cut_is_refused)
{
    struct bytes b = idx_images(3);
    while (b.n > 16) {
        b.n--;
        fails(&b, "is cut short: it has");
    }
    while (b.n > 4) {
        b.n--;
        fails(&b, "it ends in its header");
    }
    while (b.n > 0) {
        b.n--;
        fails(&b, "is not an IDX file");
    }
    bytes_free(&b);
}
END_TEST

START_TEST(bytes_behind_the_end_are_refused)
{
    struct bytes b = idx_images(3);
    bytes_append(&b, "", 1);
    fails(&b, "has bytes after the 3 x 2 x 3 numbers");
    bytes_free(&b);
    b = idx_images(65536); /* the numbers end where a block does */
    ASSERT_OK(read_bytes(&b));
    bytes_append(&b, "", 1);
    fails(&b, "has bytes after");
    bytes_free(&b);
}
END_TEST

static const struct {
    unsigned char head[4];
    const char *message;
} heads[] = {
    {{1, 0, 8, 1}, "is not an IDX file"},       {{0, 1, 8, 1}, "is not an IDX file"},
    {{0, 0, 7, 1}, "of an unknown type, 0x07"}, {{0, 0, 0x0A, 1}, "of an unknown type, 0x0a"},
    {{0, 0, 8, 0}, "of 0 dimensions"},          {{0, 0, 8, 5}, "of 5 dimensions"},
};

START_TEST(wrong_heads_are_refused)
{
    struct bytes b = {0};
    bytes_append(&b, heads[_i].head, 4);
    bytes_append(&b, "\0\0\0\1\7", 5);
    fails(&b, heads[_i].message);
    bytes_free(&b);
}
END_TEST

START_TEST(hostile_sizes_take_no_memory)
{
    const uint32_t all = UINT32_MAX;
    struct bytes b;
    idx_begin(&b, IDX_DOUBLE, 4, (const uint32_t[]){all, all, all, all});
    fails(&b, "more than any file");
    bytes_free(&b);
    idx_begin(&b, IDX_UBYTE, 3, (const uint32_t[]){all, 1 << 15, 2});
    bytes_append(&b, "xyz", 3);
    fails(&b, "is cut short: it has 3 numbers where its header says 4294967295 x 32768 x 2");
    bytes_free(&b);
    idx_begin(&b, IDX_UBYTE, 3, (const uint32_t[]){5, 0, all});
    fails(&b, "is empty: its header says 5 x 0 x 4294967295");
    bytes_free(&b);
}
END_TEST

static void teardown(void)
{
    idx_fini(&a);
}

static Suite *idx_suite(void)
{
    Suite *s = suite_create("idx");
    TCase *tc = tcase_create("idx");
    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, bytes_stay_bytes);
    tcase_add_loop_test(tc, other_types_become_floats, 0, (int)N_OF(types));
    tcase_add_loop_test(tc, numbers_that_are_not_finite_are_refused, 0, 3);
    tcase_add_test(tc, every_cut_is_refused);
    tcase_add_test(tc, bytes_behind_the_end_are_refused);
    tcase_add_loop_test(tc, wrong_heads_are_refused, 0, (int)N_OF(heads));
    tcase_add_test(tc, hostile_sizes_take_no_memory);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(idx_suite())
