/* Model files of other programs: other types of floats, prefixes of names, tied weights; and what
 * they do not say. */
#include <check.h>
#include <math.h>

#include "tests/support/model_file_support.h"

START_TEST(a_file_without_metadata_and_checksum_is_read)
{
    struct model *m = sample(2);
    struct model_notes notes = {0};
    write_plainly(m, 1);
    struct model *read = load(&notes);
    assert_same_model(m, read);
    ck_assert(!notes.has_checksum);
    ck_assert_uint_eq(notes.vocab.len, 0);
    model_notes_fini(&notes);
    model_free(m);
    model_free(read);
}
END_TEST

START_TEST(a_cell_that_is_not_known_is_refused)
{
    static const struct safetensors_pair cells[] = {
        {"ptblm.cell", "perceptron"}, {"ptblm.cell", ""}, {"ptblm.cell", "\x1b[31m\n"}};
    struct model *m = sample(1);
    const struct draft d = draft_of(m);
    for (size_t i = 0; i < N_OF(cells); i++) {
        write_draft(&d, &cells[i], 1);
        assert_refused("cells of the kind", i == 0 ? "perceptron" : "");
    }
    model_free(m);
}
END_TEST

/* Types ----------------------------------------------------------------------- */

static const struct {
    enum safetensors_dtype dtypes[4];
    size_t n;
    const char *text;
} typed[] = {
    {{DTYPE_F16}, 1, "F16"},
    {{DTYPE_BF16}, 1, "BF16"},
    {{DTYPE_F64}, 1, "F64"},
    {{DTYPE_F32}, 1, "F32"},
    {{DTYPE_F64, DTYPE_BF16, DTYPE_F32, DTYPE_F16}, 4, "F16, BF16, F32, F64"},
};

START_TEST(weights_of_any_type_of_float_are_read_exactly)
{
    struct model *m = sample(2);
    struct model_notes notes = {0};
    char text[MODEL_TYPES_TEXT];
    round_weights(m);
    const struct draft d = typed_draft_of(m, typed[_i].dtypes, typed[_i].n);
    write_draft(&d, NULL, 0);
    struct model *read = load(&notes);
    assert_same_model(m, read);
    ck_assert_str_eq(model_types_text(text, notes.origin.types), typed[_i].text);
    save(read, NULL); /* what is written is float32 */
    struct model *again = load(&notes);
    assert_same_model(m, again);
    ck_assert_str_eq(model_types_text(text, notes.origin.types), "F32");
    model_notes_fini(&notes);
    free_typed(&d);
    model_free(m);
    model_free(read);
    model_free(again);
}
END_TEST

/* The upper bits of an infinity and of a NaN, of a tensor's last element. */
START_TEST(a_number_of_any_type_that_is_not_finite_is_named)
{
    static const struct {
        enum safetensors_dtype dtype;
        unsigned bits[2];
    } rows[] = {{DTYPE_F16, {0x7c00, 0x7e00}},
                {DTYPE_BF16, {0xff80, 0x7fc0}},
                {DTYPE_F64, {0x7ff0, 0xfff8}}};
    struct model *m = sample(1);
    round_weights(m);
    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct draft d = typed_draft_of(m, &rows[i].dtype, 1);
        const struct safetensors_tensor *t = &d.tensors[d.n - 1];
        unsigned char *end = (unsigned char *)(uintptr_t)t->data + safetensors_bytes(t);
        memset(end - 8, 0, 8);
        for (int j = 0; j < 2; j++) {
            end[-1] = (unsigned char)(rows[i].bits[j] >> 8);
            end[-2] = (unsigned char)rows[i].bits[j];
            write_draft(&d, NULL, 0);
            assert_refused("element 4 of 'decoder.bias'", j == 0 ? "infinite" : "not a number");
        }
        free_typed(&d);
    }
    model_free(m);
}
END_TEST

START_TEST(an_f64_that_float32_cannot_hold_is_named)
{
    static const enum safetensors_dtype f64 = DTYPE_F64;
    struct model *m = sample(1);
    round_weights(m);
    const struct draft d = typed_draft_of(m, &f64, 1);
    double *numbers = (double *)(uintptr_t)d.tensors[1].data;
    numbers[3] = -1e39;
    write_draft(&d, NULL, 0);
    assert_refused("element 3 of 'rnn.weight_ih_l0' is -1e+39", "float32");
    numbers[3] = 3e38;
    write_draft(&d, NULL, 0);
    struct model *read = load(NULL);
    ck_assert(model_weight(read, 1)[3] == 3e38f);
    free_typed(&d);
    model_free(m);
    model_free(read);
}
END_TEST

