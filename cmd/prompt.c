#include "cmd/prompt.h"

#include <string.h>

#include "cmd/report/report.h"

static enum status add_text(struct sentence *s, const struct lm *lm, const char *text,
                            struct err *err)
{
    struct err why = {0};
    if (sentence_add(s, lm, text, strlen(text), &why) == ST_OK)
        return sentence_leave_open(s, lm, err);
    return err_wrap(err, &why, "the prompt");
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
    char word[64];
    report_escape_cut(word, sizeof word, s->surface.data + s->first_unknown);
    if (strict)
        return err_advise(
            err,
            err_set(err, ST_INPUT, "'%s' in the prompt is not in the model's vocabulary", word),
            REMEDY_ALLOW_UNKNOWN, 0, 0);
    if (s->unknown == 1)
        report_warning("'%s' is not in the model's vocabulary and is read as <unk>", word);
    else
        report_warning("%llu words of the prompt are not in the model's vocabulary and are read "
                       "as <unk>; the first is '%s'",
                       (unsigned long long)s->unknown, word);
    return ST_OK;
}
