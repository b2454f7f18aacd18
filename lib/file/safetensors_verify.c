#include "lib/file/safetensors_verify.h"

#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "lib/file/safetensors_float.h"
#include "lib/file/safetensors_header.h"

/* A checksum whose key was damaged is recognised by its value. */
static enum status find_checksum(const struct safetensors_file *file, const char *path,
                                 const char **value, struct err *err)
{
    *value = safetensors_find_metadata(file, SAFETENSORS_CHECKSUM_KEY);
    if (*value != NULL)
        return ST_OK;
    const size_t len = strlen(SAFETENSORS_CHECKSUM_PREFIX);
    for (size_t i = 0; i < file->n_metadata; i++)
        if (strncmp(file->metadata[i].value, SAFETENSORS_CHECKSUM_PREFIX, len) == 0)
            return err_set(err, ST_INPUT,
                           "'%s' is damaged: its checksum is under the name '%s', not "
                           "'" SAFETENSORS_CHECKSUM_KEY "'",
                           path, escape_text(file->metadata[i].key).text);
    return ST_OK;
}

/* n bytes of the map from `at` on, or the same read into `piece`. */
static enum status fetch(const struct safetensors_file *file, const struct safetensors_origin *from,
                         const unsigned char *at, size_t n, unsigned char *piece,
                         const unsigned char **bytes, struct err *err)
{
    *bytes = at;
    if (from->fd < 0)
        return ST_OK;
    *bytes = piece;
    return io_read_at(from->fd, from->path, (uint64_t)(at - file->map.data), piece, n, err);
}

enum { PIECE = 1 << 16 }; /* whole numbers of any type */

/* In pieces that stay in a cache for the second look at them. h may be NULL. */
static enum status scan_tensor(struct safetensors_file *file, const struct safetensors_origin *from,
                               const struct safetensors_tensor *t, struct hash *h, struct err *err)
{
    const size_t size = safetensors_bytes(t);
    unsigned char piece[PIECE];
    for (size_t at = 0; at < size; at += PIECE) {
        const size_t n = size - at < PIECE ? size - at : PIECE;
        const unsigned char *bytes;
        TRY(fetch(file, from, (const unsigned char *)t->data + at, n, piece, &bytes, err));
        if (h != NULL)
            hash_add(h, bytes, n);
        if (!safetensors_is_finite(t->dtype, bytes, n))
            file->all_finite = false;
    }
    return ST_OK;
}

/* The one pass over the tensors. They follow each other and cover the file, so that hashing them
 * hashes all of it. */
static enum status scan(struct safetensors_file *file, const struct safetensors_origin *from,
                        struct hash *h, struct err *err)
{
    file->all_finite = true;
    for (size_t i = 0; i < file->n_tensors; i++)
        TRY(scan_tensor(file, from, &file->tensors[i], h, err));
    return ST_OK;
}

/* The lists of a file as ptblm would write it. */
struct layout {
    struct safetensors_file file; /* its tensors and metadata are copies, the rest is not there */
    struct buf header;
};

static bool is_own_key(const char *key)
{
    return strcmp(key, "format") == 0 || strncmp(key, "ptblm.", 6) == 0;
}

static enum status copy_lists(struct safetensors_file *to, const struct safetensors_file *from,
                              const char *checksum, struct err *err)
{
    to->tensors = mem_zeroed(from->n_tensors, sizeof *to->tensors, err);
    to->metadata = mem_zeroed(from->n_metadata, sizeof *to->metadata, err);
    if (to->tensors == NULL || to->metadata == NULL)
        return ST_NOMEM;
    for (; to->n_tensors < from->n_tensors; to->n_tensors++)
        to->tensors[to->n_tensors] = from->tensors[to->n_tensors];
    for (size_t i = 0; i < from->n_metadata; i++) {
        struct safetensors_pair pair = from->metadata[i];
        if (strcmp(pair.key, SAFETENSORS_CHECKSUM_KEY) == 0)
            pair.value = checksum;
        if (is_own_key(pair.key))
            to->metadata[to->n_metadata++] = pair;
    }
    safetensors_sort(to->tensors, to->n_tensors, to->metadata, to->n_metadata);
    return ST_OK;
}

