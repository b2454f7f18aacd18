#include "cmd/train/train_resume.h"

#include <string.h>

#include "cmd/option/option_value.h"
#include "lib/task/run/training_text.h"
#include "lib/model/compute.h"

enum { KEY_SIZE = 64 };

/* What may be said anew: it leaves the weights of an epoch as they would be. */
static bool may_change(const char *option)
{
    static const char *const names[] = {"resume",        "epochs", "checkpoint-minutes",
                                        "threads",       "quiet",  "checkpoint-windows",
                                        "on-divergence", "kernels"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], option) == 0)
            return true;
    return false;
}

enum status train_resume_check(const struct invocation *call, struct err *err)
{
    const struct option_list *list = &call->command->options;
    if (call->n_operands > 0)
        return err_set(err, ST_USAGE,
                       "--resume takes no corpus: the run goes on with the text it was begun with");
    for (size_t i = 0; i < list->n; i++)
        if (call->given[i] && !may_change(list->rows[i].name))
            return err_set(err, ST_USAGE,
                           "--%s cannot be given with --resume: the run goes on as it was begun",
                           list->rows[i].name);
    return ST_OK;
}

/* Settings have their option's name, with '_' for '-'. */
static void name_key(const struct option_def *row, char key[KEY_SIZE])
{
    size_t i = 0;
    for (; row->name[i] != '\0' && i + 1 < KEY_SIZE; i++)
        key[i] = row->name[i] == '-' ? '_' : row->name[i];
    key[i] = '\0';
}

static enum status take_value(struct train_resume *r, const struct option_def *row,
                              const struct json *value, struct err *err)
{
    struct buf text = {0};
    char key[KEY_SIZE];
    name_key(row, key);
    if (json_is_string(value)) {
        const char *string;
        if (row->type == OPTION_STRING) /* all such are paths */
            TRY(json_get_path(r->config, key, &string, err));
        else
            TRY(json_get_string(r->config, key, &string, err));
        return option_value_set(row, &r->values, string, err);
    }
    enum status status = json_format(value, &text, false, err);
    if (status == ST_OK && (row->type == OPTION_STRING || row->type == OPTION_DIR))
        status = err_set(err, ST_INPUT, "'%s' is not a text", key);
    if (status == ST_OK)
        status = option_value_set(row, &r->values, text.data, err);
    buf_fini(&text);
    return status;
}

/* Whether the run was computed by kernels that this machine has not got: then the fastest that it
 * has take over. */
static bool is_beyond(const struct json *config, const char *key)
{
    const char *kernels;
    struct err unused;
    return strcmp(key, "kernels") == 0 &&
           json_get_string(config, key, &kernels, &unused) == ST_OK &&
           !compute_choose_kernels(kernels);
}

static enum status take_options(struct train_resume *r, const struct invocation *call,
                                struct err *err)
{
    const struct option_list *list = &call->command->options;
    for (size_t i = 0; i < list->n; i++) {
        const struct option_def *row = &list->rows[i];
        const struct json *value;
        char key[KEY_SIZE];
        name_key(row, key);
        r->given[i] = call->given[i];
        if (call->given[i] || !json_has(r->config, key) || is_beyond(r->config, key))
            continue;
        TRY(json_get_value(r->config, key, &value, err));
        TRY(take_value(r, row, value, err));
        r->given[i] = true;
    }
    TRY(training_text_directory(&r->directory, r->config, err));
    return json_has(r->config, "corpus") ? json_get_path(r->config, "corpus", &r->operand, err)
                                         : ST_OK;
}

enum status train_resume_read(struct train_resume *r, const char *dir,
                              const struct invocation *call, struct err *err)
{
    struct err why;
    r->dir = dir;
    r->values = *(const struct train_values *)call->values;
    const enum status status = take_options(r, call, &why);
    if (status != ST_OK) {
        why.code = status == ST_NOMEM ? ST_NOMEM : ST_INPUT;
        return err_wrap(err, &why, "'%s/" RUN_CONFIG "' cannot be used", dir);
    }
    /* a run may have moved to a smaller machine */
    if (!invocation_given(call, "threads") && r->values.common.threads > compute_processors())
        r->values.common.threads = compute_processors();
    r->call = *call;
    r->call.values = &r->values;
    r->call.given = r->given;
    r->call.operands = &r->operand;
    r->call.n_operands = r->operand != NULL;
    return ST_OK;
}

void train_resume_fini(struct train_resume *r)
{
    json_free(r->config);
    *r = (struct train_resume){0};
}
