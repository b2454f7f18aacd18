/* Masks: what share it keeps, and that its masks depend on seed, step and place alone. */
#include <math.h>
#include <string.h>

#include "lib/nn/mask.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

enum { N_DROP = 20003 };

/* Which mask of a kind is drawn. */
struct drawn {
    double drop;
    uint64_t seed, step;
    size_t place;
};

static struct masks masks_of(const struct drawn *d)
{
    return (struct masks){
        .items = {{&mask_element, d->place, d->drop}}, .n = 1, .seed = d->seed, .step = d->step};
}

/* In place; the words of the rows are 0, 1, ... */
static void apply(const struct masks *masks, size_t place, size_t T, size_t rows, size_t width,
                  float *y)
{
    int32_t *ids = zeroed(T * rows, sizeof *ids);
    for (size_t i = 0; i < T * rows; i++)
        ids[i] = (int32_t)i;
    masks_apply(masks, place,
                &(struct mask_rows){.T = T, .B = rows, .width = width, .ids = ids, .x = y, .y = y});
    mem_free(ids);
}

static void apply_to_ones(const struct drawn *d, float *y)
{
    const struct masks masks = masks_of(d);
    for (size_t i = 0; i < N_DROP; i++)
        y[i] = 1.0f;
    apply(&masks, d->place, 1, 1, N_DROP, y);
}

START_TEST(dropout_keeps_its_share_and_scales_it)
{
    static const double keeps[] = {0.001, 0.35, 0.5, 0.9, 0.999};
    float *y = zeroed(N_DROP, sizeof(float));
    for (size_t k = 0; k < N_OF(keeps); k++) {
        const double drop = 1.0 - keeps[k], keep = 1.0 - drop;
        apply_to_ones(&(struct drawn){.drop = drop, .seed = 3, .step = 8, .place = 1}, y);
        double kept = 0.0;
        for (size_t i = 0; i < N_DROP; i++) {
            ck_assert(y[i] == 0.0f || y[i] == (float)(1.0 / keep));
            kept += y[i] != 0.0f;
        }
        const double sigma = sqrt(N_DROP * keep * (1.0 - keep));
        ASSERT_NEAR(kept, N_DROP * keep, 5.0 * sigma);
    }
    mem_free(y);
}
END_TEST

START_TEST(dropping_nothing_is_no_mask)
{
    const struct masks none = masks_even(3, 0.0, 1), all = masks_even(3, 0.5, 1);
    ck_assert_uint_eq(none.n, 0);
    ck_assert_uint_eq(all.n, 4);
    for (size_t place = 0; place < 6; place++) {
        ck_assert(!masks_drop_at(&none, place) && !masks_drop_at(NULL, place));
        ck_assert_int_eq(masks_drop_at(&all, place), place < 4);
    }
}
END_TEST

START_TEST(two_masks_of_a_place_are_applied_one_after_the_other)
{
    struct masks masks = masks_of(&(struct drawn){0.5, 3, 8, 1});
    masks.items[masks.n++] = (struct mask){&mask_element, 1, 0.5};
    float y[] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
    apply(&masks, 1, 2, 2, 2, y); /* the same one twice: what is kept is kept again */
    for (size_t i = 0; i < N_OF(y); i++)
        ck_assert(y[i] == 0.0f || y[i] == 4.0f);
}
END_TEST

START_TEST(every_kind_is_found_by_its_name)
{
    for (size_t i = 0; mask_at(i) != NULL; i++)
        ck_assert_ptr_eq(mask_find(mask_at(i)->name), mask_at(i));
    ck_assert_ptr_null(mask_find("none such"));
}
END_TEST

/* Every kind of the table: forward and backward must draw one mask. */
START_TEST(a_mask_is_the_same_when_drawn_again)
{
    float *a = zeroed(N_DROP, sizeof(float)), *b = zeroed(N_DROP, sizeof(float));
    for (size_t i = 0; mask_at(i) != NULL; i++) {
        struct masks masks = masks_of(&(struct drawn){0.5, 3, 8, 1});
        masks.items[0].ops = mask_at(i);
        for (size_t j = 0; j < N_DROP; j++)
            a[j] = b[j] = 1.0f;
        apply(&masks, 1, 1, 1, N_DROP, a);
        apply(&masks, 1, 1, 1, N_DROP, b);
        ck_assert_int_eq(memcmp(a, b, N_DROP * sizeof *a), 0);
    }
    mem_free(a);
    mem_free(b);
}
END_TEST

enum { STEPS = 5, ROWS = 7, WIDTH = 301 };

static float *applied_to_ones(const struct mask_ops *ops, const int32_t *ids)
{
    struct masks masks = masks_of(&(struct drawn){0.4, 3, 8, 0});
    float *y = zeroed((size_t)STEPS * ROWS * WIDTH, sizeof *y);
    for (size_t i = 0; i < (size_t)STEPS * ROWS * WIDTH; i++)
        y[i] = 1.0f;
    masks.items[0].ops = ops;
    masks_apply(&masks, 0, &(struct mask_rows){STEPS, ROWS, WIDTH, ids, y, y});
    return y;
}

