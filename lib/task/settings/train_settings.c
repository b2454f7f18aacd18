#include "lib/task/settings/train_settings.h"

#include <stdio.h>
#include <string.h>

#include "lib/optim/optim.h"
#include "lib/optim/schedule.h"
#include "lib/task/settings/preset.h"

/* One width is that of every layer; several say how many layers there are. */
static enum status spread_hidden(struct model_settings *m, bool layers_given, struct err *err)
{
    if (m->hidden.n > 1 && layers_given && (size_t)m->layers != m->hidden.n)
        return err_set(
            err, ST_USAGE,
            "hidden has the widths of %zu layers, and layers is %d: leave layers out, or "
            "give one width for all",
            m->hidden.n, (int)m->layers);
    if (m->hidden.n > 1)
        m->layers = (int64_t)m->hidden.n;
    for (; m->hidden.n < (size_t)m->layers; m->hidden.n++)
        m->hidden.items[m->hidden.n] = m->hidden.items[0];
    return ST_OK;
}

/* A preset's learning rate is for the LSTM and for sgd, or for the optimiser that it names. */
static double default_lr(const struct train_settings *s, bool as_preset)
{
    const struct optim_ops *optim = optim_find(s->rate.optim);
    const struct cell_ops *cell = cell_find(s->model.cell);
    if (as_preset)
        return s->schedule.lr;
    if (optim->lr > 0.0)
        return optim->lr;
    return cell->lr > 0.0 ? cell->lr : s->schedule.lr;
}

bool train_settings_of_labels(const struct train_settings *s)
{
    return task_find(s->label.task)->of_labels;
}

/* A task has a usual preset, and a preset may have a task. */
static enum status choose_preset(struct train_settings *s, const struct setting_values *values,
                                 struct err *err)
{
    const struct preset *preset = preset_find(s->preset);
    if (!setting_is_given(values, "preset") && setting_is_given(values, "task"))
        preset = preset_of_task(s->label.task);
    s->preset = preset->name;
    TRY(preset_choose(preset, values, err));
    if (strcmp(preset_task(preset), s->label.task) == 0)
        return ST_OK;
    return err_set(err, ST_USAGE, "the preset '%s' is for the task '%s', not '%s'", preset->name,
                   preset_task(preset), s->label.task);
}

static enum status complete_labels(struct train_settings *s, struct err *err)
{
    const struct task_ops *task = task_find(s->label.task);
    const bool per_step = task == &task_label;
    if (s->label.head == NULL)
        s->label.head = per_step ? head_steps.name : head_last.name;
    if (s->label.metric == NULL)
        s->label.metric = task->metrics[0]->name;
    if ((head_find(s->label.head)->targets == HEAD_PER_STEP) != per_step)
        return err_set(err, ST_USAGE, "the head '%s' gives %s, and the task '%s' wants %s",
                       s->label.head,
                       per_step ? "one label for a sequence" : "a label for each step", task->name,
                       per_step ? "one for each step" : "one for each sequence");
    if (s->training.label_smoothing > 0.0 && head_find(s->label.head) == &head_crf)
        return err_set(err, ST_USAGE, "label-smoothing has no effect on the head '%s'",
                       s->label.head);
    if (task_find_metric(task, s->label.metric) == NULL)
        return err_set(err, ST_USAGE, "the task '%s' is not measured by '%s'", task->name,
                       s->label.metric);
    return ST_OK;
}

/* The places that have no share of their own drop as all do. A share that is given for all places
 * counts for more than those that the preset has for single ones. */
static void fill_dropout(struct training_settings *t, const struct preset *preset,
                         const struct setting_values *values)
{
    const struct {
        const char *name;
        double *drop;
    } places[] = {
        {"dropout-input", &t->dropout_input},
        {"dropout-between", &t->dropout_between},
        {"dropout-output", &t->dropout_output},
    };
    const bool all_given = setting_is_given(values, "dropout");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (!setting_is_given(values, places[i].name) &&
            (all_given || !preset_has(preset, places[i].name)))
            *places[i].drop = t->dropout;
}

