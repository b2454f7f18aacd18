/* Archives: the members of a tar or zip listed and read, and a corpus with its splits looked for
 * in the file, which may then be anything that a path may lead to. */
#include <locale.h>
#include <string.h>

#include "corpora/archive.h"
#include "corpora/splits/split_reader.h"
#include "tests/fuzz/fuzz.h"

/* Of a bomb no more is decoded; more than the buffers that text goes through hold. */
enum { MOST = 1 << 17, MEMBERS = 64, READ = 4 };

static const struct source_limits limits = {.bytes = MOST, .members = MEMBERS};

static struct archive_input input_of(const char *path, bool zip)
{
    struct archive_input in = {
        .kind = zip ? ARCHIVE_KIND_ZIP : ARCHIVE_KIND_TAR, .name = "fuzz", .limits = &limits};
    struct err err = {0};
    FUZZ_REQUIRE(stream_open_file(&in.from, path, "fuzz", &err) == ST_OK);
    return in;
}

static bool read_member(struct stream *s)
{
    static char bytes[1 << 12];
    struct err err = {0};
    size_t total = 0;
    for (size_t got = 1; got > 0 && total < MOST; total += got) {
        if (!fuzz_accepted(stream_read(s, bytes, sizeof bytes, &got, &err), ST_INPUT, &err))
            return false;
        FUZZ_REQUIRE(got <= sizeof bytes);
    }
    return true;
}

/* Up to READ members, in one pass. */
static void read_pass(const char *path, bool zip, const struct archive_member *members, size_t n)
{
    struct err err = {0};
    struct stream *s;
    size_t at;
    const struct archive_input in = input_of(path, zip);
    if (!fuzz_accepted(archive_open_members(&s, &in, members, n, &at, &err), ST_INPUT, &err))
        return;
    for (size_t i = 0; i < n; i++) {
        FUZZ_REQUIRE(at < n);
        if (!read_member(s) || !fuzz_accepted(archive_next_member(s, &at, &err), ST_INPUT, &err))
            break;
        FUZZ_REQUIRE((at == n) == (i == n - 1));
    }
    stream_close(s);
}

static void read_each_and_all(const char *path, bool zip, const struct source_list *list)
{
    static char shown[] = "fuzz:member"; /* names are escaped by who shows them */
    struct archive_member members[READ];
    size_t n = 0;
    for (size_t i = 0; i < list->n && i < READ; i++) {
        size_t k = 0;
        while (k < n && strcmp(members[k].name, list->names[i]) != 0)
            k++;
        if (k == n)
            members[n++] = (struct archive_member){list->names[i], shown};
    }
    for (size_t i = 0; i < n; i++)
        read_pass(path, zip, &members[i], 1);
    read_pass(path, zip, members, n);
}

static void read_members(const char *path, bool zip)
{
    struct err err = {0};
    struct source_list list = {0};
    const struct archive_input in = input_of(path, zip);
    if (fuzz_accepted(archive_list_members(&list, &in, &err), ST_INPUT, &err)) {
        FUZZ_REQUIRE(list.n > 0 && list.n <= MEMBERS);
        read_each_and_all(path, zip, &list);
    }
    source_list_fini(&list);
}

static void read_text(const struct split_text *split)
{
    struct err err = {0};
    struct text *text;
    struct text_piece piece;
    if (split->path == NULL ||
        !fuzz_accepted(split_open(&text, split, &limits, &err), ST_INPUT, &err))
        return;
    for (bool more = true; more;)
        if (!fuzz_accepted(text_next(text, &piece, &more, &err), ST_INPUT, &err))
            break;
    text_close(text);
}

static void read_corpus(const char *path)
{
    struct err err = {0};
    struct corpus corpus;
    const struct corpus_request request = {.path = path, .needed = (1U << N_SPLITS) - 1};
    if (!fuzz_accepted(corpus_find(&corpus, &request, &limits, &err), ST_INPUT, &err))
        return;
    for (int s = 0; s < N_SPLITS; s++)
        read_text(&corpus.splits[s]);
    corpus_fini(&corpus);
}

/* The reader takes a locale for each archive. While one is held its tables stay in memory, which
 * saves an eighth of a run. */
static void hold_locale(void)
{
    static locale_t held;
    if (held == (locale_t)0)
        held = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    hold_locale();
    read_members(path, size >= 2 && memcmp(data, "PK", 2) == 0);
    read_corpus(path);
    return 0;
}
