#!/bin/sh
# The house stays as it is drawn: who may include whom, one door to each library, and what lib never
# does. The rows are those of the folders' README files.
# Environment: srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$srcdir" || exit 99

# "FILE HEADER" for every include of the product's sources; headers of the house without quotes, others
# as <name>.
grep -E '^[[:space:]]*#[[:space:]]*include' -r lib corpora vocab cmd --include='*.[ch]' |
    sed -E 's/^([^:]*):[^"<]*("([^"]*)"|(<[^>]*>)).*/\1 \3\4/' | sort -u >"$work/includes"
[ "$(wc -l <"$work/includes")" -gt 300 ] && ! grep -qv '^[^ ]*\.[ch] [^ ]*$' "$work/includes"
result $? "the includes of the sources are read"

# --- floors ---

# may_include FOLDER FOLDER...: its own headers, config.h, and those of the folders named.
may_include() {
    folder=$1
    shift
    allowed=$(printf '|%s' "$folder" "$@" | sed 's/^|//')
    grep "^$folder/[^ ]* [^<]" "$work/includes" | grep -Ev " (($allowed)/[^ ]*|config)\.h$" |
        grep -Ev '^lib/model/compute\.c lib/kern/[^/]*\.h$' >"$err"
    clean "$folder includes${1:+ $*} and itself"
}

may_include lib/base
may_include lib/file lib/base
may_include lib/kern lib/base
may_include lib/nn lib/kern lib/base
may_include lib/optim lib/kern lib/base
may_include lib/model lib/nn lib/file lib/base
may_include corpora lib/file lib/base
may_include vocab corpora lib/file lib/base
may_include lib/ngram vocab corpora lib/file lib/base
may_include lib/task lib/ngram lib/model lib/optim lib/nn lib/file vocab corpora lib/base
may_include cmd lib/task lib/ngram lib/model lib/optim lib/file vocab corpora lib/base

find lib corpora vocab cmd -type d | sort | grep -Evx 'lib(/(base(/(io|limit))?|file|kern|nn(/(cell|crf|head))?|optim|model|ngram|task(/(data(/reading)?|predictor|run|settings|train|use))?))?|corpora(/(builtin|compress|input|splits))?|vocab(/(advice|tokenizer|vectors))?|cmd(/(bench|eval|option|report|train))?' >"$err"
clean "there is no other folder"

find lib corpora vocab cmd -type d | while read -r folder; do
    [ "$(find "$folder" -maxdepth 1 -name '*.[ch]' | wc -l)" -le 30 ] || echo "$folder"
done >"$err"
clean "no folder is too full to be looked through"

# --- doors ---

# door FILE NAME: FILE is the only one that includes <NAME.h>.
door() {
    grep " <$2\.h>\$" "$work/includes" | grep -v "^$1 " >"$err"
    grep -q "^$1 <$2\.h>\$" "$work/includes" || echo "$1 does not include <$2.h>" >>"$err"
    clean "<$2.h> is included by $1 alone"
    doors="$doors|$2"
}

doors=
door lib/base/hash.c xxhash
door lib/base/hash.c xxh_x86dispatch
door lib/base/hash_table.c uthash
door lib/kern/gemm.c cblas
door lib/file/json.c jansson
door corpora/input/encoding.c iconv
door vocab/normalize.c utf8proc
door corpora/archive_reader.c archive
door corpora/archive_reader.c archive_entry
door corpora/compress/gzip.c zlib
door corpora/compress/bzip2.c bzlib
door corpora/compress/xz.c lzma
door corpora/compress/zstd.c zstd
door corpora/compress/zstd.c zstd_errors
door corpora/compress/lz4.c lz4frame

c11='assert|ctype|errno|float|inttypes|limits|locale|math|signal|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|time'
system='dirent|endian|fcntl|fnmatch|poll|pthread|sched|strings|unistd|sys/auxv|sys/file|sys/ioctl|sys/mman|sys/resource|sys/stat|sys/statvfs'
grep '<' "$work/includes" | grep -Ev "<($c11|$system$doors)\.h>\$" |
    grep -Ev '^lib/kern/[^ ]* <(immintrin)\.h>$' >"$err"
clean "there is no other library"

# --- manners ---

# Comments, strings and characters are taken out first.
calls() {
    find lib corpora vocab -name '*.[ch]' | sort | while read -r file; do
        sed -E 's/"([^"\\]|\\.)*"/""/g; s,/\*.*\*/,,g; s,//.*,,; /^ *\/\*/,/\*\// d' "$file" |
            grep -nE "(^|[^[:alnum:]_.>])($1)" | sed "s|^|$file:|"
    done
}

calls '(v?f?printf|f?puts|f?putc|putchar|perror|printf_s)[[:space:]]*\(|std(out|err)[^[:alnum:]_]' >"$err"
clean "lib, corpora and vocab print nothing"

calls '(exit|_exit|_Exit|quick_exit|abort|assert|raise|signal|sigaction)[[:space:]]*\(' >"$err"
clean "they do not end the program"

calls '(getenv|secure_getenv|setenv|putenv|setlocale)[[:space:]]*\(|environ[^[:alnum:]_]' >"$err"
clean "they do not read the environment"

# Help texts of settings may name another setting's option; an error has a remedy instead.
find lib corpora vocab -name '*.[ch]' | sort |
    xargs grep -nE -- '"[^"]*(--[a-z]|[^-a-z]-o[^a-z]|ptblm (train|prepare|eval|next|score|sample|info|corpus|bench|batches))' |
    grep -vE ':[0-9]+:([ /]?\*|.*\.help =| *\{"[a-z-]+", "| */?\*)|lib/base/setting\.h' >"$err"
clean "nor do their messages name options or commands"

# --- clock and locale ---

find cmd -name '*.[ch]' | sort | xargs grep -nE '(setlocale|uselocale)[[:space:]]*\(' >"$err"
clean "nor does cmd take up the user's locale"

# A clock that can be set would give negative times and rates.
find lib corpora vocab cmd -name '*.c' | sort |
    xargs grep -nE '(^|[^[:alnum:]_.>"])(time|clock|gettimeofday|clock_gettime|timespec_get|localtime|gmtime)[[:space:]]*\(' |
    grep -v 'clock_gettime(CLOCK_MONOTONIC, &now)' >"$err"
grep -q 'clock_gettime(CLOCK_MONOTONIC, &now)' lib/base/io/io.c || echo "lib/base/io/io.c reads no clock" >>"$err"
clean "the only clock that is read is one that never goes back"

# --- the top ---

for folder in lib corpora vocab cmd tests; do
    [ -s "$folder/README.md" ] || echo "$folder/README.md is missing"
done >"$err"
clean "every folder opens with a README"

if git ls-files >"$work/tracked" 2>/dev/null && grep -q '^configure.ac$' "$work/tracked"; then
    cut -d/ -f1 "$work/tracked" | sort -u |
        grep -Evx 'lib|corpora|vocab|cmd|tests|configure\.ac|Makefile\.am|README\.md|bootstrap|LICENSE|\..*' >"$err"
    clean "the top level holds what the design names"
else
    skip "this is no git checkout" "the top level holds what the design names"
fi

finish
