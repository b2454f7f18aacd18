/* The option parser: GNU habits (mixed operands, abbreviations, clusters of letters) over table
 * rows. Defaults go through the same conversion as what is typed. */
#include "cmd/option/option.h"

#include <assert.h>
#include <string.h>

#include "cmd/option/option_match.h"
#include "cmd/option/option_value.h"
#include "lib/base/mem.h"

struct parse {
    struct option_result *result;
    void *values;
    const struct option_list *list;
    int argc;
    char *const *argv;
    int next; /* index of the next argument */
};

/* The argument behind an option that needs a value. */
static enum status take_value(struct parse *p, const struct option_def *row, const char **value,
                              struct err *err)
{
    if (p->next >= p->argc)
        return err_set(err, ST_USAGE, "option '--%s' needs a value (%s)", row->name,
                       row->value_name);
    const char *arg = p->argv[p->next];
    if (option_is_name(p->list, arg))
        return err_set(err, ST_USAGE,
                       "option '--%s' needs a value (%s), and '%s' is an option; write '--%s=%s' "
                       "if it is the value",
                       row->name, row->value_name, arg, row->name, arg);
    *value = arg;
    p->next++;
    return ST_OK;
}

static enum status store(struct parse *p, const struct option_def *row, const char *value,
                         struct err *err)
{
    if (row == &option_help_row || row == &option_version_row) {
        *(row == &option_help_row ? &p->result->help : &p->result->version) = true;
        return ST_OK;
    }
    p->result->given[row - p->list->rows] = true;
    return option_value_set(row, p->values, value, err);
}

static enum status takes_no_value(const struct option_def *row, struct err *err)
{
    return err_set(err, ST_USAGE, "option '--%s' takes no value", row->name);
}

static enum status parse_long(struct parse *p, const char *word, struct err *err)
{
    const char *equals = strchr(word, '=');
    const size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
    const char *value = equals != NULL ? equals + 1 : NULL;
    struct option_match m;
    TRY(option_match_long(p->list, word, len, &m, err));
    const bool is_flag = m.row->type == OPTION_FLAG;
    if (is_flag && value != NULL)
        return takes_no_value(m.row, err);
    if (is_flag)
        value = m.negated ? "no" : "yes";
    else if (value == NULL)
        TRY(take_value(p, m.row, &value, err));
    return store(p, m.row, value, err);
}

/* "-ab": flags, the last of which may take a value, in the rest of the word or behind it. */
static enum status parse_letters(struct parse *p, const char *word, struct err *err)
{
    TRY(option_check_letters(p->list, word, err));
    for (const char *at = word; *at != '\0'; at++) {
        const struct option_def *row;
        TRY(option_match_letter(p->list, word, at, &row, err));
        const bool equals = at[1] == '=';
        if (row->type == OPTION_FLAG) {
            if (equals)
                return takes_no_value(row, err);
            TRY(store(p, row, "yes", err));
            continue;
        }
        const char *value = at + (equals ? 2 : 1);
        if (at[1] == '\0')
            TRY(take_value(p, row, &value, err));
        return store(p, row, value, err);
    }
    return ST_OK;
}

static enum status parse_arguments(struct parse *p, struct err *err)
{
    struct option_result *r = p->result;
    bool options_end = false;
    while (p->next < p->argc && !r->help && !r->version) {
        const char *arg = p->argv[p->next++];
        if (options_end || arg[0] != '-' || arg[1] == '\0')
            r->operands[r->n_operands++] = arg;
        else if (strcmp(arg, "--") == 0)
            options_end = true;
        else if (arg[1] == '-')
            TRY(parse_long(p, arg + 2, err));
        else
            TRY(parse_letters(p, arg + 1, err));
    }
    return ST_OK;
}

/* --help counts wherever it stands, also behind what would be an error. */
static bool asks_help(int argc, char *const *argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0)
            return true;
    return false;
}

enum status option_parse(struct option_result *r, void *values, const struct option_list *list,
                         int argc, char *const *argv, struct err *err)
{
    assert(list->n <= OPTIONS_MAX);
    *r = (struct option_result){.help = asks_help(argc, argv)};
    if (r->help)
        return ST_OK;
    r->operands = mem_zeroed((size_t)argc, sizeof *r->operands, err);
    if (r->operands == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < list->n; i++)
        if (list->rows[i].dflt != NULL)
            TRY(option_value_set(&list->rows[i], values, list->rows[i].dflt, err));
    struct parse p = {r, values, list, argc, argv, 0};
    return parse_arguments(&p, err);
}

void option_result_fini(struct option_result *r)
{
    mem_free(r->operands);
    *r = (struct option_result){0};
}
