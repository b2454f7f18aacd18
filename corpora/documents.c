#include "corpora/documents.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "corpora/compress/codecs.h"
#include "corpora/source.h"
#include "lib/base/escape.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/base/rng.h"

bool document_choice_is_usual(const struct document_choice *choice)
{
    return choice->include == NULL && choice->exclude == NULL && choice->shuffle == 0 &&
           !choice->ends;
}

void documents_left_fini(struct documents_left *left)
{
    for (int i = 0; i < N_LEFT_OUT; i++)
        names_fini(&left->of[i]);
}

/* --- choosing by names --- */

/* Whether one of the globs, which have commas between them, matches the name. */
static enum status matches(bool *is, const char *globs, const char *name, struct err *err)
{
    char *copy = mem_copy_string(globs, strlen(globs), err);
    if (copy == NULL)
        return ST_NOMEM;
    *is = false;
    for (char *at = copy, *next; at != NULL && !*is; at = next) {
        next = strchr(at, ',');
        if (next != NULL)
            *next++ = '\0';
        *is = fnmatch(at, name, 0) == 0;
    }
    mem_free(copy);
    return ST_OK;
}

enum status documents_exclude(bool *is, const struct document_choice *choice, const char *folder,
                              struct err *err)
{
    struct buf name = {0};
    *is = false;
    if (choice->exclude == NULL)
        return ST_OK;
    enum status status = buf_addf(&name, err, "%s/", folder);
    if (status == ST_OK)
        status = matches(is, choice->exclude, name.data, err);
    buf_fini(&name);
    return status;
}

static const char *base_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash == NULL ? name : slash + 1;
}

/* "./a" and "../a" are no hidden files. */
static bool is_hidden(const char *name)
{
    for (const char *at = name; at != NULL; at = strchr(at, '/')) {
        at += *at == '/';
        if (*at == '.' && at[1] != '/' && strncmp(at, "../", 3) != 0)
            return true;
    }
    return false;
}

static bool is_note(const char *base)
{
    static const char *const notes[] = {"readme",    "license",      "licence",  "copying",
                                        "copyright", "notice",       "changes",  "changelog",
                                        "authors",   "contributing", "citation", "makefile"};
    const size_t len = strcspn(base, ".");
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (len == strlen(notes[i]) && strncasecmp(base, notes[i], len) == 0)
            return true;
    return false;
}

static bool ends_like(const char *base, const char *const *ends, size_t n)
{
    const char *dot = strrchr(base, '.');
    for (size_t i = 0; dot != NULL && i < n; i++)
        if (strcasecmp(dot, ends[i]) == 0)
            return true;
    return false;
}

static bool is_no_text_by_name(const char *base)
{
    static const char *const ends[] = {
        ".sh",  ".py",   ".pl",   ".c",    ".h",    ".cpp", ".java", ".js",  ".css",  ".html",
        ".htm", ".xml",  ".json", ".yml",  ".yaml", ".md",  ".rst",  ".csv", ".tsv",  ".pdf",
        ".doc", ".docx", ".jpg",  ".jpeg", ".png",  ".gif", ".log",  ".md5", ".sha1", ".sha256",
        ".ini", ".xls",  ".xlsx", ".odt",  ".epub", ".svg", ".mp3",  ".wav", ".mp4"};
    return ends_like(base, ends, sizeof ends / sizeof *ends) || strcasecmp(base, "thumbs.db") == 0;
}

/* What editors leave beside a file, with the same text or an older one: "a.txt~", "#a.txt#". */
static bool is_backup(const char *base)
{
    static const char *const ends[] = {".bak", ".orig", ".old", ".swp", ".tmp"};
    const size_t len = strlen(base);
    return (len > 0 && base[len - 1] == '~') ||
           (len > 2 && base[0] == '#' && base[len - 1] == '#') ||
           ends_like(base, ends, sizeof ends / sizeof *ends);
}

static enum left_out reason_of_name(const char *name)
{
    if (is_hidden(name))
        return LEFT_HIDDEN;
    if (is_note(base_of(name)))
        return LEFT_NOTE;
    if (is_backup(base_of(name)))
        return LEFT_BACKUP;
    return is_no_text_by_name(base_of(name)) ? LEFT_BY_NAME : N_LEFT_OUT;
}

/* --- what files are --- */

