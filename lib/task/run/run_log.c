/* The log of a run: grows line by line, and is cut back to the place of a checkpoint. */
#include <string.h>

#include "lib/base/io/io.h"
#include "lib/task/run/run.h"

enum { LOG_MAX = 1 << 30 };

enum status run_log(const struct run *run, const struct json *line, struct err *err)
{
    struct buf text = {0};
    enum status status = json_format(line, &text, false, err);
    if (status == ST_OK)
        status = buf_add_text(&text, "\n", err);
    if (status == ST_OK)
        status = io_append(run->log, text.data, text.len, err);
    buf_fini(&text);
    return status;
}

enum status run_measure_log(const struct run *run, uint64_t *bytes, struct err *err)
{
    TRY(io_sync(run->log, err));
    *bytes = io_size(run->log);
    return ST_OK;
}

enum status run_cut_log(const struct run *run, uint64_t bytes, bool *whole, struct err *err)
{
    *whole = io_size(run->log) >= bytes;
    return io_cut(run->log, bytes, err);
}

/* A line that is not JSON, such as one cut off by a crash, or that is longer than any that is
 * written, has no kind. */
static enum status parse_line(const char *text, size_t len, const char *kind, struct json **line,
                              struct err *err)
{
    struct json *o;
    const char *found;
    if (len > JSON_TEXT_MAX)
        return ST_OK;
    const enum status status = json_parse(&o, "it", text, len, err);
    if (status != ST_OK)
        return status == ST_NOMEM ? ST_NOMEM : ST_OK;
    if (json_is_object(o) && json_get_string(o, "kind", &found, NULL) == ST_OK &&
        strcmp(found, kind) == 0)
        *line = o;
    else
        json_free(o);
    return ST_OK;
}

enum status run_find_line(const struct run *run, uint64_t from, const char *kind,
                          struct json **line, struct err *err)
{
    struct buf text = {0};
    *line = NULL;
    if (io_size(run->log) <= from)
        return ST_OK;
    enum status status = io_read_file(run->log, LOG_MAX, &text, err);
    const char *end = text.data + text.len, *at = text.len > from ? text.data + from : end;
    while (status == ST_OK && *line == NULL && at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (newline == NULL)
            break;
        status = parse_line(at, (size_t)(newline - at), kind, line, err);
        at = newline + 1;
    }
    buf_fini(&text);
    return status;
}
