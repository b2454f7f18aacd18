/* Batches of examples: each example once in an epoch, in an order that seed and epoch give; similar
 * lengths together; what the arrays of a batch hold. */
#include "lib/task/data/example_batch.h"
#include "tests/support/err_support.h"
#include "tests/support/examples_support.h"
#include "tests/support/tap.h"

static struct examples e;
static struct example_batcher b;

static void draw(struct examples_plan plan)
{
    plan.C = 5;
    plan.values = 1000;
    examples_draw(&e, &plan);
}

static void tear_down(void)
{
    example_batcher_fini(&b);
    examples_fini(&e);
}

/* The examples of the batches from now on, in their order; the caller frees them. */
static uint32_t *rest(size_t *n)
{
    struct window_batch batch;
    uint32_t *list = zeroed(e.n, sizeof *list);
    *n = 0;
    while (example_batcher_next(&b, &batch)) {
        ck_assert_uint_le(*n + batch.of.B, e.n);
        memcpy(list + *n, b.taken, batch.of.B * sizeof *list);
        *n += batch.of.B;
    }
    ck_assert(!example_batcher_next(&b, &batch));
    return list;
}

static uint32_t *epoch_of(uint64_t seed, uint64_t epoch)
{
    size_t n;
    example_batcher_shuffle(&b, seed, epoch);
    uint32_t *list = rest(&n);
    ck_assert_uint_eq(n, e.n);
    return list;
}

static bool same(const uint32_t *x, const uint32_t *y)
{
    return memcmp(x, y, e.n * sizeof *x) == 0;
}

/* Order -------------------------------------------------------------------------- */

static const size_t sizes[][2] = {{1, 1},   {1, 8},    {7, 1},    {8, 8},
                                  {100, 7}, {1000, 3}, {1501, 15}}; /* examples, batch */

START_TEST(an_epoch_has_each_example_once)
{
    draw((struct examples_plan){.n = sizes[_i][0], .longest = 9, .width = 1});
    ASSERT_OK(example_batcher_init(&b, &e, sizes[_i][1], &err));
    for (uint64_t epoch = 0; epoch < 4; epoch++) {
        uint32_t *list = epoch > 0 ? epoch_of(3, epoch) : rest(&(size_t){0});
        bool *seen = zeroed(e.n, sizeof *seen);
        for (size_t i = 0; i < e.n; i++) {
            ck_assert_uint_lt(list[i], e.n);
            ck_assert_msg(!seen[list[i]], "example %u comes twice", list[i]);
            seen[list[i]] = true;
        }
        mem_free(seen);
        mem_free(list);
    }
    tear_down();
}
END_TEST

START_TEST(one_batch_is_smaller_where_examples_are_left_over)
{
    draw((struct examples_plan){.n = 103, .longest = 9, .width = 1});
    ASSERT_OK(example_batcher_init(&b, &e, 10, &err));
    ck_assert_uint_eq(b.n_batches, 11);
    for (uint64_t epoch = 1; epoch < 5; epoch++) {
        struct window_batch batch;
        size_t of_10 = 0, of_3 = 0;
        example_batcher_shuffle(&b, 3, epoch);
        while (example_batcher_next(&b, &batch)) {
            of_10 += batch.of.B == 10;
            of_3 += batch.of.B == 3;
        }
        ck_assert_uint_eq(of_10, 10);
        ck_assert_uint_eq(of_3, 1);
    }
    tear_down();
}
END_TEST

START_TEST(a_batch_is_no_larger_than_the_examples)
{
    struct window_batch batch;
    draw((struct examples_plan){.n = 3, .longest = 4, .width = 1});
    ASSERT_OK(example_batcher_init(&b, &e, 1000000, &err));
    ck_assert_uint_eq(b.B, 3);
    ck_assert(example_batcher_next(&b, &batch));
    ck_assert_uint_eq(batch.of.B, 3);
    ck_assert_uint_eq(batch.of.T, 4);
    tear_down();
}
END_TEST

