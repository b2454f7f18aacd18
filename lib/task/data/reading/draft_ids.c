/* From numbers of tables to ids. */
#include "lib/base/mem.h"
#include "lib/task/data/reading/draft.h"

void draft_ids_fini(struct draft_ids *ids)
{
    mem_free(ids->words);
    mem_free(ids->labels);
    for (size_t i = 0; i < FEATURES_MAX; i++)
        mem_free(ids->values[i]);
    *ids = (struct draft_ids){0};
}

static enum status find_names(int32_t **ids, const struct hash_table *table,
                              const struct names *names, struct err *err)
{
    const size_t n = hash_table_size(table);
    *ids = mem_resize(NULL, n, sizeof **ids, err);
    if (*ids == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct slice text = hash_table_get(table, (int32_t)i);
        (*ids)[i] = names_find(names, text.bytes, text.len);
    }
    return ST_OK;
}

static enum status find_words(int32_t **ids, const struct hash_table *table,
                              const struct vocab *vocab, struct err *err)
{
    struct slice words[TOKEN_BATCH];
    const size_t n = hash_table_size(table);
    *ids = mem_resize(NULL, n, sizeof **ids, err);
    if (*ids == NULL)
        return ST_NOMEM;
    for (size_t at = 0, batch; at < n; at += batch) {
        batch = n - at < TOKEN_BATCH ? n - at : TOKEN_BATCH;
        for (size_t i = 0; i < batch; i++)
            words[i] = hash_table_get(table, (int32_t)(at + i));
        vocab_find_all(vocab, words, batch, *ids + at);
    }
    return ST_OK;
}

enum status draft_ids_find(struct draft_ids *ids, const struct draft_tables *tables,
                           const struct example_coding *coding, struct err *err)
{
    draft_ids_fini(ids);
    if (coding->vocab != NULL)
        TRY(find_words(&ids->words, &tables->words, coding->vocab, err));
    TRY(find_names(&ids->labels, &tables->labels, coding->labels, err));
    for (size_t i = 0; i < coding->columns.features.n; i++)
        TRY(find_names(&ids->values[i], &tables->values[i], coding->features[i], err));
    return ST_OK;
}

void draft_set_ids(struct examples *e, const struct draft_ids *ids,
                   const struct example_coding *coding, uint64_t *unknown)
{
    const size_t n_labels = e->labels == NULL ? 0 : e->per_step ? e->steps : e->n;
    *unknown = 0;
    for (size_t i = 0; e->kind == EXAMPLE_IDS && i < e->steps; i++) {
        int32_t *step = e->ids + i * e->width;
        step[0] = ids->words[step[0]];
        *unknown += step[0] < 0;
        if (step[0] < 0)
            step[0] = vocab_unk(coding->vocab);
        for (size_t f = 1; f < e->width; f++) {
            step[f] = ids->values[f - 1][step[f]];
            if (step[f] < 0)
                step[f] = NAMES_UNKNOWN;
        }
    }
    for (size_t i = 0; i < n_labels; i++)
        e->labels[i] = ids->labels[e->labels[i]];
}
