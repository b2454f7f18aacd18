#include "cmd/option/document_options.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/report/report.h"
#include "lib/base/buf.h"

#define FIELD(member) offsetof(struct document_values, member)

static const char *end_at(size_t i)
{
    static const char *const names[] = {"none", "eos", NULL};
    return names[i];
}

static enum status check_globs(const char *text, struct err *err)
{
    const size_t len = strlen(text);
    if (len > 0 && text[0] != ',' && text[len - 1] != ',' && strstr(text, ",,") == NULL)
        return ST_OK;
    return err_set(err, ST_USAGE, "one of its globs is empty");
}

const struct setting document_rows[] = {
    {.name = "include",
     .type = SETTING_TEXT,
     .offset = FIELD(include),
     .check = check_globs,
     .value_name = "GLOB,...",
     .help = "of a folder or archive, only files whose path matches",
     .twice = ", with commas between the globs",
     .rare = true},
    {.name = "exclude",
     .type = SETTING_TEXT,
     .offset = FIELD(exclude),
     .check = check_globs,
     .value_name = "GLOB,...",
     .help = "no files whose path matches",
     .twice = ", with commas between the globs",
     .rare = true},
    {.name = "shuffle-documents",
     .type = SETTING_INT,
     .offset = FIELD(shuffle),
     .min = 1,
     .max = 0x1p53,
     .value_name = "SEED",
     .help = "the documents of a folder in a random order",
     .rare = true},
    {.name = "document-end",
     .type = SETTING_CHOICE,
     .offset = FIELD(end),
     .choice_at = end_at,
     .value_name = "WHAT",
     .help = "after a document's last line [none]",
     .rare = true},
    {.name = NULL},
};

struct document_choice document_choice_of(const struct document_values *values)
{
    return (struct document_choice){
        .include = values->include,
        .exclude = values->exclude,
        .shuffle = (uint64_t)values->shuffle,
        .ends = values->end != NULL && strcmp(values->end, end_at(1)) == 0,
    };
}

static const char *reason(enum left_out why)
{
    static const char *const reasons[N_LEFT_OUT] = {
        [LEFT_BY_CHOICE] = "by --include and --exclude",
        [LEFT_HIDDEN] = "hidden",
        [LEFT_NOTE] = "README and the like",
        [LEFT_BACKUP] = "backup copies",
        [LEFT_BY_NAME] = "no text by their names",
        [LEFT_BINARY] = "not text",
        [LEFT_ARCHIVE] = "archives",
        [LEFT_EMPTY] = "empty",
        [LEFT_MARKED] = "prepared directories and runs",
        [LEFT_SPECIAL] = "links to folders or to nothing, or no files",
        [LEFT_BY_DIVISION] = "in none of train, valid and test",
    };
    return reasons[why];
}

static void report_left(const struct documents_left *left)
{
    for (enum left_out why = 0; why < N_LEFT_OUT; why++) {
        const struct names_first *names = &left->of[why];
        char n[REPORT_TEXT];
        struct buf list = {0};
        struct err err;
        if (names->n == 0)
            continue;
        const bool listed =
            names_add_list(&list, (const char *const *)names->names, names->n, &err) == ST_OK;
        report_note("left out    %s, %s: %s", report_count(n, names->n), reason(why),
                    listed ? list.data : "");
        buf_fini(&list);
    }
}

/* A part of a text is easily taken for the whole. */
static void warn_of_shards(const struct dataset_documents *documents)
{
    for (enum split s = 0; s < N_SPLITS; s++) {
        const struct shards *shards = &documents->shards[s];
        if (shards->of > shards->have)
            report_warning("%zu of %zu files of %s are there, by the numbers in their names",
                           shards->have, shards->of,
                           documents->division == DIVISION_WHOLE ? "the corpus"
                           : s == SPLIT_TRAIN                    ? "the train text"
                           : s == SPLIT_VALID                    ? "the valid text"
                                                                 : "the test text");
    }
}

/* Folders of code that are called train or test divide nothing, but leave the rest out. */
static void warn_of_division(const struct dataset_documents *documents)
{
    size_t taken = 0;
    for (enum split s = 0; s < N_SPLITS; s++)
        taken += documents->n[s];
    const size_t left = documents->left.of[LEFT_BY_DIVISION].n;
    if (left > taken)
        report_warning("%zu documents are in none of train, valid and test, more than the %zu that "
                       "are in one, by the names of %s: --exclude GLOB leaves out those that mean "
                       "something else",
                       left, taken,
                       documents->division == DIVISION_FOLDERS ? "their folders" : "their files");
}

void document_report(const struct dataset *d, const struct document_choice *choice)
{
    static const char *const ways[] = {
        [DIVISION_FOLDERS] = "by folders", [DIVISION_SHARDS] = "by names", [DIVISION_WHOLE] = ""};
    const struct dataset_documents *documents = &d->documents;
    char n[N_SPLITS][REPORT_TEXT], order[64] = "";
    if (documents->division == DIVISION_NONE)
        return;
    const char *way = ways[documents->division];
    if (choice->shuffle != 0)
        snprintf(order, sizeof order, ", shuffled with seed %" PRIu64, choice->shuffle);
    for (enum split s = 0; s < N_SPLITS; s++)
        report_count(n[s], documents->n[s]);
    report_note("documents   %s train, %s valid, %s test%s%s%s%s", n[SPLIT_TRAIN], n[SPLIT_VALID],
                n[SPLIT_TEST], *way != '\0' ? ", divided " : "", way, order,
                choice->ends ? ", each ended by <eos>" : "");
    report_left(&documents->left);
    warn_of_shards(documents);
    warn_of_division(documents);
}
