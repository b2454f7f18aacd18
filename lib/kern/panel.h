/* Matrix products by packed panels, after Goto and van de Geijn, "Anatomy of High-Performance
 * Matrix Multiplication" (2008): the right factor is copied into panels of `width` columns, row
 * after row, which stay in the second-level cache while tiles of the left factor pass over them.
 *
 * Why not only a BLAS: the weights of a recurrent product, with some 20 rows, are packed once for
 * all steps of a window, which the interface of a BLAS does not allow; BLIS reaches a third of its
 * best rate there. Biases are added in the tile. And each element is summed over k in one order,
 * for any number of threads.
 *
 * Row-major, float32; leading dimensions are the stored row lengths. All arrays are borrowed for
 * the call. Not from two threads at once: there is one packing space for the process. */
#ifndef PTBLM_KERN_PANEL_H
#define PTBLM_KERN_PANEL_H

#include <stdbool.h>
#include <stddef.h>

/* One tile of a product: C[m, n] = A[m, k] P[k, width], without the columns of the panel from n
 * on. */
struct panel_tile {
    size_t k, n;
    const float *a; /* element (i, p) at a[i * a_row + p * a_col] */
    size_t a_row, a_col;
    const float *panel;
    const float *bias; /* [n], added; NULL for none */
    bool add;          /* to C instead of overwriting it */
    float *c;
    size_t c_row;
};

/* The part of a kernel set that multiplies, run by a single thread. */
struct panel_ops {
    size_t tile_rows; /* the most rows of a tile */
    size_t width;     /* columns of a panel */

    void (*tile)(size_t m, const struct panel_tile *tile);

    /* Fills panel [k, width] with n columns of b, stored [k, ldb], and with 0 after them. */
    void (*pack)(size_t k, size_t n, const float *b, size_t ldb, float *panel);

    /* The same for b stored [n, ldb]. */
    void (*pack_transposed)(size_t k, size_t n, const float *b, size_t ldb, float *panel);

    /* out[p * tile_rows + i] = a[p * lda + i] for i < m, p < k: the rows of a tile of a left factor
     * that is stored transposed. What follows may be overwritten: `out` has room for
     * k * tile_rows + width floats. Where `sums` [m] is not NULL, sums[i] += a[p * lda + i] for
     * p = 0, 1, ... */
    void (*pack_tile)(size_t k, size_t m, const float *a, size_t lda, float *out, float *sums);

    /* y[r] (+)= bias[r] + w[r] x for n rows of w [n, k]; bias may be NULL. */
    void (*dots)(size_t n, size_t k, const float *w, const float *x, const float *bias, bool add,
                 float *y);
};

/* Rows of the tiles that a product of `rows` rows is cut into, as equal as possible. */
size_t panel_tile_rows(const struct panel_ops *ops, size_t rows);

struct panel_product {
    bool trans_a, trans_b; /* as in gemm */
    bool add;
    size_t m, n, k;
    const float *a, *b, *bias;
    float *c;
    float *sums; /* [m], of the columns of A where trans_a, made or added to as C is; may be NULL */
};

/* C[m, n] (+)= op(A) op(B) + bias. */
void panel_multiply(const struct panel_ops *ops, const struct panel_product *p);

/* Packs B [k, n]. `packed` is aligned to 64 bytes. */
void panel_pack(const struct panel_ops *ops, size_t n, size_t k, const float *b, float *packed);

/* C[m, n] (+)= A[m, k] B^T + bias with B [n, k], for few rows: B is read once, unpacked. */
void panel_multiply_few(const struct panel_ops *ops, const struct panel_product *p);

#endif
