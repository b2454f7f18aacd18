#include <inttypes.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "lib/file/json.h"
#include "lib/file/json_text.h"
#include "lib/file/safetensors_header.h"
#include "lib/file/safetensors_parse.h"
#include "lib/file/safetensors_verify.h"

/* A header of 100 MB could hold tens of millions of JSON values, which take far more memory than
 * their text. A tensor of two dimensions needs seven commas and brackets; the limit allows as many
 * again for metadata. */
enum { MAX_MARKS = 16 * SAFETENSORS_MAX_TENSORS };

/* Beginnings of files: of the programs that write models, and of what is given for one. */
static const struct {
    const char *magic;
    size_t len; /* at most SAFETENSORS_LENGTH_BYTES */
    const char *name;
} kinds[] = {
    {"PK\3\4", 4,
     "a zip archive (PyTorch's .pt is one, and NumPy's .npz: save its tensors as safetensors)"},
    {"GGUF", 4, "a GGUF file (of llama.cpp: save its tensors as safetensors)"},
    {"\x89HDF\r\n\x1a\n", 8,
     "an HDF5 file (older Keras models are: save its tensors as safetensors)"},
    {"\x93NUMPY", 6, "a NumPy array (.npy: save its tensors as safetensors)"},
    {"\x1f\x8b", 2, "a gzip file"},
    {"BZh", 3, "a bzip2 file"},
    {"\xfd"
     "7zXZ",
     5, "an xz file"},
    {"\x28\xb5\x2f\xfd", 4, "a zstd file"},
    {"version ", 8, "the place holder of a Git LFS file ('git lfs pull' gets the file itself)"},
    {"<!DOCTYP", 8, "an HTML page"},
    {"<!doctyp", 8, "an HTML page"},
};

/* What is often mistaken for a model, by its first 8 bytes; NULL: something else. */
static const char *kind_of(const unsigned char *head)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (memcmp(head, kinds[i].magic, kinds[i].len) == 0)
            return kinds[i].name;
    if (head[0] == 0x80 && head[1] >= 2 && head[1] <= 5)
        return "a Python pickle (older .pt files are: save its tensors as safetensors)";
    for (size_t i = 0; i < SAFETENSORS_LENGTH_BYTES; i++)
        if ((head[i] < ' ' || head[i] > '~') && memchr("\t\n\r", head[i], 3) == NULL)
            return NULL;
    return head[0] == '{' ? "JSON (the index of a model in several parts is: save its tensors in "
                            "one safetensors file)"
                          : "text";
}

/* The header's length, checked against the file's. */
static enum status read_length(const struct io_map *map, const char *path, uint64_t *len,
                               struct err *err)
{
    if (map->len < SAFETENSORS_LENGTH_BYTES)
        return err_set(err, ST_INPUT,
                       "'%s' is not a safetensors file: it has %zu byte%s, and the length of "
                       "its header alone has %d",
                       path, map->len, map->len == 1 ? "" : "s", SAFETENSORS_LENGTH_BYTES);
    memcpy(len, map->data, SAFETENSORS_LENGTH_BYTES);
    const bool fits = *len <= map->len - SAFETENSORS_LENGTH_BYTES;
    const bool begins = fits && *len > 0 && map->data[SAFETENSORS_LENGTH_BYTES] == '{';
    const char *kind = begins ? NULL : kind_of(map->data);
    if (kind != NULL)
        return err_set(err, ST_INPUT,
                       "'%s' is not a safetensors file, which a model is: it begins like %s", path,
                       kind);
    if (*len > SAFETENSORS_MAX_HEADER)
        return err_set(err, ST_INPUT,
                       "'%s' is not a safetensors file: its header would have %" PRIu64
                       " bytes, the limit is %d",
                       path, *len, SAFETENSORS_MAX_HEADER);
    if (!fits)
        return err_set(err, ST_INPUT,
                       "'%s' is not a safetensors file or is cut short: its header would have "
                       "%" PRIu64 " bytes, but %zu are there",
                       path, *len, map->len - SAFETENSORS_LENGTH_BYTES);
    return ST_OK;
}

