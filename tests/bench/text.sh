#!/bin/sh
# How fast a text becomes word ids, beside the Python reader of the TensorFlow PTB tutorial.
# Usage: text.sh FILE [ROUNDS]
# Environment: PTBLM, the program (./ptblm); PYTHON, the interpreter (python3); TMPDIR.
#
# Each round runs them all once, one after the other, so that a machine's bad minute meets all of them;
# medians are taken of ROUNDS (5). The times of ptblm are of the whole program, its start and the
# syncing of what it wrote included; with TMPDIR in memory the disk stays out of it. The tutorial reads
# its file twice; "once" is the same in one reading. "made": vocabulary and ids; "given": ids with a vocabulary that is
# there already.
set -eu

if [ $# -lt 1 ] || [ ! -r "$1" ]; then
    echo "usage: text.sh FILE [ROUNDS]" >&2
    exit 2
fi
file=$1
rounds=${2:-5}
ptblm=${PTBLM:-./ptblm}
python=${PYTHON:-python3}
reader=$(dirname "$0")/tutorial_reader.py
work=$(mktemp -d "${TMPDIR:-/tmp}/ptblm-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

# prepare NAME ARGUMENT...: appends the seconds to NAME's times.
prepare() {
    name=$1
    shift
    start=$(date +%s%N)
    "$ptblm" prepare --quiet --force --train "$file" --output "$work/out" "$@"
    end=$(date +%s%N)
    awk -v ns=$((end - start)) 'BEGIN { printf "%.6f\n", ns / 1e9 }' >>"$work/times.$name"
}

tokenizers='words treebank chars'
for tokenizer in $tokenizers; do
    "$ptblm" prepare --quiet --train "$file" --tokenizer "$tokenizer" --output "$work/$tokenizer"
done
round=0
while [ "$round" -lt "$rounds" ]; do
    "$python" "$reader" "$file" | cut -d ' ' -f 1 >>"$work/times.python"
    "$python" "$reader" "$file" once | cut -d ' ' -f 1 >>"$work/times.python.once"
    for tokenizer in $tokenizers; do
        prepare "$tokenizer.made" --tokenizer "$tokenizer"
        prepare "$tokenizer.given" --tokenizer "$tokenizer" --vocab "$work/$tokenizer/vocab.txt"
    done
    round=$((round + 1))
done

median() {
    sort -n "$1" | awk '{ t[NR] = $1 } END { print (t[int((NR + 1) / 2)] + t[int(NR / 2) + 1]) / 2 }'
}

bytes=$(wc -c <"$file")
slow=$(median "$work/times.python")
once=$(median "$work/times.python.once")
printf '%-16s %9s %9s %9s %9s\n' '' seconds MB/s 'x Python' 'x once'
for name in python python.once words.made words.given treebank.made treebank.given chars.made chars.given; do
    median "$work/times.$name" | awk -v name="$name" -v bytes="$bytes" -v slow="$slow" \
        -v once="$once" '{ printf "%-16s %9.3f %9.1f %9.1f %9.1f\n", name, $1, bytes / 1e6 / $1,
            slow / $1, once / $1 }'
done
