/* Loaded models: their weights are read from a map of the file, which is open for as long as the
 * model lives, whatever happens to the file's name. */
#include <check.h>
#include <math.h>
#include <unistd.h>

#include "tests/support/model_file_support.h"

static bool is_in_map(const struct model *m, const float *weights, size_t n)
{
    const unsigned char *first = (const unsigned char *)weights;
    return first >= m->map.data && first + n * sizeof *weights <= m->map.data + m->map.len;
}

static void assert_mapped(const struct model *m)
{
    ck_assert_ptr_null(m->weights);
    for (size_t i = 0; i < m->params.n; i++)
        ck_assert(is_in_map(m, model_weight(m, i), param_size(&m->params.items[i])));
}

static void assert_owned(const struct model *m)
{
    ck_assert_ptr_nonnull(m->weights);
    ck_assert_ptr_null(m->map.data);
    for (size_t i = 0; i < m->params.n; i++)
        ck_assert_ptr_eq(model_weight(m, i), m->weights + m->params.items[i].offset);
}

/* Whether the test's file is in the memory of this process. */
static bool is_file_mapped(void)
{
    char line[600];
    bool found = false;
    FILE *maps = fopen("/proc/self/maps", "r");
    ck_assert_ptr_nonnull(maps);
    while (fgets(line, sizeof line, maps) != NULL)
        found = found || strstr(line, test_file) != NULL;
    fclose(maps);
    return found;
}

START_TEST(a_model_that_is_made_has_its_weights_in_a_block)
{
    struct model *m = sample(2);
    assert_owned(m);
    model_free(m);
}
END_TEST

START_TEST(a_loaded_model_reads_its_weights_from_the_file)
{
    struct model *m = sample(2);
    save(m, NULL);
    struct model *read = load(NULL);
    assert_mapped(read);
    assert_same_model(m, read);
    model_free(m);
    model_free(read);
}
END_TEST

START_TEST(the_file_is_mapped_until_the_model_is_freed)
{
    if (access("/proc/self/maps", R_OK) != 0)
        return;
    struct model *m = sample(1);
    save(m, NULL);
    model_free(m);
    ck_assert(!is_file_mapped());
    m = load(NULL);
    ck_assert(is_file_mapped());
    model_free(m);
    ck_assert(!is_file_mapped());
    m = load(NULL);
    struct err err;
    ck_assert_int_eq(model_own_weights(m, &err), ST_OK);
    ck_assert(!is_file_mapped());
    model_free(m);
}
END_TEST

START_TEST(a_loaded_model_is_saved_over_its_own_file)
{
    struct model *m = sample(3);
    struct model_notes notes = {0};
    struct err err;
    ck_assert_int_eq(buf_add_text(&notes.vocab, "a\t3\n", &err), ST_OK);
    save(m, NULL);
    struct model *read = load(NULL);
    save(read, &notes); /* a file of another layout, with a vocabulary */
    assert_same_model(m, read);
    struct model *again = load(NULL);
    assert_same_model(m, again);
    model_notes_fini(&notes);
    model_free(m);
    model_free(read);
    model_free(again);
}
END_TEST

START_TEST(a_file_replaced_or_removed_stays_in_the_model_that_was_loaded)
{
    struct model *m = sample(1), *other = model_of(lstm_shape(5, 3, 2, 1), 2.0f);
    save(m, NULL);
    struct model *read = load(NULL);
    save(other, NULL);
    assert_same_model(m, read);
    struct model *now = load(NULL);
    assert_same_model(other, now);
    ck_assert_int_eq(unlink(test_file), 0);
    assert_same_model(m, read);
    assert_same_model(other, now);
    model_free(m);
    model_free(other);
    model_free(read);
    model_free(now);
}
END_TEST

/* Every place of the data's first byte, counted from a multiple of 4. */
START_TEST(a_file_of_another_program_is_copied_where_it_is_not_aligned)
{
    struct model *m = sample(2);
    write_plainly(m, (size_t)_i);
    struct model *read = load(NULL);
    if (_i == 0)
        assert_mapped(read);
    else
        assert_owned(read);
    assert_same_model(m, read);
    model_free(m);
    model_free(read);
}
END_TEST

START_TEST(a_weight_that_is_not_finite_is_found_without_a_checksum_too)
{
    struct model *m = sample(2);
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        const size_t places[] = {0, param_size(p) - 1};
        for (size_t j = 0; j < N_OF(places); j++) {
            float *weight = m->weights + p->offset + places[j];
            const float kept = *weight;
            char text[80];
            *weight = j == 0 ? -NAN : -INFINITY;
            write_plainly(m, (size_t)_i);
            snprintf(text, sizeof text, "element %zu of '%s'", places[j], p->name);
            assert_refused(text, j == 0 ? "not a number" : "infinite");
            *weight = kept;
        }
    }
    model_free(m);
}
END_TEST

START_TEST(weights_that_are_to_be_written_move_to_a_block)
{
    struct model *m = sample(2);
    struct err err;
    save(m, NULL);
    struct model *read = load(NULL);
    ck_assert_int_eq(model_own_weights(read, &err), ST_OK);
    assert_owned(read);
    assert_same_model(m, read);
    const float *block = read->weights;
    ck_assert_int_eq(model_own_weights(read, &err), ST_OK);
    ck_assert_ptr_eq(read->weights, block);
    model_start(read, 0.5, 7);
    model_start(m, 0.5, 7);
    assert_same_model(m, read);
    model_free(m);
    model_free(read);
}
END_TEST

START_TEST(a_loaded_model_computes_what_the_saved_one_does)
{
    enum { T = 6, B = 2 };
    static const int32_t x[T * B] = {0, 1, 2, 3, 4, 0, 1, 4, 3, 3, 2, 1},
                               y[T * B] = {2, 3, 4, 0, 1, 4, 3, 3, 2, 1, 0, 0};
    struct model *m = sample(2);
    save(m, NULL);
    struct model *read = load(NULL);
    struct window *a = window_of(m, B, T, WINDOW_SCORE), *b = window_of(read, B, T, WINDOW_SCORE);
    double want[T * B], got[T * B];
    for (int i = 0; i < 2; i++) { /* the second goes on from the state of the first */
        window_score(a, T, x, y, want);
        window_score(b, T, x, y, got);
        for (size_t j = 0; j < N_OF(want); j++)
            ck_assert_double_eq(got[j], want[j]);
    }
    window_free(a);
    window_free(b);
    model_free(m);
    model_free(read);
}
END_TEST

static Suite *model_map_suite(void)
{
    Suite *s = suite_create("model_map");
    TCase *tc = tcase_create("model_map");
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_test(tc, a_model_that_is_made_has_its_weights_in_a_block);
    tcase_add_test(tc, a_loaded_model_reads_its_weights_from_the_file);
    tcase_add_test(tc, the_file_is_mapped_until_the_model_is_freed);
    tcase_add_test(tc, a_loaded_model_is_saved_over_its_own_file);
    tcase_add_test(tc, a_file_replaced_or_removed_stays_in_the_model_that_was_loaded);
    tcase_add_loop_test(tc, a_file_of_another_program_is_copied_where_it_is_not_aligned, 0, 4);
    tcase_add_loop_test(tc, a_weight_that_is_not_finite_is_found_without_a_checksum_too, 0, 4);
    tcase_add_test(tc, weights_that_are_to_be_written_move_to_a_block);
    tcase_add_test(tc, a_loaded_model_computes_what_the_saved_one_does);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(model_map_suite())
