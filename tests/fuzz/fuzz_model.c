/* Model files: the safetensors form, and the model in it. */
#include <string.h>

#include "lib/file/json_text.h"
#include "lib/file/safetensors.h"
#include "lib/model/model_file.h"
#include "tests/fuzz/fuzz.h"

/* Without the integers' overflow. */
static double count_bytes(const struct safetensors_tensor *t)
{
    static const double sizes[N_DTYPES] = {
        [DTYPE_U8] = 1,  [DTYPE_F16] = 2, [DTYPE_BF16] = 2, [DTYPE_F32] = 4,
        [DTYPE_F64] = 8, [DTYPE_I64] = 8, [DTYPE_U64] = 8};
    double n = sizes[t->dtype];
    for (int i = 0; i < t->rank; i++)
        n *= (double)t->shape[i];
    return n;
}

/* In bounds, one behind the other, to the end of the file. */
static void check_tensors(const struct safetensors_file *file)
{
    const unsigned char *const end = file->map.data + file->map.len;
    const unsigned char *next = NULL;
    for (size_t i = 0; i < file->n_tensors; i++) {
        const struct safetensors_tensor *t = &file->tensors[i];
        const unsigned char *data = t->data;
        FUZZ_REQUIRE(t->rank >= 0 && t->rank <= 2 && (int)t->dtype < N_DTYPES);
        FUZZ_REQUIRE(!json_text_has_control(t->name));
        FUZZ_REQUIRE(safetensors_find(file, t->name) == t);
        FUZZ_REQUIRE(data >= file->map.data + 8 && data <= end && (next == NULL || data == next));
        FUZZ_REQUIRE(safetensors_bytes(t) <= (size_t)(end - data));
        FUZZ_REQUIRE((double)safetensors_bytes(t) == count_bytes(t));
        next = data + safetensors_bytes(t);
    }
    FUZZ_REQUIRE(next == NULL || next == end);
}

static void open_file(const char *path)
{
    struct err err = {0};
    struct safetensors_file file;
    if (!fuzz_accepted(safetensors_open(&file, path, &err), ST_INPUT, &err))
        return;
    check_tensors(&file);
    FUZZ_REQUIRE(!file.has_checksum || safetensors_find_metadata(&file, "ptblm.checksum") != NULL);
    safetensors_close(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct model *m;
    struct model_notes notes = {0};
    const char *path = fuzz_file(data, size);
    open_file(path);
    if (!fuzz_accepted(model_load(&m, &notes, path, &err), ST_INPUT, &err))
        return 0;
    FUZZ_REQUIRE(model_size(m) <= size / 2);
    FUZZ_REQUIRE(model_check_finite(m, "fuzz", &err) == ST_OK);
    struct vocab *vocab;
    if (fuzz_accepted(vocab_parse(&vocab, "fuzz", notes.vocab.data, notes.vocab.len, &err),
                      ST_INPUT, &err))
        vocab_free(vocab);
    model_notes_fini(&notes);
    model_free(m);
    return 0;
}
