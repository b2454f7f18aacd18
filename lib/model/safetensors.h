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

enum safetensors_dtype { DTYPE_U8, DTYPE_F32, DTYPE_I64, DTYPE_U64, N_DTYPES };

struct safetensors_tensor {
    const char *name;
    enum safetensors_dtype dtype;
    int rank;          /* 0 to 2 */
    uint64_t shape[2];
    const void *data;  /* little-endian, C order */
};

struct safetensors_pair {
    const char *key, *value;
};

/* Writes a file (through lib/base/io's writer, so whole or not at all). Tensors are laid out by
 * falling dtype size, then by name; metadata keys are sorted; "ptblm.checksum" is added. */
enum status safetensors_save(const char *path, const struct safetensors_tensor *tensors, size_t n_tensors,
                    const struct safetensors_pair *metadata, size_t n_metadata, struct err *err);

/* A file opened and checked: mapped, its header parsed strictly, tensors in bounds, contiguous
 * and covering the whole file, the checksum right. A file without "ptblm.checksum" (one that
 * another program wrote) is accepted with has_checksum false. dtypes other than the above and
 * ranks over 2 are refused. */
struct safetensors_file {
    struct io_map map;
    size_t n_tensors;
    struct safetensors_tensor *tensors; /* data points into the map */
    size_t n_metadata;
    struct safetensors_pair *metadata;
    bool has_checksum;
    struct json *header;       /* owns the names and texts */
};
enum status safetensors_open(struct safetensors_file *file, const char *path, struct err *err);
void safetensors_close(struct safetensors_file *file);

/* NULL where there is none of that name. */
const struct safetensors_tensor *safetensors_find(const struct safetensors_file *file, const char *name);
const char *safetensors_find_metadata(const struct safetensors_file *file, const char *key);

#endif
