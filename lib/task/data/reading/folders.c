/* Examples that are documents, in a folder for each class. */
#include <string.h>

#include "corpora/names.h"
#include "corpora/text_series.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/task/data/reading/reading.h"

struct folder_reader {
    struct example_reading *r;
    const struct class_split *split;
    struct draft_writer writer;
    struct text_series *series;
    bool begun;      /* the document at hand has had text */
    bool ended_line; /* and a line of it has ended */
    size_t document;
    char *name; /* of it, for messages */
    bool *seen; /* [documents] */
};

static enum status name_document(char **name, const struct class_split *split, size_t i,
                                 struct err *err)
{
    const char *document = split->documents.names[i];
    if (split->documents.kind == SOURCE_ARCHIVE) {
        *name = names_path(split->path, document, err);
        return *name == NULL ? ST_NOMEM : ST_OK;
    }
    char *path = io_join(split->path, document, err);
    *name = path == NULL ? NULL : names_path(path, NULL, err);
    mem_free(path);
    return *name == NULL ? ST_NOMEM : ST_OK;
}

static enum status end_document(struct folder_reader *f, struct err *err)
{
    if (!f->begun)
        return ST_OK;
    const char *class = f->split->classes.names[f->document];
    const struct slice label = {class, strlen(class)};
    f->begun = false;
    f->writer.origin = f->document;
    f->writer.place.line = 0;
    return draft_end(&f->writer, f->r->asked->unlabelled ? NULL : &label, err);
}

static enum status begin_document(struct folder_reader *f, size_t i, struct err *err)
{
    mem_free(f->name);
    f->name = NULL;
    TRY(name_document(&f->name, f->split, i, err));
    f->writer.place.name = f->name;
    f->begun = f->seen[i] = true;
    f->ended_line = false;
    f->document = i;
    return ST_OK;
}

/* Lines follow each other as words do. Where every character is a token, blanks included, a line's
 * end is one too. */
static enum status add_piece(struct folder_reader *f, const struct text_piece *piece,
                             struct err *err)
{
    const bool has_blanks = f->r->d->tokenizer->joint[0] == '\0';
    f->writer.place.line = piece->line;
    if (f->ended_line && has_blanks)
        TRY(draft_add_step(&f->writer, (struct slice){TOKEN_EOS, strlen(TOKEN_EOS)}, err));
    f->ended_line = piece->ends_line;
    return draft_add_text(&f->writer, (struct slice){piece->bytes, piece->len}, piece->ends_line,
                          err);
}

static enum status read_series(struct folder_reader *f, struct err *err)
{
    for (;;) {
        struct text_piece piece;
        bool more;
        TRY(text_series_next(f->series, &piece, &more, err));
        const size_t at = more ? text_series_document(f->series) : 0;
        if (!more || at != f->document)
            TRY(end_document(f, err));
        if (!more)
            return ST_OK;
        if (!f->begun)
            TRY(begin_document(f, at, err));
        TRY(add_piece(f, &piece, err));
    }
}

/* Documents without a line give no piece. */
static enum status check_seen(const struct folder_reader *f, struct err *err)
{
    size_t i = 0;
    while (i < f->split->documents.n && f->seen[i])
        i++;
    if (i == f->split->documents.n)
        return ST_OK;
    char *name;
    TRY(name_document(&name, f->split, i, err));
    const enum status status =
        err_advise(err, err_set(err, ST_INPUT, "'%s' is empty: an example has text", name),
                   REMEDY_LEAVE_OUT_DOCUMENT, 0, 0);
    mem_free(name);
    return status;
}

