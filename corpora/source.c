#include "corpora/source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "corpora/archive.h"
#include "corpora/compress/decoder.h"
#include "corpora/file_form.h"
#include "corpora/names.h"
#include "corpora/stream.h"
#include "lib/base/mem.h"

struct source {
    struct stream *stream;
    struct archive_member *members; /* [n_members]; of a text one, without a name */
    size_t n_members;
    size_t at; /* the member being read */
    uint64_t limit;
    struct text_reading reading;
    bool has_path;
    uint64_t count; /* bytes given so far, of all members */
};

/* A path opened as far as its compression and no further. */
struct opened {
    struct stream *stream;
    struct file_form form;
};

static enum status refuse_archive_in_pipe(const char *shown, struct err *err)
{
    return err_set(err, ST_INPUT,
                   "'%s' is an archive, and an archive is read more than once: save it to a file "
                   "first",
                   shown);
}

/* Puts the decoder on, and looks whether what comes out is a tar. */
static enum status decode(struct opened *o, const char *shown, bool pipe, struct err *err)
{
    struct stream *encoded = o->stream;
    o->stream = NULL;
    TRY(decoder_open(&o->stream, encoded, o->form.codec, shown, err));
    TRY(stream_peek(o->stream, err));
    if (pipe && file_form_is_tar(o->stream->head, o->stream->head_len))
        return refuse_archive_in_pipe(shown, err);
    return file_form_check_decoded(&o->form, shown, o->stream->head, o->stream->head_len, err);
}

/* Leaves o->stream for the caller to close, whatever the result. */
static enum status open_path(struct opened *o, const char *path, const char *shown, struct err *err)
{
    TRY(stream_open_file(&o->stream, path, shown, err));
    TRY(stream_peek(o->stream, err));
    TRY(file_form_detect(&o->form, path, shown, o->stream->head, o->stream->head_len, err));
    const bool pipe = o->stream->ops->seek == NULL || strcmp(path, "-") == 0;
    if (o->form.codec != NULL)
        return decode(o, shown, pipe, err);
    return pipe && file_form_is_archive(&o->form) ? refuse_archive_in_pipe(shown, err) : ST_OK;
}

