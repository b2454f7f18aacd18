#include "lib/task/use/sentence.h"

#include <string.h>

#include "lib/base/mem.h"

void sentence_clear(struct sentence *s)
{
    s->n = 0;
    s->unknown = 0;
    s->surface.len = 0;
    s->lines.begun = s->lines.holds_eos = false;
}

struct adding {
    struct sentence *sentence;
    const struct lm *lm;
};

static enum status add_token(void *ctx, const char *token, size_t len, struct err *err)
{
    const struct adding *a = ctx;
    struct sentence *s = a->sentence;
    if (len > TOKEN_MAX)
        return err_set(err, ST_INPUT, "a token of %zu bytes: the most is %d", len, TOKEN_MAX);
    if (s->n == s->cap) {
        const size_t cap = s->cap < 64 ? 64 : 2 * s->cap;
        int32_t *ids = mem_resize(s->ids, cap, sizeof *ids, err);
        if (ids == NULL)
            return ST_NOMEM;
        s->ids = ids;
        s->cap = cap;
    }
    int32_t id = vocab_find(a->lm->vocab, token, len);
    if (id < 0) {
        id = vocab_unk(a->lm->vocab);
        if (s->unknown++ == 0)
            s->first_unknown = s->surface.len;
    }
    s->ids[s->n++] = id;
    TRY(buf_add(&s->surface, token, len, err));
    return buf_add(&s->surface, "", 1, err);
}

enum status sentence_add(struct sentence *s, const struct lm *lm, const char *bytes, size_t len,
                         struct err *err)
{
    struct adding adding = {s, lm};
    struct slice line = {bytes, len};
    s->lines.markers = &lm->markers;
    s->lines.anywhere = !lm->input->keeps_words;
    if (markers_any(&lm->markers))
        TRY(marked_lines_read(&s->lines, &line, false, err));
    return tokenizer_split_each(lm->input, line.bytes, line.len, add_token, &adding, err);
}

enum status sentence_leave_open(struct sentence *s, const struct lm *lm, struct err *err)
{
    return s->lines.holds_eos ? sentence_add_eos(s, lm, err) : ST_OK;
}

enum status sentence_add_eos(struct sentence *s, const struct lm *lm, struct err *err)
{
    struct adding adding = {s, lm};
    s->lines.begun = s->lines.holds_eos = false;
    return add_token(&adding, TOKEN_EOS, strlen(TOKEN_EOS), err);
}

void sentence_fini(struct sentence *s)
{
    mem_free(s->ids);
    buf_fini(&s->surface);
    marked_lines_fini(&s->lines);
    *s = (struct sentence){0};
}
