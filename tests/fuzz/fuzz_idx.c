/* IDX files (corpora/idx): what is taken has exactly the bytes that its header says. */
#include <math.h>
#include <string.h>

#include "corpora/idx.h"
#include "tests/fuzz/fuzz.h"

static size_t size_of(enum idx_type type)
{
    return type == IDX_DOUBLE                     ? 8
           : type == IDX_INT || type == IDX_FLOAT ? 4
           : type == IDX_SHORT                    ? 2
                                                  : 1;
}

static void check(const struct idx_array *a, const uint8_t *data, size_t size)
{
    size_t n = 1;
    FUZZ_REQUIRE(idx_is_head(data, size));
    FUZZ_REQUIRE(a->n_dims >= 1 && a->n_dims <= IDX_DIMS_MAX);
    for (size_t i = 0; i < a->n_dims; i++)
        n *= a->dims[i];
    FUZZ_REQUIRE(n == a->n && n > 0);
    const size_t head = 4 + 4 * a->n_dims;
    FUZZ_REQUIRE(size == head + n * size_of(a->type));
    FUZZ_REQUIRE((a->bytes != NULL) == (a->type == IDX_UBYTE));
    FUZZ_REQUIRE((a->floats != NULL) == (a->type != IDX_UBYTE));
    if (a->bytes != NULL)
        FUZZ_REQUIRE(memcmp(a->bytes, data + head, n) == 0);
    for (size_t i = 0; a->floats != NULL && i < n; i++)
        FUZZ_REQUIRE(isfinite(a->floats[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct idx_array a;
    struct source *source;
    struct err err = {0};
    FUZZ_REQUIRE(source_open_memory(&source, "fuzz", data, size, &err) == ST_OK);
    if (fuzz_accepted(idx_read(&a, source, &err), ST_INPUT, &err))
        check(&a, data, size);
    idx_fini(&a);
    source_close(source);
    return 0;
}