/* Hands o->stream over to the archive reader. */
static struct archive_input archive_input_of(struct opened *o, const char *shown,
                                             const struct source_limits *limits)
{
    const struct archive_input in = {
        .from = o->stream,
        .kind = o->form.kind == FILE_ZIP ? ARCHIVE_KIND_ZIP : ARCHIVE_KIND_TAR,
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
    source_list_sort(&list);
    if (status == ST_OK)
        status = names_add_list(&names, (const char *const *)list.names, list.n, err);
    if (status == ST_OK)
        status = err_advise(
            err,
            err_set(err, ST_INPUT, "'%s' is an archive, whose members are %s", shown, names.data),
            REMEDY_NAME_MEMBER, 0, 0);
    buf_fini(&names);
    source_list_fini(&list);
    return status;
}

static enum status open_members(struct source *s, struct opened *o,
                                const struct source_limits *limits, struct err *err)
{
    const struct archive_member *first = &s->members[0];
    if (!file_form_is_archive(&o->form) && first->name == NULL)
        return ST_OK;
    if (!file_form_is_archive(&o->form))
        return err_set(err, ST_INPUT, "there is no '%s': only archives have members", first->shown);
    if (first->name == NULL)
        return ask_for_member(o, first->shown, limits, err);
    const struct archive_input in = archive_input_of(o, first->shown, limits);
    return archive_open_members(&o->stream, &in, s->members, s->n_members, &s->at, err);
}

/* A source without a stream. */
static enum status make_source(struct source **out, const char *path, const char *const *members,
                               size_t n, uint64_t limit, struct err *err)
{
    struct source *s = mem_zeroed(1, sizeof *s, err);
    *out = s;
    if (s == NULL)
        return ST_NOMEM;
    s->limit = limit;
    s->members = mem_zeroed(n, sizeof *s->members, err);
    if (s->members == NULL)
        return ST_NOMEM;
    s->n_members = n;
    for (size_t i = 0; i < n; i++) {
        s->members[i].shown = names_path(path, members[i], err);
        if (s->members[i].shown == NULL)
            return ST_NOMEM;
        if (members[i] == NULL)
            continue;
        s->members[i].name = mem_copy_string(members[i], strlen(members[i]), err);
        if (s->members[i].name == NULL)
            return ST_NOMEM;
    }
    return ST_OK;
}

enum status source_open_members(struct source **out, const char *path, const char *const *members,
                                size_t n, const struct source_limits *limits, struct err *err)
{
    struct opened opened = {0};
    struct source *s;
    enum status status;
    TRY_OUT(make_source(&s, path, members, n, limits->bytes, err));
    TRY_OUT(open_path(&opened, path, s->members[0].shown, err));
    TRY_OUT(open_members(s, &opened, limits, err));
    s->stream = opened.stream;
    s->reading = limits->reading;
    s->has_path = strcmp(path, "-") != 0;
    *out = s;
    return ST_OK;
out:
    stream_close(opened.stream);
    source_close(s);
    return status;
}

enum status source_open(struct source **s, const char *path, const char *member,
                        const struct source_limits *limits, struct err *err)
{
    return source_open_members(s, path, &member, 1, limits, err);
}

size_t source_member(const struct source *s)
{
    return s->at;
}

enum status source_next_member(struct source *s, struct err *err)
{
    return archive_next_member(s->stream, &s->at, err);
}

enum status source_open_memory(struct source **out, const char *name, const void *bytes, size_t n,
                               struct err *err)
{
    struct source *s;
    enum status status = make_source(&s, name, &(const char *){NULL}, 1, UINT64_MAX, err);
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
        return err_advise(
            err,
            err_set(err, ST_INPUT, "'%s' %s more than %llu bytes, the limit", source_name(s),
                    s->n_members > 1 ? "brings what is read of its archive to" : "has",
                    (unsigned long long)s->limit),
            REMEDY_LIMIT_BYTES, 0, 0);
    s->count += *got;
    return ST_OK;
}

bool source_waits(const struct source *s)
{
    return stream_waits(s->stream);
}

const char *source_name(const struct source *s)
{
    return s->members[s->at < s->n_members ? s->at : s->n_members - 1].shown;
}

const struct text_reading *source_reading(const struct source *s)
{
    return &s->reading;
}

bool source_has_path(const struct source *s)
{
    return s->has_path;
}

void source_close(struct source *s)
{
    if (s == NULL)
        return;
    stream_close(s->stream);
    for (size_t i = 0; i < s->n_members; i++) {
        mem_free(s->members[i].name);
        mem_free(s->members[i].shown);
    }
    mem_free(s->members);
    mem_free(s);
}

/* Lists a regular file: the members of an archive, nothing for a text. */
static enum status list_file(struct source_list *list, const char *path, const char *shown,
                             const struct source_limits *limits, struct err *err)
{
    struct opened opened = {0};
    enum status status;
    TRY_OUT(open_path(&opened, path, shown, err));
    list->kind = file_form_is_archive(&opened.form) ? SOURCE_ARCHIVE : SOURCE_TEXT;
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
    char *shown = names_path(path, NULL, err);
    if (shown == NULL)
        return ST_NOMEM;
    struct stat st;
    enum status status = ST_OK;
    if (stat(path, &st) != 0) {
        status = err_set(err, ST_INPUT, "cannot open '%s': %s", shown, strerror(errno));
    } else if (S_ISDIR(st.st_mode)) {
        list->kind = SOURCE_DIRECTORY;
        status = source_list_add_files(list, path, shown, limits, err);
    } else if (S_ISREG(st.st_mode)) {
        /* A pipe is not looked into: its bytes would be lost for the reading. */
        status = list_file(list, path, shown, limits, err);
    }
    source_list_sort(list);
    if (status != ST_OK)
        source_list_fini(list);
    mem_free(shown);
    return status;
}

/* A byte-order mark of UTF-16, in either order. */
static bool is_utf16(const unsigned char *head, size_t n)
{
    return n >= 2 && ((head[0] == 0xFF && head[1] == 0xFE) || (head[0] == 0xFE && head[1] == 0xFF));
}

static enum source_look look_of(const struct stream *s, const struct file_form *form)
{
    if (s->head_len == 0)
        return SOURCE_LOOKS_EMPTY;
    if (file_form_is_archive(form))
        return SOURCE_LOOKS_ARCHIVE;
    const bool is_plain = form->codec == NULL && !is_utf16(s->head, s->head_len);
    return is_plain && memchr(s->head, '\0', s->head_len) != NULL ? SOURCE_LOOKS_BINARY
                                                                  : SOURCE_LOOKS_TEXT;
}

enum status source_look_at(enum source_look *look, const char *path, struct err *err)
{
    struct stream *s = NULL;
    struct file_form form;
    enum status status = ST_NOMEM;
    char *shown = names_path(path, NULL, err);
    if (shown == NULL)
        goto out;
    TRY_OUT(stream_open_file(&s, path, shown, err));
    TRY_OUT(stream_peek(s, err));
    TRY_OUT(file_form_detect(&form, path, shown, s->head, s->head_len, err));
    *look = look_of(s, &form);
out:
    stream_close(s);
    mem_free(shown);
    return status;
}
