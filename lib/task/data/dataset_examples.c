/* Sequences with labels: which form they are in, and what a coding is made of. */
#include <string.h>

#include "corpora/splits/idx_files.h"
#include "lib/base/mem.h"
#include "lib/task/data/reading/reading.h"

static enum status check_request(const struct example_reading *r, struct err *err)
{
    const struct dataset_request *q = r->request;
    bool there = q->path != NULL;
    for (enum split s = 0; s < N_SPLITS; s++)
        there = there || q->named[s] != NULL;
    if (!there)
        return err_set(err, ST_USAGE,
                       "there is no data with labels to read: the built-in corpus has none");
    TRY(dataset_check_named(q, err));
    if (q->path != NULL && dataset_is_prepared(q->path))
        return err_set(err, ST_INPUT,
                       "'%s' is a prepared directory, which has texts without labels: give the "
                       "labelled texts themselves",
                       q->path);
    if (q->documents.ends)
        return err_set(err, ST_USAGE,
                       "examples with labels have no marks at the ends of documents");
    return ST_OK;
}

/* --- the form --- */

static enum status fail_form(const char *why, enum example_form form, struct err *err)
{
    return err_advise(
        err, err_set(err, ST_USAGE, "data of the form '%s' %s", example_form_at(form), why),
        REMEDY_EXAMPLE_FORM, 0, 0);
}

static enum status check_form(const struct example_reading *r, bool per_step,
                              enum example_form form, struct err *err)
{
    const enum example_form given = r->given ? r->d->coding.form : EXAMPLE_FORM_AUTO;
    if (form == EXAMPLE_FORM_AUTO)
        return ST_OK;
    if (per_step != (form == EXAMPLE_FORM_COLUMNS))
        return fail_form(per_step ? "has one label for each sequence, and each step needs one"
                                  : "has a label for each step, and each sequence needs one",
                         form, err);
    if (r->given && (given == EXAMPLE_FORM_IDX) != (form == EXAMPLE_FORM_IDX))
        return fail_form(form == EXAMPLE_FORM_IDX ? "is images, and the model was trained on texts"
                                                  : "is text, and the model was trained on images",
                         form, err);
    return ST_OK;
}

static struct corpus_request look_request(const struct dataset_request *q)
{
    struct corpus_request look = {
        .path = q->path, .documents = q->documents, .directory = q->directory};
    memcpy(look.named, q->named, sizeof look.named);
    look.documents.marks = dataset_marks;
    return look;
}

enum status dataset_has_images(bool *are, const struct dataset_request *request, struct err *err)
{
    const struct corpus_request look = look_request(request);
    const struct source_limits limits = dataset_source_limits(request);
    return idx_files_look(are, &look, &limits, err);
}

/* Texts or images with one label each: what names and first bytes tell; lines are told when they
 * are read. */
static enum status look_for_form(struct example_reading *r, struct err *err)
{
    const struct corpus_request look = look_request(r->request);
    enum example_form *form = &r->d->coding.form;
    bool is = false;
    if (!r->given)
        TRY(idx_files_look(&is, &look, &r->limits, err));
    if (is) {
        *form = EXAMPLE_FORM_IDX;
        return ST_OK;
    }
    TRY(class_folders_look(&is, &look, &r->limits, err));
    if (is)
        *form = EXAMPLE_FORM_FOLDERS;
    if (is)
        return ST_OK;
    if (!example_form_is_line(*form)) /* without labels, lines are texts as a whole */
        *form = r->asked->unlabelled ? EXAMPLE_FORM_TAB : EXAMPLE_FORM_AUTO;
    r->tells_form = !r->asked->unlabelled;
    return ST_OK;
}

static enum status choose_form(struct example_reading *r, struct err *err)
{
    struct example_coding *c = &r->d->coding;
    const bool per_step = r->given ? c->form == EXAMPLE_FORM_COLUMNS : r->asked->per_step;
    const bool images = r->given && c->form == EXAMPLE_FORM_IDX;
    TRY(check_form(r, per_step, r->asked->form, err));
    if (r->asked->form != EXAMPLE_FORM_AUTO)
        c->form = r->asked->form;
    else if (per_step)
        c->form = EXAMPLE_FORM_COLUMNS;
    else if (!images)
        TRY(look_for_form(r, err));
    r->tells_columns = c->form == EXAMPLE_FORM_COLUMNS && c->columns.n == 0;
    return ST_OK;
}

