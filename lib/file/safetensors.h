/* The safetensors file format (https://huggingface.co/docs/safetensors, its README and tensor.rs):
 * 8 bytes of header length, a JSON header, then the tensors without gaps. The header is padded
 * with spaces, which the format allows, so that the tensors begin at a multiple of 64 bytes in the
 * file, and so in a map of it.
 *
 * ptblm adds a checksum: __metadata__ holds "ptblm.checksum", the text "xxh3:" and 16 lower-case
 * hexadecimal digits, the XXH3 hash of the file after its first 8 bytes, taken with '0' in the
 * place of each of these digits. The first 8 bytes need no checksum: with another header length the
 * tensors would not cover the rest of the file. So every flipped bit and every cut is found. A file
 * that another program saved again with the same contents is accepted
 * (lib/file/safetensors_verify.h). */
#ifndef PTBLM_FILE_SAFETENSORS_H
#define PTBLM_FILE_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/io/io.h"

/* In the order of the reference, in which larger types come later. The numbers are those of IEEE
 * 754, except BF16, the upper half of a float32. */
enum safetensors_dtype {
    DTYPE_U8,
    DTYPE_F16,
    DTYPE_BF16,
    DTYPE_U32,
    DTYPE_F32,
    DTYPE_F64,
    DTYPE_I64,
    DTYPE_U64,
    N_DTYPES
};

/* "F16"; and the bytes of an element. */
const char *safetensors_dtype_name(enum safetensors_dtype dtype);
size_t safetensors_element(enum safetensors_dtype dtype);

struct safetensors_tensor {
    const char *name;
    enum safetensors_dtype dtype;
    int rank; /* 0 to 2; 0 is a single number */
    uint64_t shape[2];
    const void *data; /* little-endian, C order */
};

struct safetensors_pair {
    const char *key, *value;
};

/* Writes a file through io_writer, so whole or not at all; the tensors are not copied, but read
 * twice. Tensors are ordered by falling dtype size, then by name; metadata keys are sorted; the
 * checksum is added, or replaces the caller's. ST_INPUT for what could not be read back: names
 * given twice or with control characters, ranks over 2, texts that are not UTF-8. */
enum status safetensors_save(const char *path, const struct safetensors_tensor *tensors,
                             size_t n_tensors, const struct safetensors_pair *metadata,
                             size_t n_metadata, struct err *err);

/* A whole file that does not have its name yet: io_writer_commit gives it that. */
struct safetensors_staged {
    struct io_writer *file;
    uint64_t hash; /* the checksum's */
};
enum status safetensors_stage(struct safetensors_staged *staged, const char *path,
                              const struct safetensors_tensor *tensors, size_t n_tensors,
                              const struct safetensors_pair *metadata, size_t n_metadata,
                              struct err *err);

/* An open file that has been checked: it is mapped, its header parsed strictly, its tensors are
 * contiguous and cover the whole file, its checksum is right. A file without a checksum, which
 * another program wrote, is accepted with has_checksum false. Other dtypes than the above and ranks
 * over 2 are refused. The pass that computes the checksum also finds whether all floats are finite,
 * because reading the file takes longer than either; the caller decides what that means. */
struct safetensors_file {
    struct io_map map;
    size_t n_tensors;
    struct safetensors_tensor *tensors; /* in file order; data points into the map, and is aligned
                                         * to the element size only in files with a checksum */
    size_t n_metadata;
    struct safetensors_pair *metadata; /* in file order, the checksum among them */
    bool has_checksum;
    uint64_t hash;       /* the checksum's, if it has one */
    bool all_finite;     /* no tensor of floats has a NaN or an infinity */
    struct json *header; /* owns the names and texts */
};

/* A failure leaves *file as it was. The file must not change while it is open. */
enum status safetensors_open(struct safetensors_file *file, const char *path, struct err *err);

/* The same by reading the file instead of its map, so that a disk error is an error (ST_IO) and not
 * a signal: for a file that has a substitute. */
enum status safetensors_open_readable(struct safetensors_file *file, const char *path,
                                      struct err *err);

/* As safetensors_open, but without the pass over all bytes, so that nothing is known of checksum
 * and data: for a look at the metadata of a file that will be opened. */
enum status safetensors_open_header(struct safetensors_file *file, const char *path,
                                    struct err *err);

/* A zeroed file is allowed. */
void safetensors_close(struct safetensors_file *file);

/* NULL if there is none of that name. */
const struct safetensors_tensor *safetensors_find(const struct safetensors_file *file,
                                                  const char *name);
const char *safetensors_find_metadata(const struct safetensors_file *file, const char *key);

/* A text of the metadata that is to be parsed as JSON, or copied; NULL if there is none. ST_INPUT,
 * naming `path` and the key, if it has more than JSON_TEXT_MAX bytes. */
enum status safetensors_find_note(const struct safetensors_file *file, const char *path,
                                  const char *key, const char **note, struct err *err);

/* The bytes of a tensor's data; what safetensors_open gives cannot overflow. */
size_t safetensors_bytes(const struct safetensors_tensor *tensor);

#endif
