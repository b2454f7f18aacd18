#include "lib/task/data/example_record.h"

#include <inttypes.h>
#include <string.h>

#include "lib/file/json.h"

/* --- writing --- */

static enum status set_features(struct json *o, const struct features *f, struct err *err)
{
    struct buf list = {0};
    enum status status = features_format(f, &list, err);
    if (status == ST_OK)
        status = json_set_string(o, "features", list.data, err);
    buf_fini(&list);
    return status;
}

static enum status set_columns(struct json *o, const struct example_columns *c, struct err *err)
{
    TRY(json_set_int(o, "word_column", c->word, err));
    TRY(json_set_int(o, "label_column", c->label, err));
    TRY(json_set_bool(o, "lower", c->lower, err));
    TRY(json_set_bool(o, "zero_digits", c->no_digits, err));
    TRY(set_features(o, &c->features, err));
    return json_set_int(o, "columns", (int64_t)c->n, err);
}

static enum status set_dims(struct json *o, const struct example_images *images, struct err *err)
{
    struct json *dims;
    TRY(json_new_array(&dims, err));
    for (size_t i = 0; i < images->n_dims; i++) {
        if (json_append_int(dims, (int64_t)images->dims[i], err) != ST_OK) {
            json_free(dims);
            return ST_NOMEM;
        }
    }
    return json_set_value(o, "dims", dims, err);
}

static enum status set_images(struct json *o, const struct example_images *images, struct err *err)
{
    TRY(json_set_string(o, "sequence", example_sequence_at(images->sequence), err));
    TRY(json_set_int(o, "sequence_seed", (int64_t)images->seed, err));
    TRY(json_set_bool(o, "bytes", images->kind == EXAMPLE_BYTES, err));
    return set_dims(o, images, err);
}

enum status example_record_format(const struct example_coding *c, bool bio, struct buf *out,
                                  struct err *err)
{
    struct json *o;
    enum status status;
    TRY(json_new_object(&o, err));
    TRY_OUT(json_set_string(o, "form", example_form_at(c->form), err));
    TRY_OUT(json_set_bool(o, "bio", bio, err));
    if (c->form == EXAMPLE_FORM_COLUMNS)
        TRY_OUT(set_columns(o, &c->columns, err));
    if (c->form == EXAMPLE_FORM_IDX)
        TRY_OUT(set_images(o, &c->images, err));
    status = json_format(o, out, false, err);
out:
    json_free(o);
    return status;
}

/* --- reading --- */

static enum status get_number(const struct json *o, const char *key, int64_t least, int64_t most,
                              int64_t *value, struct err *err)
{
    TRY(json_get_int(o, key, value, err));
    if (*value < least || *value > most)
        return err_set(err, ST_INPUT, "'%s' is %" PRId64, key, *value);
    return ST_OK;
}

static enum status get_columns(struct example_columns *c, const struct json *o, struct err *err)
{
    enum { MOST = FEATURE_COLUMN_MAX };
    int64_t word, label, n;
    const char *features;
    TRY(get_number(o, "word_column", -MOST, MOST, &word, err));
    TRY(get_number(o, "label_column", -MOST, MOST, &label, err));
    TRY(get_number(o, "columns", 1, MOST, &n, err));
    TRY(json_get_bool(o, "lower", &c->lower, err));
    TRY(json_get_bool(o, "zero_digits", &c->no_digits, err));
    TRY(json_get_string(o, "features", &features, err));
    c->word = (int)word;
    c->label = (int)label;
    c->n = (size_t)n;
    if (features_parse(&c->features, features, err) != ST_OK)
        return err->code == ST_NOMEM ? ST_NOMEM
                                     : err_set(err, ST_INPUT, "'features' is a bad list");
    return ST_OK;
}

static enum status get_dims(struct example_images *images, const struct json *o, struct err *err)
{
    const struct json *dims;
    TRY(json_get_value(o, "dims", &dims, err));
    if (!json_is_array(dims) || json_size(dims) < 1 || json_size(dims) >= IDX_DIMS_MAX)
        return err_set(err, ST_INPUT, "'dims' is no list of 1 to %d numbers", IDX_DIMS_MAX - 1);
    images->n_dims = json_size(dims);
    for (size_t i = 0; i < images->n_dims; i++) {
        int64_t n;
        TRY(json_get_element(dims, i, &n, err));
        if (n < 1 || n > 1 << 24)
            return err_set(err, ST_INPUT, "'dims' has %" PRId64, n);
        images->dims[i] = (size_t)n;
    }
    return ST_OK;
}

static enum status get_images(struct example_images *images, const struct json *o, struct err *err)
{
    const char *sequence;
    int64_t seed;
    bool bytes;
    TRY(json_get_string(o, "sequence", &sequence, err));
    TRY(get_number(o, "sequence_seed", 0, INT64_MAX, &seed, err));
    TRY(json_get_bool(o, "bytes", &bytes, err));
    if (!example_sequence_find(&images->sequence, sequence))
        return err_set(err, ST_INPUT, "'sequence' is of an unknown kind");
    images->seed = (uint64_t)seed;
    images->kind = bytes ? EXAMPLE_BYTES : EXAMPLE_FLOATS;
    return get_dims(images, o, err);
}

static enum status read_members(struct example_coding *c, bool *bio, const struct json *o,
                                struct err *err)
{
    const char *form;
    TRY(json_get_string(o, "form", &form, err));
    TRY(json_get_bool(o, "bio", bio, err));
    if (!example_form_find(&c->form, form) || c->form == EXAMPLE_FORM_AUTO)
        return err_set(err, ST_INPUT, "'form' is of an unknown kind");
    if (c->form == EXAMPLE_FORM_COLUMNS)
        return get_columns(&c->columns, o, err);
    return c->form == EXAMPLE_FORM_IDX ? get_images(&c->images, o, err) : ST_OK;
}

enum status example_record_parse(struct example_coding *coding, bool *bio, const char *text,
                                 size_t len, struct err *err)
{
    struct json *o;
    *coding = (struct example_coding){0};
    TRY(json_parse(&o, "its note on examples", text, len, err));
    enum status status = json_is_object(o)
                             ? read_members(coding, bio, o, err)
                             : err_set(err, ST_INPUT, "its note on examples is not an object");
    json_free(o);
    return status;
}
