/* Status codes and error texts: every function that can fail returns `enum status` and takes a
 * `struct err *` last. The text is a whole sentence, fit to be shown to the user as it stands. */
#ifndef PTBLM_BASE_ERR_H
#define PTBLM_BASE_ERR_H

enum status {
    ST_OK = 0,
    ST_NOMEM,       /* memory could not be had */
    ST_IO,          /* the system refused a read, write, sync or rename */
    ST_INPUT,       /* a text, archive, vocabulary or model is missing or not what it must be */
    ST_USAGE,       /* options or operands that cannot be meant */
    ST_DIVERGED,    /* a loss or gradient norm that is not finite */
    ST_INTERRUPTED, /* a signal asked for an end */
};

struct err {
    enum status code;
    char text[1024];
};

/* Fills *err (unless NULL) with the code and the sentence, and returns the code, so that a caller
 * can `return err_set(err, ST_INPUT, "...")`. A text that does not fit is cut at the end. */
enum status err_set(struct err *err, enum status code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

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
