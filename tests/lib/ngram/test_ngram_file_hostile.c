/* Files with a right checksum whose arrays contradict each other: each is refused with a sentence
 * that names the file, and nothing that is read leads out of the arrays. */
#include <unistd.h>

#include "tests/support/ngram_file_support.h"

START_TEST(the_file_without_defect_is_a_model)
{
    struct ngram_file f;
    draft_save(&whole);
    ASSERT_OK(ngram_open(&f, test_file, &err));
    const struct ngram_state state = after(&f.model, f.vocab, "<s> a");
    ck_assert(ngram_score(&f.model, &state, 0, NULL, NULL) == -4.0);
    ck_assert(ngram_score(&f.model, &state, 2, NULL, NULL) == -0.5 - 0.5);
    ck_assert(ngram_score(&f.model, &state, 1, NULL, NULL) == -0.5 - 0.125 - 2.0);
    ngram_close(&f);
}
END_TEST

static const struct number {
    const char *part;
    size_t at;
    double value;
    const char *message;
} wrong_numbers[] = {
    {"ngram.1.log_p", 1, 1e-6, "of order 1, a probability is above 1"},
    {"ngram.1.log_p", 1, NAN, "numbers that are not finite"},
    {"ngram.2.log_p", 0, 7, "of order 2, a probability is above 1"},
    {"ngram.2.log_p", 2, -INFINITY, "numbers that are not finite"},
    {"ngram.3.log_p", 1, 0.5, "of order 3, a probability is above 1"},
    {"ngram.3.log_p", 1, NAN, "numbers that are not finite"},
    {"ngram.1.backoff", 2, NAN, "numbers that are not finite"},
    {"ngram.2.backoff", 2, INFINITY, "numbers that are not finite"},
    {"ngram.2.words", 0, 3, "of order 2, a word is not in the vocabulary"},
    {"ngram.2.words", 2, 4294967295.0, "of order 2, a word is not in the vocabulary"},
    {"ngram.3.words", 1, 2147483648.0, "of order 3, a word is not in the vocabulary"},
    {"ngram.2.words", 1, 2, "of order 2, words are not in their order"}, /* one twice */
    {"ngram.1.first", 0, 1, "of order 1, continuations begin or end elsewhere"},
    {"ngram.1.first", 3, 2, "of order 1, continuations begin or end elsewhere"},
    {"ngram.1.first", 3, 4, "of order 1, continuations begin or end elsewhere"},
    {"ngram.1.first", 3, 9e18, "of order 1, continuations begin or end elsewhere"},
    {"ngram.1.first", 1, 2, "of order 1, continuations are not in their order"},
    {"ngram.1.first", 2, 4, "of order 1, continuations are not in their order"},
    {"ngram.2.first", 0, 1, "of order 2, continuations begin or end elsewhere"},
    {"ngram.2.first", 3, 0, "of order 2, continuations begin or end elsewhere"},
    {"ngram.2.first", 1, 2, "of order 2, continuations are not in their order"},
};

static void put_number(struct draft *d, const struct number *number)
{
    const size_t i = part_at(number->part);
    const float single = (float)number->value;
    const uint64_t place = isfinite(number->value) ? (uint64_t)fabs(number->value) : 0;
    const uint32_t word = (uint32_t)place;
    if (d->tensors[i].dtype == DTYPE_F32)
        memcpy((float *)(void *)d->data[i] + number->at, &single, sizeof single);
    else if (d->tensors[i].dtype == DTYPE_U32)
        memcpy((uint32_t *)(void *)d->data[i] + number->at, &word, sizeof word);
    else
        d->data[i][number->at] = place;
}

START_TEST(a_number_that_is_wrong_is_refused)
{
    put_number(&whole, &wrong_numbers[_i]);
    draft_save(&whole);
    assert_refused(wrong_numbers[_i].message);
}
END_TEST

/* --- sizes, types, names --- */

START_TEST(a_part_of_another_size_is_refused)
{
    struct safetensors_tensor *t = &whole.tensors[_i];
    const uint64_t n = t->shape[0];
    for (uint64_t size = 0; size <= n + 2; size++) {
        if (size == n)
            continue;
        t->shape[0] = size;
        draft_save(&whole);
        assert_refused(_i == N_PARTS - 1 ? "" : "elements, expected");
    }
}
END_TEST

START_TEST(a_part_of_two_dimensions_is_refused)
{
    struct safetensors_tensor *t = &whole.tensors[_i];
    t->rank = 2;
    t->shape[1] = 1;
    draft_save(&whole);
    assert_refused(_i == N_PARTS - 1 ? "has no vocabulary" : t->name);
}
END_TEST

START_TEST(a_part_of_another_type_is_refused)
{
    struct safetensors_tensor *t = &whole.tensors[_i];
    const enum safetensors_dtype type = t->dtype;
    const uint64_t bytes = safetensors_bytes(t);
    for (int other = 0; other < N_DTYPES; other++) {
        const struct safetensors_tensor one = {.dtype = (enum safetensors_dtype)other};
        if (other == (int)type || bytes % safetensors_bytes(&one) != 0)
            continue;
        t->dtype = one.dtype;
        t->shape[0] = bytes / safetensors_bytes(&one);
        draft_save(&whole);
        assert_refused(_i == N_PARTS - 1 ? "has no vocabulary" : t->name);
    }
}
END_TEST

