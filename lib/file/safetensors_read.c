#include <inttypes.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "lib/file/json.h"
#include "lib/file/json_text.h"
#include "lib/file/safetensors_header.h"
#include "lib/file/safetensors_parse.h"

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
    return "text";
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

/* A float is finite unless the 8 bits of its exponent are all ones: then adding 1 to them carries
 * into the sign bit, which was cleared. There is no branch, so that compilers vectorise the loop;
 * the bytes are copied because other programs do not align them. */
static bool all_finite(const unsigned char *floats, size_t bytes)
{
    uint32_t carries = 0;
    for (size_t i = 0; i + sizeof carries <= bytes; i += sizeof carries) {
        uint32_t bits;
        memcpy(&bits, floats + i, sizeof bits);
        carries |= (bits & 0x7fffffffu) + 0x00800000u;
    }
    return carries >> 31 == 0;
}

/* Where the bytes of a file come from: its map, or a descriptor to be read (-1: none). */
struct origin {
    const char *path;
    int fd;
};

/* n bytes of the map from `at` on, or the same read into `piece`. */
static enum status fetch(const struct safetensors_file *file, const struct origin *from,
                         const unsigned char *at, size_t n, unsigned char *piece,
                         const unsigned char **bytes, struct err *err)
{
    *bytes = at;
    if (from->fd < 0)
        return ST_OK;
    *bytes = piece;
    return io_read_at(from->fd, from->path, (uint64_t)(at - file->map.data), piece, n, err);
}

enum { PIECE = 1 << 16 };

/* In pieces that stay in a cache for the second look at them. h may be NULL. */
static enum status scan_tensor(struct safetensors_file *file, const struct origin *from,
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
        if (t->dtype == DTYPE_F32 && !all_finite(bytes, n))
            file->all_finite = false;
    }
    return ST_OK;
}

/* The one pass over the tensors. They follow each other and cover the file, so that hashing them
 * hashes all of it. */
static enum status scan(struct safetensors_file *file, const struct origin *from, struct hash *h,
                        struct err *err)
{
    file->all_finite = true;
    for (size_t i = 0; i < file->n_tensors; i++)
        TRY(scan_tensor(file, from, &file->tensors[i], h, err));
    return ST_OK;
}

static enum status verify(struct safetensors_file *file, const struct origin *from,
                          const char *header, size_t len, struct err *err)
{
    const char *stored, *path = from->path;
    TRY(find_checksum(file, path, &stored, err));
    if (stored == NULL)
        return scan(file, from, NULL, err);
    const char *digits = safetensors_find_digits(header, len);
    if (digits == NULL)
        return err_set(err, ST_INPUT, "'%s' is damaged: '%s' is not a checksum", path,
                       escape_text(stored).text);
    struct hash *h;
    TRY(hash_new(&h, err));
    safetensors_hash_header(h, header, len, digits);
    const enum status status = scan(file, from, h, err);
    char found[SAFETENSORS_CHECKSUM_SIZE];
    file->hash = hash_digest(h);
    safetensors_format_checksum(file->hash, found);
    hash_free(h);
    if (status == ST_OK && strcmp(found, stored) != 0)
        return err_set(err, ST_INPUT,
                       "'%s' is damaged, or was changed by another program: its checksum is %s, "
                       "but it says %s",
                       path, found, escape_text(stored).text);
    file->has_checksum = status == ST_OK;
    return status;
}

/* The header is parsed in the map: it is read first, where it is to be found whether it can be. */
static enum status check_header_readable(const struct safetensors_file *file,
                                         const struct origin *from, struct err *err)
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

static enum status open_from(struct safetensors_file *made, const struct origin *from,
                             struct err *err)
{
    uint64_t len = 0;
    TRY(check_header_readable(made, from, err));
    TRY(read_length(&made->map, from->path, &len, err));
    const char *header = (const char *)made->map.data + SAFETENSORS_LENGTH_BYTES;
    TRY(parse_header(made, from->path, header, len, err));
    const size_t at = SAFETENSORS_LENGTH_BYTES + len;
    TRY(safetensors_parse(made, from->path, made->map.data + at, made->map.len - at, err));
    return verify(made, from, header, len, err);
}

enum status safetensors_open(struct safetensors_file *file, const char *path, struct err *err)
{
    const struct origin map = {path, -1};
    struct safetensors_file made = {0};
    TRY(safetensors_check_host(path, err));
    TRY(io_map_open(&made.map, path, err));
    const enum status status = open_from(&made, &map, err);
    if (status == ST_OK)
        *file = made;
    else
        safetensors_close(&made);
    return status;
}

enum status safetensors_open_readable(struct safetensors_file *file, const char *path,
                                      struct err *err)
{
    struct origin from = {path, -1};
    struct safetensors_file made = {0};
    TRY(safetensors_check_host(path, err));
    TRY(io_map_open_to_read(&made.map, &from.fd, path, err));
    const enum status status = open_from(&made, &from, err);
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
