/* Model files: what is saved comes back, and what is not exactly a language model is refused by
 * a message that names the tensor. */
#include <check.h>
#include <math.h>

#include "lib/file/json.h"
#include "tests/support/model_file_support.h"

/* Round trips ---------------------------------------------------------------- */

START_TEST(what_is_saved_comes_back)
{
    static const size_t shapes[][4] = {{2, 1, 1, 1}, {5, 3, 2, 1}, {9, 4, 7, 3}, {3, 2, 1, 32}};
    struct err err;
    struct model_notes notes = {0}, back = {0};
    ck_assert_int_eq(buf_add(&notes.vocab, "a\t3\n\0\xff\t1\n", 9, &err), ST_OK);
    ck_assert_int_eq(buf_add_text(&notes.tokenizer, "words", &err), ST_OK);
    ck_assert_int_eq(buf_add_text(&notes.training, "{\"lr\": 1}", &err), ST_OK);
    for (size_t i = 0; i < N_OF(shapes); i++) {
        const size_t *s = shapes[i];
        struct model_shape shape = lstm_shape(s[0], s[1], s[2], s[3]);
        shape.sums_layers = i == 2;
        struct model *m = model_of(shape, 1.0f);
        save(m, &notes);
        struct model *read = load(&back);
        assert_same_model(m, read);
        ck_assert(back.has_checksum);
        ck_assert_uint_eq(back.vocab.len, 9);
        ck_assert_int_eq(memcmp(back.vocab.data, notes.vocab.data, 9), 0);
        ck_assert_str_eq(back.tokenizer.data, "words");
        ck_assert_str_eq(back.training.data, "{\"lr\": 1}");
        model_free(m);
        model_free(read);
        model_notes_fini(&back);
    }
    model_notes_fini(&notes);
}
END_TEST

START_TEST(a_model_without_notes_comes_back_without)
{
    struct model *m = sample(1);
    struct model_notes back = {0};
    save(m, NULL);
    struct model *read = load(&back);
    assert_same_model(m, read);
    ck_assert_uint_eq(back.vocab.len, 0);
    ck_assert_uint_eq(back.tokenizer.len, 0);
    ck_assert_uint_eq(back.training.len, 0);
    model_notes_fini(&back);
    model_free(m);
    model_free(read);
}
END_TEST

START_TEST(a_note_has_as_many_bytes_as_json_that_is_parsed_and_no_more)
{
    struct err err;
    struct model *m = sample(1);
    struct model_notes notes = {0}, back = {0};
    ck_assert_int_eq(buf_reserve(&notes.training, JSON_TEXT_MAX + 1, &err), ST_OK);
    memset(notes.training.data, '0', JSON_TEXT_MAX + 1);
    notes.training.data[JSON_TEXT_MAX] = '\0';
    notes.training.len = JSON_TEXT_MAX;
    save(m, &notes);
    model_free(load(&back));
    ck_assert_uint_eq(back.training.len, JSON_TEXT_MAX);
    model_notes_fini(&back);
    ck_assert_int_eq(buf_add(&notes.training, "0", 1, &err), ST_OK);
    save(m, &notes);
    assert_refused("'ptblm.training' has 1048577 bytes", "the limit is 1048576");
    model_notes_fini(&notes);
    model_free(m);
}
END_TEST

/* Tensors that are not those of a model ---------------------------------------- */

enum { LAYERS = 2, PARAMS = 3 + 4 * LAYERS };

START_TEST(a_tensor_that_is_missing_is_named)
{
    struct model *m = sample(LAYERS);
    struct draft d = draft_of(m);
    char name[80];
    snprintf(name, sizeof name, "no tensor '%s'", d.tensors[_i].name);
    d.tensors[_i] = d.tensors[--d.n];
    write_draft(&d, NULL, 0);
    assert_refused(name, "not a language model");
    model_free(m);
}
END_TEST

START_TEST(an_unexpected_tensor_is_named)
{
    static const char *const names[] = {"rnn.weight_ih_l2x", "encoder.bias", "x", "rnn.bias_ih_l-1",
                                        "decoder.weight2"};
    struct model *m = sample(LAYERS);
    for (size_t i = 0; i < N_OF(names); i++) {
        struct draft d = draft_of(m);
        d.tensors[d.n] = d.tensors[0];
        d.tensors[d.n++].name = names[i];
        write_draft(&d, NULL, 0);
        assert_refused(names[i], "is not part of a language model");
    }
    model_free(m);
}
END_TEST

START_TEST(a_tensor_of_another_shape_is_named)
{
    struct model *m = sample(LAYERS);
    const struct draft original = draft_of(m);
    float *zeros = zeroed(200, sizeof *zeros);
    for (int change = 0; change < 5; change++) {
        struct draft d = original;
        struct safetensors_tensor *t = &d.tensors[_i];
        t->data = zeros;
        switch (change) {
        case 0:
            t->shape[0]++;
            break;
        case 1:
            t->shape[0]--;
            break;
        case 2:
            t->shape[1]++;
            t->rank = 2; /* a bias becomes a matrix of one column */
            break;
        case 3:
            t->rank = t->rank == 1 ? 2 : 1;
            t->shape[1] = 1;
            break;
        default:
            t->dtype = DTYPE_U8;
        }
        write_draft(&d, NULL, 0);
        /* what encoder and decoder say of V, E and H is believed, and others then do not fit */
        const bool leads = strstr(t->name, "coder.weight") != NULL && change < 3;
        assert_refused(leads ? "tensor" : t->name, leads ? "expected" : "tensor");
    }
    mem_free(zeros);
    model_free(m);
}
END_TEST