START_TEST(a_part_that_is_missing_is_named)
{
    whole.tensors[_i] = whole.tensors[N_PARTS - 1];
    whole.n = N_PARTS - 1;
    draft_save(&whole);
    assert_refused(_i == N_PARTS - 1 ? "has no vocabulary" : parts[_i].name);
}
END_TEST

/* Another program may lay a file out anew and keep its checksum: here the words rise up to the end
 * of its last page, so that nothing stops who follows a place in first[] that is far behind it. */
START_TEST(a_place_far_behind_the_file_is_not_followed)
{
    enum { MANY = 1000 };
    static float numbers[MANY];
    static uint32_t rising[MANY];
    static uint64_t first[MANY + 1];
    struct buf text = {0};
    struct safetensors_file file;
    ASSERT_OK(buf_add_text(&text, "<unk>\n<eos>\n", &err));
    for (uint32_t i = 0; i < MANY; i++) {
        rising[i] = i;
        first[i + 1] = i == 0 ? 1ull << 40 : MANY;
        if (i >= 2)
            ASSERT_OK(buf_addf(&text, &err, i + 1 < MANY ? "%u\n" : "%uxxxxxxxx", i));
    }
    while (text.len % sizeof *first != 0) /* so that all tensors are aligned */
        ASSERT_OK(buf_add_text(&text, text.len % sizeof *first == 7 ? "\n" : "x", &err));
    const struct safetensors_tensor tensors[] = {
        {"ngram.2.words", DTYPE_U32, 1, {MANY}, rising},
        {"ngram.2.log_p", DTYPE_F32, 1, {MANY}, numbers},
        {"ngram.1.log_p", DTYPE_F32, 1, {MANY}, numbers},
        {"ngram.1.backoff", DTYPE_F32, 1, {MANY}, numbers},
        {"vocab", DTYPE_U8, 1, {text.len}, text.data},
        {"ngram.1.first", DTYPE_U64, 1, {MANY + 1}, first},
    };
    struct draft d = {.n = N_OF(tensors), .note = "{\"format\":1,\"order\":2}"};
    memcpy(d.tensors, tensors, sizeof tensors);
    draft_save(&d);
    ASSERT_OK(safetensors_open(&file, test_file, &err));
    const struct safetensors_pair pairs[] = {
        {"ptblm.ngram", d.note},
        {SAFETENSORS_CHECKSUM_KEY, safetensors_find_metadata(&file, SAFETENSORS_CHECKSUM_KEY)}};
    write_anew(&d, pairs, N_OF(pairs), (size_t)sysconf(_SC_PAGESIZE));
    assert_refused("of order 1, continuations are not in their order");
    safetensors_close(&file);
    buf_fini(&text);
}
END_TEST

static bool is_aligned(const void *array, size_t size)
{
    return (uintptr_t)array % size == 0;
}

/* Then its numbers may be at odd places, where not every processor can read them. */
START_TEST(a_file_laid_out_anew_is_read_alike_or_refused)
{
    struct safetensors_file file;
    struct ngram_file f;
    draft_save(&whole);
    ASSERT_OK(safetensors_open(&file, test_file, &err));
    const struct safetensors_pair pairs[] = {
        {"ptblm.ngram", whole.note},
        {SAFETENSORS_CHECKSUM_KEY, safetensors_find_metadata(&file, SAFETENSORS_CHECKSUM_KEY)}};
    write_anew(&whole, pairs, N_OF(pairs), 1);
    const enum status status = ngram_open(&f, test_file, &err);
    ck_assert_msg(status == ST_OK || status == ST_INPUT, "status %d: %s", status, err.text);
    for (int n = 0; n < f.model.order; n++) {
        const struct ngram_level *l = &f.model.of[n];
        ck_assert(is_aligned(l->words, sizeof *l->words) && is_aligned(l->log_p, sizeof *l->log_p));
        ck_assert(is_aligned(l->backoff, sizeof *l->backoff));
        ck_assert(is_aligned(l->first, sizeof *l->first));
    }
    if (status == ST_OK) {
        const struct ngram_state state = after(&f.model, f.vocab, "<s> a");
        ck_assert(ngram_score(&f.model, &state, 0, NULL, NULL) == -4.0);
    }
    ngram_close(&f);
    safetensors_close(&file);
}
END_TEST

static Suite *ngram_file_hostile_suite(void)
{
    Suite *s = suite_create("ngram_file_hostile");
    TCase *tc = tcase_create("ngram_file_hostile");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, test_dir_remove_strictly);
    tcase_add_test(tc, the_file_without_defect_is_a_model);
    tcase_add_loop_test(tc, a_number_that_is_wrong_is_refused, 0, N_OF(wrong_numbers));
    tcase_add_loop_test(tc, a_part_of_another_size_is_refused, 0, N_PARTS);
    tcase_add_loop_test(tc, a_part_of_two_dimensions_is_refused, 0, N_PARTS);
    tcase_add_loop_test(tc, a_part_of_another_type_is_refused, 0, N_PARTS);
    tcase_add_loop_test(tc, a_part_that_is_missing_is_named, 0, N_PARTS);
    tcase_add_test(tc, a_place_far_behind_the_file_is_not_followed);
    tcase_add_test(tc, a_file_laid_out_anew_is_read_alike_or_refused);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(ngram_file_hostile_suite())
