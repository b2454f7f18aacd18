/* The settings of a run: presets, and what is decided where something is left open. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/task/settings/preset.h"
#include "lib/task/settings/train_settings.h"
#include "tests/support/tap.h"

static const struct setting_group groups[] = {TRAIN_GROUPS(0), {.rows = NULL}};

static struct train_settings s;
static bool given[SETTINGS_MAX];
static const struct setting_values values = {groups, &s, given};
static struct err err;

static void setup(void)
{
    s = (struct train_settings){0};
    memset(given, 0, sizeof given);
    ck_assert_int_eq(setting_set_defaults(groups, &s, &err), ST_OK);
}

static void give(const char *name, const char *text)
{
    struct setting_ref at;
    ck_assert_msg(setting_find(groups, name, &at), "%s", name);
    ck_assert_int_eq(setting_set(at.row, setting_base(&at, &s), name, text, &err), ST_OK);
    given[at.index] = true;
}

static void complete(void)
{
    ck_assert_msg(train_settings_complete(&s, &values, &err) == ST_OK, "%s", err.text);
}

/* --- presets --- */

/* ptb_word_lm.py: TestConfig, SmallConfig, MediumConfig, LargeConfig. */
static const struct {
    const char *name;
    double init_scale, lr, max_grad_norm;
    int layers, steps, hidden, hold, epochs;
    double dropout, lr_decay;
} tutorial[] = {
    {"test", 0.1, 1, 1, 1, 2, 2, 1, 1, 0, 0.5},
    {"small", 0.1, 1, 5, 2, 20, 200, 4, 13, 0, 0.5},
    {"medium", 0.05, 1, 5, 2, 35, 650, 6, 39, 0.5, 0.8},
    {"large", 0.04, 1, 10, 2, 35, 1500, 14, 55, 0.65, 1 / 1.15},
};

START_TEST(the_presets_are_the_tutorials)
{
    give("preset", tutorial[_i].name);
    complete();
    const struct model_shape shape = train_shape_of(&s);
    const struct train_config c = train_config_of(&s);
    ck_assert_int_eq((int)shape.L, tutorial[_i].layers);
    ck_assert_int_eq((int)shape.E, tutorial[_i].hidden);
    for (size_t l = 0; l < shape.L; l++)
        ck_assert_int_eq((int)shape.H[l], tutorial[_i].hidden);
    ck_assert(s.model.init_scale == tutorial[_i].init_scale);
    ck_assert(c.B == 20 && c.T == (size_t)tutorial[_i].steps);
    ck_assert_int_eq(c.epochs, tutorial[_i].epochs);
    ck_assert(c.masks.input == tutorial[_i].dropout);
    ck_assert(c.max_grad_norm == tutorial[_i].max_grad_norm);
    ck_assert(c.rate.lr == tutorial[_i].lr && c.rate.decay == tutorial[_i].lr_decay);
    ck_assert_int_eq((int)c.rate.hold, tutorial[_i].hold);
    ck_assert_str_eq(c.optim->name, "sgd");
    ck_assert_str_eq(c.schedule->name, "decay");
    ck_assert_str_eq(shape.cell->name, "lstm");
    ck_assert(c.seed == 1);
}
END_TEST

START_TEST(every_value_of_a_preset_is_a_setting_s)
{
    for (size_t i = 0; preset_at(i) != NULL; i++) {
        const struct preset *p = preset_at(i);
        ck_assert_ptr_eq(preset_find(p->name), p);
        setup();
        ck_assert_msg(preset_apply(p, &values, &err) == ST_OK, "%s: %s", p->name, err.text);
        for (const struct preset_value *v = p->values; v->setting != NULL; v++)
            for (const struct preset_value *w = v + 1; w->setting != NULL; w++)
                ck_assert_str_ne(v->setting, w->setting);
    }
    ck_assert_ptr_null(preset_find("tiny"));
}
END_TEST

/* Settings that say nothing where they are not given. */
static bool may_stay_open(const struct setting *row)
{
    return row->check != NULL /* initialisers */ || strcmp(row->name, "vectors") == 0;
}