START_TEST(integers_are_no_weights)
{
    struct model *m = sample(1);
    struct draft d = draft_of(m);
    double zeros[40] = {0};
    d.tensors[0].dtype = DTYPE_I64;
    d.tensors[0].data = zeros;
    write_draft(&d, NULL, 0);
    assert_refused("'encoder.weight' must be floats", "I64");
    model_free(m);
}
END_TEST

/* Names ----------------------------------------------------------------------- */

static const char *const accepted[] = {"module.", "_orig_mod.", "model.", "module._orig_mod.",
                                       "_orig_mod.module.model."};

/* Puts a prefix before the names of all but the last `without` tensors. */
static void rename_all(struct draft *d, const char *prefix, size_t without)
{
    static char names[PARAMS_MAX][2 * PARAM_NAME_MAX];
    for (size_t i = 0; i + without < d->n; i++) {
        snprintf(names[i], sizeof names[i], "%s%s", prefix, d->tensors[i].name);
        d->tensors[i].name = names[i];
    }
}

START_TEST(a_prefix_of_all_names_is_dropped)
{
    struct model *m = sample(2);
    struct model_notes notes = {0};
    struct draft d = draft_of(m);
    rename_all(&d, accepted[_i], 0);
    write_draft(&d, NULL, 0);
    struct model *read = load(&notes);
    assert_same_model(m, read);
    ck_assert_str_eq(notes.origin.prefix, accepted[_i]);
    model_notes_fini(&notes);
    model_free(m);
    model_free(read);
}
END_TEST

START_TEST(a_prefix_of_some_names_is_not_dropped)
{
    struct model *m = sample(1);
    struct draft d = draft_of(m);
    rename_all(&d, "module.", 1);
    write_draft(&d, NULL, 0);
    assert_refused("not a language model", "has a 'module.encoder.weight'");
    d = draft_of(m);
    rename_all(&d, "net.", 0);
    write_draft(&d, NULL, 0);
    assert_refused("no tensor 'encoder.weight'", "");
    model_free(m);
}
END_TEST

START_TEST(prefixes_have_a_limit)
{
    struct model *m = sample(1);
    struct draft d = draft_of(m);
    rename_all(&d, "module.module.module.module.module.", 0);
    write_draft(&d, NULL, 0);
    model_free(load(NULL));
    d.n = 1;
    char name[200] = "";
    for (size_t i = 0; i < 20; i++)
        strcat(name, "module.");
    d.tensors[0].name = name;
    write_draft(&d, NULL, 0);
    assert_refused("not a language model", "");
    model_free(m);
}
END_TEST

/* Tied weights ------------------------------------------------------------------ */

static struct model *tied_sample(size_t E, size_t H)
{
    struct model_shape shape = lstm_shape(5, E, H, 2);
    shape.tied = true;
    return model_of(shape, 1.0f);
}

static size_t find_tensor(const struct draft *d, const char *name)
{
    size_t i = 0;
    while (strcmp(d->tensors[i].name, name) != 0)
        i++;
    return i;
}

START_TEST(a_file_without_softmax_weights_is_tied)
{
    static const size_t widths[][2] = {{3, 3}, {3, 2}}; /* the second has a projection */
    for (size_t i = 0; i < N_OF(widths); i++) {
        struct model *m = tied_sample(widths[i][0], widths[i][1]);
        write_plainly(m, 0);
        struct model *read = load(NULL);
        ck_assert(read->shape.tied);
        assert_same_model(m, read);
        model_free(m);
        model_free(read);
    }
}
END_TEST

