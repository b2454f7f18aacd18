#include "cmd/report/remedy.h"

#include <stdio.h>

/* With %1 and %2 for the error's numbers n and m. */
static const struct {
    const char *option;    /* that the words speak of; NULL: none */
    const char *words;     /* where the command has it */
    const char *otherwise; /* where it has not; NULL: nothing is said */
} remedies[] = {
    [REMEDY_NONE] = {NULL, NULL, NULL},
    [REMEDY_NAME_SPLITS] = {"train", "name each text with --train, --valid and --test",
                            "give each text by itself"},
    [REMEDY_NAME_MEMBER] = {"member", "name one of its members with --member", NULL},
    [REMEDY_NAME_VOCAB] = {"vocab", "name the one it was trained with by --vocab", NULL},
    [REMEDY_OMIT_VOCAB] = {"vocab", "leave out --vocab", NULL},
    [REMEDY_ALLOW_UNKNOWN] = {"oov", "take a larger vocabulary, or leave out --oov error",
                              "take a larger vocabulary"},
    [REMEDY_LIMIT_BYTES] = {"max-bytes", "raise the limit with --max-bytes", NULL},
    [REMEDY_PREPARE_AGAIN] = {NULL, "run 'ptblm prepare' again", NULL},
    [REMEDY_PREPARE] = {NULL, "give it to 'ptblm prepare'", NULL},
    [REMEDY_FIT_BATCH] = {"batch", "--batch %1 would fit", NULL},
    [REMEDY_FIT_STEPS] = {"steps", "--steps %1 would fit", NULL},
    [REMEDY_FIT_EITHER] = {"batch", "--batch %1 or --steps %2 would fit", NULL},
    [REMEDY_FIT_BOTH] = {"batch", "give it more text, or --batch %1 --steps %2",
                         "give it more text"},
    [REMEDY_TRAIN] = {NULL, "begin one with 'ptblm train CORPUS -o RUN'", NULL},
    [REMEDY_RESUME_RUN] = {NULL, "'ptblm train --resume' goes on with it", NULL},
    [REMEDY_RESUME_REPLACE] = {"resume",
                               "continue it with --resume, give another directory with -o, or "
                               "replace that run with --force",
                               NULL},
    [REMEDY_BEGIN_AGAIN] = {NULL,
                            "begin again with 'ptblm train CORPUS -o RUN --force', which removes "
                            "its model too",
                            NULL},
    [REMEDY_OTHER_DISK] = {"output", "make room, or give a directory on another disk with -o",
                           "make room"},
    [REMEDY_PUT_BACK_BEST] = {"epochs",
                              "put it back, or train on for a better one with --resume and a "
                              "larger --epochs",
                              "put it back"},
};

/* The words with the numbers in their places. */
static void fill_in(char *out, size_t size, const char *words, const struct err *err)
{
    size_t at = 0;
    for (; *words != '\0' && at + 1 < size; words++) {
        const bool is_number = words[0] == '%' && (words[1] == '1' || words[1] == '2');
        if (!is_number) {
            out[at++] = *words;
            continue;
        }
        at += (size_t)snprintf(out + at, size - at, "%zu", *++words == '1' ? err->n : err->m);
    }
    out[at < size ? at : size - 1] = '\0';
}

void remedy_words(char *out, size_t size, const struct err *err,
                  bool (*has)(const void *ctx, const char *option), const void *ctx)
{
    out[0] = '\0';
    if ((size_t)err->remedy >= sizeof remedies / sizeof *remedies)
        return;
    const char *option = remedies[err->remedy].option;
    const bool usable = option == NULL || has(ctx, option);
    const char *words = usable ? remedies[err->remedy].words : remedies[err->remedy].otherwise;
    if (words != NULL)
        fill_in(out, size, words, err);
}