/* --- the coding --- */

static void take_coding(struct dataset *d, const struct example_coding *coding)
{
    d->coding = *coding;
    d->vocab = coding->vocab;
    d->labels = coding->labels;
    d->tokenizer = coding->tokenizer != NULL ? coding->tokenizer : &tokenizer_words;
    if (coding->markers != NULL)
        d->markers = *coding->markers;
}

static enum status begin_coding(struct dataset *d, const struct dataset_request *request,
                                const struct example_request *asked, struct err *err)
{
    TRY(markers_set(&d->markers, &request->markers, err));
    if (request->otherwise != NULL)
        markers_fill(&d->markers, request->otherwise);
    d->tokenizer = &tokenizer_words;
    d->coding.markers = &d->markers;
    d->coding.columns = asked->columns;
    d->coding.columns.n = 0;
    d->coding.images =
        (struct example_images){.sequence = asked->images.sequence, .seed = asked->images.seed};
    return ST_OK;
}

static enum status check_columns(const struct example_reading *r, struct err *err)
{
    const struct dataset *d = r->d;
    const char *tokenizer = r->request->tokenizer;
    if (tokenizer != NULL && strcmp(tokenizer, tokenizer_words.name) != 0)
        return err_set(err, ST_USAGE,
                       "columns have their words, and the tokenizer '%s' would change them",
                       tokenizer);
    if (d->markers.bos[0] != '\0' || d->markers.eos[0] != '\0')
        return err_set(err, ST_USAGE, "sentences in columns have no marks at their ends");
    return ST_OK;
}

/* What a coding needs beside the data, as far as its form has it. */
static enum status complete_coding(struct example_reading *r, struct err *err)
{
    struct dataset *d = r->d;
    const enum example_form form = d->coding.form;
    if (form == EXAMPLE_FORM_IDX && r->request->vocab_path != NULL)
        return err_set(err, ST_USAGE, "images have no words, and a vocabulary was given");
    if (form == EXAMPLE_FORM_IDX)
        return ST_OK;
    if (form == EXAMPLE_FORM_COLUMNS)
        TRY(check_columns(r, err));
    else
        TRY(dataset_find_tokenizer(d, r->request, err));
    if (form != EXAMPLE_FORM_COLUMNS)
        d->coding.tokenizer = d->tokenizer;
    if (r->request->vocab_path == NULL)
        return ST_OK;
    TRY(dataset_load_vocab(d, r->request, err));
    d->coding.vocab = d->vocab;
    return ST_OK;
}

static enum status read_all(struct example_reading *r, struct err *err)
{
    TRY(check_request(r, err));
    TRY(choose_form(r, err));
    if (!r->given)
        TRY(complete_coding(r, err));
    switch (r->d->coding.form) {
    case EXAMPLE_FORM_IDX:
        TRY(reading_images(r, err));
        break;
    case EXAMPLE_FORM_FOLDERS:
        TRY(reading_folders(r, err));
        break;
    default:
        TRY(reading_lines(r, err));
    }
    TRY(reading_divide(r, err));
    return reading_finish(r, err);
}

enum status dataset_read_examples_with(struct dataset *d, const struct dataset_request *request,
                                       const struct example_request *examples,
                                       const struct example_coding *coding, struct err *err)
{
    struct dataset_paths paths = {0};
    struct example_reading r = {.d = d, .asked = examples, .given = coding != NULL};
    enum status status = ST_OK;
    *d = (struct dataset){0};
    if (r.given)
        take_coding(d, coding);
    else
        TRY_OUT(begin_coding(d, request, examples, err));
    TRY_OUT(dataset_paths_find(&paths, request, err));
    r.request = &paths.found;
    r.limits = dataset_source_limits(request);
    r.want = request->needed | request->wanted | (r.given ? 0 : 1U << SPLIT_TRAIN);
    TRY_OUT(read_all(&r, err));
    status = dataset_set_fingerprint(d, err);
out:
    for (enum split s = 0; s < N_SPLITS; s++)
        draft_fini(&r.drafts[s]);
    draft_tables_fini(&r.tables);
    class_folders_fini(&r.folders);
    dataset_paths_fini(&paths);
    return status;
}

enum status dataset_read_examples(struct dataset *d, const struct dataset_request *request,
                                  const struct example_request *examples, struct err *err)
{
    return dataset_read_examples_with(d, request, examples, NULL, err);
}
