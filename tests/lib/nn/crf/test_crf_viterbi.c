/* The best path of a CRF, held to all C^n paths one by one; the scheme IOB2. */
#include "tests/support/crf_support.h"

enum { C_MAX = 4, N_MAX = 6, TABLE = (C_MAX + 1) * (C_MAX + 1) };

static bool path_allowed(const bool *allowed, const size_t *path, size_t n, size_t C)
{
    size_t before = C;
    for (size_t t = 0; t < n; t++) {
        if (!allowed[before * (C + 1) + path[t]])
            return false;
        before = path[t];
    }
    return allowed[before * (C + 1) + C];
}

/* The best of the paths that are allowed; paths come with the first label changing fastest, so that
 * the first of several has the smaller labels at the end. */
static bool enumerate_best(const struct field *f, const bool *allowed, size_t *best)
{
    const size_t C = f->crf.C, n = f->s.n;
    size_t path[N_MAX] = {0};
    bool found = false;
    do {
        if (allowed != NULL && !path_allowed(allowed, path, n, C))
            continue;
        if (!found || path_score(f, path) > path_score(f, best))
            memcpy(best, path, sizeof path);
        found = true;
    } while (path_next(path, n, C));
    return found;
}

static void assert_best(struct field *f, const bool *allowed)
{
    const size_t n = f->s.n, step = f->s.label_stride;
    size_t want[N_MAX] = {0};
    int32_t got[2 * N_MAX];
    struct crf_sequence found = f->s;
    const bool any = enumerate_best(f, allowed, want);
    for (size_t i = 0; i < N_OF(got); i++)
        got[i] = -7;
    const double score = crf_viterbi(&f->crf, &f->s, allowed, got, f->scratch);
    if (!any)
        enumerate_best(f, NULL, want);
    for (size_t t = 0; t < n; t++) {
        ck_assert_int_eq(got[t * step], (int32_t)want[t]);
        for (size_t k = 1; k < step; k++)
            ck_assert_int_eq(got[t * step + k], -7);
    }
    found.labels = got;
    ck_assert(score == (any ? crf_score(&f->crf, &found) : -INFINITY));
    ck_assert(allowed == NULL || crf_allows(f->crf.C, allowed, &found) == any);
}

/* Every third place of a table is not allowed, or most. */
static void draw_table(bool *allowed, size_t n, uint32_t draw)
{
    const int32_t *ids = ids_below(draw, n, 6);
    for (size_t i = 0; i < n; i++)
        allowed[i] = ids[i] >= (draw % 2 == 0 ? 2 : 4);
    mem_free((void *)ids);
}

static void assert_all_shapes(float spread, bool whole)
{
    for (size_t C = 1; C <= C_MAX; C++)
        for (size_t n = 1; n <= N_MAX; n++)
            for (uint32_t draw = 0; draw < 10; draw++) {
                bool allowed[TABLE];
                struct field f;
                field_init(&f, C, n, draw % 3, 1 + draw % 2);
                field_draw(&f, draw, spread);
                float *const arrays[] = {f.emissions, f.transitions, f.start, f.end};
                const size_t sizes[] = {n * f.s.stride, C * C, C, C};
                for (size_t a = 0; whole && a < N_OF(arrays); a++)
                    for (size_t i = 0; i < sizes[a]; i++)
                        arrays[a][i] = roundf(arrays[a][i]);
                draw_table(allowed, (C + 1) * (C + 1), draw);
                f.s.labels = NULL;
                assert_best(&f, NULL);
                assert_best(&f, allowed);
                field_fini(&f);
            }
}

START_TEST(the_best_of_all_paths_is_found)
{
    static const float spreads[] = {1.0f, 100.0f, 1e5f};
    for (size_t i = 0; i < N_OF(spreads); i++)
        assert_all_shapes(spreads[i], false);
}
END_TEST

START_TEST(of_equal_paths_the_smaller_labels_win)
{
    assert_all_shapes(0.0f, true);
    assert_all_shapes(1.4f, true);
    assert_all_shapes(2.0f, true);
}
END_TEST

START_TEST(huge_scores_do_not_hide_small_ones)
{
    static const float huge[] = {1e10f, 1e30f, 3e38f, -1e30f, -3e38f};
    for (size_t i = 0; i < N_OF(huge); i++)
        for (size_t at = 0; at < N_MAX; at++)
            for (size_t labels = 1; labels <= C_MAX; labels++) {
                struct field f;
                field_init(&f, C_MAX, N_MAX, 0, 1);
                field_draw(&f, (uint32_t)at, 2.0f);
                for (size_t j = 0; j < labels; j++)
                    f.emissions[at * C_MAX + j] = huge[i];
                assert_best(&f, NULL);
                field_fini(&f);
            }
}
END_TEST

START_TEST(a_huge_score_that_no_path_has_blurs_no_later_step)
{
    for (uint32_t draw = 0; draw < 10; draw++) {
        struct field f, less;
        int32_t path[8], want[8];
        field_init(&f, 5, 8, 0, 1);
        field_draw(&f, draw, 2.0f);
        field_bar_first_label(&f);
        field_init_without_first(&less, &f);
        crf_viterbi(&less.crf, &less.s, NULL, want, less.scratch);
        crf_viterbi(&f.crf, &f.s, NULL, path, f.scratch);
        for (size_t t = 0; t < 8; t++)
            ck_assert_int_eq(path[t], want[t] + 1);
        field_fini(&f);
        field_fini(&less);
    }
}
END_TEST

