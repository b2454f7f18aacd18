/* IDX files that tests make. */
#ifndef PTBLM_TESTS_SUPPORT_IDX_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_IDX_SUPPORT_H

#include <stdint.h>
#include <string.h>

#include "corpora/idx.h"
#include "tests/support/corpora_files.h"

static inline void idx_begin(struct bytes *b, unsigned type, size_t n_dims, const uint32_t *dims)
{
    const unsigned char magic[4] = {0, 0, (unsigned char)type, (unsigned char)n_dims};
    *b = (struct bytes){0};
    bytes_append(b, magic, sizeof magic);
    for (size_t i = 0; i < n_dims; i++) {
        const unsigned char dim[4] = {(unsigned char)(dims[i] >> 24),
                                      (unsigned char)(dims[i] >> 16), (unsigned char)(dims[i] >> 8),
                                      (unsigned char)dims[i]};
        bytes_append(b, dim, sizeof dim);
    }
}

/* n images of 2 rows and 3 columns, of which number k has the bytes 6 k, 6 k + 1, ... (modulo 256).
 */
static inline struct bytes idx_images(uint32_t n)
{
    struct bytes b;
    idx_begin(&b, IDX_UBYTE, 3, (const uint32_t[]){n, 2, 3});
    for (uint32_t i = 0; i < 6 * n; i++)
        bytes_append(&b, &(const unsigned char){(unsigned char)i}, 1);
    return b;
}

/* n labels 0, 1, ..., classes - 1, 0, 1, ... */
static inline struct bytes idx_labels(uint32_t n, uint32_t classes)
{
    struct bytes b;
    idx_begin(&b, IDX_UBYTE, 1, &n);
    for (uint32_t i = 0; i < n; i++)
        bytes_append(&b, &(const unsigned char){(unsigned char)(i % classes)}, 1);
    return b;
}

#endif
