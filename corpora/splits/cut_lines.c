#include "corpora/splits/cut_lines.h"

#include <string.h>
#include <sys/stat.h>

#include "corpora/text.h"

enum { CUT_SHARE = 20 }; /* test is one line in so many, and valid too */

static enum status count_lines(struct text *text, uint64_t *n, struct err *err)
{
    struct text_piece piece;
    bool more = true;
    *n = 0;
    for (;;) {
        TRY(text_next(text, &piece, &more, err));
        if (!more)
            return ST_OK;
        *n += piece.ends_line;
    }
}

bool cut_is_possible(const char *path)
{
    struct stat st;
    return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static enum status check_possible(const char *path, const char *shown, struct err *err)
{
    if (cut_is_possible(path))
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "'%s' can be read only once, so it cannot be cut into train, valid and test: "
                   "save it to a file first, or give each text by itself",
                   shown);
}

static void cut_lines(struct line_range ranges[N_SPLITS], unsigned splits, uint64_t n)
{
    const uint64_t share = n / CUT_SHARE;
    uint64_t end = n;
    for (int s = N_SPLITS - 1; s >= 0; s--) {
        if (!split_in(splits, (enum split)s))
            continue;
        const uint64_t first = s == SPLIT_TRAIN ? 0 : end - share;
        ranges[s] = (struct line_range){first, end};
        end = first;
    }
}

enum status cut_text(struct line_range ranges[N_SPLITS], unsigned splits, unsigned asked,
                     const char *path, const char *shown, const struct source_limits *limits,
                     struct err *err)
{
    struct source *source;
    struct text *text;
    uint64_t n;
    TRY(check_possible(path, shown, err));
    TRY(source_open(&source, path, NULL, limits, err));
    TRY(text_open(&text, source, err));
    const enum status status = count_lines(text, &n, err);
    text_close(text);
    TRY(status);
    if (n < CUT_SHARE && asked != 1U << SPLIT_TRAIN)
        return err_advise(err,
                          err_set(err, ST_INPUT,
                                  "'%s' has %llu line%s, too few to be cut into train, valid and "
                                  "test, which takes %d",
                                  shown, (unsigned long long)n, n == 1 ? "" : "s", CUT_SHARE),
                          REMEDY_NAME_SPLITS, 0, 0);
    cut_lines(ranges, n < CUT_SHARE ? asked : splits, n);
    return ST_OK;
}
