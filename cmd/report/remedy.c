#include "cmd/report/remedy.h"

#include <stdio.h>
#include <string.h>

enum { OPTIONS_MAX = 3 };

struct remedy_row {
    const char *options[OPTIONS_MAX]; /* of the command at hand, which `advice` speaks of */
    const char *advice;               /* {n} and {m} stand for struct err's numbers */
    const char *otherwise; /* where the command lacks one of the options; NULL: nothing is said */
};

static const struct remedy_row remedies[N_REMEDIES] = {
    [REMEDY_NONE] = {{NULL}, "", NULL},
    [REMEDY_NAME_SPLITS] = {{"train", "valid", "test"},
                            "name each text with --train, --valid and --test",
                            "give each text as a file of its own"},
    [REMEDY_NAME_TRAIN] = {{"train"}, "name it with --train", "give it as a file of its own"},
    [REMEDY_NAME_VALID] = {{"valid"}, "name it with --valid", "give it as a file of its own"},
    [REMEDY_NAME_TEST] = {{"test"}, "name it with --test", "give it as a file of its own"},
    [REMEDY_NAME_MEMBER] = {{"member"},
                            "name one of its members with --member",
                            "unpack it and give one of its members"},
    [REMEDY_NAME_VOCAB] = {{"vocab"},
                           "name the vocabulary that it was trained with by --vocab",
                           "it needs the vocabulary that it was trained with"},
    [REMEDY_MARKER_UNK] = {{"unk"}, "--unk with that word says so", NULL},
    [REMEDY_MARKER_EOS] = {{"eos"}, "--eos with that word says so", NULL},
    [REMEDY_NAME_CELL] = {{"cell"}, "if its cells are of another kind, name it with --cell", NULL},
    [REMEDY_OWN_VOCAB] = {{"vocab"}, "leave --vocab out", NULL},
    [REMEDY_VOCAB_ADD] = {{"vocab-add"}, "--vocab-add puts it behind the last word", NULL},
    [REMEDY_VOCAB_FORM] = {{"vocab-format"}, "say which with --vocab-format", NULL},
    [REMEDY_NAME_MERGES] = {{"bpe-merges-file"},
                            "name them with --bpe-merges-file, or leave out --vocab",
                            "leave that tokenizer out"},
    [REMEDY_ALLOW_UNKNOWN] = {{"oov"},
                              "leave out --oov error to count unknown words as <unk>",
                              NULL},
    [REMEDY_LIMIT_BYTES] = {{"max-bytes"}, "raise that limit with --max-bytes", NULL},
    [REMEDY_PREPARE_AGAIN] = {{NULL}, "run 'ptblm prepare' again", NULL},
    [REMEDY_PREPARE] = {{NULL}, "leave that setting out, or give it to 'ptblm prepare'", NULL},
    [REMEDY_FIT_BATCH] = {{"batch"}, "--batch {n} would fit", "a batch of {n} would fit"},
    [REMEDY_FIT_STEPS] = {{"steps"}, "--steps {n} would fit", "{n} steps would fit"},
    [REMEDY_FIT_EITHER] = {{"batch", "steps"},
                           "--batch {n} or --steps {m} would fit",
                           "a batch of {n} or {m} steps would fit"},
    [REMEDY_FIT_BOTH] = {{"batch", "steps"},
                         "give it more text, or --batch {n} --steps {m}",
                         "give it more text, or a batch of {n} with {m} steps"},
    [REMEDY_TRAIN] = {{NULL}, "'ptblm train CORPUS --output RUN' makes one", NULL},
    [REMEDY_EXAMPLE_FORM] = {{"form"}, "say with --form how examples are written", NULL},
    [REMEDY_EXAMPLE_COLUMNS] = {{"word-column", "label-column"},
                                "--word-column and --label-column say which columns are read",
                                NULL},
    [REMEDY_KEEP_TRAIN] = {{"keep-train"}, "--keep-train makes no valid examples of them", NULL},
    [REMEDY_PREDICT] = {{NULL}, "'ptblm predict' and 'ptblm eval' use it", NULL},
    [REMEDY_RESUME_RUN] = {{NULL},
                           "give a corpus, or resume the run with 'ptblm train --resume RUN'",
                           NULL},
    [REMEDY_RESUME_REPLACE] = {{"resume", "output", "force"},
                               "continue the run with --resume, give another directory with "
                               "--output, or replace the run with --force",
                               "give another directory"},
    [REMEDY_BEGIN_AGAIN] = {{NULL},
                            "begin again with 'ptblm train CORPUS --output RUN --force', which "
                            "removes its model too",
                            NULL},
    [REMEDY_OTHER_DISK] = {{"output"},
                           "make room, or give a directory on another disk with --output",
                           "make room"},
    [REMEDY_NAME_ENCODING] = {{"encoding"},
                              "if it is text, name its encoding with --encoding",
                              "if it is text in another encoding, convert it with iconv"},
    [REMEDY_OTHER_ENCODING] = {{"encoding"},
                               "name the right encoding with --encoding",
                               "convert it with iconv"},
    [REMEDY_NAME_FIELD] = {{"json-field"},
                           "name the field that is the text with --json-field",
                           "take the texts out of it"},
    [REMEDY_PUT_BACK_BEST] =
        {{"resume", "epochs"},
         "put it back, or train on for a better one with --resume and a larger --epochs",
         "put it back"},
    [REMEDY_LEAVE_OUT_DOCUMENT] = {{"exclude"},
                                   "to read the other documents without it, leave it out with "
                                   "--exclude GLOB",
                                   NULL},
    [REMEDY_CHOOSE_DOCUMENTS] = {{"include", "exclude"},
                                 "say which files are its documents with --include or --exclude "
                                 "GLOB",
                                 NULL},
};

/* The words with the numbers in their places. */
static void fill_in(char *out, size_t size, const char *words, const struct err *err)
{
    size_t at = 0;
    while (*words != '\0' && at + 1 < size) {
        const bool is_n = strncmp(words, "{n}", 3) == 0, is_m = strncmp(words, "{m}", 3) == 0;
        if (is_n || is_m)
            snprintf(out + at, size - at, "%zu", is_n ? err->n : err->m);
        else
            snprintf(out + at, size - at, "%c", *words);
        at += strlen(out + at);
        words += is_n || is_m ? 3 : 1;
    }
}

void remedy_words(char *out, size_t size, const struct err *err,
                  bool (*has)(const void *ctx, const char *option), const void *ctx)
{
    const struct remedy_row *row = &remedies[err->remedy];
    bool usable = true;
    for (size_t i = 0; i < OPTIONS_MAX && row->options[i] != NULL; i++)
        usable = usable && has(ctx, row->options[i]);
    const char *words = usable ? row->advice : row->otherwise;
    out[0] = '\0';
    if (words != NULL)
        fill_in(out, size, words, err);
}
