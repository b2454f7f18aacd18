/* ptblm bench: how fast text becomes word ids. */
#include <unistd.h>

#include "cmd/interrupt.h"
#include "cmd/report/bench_report.h"
#include "cmd/report/report.h"
#include "corpora/builtin/grammar.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/task/data/dataset.h"

enum { TEXT_TOKENS = 1500000 };

/* The seconds to make a data set of a text, as `ptblm prepare` does before it writes. */
static enum status time_tokenizer(const char *path, const char *tokenizer, double *seconds,
                                  struct err *err)
{
    const struct dataset_request request = {.path = NULL,
                                            .named = {[SPLIT_TRAIN] = path},
                                            .needed = 1u << SPLIT_TRAIN,
                                            .wanted = 1u << SPLIT_TRAIN,
                                            .tokenizer = tokenizer};
    struct dataset d = {0};
    const double start = io_seconds();
    const enum status status = dataset_read(&d, &request, err);
    *seconds = io_seconds() - start;
    dataset_fini(&d);
    return status;
}

static enum status time_tokenizers(struct bench_report *r, size_t repeats, const char *path,
                                   double bytes, struct err *err)
{
    double seconds[64];
    repeats = repeats < 64 ? repeats : 64;
    for (size_t i = 0; tokenizer_at(i) != NULL && i < BENCH_TOKENIZERS_MAX; i++) {
        const char *name = tokenizer_at(i)->name;
        report_live("timing tokenizer %s", name);
        for (size_t k = 0; k < repeats; k++)
            TRY(time_tokenizer(path, name, &seconds[k], err));
        r->text[i].tokenizer = name;
        r->text[i].bytes_per_second = bytes / compute_median(repeats, seconds);
        r->n_text = i + 1;
    }
    return ST_OK;
}

enum status bench_time_text(struct bench_report *r, size_t repeats, const char *directory,
                            struct err *err)
{
    char *path = io_join(directory, "text", err);
    struct buf text = {0};
    if (path == NULL)
        return ST_NOMEM;
    interrupt_remove(path);
    enum status status = grammar_write(&text, 1, SPLIT_TRAIN, TEXT_TOKENS, err);
    if (status == ST_OK)
        status = io_write_file(path, text.data, text.len, err);
    if (status == ST_OK)
        status = time_tokenizers(r, repeats, path, (double)text.len, err);
    unlink(path);
    interrupt_forget();
    mem_free(path);
    buf_fini(&text);
    return status;
}
