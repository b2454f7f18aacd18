/* Examples while they are read: every text in them by its number in a table, until vocabulary,
 * labels and features are known. For this folder and
 * example_coder.c, and nobody else. */
#ifndef PTBLM_TASK_DATA_READING_DRAFT_H
#define PTBLM_TASK_DATA_READING_DRAFT_H

#include "lib/base/hash_table.h"
#include "lib/task/data/example_form.h"

/* The texts, numbered as they come. Zeroed they are empty. */
struct draft_tables {
    struct hash_table words, labels, values[FEATURES_MAX];
};
void draft_tables_fini(struct draft_tables *t);

/* A place for messages. */
struct draft_place {
    const char *name; /* of the text */
    uint64_t line;    /* counted from 1; 0: all of it, a document */
};

/* The examples of one text. Zeroed it is empty. */
struct draft {
    struct examples e; /* ids and labels are numbers of the tables; e.steps and the data may be
                        * beyond first[n], with a sentence that has begun */
    uint64_t *lines;   /* [n]: what the reader says of each: the line at which it begins */
    size_t n_room, steps_room;
};
void draft_fini(struct draft *d);

/* As examples_take. */
enum status draft_take(struct draft *to, struct draft *from, example_picks *picks, const void *ctx,
                       struct err *err);

/* Steps of one example: as many as a window can have (window_new). */
enum { DRAFT_STEPS_MAX = 1 << 20 };

/* What reads into a draft. */
struct draft_writer {
    struct token_sink sink;
    const struct example_coding *coding; /* borrowed: form, tokenizer, markers, columns */
    struct draft_tables *tables;         /* borrowed */
    struct draft *to;                    /* borrowed */
    struct draft_place place;            /* of the line at hand; set by the caller */
    uint64_t origin;                     /* lines[] of the next example; set by the caller */
    bool unlabelled;                     /* there are no labels, or they are passed over */
    struct markers markers;              /* those that apply */
    struct marked_lines lines;
    struct buf room, word;
    struct draft_columns { /* of lines of columns */
        struct slice *all; /* [n] of the line at hand */
        size_t n;
        size_t want; /* what each line of this text has; 0: not known yet */
        int word, label, features[FEATURES_MAX]; /* where they stand; label -1: nowhere */
        bool begins_with_comment;                /* the first line of this text begins with '#' */
        bool in_sentence, after_mark; /* a token came before; the line before was "-DOCSTART-" */
        uint64_t empty_line;          /* of an empty sentence; 0: there was none */
    } columns;
};
enum status draft_writer_init(struct draft_writer *w, const struct example_coding *coding,
                              struct draft_tables *tables, struct err *err);

/* An empty draft for what a coding makes. */
void draft_init(struct draft *d, const struct example_coding *coding);

/* Moves the examples that are complete to *e, without labels; the draft keeps a sentence that has
 * begun. */
enum status draft_give(struct examples *e, struct draft *d, const struct example_coding *coding,
                       struct err *err);

/* A new text begins, in a draft of its own, which must hold nothing. */
void draft_writer_begin(struct draft_writer *w, struct draft *to);
void draft_writer_fini(struct draft_writer *w);

/* Adds text to the example at hand (`ends`: a line ends there), and ends it; label NULL: it has
 * none. ST_INPUT, naming the place, where it has no token. */
enum status draft_add_text(struct draft_writer *w, struct slice text, bool ends, struct err *err);
enum status draft_end(struct draft_writer *w, const struct slice *label, struct err *err);

/* Adds a line of labelled text or, without labels, a line that is a text as a whole. */
enum status draft_add_line(struct draft_writer *w, struct slice line, struct err *err);

/* Adds a line of columns; *ended tells whether it ended a sentence. draft_end_sentence does that at
 * the end of the text. */
enum status draft_add_columns(struct draft_writer *w, struct slice line, bool *ended,
                              struct err *err);
enum status draft_end_sentence(struct draft_writer *w, bool *ended, struct err *err);

/* What numbers of the tables become; -1: what is not known. */
struct draft_ids {
    int32_t *words, *labels, *values[FEATURES_MAX]; /* [size of the table] */
};
void draft_ids_fini(struct draft_ids *ids);

/* Finds them by what a coding has. Tables may be longer later: then again. */
enum status draft_ids_find(struct draft_ids *ids, const struct draft_tables *tables,
                           const struct example_coding *coding, struct err *err);

/* Puts ids in the place of numbers: what is not known becomes <unk>, *unknown of the words, except
 * a label. */
void draft_set_ids(struct examples *e, const struct draft_ids *ids,
                   const struct example_coding *coding, uint64_t *unknown);

/* How many columns a line has; 0 where it is no token. */
enum status draft_count_columns(size_t *n, struct slice line, struct err *err);

/* "'x' line 3 " and what `why` says, with its code. */
enum status draft_fail(const struct draft_place *place, const struct err *why, struct err *err);

/* What draft_columns.c adds by: marks replaced, a step with its word, the number of a label at `at`
 * among the labels, and the end of an example that has a step. */
enum status draft_read_marks(struct draft_writer *w, struct slice *text, bool ends,
                             struct err *err);
enum status draft_add_step(struct draft_writer *w, struct slice word, struct err *err);
enum status draft_add_label(struct draft_writer *w, size_t at, struct slice label, struct err *err);
enum status draft_end_plain(struct draft_writer *w, struct err *err);

/* The step that the example at hand begins with. */
size_t draft_begun_at(const struct draft *d);

#endif
