#include "corpora/input/json_lines.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "lib/file/json.h"

enum { READ_MIN = 1 << 15, KEYS_SHOWN = 8 };

struct json_lines {
    const char *field, *text;
    struct buf raw; /* bytes of the file that are read; [at, len) are not yet taken */
    size_t at;
    size_t scanned; /* bytes after `at` that are known to hold no line feed */
    uint64_t line;  /* lines taken */
    bool ended;
    struct json *object; /* of the line taken last */
    const char *value;   /* its text, or what is left of it; NULL: all is given */
    size_t left;         /* bytes of value */
    bool add_feed;       /* a line feed is to follow */
};

enum status json_lines_new(struct json_lines **out, const char *field, const char *text,
                           struct err *err)
{
    struct json_lines *j = mem_zeroed(1, sizeof *j, err);
    if (j == NULL)
        return ST_NOMEM;
    j->field = field;
    j->text = text;
    *out = j;
    return ST_OK;
}

static enum status read_more(struct json_lines *j, const struct byte_reader *from, struct err *err)
{
    size_t got;
    if (j->at > 0) {
        memmove(j->raw.data, j->raw.data + j->at, j->raw.len - j->at);
        j->raw.len -= j->at;
        j->at = 0;
    }
    TRY(buf_reserve(&j->raw, READ_MIN, err));
    TRY(from->read(from->ctx, j->raw.data + j->raw.len, READ_MIN, &got, err));
    j->raw.len += got;
    j->ended = got == 0;
    return ST_OK;
}

/* The next line, without its line feed; *more is false at the end. */
static enum status take_line(struct json_lines *j, const struct byte_reader *from,
                             struct slice *line, bool *more, struct err *err)
{
    for (;;) {
        const size_t have = j->raw.len - j->at;
        const char *bytes = have > 0 ? j->raw.data + j->at : "";
        const char *feed = memchr(bytes + j->scanned, '\n', have - j->scanned);
        *more = feed != NULL || have > 0;
        *line = (struct slice){bytes, feed != NULL ? (size_t)(feed - bytes) : have};
        if (line->len > JSON_LINE_MAX)
            return err_set(err, ST_INPUT,
                           "'%s' line %llu has more than %d bytes, the limit of a line of JSON",
                           j->text, (unsigned long long)j->line + 1, JSON_LINE_MAX);
        if (feed != NULL || j->ended) {
            j->at += line->len + (feed != NULL);
            j->scanned = 0;
            j->line += *more;
            return ST_OK;
        }
        j->scanned = have;
        TRY(read_more(j, from, err));
    }
}

static bool is_blank(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (memchr(" \t\r", line.bytes[i], 3) == NULL)
            return false;
    return true;
}

static enum status fail(const struct json_lines *j, const char *what, struct err *err)
{
    return err_set(err, ST_INPUT, "'%s' line %llu %s", j->text, (unsigned long long)j->line, what);
}

/* "its fields are 'id', 'title'" */
static enum status fail_missing(const struct json_lines *j, struct err *err)
{
    char keys[512] = "";
    const char *key;
    const struct json *value;
    size_t n = 0;
    for (void *it = NULL; n < KEYS_SHOWN && (it = json_next(j->object, it, &key, &value)) != NULL;
         n++) {
        const size_t len = strlen(keys);
        snprintf(keys + len, sizeof keys - len, "%s'%.40s'", n > 0 ? ", " : "",
                 escape_text(key).text);
    }
    return err_advise(err,
                      err_set(err, ST_INPUT, "'%s' line %llu has no field '%s'; it has %s%s",
                              j->text, (unsigned long long)j->line, escape_text(j->field).text,
                              n > 0 ? keys : "none", json_size(j->object) > n ? ", ..." : ""),
                      REMEDY_NAME_FIELD, 0, 0);
}

static enum status find_value(struct json_lines *j, struct err *err)
{
    const struct json *value;
    if (!json_is_object(j->object))
        return fail(j, "is not a JSON object", err);
    if (!json_has(j->object, j->field))
        return fail_missing(j, err);
    TRY(json_get_value(j->object, j->field, &value, err));
    if (!json_is_string(value))
        return err_set(err, ST_INPUT,
                       "'%s' line %llu has no text in its field '%s': it is not a string", j->text,
                       (unsigned long long)j->line, escape_text(j->field).text);
    TRY(json_get_string(j->object, j->field, &j->value, err));
    j->left = strlen(j->value);
    j->add_feed = j->left == 0 || j->value[j->left - 1] != '\n';
    return ST_OK;
}

static enum status next_value(struct json_lines *j, const struct byte_reader *from, struct err *err)
{
    struct slice line;
    char name[512];
    bool more;
    json_free(j->object);
    j->object = NULL;
    do
        TRY(take_line(j, from, &line, &more, err));
    while (more && is_blank(line));
    if (!more)
        return ST_OK;
    snprintf(name, sizeof name, "'%.400s' line %llu", j->text, (unsigned long long)j->line);
    TRY(json_parse_line(&j->object, name, line.bytes, line.len, err));
    return find_value(j, err);
}

static bool has_value(const struct json_lines *j)
{
    return j->left > 0 || j->add_feed;
}

enum status json_lines_read(struct json_lines *j, const struct byte_reader *from, void *buf,
                            size_t cap, size_t *got, struct err *err)
{
    *got = 0;
    if (!has_value(j))
        TRY(next_value(j, from, err));
    if (j->left > 0) {
        *got = j->left < cap ? j->left : cap;
        memcpy(buf, j->value, *got);
        j->value += *got;
        j->left -= *got;
    }
    if (j->add_feed && j->left == 0 && *got < cap) {
        ((char *)buf)[(*got)++] = '\n';
        j->add_feed = false;
    }
    return ST_OK;
}

uint64_t json_lines_at(const struct json_lines *j)
{
    return j->line;
}

bool json_lines_has_more(const struct json_lines *j)
{
    return has_value(j) ||
           (j->raw.len > j->at && memchr(j->raw.data + j->at, '\n', j->raw.len - j->at) != NULL);
}

void json_lines_free(struct json_lines *j)
{
    if (j == NULL)
        return;
    json_free(j->object);
    buf_fini(&j->raw);
    mem_free(j);
}