/* As safetensors.torch.save_model writes tensors that share memory. */
START_TEST(word_vectors_that_stand_under_the_decoders_name_alone_are_tied)
{
    static const struct safetensors_pair note = {"module.encoder.weight", "module.decoder.weight"};
    struct model *m = tied_sample(3, _i < 2 ? 3 : 2);
    struct model_notes notes = {0};
    struct draft d = draft_of(m);
    d.tensors[find_tensor(&d, "encoder.weight")].name = "decoder.weight";
    rename_all(&d, "module.", 0);
    write_draft(&d, &note, _i == 0 ? 1 : 0);
    struct model *read = load(&notes);
    ck_assert(read->shape.tied);
    assert_same_model(m, read);
    ck_assert_int_eq(notes.origin.decoder, _i == 0 ? MODEL_DECODER_NOTED : MODEL_DECODER_TAKEN);
    model_notes_fini(&notes);
    model_free(m);
    model_free(read);
}
END_TEST

/* Both are there and the same: legal untied weights, which stay two. */
START_TEST(equal_weights_that_stand_twice_stay_untied)
{
    struct model *m = model_of(lstm_shape(5, 3, 3, 1), 1.0f);
    struct draft d = draft_of(m);
    d.tensors[find_tensor(&d, "decoder.weight")].data =
        d.tensors[find_tensor(&d, "encoder.weight")].data;
    write_draft(&d, NULL, 0);
    struct model *read = load(NULL);
    ck_assert(!read->shape.tied);
    const float *encoder = model_weight(read, find_tensor(&d, "encoder.weight"));
    ck_assert_mem_eq(encoder, model_weight(read, find_tensor(&d, "decoder.weight")),
                     15 * sizeof *encoder);
    model_free(m);
    model_free(read);
}
END_TEST

/* Cells ------------------------------------------------------------------------- */

START_TEST(a_cell_that_no_file_names_is_the_first_that_fits_or_as_told)
{
    static const char *const rows[][3] = {
        {"lstm", "lstm", ""},     {"lstm-capped", NULL, NULL}, {"gru", "gru", ""},
        {"gru-cho", NULL, NULL},  {"rnn", "rnn", "rnn-relu"},  {"rnn-relu", "rnn", "rnn-relu"},
        {"lstm-norm", NULL, NULL}};
    struct model *m = model_of(model_shape_even(cell_find(rows[_i][0]), 5, 3, 2, 1), 1.0f);
    struct model_notes notes = {0};
    struct err err = {0};
    write_plainly(m, 0);
    if (rows[_i][1] == NULL) {
        assert_refused("no tensor 'rnn.bias_hh_l0'", "");
    } else {
        struct model *read = load(&notes);
        ck_assert_str_eq(read->shape.cell->name, rows[_i][1]);
        ck_assert_str_eq(notes.origin.other_cell != NULL ? notes.origin.other_cell->name : "",
                         rows[_i][2]);
        model_free(read);
        model_notes_fini(&notes);
    }
    struct model *read;
    ck_assert_int_eq(model_load_as(&read, &notes, test_file, m->shape.cell, &err), ST_OK);
    assert_same_model(m, read);
    ck_assert_ptr_null(notes.origin.other_cell);
    model_notes_fini(&notes);
    model_free(read);
    model_free(m);
}
END_TEST

static Suite *model_foreign_suite(void)
{
    Suite *s = suite_create("model_foreign");
    TCase *tc = tcase_create("model_foreign");
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_test(tc, a_file_without_metadata_and_checksum_is_read);
    tcase_add_test(tc, a_cell_that_is_not_known_is_refused);
    tcase_add_loop_test(tc, weights_of_any_type_of_float_are_read_exactly, 0, N_OF(typed));
    tcase_add_test(tc, a_number_of_any_type_that_is_not_finite_is_named);
    tcase_add_test(tc, an_f64_that_float32_cannot_hold_is_named);
    tcase_add_test(tc, integers_are_no_weights);
    tcase_add_loop_test(tc, a_prefix_of_all_names_is_dropped, 0, N_OF(accepted));
    tcase_add_test(tc, a_prefix_of_some_names_is_not_dropped);
    tcase_add_test(tc, prefixes_have_a_limit);
    tcase_add_test(tc, a_file_without_softmax_weights_is_tied);
    tcase_add_loop_test(tc, word_vectors_that_stand_under_the_decoders_name_alone_are_tied, 0, 3);
    tcase_add_test(tc, equal_weights_that_stand_twice_stay_untied);
    tcase_add_loop_test(tc, a_cell_that_no_file_names_is_the_first_that_fits_or_as_told, 0, 7);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(model_foreign_suite())