START_TEST(a_locked_mask_is_one_for_all_steps)
{
    float *y = applied_to_ones(&mask_locked, NULL);
    double kept = 0.0, same = 0.0;
    for (size_t t = 1; t < STEPS; t++)
        ck_assert_mem_eq(y, y + t * ROWS * WIDTH, (size_t)ROWS * WIDTH * sizeof *y);
    for (size_t i = 0; i < (size_t)ROWS * WIDTH; i++) {
        ck_assert(y[i] == 0.0f || y[i] == (float)(1.0 / 0.6));
        kept += y[i] != 0.0f;
        same += y[i] == y[(i + WIDTH) % (ROWS * WIDTH)]; /* rows have masks of their own */
    }
    ASSERT_NEAR(kept, 0.6 * ROWS * WIDTH, 5.0 * sqrt(0.24 * ROWS * WIDTH));
    ASSERT_NEAR(same, 0.52 * ROWS * WIDTH, 5.0 * sqrt(0.25 * ROWS * WIDTH));
    mem_free(y);
}
END_TEST

START_TEST(a_word_is_dropped_at_all_its_places)
{
    enum { TYPES = 9 };
    int32_t ids[STEPS * ROWS];
    for (size_t i = 0; i < STEPS * ROWS; i++)
        ids[i] = (int32_t)(i * i % TYPES);
    float *y = applied_to_ones(&mask_word, ids), of[TYPES] = {0.0f};
    for (size_t i = 0; i < STEPS * ROWS; i++)
        of[ids[i]] = y[i * WIDTH];
    for (size_t i = 0; i < (size_t)STEPS * ROWS * WIDTH; i++)
        ck_assert_float_eq(y[i], of[ids[i / WIDTH]]);
    mem_free(y);
}
END_TEST

/* Of 20,000 words, of recurrent weights, and of units of the state. */
START_TEST(other_masks_keep_their_share)
{
    const struct masks masks = {.state = 0.4, .weights = 0.4, .seed = 3, .step = 8};
    struct masks words = masks_of(&(struct drawn){0.4, 3, 8, 0});
    float *y = zeroed(N_DROP, sizeof *y);
    words.items[0].ops = &mask_word;
    for (int kind = 0; kind < 3; kind++) {
        double kept = 0.0;
        for (size_t i = 0; i < N_DROP; i++)
            y[i] = 1.0f;
        if (kind == 0)
            apply(&words, 0, 1, N_DROP, 1, y);
        else if (kind == 1)
            masks_drop_weights(&masks, 5, N_DROP, y, y);
        else
            masks_draw_state(&masks, 1, 0, 1, N_DROP, y);
        for (size_t i = 0; i < N_DROP; i++) {
            ck_assert(y[i] == 0.0f || y[i] == (float)(1.0 / 0.6));
            kept += y[i] != 0.0f;
        }
        ASSERT_NEAR(kept, 0.6 * N_DROP, 5.0 * sqrt(0.24 * N_DROP));
    }
    mem_free(y);
}
END_TEST

/* Independent masks of keep 1/2 agree in half of their elements. */
START_TEST(seeds_steps_and_places_have_masks_of_their_own)
{
    static const struct drawn others[] = {
        {0.5, 4, 8, 1}, {0.5, 3 + (UINT64_C(1) << 32), 8, 1},
        {0.5, 3, 9, 1}, {0.5, 3, 8 + (UINT64_C(1) << 33), 1},
        {0.5, 3, 8, 2},
    };
    float *a = zeroed(N_DROP, sizeof(float)), *b = zeroed(N_DROP, sizeof(float));
    apply_to_ones(&(struct drawn){0.5, 3, 8, 1}, a);
    for (size_t i = 0; i < N_OF(others); i++) {
        apply_to_ones(&others[i], b);
        double same = 0.0;
        for (size_t j = 0; j < N_DROP; j++)
            same += a[j] == b[j];
        ASSERT_NEAR(same, N_DROP / 2.0, 5.0 * sqrt(N_DROP / 4.0));
    }
    mem_free(a);
    mem_free(b);
}
END_TEST

START_TEST(the_masks_of_two_steps_overlap_nowhere)
{
    enum { N = 10 };
    float steps[2][N];
    for (size_t step = 0; step < 2; step++) {
        for (size_t i = 0; i < N; i++)
            steps[step][i] = 1.0f;
        const struct masks masks = masks_of(&(struct drawn){0.5, 1, step, 0});
        apply(&masks, 0, 1, 1, N, steps[step]);
    }
    for (size_t i = 0; i < N; i++) {
        uint32_t bits[4];
        for (size_t step = 0; step < 2; step++) { /* a step takes three blocks of four numbers */
            rng_block(1, RNG_DROPOUT, 3 * step + i / 4, bits);
            ck_assert_int_eq(steps[step][i] != 0.0f, bits[i % 4] < UINT32_C(0x80000000));
        }
    }
}
END_TEST

static Suite *mask_suite(void)
{
    Suite *s = suite_create("mask");
    TCase *tc = tcase_create("mask");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, dropout_keeps_its_share_and_scales_it);
    tcase_add_test(tc, dropping_nothing_is_no_mask);
    tcase_add_test(tc, two_masks_of_a_place_are_applied_one_after_the_other);
    tcase_add_test(tc, every_kind_is_found_by_its_name);
    tcase_add_test(tc, a_mask_is_the_same_when_drawn_again);
    tcase_add_test(tc, a_locked_mask_is_one_for_all_steps);
    tcase_add_test(tc, a_word_is_dropped_at_all_its_places);
    tcase_add_test(tc, other_masks_keep_their_share);
    tcase_add_test(tc, seeds_steps_and_places_have_masks_of_their_own);
    tcase_add_test(tc, the_masks_of_two_steps_overlap_nowhere);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(mask_suite())
