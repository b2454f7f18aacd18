/* A command from its arguments to its end. */
#include <assert.h>
#include <stdio.h>

#include "cmd/command.h"
#include "cmd/report/report.h"
#include "lib/base/mem.h"

bool invocation_given(const struct invocation *call, const char *name)
{
    struct setting_ref at;
    const bool found = setting_find(call->command->options, name, &at);
    assert(found);
    return found && call->given[at.index];
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
        return err_set(err, ST_USAGE, "'%s' is one operand too many: the command takes none",
                       shown);
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

/* Options that speak of another's value. */
static enum status check_needs(const struct invocation *call, struct err *err)
{
    static const char *const needs[][2] = {{"vocab-format", "vocab"}, {"vocab-add", "vocab"}};
    struct setting_ref at;
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (setting_find(call->command->options, needs[i][0], &at) && call->given[at.index] &&
            !invocation_given(call, needs[i][1]))
            return err_set(err, ST_USAGE, "--%s says how a file is read: give it with --%s",
                           needs[i][0], needs[i][1]);
    return ST_OK;
}

static enum status print_help(const struct command *command, bool all, struct err *err)
{
    struct buf help = {0};
    const enum status status = command_help(command, all, &help, err);
    if (status == ST_OK)
        fputs(help.data, stdout);
    buf_fini(&help);
    return status;
}

static void take_quiet(const struct command *command, const void *values)
{
    struct setting_ref at;
    if (!setting_find(command->options, "quiet", &at))
        return;
    const char *base = setting_base(&at, values);
    report_set_quiet(*(const bool *)(base + at.row->offset));
}

static enum status run(const struct invocation *call, const struct option_result *parsed,
                       struct err *err)
{
    TRY(check_operands(call->command, parsed, err));
    take_quiet(call->command, call->values);
    TRY(check_clashes(call, err));
    TRY(check_needs(call, err));
    return call->command->run(call, err);
}

enum status command_run(const struct command *command, int argc, char *const *argv, struct err *err)
{
    struct option_result parsed = {0};
    enum status status = ST_OK;
    void *values = mem_zeroed(1, command->values_size, err);
    if (values == NULL)
        return ST_NOMEM;
    TRY_OUT(option_parse(&parsed, values, command->options, argc, argv, err));
    const struct invocation call = {command, values, parsed.given, parsed.operands,
                                    parsed.n_operands};
    if (parsed.asks == OPTION_ASKS_VERSION)
        report_version();
    else if (parsed.asks != OPTION_ASKS_NOTHING)
        status = print_help(command, parsed.asks == OPTION_ASKS_ALL, err);
    else
        status = run(&call, &parsed, err);
out:
    report_live_end();
    option_result_fini(&parsed);
    mem_free(values);
    return status;
}
