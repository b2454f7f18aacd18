#!/bin/sh
# The model that a run keeps is the average, also when the run was killed on the way.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99

run 0 corpus -o corpus --tokens 8000 --valid-tokens 1000 --test-tokens 300
result $? "there is a corpus"

small="corpus --preset test --hidden 8 -b 5 -t 10 --optim adam --lr 0.02 --seed 3 -q"

# valid MODEL: its perplexity on the valid text, as training measures it
valid() {
    sed -n 's/.*"valid_perplexity":\([0-9.]*\).*/\1/p' "$1/log.jsonl" | sort -n | head -1
}

# is_near A B: but for how many digits are shown
is_near() {
    awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > 0 && b > 0 && a / b < 1.00001 && b / a < 1.00001) }'
}

for average in none ema tail nt two-tailed; do
    patience=
    [ $average != nt ] || patience="--average-patience 1"
    # shellcheck disable=SC2086 # lists of options
    run 0 train $small --average $average $patience --back-to-best -o $average -e 3
    result $? "$average: a run"
    # shellcheck disable=SC2086
    run 0 train $small --average $average $patience --back-to-best -o cut-$average -e 2 &&
        run 0 train --resume cut-$average -e 3 -q &&
        { [ $average = tail ] || # it counts from the end of the run, which was another
            cmp cut-$average/model.safetensors $average/model.safetensors 2>"$err"; }
    result $? "$average: a run that went on has kept the same model"
done

for average in ema tail two-tailed; do
    ! cmp -s none/model.safetensors $average/model.safetensors
    result $? "$average: the model is not the last weights"
    run 0 eval $average/model.safetensors corpus --split valid --streams 5 -q
    is_near "$(sed -n 's/^valid_perplexity *//p; s/^perplexity *//p' "$out" | head -1)" "$(valid $average)"
    result $? "$average: it has the perplexity that was reported"
done

run 2 train corpus --preset test --average ema --schedule cosine --back-to-best -o wrong
result $? "going back to the best wants a schedule that falls after epochs"

finish
