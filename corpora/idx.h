/* IDX files, the form that MNIST comes in (Y. LeCun, C. Cortes and C. Burges, "The MNIST database
 * of handwritten digits"): two bytes 0, a byte for the type of the numbers, one for how many
 * dimensions there are, each of these as 4 bytes, then the numbers; all big-endian. */
#ifndef PTBLM_CORPORA_IDX_H
#define PTBLM_CORPORA_IDX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corpora/source.h"
#include "lib/base/err.h"

enum { IDX_DIMS_MAX = 4 };

enum idx_type {
    IDX_UBYTE = 0x08,
    IDX_BYTE = 0x09,
    IDX_SHORT = 0x0B,
    IDX_INT = 0x0C,
    IDX_FLOAT = 0x0D,
    IDX_DOUBLE = 0x0E,
};

struct idx_array {
    enum idx_type type;
    size_t n_dims; /* 1 to IDX_DIMS_MAX */
    size_t dims[IDX_DIMS_MAX];
    size_t n;       /* numbers: the product of dims; the last dimension varies fastest */
    uint8_t *bytes; /* [n] of IDX_UBYTE, else NULL */
    float *floats;  /* [n] of any other type, converted; finite */
};

/* "60000 x 28 x 28"; returns `text`. */
enum { IDX_DIMS_TEXT = 100 };
const char *idx_dims_text(char text[IDX_DIMS_TEXT], const size_t *dims, size_t n_dims);

/* Whether bytes begin like an IDX file. */
bool idx_is_head(const unsigned char *head, size_t n);

/* Reads a source to its end; idx_fini releases *a, also after a failure. Memory grows with the
 * bytes that come, not with what the header claims. ST_INPUT names the source: no IDX file, a type
 * or number of dimensions that is not read, too few or too many bytes, a number that is not finite.
 */
enum status idx_read(struct idx_array *a, struct source *source, struct err *err);
void idx_fini(struct idx_array *a);

#endif
