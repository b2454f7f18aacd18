/* What the tests of model files share: a directory for each test, which must hold at most one file
 * at its end, and functions that write, read and compare that file or expect it to be refused. */
#ifndef PTBLM_TESTS_SUPPORT_MODEL_FILE_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_MODEL_FILE_SUPPORT_H

#include <check.h>
#include <math.h>

#include "lib/base/io/io.h"
#include "lib/file/json_text.h"
#include "lib/file/safetensors_header.h"
#include "lib/model/model_file.h"
#include "tests/support/model_support.h"
#include "tests/support/tap.h"
#include "tests/support/test_dir.h"

static inline struct model *sample(size_t L)
{
    return model_of(lstm_shape(5, 3, 2, L), 1.0f);
}

static inline void save(const struct model *m, const struct model_notes *notes)
{
    static const struct model_notes none;
    struct err err = {0};
    ck_assert_msg(model_save(m, notes != NULL ? notes : &none, test_file, &err) == ST_OK, "%s",
                  err.text);
}

static inline struct model *load(struct model_notes *notes)
{
    struct model_notes ignored = {0};
    struct model *m = NULL;
    struct err err = {0};
    ck_assert_msg(model_load(&m, notes != NULL ? notes : &ignored, test_file, &err) == ST_OK, "%s",
                  err.text);
    if (notes == NULL)
        model_notes_fini(&ignored);
    return m;
}

/* The file must be refused, nothing set, and every text must be in the message. */
static inline void assert_refused(const char *text, const char *also)
{
    struct model *m = NULL;
    struct model_notes notes = {0};
    struct err err = {0};
    const enum status status = model_load(&m, &notes, test_file, &err);
    if (status != ST_INPUT || m != NULL || notes.vocab.data != NULL)
        ck_abort_msg("not refused as it should be: status %d, '%s'", status, err.text);
    if (strstr(err.text, text) == NULL || strstr(err.text, also) == NULL ||
        strstr(err.text, test_file) == NULL)
        ck_abort_msg("'%s' and '%s' are not in: %s", text, also, err.text);
    if (json_text_has_control(err.text))
        ck_abort_msg("a control character is in the message");
}

static inline void assert_same_model(const struct model *a, const struct model *b)
{
    ck_assert(model_shape_equal(&a->shape, &b->shape));
    for (size_t i = 0; i < a->params.n; i++)
        ck_assert_mem_eq(model_weight(a, i), model_weight(b, i),
                         param_size(&a->params.items[i]) * sizeof(float));
}

/* Writes a file as a program would that knows only the format's description: no metadata, no
 * checksum, no alignment, tensors in another order. The data begins `past` bytes after a multiple
 * of 4. */
static inline void write_plainly(const struct model *m, size_t past)
{
    struct buf header = {0}, data = {0}, file = {0};
    struct err err;
    for (size_t i = m->params.n; i-- > 0;) {
        const struct param *p = &m->params.items[i];
        const size_t bytes = param_size(p) * sizeof *m->weights;
        buf_addf(&header, &err, "%c\"%s\":{\"dtype\":\"F32\",\"shape\":[%zu",
                 header.len == 0 ? '{' : ',', p->name, p->rows);
        if (p->cols > 0)
            buf_addf(&header, &err, ",%zu", p->cols);
        buf_addf(&header, &err, "],\"data_offsets\":[%zu,%zu]}", data.len, data.len + bytes);
        buf_add(&data, m->weights + p->offset, bytes, &err);
    }
    buf_add_text(&header, "}", &err);
    while (header.len % 4 != past)
        buf_add_text(&header, " ", &err);
    const uint64_t len = header.len;
    buf_add(&file, &len, sizeof len, &err);
    buf_add(&file, header.data, header.len, &err);
    buf_add(&file, data.data, data.len, &err);
    ck_assert_int_eq(io_write_file(test_file, file.data, file.len, &err), ST_OK);
    buf_fini(&header);
    buf_fini(&data);
    buf_fini(&file);
}

/* The tensors of a model, to be changed and written by the form alone; the last may be added. */
struct draft {
    struct safetensors_tensor tensors[PARAMS_MAX];
    size_t n;
};

static inline struct draft draft_of(const struct model *m)
{
    struct draft d = {.n = m->params.n};
    for (size_t i = 0; i < d.n; i++) {
        const struct param *p = &m->params.items[i];
        d.tensors[i] = (struct safetensors_tensor){.name = p->name,
                                                   .dtype = DTYPE_F32,
                                                   .rank = p->cols > 0 ? 2 : 1,
                                                   .shape = {p->rows, p->cols},
                                                   .data = m->weights + p->offset};
    }
    return d;
}

static inline void write_draft(const struct draft *d, const struct safetensors_pair *metadata,
                               size_t n)
{
    struct err err = {0};
    ck_assert_msg(safetensors_save(test_file, d->tensors, d->n, metadata, n, &err) == ST_OK, "%s",
                  err.text);
}

/* A number that all types of floats have, in one of them: n / 64 with |n| <= 64. */
static inline void put_float(unsigned char *at, enum safetensors_dtype dtype, double x)
{
    const float single = (float)x;
    const int fraction_bits = dtype == DTYPE_F16 ? 10 : 7, bias = dtype == DTYPE_F16 ? 15 : 127;
    int exponent;
    const double fraction = 2.0 * frexp(fabs(x), &exponent) - 1.0;
    unsigned bits = signbit(x) != 0 ? 0x8000u : 0u;
    if (x != 0.0)
        bits |= (unsigned)(exponent - 1 + bias) << fraction_bits |
                (unsigned)ldexp(fraction, fraction_bits);
    const uint16_t half = (uint16_t)bits;
    if (dtype == DTYPE_F64)
        memcpy(at, &x, sizeof x);
    else if (dtype == DTYPE_F32)
        memcpy(at, &single, sizeof single);
    else
        memcpy(at, &half, sizeof half);
}

/* Makes all weights numbers that every type has. */
static inline void round_weights(struct model *m)
{
    for (size_t i = 0; i < m->params.total; i++)
        m->weights[i] = (float)ldexp(round(ldexp((double)m->weights[i], 6)), -6);
}

/* The same model with each tensor in the type that is next in `dtypes`; free_typed frees it. */
static inline struct draft typed_draft_of(const struct model *m,
                                          const enum safetensors_dtype *dtypes, size_t n)
{
    struct draft d = draft_of(m);
    for (size_t i = 0; i < d.n; i++) {
        const float *w = d.tensors[i].data;
        d.tensors[i].dtype = dtypes[i % n];
        const size_t floats = param_size(&m->params.items[i]);
        const size_t size = safetensors_bytes(&d.tensors[i]) / floats;
        unsigned char *data = zeroed(floats, size);
        for (size_t j = 0; j < floats; j++)
            put_float(data + j * size, dtypes[i % n], (double)w[j]);
        d.tensors[i].data = data;
    }
    return d;
}

static inline void free_typed(const struct draft *d)
{
    for (size_t i = 0; i < d->n; i++)
        mem_free((void *)(uintptr_t)d->tensors[i].data);
}

#endif
