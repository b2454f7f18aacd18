/* libarchive is asked for exactly one format and no filter: its own detection takes innocent text
 * for archives, its gzip filter does not check sums, and some filters run programs. Hence
 * compressed tars are decoded below, and what libarchive lets pass (a tar cut between two members)
 * is checked here. */
#include "corpora/archive_reader.h"

#include <errno.h>
#include <locale.h>
#include <string.h>
#include <archive.h>
#include <archive_entry.h>

#include "corpora/tar_input.h"
#include "lib/base/escape.h"
#include "lib/base/mem.h"

/* Of one name; and of all names of an archive, for they are kept while it is searched, and
 * libarchive takes longer over a byte of a name than over a hundred of a text. */
enum { NAME_MAX_BYTES = 4096, NAMES_MAX_BYTES = 1 << 24 };
enum { LINE_BYTES = 240 }; /* of what libarchive says */

struct archive_reader {
    struct archive *handle;
    struct archive_entry *entry; /* libarchive has its own, and does not check that it got it */
    enum archive_kind kind;
    uint32_t members, max_members;
    size_t name_bytes; /* of all members so far */
    int64_t size;      /* of the member found, as its header says; -1 if it does not */
    int64_t count;     /* bytes of it given so far */
    locale_t utf8;     /* or 0 if the system has none */
    struct err below;  /* why the stream below failed; code ST_OK if it did not */
    struct tar_input input;
};

static la_ssize_t on_read(struct archive *handle, void *ctx, const void **block)
{
    (void)handle;
    struct archive_reader *r = ctx;
    size_t got = 0;
    *block = r->input.block;
    if (tar_input_read(&r->input, &got, &r->below) == ST_OK)
        return (la_ssize_t)got;
    return -1;
}

static la_int64_t on_seek(struct archive *handle, void *ctx, la_int64_t offset, int whence)
{
    (void)handle;
    struct archive_reader *r = ctx;
    int64_t at;
    if (stream_seek(r->input.from, offset, whence, &at, &r->below) == ST_OK)
        return at;
    return ARCHIVE_FATAL;
}

static enum status no_memory(const char *name, struct err *err)
{
    return err_set(err, ST_NOMEM, "out of memory: cannot read '%s'", name);
}

/* For a call of libarchive before which errno was 0: not all of its failures for want of memory say
 * so otherwise. */
static enum status fail(const struct archive_reader *r, struct err *err)
{
    if (r->below.code != ST_OK && err != NULL)
        *err = r->below;
    if (r->below.code != ST_OK)
        return r->below.code;
    if (errno == ENOMEM || archive_errno(r->handle) == ENOMEM)
        return no_memory(r->input.name, err);
    const char *reason = archive_error_string(r->handle); /* NULL after some failures */
    char shown[LINE_BYTES];
    return err_set(err, ST_INPUT,
                   "'%s' is damaged, cut short or not what its name says (%s): download or "
                   "create it again",
                   r->input.name,
                   reason != NULL ? escape_line(shown, sizeof shown, reason) : "no reason known");
}

void archive_reader_free(struct archive_reader *r)
{
    archive_read_free(r->handle);
    archive_entry_free(r->entry);
    stream_close(r->input.from);
    if (r->utf8 != (locale_t)0)
        freelocale(r->utf8);
    mem_free(r);
}

static int enable_format(struct archive *handle, enum archive_kind kind)
{
    if (kind == ARCHIVE_KIND_TAR)
        return archive_read_support_format_tar(handle);
    archive_read_set_seek_callback(handle, on_seek);
    return archive_read_support_format_zip_seekable(handle);
}

/* archive_read_open would not look at whether its data could be kept, and follow NULL. */
static int open_handle(struct archive_reader *r)
{
    errno = 0;
    archive_read_set_read_callback(r->handle, on_read);
    const int code = archive_read_set_callback_data(r->handle, r);
    return code == ARCHIVE_OK ? archive_read_open1(r->handle) : code;
}

enum status archive_reader_open(struct archive_reader **out, const struct archive_input *in,
                                struct err *err)
{
    struct archive_reader *r = mem_zeroed(1, sizeof *r, err);
    if (r == NULL) {
        stream_close(in->from);
        return ST_NOMEM;
    }
    r->kind = in->kind;
    r->max_members = in->limits->members;
    r->input.from = in->from;
    r->input.name = in->name;
    /* Zip is read out of order, its blocks perhaps more than once; what is passed over in it is
     * not decoded. */
    r->input.limit = in->kind == ARCHIVE_KIND_TAR ? in->limits->bytes : UINT64_MAX;
    r->handle = archive_read_new();
    r->entry = archive_entry_new2(r->handle);
    errno = 0;
    r->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    const bool no_locale = r->utf8 == (locale_t)0 && errno == ENOMEM;
    enum status status = ST_OK;
    if (no_locale || r->handle == NULL || r->entry == NULL ||
        enable_format(r->handle, in->kind) != ARCHIVE_OK)
        status = no_memory(in->name, err);
    else if (open_handle(r) != ARCHIVE_OK)
        status = fail(r, err);
    if (status != ST_OK)
        archive_reader_free(r);
    else
        *out = r;
    return status;
}

