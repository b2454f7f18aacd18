#include "cmd/report/model_report.h"

#include <stdio.h>
#include <string.h>

#include "cmd/report/report.h"

/* Parts of a sentence. */
struct list {
    const char *parts[6];
    size_t n;
};

static void list_add(struct list *l, bool wanted, const char *part)
{
    if (wanted)
        l->parts[l->n++] = part;
}

/* "a, b and c", or with commas only. */
static const char *join(char *out, size_t size, const struct list *l, const char *last)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < l->n && len < size; i++) {
        const char *before = i == 0 ? "" : i + 1 == l->n ? last : ", ";
        len += (size_t)snprintf(out + len, size - len, "%s%s", before, l->parts[i]);
    }
    return out;
}

/* What reading changed without a doubt. */
static void report_reading(const struct lm *lm, const char *path)
{
    const struct model_origin *o = &lm->notes.origin;
    char types[MODEL_TYPES_TEXT], of_types[MODEL_TYPES_TEXT + 20], prefix[MODEL_PREFIX_SIZE + 40];
    char text[400];
    struct list l = {.n = 0};
    snprintf(of_types, sizeof of_types, "weights of %s", model_types_text(types, o->types));
    snprintf(prefix, sizeof prefix, "names without their '%s'", o->prefix);
    list_add(&l, strcmp(types, "F32") != 0, of_types);
    list_add(&l, o->prefix[0] != '\0', prefix);
    list_add(&l, o->decoder == MODEL_DECODER_NOTED, "tied, encoder.weight as decoder.weight");
    list_add(&l, !o->is_ours && lm->model->shape.tied && o->decoder == MODEL_DECODER_ITSELF,
             "tied, for it has no decoder.weight");
    if (l.n > 0)
        report_note("model file  %s: %s", path, join(text, sizeof text, &l, ", "));
}

/* A file of ours that lost what ptblm wrote beside the weights. */
static void report_lost(const struct lm *lm, const char *path, const char *cell,
                        const char *tokenizer)
{
    const struct model_origin *o = &lm->notes.origin;
    const bool cell_guessed = !o->has_cell && cell == NULL;
    const bool tokenizer_guessed = !o->has_tokenizer && tokenizer == NULL;
    char missing[200], taken[200], text[1000], cells[80], tokens[80];
    struct list lost = {.n = 0}, guessed = {.n = 0};
    list_add(&lost, !o->has_cell, "cell");
    list_add(&lost, !o->has_tokenizer, "tokenizer");
    list_add(&lost, !o->has_cell && !o->has_tokenizer, "markers");
    list_add(&lost, !o->has_training, "notes on its training");
    list_add(&lost, !lm->notes.has_checksum, "checksum");
    if (lost.n == 0)
        return;
    snprintf(cells, sizeof cells, "%s cells%s%s", lm->model->shape.cell->name,
             o->other_cell != NULL ? ", which could be " : "",
             o->other_cell != NULL ? o->other_cell->name : "");
    snprintf(tokens, sizeof tokens, "the tokenizer %s", lm->tokenizer->name);
    list_add(&guessed, cell_guessed, cells);
    list_add(&guessed, tokenizer_guessed, tokens);
    snprintf(text, sizeof text, "'%s' was saved again by another program, without its %s", path,
             join(missing, sizeof missing, &lost, " and "));
    if (guessed.n > 0)
        report_warning(
            "%s: it is read with %s; eval, next, score, sample and train have --cell and "
            "--tokenizer to say otherwise",
            text, join(taken, sizeof taken, &guessed, ", and "));
    else
        report_note("%s", text);
}

void model_report(const struct lm *lm, const char *cell, const char *tokenizer)
{
    const struct model_origin *o = &lm->notes.origin;
    char path[256];
    report_escape_cut(path, sizeof path, lm->path);
    report_reading(lm, path);
    if (o->decoder == MODEL_DECODER_TAKEN)
        report_warning("'%s' has no encoder.weight: its decoder.weight is taken for both, as in "
                       "tied models",
                       path);
    if (o->is_ours)
        report_lost(lm, path, cell, tokenizer);
    else if (o->other_cell != NULL && cell == NULL)
        report_warning("'%s' does not say whether its cells are %s or %s: it is read as %s; --cell "
                       "says otherwise",
                       path, lm->model->shape.cell->name, o->other_cell->name,
                       lm->model->shape.cell->name);
}
