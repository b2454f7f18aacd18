#!/bin/sh
# Bombs in full size: what a few bytes unpack to, and what would fill the memory.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99

head -c 2000000000 /dev/zero | gzip -1 >zeros.gz && harmless 16 "'zeros.gz' line 1 has a NUL byte" batches zeros.gz
result $? "a gzip of 2 GB of zeros"

head -c 1000000000 /dev/zero | tr '\000' a | gzip -1 >word.gz &&
    harmless 16 "'word.gz' line 1 has a word of more than" batches word.gz
result $? "a gzip of one word of 1 GB"

head -c 1000000000 /dev/zero | tr '\000' ' ' | gzip -1 >blanks.gz && harmless 16 "'blanks.gz'" batches blanks.gz
result $? "a gzip of one line of 1 GB of blanks"

head -c 200000000 /dev/zero | tr '\000' '\n' | gzip -1 >lines.gz &&
    harmless 16 "'lines.gz' has more than 100000000 bytes, the limit" batches --max-bytes 100000000 lines.gz
result $? "a gzip of 200 million empty lines, with a limit of half of that"

# bombs COMMAND SUFFIX: the same in another compression, and as the member of a tar
bombs() {
    if ! command -v "$1" >/dev/null; then
        skip "there is no $1" "2 GB of zeros, a word of 1 GB, 200 million empty lines by $1"
        return
    fi
    head -c 2000000000 /dev/zero | "$1" -1 -c >"zeros$2" && harmless 32 "'zeros$2' line 1 has a NUL byte" batches "zeros$2" &&
        head -c 1000000000 /dev/zero | tr '\000' a | "$1" -1 -c >"word$2" &&
        harmless 32 "'word$2' line 1 has a word of more than" batches "word$2" &&
        head -c 200000000 /dev/zero | tr '\000' '\n' | "$1" -1 -c >"train$2" &&
        harmless 32 "'train$2' has more than 100000000 bytes, the limit" batches --max-bytes 100000000 "train$2" &&
        tar -cf lines.tar "train$2" &&
        harmless 32 "'lines.tar:train$2' has more than 1000000 bytes, the limit" batches --max-bytes 1000000 lines.tar
    result $? "2 GB of zeros, a word of 1 GB, 200 million empty lines by $1"
    rm -f "zeros$2" "word$2" "train$2" lines.tar
}
bombs bzip2 .bz2
bombs xz .xz
bombs zstd .zst
bombs lz4 .lz4

: >empty && tar -cf one.tar empty && head -c 512 one.tar >many
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do
    cat many many >twice && mv twice many
done
head -c 1024 /dev/zero >>many && mv many many.tar &&
    harmless 64 "'many.tar' is in an archive of more than 65536 members, the limit" batches many.tar
result $? "a tar of 131,072 members"

# header LIMIT TEXT <JSON: a model file with that header.
header() {
    cat >json
    n=$(wc -c <json)
    # shellcheck disable=SC2059 # bytes in octal
    printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $((n % 256)) $((n / 256 % 256)) $((n / 65536 % 256)) \
        $((n / 16777216)))\\000\\000\\000\\000" | cat - json >model
    harmless "$1" "$2" info model
}

{ printf '{"' && head -c 99999000 /dev/zero | tr '\000' a && printf '":1}'; } | header 450 "'model'"
result $? "a header of 100 MB that is one name"

yes '[],' | head -c 99999999 | tr -d '\n' | header 160 "'model'"
result $? "a header of 100 MB of empty arrays"

{ printf '<unk>\n<eos>\n' && awk 'BEGIN { for (i = 0; i <= 16777216; i++) print i }'; } >vocab && echo a >text &&
    harmless 192 "a vocabulary has 16777216 words at the most" batches text --vocab vocab
result $? "a vocabulary of more words than there may be"

truncate -s 2000000000 vocab && harmless 16 "'vocab': it has 2000000000 bytes, the limit" batches text --vocab vocab
result $? "a vocabulary of 2 GB"

finish