START_TEST(a_preset_leaves_nothing_open)
{
    for (size_t i = 0; preset_at(i) != NULL; i++) {
        ck_assert_int_eq(train_settings_of_preset(&s, preset_at(i)->name, &err), ST_OK);
        for (struct setting_ref at = {0}; setting_next(groups, &at);)
            ck_assert_msg(setting_is_set(at.row, setting_base(&at, &s)) || may_stay_open(at.row) ||
                              !setting_applies(&values, at.row),
                          "%s of %s", at.row->name, preset_at(i)->name);
    }
}
END_TEST

START_TEST(a_preset_of_nonsense_is_refused)
{
    static const struct preset_value unknown[] = {{"hiden", "3"}, {NULL, NULL}};
    static const struct preset_value wrong[] = {{"hidden", "0"}, {NULL, NULL}};
    const struct preset a = {.name = "a", .values = unknown}, b = {.name = "b", .values = wrong};
    ck_assert_int_eq(preset_apply(&a, &values, &err), ST_USAGE);
    ck_assert_str_eq(err.text, "'hiden' of the preset 'a' is no setting");
    ck_assert_int_eq(preset_apply(&b, &values, &err), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "'hidden' of the preset 'b' wants"));
}
END_TEST

START_TEST(given_settings_take_precedence_over_the_preset)
{
    give("preset", "medium");
    give("dropout", "0");
    give("epochs", "3");
    complete();
    ck_assert(s.training.dropout == 0.0 && s.training.epochs == 3 && s.training.steps == 35);
    ck_assert(s.training.max_grad_norm == 5.0);
}
END_TEST

/* --- widths --- */

START_TEST(one_width_is_that_of_every_layer)
{
    give("hidden", "7");
    give("layers", "3");
    complete();
    const struct model_shape shape = train_shape_of(&s);
    ck_assert(shape.L == 3 && shape.E == 7 && shape.V == 0);
    ck_assert(shape.H[0] == 7 && shape.H[1] == 7 && shape.H[2] == 7);
    ck_assert(model_shape_is_even(&shape));
}
END_TEST

START_TEST(a_list_of_widths_says_how_many_layers_there_are)
{
    give("hidden", "30,20,10"); /* the preset has two layers */
    give("embedding", "5");
    complete();
    const struct model_shape shape = train_shape_of(&s);
    ck_assert(shape.L == 3 && s.model.layers == 3 && shape.E == 5);
    ck_assert(shape.H[0] == 30 && shape.H[1] == 20 && shape.H[2] == 10);
    complete(); /* changes nothing any more */
    ck_assert(s.model.hidden.n == 3);
}
END_TEST

START_TEST(the_embedding_is_as_wide_as_the_first_layer)
{
    give("hidden", "30,20");
    give("layers", "2");
    complete();
    ck_assert_int_eq(s.model.embedding, 30);
}
END_TEST

START_TEST(widths_and_layers_must_agree)
{
    give("hidden", "30,20");
    give("layers", "3");
    ck_assert_int_eq(train_settings_complete(&s, &values, &err), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "hidden has the widths of 2 layers, and layers is 3"));
}
END_TEST

START_TEST(the_configuration_has_every_setting)
{
    static const char *const all[][2] = {{"epochs", "9"},
                                         {"batch", "8"},
                                         {"steps", "7"},
                                         {"seed", "6"},
                                         {"dropout", "0.25"},
                                         {"max-grad-norm", "4"},
                                         {"lr", "3"},
                                         {"lr-decay", "0.125"},
                                         {"hold", "2"},
                                         {"schedule", "plateau"},
                                         {"reports", "5"},
                                         {"checkpoint-minutes", "0.5"},
                                         {"checkpoint-windows", "12"},
                                         {"on-divergence", "retry"}};
    for (size_t i = 0; i < N_OF(all); i++)
        give(all[i][0], all[i][1]);
    complete();
    const struct train_config c = train_config_of(&s);
    ck_assert(c.epochs == 9 && c.B == 8 && c.T == 7 && c.seed == 6 && c.reports == 5);
    ck_assert(c.masks.input == 0.25 && c.max_grad_norm == 4.0 && c.rate.lr == 3.0);
    ck_assert(c.rate.decay == 0.125 && c.rate.hold == 2 && c.schedule == schedule_find("plateau"));
    ck_assert(c.checkpoint_seconds == 30.0 && c.checkpoint_windows == 12);
    ck_assert(train_settings_retry(&s));
}
END_TEST

