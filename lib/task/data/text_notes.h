/* What a model needs to read text as it was trained on, for its file. */
#ifndef PTBLM_TASK_DATA_TEXT_NOTES_H
#define PTBLM_TASK_DATA_TEXT_NOTES_H

#include "lib/base/err.h"
#include "lib/model/model_file.h"
#include "lib/task/data/dataset.h"

/* Fills the notes, which are empty: tokenizer, merges, markers, and the vocabulary if there is one.
 */
enum status text_notes_set(struct model_notes *notes, const struct dataset *d, struct err *err);

#endif
