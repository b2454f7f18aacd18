/* A vocabulary of another program: its words for TOKEN_UNK and TOKEN_EOS get these names. */
#include <string.h>

#include "vocab/vocab_private.h"

/* The id of the marker where the vocabulary lacks the token, or -1. */
static int32_t find_stand_in(const struct vocab *v, const char *token, const char *marker)
{
    if (marker[0] == '\0' || vocab_find(v, token, strlen(token)) >= 0)
        return -1;
    return vocab_find(v, marker, strlen(marker));
}

static struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

enum status vocab_rename_markers(struct vocab **v, const struct markers *markers, struct err *err)
{
    const int32_t unk = find_stand_in(*v, TOKEN_UNK, markers->unk);
    const int32_t eos = find_stand_in(*v, TOKEN_EOS, markers->eos);
    struct vocab *made;
    if (unk < 0 && eos < 0)
        return ST_OK;
    TRY(vocab_new(&made, err));
    for (int32_t id = 0; id < (int32_t)vocab_size(*v); id++) {
        int32_t same;
        const struct slice word = id == unk   ? slice_of(TOKEN_UNK)
                                  : id == eos ? slice_of(TOKEN_EOS)
                                              : vocab_slice(*v, id);
        const enum status status = vocab_add(made, word, vocab_count(*v, id), &same, err);
        if (status != ST_OK) {
            vocab_free(made);
            return status;
        }
    }
    vocab_free(*v);
    *v = made;
    return ST_OK;
}
