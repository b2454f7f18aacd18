/* The ground floor: random numbers, memory, buffers, hashes. Files are in test_io*. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/hash.h"
#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "tests/support/tap.h"

/* Random numbers ------------------------------------------------------------- */

/* kat_vectors of the Random123 distribution, philox4x32 with 10 rounds. */
static const struct {
    uint32_t counter[4], key[2], out[4];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

START_TEST(philox_gives_the_known_answers)
{
    uint32_t out[4];
    rng_philox(known[_i].counter, known[_i].key, out);
    ck_assert_int_eq(memcmp(out, known[_i].out, sizeof out), 0);
}
END_TEST

START_TEST(a_block_is_keyed_by_seed_and_counted_by_block_and_stream)
{
    const uint32_t counter[4] = {0x89abcdef, 0x01234567, 0x5eed, 0}, key[2] = {0x11111111, 0x2222};
    uint32_t want[4], got[4];
    rng_philox(counter, key, want);
    rng_block(UINT64_C(0x222211111111), 0x5eed, UINT64_C(0x0123456789abcdef), got);
    ck_assert_int_eq(memcmp(got, want, sizeof got), 0);
}
END_TEST

START_TEST(a_reader_gives_the_numbers_of_the_blocks_in_order)
{
    struct rng r;
    rng_init(&r, 9, RNG_TEST);
    for (uint64_t block = 0; block < 5; block++) {
        uint32_t want[4];
        rng_block(9, RNG_TEST, block, want);
        for (int i = 0; i < 4; i++)
            ck_assert_uint_eq(rng_next(&r), want[i]);
    }
    ck_assert_uint_eq(r.position, 20);
}
END_TEST

START_TEST(uniform_numbers_have_the_mean_and_range_of_their_kind)
{
    enum { N = 20000 };
    struct rng r;
    double sum = 0.0, squares = 0.0;
    rng_init(&r, 1, RNG_TEST);
    for (int i = 0; i < N; i++) {
        const double u = rng_uniform(&r);
        if (!(u >= 0.0 && u < 1.0))
            ck_abort_msg("%g is not in [0, 1)", u);
        sum += u;
        squares += u * u;
    }
    ck_assert_uint_eq(r.position, 2 * N);
    /* the standard errors of the mean and of the mean square are 0.289 and 0.298 over sqrt N */
    ck_assert(fabs(sum / N - 0.5) < 5.0 * 0.289 / sqrt(N));
    ck_assert(fabs(squares / N - 1.0 / 3.0) < 5.0 * 0.298 / sqrt(N));
}
END_TEST

START_TEST(numbers_below_a_bound_are_spread_evenly)
{
    enum { BOUND = 7, N = 70000 };
    int seen[BOUND] = {0};
    struct rng r;
    rng_init(&r, 2, RNG_TEST);
    for (int i = 0; i < N; i++) {
        const uint64_t x = rng_below(&r, BOUND);
        ck_assert_uint_lt(x, BOUND);
        seen[x]++;
    }
    for (int k = 0; k < BOUND; k++) /* the standard error is 93 */
        ck_assert_int_le(abs(seen[k] - N / BOUND), 5 * 93);
    ck_assert_uint_eq(rng_below(&r, 1), 0);
    ck_assert_uint_lt(rng_below(&r, UINT64_MAX), UINT64_MAX);
}
END_TEST

START_TEST(unit_floats_stay_below_one)
{
    ck_assert_float_eq(rng_unit_float(0), 0.0f);
    ck_assert_float_eq(rng_unit_float(0xff), 0.0f);
    ck_assert_float_eq(rng_unit_float(0x80000000), 0.5f);
    ck_assert_float_eq(rng_unit_float(UINT32_MAX), 1.0f - 0x1p-24f);
}
END_TEST

START_TEST(a_uniform_fill_is_in_its_range_and_a_longer_one_begins_with_it)
{
    enum { N = 10007 };
    static float x[N + 1], shorter[N];
    static const float scales[] = {0.1f, 0.05f, 0.04f, 1.0f, 3e-5f};
    for (size_t s = 0; s < N_OF(scales); s++) {
        const float scale = scales[s];
        float least = 1.0f, most = -1.0f;
        x[N] = 77.0f;
        rng_fill_uniform(s, RNG_TEST, x, N, -scale, scale);
        for (size_t i = 0; i < N; i++) {
            least = x[i] < least ? x[i] : least;
            most = x[i] > most ? x[i] : most;
        }
        ck_assert(least >= -scale && least < -0.99f * scale);
        ck_assert(most < scale && most > 0.99f * scale);
        ck_assert_float_eq(x[N], 77.0f);
        rng_fill_uniform(s, RNG_TEST, shorter, 1002, -scale, scale);
        ck_assert_int_eq(memcmp(x, shorter, 1002 * sizeof *x), 0);
    }
}
END_TEST

/* Memory --------------------------------------------------------------------- */

START_TEST(zeroed_blocks_are_zero_and_aligned)
{
    static const size_t counts[] = {0, 1, 63, 64, 65, 100000};
    for (size_t i = 0; i < N_OF(counts); i++) {
        struct err err;
        unsigned char *block = mem_zeroed(counts[i], 3, &err);
        ck_assert_ptr_nonnull(block);
        ck_assert_uint_eq((uintptr_t)block % MEM_ALIGN, 0);
        for (size_t j = 0; j < 3 * counts[i]; j++)
            if (block[j] != 0)
                ck_abort_msg("byte %zu of %zu is %d", j, 3 * counts[i], block[j]);
        mem_free(block);
    }
    mem_free(NULL);
}
END_TEST

START_TEST(unset_blocks_are_aligned_and_whole)
{
    static const size_t counts[] = {0, 1, 63, 64, 65, 100000};
    for (size_t i = 0; i < N_OF(counts); i++) {
        struct err err;
        unsigned char *block = mem_unset(counts[i], 3, &err);
        ck_assert_ptr_nonnull(block);
        ck_assert_uint_eq((uintptr_t)block % MEM_ALIGN, 0);
        memset(block, 0xff, 3 * counts[i]);
        mem_free(block);
    }
}
END_TEST

START_TEST(sizes_that_overflow_are_refused)
{
    static const size_t sizes[][2] = {
        {SIZE_MAX, 2},
        {2, SIZE_MAX},
        {SIZE_MAX / 2, 3},
        {SIZE_MAX, 1},
        {SIZE_MAX / 2 + 1, 1},
        {(size_t)PTRDIFF_MAX, 1},
        {(size_t)PTRDIFF_MAX - 10, 1},
        {(size_t)1 << 32, (size_t)1 << 32},
    };
    char *kept = mem_copy_string("kept", 4, NULL);
    for (size_t i = 0; i < N_OF(sizes); i++) {
        struct err err = {0};
        ck_assert_ptr_null(mem_zeroed(sizes[i][0], sizes[i][1], &err));
        ck_assert_int_eq(err.code, ST_NOMEM);
        ck_assert_ptr_nonnull(strstr(err.text, "out of memory"));
        err = (struct err){0};
        ck_assert_ptr_null(mem_unset(sizes[i][0], sizes[i][1], &err));
        ck_assert_int_eq(err.code, ST_NOMEM);
        err = (struct err){0};
        ck_assert_ptr_null(mem_resize(kept, sizes[i][0], sizes[i][1], &err));
        ck_assert_int_eq(err.code, ST_NOMEM);
        ck_assert_str_eq(kept, "kept");
    }
    mem_free(kept);
}
END_TEST

START_TEST(a_resized_block_keeps_its_bytes)
{
    struct err err;
    char *block = mem_resize(NULL, 4, 1, &err);
    ck_assert_ptr_nonnull(block);
    memcpy(block, "abc", 4);
    block = mem_resize(block, 100000, 7, &err);
    ck_assert_str_eq(block, "abc");
    block = mem_resize(block, 2, 1, &err);
    ck_assert_int_eq(memcmp(block, "ab", 2), 0);
    block = mem_resize(block, 0, 7, &err); /* a block still */
    ck_assert_ptr_nonnull(block);
    mem_free(block);
}
END_TEST

START_TEST(a_copied_string_ends_with_nul)
{
    char *copy = mem_copy_string("abcdef", 3, NULL);
    ck_assert_str_eq(copy, "abc");
    mem_free(copy);
    copy = mem_copy_string(NULL, 0, NULL);
    ck_assert_str_eq(copy, "");
    mem_free(copy);
}
END_TEST

/* Buffers -------------------------------------------------------------------- */

START_TEST(a_buffer_grows_and_ends_with_nul)
{
    struct buf b = {0}, want = {0};
    struct err err;
    char *bytes = mem_zeroed(20001, 1, &err);
    size_t n = 0;
    for (size_t len = 0; n + len <= 20000; len += 7) {
        memset(bytes + n, (int)('a' + len % 26), len);
        ck_assert_int_eq(buf_add(&b, bytes + n, len, &err), ST_OK);
        n += len;
        ck_assert_uint_eq(b.len, n);
        ck_assert_uint_gt(b.cap, b.len);
        ck_assert_int_eq(b.data[n], '\0');
        ck_assert_int_eq(memcmp(b.data, bytes, n), 0);
    }
    buf_fini(&b);
    ck_assert_int_eq(memcmp(&b, &want, sizeof b), 0);
    buf_fini(&b);
    mem_free(bytes);
}
END_TEST

START_TEST(texts_and_formats_are_added)
{
    struct buf b = {0};
    char long_text[300];
    memset(long_text, 'y', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    ck_assert_int_eq(buf_addf(&b, NULL, "%s", ""), ST_OK);
    ck_assert_str_eq(b.data, "");
    ck_assert_int_eq(buf_add_text(&b, "one ", NULL), ST_OK);
    ck_assert_int_eq(buf_addf(&b, NULL, "%d-%s-%.1f", 2, long_text, 3.25), ST_OK);
    ck_assert_uint_eq(b.len, 4 + 2 + 299 + 4);
    ck_assert_int_eq(strncmp(b.data, "one 2-yyy", 9), 0);
    ck_assert_str_eq(b.data + b.len - 4, "-3.2");
    ck_assert_uint_eq(strlen(b.data), b.len);
    buf_fini(&b);
}
END_TEST

START_TEST(a_buffer_that_cannot_grow_keeps_what_it_has)
{
    struct buf b = {0};
    struct err err = {0};
    ck_assert_int_eq(buf_add_text(&b, "kept", &err), ST_OK);
    static const size_t extras[] = {SIZE_MAX, SIZE_MAX - 4, SIZE_MAX - 5, SIZE_MAX / 4};
    for (size_t i = 0; i < N_OF(extras); i++) {
        ck_assert_int_eq(buf_reserve(&b, extras[i], &err), ST_NOMEM);
        ck_assert_str_eq(b.data, "kept");
        ck_assert_uint_eq(b.len, 4);
    }
    ck_assert_int_eq(buf_reserve(&b, 1000, &err), ST_OK);
    ck_assert_uint_gt(b.cap, 1004);
    ck_assert_str_eq(b.data, "kept");
    buf_fini(&b);
}
END_TEST

/* Hashes --------------------------------------------------------------------- */

START_TEST(a_hash_is_that_of_the_library)
{
    ck_assert_uint_eq(hash_bytes("", 0), UINT64_C(0x2d06800538d394c2)); /* XXH3_64bits, seed 0 */
    ck_assert_uint_eq(hash_bytes(NULL, 0), UINT64_C(0x2d06800538d394c2));
}
END_TEST

START_TEST(a_seed_gives_another_hash)
{
    for (size_t n = 0; n < 300; n++) {
        char bytes[300] = {0};
        ck_assert_uint_eq(hash_seeded(bytes, n, 0), hash_bytes(bytes, n));
        ck_assert_uint_ne(hash_seeded(bytes, n, 1), hash_bytes(bytes, n));
    }
    ck_assert_uint_eq(hash_seed(), hash_seed());
}
END_TEST

START_TEST(a_stream_hashes_as_one_block_however_it_is_cut)
{
    enum { N = 3000 };
    unsigned char bytes[N];
    struct hash *h;
    for (size_t i = 0; i < N; i++)
        bytes[i] = (unsigned char)(i * 7 + i / 251);
    for (size_t step = 1; step < N; step += step / 2 + 1) {
        ck_assert_int_eq(hash_new(&h, NULL), ST_OK);
        for (size_t at = 0; at < N; at += step) {
            hash_add(h, bytes + at, N - at < step ? N - at : step);
            hash_add(h, NULL, 0);
            const size_t so_far = at + step < N ? at + step : N;
            if (hash_digest(h) != hash_bytes(bytes, so_far)) /* and goes on after a digest */
                ck_abort_msg("differs after %zu bytes in steps of %zu", so_far, step);
        }
        hash_free(h);
    }
    hash_free(NULL);
}
END_TEST

static Suite *base_suite(void)
{
    Suite *s = suite_create("base");
    TCase *tc = tcase_create("base");
    tcase_add_loop_test(tc, philox_gives_the_known_answers, 0, (int)N_OF(known));
    tcase_add_test(tc, a_block_is_keyed_by_seed_and_counted_by_block_and_stream);
    tcase_add_test(tc, a_reader_gives_the_numbers_of_the_blocks_in_order);
    tcase_add_test(tc, uniform_numbers_have_the_mean_and_range_of_their_kind);
    tcase_add_test(tc, numbers_below_a_bound_are_spread_evenly);
    tcase_add_test(tc, unit_floats_stay_below_one);
    tcase_add_test(tc, a_uniform_fill_is_in_its_range_and_a_longer_one_begins_with_it);
    tcase_add_test(tc, zeroed_blocks_are_zero_and_aligned);
    tcase_add_test(tc, unset_blocks_are_aligned_and_whole);
    tcase_add_test(tc, sizes_that_overflow_are_refused);
    tcase_add_test(tc, a_resized_block_keeps_its_bytes);
    tcase_add_test(tc, a_copied_string_ends_with_nul);
    tcase_add_test(tc, a_buffer_grows_and_ends_with_nul);
    tcase_add_test(tc, texts_and_formats_are_added);
    tcase_add_test(tc, a_buffer_that_cannot_grow_keeps_what_it_has);
    tcase_add_test(tc, a_hash_is_that_of_the_library);
    tcase_add_test(tc, a_seed_gives_another_hash);
    tcase_add_test(tc, a_stream_hashes_as_one_block_however_it_is_cut);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(base_suite())
