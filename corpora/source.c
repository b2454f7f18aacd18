#include "corpora/source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "corpora/archive.h"
#include "corpora/detect.h"
#include "corpora/gzip.h"
#include "corpora/list.h"
#include "corpora/shown.h"
#include "corpora/stream.h"
#include "lib/base/mem.h"

struct source {
    struct stream *stream;
    char *name;
    uint64_t limit;
    uint64_t count; /* bytes given so far */
};

/* A path opened as far as gzip and no further. */
struct opened {
    struct stream *stream;
    enum form form;
};

static enum status refuse_archive_in_pipe(const char *shown, struct err *err)
{
    return err_set(err, ST_INPUT,
                   "'%s' is an archive, and an archive is read more than once: save it to a file "
                   "first",
                   shown);
}

/* Puts the decoder on, and looks whether what comes out is a tar. */
static enum status open_gzip(struct opened *o, const char *shown, bool pipe, struct err *err)
{
    struct stream *encoded = o->stream;
    o->stream = NULL;
    TRY(gzip_open(&o->stream, encoded, shown, err));
    TRY(stream_peek(o->stream, err));
    const bool tar = detect_tar(o->stream->head, o->stream->head_len);
    if (tar && pipe)
        return refuse_archive_in_pipe(shown, err);
    if (tar && o->form == FORM_GZIP)
        return err_set(err, ST_INPUT, "'%s' holds a tar archive: rename it to end in .tar.gz",
                       shown);
    if (!tar && o->form == FORM_TGZ)
        return err_set(err, ST_INPUT,
                       "'%s' holds no tar archive, although its name says so: rename it to end in "
                       "just .gz if it is one text",
                       shown);
    return ST_OK;
}

/* Leaves o->stream for the caller to close, whatever the result. */
static enum status open_path(struct opened *o, const char *path, const char *shown, struct err *err)
{
    TRY(stream_open_file(&o->stream, path, shown, err));
    TRY(stream_peek(o->stream, err));
    TRY(detect_form(&o->form, path, shown, o->stream->head, o->stream->head_len, err));
    const bool pipe = o->stream->ops->seek == NULL || strcmp(path, "-") == 0;
    if (pipe && (o->form == FORM_TAR || o->form == FORM_ZIP))
        return refuse_archive_in_pipe(shown, err);
    if (o->form == FORM_GZIP || o->form == FORM_TGZ)
        return open_gzip(o, shown, pipe, err);
    return ST_OK;
}

static bool is_archive(enum form form)
{
    return form == FORM_TAR || form == FORM_TGZ || form == FORM_ZIP;
}

/* Hands o->stream over to the archive reader. */
static struct archive_input archive_input_of(struct opened *o, const char *shown,
                                             const struct source_limits *limits)
{
    const struct archive_input in = {
        .from = o->stream,
        .kind = o->form == FORM_ZIP ? ARCHIVE_KIND_ZIP : ARCHIVE_KIND_TAR,
        .name = shown,
        .limits = limits,
    };
    o->stream = NULL;
    return in;
}

static enum status ask_for_member(struct opened *o, const char *shown,
                                  const struct source_limits *limits, struct err *err)
{
    struct source_list list = {0};
    struct buf names = {0};
    const struct archive_input in = archive_input_of(o, shown, limits);
    enum status status = archive_list_members(&list, &in, err);
    list_sort(&list);
    if (status == ST_OK)
        status = shown_add_list(&names, (const char *const *)list.names, list.n, err);
    if (status == ST_OK)
        status =
            err_set(err, ST_INPUT, "'%s' is an archive: name one of its members with --member: %s",
                    shown, names.data);
    buf_fini(&names);
    source_list_fini(&list);
    return status;
}

