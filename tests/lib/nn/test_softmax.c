/* The softmax layer: its blocks of rows. What it computes is tested in whole windows. */
#include "lib/nn/head/softmax.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

enum { MANY = 40000, WIDTH = 3, ROWS = 300 }; /* a block holds 128 rows of so many words */

START_TEST(a_block_for_many_rows_is_enough_for_fewer)
{
    static const size_t sizes[] = {2, 10000, MANY, 1 << 21, 1 << 24};
    for (size_t i = 0; i < N_OF(sizes); i++) {
        size_t before = 0;
        for (size_t rows = 1; rows <= 1000; rows++) {
            const size_t now = softmax_block_rows(rows, sizes[i]);
            ck_assert_uint_ge(now, before);
            ck_assert_uint_le(now, rows);
            ck_assert_uint_ge(now, 1);
            before = now;
        }
    }
}
END_TEST

/* The gradients of all rows at once are the sums of those of single rows, which are one block. */
START_TEST(the_blocks_of_a_softmax_add_up_to_one)
{
    static const float scale = 0.5f;
    const size_t n_weights = (size_t)MANY * WIDTH, n_h = (size_t)ROWS * WIDTH;
    float *weight = zeroed(n_weights, sizeof *weight), *bias = zeroed(MANY, sizeof *bias);
    float *h = zeroed(n_h, sizeof *h), *dh = zeroed(n_h, sizeof *dh), dh_row[WIDTH];
    float *dweight = zeroed(n_weights, sizeof *dweight), *dbias = zeroed(MANY, sizeof *dbias);
    float *dw_row = zeroed(n_weights, sizeof *dw_row), *db_row = zeroed(MANY, sizeof *db_row);
    double *dw_sum = zeroed(n_weights, sizeof *dw_sum), *db_sum = zeroed(MANY, sizeof *db_sum);
    float *block = zeroed(softmax_block_rows(ROWS, MANY) * MANY, sizeof *block);
    int32_t *y = ids_below(1, ROWS, 50);
    double nats[ROWS], scored[ROWS], row_nats;
    rng_fill_uniform(1, RNG_TEST, weight, n_weights, -1.0f, 1.0f);
    rng_fill_uniform(1, RNG_TEST + 1, h, n_h, -1.0f, 1.0f);
    const struct softmax s = {.V = MANY, .H = WIDTH, .weight = weight, .bias = bias};
    ck_assert_uint_lt(softmax_block_rows(ROWS, MANY), ROWS);
    softmax_score(&s, ROWS, h, y, block, scored);
    softmax_backward(&s, ROWS, h, y, scale, block, nats, dh, dweight, dbias);
    for (size_t r = 0; r < ROWS; r++) {
        softmax_backward(&s, 1, h + r * WIDTH, y + r, scale, block, &row_nats, dh_row, dw_row,
                         db_row);
        ASSERT_NEAR(nats[r], row_nats, 4e-6);
        ASSERT_NEAR(scored[r], row_nats, 4e-6);
        for (size_t j = 0; j < WIDTH; j++)
            ASSERT_NEAR((double)dh[r * WIDTH + j], (double)dh_row[j], 2e-5);
        for (size_t j = 0; j < n_weights; j++)
            dw_sum[j] += (double)dw_row[j];
        for (size_t j = 0; j < MANY; j++)
            db_sum[j] += (double)db_row[j];
    }
    for (size_t j = 0; j < n_weights; j++)
        ASSERT_NEAR((double)dweight[j], dw_sum[j], 2e-5);
    for (size_t j = 0; j < MANY; j++)
        ASSERT_NEAR((double)dbias[j], db_sum[j], 2e-5);
    void *const blocks[] = {weight, bias,   h,      dh,     dweight, dbias,
                            dw_row, db_row, dw_sum, db_sum, block,   y};
    for (size_t i = 0; i < N_OF(blocks); i++)
        mem_free(blocks[i]);
}
END_TEST

static Suite *softmax_suite(void)
{
    Suite *s = suite_create("softmax");
    TCase *tc = tcase_create("softmax");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_block_for_many_rows_is_enough_for_fewer);
    tcase_add_test(tc, the_blocks_of_a_softmax_add_up_to_one);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(softmax_suite())