/* Large epochs too, up to what the counter of random numbers holds. */
START_TEST(the_order_depends_on_seed_and_epoch_alone)
{
    static const uint64_t keys[][2] = {
        {1, 1},         {1, 2},         {2, 1},           {1, 1u << 16},   {1, 99999}, {1, 100000},
        {1, 268435456}, {1, 536870912}, {1, 1073741823u}, {UINT64_MAX, 1}, {0, 0}};
    uint32_t *lists[N_OF(keys)];
    draw((struct examples_plan){.n = 300, .longest = 1, .width = 1});
    ASSERT_OK(example_batcher_init(&b, &e, 7, &err));
    for (size_t i = 0; i < N_OF(keys); i++)
        lists[i] = epoch_of(keys[i][0], keys[i][1]);
    example_batcher_fini(&b);
    ASSERT_OK(example_batcher_init(&b, &e, 7, &err));
    for (size_t i = N_OF(keys); i-- > 0;) {
        uint32_t *again = epoch_of(keys[i][0], keys[i][1]);
        for (size_t j = 0; j < N_OF(keys); j++)
            ck_assert_msg(same(again, lists[j]) == (i == j), "orders %zu and %zu", i, j);
        mem_free(again);
    }
    for (size_t i = 0; i < N_OF(keys); i++)
        mem_free(lists[i]);
    tear_down();
}
END_TEST

START_TEST(every_example_may_come_first)
{
    enum { N = 6, EPOCHS = 3000 };
    size_t counts[N] = {0};
    draw((struct examples_plan){.n = N, .longest = 1, .width = 1});
    ASSERT_OK(example_batcher_init(&b, &e, 2, &err));
    for (uint64_t epoch = 1; epoch <= EPOCHS; epoch++) {
        uint32_t *list = epoch_of(3, epoch);
        counts[list[0]]++;
        mem_free(list);
    }
    for (size_t i = 0; i < N; i++) /* 500, with a deviation of 20 */
        ck_assert_msg(counts[i] > 400 && counts[i] < 600, "%zu comes first %zu times", i,
                      counts[i]);
    tear_down();
}
END_TEST

START_TEST(batches_from_the_middle_of_an_epoch_are_those_of_the_epoch)
{
    draw((struct examples_plan){.n = 200, .longest = 20, .width = 1});
    ASSERT_OK(example_batcher_init(&b, &e, 9, &err));
    uint32_t *all = epoch_of(5, 7);
    for (size_t from = 0; from <= b.n_batches; from++) {
        size_t n;
        example_batcher_shuffle(&b, 5, 7);
        b.next = from;
        uint32_t *list = rest(&n);
        ck_assert_int_eq(memcmp(list, all + e.n - n, n * sizeof *all), 0);
        ck_assert_uint_eq((n + 8) / 9 + from, b.n_batches);
        mem_free(list);
    }
    mem_free(all);
    tear_down();
}
END_TEST

/* Lengths ------------------------------------------------------------------------ */

/* Of 1,000 sorted lengths from 1 to 50, batches of 20 differ by one step, here and there. */
START_TEST(batches_of_training_have_little_padding_and_no_order_of_length)
{
    struct window_batch batch;
    draw((struct examples_plan){.n = 4990, .longest = 50, .width = 1});
    ASSERT_OK(example_batcher_init(&b, &e, 20, &err));
    size_t rows = 0, longer = 0, shorter = 0, last = 0;
    example_batcher_shuffle(&b, 3, 1);
    while (example_batcher_next(&b, &batch)) {
        rows += batch.of.T * batch.of.B;
        longer += batch.of.T > last;
        shorter += batch.of.T < last;
        last = batch.of.T;
    }
    ck_assert_msg((double)rows < 1.04 * (double)e.steps, "%zu rows for %zu steps", rows, e.steps);
    ck_assert_uint_gt(longer, 80);
    ck_assert_uint_gt(shorter, 80);
    tear_down();
}
END_TEST

START_TEST(without_an_epoch_the_longest_come_first_and_equals_in_their_order)
{
    draw((struct examples_plan){.n = 500, .longest = 20, .width = 1});
    ASSERT_OK(example_batcher_init(&b, &e, 7, &err));
    uint32_t *list = rest(&(size_t){0});
    for (size_t i = 1; i < e.n; i++) {
        const size_t before = examples_length(&e, list[i - 1]), now = examples_length(&e, list[i]);
        ck_assert(before > now || (before == now && list[i - 1] < list[i]));
    }
    mem_free(list);
    tear_down();
}
END_TEST