static enum status open_member(struct opened *o, const char *member, const char *shown,
                               const struct source_limits *limits, struct err *err)
{
    if (!is_archive(o->form) && member == NULL)
        return ST_OK;
    if (!is_archive(o->form))
        return err_set(err, ST_INPUT, "there is no '%s': only archives have members", shown);
    if (member == NULL)
        return ask_for_member(o, shown, limits, err);
    const struct archive_input in = archive_input_of(o, shown, limits);
    return archive_open_member(&o->stream, &in, member, err);
}

enum status source_open(struct source **out, const char *path, const char *member,
                        const struct source_limits *limits, struct err *err)
{
    struct opened opened = {0};
    struct source *s = mem_zeroed(1, sizeof *s, err);
    if (s == NULL)
        return ST_NOMEM;
    enum status status = ST_NOMEM;
    s->limit = limits->bytes;
    s->name = shown_name(path, member, err);
    if (s->name == NULL)
        goto out;
    TRY_OUT(open_path(&opened, path, s->name, err));
    TRY_OUT(open_member(&opened, member, s->name, limits, err));
    s->stream = opened.stream;
    *out = s;
    return ST_OK;
out:
    stream_close(opened.stream);
    source_close(s);
    return status;
}

enum status source_open_memory(struct source **out, const char *name, const void *bytes, size_t n,
                               struct err *err)
{
    struct source *s = mem_zeroed(1, sizeof *s, err);
    if (s == NULL)
        return ST_NOMEM;
    s->limit = UINT64_MAX;
    s->name = shown_name(name, NULL, err);
    enum status status = s->name == NULL ? ST_NOMEM : ST_OK;
    if (status == ST_OK)
        status = stream_open_memory(&s->stream, bytes, n, err);
    if (status != ST_OK)
        source_close(s);
    else
        *out = s;
    return status;
}

enum status source_read(struct source *s, void *buf, size_t cap, size_t *got, struct err *err)
{
    TRY(stream_read(s->stream, buf, cap, got, err));
    if (*got > s->limit - s->count)
        return err_set(err, ST_INPUT,
                       "'%s' has more than %llu bytes, the limit: cut it up, or raise the limit",
                       s->name, (unsigned long long)s->limit);
    s->count += *got;
    return ST_OK;
}

const char *source_name(const struct source *s)
{
    return s->name;
}

void source_close(struct source *s)
{
    if (s == NULL)
        return;
    stream_close(s->stream);
    mem_free(s->name);
    mem_free(s);
}

/* Lists a regular file: the members of an archive, nothing for a text. */
static enum status list_file(struct source_list *list, const char *path, const char *shown,
                             const struct source_limits *limits, struct err *err)
{
    struct opened opened = {0};
    enum status status;
    TRY_OUT(open_path(&opened, path, shown, err));
    list->kind = is_archive(opened.form) ? SOURCE_ARCHIVE : SOURCE_TEXT;
    if (list->kind == SOURCE_ARCHIVE) {
        const struct archive_input in = archive_input_of(&opened, shown, limits);
        status = archive_list_members(list, &in, err);
    }
out:
    stream_close(opened.stream);
    return status;
}

enum status source_list_open(struct source_list *list, const char *path,
                             const struct source_limits *limits, struct err *err)
{
    *list = (struct source_list){.kind = SOURCE_TEXT};
    if (strcmp(path, "-") == 0)
        return ST_OK;
    char *shown = shown_name(path, NULL, err);
    if (shown == NULL)
        return ST_NOMEM;
    struct stat st;
    enum status status = ST_OK;
    if (stat(path, &st) != 0) {
        status = err_set(err, ST_INPUT, "cannot open '%s': %s", shown, strerror(errno));
    } else if (S_ISDIR(st.st_mode)) {
        list->kind = SOURCE_DIRECTORY;
        status = list_directory(list, path, shown, limits, err);
    } else if (S_ISREG(st.st_mode)) {
        /* A pipe is not looked into: its bytes would be lost for the reading. */
        status = list_file(list, path, shown, limits, err);
    }
    list_sort(list);
    if (status != ST_OK)
        source_list_fini(list);
    mem_free(shown);
    return status;
}