enum status train_settings_complete(struct train_settings *s, const struct setting_values *values,
                                    struct err *err)
{
    TRY(choose_preset(s, values, err));
    const struct preset *preset = preset_find(s->preset);
    const struct optim_ops *optim = optim_find(s->rate.optim);
    const bool as_preset = preset_has(preset, "optim") && !setting_is_given(values, "optim");
    setting_fill(values, optim_settings_rows, &optim->defaults);
    setting_fill(values, schedule_settings_rows, &schedule_find(s->rate.schedule)->defaults);
    TRY(preset_apply(preset, values, err));
    if (!setting_is_given(values, "lr"))
        s->schedule.lr = default_lr(s, as_preset);
    TRY(optim_check(optim, &s->optim, err));
    TRY(spread_hidden(&s->model, setting_is_given(values, "layers"), err));
    fill_dropout(&s->training, preset, values);
    if (s->model.embedding == 0)
        s->model.embedding = (int64_t)s->model.hidden.items[0];
    if (s->model.chrono == 1 || s->model.chrono == 2)
        return err_set(err, ST_USAGE, "chrono %d: the longest time is 3 steps at least, or 0",
                       (int)s->model.chrono);
    return train_settings_of_labels(s) ? complete_labels(s, err) : ST_OK;
}

void train_settings_fit(struct train_settings *s, const struct setting_values *values,
                        double tokens, double macs)
{
    const struct preset *preset = preset_find(s->preset);
    const double paid = s->training.flops / (6.0 * macs * tokens);
    double passes = (double)s->training.epochs;
    if (!preset->fits_text || setting_is_given(values, "dropout"))
        return;
    if (s->training.flops > 0.0 && paid < passes)
        passes = paid;
    s->training.dropout = preset_dropout(passes);
    fill_dropout(&s->training, preset, values);
}

enum status train_settings_of_preset(struct train_settings *s, const char *preset, struct err *err)
{
    static const struct setting_group groups[] = {TRAIN_GROUPS(0), {.rows = NULL}};
    bool given[SETTINGS_MAX] = {false};
    const struct setting_values values = {groups, s, given};
    *s = (struct train_settings){0};
    TRY(setting_set_defaults(groups, s, err));
    s->preset = preset;
    return train_settings_complete(s, &values, err);
}

struct model_shape train_shape_of(const struct train_settings *s)
{
    struct model_shape shape = {.E = (size_t)s->model.embedding,
                                .L = s->model.hidden.n,
                                .cell = cell_find(s->model.cell),
                                .bidirectional = s->label.bidirectional,
                                .tied = s->model.tie,
                                .sums_layers = s->model.sum_layers};
    memcpy(shape.H, s->model.hidden.items, sizeof shape.H);
    if (shape.cell->mogrifies) {
        shape.rounds = (size_t)s->model.mogrifier_rounds;
        shape.rank = (size_t)s->model.mogrifier_rank;
    }
    if (train_settings_of_labels(s))
        shape.head = head_find(s->label.head);
    return shape;
}

bool train_settings_retry(const struct train_settings *s)
{
    return strcmp(s->keeping.on_divergence, "retry") == 0;
}

static struct mask_settings mask_settings_of(const struct training_settings *t)
{
    return (struct mask_settings){.kind = mask_find(t->dropout_kind),
                                  .input = t->dropout_input,
                                  .between = t->dropout_between,
                                  .output = t->dropout_output,
                                  .word = t->dropout_word,
                                  .state = t->dropout_state,
                                  .weights = t->weight_drop};
}

struct train_config train_config_of(const struct train_settings *s)
{
    const struct task_ops *task = task_find(s->label.task);
    return (struct train_config){
        .task = task,
        .metric =
            s->label.metric != NULL ? task_find_metric(task, s->label.metric) : task->metrics[0],
        .B = (size_t)s->training.batch,
        .bio = s->label.bio,
        .T = task->of_labels ? 0 : (size_t)s->training.steps,
        .epochs = (int)s->training.epochs,
        .max_steps = (uint64_t)s->training.max_steps,
        .flops = s->training.flops,
        .minutes = s->training.minutes,
        .random_steps = s->training.random_steps,
        .shuffle_streams = s->training.shuffle_streams,
        .zero_state = s->training.zero_state,
        .patience = (int)s->training.patience,
        .reports = (int)s->keeping.reports,
        .masks = mask_settings_of(&s->training),
        .objective = {.smoothing = s->training.label_smoothing,
                      .samples = (size_t)s->training.dropout_samples,
                      .ar = s->training.ar,
                      .tar = s->training.tar},
        .max_grad_norm = s->training.max_grad_norm,
        .clip_value = s->training.clip_value,
        .seed = (uint64_t)s->training.seed,
        .optim = optim_find(s->rate.optim),
        .optim_settings = s->optim,
        .schedule = schedule_find(s->rate.schedule),
        .rate = s->schedule,
        .average = average_find(s->rate.average),
        .average_settings = s->average,
        .back_to_best = s->rate.back_to_best,
        .checkpoint_seconds = 60.0 * s->keeping.checkpoint_minutes,
        .checkpoint_windows = (uint64_t)s->keeping.checkpoint_windows,
    };
}

