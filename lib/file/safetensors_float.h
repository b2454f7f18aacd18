/* Tensors of floating-point numbers, of any of the types that a file may have, as float32. */
#ifndef PTBLM_FILE_SAFETENSORS_FLOAT_H
#define PTBLM_FILE_SAFETENSORS_FLOAT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/file/safetensors.h"

/* F16, BF16, F32 and F64. */
bool safetensors_is_float(enum safetensors_dtype dtype);

/* Whether none of the numbers in `bytes` bytes is a NaN or an infinity; true for types that are no
 * floats. The bytes need no alignment, and end with a whole number. */
bool safetensors_is_finite(enum safetensors_dtype dtype, const unsigned char *data, size_t bytes);

/* Converts a tensor of floats to float32, and returns how many it converted: all, unless a finite
 * F64 rounds to an infinity, which it stops at and puts into *value. F16 (IEEE 754 binary16) and
 * BF16 (the upper half of a float32) are converted exactly, subnormal numbers, infinities and signs
 * of zero included; F64 is rounded to nearest, ties to even. NaN stays NaN. The tensor's data needs
 * no alignment. */
size_t safetensors_to_float(const struct safetensors_tensor *tensor, float *out, double *value);

#endif