static enum status read_split(struct folder_reader *f, enum split s, struct err *err)
{
    struct example_reading *r = f->r;
    const struct text_series_plan plan = {.path = f->split->path,
                                          .is_archive = f->split->documents.kind == SOURCE_ARCHIVE,
                                          .documents = &f->split->documents,
                                          .limits = &r->limits};
    TRY(draft_writer_init(&f->writer, &r->d->coding, &r->tables, err));
    f->writer.unlabelled = r->asked->unlabelled;
    draft_writer_begin(&f->writer, &r->drafts[s]);
    f->seen = mem_zeroed(f->split->documents.n, sizeof *f->seen, err);
    if (f->seen == NULL)
        return ST_NOMEM;
    TRY(text_series_open(&f->series, &plan, err));
    TRY(read_series(f, err));
    TRY(text_series_finish(f->series, &r->d->splits[s].text_hash, err));
    return check_seen(f, err);
}

static enum status read_documents(struct example_reading *r, enum split s, struct err *err)
{
    struct folder_reader f = {.r = r, .split = &r->folders.splits[s]};
    const enum status status = read_split(&f, s, err);
    text_series_close(f.series);
    draft_writer_fini(&f.writer);
    mem_free(f.seen);
    mem_free(f.name);
    return status;
}

/* Documents that no folder divides are there for the splits that are not named. */
static void share(struct example_reading *r)
{
    struct class_folders *f = &r->folders;
    unsigned parts = 0;
    if (!f->undivided)
        return;
    for (enum split s = 0; s < N_SPLITS; s++)
        parts |= r->request->named[s] == NULL ? 1U << s : 0;
    reading_share(r, parts);
    if (r->whole == SPLIT_TRAIN)
        return;
    f->splits[r->whole] = f->splits[SPLIT_TRAIN];
    f->splits[SPLIT_TRAIN] = (struct class_split){0};
}

static enum status name_split(struct example_reading *r, enum split s, struct err *err)
{
    const struct class_split *split = &r->folders.splits[s];
    struct buf text = {0};
    char *shown = names_path(split->path, NULL, err);
    enum status status = shown == NULL ? ST_NOMEM : ST_OK;
    if (status == ST_OK)
        status = buf_addf(&text, err, "%s (%zu document%s)", shown, split->documents.n,
                          split->documents.n == 1 ? "" : "s");
    mem_free(shown);
    r->d->names[s] = text.data;
    r->d->documents.n[s] = split->documents.n;
    return status;
}

enum status reading_folders(struct example_reading *r, struct err *err)
{
    const struct dataset_request *request = r->request;
    struct corpus_request find = {
        .path = request->path, .documents = request->documents, .directory = request->directory};
    memcpy(find.named, request->named, sizeof find.named);
    find.documents.marks = dataset_marks;
    TRY(class_folders_find(&r->folders, &find, &r->limits, err));
    r->d->documents.left = r->folders.left;
    r->folders.left = (struct documents_left){0};
    r->d->documents.division = r->folders.undivided ? DIVISION_WHOLE : DIVISION_FOLDERS;
    share(r);
    reading_note_valid(r, r->folders.splits[SPLIT_VALID].path != NULL);
    for (enum split s = 0; s < N_SPLITS; s++) {
        const bool needed = is_wanted(r, s) || (r->parts != 0 && s == r->whole);
        if (r->folders.splits[s].path == NULL || !needed)
            continue;
        TRY(name_split(r, s, err));
        TRY(read_documents(r, s, err));
    }
    return ST_OK;
}

enum status reading_place(const struct example_reading *r, enum split s, size_t i,
                          struct draft_place *place, char **name, struct err *err)
{
    const struct draft *d = &r->drafts[s];
    *name = NULL;
    *place = (struct draft_place){r->d->names[s], d->lines[i]};
    if (r->d->coding.form != EXAMPLE_FORM_FOLDERS)
        return ST_OK;
    /* what was cut or held out is of the split that had all */
    const enum split of = r->folders.splits[s].path != NULL ? s : r->made_of;
    TRY(name_document(name, &r->folders.splits[of], (size_t)d->lines[i], err));
    *place = (struct draft_place){*name, 0};
    return ST_OK;
}
