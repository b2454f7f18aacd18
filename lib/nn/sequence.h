/* Sequences of different lengths side by side: row t*B + b belongs to step t of sequence b, and is
 * padding where t is not below its length. */
#ifndef PTBLM_NN_SEQUENCE_H
#define PTBLM_NN_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sequences {
    size_t B, T;
    const int32_t *lengths; /* [B], from 1 to T; NULL: all T */
};

size_t sequence_length(const struct sequences *s, size_t b);

/* Valid steps of all sequences. */
size_t sequence_steps(const struct sequences *s);

/* One stretch of columns of every row. */
struct sequence_copy {
    struct sequences of;
    size_t width;      /* columns to copy */
    const float *from; /* the first row's first column */
    size_t from_len;   /* length of the rows there */
    float *to;
    size_t to_len;
    bool reverse; /* each sequence from its last step to its first */
    bool add;     /* add to what is there, and leave padding as it is; otherwise it becomes 0 */
};

/* Results are the same to the bit for any number of threads. */
void sequence_copy(const struct sequence_copy *copy);

/* The padding of rows [T*B, width] becomes 0. */
void sequence_clear_padding(const struct sequences *s, size_t width, float *rows);

#endif
