#include "cmd/command.h"

#include <string.h>

static const struct command *const commands[] = {
    &cmd_prepare, &cmd_batches, &cmd_train,  &cmd_ngram, &cmd_eval,   &cmd_next,
    &cmd_score,   &cmd_predict, &cmd_sample, &cmd_info,  &cmd_corpus, &cmd_bench,
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

bool command_has_option(const struct command *command, const char *name)
{
    struct setting_ref at;
    return setting_find(command->options, name, &at);
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