/* What a batch holds --------------------------------------------------------------- */

static void check_step(const struct window_batch *batch, size_t t, size_t row, size_t step)
{
    const size_t rows = batch->of.T * batch->of.B, at = t * batch->of.B + row;
    for (size_t i = 0; i < e.width; i++) {
        const size_t from = step * e.width + i;
        if (e.kind == EXAMPLE_IDS)
            ck_assert_int_eq(batch->ids[i * rows + at], e.ids[from]);
        else if (e.kind == EXAMPLE_BYTES)
            ck_assert_float_eq(batch->x[at * e.width + i], (float)e.bytes[from] / 255.0f);
        else
            ck_assert_float_eq(batch->x[at * e.width + i], e.floats[from]);
    }
    if (e.per_step)
        ck_assert_int_eq(batch->targets[at], e.labels[step]);
}

static void check_batch(const struct window_batch *batch)
{
    size_t longest = 0;
    for (size_t row = 0; row < batch->of.B; row++) {
        const uint32_t example = b.taken[row];
        const size_t length = examples_length(&e, example);
        ck_assert_int_eq(batch->of.lengths[row], (int32_t)length);
        for (size_t t = 0; t < batch->of.T; t++) /* padding repeats the last step */
            check_step(batch, t, row, e.first[example] + (t < length ? t : length - 1));
        if (!e.per_step)
            ck_assert_int_eq(batch->targets[row], e.labels[example]);
        longest = length > longest ? length : longest;
    }
    ck_assert_uint_eq(batch->of.T, longest);
}

START_TEST(a_batch_holds_its_examples_and_repeats_their_last_step_in_padding)
{
    static const enum example_input kinds[] = {EXAMPLE_IDS, EXAMPLE_BYTES, EXAMPLE_FLOATS};
    struct window_batch batch;
    draw((struct examples_plan){
        .n = 60, .longest = 12, .kind = kinds[_i / 2], .width = 3, .per_step = _i % 2 == 1});
    ASSERT_OK(example_batcher_init(&b, &e, 7, &err));
    while (example_batcher_next(&b, &batch))
        check_batch(&batch);
    example_batcher_shuffle(&b, 1, 1);
    while (example_batcher_next(&b, &batch))
        check_batch(&batch);
    tear_down();
}
END_TEST

START_TEST(examples_without_labels_give_batches_without_targets)
{
    struct window_batch batch;
    draw((struct examples_plan){.n = 9, .longest = 3, .width = 1, .per_step = _i == 1});
    mem_free(e.labels);
    e.labels = NULL;
    ASSERT_OK(example_batcher_init(&b, &e, 4, &err));
    while (example_batcher_next(&b, &batch))
        ck_assert_ptr_null(batch.targets);
    tear_down();
}
END_TEST

START_TEST(no_examples_are_refused)
{
    e = (struct examples){0};
    ASSERT_FAILS(example_batcher_init(&b, &e, 4, &err), ST_INPUT, "0 examples");
    tear_down();
}
END_TEST

static Suite *example_batch_suite(void)
{
    Suite *s = suite_create("example_batch");
    TCase *tc = tcase_create("example_batch");
    tcase_add_loop_test(tc, an_epoch_has_each_example_once, 0, (int)N_OF(sizes));
    tcase_add_test(tc, one_batch_is_smaller_where_examples_are_left_over);
    tcase_add_test(tc, a_batch_is_no_larger_than_the_examples);
    tcase_add_test(tc, the_order_depends_on_seed_and_epoch_alone);
    tcase_add_test(tc, every_example_may_come_first);
    tcase_add_test(tc, batches_from_the_middle_of_an_epoch_are_those_of_the_epoch);
    tcase_add_test(tc, batches_of_training_have_little_padding_and_no_order_of_length);
    tcase_add_test(tc, without_an_epoch_the_longest_come_first_and_equals_in_their_order);
    tcase_add_loop_test(tc, a_batch_holds_its_examples_and_repeats_their_last_step_in_padding, 0,
                        6);
    tcase_add_loop_test(tc, examples_without_labels_give_batches_without_targets, 0, 2);
    tcase_add_test(tc, no_examples_are_refused);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(example_batch_suite())
