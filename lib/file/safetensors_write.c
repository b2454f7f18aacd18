/* The layout follows the reference writer (prepare() in tensor.rs), so that equal content gives
 * equal bytes, except for the order of metadata keys, which there is that of a hash table. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "lib/file/json.h"
#include "lib/file/json_text.h"
#include "lib/file/safetensors_header.h"

static int compare_tensors(const void *a, const void *b)
{
    const struct safetensors_tensor *left = a, *right = b;
    if (left->dtype != right->dtype)
        return left->dtype > right->dtype ? -1 : 1;
    return strcmp(left->name, right->name);
}

static int compare_pairs(const void *a, const void *b)
{
    const struct safetensors_pair *left = a, *right = b;
    return strcmp(left->key, right->key);
}

void safetensors_sort(struct safetensors_tensor *tensors, size_t n_tensors,
                      struct safetensors_pair *metadata, size_t n_metadata)
{
    if (n_tensors > 1)
        qsort(tensors, n_tensors, sizeof *tensors, compare_tensors);
    if (n_metadata > 1)
        qsort(metadata, n_metadata, sizeof *metadata, compare_pairs);
}

static enum status refuse(const struct safetensors_tensor *t, const char *why, struct err *err)
{
    return err_set(err, ST_INPUT, "tensor '%s' %s", escape_text(t->name).text, why);
}

/* Moves *end behind the tensor, and refuses what the reader would refuse. */
static enum status check_tensor(const struct safetensors_tensor *t, int64_t *end, struct err *err)
{
    if (json_text_has_control(t->name))
        return refuse(t, "has a control character in its name", err);
    if (strcmp(t->name, "__metadata__") == 0)
        return refuse(t, "has a name that the file format reserves", err);
    if (t->rank < 0 || t->rank > SAFETENSORS_MAX_RANK)
        return refuse(t, "must have one dimension, two or none", err);
    uint64_t bytes;
    if (!safetensors_count_bytes(t, &bytes) || __builtin_add_overflow(*end, bytes, end))
        return refuse(t, "has a shape whose size does not fit 63 bits", err);
    return ST_OK;
}

static enum status add_numbers(struct json *entry, const char *key, const int64_t *numbers, int n,
                               struct err *err)
{
    struct json *array;
    TRY(json_new_array(&array, err));
    enum status status = ST_OK;
    for (int i = 0; i < n && status == ST_OK; i++)
        status = json_append_int(array, numbers[i], err);
    if (status == ST_OK)
        return json_set_value(entry, key, array, err);
    json_free(array);
    return status;
}

static enum status fill_entry(struct json *entry, const struct safetensors_tensor *t, int64_t begin,
                              int64_t end, struct err *err)
{
    int64_t shape[SAFETENSORS_MAX_RANK];
    for (int i = 0; i < t->rank; i++) {
        if (t->shape[i] > INT64_MAX)
            return refuse(t, "has a dimension that does not fit 63 bits", err);
        shape[i] = (int64_t)t->shape[i];
    }
    TRY(json_set_string(entry, "dtype", safetensors_dtype_name(t->dtype), err));
    TRY(add_numbers(entry, "shape", shape, t->rank, err));
    return add_numbers(entry, "data_offsets", (const int64_t[]){begin, end}, 2, err);
}

static enum status add_tensor(struct json *header, const struct safetensors_tensor *t, int64_t *end,
                              struct err *err)
{
    const int64_t begin = *end;
    TRY(check_tensor(t, end, err));
    if (json_has(header, t->name))
        return refuse(t, "is given twice", err);
    struct json *entry;
    TRY(json_new_object(&entry, err));
    const enum status status = fill_entry(entry, t, begin, *end, err);
    if (status == ST_OK)
        return json_set_value(header, t->name, entry, err);
    json_free(entry);
    return status;
}

static enum status check_pair(const struct json *metadata, const struct safetensors_pair *pair,
                              struct err *err)
{
    if (json_has(metadata, pair->key))
        return err_set(err, ST_INPUT, "the metadata key '%s' is given twice",
                       escape_text(pair->key).text);
    const size_t len = strlen(SAFETENSORS_CHECKSUM_PREFIX);
    if (strcmp(pair->key, SAFETENSORS_CHECKSUM_KEY) != 0 &&
        strncmp(pair->value, SAFETENSORS_CHECKSUM_PREFIX, len) == 0)
        return err_set(err, ST_INPUT,
                       "the metadata value of '%s' begins with '" SAFETENSORS_CHECKSUM_PREFIX
                       "', which is kept for the checksum",
                       escape_text(pair->key).text);
    return ST_OK;
}

static enum status add_metadata(struct json *header, const struct safetensors_pair *pairs, size_t n,
                                struct err *err)
{
    if (n == 0)
        return ST_OK;
    struct json *metadata;
    TRY(json_new_object(&metadata, err));
    enum status status = ST_OK;
    for (size_t i = 0; i < n && status == ST_OK; i++) {
        status = check_pair(metadata, &pairs[i], err);
        if (status == ST_OK)
            status = json_set_string(metadata, pairs[i].key, pairs[i].value, err);
    }
    if (status == ST_OK)
        return json_set_value(header, "__metadata__", metadata, err);
    json_free(metadata);
    return status;
}

static enum status pad_header(struct buf *header, size_t start, size_t align, struct err *err)
{
    const size_t past = (SAFETENSORS_LENGTH_BYTES + header->len - start) % align;
    const size_t spaces = past == 0 ? 0 : align - past;
    TRY(buf_addf(header, err, "%*s", (int)spaces, ""));
    if (header->len - start > SAFETENSORS_MAX_HEADER)
        return err_set(err, ST_INPUT, "the header would have %zu bytes, the limit is %d",
                       header->len - start, SAFETENSORS_MAX_HEADER);
    return ST_OK;
}

