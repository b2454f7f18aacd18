#include "cmd/eval/eval_models.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/eval/eval_options.h"
#include "cmd/report/report.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"

/* --- opening --- */

/* How many operands are models: the last may be a text. */
static enum status count_models(struct eval_models *m, const struct invocation *call, size_t *n,
                                struct err *err)
{
    bool is = true;
    for (*n = 1; *n < call->n_operands && is; *n += is) {
        TRY(lm_is_model(call->operands[*n], &is, err));
    }
    if (*n + 1 < call->n_operands)
        return err_set(err, ST_USAGE,
                       "'%s' is no model: only the last of the operands can be a text",
                       call->operands[*n]);
    if (*n > EVAL_MODELS_MAX)
        return err_set(err, ST_USAGE, "%zu models are too many: %d can be mixed", *n,
                       EVAL_MODELS_MAX);
    m->text = *n < call->n_operands ? call->operands[*n] : NULL;
    return ST_OK;
}

enum status eval_models_open(struct eval_models *m, const struct invocation *call, struct err *err)
{
    const struct eval_values *v = call->values;
    size_t n;
    *m = (struct eval_models){.n = 0};
    TRY(count_models(m, call, &n, err));
    for (; m->n < n; m->n++) {
        m->paths[m->n] = call->operands[m->n];
        TRY(model_open_any(&m->lms[m->n], m->paths[m->n], &v->model, &v->corpus.markers, err));
    }
    return model_set_input(&v->model, &m->lms[0], err);
}

void eval_models_close(struct eval_models *m)
{
    while (m->n > 0)
        lm_close(&m->lms[--m->n]);
}

bool eval_models_predict(const struct eval_models *m, const struct invocation *call)
{
    const struct eval_values *v = call->values;
    return m->n > 1 || m->lms[0].model == NULL || v->temperature != 1.0 || v->cache > 0;
}

/* --- predictors --- */

/* The weights as they are given, or all alike. */
static enum status find_weights(double weights[EVAL_MODELS_MAX], size_t n, const char *text,
                                struct err *err)
{
    double sum = 0.0;
    size_t given = 0;
    for (size_t k = 0; k < n && text == NULL; k++)
        weights[k] = 1.0 / (double)n;
    if (text == NULL)
        return ST_OK;
    if (text[strspn(text, "0123456789.,eE+-")] != '\0')
        return err_set(err, ST_USAGE, "--weights '%s': expected numbers from 0, as in 0.7,0.3",
                       text);
    for (const char *at = text; given <= n; given++) {
        char *end;
        const double weight = strtod(at, &end);
        if (end == at || !(weight >= 0.0 && isfinite(weight)) || (*end != ',' && *end != '\0'))
            return err_set(err, ST_USAGE, "--weights '%s': expected numbers from 0, as in 0.7,0.3",
                           text);
        if (given < n)
            weights[given] = weight;
        sum += weight > 0.0 ? 1.0 : 0.0;
        if (*end == '\0')
            break;
        at = end + 1;
    }
    if (given + 1 != n)
        return err_set(err, ST_USAGE, "--weights '%s': there are %zu models", text, n);
    return sum > 0.0 ? ST_OK : err_set(err, ST_USAGE, "--weights '%s': all are 0", text);
}

static enum status check_words(const struct lm *first, const struct lm *other, struct err *err)
{
    int32_t *map = NULL;
    if (vocab_hash(first->vocab) != vocab_hash(other->vocab))
        TRY(lm_map_words(&map, first, other, err));
    mem_free(map);
    return ST_OK;
}

/* Text is read as for the first. */
static void warn_of_readings(const struct eval_models *m)
{
    for (size_t k = 1; k < m->n; k++)
        if (strcmp(m->lms[0].tokenizer->name, m->lms[k].tokenizer->name) != 0)
            report_warning("the text is read by the tokenizer '%s', as for '%s', and '%s' was made "
                           "with '%s'",
                           m->lms[0].tokenizer->name, m->paths[0], m->paths[k],
                           m->lms[k].tokenizer->name);
}

enum status eval_models_check(const struct eval_models *models, const struct invocation *call,
                              struct err *err)
{
    double weights[EVAL_MODELS_MAX];
    const struct eval_values *v = call->values;
    bool network = false;
    for (size_t k = 0; k < models->n; k++)
        network = network || models->lms[k].model != NULL;
    if (v->streams > 1 && eval_models_predict(models, call))
        return err_set(
            err, ST_USAGE,
            "--streams is for one network as it was trained: caches, mixtures and n-grams "
            "read one stream");
    if (models->n == 1 && (v->weights != NULL || v->log_linear))
        return err_set(err, ST_USAGE, "--%s is for several models",
                       v->weights != NULL ? "weights" : "log-linear");
    if (!network && (v->cache > 0 || v->temperature != 1.0))
        return err_set(err, ST_USAGE, "--%s is for networks, and '%s' has n-grams",
                       v->cache > 0 ? "cache" : "temperature", models->paths[0]);
    if (v->cache == 0 &&
        (invocation_given(call, "cache-theta") || invocation_given(call, "cache-weight")))
        return err_set(err, ST_USAGE,
                       "--cache-theta and --cache-weight have no effect without --cache");
    for (size_t k = 1; k < models->n; k++)
        TRY(check_words(&models->lms[0], &models->lms[k], err));
    TRY(find_weights(weights, models->n, v->weights, err));
    warn_of_readings(models);
    return ST_OK;
}

static enum status of_lm(struct predictor **p, const struct lm *lm, const struct eval_values *v,
                         struct err *err)
{
    const struct cache_settings cache = {
        .window = (size_t)v->cache, .theta = v->cache_theta, .weight = v->cache_weight};
    return lm->model == NULL ? predictor_of_ngrams(p, &lm->ngrams, err)
                             : predictor_of_network(p, lm->model, vocab_eos(lm->vocab),
                                                    v->temperature, &cache, err);
}

/* Where its words have other ids, through a map. */
static enum status of_other_lm(struct predictor **p, const struct lm *first, const struct lm *lm,
                               const struct eval_values *v, struct err *err)
{
    int32_t *map;
    struct predictor *own;
    if (vocab_hash(first->vocab) == vocab_hash(lm->vocab))
        return of_lm(p, lm, v, err);
    TRY(lm_map_words(&map, first, lm, err));
    enum status status = of_lm(&own, lm, v, err);
    if (status == ST_OK)
        status = predictor_of_mapped(p, own, map, err);
    mem_free(map);
    return status;
}

enum status eval_models_predictor(struct predictor **p, const struct eval_models *m,
                                  const struct invocation *call, struct err *err)
{
    const struct eval_values *v = call->values;
    struct predictor *parts[EVAL_MODELS_MAX];
    double weights[EVAL_MODELS_MAX];
    size_t n = 0;
    TRY(find_weights(weights, m->n, v->weights, err));
    if (m->n == 1)
        return of_lm(p, &m->lms[0], v, err);
    enum status status = ST_OK;
    for (; n < m->n && status == ST_OK; n++)
        status = of_other_lm(&parts[n], &m->lms[0], &m->lms[n], v, err);
    if (status == ST_OK)
        return predictor_of_several(p, parts, weights, n,
                                    v->log_linear ? MIX_LOG_LINEAR : MIX_LINEAR, err);
    for (n--; n-- > 0;)
        predictor_free(parts[n]);
    return status;
}
