/* What the tests of decoding share: a model, a context, and the distribution behind it. */
#ifndef PTBLM_TESTS_SUPPORT_DECODE_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_DECODE_SUPPORT_H

#include "lib/task/use/decode.h"
#include "tests/support/task_support.h"

enum { V = 50 };

static const int32_t context[] = {0, 7, 3, 3, 19, 42};
static struct model *m;

static inline void setup(void)
{
    m = model_random(V, 8, 2, 1.0f, 11);
}

static inline void teardown(void)
{
    model_free(m);
}

static inline struct decoder *decoder_of(const struct decode_settings *settings)
{
    struct decoder *d = NULL;
    ASSERT_OK(decoder_new(&d, m, settings, &err));
    decoder_feed(d, context, sizeof context / sizeof *context);
    return d;
}

/* The model's distribution behind the context, by decreasing probability. */
static inline void distribution(struct candidate out[V])
{
    const struct decode_settings plain = decode_settings_plain();
    struct decoder *d = decoder_of(&plain);
    memcpy(out, decoder_distribution(d, V), V * sizeof *out);
    decoder_free(d);
}

static inline const struct filter_ops *filter_find(const char *name)
{
    for (size_t i = 0; filter_at(i) != NULL; i++)
        if (strcmp(filter_at(i)->name, name) == 0)
            return filter_at(i);
    ck_abort_msg("there is no filter '%s'", name);
}

#endif
