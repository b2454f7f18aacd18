#include "cmd/train/train_vectors.h"

#include "cmd/report/report.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "vocab/vectors/vectors.h"

static enum status check_width(const struct vectors *v, const struct train_values *values,
                               const struct setting_values *table, struct err *err)
{
    if (!setting_is_given(table, "embedding") ||
        (size_t)values->settings.model.embedding == vectors_width(v))
        return ST_OK;
    return err_set(err, ST_USAGE,
                   "'%s' has vectors of %zu values, and --embedding is %d: leave that out",
                   vectors_name(v), vectors_width(v), (int)values->settings.model.embedding);
}

static enum status read_table(struct train_vectors *t, struct vectors *v,
                              const struct dataset *data, struct err *err)
{
    const size_t V = vocab_size(data->vocab);
    struct vectors_found found;
    char exact[REPORT_TEXT], all[REPORT_TEXT], lower[REPORT_TEXT];
    t->table = mem_zeroed(V * vectors_width(v), sizeof *t->table, err);
    t->matches = mem_zeroed(V, sizeof *t->matches, err);
    if (t->table == NULL || t->matches == NULL)
        return ST_NOMEM;
    TRY(vectors_read(v, data->vocab, t->table, t->matches, &found, err));
    report_note("vectors     of %zu values for %s of %s words, %s by their lower case",
                vectors_width(v), report_count(exact, found.exact + found.lower),
                report_count(all, V), report_count(lower, found.lower));
    if (10 * (found.exact + found.lower) < V)
        report_warning("'%s' has vectors for less than a tenth of the words", vectors_name(v));
    return ST_OK;
}

enum status train_vectors_read(struct train_vectors *t, const struct train_values *values,
                               const struct setting_values *table, const char *directory,
                               const struct dataset *data, struct model_shape *shape,
                               struct err *err)
{
    const struct source_limits limits = SOURCE_LIMITS_DEFAULT;
    struct vectors *v = NULL;
    char *path;
    if (values->settings.label.vectors == NULL)
        return ST_OK;
    if (data->vocab == NULL)
        return err_set(err, ST_USAGE, "--vectors is for words, and the input is numbers");
    TRY(io_find(&path, directory, values->settings.label.vectors, err));
    enum status status = vectors_open(&v, path, NULL, &limits, err);
    mem_free(path);
    if (status == ST_OK)
        status = check_width(v, values, table, err);
    if (status == ST_OK)
        status = read_table(t, v, data, err);
    if (status == ST_OK)
        shape->E = vectors_width(v);
    vectors_close(v);
    return status;
}

void train_vectors_fini(struct train_vectors *v)
{
    mem_free(v->table);
    mem_free(v->matches);
    *v = (struct train_vectors){0};
}
