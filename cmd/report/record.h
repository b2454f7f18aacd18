/* The result of a command: fields in order, printed as "key value" lines or as one line of JSON.
 *
 *     struct record r = {0};
 *     record_add_int(&r, "tokens", n);
 *     record_add_real(&r, "perplexity", perplexity, 4);
 *     status = record_print(&r, json ? RECORD_JSON : RECORD_LINES, err);
 *     record_fini(&r);
 *
 * Adding does not fail: that memory ran out is remembered, and record_print returns it. */
#ifndef PTBLM_CMD_REPORT_RECORD_H
#define PTBLM_CMD_REPORT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/file/json.h"

struct record_field;

/* A zeroed struct is an empty record. */
struct record {
    struct record_field *fields;
    size_t n, cap;
    bool failed; /* memory ran out */
};

/* Names are borrowed until the record is released; values are copied. */
void record_add_int(struct record *r, const char *name, int64_t value);

/* In lines with this many decimals, or (record_add_digits) this many significant digits, in JSON
 * with the fewest digits that read back equal. */
void record_add_real(struct record *r, const char *name, double value, int decimals);
void record_add_digits(struct record *r, const char *name, double value, int digits);

/* In lines with control bytes escaped. In JSON a text must be UTF-8, and a path need not be. */
void record_add_text(struct record *r, const char *name, const char *value);
void record_add_path(struct record *r, const char *name, const char *value);

/* A shape [rows, cols], or [rows] where cols is 0: "10 x 20" and [10,20]. */
void record_add_shape(struct record *r, const char *name, size_t rows, size_t cols);

/* Any JSON value, which is taken over. In lines the members of an object are "NAME.KEY VALUE". */
void record_add_json(struct record *r, const char *name, struct json *value);

/* An object within the record, until record_close; in JSON it is the value of `name`. In lines each
 * of its fields has the prefix; or (record_open_part) there is a blank line between parts, and the
 * line "KIND NAME" before its fields. */
void record_open(struct record *r, const char *name, const char *prefix);
void record_open_part(struct record *r, const char *kind, const char *name);

/* A list of objects, until record_close, and one of them, with its own record_close. In lines each
 * is a line of its values, as they are, with tabs between. A list without a name (NULL), opened
 * first, is the record itself. A table (record_open_table) has a blank line before it in lines, and
 * the names of the first item's fields in the place of a heading. */
void record_open_list(struct record *r, const char *name);
void record_open_table(struct record *r, const char *name);
void record_open_item(struct record *r);

void record_close(struct record *r);

enum record_form { RECORD_LINES, RECORD_JSON };

/* On standard output. ST_INPUT where a text is not UTF-8 and JSON is asked for. */
enum status record_print(const struct record *r, enum record_form form, struct err *err);

/* The same text, appended to *out. */
enum status record_format(const struct record *r, enum record_form form, struct buf *out,
                          struct err *err);

void record_fini(struct record *r);

#endif
