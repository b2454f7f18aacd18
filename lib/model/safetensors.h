/* The safetensors file form (https://huggingface.co/docs/safetensors, its README and tensor.rs):
 * 8 bytes of header length, a JSON header, then the tensors without gaps. On top of it, a
 * checksum: __metadata__ holds "ptblm.checksum", the XXH3 hash in hexadecimal of everything else
 * (see safetensors.c for exactly what), so that no flipped bit passes. */
#ifndef PTBLM_MODEL_SAFETENSORS_H
#define PTBLM_MODEL_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/io.h"

enum st_dtype { ST_DTYPE_U8, ST_DTYPE_F32, ST_DTYPE_I64, ST_DTYPE_U64, N_ST_DTYPES };

struct st_tensor {
    const char *name;
    enum st_dtype dtype;
    int rank;          /* 0 to 2 */
    uint64_t shape[2];
    const void *data;  /* little-endian, C order */
};

struct st_pair {
    const char *key, *value;
};

/* Writes a file (through lib/base/io's writer, so whole or not at all). Tensors are laid out by
 * falling dtype size, then by name; metadata keys are sorted; "ptblm.checksum" is added. */
enum status st_save(const char *path, const struct st_tensor *tensors, size_t n_tensors,
                    const struct st_pair *metadata, size_t n_metadata, struct err *err);

/* A file opened and checked: mapped, its header parsed strictly, tensors in bounds, contiguous
 * and covering the whole file, the checksum right. A file without "ptblm.checksum" (one that
 * another program wrote) is accepted with has_checksum false. dtypes other than the above and
 * ranks over 2 are refused. */
struct st_file {
    struct io_map map;
    size_t n_tensors;
    struct st_tensor *tensors; /* data points into the map */
    size_t n_metadata;
    struct st_pair *metadata;
    bool has_checksum;
    struct json *header;       /* owns the names and texts */
};
enum status st_open(struct st_file *file, const char *path, struct err *err);
void st_close(struct st_file *file);

/* NULL where there is none of that name. */
const struct st_tensor *st_find(const struct st_file *file, const char *name);
const char *st_find_metadata(const struct st_file *file, const char *key);

#endif
