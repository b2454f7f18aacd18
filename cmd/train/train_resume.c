#include "cmd/train/train_resume.h"

#include "lib/file/setting_json.h"
#include "lib/model/compute.h"
#include "lib/task/run/run.h"
#include "lib/task/run/training_text.h"

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

static enum status take(struct train_resume *r, const struct setting_values *values,
                        struct err *err)
{
    struct common_values *common = &((struct train_values *)values->all)->common;
    const bool threads_given = common->threads > 0;
    pass_over_kernels(r->config, values);
    TRY(setting_json_read(r->config, values, err));
    /* a run may have moved to a smaller machine */
    if (!threads_given && common->threads > compute_processors())
        common->threads = compute_processors();
    TRY(training_text_directory(&r->directory, r->config, err));
    return json_has(r->config, "corpus") ? json_get_path(r->config, "corpus", &r->corpus, err)
                                         : ST_OK;
}

enum status train_resume_read(struct train_resume *r, const char *dir,
                              const struct setting_values *values, struct err *err)
{
    struct err why;
    r->dir = dir;
    if (take(r, values, &why) == ST_OK)
        return ST_OK;
    return err_wrap(err, &why, "'%s/" RUN_CONFIG "' cannot be used", dir);
}

void train_resume_fini(struct train_resume *r)
{
    json_free(r->config);
    *r = (struct train_resume){0};
}
