#include "tests/support/corpora_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

static void need(int fine, const char *what)
{
    if (fine)
        return;
    perror(what);
    abort();
}

void bytes_free(struct bytes *b)
{
    free(b->data);
    *b = (struct bytes){0};
}

void bytes_append(struct bytes *b, const void *more, size_t n)
{
    if (b->cap < b->n + n + 1) {
        b->cap = 2 * (b->n + n + 1);
        b->data = realloc(b->data, b->cap);
    }
    need(b->data != NULL, "memory");
    if (n > 0)
        memcpy(b->data + b->n, more, n);
    b->n += n;
    b->data[b->n] = '\0';
}

struct bytes files_gzip(const void *bytes, size_t n)
{
    z_stream z = {0};
    need(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK, "deflate");
    struct bytes out = {.n = deflateBound(&z, n) + 32};
    out.data = malloc(out.n);
    need(out.data != NULL, "memory");
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.avail_in = (uInt)n;
    z.next_out = (Bytef *)out.data;
    z.avail_out = (uInt)out.n;
    need(deflate(&z, Z_FINISH) == Z_STREAM_END, "deflate");
    out.n = z.total_out;
    deflateEnd(&z);
    return out;
}

static size_t text_len(const struct file_member *m)
{
    return m->len > 0 || m->text == NULL ? m->len : strlen(m->text);
}

static void write_member(struct archive *a, const struct file_member *m)
{
    struct archive_entry *entry = archive_entry_new();
    const size_t n = text_len(m);
    archive_entry_set_pathname(entry, m->name);
    archive_entry_set_filetype(entry, m->type == 0 ? AE_IFREG : m->type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)n);
    archive_entry_set_mtime(entry, 1000000000, 0);
    if (m->type == AE_IFLNK)
        archive_entry_set_symlink(entry, "target");
    if (m->hard_link != NULL)
        archive_entry_set_hardlink(entry, m->hard_link);
    const int code = archive_write_header(a, entry); /* a name outside ASCII brings a warning */
    need(code == ARCHIVE_OK || code == ARCHIVE_WARN, m->name);
    need(archive_write_data(a, m->text, n) == (la_ssize_t)n, m->name);
    archive_entry_free(entry);
}

struct bytes files_archive(const char *format, const struct file_member *members, size_t n)
{
    size_t cap = 1 << 16;
    for (size_t i = 0; i < n; i++)
        cap += 4096 + 2 * strlen(members[i].name) + text_len(&members[i]);
    struct bytes out = {.data = malloc(cap)};
    need(out.data != NULL, "memory");
    struct archive *a = archive_write_new();
    need(archive_write_set_format_by_name(a, format) == ARCHIVE_OK, format);
    archive_write_set_bytes_per_block(a, 512);
    archive_write_set_bytes_in_last_block(a, 1);
    need(archive_write_open_memory(a, out.data, cap, &out.n) == ARCHIVE_OK, format);
    for (size_t i = 0; i < n; i++)
        write_member(a, &members[i]);
    need(archive_write_close(a) == ARCHIVE_OK, format);
    archive_write_free(a);
    return out;
}

enum status files_slurp(struct bytes *out, const char *path, const char *member, size_t cap,
                        const struct source_limits *limits, struct err *err)
{
    struct source *s;
    char *step = malloc(cap);
    need(step != NULL, "memory");
    *out = (struct bytes){0};
    bytes_append(out, "", 0);
    enum status status = source_open(&s, path, member, limits, err);
    if (status == ST_OK) {
        size_t got = 1;
        while (got > 0 && (status = source_read(s, step, cap, &got, err)) == ST_OK)
            bytes_append(out, step, got);
        source_close(s);
    }
    free(step);
    return status;
}
