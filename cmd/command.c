#include "cmd/command.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cmd/report/report.h"
#include "lib/base/mem.h"

static const struct command *const commands[] = {
    &cmd_prepare, &cmd_batches, &cmd_train, &cmd_eval,   &cmd_next,
    &cmd_score,   &cmd_sample,  &cmd_info,  &cmd_corpus, &cmd_bench,
};

const struct command *command_at(size_t i)
{
    return i < sizeof commands / sizeof commands[0] ? commands[i] : NULL;
}

const struct command *command_find(const char *name)
{
    for (size_t i = 0; command_at(i) != NULL; i++)
        if (strcmp(command_at(i)->name, name) == 0)
            return command_at(i);
    return NULL;
}

static const struct option_def *find_row(const struct command *command, const char *name)
{
    for (size_t i = 0; i < command->options.n; i++)
        if (strcmp(command->options.rows[i].name, name) == 0)
            return &command->options.rows[i];
    return NULL;
}

bool command_has_option(const struct command *command, const char *name)
{
    return find_row(command, name) != NULL;
}

bool invocation_given(const struct invocation *call, const char *name)
{
    const struct option_def *row = find_row(call->command, name);
    assert(row != NULL);
    return call->given[row - call->command->options.rows];
}

static enum status check_operands(const struct command *c, const struct option_result *r,
                                  struct err *err)
{
    char shown[80];
    if (r->n_operands < c->min_operands)
        return err_set(err, ST_USAGE, "an operand is missing: ptblm %s [OPTIONS] %s", c->name,
                       c->operands);
    if (r->n_operands <= c->max_operands)
        return ST_OK;
    report_escape_cut(shown, sizeof shown, r->operands[c->max_operands]);
    if (c->max_operands == 0)
        return err_set(err, ST_USAGE, "'%s' is one operand too many: none is taken", shown);
    return err_set(err, ST_USAGE, "'%s' is one operand too many: ptblm %s [OPTIONS] %s", shown,
                   c->name, c->operands);
}

static enum status check_clashes(const struct invocation *call, struct err *err)
{
    const struct option_clash *c = call->command->clashes;
    for (; c != NULL && c->one != NULL; c++)
        if (invocation_given(call, c->one) && invocation_given(call, c->other))
            return err_set(err, ST_USAGE, "--%s and --%s exclude each other: %s", c->one, c->other,
                           c->why);
    return ST_OK;
}

static enum status print_help(const struct command *command, struct err *err)
{
    struct buf help = {0};
    const enum status status = command_help(command, &help, err);
    if (status == ST_OK)
        fputs(help.data, stdout);
    buf_fini(&help);
    return status;
}

enum status command_run(const struct command *command, int argc, char *const *argv, struct err *err)
{
    struct option_result parsed = {0};
    enum status status = ST_OK;
    void *values = mem_zeroed(1, command->values_size, err);
    if (values == NULL)
        return ST_NOMEM;
    TRY_OUT(option_parse(&parsed, values, &command->options, argc, argv, err));
    if (parsed.help) {
        status = print_help(command, err);
        goto out;
    }
    if (parsed.version) {
        report_version();
        goto out;
    }
    TRY_OUT(check_operands(command, &parsed, err));
    const struct option_def *quiet = find_row(command, "quiet");
    if (quiet != NULL)
        report_set_quiet(*(const bool *)((const char *)values + quiet->offset));
    const struct invocation call = {command, values, parsed.given, parsed.operands,
                                    parsed.n_operands};
    TRY_OUT(check_clashes(&call, err));
    status = command->run(&call, err);
out:
    report_live_end();
    option_result_fini(&parsed);
    mem_free(values);
    return status;
}

int command_exit_code(enum status status)
{
    switch (status) {
    case ST_OK:
        return 0;
    case ST_NOMEM:
    case ST_IO:
        return 1;
    case ST_USAGE:
        return 2;
    case ST_INPUT:
        return 3;
    case ST_DIVERGED:
        return 4;
    case ST_INTERRUPTED:
        return 130;
    }
    return 1;
}
