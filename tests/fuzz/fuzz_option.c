/* Command lines: the first line of the input names a command, each of the others is an argument.
 * They are parsed, not run. */
#include <string.h>

#include "cmd/command.h"
#include "lib/base/mem.h"
#include "tests/fuzz/fuzz.h"

enum { ARGS_MAX = 64 };

static void check_row(const struct option_def *row, const void *values)
{
    const void *field = (const char *)values + row->offset;
    if (row->type == OPTION_INT)
        FUZZ_REQUIRE((double)*(const int64_t *)field >= row->min &&
                     (double)*(const int64_t *)field <= row->max);
    if (row->type == OPTION_FLOAT)
        FUZZ_REQUIRE(*(const double *)field >= row->min && *(const double *)field <= row->max);
    if (row->type == OPTION_STRING || row->type == OPTION_CHOICE)
        FUZZ_REQUIRE(*(const char *const *)field != NULL);
}

static void parse(const struct command *command, int argc, char *const *argv)
{
    struct err err = {0};
    struct option_result r = {0};
    void *values = mem_zeroed(1, command->values_size, &err);
    FUZZ_REQUIRE(values != NULL);
    const enum status status = option_parse(&r, values, &command->options, argc, argv, &err);
    if (fuzz_accepted(status, ST_USAGE, &err) && !r.help) {
        FUZZ_REQUIRE(r.n_operands <= (size_t)argc);
        for (size_t i = 0; i < command->options.n; i++)
            if (r.given[i] || command->options.rows[i].dflt != NULL) /* else left zero */
                check_row(&command->options.rows[i], values);
    }
    option_result_fini(&r);
    mem_free(values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    char *copy = mem_copy_string((const char *)data, size, &err), *rest = copy;
    char *argv[ARGS_MAX + 1] = {0};
    int argc = 0;
    FUZZ_REQUIRE(copy != NULL);
    const struct command *command = command_find(strsep(&rest, "\n"));
    while (argc < ARGS_MAX && rest != NULL)
        argv[argc++] = strsep(&rest, "\n");
    if (command != NULL)
        parse(command, argc, argv);
    mem_free(copy);
    return 0;
}
