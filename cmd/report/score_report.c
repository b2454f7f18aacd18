#include "cmd/report/score_report.h"

#include <math.h>

#include "cmd/report/record.h"

/* A perplexity that nothing defines, or that is beyond any number, is left out. */
static void add_perplexity(struct record *r, const char *name, double perplexity)
{
    if (isfinite(perplexity))
        record_add_real(r, name, perplexity, 4);
}

enum status score_report_totals(const struct score_totals *t, double per_nat, struct err *err)
{
    struct record r = {0};
    record_add_int(&r, "sentences", (int64_t)t->sentences);
    record_add_int(&r, "words", (int64_t)t->words);
    record_add_int(&r, "unknown", (int64_t)t->unknown);
    record_add_real(&r, "logprob", t->nats * per_nat + 0.0, 6);
    record_add_real(&r, "logprob_eos", t->nats_eos * per_nat + 0.0, 6);
    record_add_real(&r, "logprob_unknown", t->nats_unknown * per_nat + 0.0, 6);
    add_perplexity(&r, "ppl", score_perplexity(t, SCORE_PPL, false));
    add_perplexity(&r, "ppl1", score_perplexity(t, SCORE_PPL1, false));
    add_perplexity(&r, "ppl_words", score_perplexity(t, SCORE_PPL_WORDS, false));
    add_perplexity(&r, "ppl_known", score_perplexity(t, SCORE_PPL, true));
    add_perplexity(&r, "ppl1_known", score_perplexity(t, SCORE_PPL1, true));
    add_perplexity(&r, "ppl_words_known", score_perplexity(t, SCORE_PPL_WORDS, true));
    const enum status status = record_print(&r, RECORD_LINES, err);
    record_fini(&r);
    return status;
}
