#include "cmd/report/eval_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define LN_2 0.69314718055994530942

void eval_report_begin(struct eval_report *report, bool json, bool sentences)
{
    *report = (struct eval_report){.json = json, .sentences = sentences};
    if (json && sentences)
        record_open_list(&report->record, "sentences");
}

static void keep_sentence(struct eval_report *report, const struct eval_result *r)
{
    const double perplexity = eval_perplexity(r);
    record_open_item(&report->record);
    record_add_int(&report->record, "sentence", report->n_sentences);
    record_add_int(&report->record, "tokens", (int64_t)r->tokens);
    record_add_int(&report->record, "unknown", (int64_t)r->unknown);
    record_add_real(&report->record, "nats", r->nats, 6);
    if (isfinite(perplexity))
        record_add_real(&report->record, "perplexity", perplexity, 4);
    record_close(&report->record);
}

static void print_sentence(const struct eval_report *report, const struct eval_result *r)
{
    const double perplexity = eval_perplexity(r);
    printf("%" PRId64 "\t%" PRIu64 "\t%" PRIu64 "\t%.6f\t", report->n_sentences, r->tokens,
           r->unknown, r->nats);
    if (isfinite(perplexity))
        printf("%.4f\n", perplexity);
    else
        puts("-");
}

void eval_report_sentence(struct eval_report *report, const struct eval_result *r)
{
    report->n_sentences++;
    if (report->json)
        keep_sentence(report, r);
    else
        print_sentence(report, r);
}

static void add_by_size(struct eval_report *report, const struct eval_result *r)
{
    if (report->words < 2 || report->characters < 2)
        return;
    const uint64_t words = report->words - 1, characters = report->characters - 1;
    const double perplexity = eval_word_perplexity(r->nats, words);
    record_add_int(&report->record, "words", (int64_t)words);
    record_add_int(&report->record, "characters", (int64_t)characters);
    if (isfinite(perplexity))
        record_add_real(&report->record, "word_perplexity", perplexity, 4);
    record_add_real(&report->record, "bits_per_character",
                    eval_bits_per_character(r->nats, characters), 6);
}

void eval_report_parts(struct eval_report *report, size_t n, const char *const *paths,
                       const struct eval_result *parts)
{
    report->paths = paths;
    report->parts = parts;
    report->n_parts = n;
}

static void add_parts(struct eval_report *report)
{
    record_open_table(&report->record, "models");
    for (size_t k = 0; k < report->n_parts; k++) {
        record_open_item(&report->record);
        record_add_path(&report->record, "model", report->paths[k]);
        record_add_real(&report->record, "perplexity", eval_perplexity(&report->parts[k]), 4);
        record_close(&report->record);
    }
    record_close(&report->record);
}

enum status eval_report_whole(struct eval_report *report, const struct eval_result *r,
                              struct err *err)
{
    const double nats = r->nats / (double)r->tokens;
    struct record *record = &report->record;
    if (report->sentences && report->json)
        record_close(record);
    else if (report->sentences)
        putchar('\n');
    record_add_int(record, "tokens", (int64_t)r->tokens);
    record_add_int(record, "unknown", (int64_t)r->unknown);
    record_add_real(record, "perplexity", eval_perplexity(r), 4);
    record_add_real(record, "perplexity_known", eval_perplexity_known(r), 4);
    record_add_real(record, "nats_per_token", nats, 6);
    record_add_real(record, "bits_per_token", nats / LN_2, 6);
    add_by_size(report, r);
    if (report->n_parts > 0)
        add_parts(report);
    return record_print(record, report->json ? RECORD_JSON : RECORD_LINES, err);
}

void eval_report_fini(struct eval_report *report)
{
    record_fini(&report->record);
}
