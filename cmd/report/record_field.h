/* What the record's files share. Nobody else includes this. */
#ifndef PTBLM_CMD_REPORT_RECORD_FIELD_H
#define PTBLM_CMD_REPORT_RECORD_FIELD_H

#include "cmd/report/record.h"

/* Objects and lists lie flat among the fields, from their RECORD_OPEN... to a RECORD_CLOSE. */
enum record_kind {
    RECORD_INT,
    RECORD_REAL,
    RECORD_TEXT,
    RECORD_PATH,
    RECORD_SHAPE,
    RECORD_VALUE,
    RECORD_OPEN,
    RECORD_OPEN_PART,
    RECORD_OPEN_LIST,
    RECORD_OPEN_TABLE, /* a list with a heading */
    RECORD_OPEN_ITEM,
    RECORD_CLOSE,
};

static inline bool record_opens_list(enum record_kind kind)
{
    return kind == RECORD_OPEN_LIST || kind == RECORD_OPEN_TABLE;
}

struct record_field {
    enum record_kind kind; /* says which of the others are set */
    const char *name;      /* NULL for items and closes */
    int64_t integer;
    double real;
    int digits;       /* of a real in lines */
    bool significant; /* they are counted from the first that is not 0 */
    char *text;
    size_t rows, cols;
    struct json *json;
    const char *before; /* in lines: the prefix, or the kind of the part */
};

enum status record_format_lines(const struct record *r, struct buf *out, struct err *err);
enum status record_format_json(const struct record *r, struct buf *out, struct err *err);

#endif