static enum status look_at(enum left_out *why, const char *folder, const char *name,
                           struct err *err)
{
    enum source_look look;
    char *path = io_join(folder, name, err);
    if (path == NULL)
        return ST_NOMEM;
    const enum status status = source_look_at(&look, path, err);
    mem_free(path);
    if (status == ST_INPUT)
        return err_advise(err, status, REMEDY_LEAVE_OUT_DOCUMENT, 0, 0);
    TRY(status);
    *why = look == SOURCE_LOOKS_EMPTY     ? LEFT_EMPTY
           : look == SOURCE_LOOKS_BINARY  ? LEFT_BINARY
           : look == SOURCE_LOOKS_ARCHIVE ? LEFT_ARCHIVE
                                          : N_LEFT_OUT;
    return ST_OK;
}

/* Decides of each name of a list whether it stays; N_LEFT_OUT: it does. */
typedef enum status decide(enum left_out *why, const void *ctx, const char *name, struct err *err);

static enum status filter(struct source_list *list, struct documents_left *left, decide *decides,
                          const void *ctx, struct err *err)
{
    enum status status = ST_OK;
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        enum left_out why = N_LEFT_OUT;
        char *name = list->names[i];
        if (status == ST_OK)
            status = decides(&why, ctx, name, err);
        if (status == ST_OK && why != N_LEFT_OUT)
            status = names_note(&left->of[why], name, err);
        if (why == N_LEFT_OUT)
            list->names[n++] = name;
        else
            mem_free(name);
    }
    list->n = n;
    return status;
}

static enum status decide_by_choice(enum left_out *why, const void *ctx, const char *name,
                                    struct err *err)
{
    const struct document_choice *choice = ctx;
    bool in = true, out = false;
    if (choice->include != NULL)
        TRY(matches(&in, choice->include, name, err));
    if (choice->exclude != NULL)
        TRY(matches(&out, choice->exclude, name, err));
    if (!in || out)
        *why = LEFT_BY_CHOICE;
    return ST_OK;
}

enum status documents_choose(struct source_list *list, struct documents_left *left,
                             const struct document_choice *choice, struct err *err)
{
    return filter(list, left, decide_by_choice, choice, err);
}

struct sifting {
    const struct document_choice *choice;
    const char *folder;
};

static enum status decide_by_name(enum left_out *why, const void *ctx, const char *name,
                                  struct err *err)
{
    const struct document_choice *choice = ctx;
    (void)err;
    if (choice->include == NULL)
        *why = reason_of_name(name);
    return ST_OK;
}

enum status documents_sift_names(struct source_list *list, struct documents_left *left,
                                 const struct document_choice *choice, struct err *err)
{
    return filter(list, left, decide_by_name, choice, err);
}

static enum status decide_by_look(enum left_out *why, const void *ctx, const char *name,
                                  struct err *err)
{
    const struct sifting *sifting = ctx;
    TRY(decide_by_name(why, sifting->choice, name, err));
    if (*why == N_LEFT_OUT && source_list_is_empty(name))
        *why = LEFT_EMPTY;
    return *why == N_LEFT_OUT && sifting->folder != NULL ? look_at(why, sifting->folder, name, err)
                                                         : ST_OK;
}

enum status documents_sift(struct source_list *list, struct documents_left *left,
                           const struct document_choice *choice, const char *folder,
                           struct err *err)
{
    const struct sifting sifting = {choice, folder};
    return filter(list, left, decide_by_look, &sifting, err);
}

static int compare_name(const void *name, const void *listed)
{
    return strcmp(name, *(char *const *)listed);
}

enum status documents_check_twice(const struct source_list *list, const char *shown,
                                  struct err *err)
{
    for (size_t i = 0; i < list->n; i++) {
        const char *name = list->names[i];
        const size_t suffix = codecs_suffix_len(name);
        if (suffix == 0)
            continue;
        char *plain = mem_copy_string(name, strlen(name) - suffix, err);
        if (plain == NULL)
            return ST_NOMEM;
        const bool twice =
            bsearch(plain, list->names, list->n, sizeof *list->names, compare_name) != NULL;
        mem_free(plain);
        if (twice)
            return err_advise(err,
                              err_set(err, ST_INPUT,
                                      "'%s' has the document %s twice, plain and compressed", shown,
                                      escape_quoted(name, strlen(name)).text),
                              REMEDY_CHOOSE_DOCUMENTS, 0, 0);
    }
    return ST_OK;
}

/* --- the random order --- */

void documents_shuffle(struct source_list *list, uint64_t seed)
{
    struct rng r;
    rng_init(&r, seed, RNG_DOCUMENTS);
    for (size_t n = list->n; n > 1; n--) {
        const size_t at = (size_t)rng_below(&r, n);
        char *last = list->names[n - 1];
        list->names[n - 1] = list->names[at];
        list->names[at] = last;
    }
}
