#include "cmd/prompt.h"

#include <stdio.h>
#include <string.h>

#include "cmd/report/report.h"
#include "cmd/tokenizer_advice.h"
#include "vocab/advice/coverage.h"
#include "vocab/advice/known_markers.h"

/* Takes the next line off a text; *ended says whether a line end was there. */
static bool take_line(const char **text, struct slice *line, bool *ended)
{
    if (**text == '\0')
        return false;
    const size_t len = strcspn(*text, "\n");
    *ended = (*text)[len] == '\n';
    *line = (struct slice){*text, len};
    *text += len + *ended;
    if (*ended && len > 0 && line->bytes[len - 1] == '\r')
        line->len--;
    return true;
}

static enum status add_line(struct sentence *s, const struct lm *lm, const struct slice *line,
                            bool ended, struct err *err)
{
    struct err why = {0};
    if (sentence_add(s, lm, line->bytes, line->len, &why) != ST_OK)
        return err_wrap(err, &why, "the prompt");
    return ended ? sentence_add_eos(s, lm, err) : sentence_leave_open(s, lm, err);
}

static enum status add_text(struct sentence *s, const struct lm *lm, const char *text,
                            struct err *err)
{
    struct slice line;
    bool ended;
    while (take_line(&text, &line, &ended))
        TRY(add_line(s, lm, &line, ended, err));
    return ST_OK;
}

/* *advised says whether a warning told of another tokenizer. */
static enum status advise(bool *advised, const struct lm *lm, const char *text, struct err *err)
{
    struct coverage coverage = {0};
    struct slice line;
    bool ended;
    while (take_line(&text, &line, &ended))
        TRY(coverage_add(&coverage, lm->vocab, line.bytes, line.len, err));
    *advised = tokenizer_advise(&coverage, lm, "of the prompt");
    return ST_OK;
}

/* "; --bos '<s>' says that lines begin with it", where the word is a marker of other programs. */
static const char *marker_help(char *out, size_t size, const char *word)
{
    static const char *const uses[MARKER_KINDS][2] = {
        [MARKER_BOS] = {"bos", "lines begin with it"},
        [MARKER_EOS] = {"eos", "lines end with it"},
        [MARKER_UNK] = {"unk", "it stands for unknown words"}};
    const struct known_marker *k = known_marker_at(known_marker_find(word, strlen(word)));
    out[0] = '\0';
    if (k != NULL)
        snprintf(out, size, "; --%s '%s' says that %s", uses[k->kind][0], k->text,
                 uses[k->kind][1]);
    return out;
}

enum status prompt_read(struct sentence *s, const struct lm *lm, const char *text, bool strict,
                        struct err *err)
{
    sentence_clear(s);
    TRY(sentence_add_eos(s, lm, err));
    if (text != NULL)
        TRY(add_text(s, lm, text, err));
    if (s->unknown == 0)
        return ST_OK;
    bool advised;
    TRY(advise(&advised, lm, text, err));
    char word[64];
    report_escape_cut(word, sizeof word, s->surface.data + s->first_unknown);
    if (strict)
        return err_advise(
            err,
            err_set(err, ST_INPUT, "'%s' in the prompt is not in the model's vocabulary", word),
            REMEDY_ALLOW_UNKNOWN, 0, 0);
    if (advised)
        return ST_OK;
    char help[160];
    const char *also = marker_help(help, sizeof help, s->surface.data + s->first_unknown);
    if (s->unknown == 1)
        report_warning("'%s' is not in the model's vocabulary and is read as <unk>%s", word, also);
    else
        report_warning("%llu words of the prompt are not in the model's vocabulary and are read "
                       "as <unk>; the first is '%s'%s",
                       (unsigned long long)s->unknown, word, also);
    return ST_OK;
}
