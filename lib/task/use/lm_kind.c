/* What a path is, and how the words of two models belong together. */
#include <string.h>
#include <sys/stat.h>

#include "lib/base/mem.h"
#include "lib/task/use/lm.h"
#include "lib/task/use/lm_ngrams.h"

bool lm_is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

enum status lm_is_model(const char *path, bool *is, struct err *err)
{
    enum lm_kind kind;
    TRY(lm_find_kind(path, &kind, err));
    *is = kind != LM_NO_MODEL || (io_is_dir(path) && io_has(path, LM_FILE));
    return ST_OK;
}

enum status lm_is_replaceable(const char *path, bool *is, struct err *err)
{
    enum lm_kind kind;
    TRY(lm_find_kind(path, &kind, err));
    *is = kind == LM_COMPACT || kind == LM_ARPA || !lm_is_file(path);
    return ST_OK;
}

enum status lm_map_words(int32_t **map, const struct lm *first, const struct lm *other,
                         struct err *err)
{
    const size_t V = vocab_size(first->vocab);
    size_t missing = 0;
    int32_t *made = mem_zeroed(V, sizeof *made, err), lacking = -1;
    if (made == NULL)
        return ST_NOMEM;
    for (int32_t w = 0; w < (int32_t)V; w++) {
        const struct slice word = vocab_slice(first->vocab, w);
        made[w] = w == vocab_eos(first->vocab)   ? vocab_eos(other->vocab)
                  : w == vocab_unk(first->vocab) ? vocab_unk(other->vocab)
                                                 : vocab_find(other->vocab, word.bytes, word.len);
        missing += made[w] < 0 ? 1 : 0;
        lacking = made[w] < 0 && lacking < 0 ? w : lacking;
    }
    *map = made;
    if (missing == 0 && V == vocab_size(other->vocab))
        return ST_OK;
    mem_free(made);
    if (missing > 0)
        return err_set(
            err, ST_INPUT,
            "'%s' and '%s' do not have the same words: '%s' and %zu more of the first are "
            "not in the second",
            first->path, other->path, vocab_word(first->vocab, lacking), missing - 1);
    return err_set(err, ST_INPUT, "'%s' has %zu words, '%s' all of these and %zu more", first->path,
                   V, other->path, vocab_size(other->vocab) - V);
}