/* A warning about a header is passed over only where it says that a name, said to be UTF-8, is not:
 * the name's own bytes are kept, and they are all that is wanted here. */
static bool is_harmless(struct archive_reader *r, int code)
{
    const char *text = archive_error_string(r->handle);
    return code == ARCHIVE_WARN && text != NULL && strstr(text, "be converted") != NULL;
}

/* libarchive turns names into the encoding of the locale, and in the C locale loses those outside
 * ASCII; so it gets a UTF-8 locale for the call, whatever the program's. */
static int read_header(struct archive_reader *r)
{
    const locale_t before = r->utf8 != (locale_t)0 ? uselocale(r->utf8) : (locale_t)0;
    errno = 0;
    const int code = archive_read_next_header2(r->handle, r->entry);
    if (before != (locale_t)0)
        uselocale(before);
    return code;
}

/* The next header, to r->entry. */
static enum status next_entry(struct archive_reader *r, bool *at_end, struct err *err)
{
    const int code = read_header(r);
    *at_end = code == ARCHIVE_EOF;
    if (*at_end)
        return ST_OK;
    if (code != ARCHIVE_OK && !is_harmless(r, code))
        return fail(r, err);
    if (r->members++ == r->max_members)
        return err_set(err, ST_INPUT,
                       "'%s' is in an archive of more than %u members, the limit: unpack it",
                       r->input.name, (unsigned)r->max_members);
    const char *name = archive_entry_pathname(r->entry);
    r->name_bytes += name != NULL ? strlen(name) : 0;
    if (r->name_bytes > NAMES_MAX_BYTES)
        return err_set(err, ST_INPUT,
                       "'%s' is in an archive whose members' names come to more than %d bytes, the "
                       "limit: unpack it, or create it again with shorter names",
                       r->input.name, NAMES_MAX_BYTES);
    return ST_OK;
}

/* The name of a regular member, NULL for directories, links, devices and what has no name. */
static const char *regular_name(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    const bool regular = archive_entry_filetype(entry) == AE_IFREG;
    return regular && name != NULL && strlen(name) <= NAME_MAX_BYTES ? name : NULL;
}

/* libarchive takes a tar that was cut between two members for whole. */
enum status archive_reader_next(struct archive_reader *r, const char **name, struct err *err)
{
    for (;;) {
        bool at_end;
        TRY(next_entry(r, &at_end, err));
        *name = at_end ? NULL : regular_name(r->entry);
        if (at_end)
            break;
        if (*name == NULL)
            continue;
        r->size = archive_entry_size_is_set(r->entry) ? archive_entry_size(r->entry) : -1;
        r->count = 0;
        return ST_OK;
    }
    if (r->kind != ARCHIVE_KIND_TAR)
        return ST_OK;
    return tar_input_check_end(&r->input, (uint64_t)archive_read_header_position(r->handle), err);
}

bool archive_reader_is_empty(const struct archive_reader *r)
{
    return r->size == 0;
}

/* Of zip's methods only those that nearly every zip has. Of the others, libarchive lets a member of
 * LZMA, xz or PPMd ask for up to 4 GiB of memory in a few bytes. */
enum status archive_reader_check_method(const struct archive_reader *r, struct err *err)
{
    const char *method = archive_format_name(r->handle); /* "ZIP 2.0 (deflation)" */
    if (r->kind != ARCHIVE_KIND_ZIP || strstr(method, "(deflation)") != NULL ||
        strstr(method, "(uncompressed)") != NULL)
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "'%s' is packed by a method that is not read (%s): unpack it, or create "
                   "the archive again with deflate",
                   r->input.name, method);
}

/* libarchive gives no bytes for a sparse member that is all one hole. */
static enum status check_size(const struct archive_reader *r, struct err *err)
{
    if (r->size < 0 || r->size == r->count)
        return ST_OK;
    return err_set(err, ST_INPUT, "'%s' is damaged: it has %lld bytes where its header says %lld",
                   r->input.name, (long long)r->count, (long long)r->size);
}

enum status archive_reader_read(struct archive_reader *r, void *buf, size_t cap, size_t *got,
                                struct err *err)
{
    *got = 0;
    /* Any negative result is fatal: a wrong sum of a zip member comes as a mere warning. */
    errno = 0;
    const la_ssize_t n = archive_read_data(r->handle, buf, cap);
    if (n < 0)
        return fail(r, err);
    r->count += n;
    *got = (size_t)n;
    return n > 0 ? ST_OK : check_size(r, err);
}

void archive_reader_set_name(struct archive_reader *r, const char *name)
{
    r->input.name = name;
}