static enum status parse_header(struct safetensors_file *file, const char *path, const char *header,
                                size_t len, struct err *err)
{
    if (json_text_count_marks(header, len) > MAX_MARKS)
        return err_set(err, ST_INPUT,
                       "cannot read '%s': its header has more than %d JSON values, which %d "
                       "tensors, the limit, do not need",
                       path, MAX_MARKS, SAFETENSORS_MAX_TENSORS);
    struct err why;
    const enum status status = json_parse(&file->header, "its header", header, len, &why);
    if (status != ST_OK)
        return err_wrap(err, &why, "cannot read '%s'", path);
    return ST_OK;
}

enum { PIECE = 1 << 16 };

/* The header is parsed in the map: it is read first, where it is to be found whether it can be. */
static enum status check_header_readable(const struct safetensors_file *file,
                                         const struct safetensors_origin *from, struct err *err)
{
    unsigned char piece[PIECE];
    uint64_t len = 0;
    if (from->fd < 0 || file->map.len < SAFETENSORS_LENGTH_BYTES)
        return ST_OK;
    TRY(io_read_at(from->fd, from->path, 0, &len, SAFETENSORS_LENGTH_BYTES, err));
    const uint64_t rest = file->map.len - SAFETENSORS_LENGTH_BYTES;
    const uint64_t end = SAFETENSORS_LENGTH_BYTES + (len < rest ? len : rest);
    for (uint64_t at = 0; at < end; at += PIECE)
        TRY(io_read_at(from->fd, from->path, at, piece,
                       end - at < PIECE ? (size_t)(end - at) : PIECE, err));
    return ST_OK;
}

static enum status open_from(struct safetensors_file *made, const struct safetensors_origin *from,
                             bool verify, struct err *err)
{
    uint64_t len = 0;
    TRY(check_header_readable(made, from, err));
    TRY(read_length(&made->map, from->path, &len, err));
    const char *header = (const char *)made->map.data + SAFETENSORS_LENGTH_BYTES;
    TRY(parse_header(made, from->path, header, len, err));
    const size_t at = SAFETENSORS_LENGTH_BYTES + len;
    TRY(safetensors_parse(made, from->path, made->map.data + at, made->map.len - at, err));
    return verify ? safetensors_verify(made, from, header, len, err) : ST_OK;
}

static enum status open_map(struct safetensors_file *file, const char *path, bool verify,
                            struct err *err)
{
    const struct safetensors_origin map = {path, -1};
    struct safetensors_file made = {0};
    TRY(safetensors_check_host(path, err));
    TRY(io_map_open(&made.map, path, err));
    const enum status status = open_from(&made, &map, verify, err);
    if (status == ST_OK)
        *file = made;
    else
        safetensors_close(&made);
    return status;
}

enum status safetensors_open(struct safetensors_file *file, const char *path, struct err *err)
{
    return open_map(file, path, true, err);
}

enum status safetensors_open_header(struct safetensors_file *file, const char *path,
                                    struct err *err)
{
    return open_map(file, path, false, err);
}

enum status safetensors_open_readable(struct safetensors_file *file, const char *path,
                                      struct err *err)
{
    struct safetensors_origin from = {path, -1};
    struct safetensors_file made = {0};
    TRY(safetensors_check_host(path, err));
    TRY(io_map_open_to_read(&made.map, &from.fd, path, err));
    const enum status status = open_from(&made, &from, true, err);
    io_close(&from.fd);
    if (status == ST_OK)
        *file = made;
    else
        safetensors_close(&made);
    return status;
}

void safetensors_close(struct safetensors_file *file)
{
    mem_free(file->tensors);
    mem_free(file->metadata);
    json_free(file->header);
    io_map_close(&file->map);
    *file = (struct safetensors_file){0};
}

const struct safetensors_tensor *safetensors_find(const struct safetensors_file *file,
                                                  const char *name)
{
    for (size_t i = 0; i < file->n_tensors; i++)
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    return NULL;
}

const char *safetensors_find_metadata(const struct safetensors_file *file, const char *key)
{
    for (size_t i = 0; i < file->n_metadata; i++)
        if (strcmp(file->metadata[i].key, key) == 0)
            return file->metadata[i].value;
    return NULL;
}

enum status safetensors_find_note(const struct safetensors_file *file, const char *path,
                                  const char *key, const char **note, struct err *err)
{
    *note = safetensors_find_metadata(file, key);
    const size_t len = *note != NULL ? strlen(*note) : 0;
    if (len <= JSON_TEXT_MAX)
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "cannot read '%s': its note '%s' has %zu bytes, the limit is %d: it is damaged, "
                   "or was not made by ptblm",
                   path, key, len, JSON_TEXT_MAX);
}
