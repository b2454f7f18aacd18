#include "lib/file/safetensors_float.h"

#include <math.h>
#include <string.h>

#include "lib/file/safetensors_header.h"

/* A float is finite unless the bits of its exponent are all ones: then adding 1 to them carries
 * into the sign bit, which was cleared. There is no branch, so that compilers vectorise the loop;
 * the bytes are copied because other programs do not align them. `one` is the lowest bit of the
 * exponent. */
#define DEFINE_IS_FINITE(name, word, one)                                                          \
    static bool name(const unsigned char *data, size_t bytes)                                      \
    {                                                                                              \
        const word sign = (word)((word)1 << (8 * sizeof(word) - 1));                               \
        word carries = 0;                                                                          \
        for (size_t i = 0; i + sizeof(word) <= bytes; i += sizeof(word)) {                         \
            word bits;                                                                             \
            memcpy(&bits, data + i, sizeof bits);                                                  \
            carries |= (word)((bits & (word)~sign) + (one));                                       \
        }                                                                                          \
        return (carries & sign) == 0;                                                              \
    }

DEFINE_IS_FINITE(is_finite_f16, uint16_t, UINT16_C(0x0400))
DEFINE_IS_FINITE(is_finite_bf16, uint16_t, UINT16_C(0x0080))
DEFINE_IS_FINITE(is_finite_f32, uint32_t, UINT32_C(0x00800000))
DEFINE_IS_FINITE(is_finite_f64, uint64_t, UINT64_C(0x0010000000000000))

bool safetensors_is_float(enum safetensors_dtype dtype)
{
    return dtype == DTYPE_F16 || dtype == DTYPE_BF16 || dtype == DTYPE_F32 || dtype == DTYPE_F64;
}

bool safetensors_is_finite(enum safetensors_dtype dtype, const unsigned char *data, size_t bytes)
{
    switch (dtype) {
    case DTYPE_F16:
        return is_finite_f16(data, bytes);
    case DTYPE_BF16:
        return is_finite_bf16(data, bytes);
    case DTYPE_F32:
        return is_finite_f32(data, bytes);
    case DTYPE_F64:
        return is_finite_f64(data, bytes);
    default:
        return true;
    }
}

/* IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. Both forms keep exponents with a
 * bias, 15 and 127; a subnormal number is its fraction times 2^-24, which is normal in float32. */
static uint32_t bits_of_f16(uint16_t half)
{
    const uint32_t sign = (half & UINT32_C(0x8000)) << 16;
    const uint32_t exponent = half >> 10 & 31u, fraction = half & UINT32_C(0x03ff);
    if (exponent == 0) {
        const float magnitude = (float)fraction * 0x1p-24f;
        uint32_t bits;
        memcpy(&bits, &magnitude, sizeof bits);
        return sign | bits;
    }
    return sign | (exponent == 31 ? 255u : exponent + 127 - 15) << 23 | fraction << 13;
}

static void convert_f16(const unsigned char *data, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t half;
        memcpy(&half, data + i * sizeof half, sizeof half);
        const uint32_t bits = bits_of_f16(half);
        memcpy(out + i, &bits, sizeof bits);
    }
}

static void convert_bf16(const unsigned char *data, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t upper;
        memcpy(&upper, data + i * sizeof upper, sizeof upper);
        const uint32_t bits = (uint32_t)upper << 16;
        memcpy(out + i, &bits, sizeof bits);
    }
}

/* Half a unit above the largest float32 and all that is larger rounds to an infinity. */
static size_t convert_f64(const unsigned char *data, size_t n, float *out, double *value)
{
    for (size_t i = 0; i < n; i++) {
        double x;
        memcpy(&x, data + i * sizeof x, sizeof x);
        if (isfinite(x) && fabs(x) >= 0x1.ffffffp127) {
            *value = x;
            return i;
        }
        out[i] = (float)x;
    }
    return n;
}

size_t safetensors_to_float(const struct safetensors_tensor *tensor, float *out, double *value)
{
    const size_t bytes = safetensors_bytes(tensor);
    switch (tensor->dtype) {
    case DTYPE_F16:
        convert_f16(tensor->data, bytes / 2, out);
        return bytes / 2;
    case DTYPE_BF16:
        convert_bf16(tensor->data, bytes / 2, out);
        return bytes / 2;
    case DTYPE_F64:
        return convert_f64(tensor->data, bytes / 8, out, value);
    default:
        if (bytes > 0)
            memcpy(out, tensor->data, bytes);
        return bytes / 4;
    }
}
