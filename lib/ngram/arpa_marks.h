/* The marks of an ARPA file, for what reads and writes it. Nobody else includes this. */
#ifndef PTBLM_NGRAM_ARPA_MARKS_H
#define PTBLM_NGRAM_ARPA_MARKS_H

#define BEGIN_MARK   "<s>"
#define END_MARK     "</s>"
#define UNK_MARK     "<unk>"
#define UNK_MARK_TOO "<UNK>" /* as some write it */

#endif
