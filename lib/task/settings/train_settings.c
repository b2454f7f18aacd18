#include "lib/task/settings/train_settings.h"

#include <string.h>

#include "lib/optim/optim.h"
#include "lib/optim/schedule.h"
#include "lib/task/settings/preset.h"

static bool is_given(const struct setting_values *values, const char *name)
{
    struct setting_ref at;
    return setting_find(values->groups, name, &at) && values->given[at.index];
}

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

enum status train_settings_complete(struct train_settings *s, const struct setting_values *values,
                                    struct err *err)
{
    const struct optim_ops *optim = optim_find(s->rate.optim);
    setting_fill(values, optim_settings_rows, &optim->defaults);
    setting_fill(values, schedule_settings_rows, &schedule_find(s->rate.schedule)->defaults);
    TRY(preset_apply(preset_find(s->preset), values, err));
    if (optim->lr > 0.0 && !is_given(values, "lr")) /* the preset's is for sgd */
        s->schedule.lr = optim->lr;
    TRY(optim_check(optim, &s->optim, err));
    TRY(spread_hidden(&s->model, is_given(values, "layers"), err));
    if (s->model.embedding == 0)
        s->model.embedding = (int64_t)s->model.hidden.items[0];
    return ST_OK;
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
    struct model_shape shape = {
        .E = (size_t)s->model.embedding, .L = s->model.hidden.n, .cell = cell_find(s->model.cell)};
    memcpy(shape.H, s->model.hidden.items, sizeof shape.H);
    return shape;
}

bool train_settings_retry(const struct train_settings *s)
{
    return strcmp(s->keeping.on_divergence, "retry") == 0;
}

struct train_config train_config_of(const struct train_settings *s)
{
    return (struct train_config){
        .task = &task_language_model,
        .B = (size_t)s->training.batch,
        .T = (size_t)s->training.steps,
        .epochs = (int)s->training.epochs,
        .reports = (int)s->keeping.reports,
        .dropout = s->training.dropout,
        .max_grad_norm = s->training.max_grad_norm,
        .seed = (uint64_t)s->training.seed,
        .optim = optim_find(s->rate.optim),
        .optim_settings = s->optim,
        .schedule = schedule_find(s->rate.schedule),
        .rate = s->schedule,
        .checkpoint_seconds = 60.0 * s->keeping.checkpoint_minutes,
        .checkpoint_windows = (uint64_t)s->keeping.checkpoint_windows,
    };
}
