/* Train, valid and test where not all of them are given. */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/task/data/reading/reading.h"

enum {
    CUT_SHARE = 20,  /* test is one example in so many, and valid too */
    HELD_SHARE = 10, /* of texts, one example in so many is held out */
    IMAGES_HELD = 5000,
    IMAGES_SHARE = 12, /* of fewer images than IMAGES_LEAST, the last so-many-th part */
    IMAGES_LEAST = 25000,
};

static bool may_hold_out(const struct example_reading *r)
{
    return !r->asked->keep_train && r->request->named[SPLIT_VALID] == NULL;
}

unsigned reading_needs(const struct example_reading *r)
{
    const unsigned train = 1U << SPLIT_TRAIN, valid = 1U << SPLIT_VALID;
    const unsigned needed = r->request->needed | (r->given ? 0 : train);
    return may_hold_out(r) ? needed & ~valid : needed;
}

unsigned reading_looks_for(const struct example_reading *r)
{
    const unsigned train = 1U << SPLIT_TRAIN, valid = 1U << SPLIT_VALID;
    return r->want | ((r->want & (train | valid)) != 0 ? train | valid : 0);
}

void reading_note_valid(struct example_reading *r, bool has_valid)
{
    r->has_valid = has_valid;
    if (!has_valid && is_wanted(r, SPLIT_VALID) && may_hold_out(r))
        r->want |= 1U << SPLIT_TRAIN;
}

void reading_share(struct example_reading *r, unsigned parts)
{
    unsigned asked = r->want & parts;
    if (r->request->whole && (r->request->needed & parts) != 0)
        asked = parts = r->request->needed & parts;
    r->whole = SPLIT_TRAIN;
    while (r->whole < SPLIT_TEST && !split_in(parts, r->whole))
        r->whole++;
    const bool several = (parts & (parts - 1)) != 0;
    r->parts = several && asked != 0 ? parts : 0;
}

/* Which examples are picked. */
struct pick {
    size_t share, at; /* of each `share` examples the one at `at`; 0: the last ones, */
    size_t last;      /* so many */
};

static bool picks(size_t i, size_t n, const void *ctx)
{
    const struct pick *p = ctx;
    return p->share > 0 ? i % p->share == p->at : i >= n - p->last;
}

/* Moves examples to another split. */
static enum status move(struct example_reading *r, enum split to, enum split from,
                        const struct pick *p, const char *how, struct err *err)
{
    struct buf name = {0};
    TRY(draft_take(&r->drafts[to], &r->drafts[from], picks, p, err));
    r->made |= 1U << to;
    r->made_of = from;
    r->d->splits[to].text_hash = r->d->splits[from].text_hash;
    TRY(buf_addf(&name, err, "%s (%s)", r->d->names[from], how));
    r->d->names[to] = name.data;
    return ST_OK;
}

/* A share of the examples. Texts may be sorted by their labels, so that they are taken from all
 * over; sentences of one document should not be on both sides. */
static enum status cut(struct example_reading *r, struct err *err)
{
    const size_t n = r->drafts[r->whole].e.n;
    const bool columns = r->d->coding.form == EXAMPLE_FORM_COLUMNS;
    size_t share = CUT_SHARE;
    if (n < CUT_SHARE) {
        if ((r->want & r->parts) == 1U << r->whole)
            return ST_OK;
        if (columns && n == 1)
            return err_set(err, ST_INPUT,
                           "'%s' is one sentence of %zu tokens: an empty line ends each sentence",
                           r->d->names[r->whole], r->drafts[r->whole].e.steps);
        return err_advise(err,
                          err_set(err, ST_INPUT,
                                  "'%s' has %zu example%s, too few to be cut into train, valid and "
                                  "test, which takes %d",
                                  r->d->names[r->whole], n, n == 1 ? "" : "s", CUT_SHARE),
                          REMEDY_NAME_SPLITS, 0, 0);
    }
    r->d->division.way = EXAMPLE_SPLITS_CUT;
    for (enum split s = SPLIT_TEST; s > r->whole; s--) {
        const struct pick p = columns ? (struct pick){.last = n / CUT_SHARE}
                                      : (struct pick){.share = share, .at = share - 1};
        if (!split_in(r->parts, s))
            continue;
        TRY(move(r, s, r->whole, &p, columns ? "a twentieth, at its end" : "a twentieth", err));
        share--;
    }
    return ST_OK;
}

/* The last images, as the tutorials do; of texts every tenth example. */
static enum status hold_out(struct example_reading *r, struct err *err)
{
    struct draft *train = &r->drafts[SPLIT_TRAIN];
    const size_t n = train->e.n;
    struct pick p = {.share = HELD_SHARE, .at = HELD_SHARE - 1};
    const char *how = "every tenth example";
    if (n < 2)
        return err_advise(err,
                          err_set(err, ST_INPUT,
                                  "'%s' has one example, of which no valid text can be made",
                                  r->d->names[SPLIT_TRAIN]),
                          REMEDY_KEEP_TRAIN, 0, 0);
    if (r->d->coding.form == EXAMPLE_FORM_IDX) {
        p = (struct pick){.last = n >= IMAGES_LEAST ? IMAGES_HELD : n / IMAGES_SHARE};
        how = "the last images";
    } else if (n < HELD_SHARE) {
        p = (struct pick){.last = 1};
        how = "the last example";
    }
    p.last = p.share == 0 && p.last == 0 ? 1 : p.last;
    TRY(move(r, SPLIT_VALID, SPLIT_TRAIN, &p, how, err));
    r->d->division.way = EXAMPLE_VALID_HELD;
    r->d->division.held = r->drafts[SPLIT_VALID].e.n;
    return ST_OK;
}

static enum status check_needed(const struct example_reading *r, struct err *err)
{
    for (enum split s = 0; s < N_SPLITS; s++)
        if (split_in(r->request->needed, s) && r->drafts[s].e.n == 0)
            return err_advise(
                err,
                err_set(err, ST_INPUT, "there is no %s text to read examples from", split_name(s)),
                (enum remedy)(REMEDY_NAME_TRAIN + s), 0, 0);
    return ST_OK;
}

enum status reading_divide(struct example_reading *r, struct err *err)
{
    if (r->parts != 0)
        TRY(cut(r, err));
    else if (!r->has_valid && may_hold_out(r) && r->drafts[SPLIT_TRAIN].e.n > 0)
        TRY(hold_out(r, err));
    return check_needed(r, err);
}
