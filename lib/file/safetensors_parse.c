/* Checks in the order of the reference reader (Metadata::validate in tensor.rs), but more strictly:
 * no unknown members, no control characters in names. The JSON reader has refused names given
 * twice. */
#include "lib/file/safetensors_parse.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "lib/file/json_text.h"
#include "lib/file/safetensors_header.h"

/* A tensor whose place is known, but not yet its data pointer. */
struct entry {
    const char *path; /* for messages */
    struct safetensors_tensor tensor;
    uint64_t begin, end;
};

static enum status refuse(const struct entry *e, struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static enum status refuse(const struct entry *e, struct err *err, const char *fmt, ...)
{
    char why[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    return err_set(err, ST_INPUT, "cannot read '%s': tensor '%s' %s", e->path,
                   escape_text(e->tensor.name).text, why);
}

static enum status check_members(const struct entry *e, const struct json *value, struct err *err)
{
    if (!json_is_object(value))
        return refuse(e, err, "is not described by a JSON object");
    const char *key;
    const struct json *member;
    void *it = NULL;
    while ((it = json_next(value, it, &key, &member)) != NULL)
        if (strcmp(key, "dtype") != 0 && strcmp(key, "shape") != 0 &&
            strcmp(key, "data_offsets") != 0)
            return refuse(e, err, "has the member '%s', which the file format does not have",
                          escape_text(key).text);
    return ST_OK;
}

static enum status parse_dtype(struct entry *e, const struct json *value, struct err *err)
{
    struct err why;
    const char *name;
    if (json_get_string(value, "dtype", &name, &why) != ST_OK)
        return refuse(e, err, "is badly described: %s", why.text);
    if (!safetensors_dtype_find(name, &e->tensor.dtype))
        return refuse(e, err, "has the type '%s': the types read are " SAFETENSORS_DTYPE_LIST,
                      escape_text(name).text);
    return ST_OK;
}

static enum status get_array(const struct entry *e, const struct json *value, const char *key,
                             const struct json **array, struct err *err)
{
    struct err why;
    if (json_get_value(value, key, array, &why) != ST_OK)
        return refuse(e, err, "is badly described: %s", why.text);
    if (!json_is_array(*array))
        return refuse(e, err, "is badly described: '%s' must be an array", key);
    return ST_OK;
}

static enum status get_size(const struct entry *e, const struct json *array, const char *key,
                            size_t i, uint64_t *size, struct err *err)
{
    struct err why;
    int64_t number;
    if (json_get_element(array, i, &number, &why) != ST_OK)
        return refuse(e, err, "is badly described: '%s', %s", key, why.text);
    if (number < 0)
        return refuse(e, err, "is badly described: '%s', element %zu is negative", key, i);
    *size = (uint64_t)number;
    return ST_OK;
}

static enum status parse_shape(struct entry *e, const struct json *value, struct err *err)
{
    const struct json *array;
    TRY(get_array(e, value, "shape", &array, err));
    const size_t rank = json_size(array);
    if (rank > SAFETENSORS_MAX_RANK)
        return refuse(e, err, "has %zu dimensions, and the limit is %d", rank,
                      SAFETENSORS_MAX_RANK);
    e->tensor.rank = (int)rank;
    for (size_t i = 0; i < rank; i++)
        TRY(get_size(e, array, "shape", i, &e->tensor.shape[i], err));
    return ST_OK;
}

static enum status parse_offsets(struct entry *e, const struct json *value, struct err *err)
{
    const struct json *array;
    TRY(get_array(e, value, "data_offsets", &array, err));
    if (json_size(array) != 2)
        return refuse(e, err, "is badly described: 'data_offsets' has %zu elements, not 2",
                      json_size(array));
    TRY(get_size(e, array, "data_offsets", 0, &e->begin, err));
    return get_size(e, array, "data_offsets", 1, &e->end, err);
}

static enum status parse_entry(struct entry *e, const struct json *value, struct err *err)
{
    if (json_text_has_control(e->tensor.name))
        return refuse(e, err, "has a control character in its name");
    TRY(check_members(e, value, err));
    TRY(parse_dtype(e, value, err));
    TRY(parse_shape(e, value, err));
    return parse_offsets(e, value, err);
}

static enum status parse_metadata(struct safetensors_file *file, const char *path,
                                  const struct json *object, struct err *err)
{
    if (!json_is_object(object))
        return err_set(err, ST_INPUT, "cannot read '%s': its __metadata__ is not a JSON object",
                       path);
    file->metadata = mem_zeroed(json_size(object), sizeof *file->metadata, err);
    if (file->metadata == NULL)
        return ST_NOMEM;
    const char *key;
    const struct json *value;
    void *it = NULL;
    while ((it = json_next(object, it, &key, &value)) != NULL) {
        struct err why;
        struct safetensors_pair *pair = &file->metadata[file->n_metadata++];
        pair->key = key;
        if (json_get_string(object, key, &pair->value, &why) != ST_OK)
            return err_set(err, ST_INPUT, "cannot read '%s': in its __metadata__, %s", path,
                           why.text);
    }
    return ST_OK;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    if (left->begin != right->begin)
        return left->begin < right->begin ? -1 : 1;
    if (left->end != right->end)
        return left->end < right->end ? -1 : 1;
    return strcmp(left->tensor.name, right->tensor.name);
}

/* The tensor begins where the one before it ended, and is as long as its shape says. */
static enum status check_place(const struct entry *e, uint64_t previous_end, struct err *err)
{
    if (e->begin != previous_end || e->end < e->begin)
        return refuse(e, err,
                      "is at bytes %" PRIu64 " to %" PRIu64
                      " of the data, but the tensor before it ends at %" PRIu64
                      ": tensors must follow each other without a gap or an overlap",
                      e->begin, e->end, previous_end);
    uint64_t bytes;
    if (!safetensors_count_bytes(&e->tensor, &bytes))
        return refuse(e, err, "has a shape whose size does not fit 64 bits");
    if (bytes != e->end - e->begin)
        return refuse(e, err,
                      "has a shape and type of %" PRIu64 " bytes, but a place of %" PRIu64 " bytes",
                      bytes, e->end - e->begin);
    return ST_OK;
}

static enum status place(struct safetensors_file *file, const char *path, struct entry *entries,
                         size_t n, const unsigned char *data, uint64_t len, struct err *err)
{
    file->tensors = mem_zeroed(n, sizeof *file->tensors, err);
    if (file->tensors == NULL)
        return ST_NOMEM;
    qsort(entries, n, sizeof *entries, compare_entries);
    uint64_t end = 0;
    for (size_t i = 0; i < n; i++) {
        TRY(check_place(&entries[i], end, err));
        end = entries[i].end;
    }
    if (end != len)
        return err_set(err, ST_INPUT,
                       "cannot read '%s': its tensors have %" PRIu64 " bytes, but %" PRIu64
                       " bytes follow the header: it is %s",
                       path, end, len, end > len ? "cut short" : "followed by something else");
    for (size_t i = 0; i < n; i++) {
        file->tensors[i] = entries[i].tensor;
        file->tensors[i].data = data + entries[i].begin;
    }
    file->n_tensors = n;
    return ST_OK;
}

enum status safetensors_parse(struct safetensors_file *file, const char *path,
                              const unsigned char *data, uint64_t len, struct err *err)
{
    if (!json_is_object(file->header))
        return err_set(err, ST_INPUT, "cannot read '%s': its header is not a JSON object", path);
    const size_t n_tensors = json_size(file->header) - json_has(file->header, "__metadata__");
    if (n_tensors > SAFETENSORS_MAX_TENSORS)
        return err_set(err, ST_INPUT, "cannot read '%s': it has %zu tensors, the limit is %d", path,
                       n_tensors, SAFETENSORS_MAX_TENSORS);
    struct entry *entries = mem_zeroed(n_tensors, sizeof *entries, err);
    if (entries == NULL)
        return ST_NOMEM;
    enum status status = ST_OK;
    size_t n = 0;
    const char *name;
    const struct json *value;
    void *it = NULL;
    while ((it = json_next(file->header, it, &name, &value)) != NULL) {
        if (strcmp(name, "__metadata__") == 0) {
            TRY_OUT(parse_metadata(file, path, value, err));
        } else {
            entries[n] = (struct entry){.path = path, .tensor.name = name};
            TRY_OUT(parse_entry(&entries[n++], value, err));
        }
    }
    TRY_OUT(place(file, path, entries, n, data, len, err));
out:
    mem_free(entries);
    return status;
}
