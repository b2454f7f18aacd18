/* The second half of reading: from a parsed header to checked tensors and metadata. */
#ifndef PTBLM_FILE_SAFETENSORS_PARSE_H
#define PTBLM_FILE_SAFETENSORS_PARSE_H

#include "lib/file/json.h"
#include "lib/file/safetensors.h"

/* Fills tensors and metadata of a file whose map and header are there. On failure what was
 * allocated is left in *file for safetensors_close. `data` and `len`: what follows the header. */
enum status safetensors_parse(struct safetensors_file *file, const char *path,
                              const unsigned char *data, uint64_t len, struct err *err);

#endif