START_TEST(labels_are_labels_whatever_the_scores)
{
    static const float odd[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < N_OF(odd); i++)
        for (size_t at = 0; at < 12; at++) {
            struct field f;
            int32_t path[4];
            bool allowed[16];
            field_init(&f, 3, 4, 0, 1);
            field_draw(&f, 1, 1.0f);
            draw_table(allowed, 16, 0);
            f.emissions[at] = odd[i];
            for (int k = 0; k < 2; k++) {
                crf_viterbi(&f.crf, &f.s, k == 0 ? NULL : allowed, path, f.scratch);
                for (size_t t = 0; t < 4; t++)
                    ck_assert(path[t] >= 0 && path[t] < 3);
            }
            field_fini(&f);
        }
}
END_TEST

START_TEST(labels_in_iob2_are_known)
{
    static const struct {
        const char *names[5];
        size_t n;
        bool bio;
    } cases[] = {
        {{"O", "B-NP", "I-NP", "B-VP", "I-VP"}, 5, true},
        {{"B-LST", "O"}, 2, true}, /* chunks of one word have no I */
        {{"B-NP", "I-NP"}, 2, true},
        {{"O", "B", "I"}, 3, true},
        {{"O", "B-A-B", "I-A-B"}, 3, true},
        {{"O"}, 1, false},
        {{"O", "I-NP"}, 2, false}, /* IOB1 */
        {{"O", "B-NP", "I-VP"}, 3, false},
        {{"O", "B-N", "I-NP"}, 3, false},
        {{"O", "B", "I-NP"}, 3, false},
        {{"O", "B-NP", "I-NP", "E-NP", "S-NP"}, 5, false},
        {{"O", "B-NP", "BNP"}, 3, false},
        {{"NN", "VB"}, 2, false},
        {{"O", "B-NP", ""}, 3, false},
        {{"O-NP", "B-NP"}, 2, false},
    };
    for (size_t i = 0; i < N_OF(cases); i++)
        ck_assert_msg(crf_names_are_bio(cases[i].names, cases[i].n) == cases[i].bio, "case %zu", i);
}
END_TEST

START_TEST(insides_follow_their_own_chunks)
{
    enum { C = 6 };
    static const char *const names[C] = {"O", "B-NP", "I-NP", "B-VP", "I-VP", "X"};
    static const bool want[C + 1][C + 1] = {
        {1, 1, 0, 1, 0, 1, 1}, /* O */
        {1, 1, 1, 1, 0, 1, 1}, /* B-NP */
        {1, 1, 1, 1, 0, 1, 1}, /* I-NP */
        {1, 1, 0, 1, 1, 1, 1}, /* B-VP */
        {1, 1, 0, 1, 1, 1, 1}, /* I-VP */
        {1, 1, 0, 1, 0, 1, 1}, /* X */
        {1, 1, 0, 1, 0, 1, 1}, /* the start */
    };
    bool table[(C + 1) * (C + 1)];
    crf_allow_bio(names, C, table);
    for (size_t i = 0; i <= C; i++)
        for (size_t j = 0; j <= C; j++)
            ck_assert_msg(table[i * (C + 1) + j] == want[i][j], "%zu to %zu", i, j);
    static const int32_t good[] = {1, 2, 2, 3, 4, 0, 3}, iob1[] = {2, 2, 0}, mixed[] = {1, 4};
    ck_assert(crf_allows(C, table, &(struct crf_sequence){7, NULL, 0, good, 1}));
    ck_assert(!crf_allows(C, table, &(struct crf_sequence){3, NULL, 0, iob1, 1}));
    ck_assert(!crf_allows(C, table, &(struct crf_sequence){2, NULL, 0, mixed, 1}));
}
END_TEST

/* With the constraint, the best path is the best of those that are in IOB2. */
START_TEST(the_constraint_gives_whole_chunks)
{
    static const char *const names[] = {"I-A", "B-A", "O", "I-B"};
    for (uint32_t draw = 0; draw < 40; draw++) {
        bool table[TABLE];
        struct field f;
        field_init(&f, 4, N_MAX, 0, 1);
        field_draw(&f, draw, 3.0f);
        crf_allow_bio(names, 4, table);
        assert_best(&f, table);
        field_fini(&f);
    }
}
END_TEST

static Suite *crf_viterbi_suite(void)
{
    Suite *s = suite_create("crf_viterbi");
    TCase *tc = tcase_create("path");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_best_of_all_paths_is_found);
    tcase_add_test(tc, of_equal_paths_the_smaller_labels_win);
    tcase_add_test(tc, huge_scores_do_not_hide_small_ones);
    tcase_add_test(tc, a_huge_score_that_no_path_has_blurs_no_later_step);
    tcase_add_test(tc, labels_are_labels_whatever_the_scores);
    tcase_add_test(tc, labels_in_iob2_are_known);
    tcase_add_test(tc, insides_follow_their_own_chunks);
    tcase_add_test(tc, the_constraint_gives_whole_chunks);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(crf_viterbi_suite())
