#include "corpora/archive.h"

#include <string.h>

#include "corpora/archive_reader.h"
#include "corpora/list.h"
#include "corpora/shown.h"
#include "lib/base/mem.h"

struct member_stream {
    struct stream base;
    struct archive_reader *reader;
    char *member;
    bool at_end;
};

/* Walks over the members that are left; one more of the name would leave it open which is meant. */
static enum status finish(const struct member_stream *m, struct err *err)
{
    const char *name;
    do {
        TRY(archive_reader_next(m->reader, &name, err));
        if (name != NULL && strcmp(name, m->member) == 0)
            return err_set(err, ST_INPUT,
                           "'%s' is there twice in its archive: make it again with one",
                           archive_reader_name(m->reader));
    } while (name != NULL);
    return ST_OK;
}

static enum status member_read(struct stream *s, void *buf, size_t cap, size_t *got,
                               struct err *err)
{
    struct member_stream *m = (struct member_stream *)s;
    *got = 0;
    if (m->at_end)
        return ST_OK;
    TRY(archive_reader_read(m->reader, buf, cap, got, err));
    if (*got > 0)
        return ST_OK;
    TRY(finish(m, err));
    m->at_end = true;
    return ST_OK;
}

static void member_close(struct stream *s)
{
    struct member_stream *m = (struct member_stream *)s;
    archive_reader_free(m->reader);
    mem_free(m->member);
    mem_free(m);
}

static const struct stream_ops member_ops = {member_read, NULL, member_close};

static enum status fail_not_found(const struct archive_reader *r, const struct shown_names *seen,
                                  struct err *err)
{
    struct buf names = {0};
    enum status status = shown_add_list(&names, (const char *const *)seen->first, seen->n, err);
    if (status == ST_OK)
        status = err_set(err, ST_INPUT, "'%s' is not there: the archive's members are %s",
                         archive_reader_name(r), seen->n > 0 ? names.data : "none");
    buf_fini(&names);
    return status;
}

/* Goes to the member of that name. */
static enum status find_member(struct archive_reader *r, const char *member, struct err *err)
{
    enum status status;
    struct shown_names seen = {0};
    for (;;) {
        const char *name;
        TRY_OUT(archive_reader_next(r, &name, err));
        if (name != NULL && strcmp(name, member) == 0)
            break;
        TRY_OUT(name == NULL ? fail_not_found(r, &seen, err) : shown_names_note(&seen, name, err));
    }
    status = archive_reader_check_method(r, err);
out:
    shown_names_fini(&seen);
    return status;
}

enum status archive_open_member(struct stream **s, const struct archive_input *in,
                                const char *member, struct err *err)
{
    struct archive_reader *r;
    TRY(archive_reader_open(&r, in, err));
    enum status status = ST_NOMEM;
    struct member_stream *m = mem_zeroed(1, sizeof *m, err);
    char *copy = mem_copy_string(member, strlen(member), err);
    if (m == NULL || copy == NULL)
        goto out;
    TRY_OUT(find_member(r, member, err));
    *m = (struct member_stream){.base.ops = &member_ops, .reader = r, .member = copy};
    *s = &m->base;
    return ST_OK;
out:
    mem_free(copy);
    mem_free(m);
    archive_reader_free(r);
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
            TRY_OUT(list_add(list, name, err));
    } while (name != NULL);
    if (list->n == 0)
        status = err_set(err, ST_INPUT, "'%s' is an archive without a regular member", in->name);
out:
    archive_reader_free(r);
    return status;
}
