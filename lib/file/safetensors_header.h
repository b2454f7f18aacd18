/* What the reader and the writer of safetensors files share: limits, dtypes, the place of the
 * checksum. For lib/file/safetensors_*.c and their test only. */
#ifndef PTBLM_FILE_SAFETENSORS_HEADER_H
#define PTBLM_FILE_SAFETENSORS_HEADER_H

#include "lib/base/buf.h"
#include "lib/base/hash.h"
#include "lib/file/safetensors.h"

#define SAFETENSORS_CHECKSUM_KEY    "ptblm.checksum"
#define SAFETENSORS_CHECKSUM_PREFIX "xxh3:"

enum {
    SAFETENSORS_LENGTH_BYTES = 8,
    SAFETENSORS_MAX_HEADER = 100000000, /* MAX_HEADER_SIZE of the reference */
    SAFETENSORS_MAX_TENSORS = 65536,
    SAFETENSORS_MAX_RANK = 2,
    SAFETENSORS_ALIGN = 64,
    SAFETENSORS_DIGITS = 16,
    /* "xxh3:", the digits, a NUL */
    SAFETENSORS_CHECKSUM_SIZE = sizeof SAFETENSORS_CHECKSUM_PREFIX + SAFETENSORS_DIGITS,
};

bool safetensors_dtype_find(const char *name, enum safetensors_dtype *dtype);

/* "U8, F32, ...": for messages. */
#define SAFETENSORS_DTYPE_LIST "U8, F16, BF16, U32, F32, F64, I64 and U64"

/* False if the byte count does not fit 64 bits, multiplied from left to right as the reference
 * does. */
bool safetensors_count_bytes(const struct safetensors_tensor *tensor, uint64_t *bytes);

/* The text of a checksum. */
void safetensors_format_checksum(uint64_t hash, char value[SAFETENSORS_CHECKSUM_SIZE]);

/* Where the digits begin in a header that is valid JSON; NULL if there is no checksum in the form
 * that the writer gives it. */
const char *safetensors_find_digits(const char *header, size_t len);

/* Adds a header to a hash, with '0' for each digit. `digits` points into it. */
void safetensors_hash_header(struct hash *h, const char *header, size_t len, const char *digits);

/* ST_INPUT on a big-endian host, which would misread tensors and lengths. */
enum status safetensors_check_host(const char *path, struct err *err);

/* Puts both lists into the order in which they are written. */
void safetensors_sort(struct safetensors_tensor *tensors, size_t n_tensors,
                      struct safetensors_pair *metadata, size_t n_metadata);

/* Appends the header of tensors that are in file order: JSON, and spaces until 8 + its length is a
 * multiple of `align`. With align 8 it is what the reference writes. */
enum status safetensors_build_header(struct buf *header, const struct safetensors_tensor *tensors,
                                     size_t n_tensors, const struct safetensors_pair *metadata,
                                     size_t n_metadata, size_t align, struct err *err);

#endif
