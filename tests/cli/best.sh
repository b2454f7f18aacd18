#!/bin/sh
# The model of the best epoch and the state of its run belong together: where one of them is lost,
# damaged or another's, a run that is taken up mends it or says so, and never gives the figures of one
# with the other's name.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99

# trained RUN CORPUS EPOCHS [ARGUMENT...]: its output is RUN.out.
trained() {
    name=$1 corpus=$2 epochs=$3
    shift 3
    run 0 train "$corpus" --preset test --hidden 32 --batch 5 --steps 10 --lr 0.5 --threads 1 --epochs "$epochs" \
        -o "$name" -q "$@" && cp "$out" "$name.out"
}

# mends RUN WARNING [ARGUMENT...]: is taken up with a warning, and then gives figures and model of `three`.
mends() {
    mended=$1
    warning=$2
    shift 2
    run 0 train --resume "$mended" "$@" -q && cmp "$out" three.out >>"$err" &&
        cmp "$mended/model.safetensors" three/model.safetensors 2>>"$err" &&
        [ "$(wc -l <"$err")" -eq 1 ] && grep -q "^ptblm train: warning: .*$warning" "$err"
}

without_test() {
    grep -v '"test"' "$1/log.jsonl" >log && cp log "$1/log.jsonl"
}

newest_of() {
    find "$1" -name 'checkpoint-*' | sort | tail -n 1
}

run 0 corpus -o corpus --tokens 12000 --valid-tokens 1500 --test-tokens 1500 &&
    trained two corpus 2 && trained three corpus 3 &&
    grep -q '^best_epoch 2' two.out && grep -q '^best_epoch 3' three.out
result $? "there are runs whose last epoch is the best"

# --- mended ---

cp -r three back && : >"$(newest_of back)"
run 0 train --resume back --epochs 2 -q && cmp "$out" two.out >>"$err" &&
    cmp back/model.safetensors two/model.safetensors 2>>"$err" &&
    grep -q "warning: 'back/model.safetensors' is another model, not the one of epoch 2, the best so far" "$err"
result $? "a run that goes back has the model of that time"

run 0 train --resume back --epochs 2 -q && [ ! -s "$err" ]
result $? "and is then as it must be"

cp -r three other && cp two/model.safetensors other/model.safetensors && without_test other
mends other "'other/model.safetensors' is another model.*written again from the checkpoint"
result $? "a model of another run is replaced"

cp -r three missing && rm missing/model.safetensors
mends missing "'missing/model.safetensors' is missing"
result $? "one that is missing is written again, also when the run has ended"

cp -r three damaged && printf x | dd of=damaged/model.safetensors bs=1 seek=5000 conv=notrunc 2>/dev/null
mends damaged "'damaged/model.safetensors' is damaged"
result $? "and so is one that is damaged"

# --- replaced by a better one ---

trained within corpus 3 --checkpoint-windows 200 && rm "$(newest_of within)"
mends within "'within/model.safetensors' is another model, not the one of epoch 2.*that one is lost, and the next"
result $? "a model that is ahead of its run's state is met again by going on"

# --- lost ---

run 0 corpus -o small --tokens 2000 --valid-tokens 200 --test-tokens 200 && trained first small 2 &&
    grep -q '^best_epoch 1' first.out
result $? "there is a run whose first epoch is the best"

cp -r first lost && cp two/model.safetensors lost/model.safetensors
refused 3 "'lost/model.safetensors' is missing, damaged or another model, and no checkpoint has that of epoch 1" \
    train --resume lost -q && cmp -s lost/log.jsonl first/log.jsonl && cmp -s lost/model.safetensors two/model.safetensors
result $? "a model that no checkpoint has is an error, and what is there stays"

run 3 train --resume lost --epochs 3 -q && [ ! -s "$out" ] && grep -q 'warning: .*that one is lost' "$err" &&
    cmp -s lost/model.safetensors two/model.safetensors
result $? "so it is when more epochs give no better one"

# --- no checkpoint ---

cp -r three bare && rm bare/checkpoint-*
refused 3 "'bare' cannot be resumed: it no longer has a checkpoint" train --resume bare -q &&
    cmp -s bare/model.safetensors three/model.safetensors && cmp -s bare/log.jsonl three/log.jsonl
result $? "a model without a checkpoint is not begun again"

mkdir only && cp three/checkpoint-* only
refused 2 "'only' holds a run already" train corpus -o only -q && [ "$(find only -type f | wc -l)" -eq 2 ]
result $? "checkpoints alone are a run that is not replaced"

finish
