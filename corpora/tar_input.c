#include "corpora/tar_input.h"

enum { TAR_END = 2 * 512 };

static void track_zeros(struct tar_input *f, size_t got)
{
    size_t i = got;
    while (i > 0 && f->block[i - 1] == 0)
        i--;
    if (i > 0)
        f->zeros_from = f->taken + i;
    f->taken += got;
}

enum status tar_input_read(struct tar_input *f, size_t *got, struct err *err)
{
    TRY(stream_read(f->from, f->block, sizeof f->block, got, err));
    track_zeros(f, *got);
    if (f->taken > f->limit)
        return err_advise(err,
                          err_set(err, ST_INPUT,
                                  "'%s' is in an archive of more than %llu bytes, the limit",
                                  f->name, (unsigned long long)f->limit),
                          REMEDY_LIMIT_BYTES, 0, 0);
    return ST_OK;
}

enum status tar_input_check_end(struct tar_input *f, uint64_t mark, struct err *err)
{
    for (size_t got = 1; got > 0;)
        TRY(tar_input_read(f, &got, err));
    if (f->taken < mark + TAR_END)
        return err_set(err, ST_INPUT,
                       "'%s' is in a tar that is cut short: it ends at byte %llu without two "
                       "blocks of zeros; download or create it again",
                       f->name, (unsigned long long)f->taken);
    if (f->zeros_from > mark)
        return err_set(err, ST_INPUT,
                       "'%s' is in a tar that goes on after its end mark at byte %llu: create it "
                       "again as one archive",
                       f->name, (unsigned long long)mark);
    return ST_OK;
}
