/* Shapes that no network can have are refused, and equal shapes are told from others. */
#include "tests/support/err_support.h"
#include "tests/support/labels_support.h"
#include "tests/support/tap.h"

static struct model_shape shape;

/* Each makes a shape that is none, of a network of labels; `text` is in the message. */
static void one_label(void)
{
    shape.C = 1;
}
static void many_labels(void)
{
    shape.C = MODEL_LABELS_MAX + 1;
}
static void tied(void)
{
    shape.tied = true;
}
static void one_word(void)
{
    shape.V = 1;
}
static void no_vectors(void)
{
    shape.E = 0;
}
static void no_values(void)
{
    shape.features[1].V = 0;
}
static void no_width(void)
{
    shape.features[0].E = 0;
}
static void wide_feature(void)
{
    shape.features[0].E = MODEL_UNITS_MAX + 1;
}
static void many_features(void)
{
    shape.n_features = INPUT_FEATURES_MAX + 1;
}
static void features_of_numbers(void)
{
    shape.V = 0;
}
static void both_directions_of_a_language_model(void)
{
    shape.head = NULL;
    shape.n_features = 0;
    shape.bidirectional = true;
}
static void features_of_a_language_model(void)
{
    shape.head = NULL;
}
static void numbers_of_a_language_model(void)
{
    shape.head = NULL;
    shape.n_features = 0;
    shape.V = 0;
}

static void sum_of_widths(void)
{
    shape.sums_layers = true;
}
static void sum_of_one(void)
{
    shape.sums_layers = true;
    shape.L = 1;
}

static const struct {
    void (*spoil)(void);
    const char *text;
} spoilers[] = {
    {one_label, "1 label: "},
    {many_labels, "65537 labels: "},
    {tied, "labels cannot share"},
    {one_word, "a vocabulary of 1 words"},
    {no_vectors, "an embedding of 0"},
    {no_values, "feature 2 with 0 values"},
    {no_width, "feature 1 with 5 values and vectors of 0"},
    {wide_feature, "vectors of 65537"},
    {many_features, "17 features"},
    {features_of_numbers, "2 features: there must be at most 16, and only of words"},
    {both_directions_of_a_language_model, "one direction only"},
    {features_of_a_language_model, "no features"},
    {numbers_of_a_language_model, "a vocabulary of 0 words"},
    {sum_of_widths, "a sum of layers needs two or more layers of one width"},
    {sum_of_one, "a sum of layers needs"},
};

static void set_up(void)
{
    static const size_t layers[] = {5, 3, 0};
    shape = labels_shape(cell_find("lstm"), &head_crf, true);
    labels_layers(&shape, layers);
}

START_TEST(shapes_that_no_network_can_have_are_refused)
{
    struct model *m = NULL;
    set_up();
    ASSERT_OK(model_check_shape(&shape, &err));
    spoilers[_i].spoil();
    ASSERT_FAILS(model_check_shape(&shape, &err), ST_USAGE, spoilers[_i].text);
    ASSERT_FAILS(model_new(&m, &shape, &err), ST_USAGE, spoilers[_i].text);
    ck_assert_ptr_null(m);
}
END_TEST

START_TEST(a_shape_of_numbers_or_without_features_is_one)
{
    set_up();
    shape.n_features = 0;
    ASSERT_OK(model_check_shape(&shape, &err));
    shape.V = 0;
    ASSERT_OK(model_check_shape(&shape, &err));
    shape.bidirectional = true;
    ASSERT_OK(model_check_shape(&shape, &err));
}
END_TEST

/* What a spoiler changes makes a shape another one. */
START_TEST(shapes_that_differ_are_not_equal)
{
    set_up();
    struct model_shape other = shape;
    ck_assert(model_shape_equal(&shape, &other));
    spoilers[_i].spoil();
    ck_assert(!model_shape_equal(&shape, &other));
    set_up();
    shape.bidirectional = true;
    ck_assert(!model_shape_equal(&shape, &other));
}
END_TEST

/* Parameters ------------------------------------------------------------------------ */

static void assert_param(const struct model *m, size_t i, const char *name, size_t rows,
                         size_t cols)
{
    const struct param *p = &m->params.items[i];
    ck_assert_str_eq(p->name, name);
    ck_assert_uint_eq(p->rows, rows);
    ck_assert_uint_eq(p->cols, cols);
}

START_TEST(parameters_have_the_names_and_shapes_of_pytorch)
{
    static const char *const kinds[] = {"weight_ih", "weight_hh", "bias_ih", "bias_hh"};
    set_up();
    shape.bidirectional = true;
    struct model *m = model_of(shape, 0.1f);
    size_t at = 0;
    assert_param(m, at++, "encoder.weight", LABELS_V, LABELS_E);
    assert_param(m, at++, "features.0.weight", 5, 2);
    assert_param(m, at++, "features.1.weight", 2, 4);
    for (size_t l = 0; l < 2; l++)
        for (size_t d = 0; d < 2; d++)
            for (size_t k = 0; k < N_OF(kinds); k++) {
                char name[PARAM_NAME_MAX];
                const size_t input = l == 0 ? LABELS_E + 2 + 4 : 2 * shape.H[0];
                const size_t cols = k == 0 ? input : k == 1 ? shape.H[l] : 0;
                snprintf(name, sizeof name, "rnn.%s_l%zu%s", kinds[k], l, d ? "_reverse" : "");
                assert_param(m, at++, name, 4 * shape.H[l], cols);
            }
    assert_param(m, at++, "decoder.weight", LABELS_C, 2 * shape.H[1]);
    assert_param(m, at++, "decoder.bias", LABELS_C, 0);
    assert_param(m, at++, "crf.transitions", LABELS_C, LABELS_C);
    assert_param(m, at++, "crf.start", LABELS_C, 0);
    assert_param(m, at++, "crf.end", LABELS_C, 0);
    ck_assert_uint_eq(m->params.n, at);
    model_free(m);
}
END_TEST

START_TEST(a_forget_bias_is_added_in_both_directions)
{
    struct init_settings init = init_uniform(0.1);
    set_up();
    shape.bidirectional = true;
    struct model *m = model_of(shape, 0.0f);
    init.forget_bias = 1.0;
    ASSERT_OK(model_initialise(m, &init, 1, &err));
    for (size_t l = 0; l < 2; l++)
        for (size_t d = 0; d < 2; d++) {
            const struct network_layer *layer = &m->net.layers[l];
            const size_t H = layer->shape.H;
            const float *bias = model_weight(m, layer->params[d][2]); /* gates i, f, g, o */
            for (size_t j = 0; j < 4 * H; j++)
                ck_assert_float_eq(bias[j], j / H == 1 ? 1.0f : 0.0f);
        }
    model_free(m);
}
END_TEST

static Suite *model_shape_suite(void)
{
    Suite *s = suite_create("model_shape");
    TCase *tc = tcase_create("model_shape");
    tcase_add_loop_test(tc, shapes_that_no_network_can_have_are_refused, 0, (int)N_OF(spoilers));
    tcase_add_test(tc, a_shape_of_numbers_or_without_features_is_one);
    tcase_add_loop_test(tc, shapes_that_differ_are_not_equal, 0, (int)N_OF(spoilers));
    tcase_add_test(tc, parameters_have_the_names_and_shapes_of_pytorch);
    tcase_add_test(tc, a_forget_bias_is_added_in_both_directions);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(model_shape_suite())
