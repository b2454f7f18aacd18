/* Compressed data that the tests make for themselves, by the libraries that the reader uses to
 * decode them. A failure here aborts the program, since the test itself is broken. */
#ifndef PTBLM_TESTS_SUPPORT_COMPRESSED_H
#define PTBLM_TESTS_SUPPORT_COMPRESSED_H

#include "tests/support/corpora_files.h"

/* gzip, bzip2, xz, zstd, lz4 */
enum { N_COMPRESSIONS = 5 };
extern const char *const compression_names[N_COMPRESSIONS];
extern const char *const compression_suffixes[N_COMPRESSIONS];

/* One frame of compression `i`, as its command writes it: with the sum that is its default. */
struct bytes compressed(int i, const void *bytes, size_t n);

/* A frame of xz, zstd or lz4 without a sum over its content. */
struct bytes compressed_without_sum(int i, const void *bytes, size_t n);

/* A frame of xz or zstd that asks for a window of 2^log bytes. */
struct bytes compressed_with_window(int i, unsigned log, const void *bytes, size_t n);

/* A skippable frame of zstd and lz4 with `n` bytes. */
struct bytes skippable_frame(const void *bytes, size_t n);

#endif
