#include "lib/task/data/text_notes.h"

#include "vocab/tokenizer/bpe.h"

enum status text_notes_set(struct model_notes *notes, const struct dataset *d, struct err *err)
{
    const struct markers *m = &d->markers;
    const struct tokenizer *tokenizer = d->labels != NULL ? d->coding.tokenizer : d->tokenizer;
    const struct bpe *bpe = tokenizer != NULL ? tokenizer->bpe : NULL;
    if (tokenizer != NULL)
        TRY(buf_add_text(&notes->tokenizer, tokenizer->name, err));
    if (bpe != NULL)
        TRY(buf_add(&notes->merges, bpe_text(bpe).bytes, bpe_text(bpe).len, err));
    TRY(buf_add_text(&notes->markers[MODEL_BOS], m->bos, err));
    TRY(buf_add_text(&notes->markers[MODEL_EOS], m->eos, err));
    TRY(buf_add_text(&notes->markers[MODEL_UNK], m->unk, err));
    if (marker_names_of(m).normalize != NULL)
        TRY(buf_addf(&notes->markers[MODEL_NORMALIZE], err, "%s %s", m->normalize,
                     normalize_unicode_version()));
    return d->vocab != NULL ? vocab_format(d->vocab, &notes->vocab, err) : ST_OK;
}