enum status safetensors_build_header(struct buf *header, const struct safetensors_tensor *tensors,
                                     size_t n_tensors, const struct safetensors_pair *metadata,
                                     size_t n_metadata, size_t align, struct err *err)
{
    if (n_tensors > SAFETENSORS_MAX_TENSORS)
        return err_set(err, ST_INPUT, "%zu tensors are more than the limit of %d", n_tensors,
                       SAFETENSORS_MAX_TENSORS);
    const size_t start = header->len;
    struct json *made;
    TRY(json_new_object(&made, err));
    enum status status;
    TRY_OUT(add_metadata(made, metadata, n_metadata, err));
    int64_t end = 0;
    for (size_t i = 0; i < n_tensors; i++)
        TRY_OUT(add_tensor(made, &tensors[i], &end, err));
    TRY_OUT(json_format(made, header, false, err));
    TRY_OUT(pad_header(header, start, align, err));
out:
    json_free(made);
    return status;
}

/* A file about to be written: the caller's lists in file order, and the header. */
struct draft {
    struct safetensors_tensor *tensors;
    size_t n_tensors;
    struct safetensors_pair *metadata;
    size_t n_metadata;
    struct buf header;
};

static enum status copy_lists(struct draft *d, const struct safetensors_tensor *tensors,
                              size_t n_tensors, const struct safetensors_pair *metadata,
                              size_t n_metadata, const char *checksum, struct err *err)
{
    d->tensors = mem_zeroed(n_tensors, sizeof *d->tensors, err);
    d->metadata = mem_zeroed(n_metadata + 1, sizeof *d->metadata, err);
    if (d->tensors == NULL || d->metadata == NULL)
        return ST_NOMEM;
    d->n_tensors = n_tensors;
    for (size_t i = 0; i < n_tensors; i++)
        d->tensors[i] = tensors[i];
    for (size_t i = 0; i < n_metadata; i++)
        if (strcmp(metadata[i].key, SAFETENSORS_CHECKSUM_KEY) != 0)
            d->metadata[d->n_metadata++] = metadata[i];
    d->metadata[d->n_metadata++] =
        (struct safetensors_pair){.key = SAFETENSORS_CHECKSUM_KEY, .value = checksum};
    safetensors_sort(d->tensors, d->n_tensors, d->metadata, d->n_metadata);
    return ST_OK;
}

/* The header was made with the checksum of the hash 0; puts the right one in its place. */
static enum status set_checksum(struct draft *d, uint64_t *hash, struct err *err)
{
    struct hash *h;
    TRY(hash_new(&h, err));
    hash_add(h, d->header.data, d->header.len);
    for (size_t i = 0; i < d->n_tensors; i++)
        hash_add(h, d->tensors[i].data, safetensors_bytes(&d->tensors[i]));
    char value[SAFETENSORS_CHECKSUM_SIZE];
    *hash = hash_digest(h);
    safetensors_format_checksum(*hash, value);
    hash_free(h);
    const char *digits = safetensors_find_digits(d->header.data, d->header.len);
    memcpy(d->header.data + (digits - d->header.data), value + strlen(SAFETENSORS_CHECKSUM_PREFIX),
           SAFETENSORS_DIGITS);
    return ST_OK;
}

static enum status write_parts(struct io_writer *w, const struct draft *d, struct err *err)
{
    const uint64_t len = d->header.len;
    TRY(io_writer_put(w, &len, sizeof len, err));
    TRY(io_writer_put(w, d->header.data, d->header.len, err));
    for (size_t i = 0; i < d->n_tensors; i++)
        TRY(io_writer_put(w, d->tensors[i].data, safetensors_bytes(&d->tensors[i]), err));
    return ST_OK;
}

static enum status write_file(struct io_writer **out, const char *path, const struct draft *d,
                              struct err *err)
{
    struct io_writer *w;
    TRY(io_writer_open(&w, path, err));
    enum status status = write_parts(w, d, err);
    if (status == ST_OK)
        status = io_writer_finish(w, err);
    if (status == ST_OK)
        *out = w;
    else
        io_writer_discard(w);
    return status;
}

enum status safetensors_stage(struct safetensors_staged *staged, const char *path,
                              const struct safetensors_tensor *tensors, size_t n_tensors,
                              const struct safetensors_pair *metadata, size_t n_metadata,
                              struct err *err)
{
    TRY(safetensors_check_host(path, err));
    struct draft d = {0};
    struct err why;
    char zero[SAFETENSORS_CHECKSUM_SIZE];
    safetensors_format_checksum(0, zero);
    enum status status;
    TRY_OUT(copy_lists(&d, tensors, n_tensors, metadata, n_metadata, zero, err));
    status = safetensors_build_header(&d.header, d.tensors, d.n_tensors, d.metadata, d.n_metadata,
                                      SAFETENSORS_ALIGN, &why);
    if (status != ST_OK) {
        err_set(err, status, "cannot write '%s': %s", path, why.text);
        goto out;
    }
    TRY_OUT(set_checksum(&d, &staged->hash, err));
    status = write_file(&staged->file, path, &d, err);
out:
    mem_free(d.tensors);
    mem_free(d.metadata);
    buf_fini(&d.header);
    return status;
}

enum status safetensors_save(const char *path, const struct safetensors_tensor *tensors,
                             size_t n_tensors, const struct safetensors_pair *metadata,
                             size_t n_metadata, struct err *err)
{
    struct safetensors_staged staged;
    TRY(safetensors_stage(&staged, path, tensors, n_tensors, metadata, n_metadata, err));
    return io_writer_commit(staged.file, err);
}
