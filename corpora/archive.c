#include "corpora/archive.h"

#include <stdlib.h>
#include <string.h>

#include "corpora/compress/decoder.h"
#include "corpora/file_form.h"
#include "corpora/names.h"
#include "lib/base/mem.h"

/* The bytes of the member that the reader is at, as the archive has them. */
struct stored_stream {
    struct stream base;
    struct archive_reader *reader; /* borrowed */
};

struct members_stream {
    struct stream base;
    struct archive_reader *reader;
    struct stored_stream stored;
    struct stream *decoded; /* over `stored`, of a compressed member; otherwise NULL */
    const struct archive_member *members; /* [n], borrowed */
    size_t n, n_left;                     /* n_left of them have not come yet */
    size_t at;                            /* the one being read; n after the last */
    bool ended;                           /* all of that one is read */
    bool sorted;                          /* members are, by the bytes of their names */
    struct names_first passed;            /* for the message if one is not there */
    bool come[];                          /* [n] */
};

static int compare_member(const void *name, const void *member)
{
    return strcmp(name, ((const struct archive_member *)member)->name);
}

static bool are_sorted(const struct archive_member *members, size_t n)
{
    size_t i = 1;
    while (i < n && strcmp(members[i - 1].name, members[i].name) < 0)
        i++;
    return i >= n;
}

/* The index of a member that is wanted, or n. */
static size_t find_wanted(const struct members_stream *m, const char *name)
{
    if (m->sorted) {
        const struct archive_member *found =
            bsearch(name, m->members, m->n, sizeof *m->members, compare_member);
        return found == NULL ? m->n : (size_t)(found - m->members);
    }
    size_t i = 0;
    while (i < m->n && strcmp(m->members[i].name, name) != 0)
        i++;
    return i;
}

static enum status fail_missing(const struct members_stream *m, struct err *err)
{
    size_t i = 0;
    while (m->come[i])
        i++;
    struct buf names = {0};
    enum status status =
        names_add_list(&names, (const char *const *)m->passed.names, m->passed.n, err);
    if (status == ST_OK)
        status = err_set(err, ST_INPUT, "'%s' is not there: the archive's members are %s",
                         m->members[i].shown, m->passed.n > 0 ? names.data : "none");
    buf_fini(&names);
    return status;
}

static enum status stored_read(struct stream *s, void *buf, size_t cap, size_t *got,
                               struct err *err)
{
    return archive_reader_read(((struct stored_stream *)s)->reader, buf, cap, got, err);
}

static void stored_close(struct stream *s)
{
    (void)s; /* is a part of its members_stream */
}

static const struct stream_ops stored_ops = {stored_read, NULL, NULL, stored_close};

static void end_member(struct members_stream *m)
{
    stream_close(m->decoded);
    m->decoded = NULL;
}

/* One level deep: texts are decompressed, archives are not opened. */
static enum status look_into_member(struct members_stream *m, const struct archive_member *member,
                                    struct err *err)
{
    struct file_form form;
    struct stream *s = &m->stored.base;
    m->stored = (struct stored_stream){.base.ops = &stored_ops, .reader = m->reader};
    TRY(stream_peek(s, err));
    TRY(file_form_detect(&form, member->name, member->shown, s->head, s->head_len, err));
    if (file_form_is_archive(&form))
        return err_set(err, ST_INPUT,
                       "'%s' is an archive within an archive, which is not read: unpack the outer "
                       "one",
                       member->shown);
    if (form.codec == NULL)
        return ST_OK;
    TRY(decoder_open(&m->decoded, s, form.codec, member->shown, err));
    s = m->decoded;
    TRY(stream_peek(s, err));
    return file_form_check_decoded(&form, member->shown, s->head, s->head_len, err);
}

/* With two members of one name it would be open which is meant. */
static enum status begin_member(struct members_stream *m, size_t i, struct err *err)
{
    archive_reader_set_name(m->reader, m->members[i].shown);
    if (m->come[i])
        return err_set(err, ST_INPUT, "'%s' is twice in its archive: create it again with one",
                       m->members[i].shown);
    m->come[i] = true;
    m->n_left--;
    TRY(archive_reader_check_method(m->reader, err));
    return look_into_member(m, &m->members[i], err);
}

/* Goes to the next member that is wanted, or to the archive's end. */
static enum status go_on(struct members_stream *m, struct err *err)
{
    size_t at = m->n;
    end_member(m);
    while (at == m->n) {
        const char *name;
        TRY(archive_reader_next(m->reader, &name, err));
        if (name == NULL)
            break;
        if (m->n_left > 0)
            TRY(names_note(&m->passed, name, err));
        at = find_wanted(m, name);
    }
    if (at < m->n)
        TRY(begin_member(m, at, err));
    else if (m->n_left > 0)
        return fail_missing(m, err);
    m->at = at;
    m->ended = false;
    return ST_OK;
}

static enum status members_read(struct stream *s, void *buf, size_t cap, size_t *got,
                                struct err *err)
{
    struct members_stream *m = (struct members_stream *)s;
    *got = 0;
    if (m->ended || m->at == m->n)
        return ST_OK;
    TRY(stream_read(m->decoded != NULL ? m->decoded : &m->stored.base, buf, cap, got, err));
    if (*got > 0)
        return ST_OK;
    if (m->n_left == 0)
        return go_on(m, err);
    m->ended = true;
    return ST_OK;
}

static void members_close(struct stream *s)
{
    struct members_stream *m = (struct members_stream *)s;
    end_member(m);
    archive_reader_free(m->reader);
    names_fini(&m->passed);
    mem_free(m);
}

static const struct stream_ops members_ops = {members_read, NULL, NULL, members_close};

enum status archive_next_member(struct stream *s, size_t *at, struct err *err)
{
    struct members_stream *m = (struct members_stream *)s;
    if (m->at < m->n)
        TRY(go_on(m, err));
    *at = m->at;
    return ST_OK;
}

enum status archive_open_members(struct stream **s, const struct archive_input *in,
                                 const struct archive_member *members, size_t n, size_t *at,
                                 struct err *err)
{
    struct archive_reader *r;
    TRY(archive_reader_open(&r, in, err));
    struct members_stream *m = mem_zeroed(1, sizeof *m + n * sizeof *m->come, err);
    if (m == NULL) {
        archive_reader_free(r);
        return ST_NOMEM;
    }
    m->base.ops = &members_ops;
    m->reader = r;
    m->members = members;
    m->n = m->n_left = n;
    m->sorted = are_sorted(members, n);
    const enum status status = go_on(m, err);
    *at = m->at;
    if (status != ST_OK)
        members_close(&m->base);
    else
        *s = &m->base;
    return status;
}

enum status archive_list_members(struct source_list *list, const struct archive_input *in,
                                 struct err *err)
{
    struct archive_reader *r;
    TRY(archive_reader_open(&r, in, err));
    enum status status;
    const char *name;
    do {
        TRY_OUT(archive_reader_next(r, &name, err));
        if (name != NULL)
            TRY_OUT((archive_reader_is_empty(r) ? source_list_add_empty
                                                : source_list_add)(list, name, err));
    } while (name != NULL);
    if (list->n == 0)
        status = err_set(err, ST_INPUT, "'%s' is an archive without a regular member", in->name);
out:
    archive_reader_free(r);
    return status;
}