/* Whether the scale of all weights is the initialiser's number. */
static bool takes_scale(const struct init *init, const char *text)
{
    return init->ops->scaled && strchr(text, ':') == NULL;
}

/* An initialiser as it was written, or `otherwise`; one without number has the scale of all where
 * it wants one. */
static struct init init_of(const char *text, struct init otherwise, double scale)
{
    struct init init = otherwise;
    if (text == NULL || init_parse(&init, text, NULL) != ST_OK)
        return otherwise;
    if (takes_scale(&init, text))
        init.x = scale;
    return init;
}

struct init_settings train_init_of(const struct train_settings *s)
{
    const struct model_settings *m = &s->model;
    struct init_settings init = init_uniform(m->init_scale);
    const struct init all = init_of(m->init, init.of[PARAM_INPUT], m->init_scale);
    /* what is for matrices only leaves the softmax bias 0 */
    const struct init vector = all.ops->for_matrices ? init.of[PARAM_BIAS] : all;
    const struct {
        enum param_role role;
        const char *text;
        struct init otherwise;
    } roles[] = {
        {PARAM_EMBEDDING, m->init_embedding, all},
        {PARAM_INPUT, m->init_input, all},
        {PARAM_RECURRENT, m->init_recurrent, all},
        {PARAM_BIAS, m->init_bias, init.of[PARAM_BIAS]},
        {PARAM_PROJECTION, m->init_output, all},
        {PARAM_OUTPUT, m->init_output, all},
        {PARAM_OUTPUT_BIAS, m->init_output_bias, vector},
    };
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        init.of[roles[i].role] = init_of(roles[i].text, roles[i].otherwise, m->init_scale);
    init.forget_bias = m->forget_bias;
    init.chrono = (double)m->chrono;
    return init;
}

/* The same of a text; one that is not given starts uniform. */
static bool text_takes_scale(const char *text)
{
    struct init init;
    return text == NULL || (init_parse(&init, text, NULL) == ST_OK && takes_scale(&init, text));
}

/* The samples of a window differ by what is dropped alone. */
static enum status check_dropout(const struct train_settings *s,
                                 const struct setting_values *values, size_t layers,
                                 struct err *err)
{
    const struct training_settings *t = &s->training;
    const bool fitted = preset_find(s->preset)->fits_text && !setting_is_given(values, "dropout");
    const bool by_kind =
        fitted || t->dropout_input > 0.0 || t->dropout_between > 0.0 || t->dropout_output > 0.0;
    const bool any =
        by_kind || t->dropout_word > 0.0 || t->dropout_state > 0.0 || t->weight_drop > 0.0;
    if (setting_is_given(values, "dropout-between") && t->dropout_between > 0.0 && layers == 1)
        return err_set(err, ST_USAGE, "dropout-between has no effect on a single layer");
    if (setting_is_given(values, "dropout-kind") && !by_kind)
        return err_set(err, ST_USAGE,
                       "dropout-kind has no effect: nothing is dropped; give "
                       "dropout a share, as in 0.3");
    if (t->dropout_samples > 1 && !any)
        return err_set(err, ST_USAGE,
                       "dropout-samples has no effect: nothing is dropped, so all "
                       "samples are the same; give dropout a share, as in 0.3");
    if (t->dropout_samples > 1 && t->label_smoothing > 0.0)
        return err_set(err, ST_USAGE,
                       "label-smoothing and dropout-samples do not go together: leave one out");
    return ST_OK;
}

enum status train_settings_check_start(const struct train_settings *s,
                                       const struct setting_values *values, struct err *err)
{
    const struct model_settings *m = &s->model;
    const struct model_shape shape = train_shape_of(s);
    const char *const own[] = {m->init_embedding, m->init_input, m->init_recurrent, m->init_output,
                               m->init_output_bias};
    bool scaled = m->init_bias != NULL && text_takes_scale(m->init_bias);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        scaled = scaled || text_takes_scale(own[i] != NULL ? own[i] : m->init);
    if (setting_is_given(values, "init-scale") && !scaled)
        return err_set(err, ST_USAGE,
                       "init-scale has no effect: every initialiser has a number of its own");
    if (setting_is_given(values, "init-output") && shape.tied && shape.H[shape.L - 1] == shape.E)
        return err_set(err, ST_USAGE,
                       "init-output has no effect: with tie, the softmax has the word vectors");
    return check_dropout(s, values, shape.L, err);
}
