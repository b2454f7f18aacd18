#include "lib/file/safetensors_header.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    size_t size;
} dtypes[N_DTYPES] = {
    [DTYPE_U8] = {"U8", 1},   [DTYPE_F16] = {"F16", 2}, [DTYPE_BF16] = {"BF16", 2},
    [DTYPE_U32] = {"U32", 4}, [DTYPE_F32] = {"F32", 4}, [DTYPE_F64] = {"F64", 8},
    [DTYPE_I64] = {"I64", 8}, [DTYPE_U64] = {"U64", 8},
};

const char *safetensors_dtype_name(enum safetensors_dtype dtype)
{
    return dtypes[dtype].name;
}

size_t safetensors_element(enum safetensors_dtype dtype)
{
    return dtypes[dtype].size;
}

bool safetensors_dtype_find(const char *name, enum safetensors_dtype *dtype)
{
    for (int i = 0; i < N_DTYPES; i++) {
        if (strcmp(name, dtypes[i].name) == 0) {
            *dtype = (enum safetensors_dtype)i;
            return true;
        }
    }
    return false;
}

bool safetensors_count_bytes(const struct safetensors_tensor *tensor, uint64_t *bytes)
{
    uint64_t n = 1;
    for (int i = 0; i < tensor->rank; i++)
        if (__builtin_mul_overflow(n, tensor->shape[i], &n))
            return false;
    return !__builtin_mul_overflow(n, dtypes[tensor->dtype].size, bytes);
}

size_t safetensors_bytes(const struct safetensors_tensor *tensor)
{
    uint64_t bytes = 0;
    return safetensors_count_bytes(tensor, &bytes) ? bytes : 0;
}

void safetensors_format_checksum(uint64_t hash, char value[SAFETENSORS_CHECKSUM_SIZE])
{
    snprintf(value, SAFETENSORS_CHECKSUM_SIZE, SAFETENSORS_CHECKSUM_PREFIX "%016" PRIx64, hash);
}

/* Inside a JSON string a quote follows a backslash, so the pattern ends a key and begins a value.
 * If it ends a longer key, in a file made to do so, the hash is wrong. */
const char *safetensors_find_digits(const char *header, size_t len)
{
    static const char pattern[] = "\"" SAFETENSORS_CHECKSUM_KEY "\":\"" SAFETENSORS_CHECKSUM_PREFIX;
    const char *at = memmem(header, len, pattern, sizeof pattern - 1);
    if (at == NULL)
        return NULL;
    const char *digits = at + sizeof pattern - 1;
    const size_t left = (size_t)(header + len - digits);
    return left > SAFETENSORS_DIGITS && digits[SAFETENSORS_DIGITS] == '"' ? digits : NULL;
}

void safetensors_hash_header(struct hash *h, const char *header, size_t len, const char *digits)
{
    const size_t before = (size_t)(digits - header), after = before + SAFETENSORS_DIGITS;
    hash_add(h, header, before);
    hash_add(h, "0000000000000000", SAFETENSORS_DIGITS);
    hash_add(h, header + after, len - after);
}

enum status safetensors_check_host(const char *path, struct err *err)
{
    const uint16_t one = 1;
    unsigned char low;
    memcpy(&low, &one, 1);
    if (low == 1)
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "'%s' cannot be read or written here: safetensors files hold little-endian "
                   "numbers, and this machine is big-endian",
                   path);
}
