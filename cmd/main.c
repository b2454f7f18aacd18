/* ptblm [--help|--version] COMMAND [OPTIONS] [OPERANDS] */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/report/remedy.h"
#include "cmd/report/report.h"
#include "lib/base/near.h"

/* The next file that is opened would get the number of a closed standard stream, and messages would
 * go into a model. What is opened here instead fails every read and write. */
static void hold_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            _exit(1);
}

static const char *word_at(size_t i)
{
    static const char *const others[] = {"help", NULL};
    size_t n = 0;
    while (command_at(n) != NULL)
        n++;
    return i < n ? command_at(i)->name : others[i - n];
}

static enum status unknown_command(const char *word, struct err *err)
{
    char shown[80];
    report_escape_cut(shown, sizeof shown, word);
    const char *near = near_find(word, word_at);
    if (near == NULL)
        return err_set(err, ST_USAGE, "unknown command '%s'", shown);
    return err_set(err, ST_USAGE, "unknown command '%s'; did you mean '%s'?", shown, near);
}

static enum status print_overview(struct err *err)
{
    struct buf text = {0};
    const enum status status = command_overview(&text, err);
    if (status == ST_OK)
        fputs(text.data, stdout);
    buf_fini(&text);
    return status;
}

/* --help or --version in the place of a command. */
static enum status run_option(char *const *argv, struct err *err)
{
    static const struct setting_group none[] = {{.rows = NULL}};
    struct option_result parsed;
    enum status status = option_parse(&parsed, NULL, none, 1, argv, err);
    if (status == ST_OK && parsed.asks == OPTION_ASKS_VERSION)
        report_version();
    else if (status == ST_OK && parsed.asks != OPTION_ASKS_NOTHING)
        status = print_overview(err);
    else if (status == ST_OK)
        status = unknown_command(argv[0], err);
    option_result_fini(&parsed);
    return status;
}

static enum status run_named(const char *name, int argc, char *const *argv, struct err *err)
{
    const struct command *command = command_find(name);
    if (command == NULL)
        return unknown_command(name, err);
    report_set_command(command->name);
    return command_run(command, argc, argv, err);
}

/* ptblm help [COMMAND] */
static enum status help(int argc, char *const *argv, struct err *err)
{
    static char option[] = "--help";
    char *const asked[] = {option, NULL};
    if (argc > 1)
        return err_set(err, ST_USAGE, "help takes one command");
    if (argc == 0 || strcmp(argv[0], "help") == 0)
        return print_overview(err);
    return argv[0][0] == '-' ? run_option(argv, err) : run_named(argv[0], 1, asked, err);
}

static enum status dispatch(int argc, char *const *argv, struct err *err)
{
    if (argv[0][0] == '-')
        return run_option(argv, err);
    if (strcmp(argv[0], "help") == 0)
        return help(argc - 1, argv + 1, err);
    return run_named(argv[0], argc - 1, argv + 1, err);
}

static bool has_option(const void *command, const char *option)
{
    return command != NULL && command_has_option(command, option);
}

static void print_failure(const struct err *err, const char *name)
{
    const struct command *command = command_find(name);
    char advice[REMEDY_TEXT];
    remedy_words(advice, sizeof advice, err, has_option, command);
    if (err->text[0] != '\0')
        report_error("%s%s%s", err->text, advice[0] != '\0' ? "; " : "", advice);
    if (err->code == ST_USAGE)
        fprintf(stderr, "try 'ptblm %s%s--help'\n", command != NULL ? name : "",
                command != NULL ? " " : "");
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    interrupt_prepare();
    if (argc < 2) {
        fputs("usage: ptblm COMMAND [OPTIONS] [OPERANDS]\n"
              "try 'ptblm --help'\n",
              stderr);
        return command_exit_code(ST_USAGE);
    }
    struct err err = {0};
    enum status status = dispatch(argc - 1, argv + 1, &err);
    if (status != ST_OK)
        print_failure(&err, argv[1]);
    struct err end = {0};
    const enum status written = report_close_stdout(&end);
    if (status == ST_OK && written != ST_OK && end.text[0] != '\0')
        report_error("%s", end.text);
    return command_exit_code(status != ST_OK ? status : written);
}
