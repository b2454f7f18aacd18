/* What the fuzz targets share. Each target is one file with LLVMFuzzerTestOneInput: it gives the
 * bytes to a reader, and ends the program where the reader does not keep to its header's word. Some
 * have a file mutate_NAME.c beside them, which puts the sums of a mutated input right, so that what
 * lies behind the check of the sums is reached; it takes part in fuzzing, not in the replay. */
#ifndef PTBLM_TESTS_FUZZ_FUZZ_H
#define PTBLM_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "vocab/vocab.h"

/* libFuzzer's interface (https://llvm.org/docs/LibFuzzer.html). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* Ends the program with the text of what does not hold. */
#define FUZZ_REQUIRE(condition) fuzz_require((condition), #condition, __FILE__, __LINE__)
void fuzz_require(bool holds, const char *condition, const char *file, int line);

/* The path of a file in memory with these bytes, good until the next call. */
const char *fuzz_file(const uint8_t *data, size_t size);

/* True for ST_OK. Anything else must be `refusal`, with a sentence fit for a terminal. */
bool fuzz_accepted(enum status status, enum status refusal, const struct err *err);

/* Decodes the data by the compression of that name, in large and small steps; returns 0. */
int fuzz_decode(const char *name, const uint8_t *data, size_t size);

/* The vocabulary <unk>, <eos>, a, b, c, d. */
const struct vocab *fuzz_vocab(void);

#endif