/* --- optimisers and schedules --- */

/* A row's default, where it has one, is that of each optimiser that reads the setting. */
START_TEST(optimisers_and_schedules_have_their_defaults)
{
    for (size_t i = 0; optim_at(i) != NULL; i++) {
        const struct optim_ops *ops = optim_at(i);
        setup();
        give("optim", ops->name);
        complete();
        for (const struct setting *row = optim_settings_rows; row->name != NULL; row++) {
            const char *got = (const char *)&s.optim + row->offset;
            const char *want = (const char *)&ops->defaults + row->offset;
            const size_t size = row->type == SETTING_FLAG ? sizeof(bool) : sizeof(double);
            if (optim_uses(ops, row->name) && memcmp(got, want, size) != 0)
                ck_abort_msg("%s of %s", row->name, ops->name);
        }
        ck_assert_double_eq(s.schedule.lr, ops->lr > 0.0 ? ops->lr : 1.0);
    }
    setup();
    give("schedule", "one-cycle");
    complete();
    const struct schedule_settings *d = &schedule_find("one-cycle")->defaults;
    ck_assert(s.schedule.warmup == d->warmup && s.schedule.start_divisor == d->start_divisor &&
              s.schedule.end_divisor == d->end_divisor);
}
END_TEST

START_TEST(sgd_has_the_rate_of_the_cell)
{
    for (size_t i = 0; cell_at(i) != NULL; i++) {
        const double lr = cell_at(i)->lr;
        setup();
        give("cell", cell_at(i)->name);
        complete();
        ck_assert_double_eq(s.schedule.lr, lr > 0.0 ? lr : 1.0);
        give("optim", "adam");
        complete();
        ck_assert_double_eq(s.schedule.lr, 0.001);
        give("lr", "0.7");
        complete();
        ck_assert_double_eq(s.schedule.lr, 0.7);
    }
    ck_assert_double_eq(cell_find("lstm")->lr, 0.0); /* the tutorial's, whose cell it is */
    ck_assert_double_eq(cell_find("gru")->lr, 0.3);
}
END_TEST

START_TEST(given_settings_take_precedence_over_the_optimisers_defaults)
{
    give("optim", "adamw");
    give("schedule", "one-cycle");
    give("lr", "1");
    give("eps", "0.5");
    give("beta1", "0");
    give("weight-decay", "0");
    give("warmup", "0");
    complete();
    const struct train_config c = train_config_of(&s);
    ck_assert(c.rate.lr == 1.0 && c.rate.warmup == 0.0 && c.optim_settings.eps == 0.5);
    ck_assert(c.optim_settings.beta1 == 0.0 && c.optim_settings.weight_decay == 0.0);
}
END_TEST

/* Names in `uses` are names of rows, and each row is used. */
START_TEST(rows_and_optimisers_and_schedules_name_the_same_settings)
{
    struct setting_ref at;
    size_t used = 0;
    for (size_t i = 0; optim_at(i) != NULL; i++)
        for (size_t k = 0; optim_at(i)->uses[k] != NULL; k++)
            ck_assert_msg(setting_find(groups, optim_at(i)->uses[k], &at) &&
                              setting_applies_to(at.row, optim_at(i)->name),
                          "%s", optim_at(i)->uses[k]);
    for (size_t i = 0; schedule_at(i) != NULL; i++)
        for (size_t k = 0; schedule_at(i)->uses[k] != NULL; k++)
            ck_assert_msg(
                setting_find(groups, schedule_at(i)->uses[k], &at) &&
                    (at.row->owner == NULL || setting_applies_to(at.row, schedule_at(i)->name)),
                "%s", schedule_at(i)->uses[k]);
    for (const struct setting *row = optim_settings_rows; row->name != NULL; row++, used = 0) {
        for (size_t i = 0; optim_at(i) != NULL; i++)
            used += optim_uses(optim_at(i), row->name);
        ck_assert_msg(used > 0, "%s", row->name);
    }
    for (const struct setting *row = schedule_settings_rows; row->name != NULL; row++, used = 0) {
        for (size_t i = 0; schedule_at(i) != NULL; i++)
            used += schedule_uses(schedule_at(i), row->name);
        ck_assert_msg(used > 0, "%s", row->name);
    }
}
END_TEST

