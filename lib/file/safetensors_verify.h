/* The last part of reading: the one pass over a file's bytes, which finds whether its checksum is
 * right and its floats are finite. */
#ifndef PTBLM_FILE_SAFETENSORS_VERIFY_H
#define PTBLM_FILE_SAFETENSORS_VERIFY_H

#include "lib/file/safetensors.h"

/* Where the bytes of a file come from: its map, or a descriptor to be read (-1: none). */
struct safetensors_origin {
    const char *path;
    int fd;
};

/* Fills has_checksum, hash and all_finite of a parsed file whose header is given. ST_INPUT if it
 * has a checksum that is wrong.
 *
 * Another program that only saves a file again lays it out anew: its tensors, its metadata and the
 * blanks of its header, and perhaps adds metadata. If the checksum is not that of the file as it
 * is, it is compared with that of the file as safetensors_save would write it, without added
 * metadata (keys other than "format" and those that begin with "ptblm."): if that is right,
 * everything that ptblm wrote is there unchanged. */
enum status safetensors_verify(struct safetensors_file *file, const struct safetensors_origin *from,
                               const char *header, size_t len, struct err *err);

#endif
