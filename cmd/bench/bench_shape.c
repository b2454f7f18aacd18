#include "cmd/bench/bench_shape.h"

#include <string.h>

#include "lib/task/data/features.h"
#include "lib/task/settings/train_settings.h"

/* What a text decides of a network, of the presets for labels. */
static const struct data {
    const char *preset;
    size_t labels, width; /* numbers of a step; 0: it is a word */
    size_t least, steps;  /* of the sequences of a batch: lengths are similar */
} datas[] = {
    {"images", 10, 28, 28, 28},
    {"text", 6, 0, 10, 12},
    {"tags", 44, 0, 22, 25},
    {"chunks", 23, 0, 22, 25},
};

enum { FEATURE_VALUES = 2000 }; /* of each feature of a word */

static const struct data *data_of(const struct preset *preset)
{
    size_t i = 0;
    while (strcmp(datas[i].preset, preset->name) != 0 && i + 1 < sizeof datas / sizeof *datas)
        i++;
    return &datas[i];
}

bool bench_shape_is_given(const struct bench_shape *s)
{
    return s->hidden != 0 || s->layers != 0 || s->batch != 0 || s->steps != 0 ||
           s->vocab != BENCH_VOCABULARY;
}

bool bench_shape_of_labels(const struct preset *preset)
{
    return task_find(preset_task(preset))->of_labels;
}

bool bench_shape_has_words(const struct preset *preset)
{
    return !bench_shape_of_labels(preset) || data_of(preset)->width == 0;
}

static size_t or_else(int64_t given, size_t otherwise)
{
    return given != 0 ? (size_t)given : otherwise;
}

/* Words with the preset's features, or numbers. */
static void set_input(struct model_shape *shape, const struct preset *preset, size_t feature_size)
{
    const struct data *data = data_of(preset);
    const char *list = preset_value(preset, "features");
    struct features features = {0};
    if (data->width > 0) {
        shape->V = 0;
        shape->E = data->width;
    }
    if (list != NULL)
        (void)features_parse(&features, list, NULL); /* it is the program's own */
    shape->n_features = features.n;
    for (size_t i = 0; i < features.n; i++)
        shape->features[i] = (struct input_table){FEATURE_VALUES, feature_size};
}

/* Sequences with labels: the lengths of a batch differ by as large a part as the data's. */
static void set_labels(struct bench_case *c, const struct train_settings *s,
                       const struct preset *preset)
{
    const struct data *data = data_of(preset);
    const struct model_shape all = train_shape_of(s);
    c->shape.bidirectional = all.bidirectional;
    c->shape.head = all.head;
    c->shape.C = data->labels;
    set_input(&c->shape, preset, (size_t)s->label.feature_size);
    if (c->T == 0)
        c->T = data->steps;
    c->least = (c->T * data->least + data->steps - 1) / data->steps;
}

enum status bench_shape_fill(struct bench_case *c, const struct bench_shape *given,
                             const struct preset *preset, struct err *err)
{
    struct train_settings s;
    TRY(train_settings_of_preset(&s, preset->name, err));
    const size_t H = or_else(given->hidden, s.model.hidden.items[0]);
    const size_t E = or_else(given->hidden, (size_t)s.model.embedding);
    *c = (struct bench_case){.shape =
                                 model_shape_even(cell_find(given->cell), (size_t)given->vocab, E,
                                                  H, or_else(given->layers, s.model.hidden.n)),
                             .B = or_else(given->batch, (size_t)s.training.batch),
                             .T = or_else(given->steps, (size_t)s.training.steps),
                             .dropout = s.training.dropout,
                             .optim = optim_find(s.rate.optim)};
    if (bench_shape_of_labels(preset))
        set_labels(c, &s, preset);
    return ST_OK;
}