START_TEST(contradictory_settings_are_refused)
{
    give("nesterov", "yes");
    ck_assert_int_eq(train_settings_complete(&s, &values, &err), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "momentum"));
}
END_TEST

START_TEST(settings_without_effect_on_the_first_weights_are_refused)
{
    give("init-scale", "0.3");
    ck_assert_int_eq(train_settings_complete(&s, &values, &err), ST_OK);
    ck_assert_int_eq(train_settings_check_start(&s, &values, &err), ST_OK);
    give("init", "normal:0.1");
    ck_assert_int_eq(train_settings_check_start(&s, &values, &err), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "init-scale"));
    give("init-output", "uniform");
    ck_assert_int_eq(train_settings_check_start(&s, &values, &err), ST_OK);
    give("tie", "yes");
    ck_assert_int_eq(train_settings_check_start(&s, &values, &err), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "init-output"));
    s.model.embedding++; /* there is a projection */
    ck_assert_int_eq(train_settings_check_start(&s, &values, &err), ST_OK);
}
END_TEST

START_TEST(dropout_between_wants_two_layers)
{
    give("layers", "1");
    give("dropout-between", "0.3");
    ck_assert_int_eq(train_settings_complete(&s, &values, &err), ST_OK);
    ck_assert_int_eq(train_settings_check_start(&s, &values, &err), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "dropout-between"));
    s.training.dropout_between = 0.0;
    ck_assert_int_eq(train_settings_check_start(&s, &values, &err), ST_OK);
}
END_TEST

START_TEST(dropout_kind_and_samples_want_dropout)
{
    static const char *const names[] = {"dropout-kind", "dropout-samples"};
    static const char *const texts[] = {"locked", "2"};
    for (size_t i = 0; i < N_OF(names); i++) {
        setup();
        give(names[i], texts[i]);
        ck_assert_int_eq(train_settings_complete(&s, &values, &err), ST_OK);
        ck_assert_int_eq(train_settings_check_start(&s, &values, &err), ST_USAGE);
        ck_assert_ptr_nonnull(strstr(err.text, names[i]));
        s.training.dropout_output = 0.1;
        ck_assert_int_eq(train_settings_check_start(&s, &values, &err), ST_OK);
        s.training.dropout_output = 0.0;
        s.training.dropout_state = 0.1; /* locked in any case */
        ck_assert_int_eq(train_settings_check_start(&s, &values, &err), i == 0 ? ST_USAGE : ST_OK);
        s.training.dropout_state = 0.0;
        s.preset = "fast"; /* its dropout comes with the text */
        ck_assert_int_eq(train_settings_check_start(&s, &values, &err), ST_OK);
    }
}
END_TEST

START_TEST(matrices_only_leave_the_softmax_bias_zero)
{
    give("init", "identity");
    ck_assert_int_eq(train_settings_complete(&s, &values, &err), ST_OK);
    const struct init_settings init = train_init_of(&s);
    ck_assert_str_eq(init.of[PARAM_OUTPUT].ops->name, "identity");
    ck_assert_str_eq(init.of[PARAM_OUTPUT_BIAS].ops->name, "zero");
    ck_assert_str_eq(init.of[PARAM_GAIN].ops->name, "constant");
    ck_assert(init.of[PARAM_GAIN].x == 1.0);
    ck_assert_str_eq(init.of[PARAM_SHIFT].ops->name, "zero");
    struct setting_ref at;
    ck_assert(setting_find(values.groups, "init-bias", &at));
    ck_assert_int_eq(at.row->check("identity", &err), ST_USAGE);
    ck_assert_int_eq(at.row->check("constant:1", &err), ST_OK);
}
END_TEST

START_TEST(a_place_drops_as_all_do_or_as_it_is_told)
{
    give("dropout", "0.4");
    give("dropout-between", "0.2");
    give("dropout-output", "0");
    complete();
    const struct mask_settings m = train_config_of(&s).masks;
    ck_assert(m.kind == &mask_element && m.input == 0.4 && m.between == 0.2 && m.output == 0.0);
    ck_assert(m.word == 0.0 && m.state == 0.0 && m.weights == 0.0);
    const struct masks masks = masks_new(&m, 3, 1);
    ck_assert_uint_eq(masks.n, 3); /* the input, and twice between */
}
END_TEST

