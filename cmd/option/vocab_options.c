#include "cmd/option/vocab_options.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmd/report/report.h"

struct vocab_file vocab_file_of(const char *path, const struct vocab_values *values)
{
    return (struct vocab_file){path, vocab_form_find(values->format), values->add};
}

static void report_added(const char *token, int32_t id)
{
    if (id >= 0)
        report_note("            added %s as id %" PRId32, token, id);
}

void vocab_report(const char *path, const struct vocab_taken *taken)
{
    char words[REPORT_TEXT], name[256];
    if (taken->form == VOCAB_AUTO || path == NULL)
        return;
    report_note("vocab file  %s: %s words, %s%s%s%s%s%s",
                report_escape_cut(name, sizeof name, path), report_count(words, taken->words),
                taken->form == VOCAB_JSON ? "" : "each line ", vocab_form_text(taken->form),
                taken->codec != NULL ? ", " : "", taken->codec != NULL ? taken->codec : "",
                taken->mark ? ", its byte-order mark dropped" : "",
                taken->crlf ? ", its CR LF read as line ends" : "");
    report_added(TOKEN_UNK, taken->unk);
    report_added(TOKEN_EOS, taken->eos);
}
