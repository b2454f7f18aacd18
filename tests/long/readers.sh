#!/bin/sh
# A model and a text that are replaced again and again while others read them:
# each reader has the old one or the new one, whole.
# Environment: PTBLM, srcdir; LOADS, how many of each (1000).

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

loads=${LOADS:-1000}
cd "$work" || exit 99
trap 'kill "$pid" 2>/dev/null; rm -rf "$work"' EXIT

run 0 corpus -o corpus --tokens 1500 --valid-tokens 200 --test-tokens 200
# The rate is so small that each epoch is a new best, and saved.
"$PTBLM" train corpus -o run --preset test --hidden 32 --batch 10 --steps 20 --lr 1e-3 --threads 1 --epochs 100000 \
    --lr-decay 1 --reports 1 -q >/dev/null 2>&1 &
pid=$!
while kill -0 "$pid" 2>/dev/null && [ ! -e run/model.safetensors ]; do sleep 0.02; done

n=0 bad=0 seen=
while [ "$n" -lt "$loads" ]; do
    n=$((n + 1))
    if ! run 0 info run/model.safetensors || ! grep -q '^checksum right' "$out"; then
        bad=$((bad + 1))
        sed 's/^/# /' "$err"
    fi
    # shellcheck disable=SC2012 # the number of the file
    seen="$seen $(ls -i run/model.safetensors | cut -d' ' -f1)"
done
kill -0 "$pid"
running=$?
kill "$pid"
wait "$pid" 2>/dev/null
models=$(echo "$seen" | tr ' ' '\n' | sort -u | wc -l)
echo "# $loads loads of a model that was replaced, of at least $models files, $bad failed"
[ "$running" -eq 0 ] && [ "$bad" -eq 0 ] && [ "$models" -gt 2 ]
result $? "a model is loaded while it is replaced"

cp corpus/train.txt a
(while :; do "$PTBLM" corpus -o corpus --tokens 1500 --valid-tokens 200 --test-tokens 200 --force -q >/dev/null 2>&1 || exit 1; done) &
pid=$!
n=0 bad=0
while [ "$n" -lt "$loads" ]; do
    n=$((n + 1))
    cmp a corpus/train.txt 2>>"$err" || bad=$((bad + 1))
done
kill -0 "$pid" || bad=$((bad + 1))
kill "$pid"
wait "$pid" 2>/dev/null
[ "$bad" -eq 0 ]
result $? "a text is read while it is written again"

finish