/* Of every preset: its share for a place is that of the place, be it 0; and a share that is given
 * for all places is that of all. */
START_TEST(a_place_drops_as_its_preset_says_unless_all_are_given)
{
    static const char *const names[] = {"dropout-input", "dropout-between", "dropout-output"};
    for (size_t i = 0; preset_at(i) != NULL; i++) {
        setup();
        give("preset", preset_name_at(i));
        give("task", preset_task(preset_at(i)));
        complete();
        const struct mask_settings m = train_config_of(&s).masks;
        const double drops[] = {m.input, m.between, m.output};
        for (size_t place = 0; place < N_OF(names); place++) {
            const char *own = preset_value(preset_at(i), names[place]);
            ck_assert_msg(drops[place] == (own != NULL ? atof(own) : s.training.dropout), "%s: %s",
                          preset_name_at(i), names[place]);
        }
        setup();
        give("preset", preset_name_at(i));
        give("task", preset_task(preset_at(i)));
        give("dropout", "0.125");
        complete();
        const struct mask_settings all = train_config_of(&s).masks;
        ck_assert(all.input == 0.125 && all.between == 0.125 && all.output == 0.125);
    }
}
END_TEST

START_TEST(words_are_not_dropped_where_there_are_none)
{
    give("task", "classify");
    give("preset", "images");
    give("dropout-word", "0.1");
    complete();
    const struct train_config config = train_config_of(&s);
    struct model_shape shape = train_shape_of(&s);
    ck_assert_int_eq(train_check_masks(&config, &shape, &err), ST_USAGE);
    shape.V = 10;
    ck_assert_int_eq(train_check_masks(&config, &shape, &err), ST_OK);
}
END_TEST

START_TEST(smoothing_goes_neither_with_samples_nor_with_a_crf)
{
    give("label-smoothing", "0.1");
    give("dropout-samples", "2");
    give("dropout-word", "0.1");
    ck_assert_int_eq(train_settings_complete(&s, &values, &err), ST_OK);
    ck_assert_int_eq(train_settings_check_start(&s, &values, &err), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "label-smoothing"));
    setup();
    give("task", "label");
    give("preset", "chunks");
    give("label-smoothing", "0.1");
    ck_assert_int_eq(train_settings_complete(&s, &values, &err), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "crf"));
}
END_TEST

static Suite *train_settings_suite(void)
{
    Suite *suite = suite_create("train_settings");
    TCase *tc = tcase_create("train_settings");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, the_presets_are_the_tutorials, 0, N_OF(tutorial));
    tcase_add_test(tc, every_value_of_a_preset_is_a_setting_s);
    tcase_add_test(tc, a_preset_leaves_nothing_open);
    tcase_add_test(tc, a_preset_of_nonsense_is_refused);
    tcase_add_test(tc, given_settings_take_precedence_over_the_preset);
    tcase_add_test(tc, one_width_is_that_of_every_layer);
    tcase_add_test(tc, a_list_of_widths_says_how_many_layers_there_are);
    tcase_add_test(tc, the_embedding_is_as_wide_as_the_first_layer);
    tcase_add_test(tc, widths_and_layers_must_agree);
    tcase_add_test(tc, the_configuration_has_every_setting);
    tcase_add_test(tc, optimisers_and_schedules_have_their_defaults);
    tcase_add_test(tc, sgd_has_the_rate_of_the_cell);
    tcase_add_test(tc, given_settings_take_precedence_over_the_optimisers_defaults);
    tcase_add_test(tc, rows_and_optimisers_and_schedules_name_the_same_settings);
    tcase_add_test(tc, contradictory_settings_are_refused);
    tcase_add_test(tc, settings_without_effect_on_the_first_weights_are_refused);
    tcase_add_test(tc, dropout_between_wants_two_layers);
    tcase_add_test(tc, dropout_kind_and_samples_want_dropout);
    tcase_add_test(tc, matrices_only_leave_the_softmax_bias_zero);
    tcase_add_test(tc, a_place_drops_as_all_do_or_as_it_is_told);
    tcase_add_test(tc, a_place_drops_as_its_preset_says_unless_all_are_given);
    tcase_add_test(tc, words_are_not_dropped_where_there_are_none);
    tcase_add_test(tc, smoothing_goes_neither_with_samples_nor_with_a_crf);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(train_settings_suite())
