#include "vocab/advice/known_markers.h"

#include <string.h>

#include "vocab/tokenizer/token.h"

/* SRILM, KenLM and fairseq have <s> and </s>; BERT [CLS], [SEP] and [UNK]; GPT-2 <|endoftext|>;
 * TensorFlow's sequence models _GO, _EOS and _UNK. */
static const struct known_marker table[] = {
    {"<s>", MARKER_BOS, false},
    {"<S>", MARKER_BOS, false},
    {"<bos>", MARKER_BOS, false},
    {"<BOS>", MARKER_BOS, false},
    {"[BOS]", MARKER_BOS, false},
    {"<sos>", MARKER_BOS, false},
    {"<SOS>", MARKER_BOS, false},
    {"[SOS]", MARKER_BOS, false},
    {"<start>", MARKER_BOS, false},
    {"<START>", MARKER_BOS, false},
    {"<go>", MARKER_BOS, false},
    {"<GO>", MARKER_BOS, false},
    {"_GO", MARKER_BOS, false},
    {"[CLS]", MARKER_BOS, false},
    {"<cls>", MARKER_BOS, false},
    {"<|startoftext|>", MARKER_BOS, false},
    {"<|begin_of_text|>", MARKER_BOS, false},
    {TOKEN_EOS, MARKER_EOS, false},
    {"<EOS>", MARKER_EOS, false},
    {"[EOS]", MARKER_EOS, false},
    {"</s>", MARKER_EOS, false},
    {"</S>", MARKER_EOS, false},
    {"<\\s>", MARKER_EOS, false},
    {"<end>", MARKER_EOS, false},
    {"<END>", MARKER_EOS, false},
    {"<eol>", MARKER_EOS, false},
    {"<EOL>", MARKER_EOS, false},
    {"_EOS", MARKER_EOS, false},
    {"[SEP]", MARKER_EOS, false},
    {"<sep>", MARKER_EOS, false},
    {"<|endoftext|>", MARKER_EOS, false},
    {"<|end_of_text|>", MARKER_EOS, false},
    {"<UNK>", MARKER_UNK, false},
    {"<Unk>", MARKER_UNK, false},
    {"[UNK]", MARKER_UNK, false},
    {"[unk]", MARKER_UNK, false},
    {"<unknown>", MARKER_UNK, false},
    {"<UNKNOWN>", MARKER_UNK, false},
    {"<oov>", MARKER_UNK, false},
    {"<OOV>", MARKER_UNK, false},
    {"[OOV]", MARKER_UNK, false},
    {"_UNK", MARKER_UNK, false},
    {"_UNK_", MARKER_UNK, false},
    {"__UNK__", MARKER_UNK, false},
    {"__unk__", MARKER_UNK, false},
    {"@@UNKNOWN@@", MARKER_UNK, false},
    {"<|unk|>", MARKER_UNK, false},
    {"unk", MARKER_UNK, true},
    {"UNK", MARKER_UNK, true},
    {"oov", MARKER_UNK, true},
    {"OOV", MARKER_UNK, true},
};
enum { N_MARKERS = sizeof table / sizeof *table };
_Static_assert((int)N_MARKERS <= (int)KNOWN_MARKERS_MAX, "every row has a place in a count");

const struct known_marker *known_marker_at(size_t i)
{
    return i < N_MARKERS ? &table[i] : NULL;
}

size_t known_marker_find(const char *word, size_t len)
{
    if (len < 3 || memchr("<[_@uUoO", word[0], 8) == NULL)
        return KNOWN_MARKERS_MAX;
    for (size_t i = 0; i < N_MARKERS; i++)
        if (strlen(table[i].text) == len && memcmp(table[i].text, word, len) == 0)
            return i;
    return KNOWN_MARKERS_MAX;
}
