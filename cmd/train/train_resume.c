#include "cmd/train/train_resume.h"

#include <string.h>

#include "lib/file/setting_json.h"
#include "lib/model/compute.h"
#include "lib/model/model_file.h"
#include "lib/task/run/run.h"
#include "lib/task/run/training_text.h"

enum status train_resume_wrap(struct err *err, const struct err *why, const char *dir)
{
    return err_wrap(err, why, "'%s/" RUN_CONFIG "' cannot be used", dir);
}

enum status train_resume_check(const struct invocation *call, struct err *err)
{
    if (call->n_operands > 0)
        return err_set(err, ST_USAGE,
                       "--resume takes no corpus: a run keeps the text that it began with");
    for (struct setting_ref at = {0}; setting_next(call->command->options, &at);)
        if (call->given[at.index] && at.row->change == SETTING_FIXED)
            return err_set(err, ST_USAGE,
                           "--%s cannot be given with --resume: a run keeps the settings it was "
                           "begun with",
                           at.row->name);
    return ST_OK;
}

/* If this machine cannot run the kernels of the run, they count as given, so that the fastest that
 * it can run are used instead. */
static void pass_over_kernels(const struct json *config, const struct setting_values *values)
{
    struct setting_ref at;
    const char *kernels;
    struct err unused;
    if (setting_find(values->groups, "kernels", &at) &&
        json_get_string(config, "kernels", &kernels, &unused) == ST_OK &&
        !compute_choose_kernels(kernels))
        values->given[at.index] = true;
}

/* A setting that is younger than the run has its default, and not what the preset has for it now.
 */
static void keep_defaults(const struct setting_values *values)
{
    for (struct setting_ref at = {0}; setting_next(values->groups, &at);)
        if (at.row->change == SETTING_FIXED && at.row->record == SETTING_IN_MODEL &&
            at.row->dflt != NULL)
            values->given[at.index] = true;
}

static enum status take(struct train_resume *r, const struct setting_values *values,
                        struct err *err)
{
    struct common_values *common = &((struct train_values *)values->all)->common;
    const bool threads_given = common->threads > 0;
    pass_over_kernels(r->config, values);
    TRY(setting_json_read(r->config, values, err));
    keep_defaults(values);
    /* a run may have moved to a smaller machine */
    if (!threads_given && common->threads > compute_processors())
        common->threads = compute_processors();
    TRY(training_text_directory(&r->directory, r->config, err));
    return json_find_path(r->config, "corpus", &r->corpus, err);
}

enum status train_resume_read(struct train_resume *r, const char *dir,
                              const struct setting_values *values, struct err *err)
{
    struct err why;
    r->dir = dir;
    if (take(r, values, &why) == ST_OK)
        return ST_OK;
    return train_resume_wrap(err, &why, dir);
}

/* The value as JSON; empty: there is none. */
static enum status value_text(struct buf *out, const struct json *object, const char *key,
                              struct err *err)
{
    const struct json *value;
    if (!json_has(object, key))
        return buf_add_text(out, "", err);
    TRY(json_get_value(object, key, &value, err));
    return json_format(value, out, false, err);
}

/* What a run that is older than a setting was trained with: its default; where it has none, what it
 * follows from, which is compared by itself. */
static enum status compare_setting(const struct train_resume *r, const struct setting *row,
                                   const struct json *is, const struct json *was,
                                   const struct json *defaults, struct err *err)
{
    char key[SETTING_KEY_SIZE];
    struct buf now = {0}, then = {0};
    enum status status;
    setting_json_key(key, row);
    if (!json_has(was, key) && (!json_has(is, key) || row->dflt == NULL))
        return ST_OK;
    if (!json_has(was, key))
        was = defaults;
    TRY_OUT(value_text(&now, is, key, err));
    TRY_OUT(value_text(&then, was, key, err));
    if (strcmp(now.data, then.data) != 0)
        status = err_set(err, ST_INPUT,
                         "'%s/" RUN_CONFIG "' was changed: its '%s' is %s, but the run was trained "
                         "with %s; put that back",
                         r->dir, key, now.len > 0 ? now.data : "left out",
                         then.len > 0 ? then.data : "none");
out:
    buf_fini(&now);
    buf_fini(&then);
    return status;
}

static enum status compare_settings(const struct train_resume *r,
                                    const struct setting_values *values, const struct json *was,
                                    struct err *err)
{
    struct train_values none = {0};
    bool given[SETTINGS_MAX] = {false};
    const struct setting_values unset = {values->groups, &none, given};
    struct json *is = NULL, *defaults = NULL;
    enum status status;
    TRY_OUT(setting_set_defaults(values->groups, &none, err));
    TRY_OUT(train_record_new(&defaults, &unset, NULL, err));
    TRY_OUT(train_record_new(&is, values, r->corpus, err));
    for (struct setting_ref at = {0}; status == ST_OK && setting_next(values->groups, &at);)
        if (at.row->change == SETTING_FIXED && at.row->record == SETTING_IN_MODEL)
            status = compare_setting(r, at.row, is, was, defaults, err);
out:
    json_free(is);
    json_free(defaults);
    return status;
}

enum status train_resume_compare(const struct train_resume *r, const struct setting_values *values,
                                 const struct checkpoint_file *checkpoint, struct err *err)
{
    const char *note;
    struct json *was;
    if (checkpoint->path == NULL)
        return ST_OK;
    TRY(model_find_training(&checkpoint->file, checkpoint->path, &note, err));
    if (note == NULL)
        return ST_OK;
    TRY(json_parse(&was, checkpoint->path, note, strlen(note), err));
    const enum status status = compare_settings(r, values, was, err);
    json_free(was);
    return status;
}

void train_resume_fini(struct train_resume *r)
{
    json_free(r->config);
    *r = (struct train_resume){0};
}
