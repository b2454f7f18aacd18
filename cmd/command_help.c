/* The help texts, written from the tables. */
#include <string.h>

#include "cmd/command.h"

/* The lines of an example, each indented by two. */
static enum status add_indented(struct buf *out, const char *lines, struct err *err)
{
    while (*lines != '\0') {
        const size_t len = strcspn(lines, "\n");
        TRY(buf_addf(out, err, "  %.*s\n", (int)len, lines));
        lines += len + (lines[len] == '\n');
    }
    return ST_OK;
}

static enum status add_options(struct buf *out, const struct command *command, bool all,
                               struct err *err)
{
    enum { FEW = 24 };
    const size_t rare = option_count_rare(command->options);
    all = all || setting_count(command->options) <= FEW;
    TRY(option_help(command->options, all, out, err));
    if (all || rare == 0)
        return ST_OK;
    return buf_addf(out, err, "ptblm %s --help-all shows %zu more. ", command->name, rare);
}

enum status command_help(const struct command *command, bool all, struct buf *out, struct err *err)
{
    TRY(buf_add_text(out, "Example:\n", err));
    TRY(add_indented(out, command->example, err));
    const bool has_operands = command->operands != NULL && command->operands[0] != '\0';
    TRY(buf_addf(out, err, "\nUsage: ptblm %s [OPTIONS]%s%s\n", command->name,
                 has_operands ? " " : "", has_operands ? command->operands : ""));
    TRY(buf_addf(out, err, "  %s\n\n", command->summary));
    TRY(add_options(out, command, all, err));
    return buf_add_text(out, "The manual, ptblm(1), has more on each.\n", err);
}

enum status command_overview(struct buf *out, struct err *err)
{
    TRY(buf_add_text(out,
                     "Example:\n"
                     "  ptblm train simple-examples.tgz -o small\n"
                     "  ptblm next small the company said\n"
                     "\n"
                     "Usage: ptblm COMMAND [OPTIONS] [OPERANDS]\n"
                     "  trains, evaluates and uses recurrent language models\n"
                     "\n"
                     "Commands:\n",
                     err));
    for (size_t i = 0; command_at(i) != NULL; i++)
        TRY(buf_addf(out, err, "  %-9s %s\n", command_at(i)->name, command_at(i)->summary));
    return buf_add_text(out,
                        "\n"
                        "  ptblm COMMAND --help  shows the options of a command\n"
                        "  ptblm --version       shows the version, kernels and BLAS\n"
                        "\n"
                        "Results go to standard output, messages to standard error. Exit status: "
                        "0 done,\n"
                        "1 failed, 2 usage, 3 bad input, 4 diverged, 130 interrupted.\n",
                        err);
}
