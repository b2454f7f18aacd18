/* Status codes and error texts. Every function that can fail returns `enum status` and takes a
 * `struct err *` last. The text is a whole sentence that can be shown to the user as it is. What
 * option or command would help is a code, enum remedy, which cmd puts into words
 * (cmd/report/remedy.c): nothing below cmd knows about options. */
#ifndef PTBLM_BASE_ERR_H
#define PTBLM_BASE_ERR_H

#include <stddef.h>

enum status {
    ST_OK = 0,
    ST_NOMEM,       /* memory ran out */
    ST_IO,          /* the system refused a read, write, sync or rename */
    ST_INPUT,       /* a text, archive, vocabulary or model is missing or invalid */
    ST_USAGE,       /* wrong options or operands */
    ST_DIVERGED,    /* the loss or the gradient norm is not finite */
    ST_INTERRUPTED, /* a signal ended the work */
};

/* What would help. `n` and `m` are struct err's. */
enum remedy {
    REMEDY_NONE,
    REMEDY_NAME_SPLITS,    /* name each of the texts */
    REMEDY_NAME_TRAIN,     /* name the train text; this and the next two in the order of splits */
    REMEDY_NAME_VALID,     /* name the valid text */
    REMEDY_NAME_TEST,      /* name the test text */
    REMEDY_NAME_MEMBER,    /* name a member of the archive */
    REMEDY_NAME_VOCAB,     /* give the vocabulary that the model was trained with */
    REMEDY_MARKER_UNK,     /* say which word stands for unknown ones */
    REMEDY_MARKER_EOS,     /* say which word stands for the end of a line */
    REMEDY_NAME_CELL,      /* say which cells a model has that does not say it */
    REMEDY_OWN_VOCAB,      /* give no vocabulary: the model has its own */
    REMEDY_VOCAB_ADD,      /* let what a vocabulary lacks be put in */
    REMEDY_VOCAB_FORM,     /* say which form the vocabulary has */
    REMEDY_NAME_MERGES,    /* give the merges, or leave the vocabulary to the text */
    REMEDY_ALLOW_UNKNOWN,  /* let unknown words count as <unk> */
    REMEDY_LIMIT_BYTES,    /* raise the limit of a text's bytes */
    REMEDY_PREPARE_AGAIN,  /* the prepared directory is not whole */
    REMEDY_PREPARE,        /* prepare with the setting that was asked for */
    REMEDY_FIT_BATCH,      /* a batch of n would fit */
    REMEDY_FIT_STEPS,      /* n steps would fit */
    REMEDY_FIT_EITHER,     /* a batch of n, or m steps would fit */
    REMEDY_FIT_BOTH,       /* a batch of n with m steps would fit */
    REMEDY_TRAIN,          /* train a model first */
    REMEDY_PREDICT,        /* use a model for what it was trained for */
    REMEDY_RESUME_RUN,     /* the directory is a run, which could be resumed */
    REMEDY_RESUME_REPLACE, /* resume the run, take another directory, or replace the run */
    REMEDY_BEGIN_AGAIN,    /* begin the run again, which removes its model too */
    REMEDY_OTHER_DISK,     /* make room, or write to another disk */
    REMEDY_PUT_BACK_BEST,  /* put the best model back, or train on for a better one */
    REMEDY_LEAVE_OUT_DOCUMENT, /* leave that document out */
    REMEDY_CHOOSE_DOCUMENTS,   /* say which files are documents */
    REMEDY_NAME_ENCODING,      /* say which encoding the text has */
    REMEDY_OTHER_ENCODING,     /* say another encoding, or none */
    REMEDY_NAME_FIELD,         /* say which field of the JSON lines is the text */
    REMEDY_EXAMPLE_FORM,       /* say in which form the examples are */
    REMEDY_EXAMPLE_COLUMNS,    /* say which columns are the word and the label */
    REMEDY_KEEP_TRAIN,         /* make no valid text of the train text */
    N_REMEDIES,
};

struct err {
    enum status code;
    enum remedy remedy;
    size_t n, m; /* the numbers in the advice */
    char text[1024];
};

/* Fills *err (unless NULL) with the code and the sentence, without a remedy, and returns the code,
 * so that a caller can `return err_set(err, ST_INPUT, "...")`. A text that does not fit, perhaps
 * because of a very long path, is cut in the middle. */
enum status err_set(struct err *err, enum status code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "SENTENCE: what `why` says", with the code and the remedy of `why`; returns the code. `err` and
 * `why` may be the same. */
enum status err_wrap(struct err *err, const struct err *why, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Appends "; MORE" to the text of *err, and returns its code. */
enum status err_add(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Adds a remedy to *err (unless NULL) and returns `code`, so that a caller can
 * `return err_advise(err, err_set(err, ST_INPUT, "..."), REMEDY_FIT_BATCH, 4, 0)`. */
enum status err_advise(struct err *err, enum status code, enum remedy remedy, size_t n, size_t m);

/* Forwards a failure of `expr` to the caller; for functions that own nothing at that point. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        const enum status try_status_ = (expr);                                                    \
        if (try_status_ != ST_OK)                                                                  \
            return try_status_;                                                                    \
    } while (0)

/* The same where something is owned: stores the code in `status` and jumps to `out`. */
#define TRY_OUT(expr)                                                                              \
    do {                                                                                           \
        status = (expr);                                                                           \
        if (status != ST_OK)                                                                       \
            goto out;                                                                              \
    } while (0)

#endif