static enum status hash_layout(struct safetensors_file *file, const struct safetensors_origin *from,
                               const struct layout *as, struct err *err)
{
    struct hash *h;
    TRY(hash_new(&h, err));
    hash_add(h, as->header.data, as->header.len);
    enum status status = ST_OK;
    for (size_t i = 0; i < as->file.n_tensors && status == ST_OK; i++)
        status = scan_tensor(file, from, &as->file.tensors[i], h, err);
    file->hash = hash_digest(h);
    hash_free(h);
    return status;
}

/* The hash of the file as ptblm would write it. */
static enum status hash_contents(struct safetensors_file *file,
                                 const struct safetensors_origin *from, struct err *err)
{
    struct layout as = {.header = {0}};
    char zero[SAFETENSORS_CHECKSUM_SIZE];
    struct err why;
    enum status status;
    safetensors_format_checksum(0, zero);
    TRY_OUT(copy_lists(&as.file, file, zero, err));
    status =
        safetensors_build_header(&as.header, as.file.tensors, as.file.n_tensors, as.file.metadata,
                                 as.file.n_metadata, SAFETENSORS_ALIGN, &why);
    if (status == ST_OK)
        status = hash_layout(file, from, &as, err);
    else
        err_wrap(err, &why, "'%s' is damaged", from->path);
out:
    mem_free(as.file.tensors);
    mem_free(as.file.metadata);
    buf_fini(&as.header);
    return status;
}

/* The hash of the file as it is; where the checksum is not written as ptblm does, only the floats
 * are looked at. */
static enum status hash_file(struct safetensors_file *file, const struct safetensors_origin *from,
                             const char *header, size_t len, struct err *err)
{
    const char *digits = safetensors_find_digits(header, len);
    struct hash *h;
    file->hash = 0;
    if (digits == NULL)
        return scan(file, from, NULL, err);
    TRY(hash_new(&h, err));
    safetensors_hash_header(h, header, len, digits);
    const enum status status = scan(file, from, h, err);
    file->hash = hash_digest(h);
    hash_free(h);
    return status;
}

static bool is_checksum(const char *text)
{
    const size_t len = strlen(SAFETENSORS_CHECKSUM_PREFIX);
    return strncmp(text, SAFETENSORS_CHECKSUM_PREFIX, len) == 0 &&
           strlen(text) == len + SAFETENSORS_DIGITS &&
           strspn(text + len, "0123456789abcdef") == SAFETENSORS_DIGITS;
}

/* More than the headers that ptblm writes; a larger one is not built again. */
enum { CONTENTS_HEADER_MAX = 1 << 22 };

enum status safetensors_verify(struct safetensors_file *file, const struct safetensors_origin *from,
                               const char *header, size_t len, struct err *err)
{
    const char *stored, *path = from->path;
    char found[SAFETENSORS_CHECKSUM_SIZE];
    TRY(find_checksum(file, path, &stored, err));
    if (stored == NULL)
        return scan(file, from, NULL, err);
    if (!is_checksum(stored))
        return err_set(err, ST_INPUT, "'%s' is damaged: '%s' is not a checksum", path,
                       escape_text(stored).text);
    TRY(hash_file(file, from, header, len, err));
    safetensors_format_checksum(file->hash, found);
    if (strcmp(found, stored) != 0 && len <= CONTENTS_HEADER_MAX) {
        TRY(hash_contents(file, from, err));
        safetensors_format_checksum(file->hash, found);
    }
    if (strcmp(found, stored) != 0)
        return err_set(err, ST_INPUT,
                       "'%s' is damaged, or was changed by another program: its checksum is %s, "
                       "but it says %s; a program that changes a model must leave out its "
                       "'" SAFETENSORS_CHECKSUM_KEY "'",
                       path, found, escape_text(stored).text);
    file->has_checksum = true;
    return ST_OK;
}
