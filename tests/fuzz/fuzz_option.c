/* Command lines: the first line of the input names a command, each of the others is an argument.
 * They are parsed, not run. */
#include <string.h>

#include "cmd/command.h"
#include "lib/base/mem.h"
#include "tests/fuzz/fuzz.h"

enum { ARGS_MAX = 64 };

static void check_list(const struct setting *row, const struct setting_list *list)
{
    FUZZ_REQUIRE(list->n > 0 && list->n <= SETTING_LIST_MAX);
    for (size_t i = 0; i < list->n; i++)
        FUZZ_REQUIRE((double)list->items[i] >= row->min && (double)list->items[i] <= row->max);
}

static void check_row(const struct setting *row, const void *base)
{
    const void *field = (const char *)base + row->offset;
    if (row->type == SETTING_INT)
        FUZZ_REQUIRE((double)*(const int64_t *)field >= row->min &&
                     (double)*(const int64_t *)field <= row->max);
    else if (row->type == SETTING_FLOAT)
        FUZZ_REQUIRE(*(const double *)field >= row->min && *(const double *)field <= row->max);
    else if (row->type == SETTING_LIST)
        check_list(row, field);
    else if (row->type != SETTING_FLAG)
        FUZZ_REQUIRE(*(const char *const *)field != NULL);
}

static void parse(const struct command *command, int argc, char *const *argv)
{
    struct err err = {0};
    struct option_result r = {0};
    void *values = mem_zeroed(1, command->values_size, &err);
    FUZZ_REQUIRE(values != NULL);
    const enum status status = option_parse(&r, values, command->options, argc, argv, &err);
    if (fuzz_accepted(status, ST_USAGE, &err) && r.asks == OPTION_ASKS_NOTHING) {
        FUZZ_REQUIRE(r.n_operands <= (size_t)argc);
        for (struct setting_ref at = {0}; setting_next(command->options, &at);)
            if (r.given[at.index] || at.row->dflt != NULL) /* else left zero */
                check_row(at.row, setting_base(&at, values));
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