START_TEST(a_tensor_that_is_transposed_is_named)
{
    struct model *m = model_of(lstm_shape(5, 3, 2, LAYERS), 1.0f);
    struct draft d = draft_of(m);
    struct safetensors_tensor *t = &d.tensors[_i];
    if (t->rank == 2) {
        const uint64_t rows = t->shape[0];
        t->shape[0] = t->shape[1];
        t->shape[1] = rows;
        write_draft(&d, NULL, 0);
        const bool leads = strstr(t->name, "coder.weight") != NULL;
        assert_refused(leads ? "tensor" : t->name, "expected");
    }
    model_free(m);
}
END_TEST

START_TEST(a_vocabulary_that_is_not_bytes_is_refused)
{
    static const int64_t words[3] = {1, 2, 3};
    struct model *m = sample(1);
    for (int change = 0; change < 2; change++) {
        struct draft d = draft_of(m);
        d.tensors[d.n++] = (struct safetensors_tensor){.name = "vocab",
                                                       .dtype = change ? DTYPE_I64 : DTYPE_U8,
                                                       .rank = change ? 1 : 2,
                                                       .shape = {3, 1},
                                                       .data = words};
        write_draft(&d, NULL, 0);
        assert_refused("'vocab'", "bytes");
    }
    model_free(m);
}
END_TEST

/* Sizes that would need up to 2^62 bytes of weights; the files have none of them. */
START_TEST(shapes_too_large_for_memory_are_refused_before_allocation)
{
    static const struct {
        uint64_t encoder[2], decoder[2];
        const char *text;
    } shapes[] = {
        {{UINT64_C(1) << 40, 0}, {UINT64_C(1) << 40, 0}, "vocabulary"},
        {{0, UINT64_C(1) << 62}, {0, UINT64_C(1) << 62}, "vocabulary"},
        {{UINT64_C(1) << 24, 0}, {0, 65536}, "an embedding of 0"},
        {{5, 3}, {0, 65536}, "expected"},
    };
    struct model *m = sample(1);
    for (size_t i = 0; i < N_OF(shapes); i++) {
        struct draft d = draft_of(m);
        memcpy(d.tensors[0].shape, shapes[i].encoder, sizeof shapes[i].encoder);
        memcpy(d.tensors[d.n - 2].shape, shapes[i].decoder, sizeof shapes[i].decoder);
        write_draft(&d, NULL, 0);
        assert_refused(shapes[i].text, "");
    }
    model_free(m);
}
END_TEST

START_TEST(too_many_layers_are_refused)
{
    struct model *m = sample(1);
    struct draft d = draft_of(m);
    static char names[MODEL_LAYERS_MAX + 1][PARAM_NAME_MAX];
    for (size_t l = 1; l <= MODEL_LAYERS_MAX; l++) {
        snprintf(names[l], sizeof names[l], "rnn.weight_hh_l%zu", l);
        d.tensors[d.n] = d.tensors[2];
        d.tensors[d.n++].name = names[l];
    }
    write_draft(&d, NULL, 0);
    assert_refused("more than 32 layers", "");
    model_free(m);
}
END_TEST

/* Numbers --------------------------------------------------------------------- */

START_TEST(a_weight_that_is_not_finite_is_refused_and_its_tensor_named)
{
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    struct model *m = sample(LAYERS);
    const struct param *p = &m->params.items[_i];
    float *weights = m->weights + p->offset;
    const size_t places[] = {0, param_size(p) / 2, param_size(p) - 1};
    for (size_t i = 0; i < N_OF(bad); i++) {
        const float kept = weights[places[i]];
        char text[80];
        weights[places[i]] = bad[i];
        save(m, NULL);
        snprintf(text, sizeof text, "element %zu of '%s'", places[i], p->name);
        assert_refused(text, i == 0 ? "not a number" : "infinite");
        weights[places[i]] = kept;
    }
    model_free(m);
}
END_TEST

START_TEST(the_ends_of_the_range_of_float_are_accepted)
{
    static const float odd[] = {0x1p-149f, -0x1p-126f, 3.4028235e38f, -3.4028235e38f, -0.0f};
    struct model *m = sample(1);
    memcpy(m->weights, odd, sizeof odd);
    save(m, NULL);
    struct model *read = load(NULL);
    assert_same_model(m, read);
    model_free(m);
    model_free(read);
}
END_TEST

static Suite *model_file_suite(void)
{
    Suite *s = suite_create("model_file");
    TCase *tc = tcase_create("model_file");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_test(tc, what_is_saved_comes_back);
    tcase_add_test(tc, a_model_without_notes_comes_back_without);
    tcase_add_test(tc, a_note_has_as_many_bytes_as_json_that_is_parsed_and_no_more);
    tcase_add_loop_test(tc, a_tensor_that_is_missing_is_named, 0, PARAMS);
    tcase_add_test(tc, an_unexpected_tensor_is_named);
    tcase_add_loop_test(tc, a_tensor_of_another_shape_is_named, 0, PARAMS);
    tcase_add_loop_test(tc, a_tensor_that_is_transposed_is_named, 0, PARAMS);
    tcase_add_test(tc, a_vocabulary_that_is_not_bytes_is_refused);
    tcase_add_test(tc, shapes_too_large_for_memory_are_refused_before_allocation);
    tcase_add_test(tc, too_many_layers_are_refused);
    tcase_add_loop_test(tc, a_weight_that_is_not_finite_is_refused_and_its_tensor_named, 0, PARAMS);
    tcase_add_test(tc, the_ends_of_the_range_of_float_are_accepted);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(model_file_suite())
