#include "cmd/tokenizer_advice.h"

#include "cmd/report/report.h"

bool tokenizer_advise(const struct coverage *coverage, const struct lm *lm, const char *what)
{
    const struct coverage_share used = coverage_of(coverage, lm->input);
    const struct coverage_share better = coverage_find_better(coverage, lm->input);
    if (better.tokenizer == NULL)
        return false;
    report_warning("%llu of the %llu tokens %s are not in the model's vocabulary; with --tokenizer "
                   "%s it would be %llu of %llu",
                   (unsigned long long)used.unknown, (unsigned long long)used.tokens, what,
                   better.tokenizer->name, (unsigned long long)better.unknown,
                   (unsigned long long)better.tokens);
    return true;
}
