#!/bin/sh
# Training on: a run that begins with a model's weights, words and tokenizer, and goes on when it is
# resumed; what has no part in it is refused.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

tokens='--valid-tokens 1000 --test-tokens 1000'
small='--batch 10 --steps 10 --threads 1'
# shellcheck disable=SC2086
run 0 corpus -o first --tokens 6000 $tokens --seed 1 && run 0 corpus -o second --tokens 5000 $tokens --seed 2 &&
    sed 's/ the / zebra /' second/train.txt >new && mv new second/train.txt &&
    run 0 train first $small -o model --hidden 12,8 --embedding 6 --cell gru --tie --epochs 1 -q
result $? "there is a model, and another text with a word of its own"

same_words() {
    [ "$("$PTBLM" info "$1" --json | grep -o '"vocabulary": *[0-9]*')" = \
        "$("$PTBLM" info "$2" --json | grep -o '"vocabulary": *[0-9]*')" ]
}

# shellcheck disable=SC2086
run 0 train second $small --from model -o kept --epochs 1 && same_words model kept &&
    grep -q '^training on model/model.safetensors: ' "$err" && run 0 info kept && grep -q '^cell gru$' "$out" &&
    grep -q '^hidden 12 + 8$' "$out"
result $? "the network and the words are the model's"

# shellcheck disable=SC2086
run 0 train second $small --from model --add-words -o grown --epochs 2 -q && cp "$out" figures &&
    ! same_words model grown && run 0 next grown "zebra" -q
result $? "words that are new are taken where they are asked for"

# shellcheck disable=SC2086
run 0 train second $small --from model --lr 1e-12 -o still --epochs 1 -q &&
    run 0 eval still first/test.txt --json -q && cp "$out" a && run 0 eval model first/test.txt --json -q &&
    value() { grep -o '"perplexity": *[0-9.]*' "$1" | tr -dc '0-9.'; } &&
    near "$(value a)" "$(value "$out")" 0.01
result $? "it begins where the model ended"

# shellcheck disable=SC2086
run 0 eval model second --split valid --streams 10 --json -q && cp "$out" a &&
    run 0 train second $small --from model --lr 1e-12 -o as_it_was --epochs 1 &&
    near "$(value a)" "$(sed -n 's/^at first    valid //p' "$err")" 0.01 &&
    near "$(value a)" "$(sed -n 's/.*"start","valid_perplexity":\([0-9.]*\).*/\1/p' as_it_was/log.jsonl)" 0.01 &&
    grep -q 'warning: no epoch was better than the model that training started from: ' "$err"
result $? "it says how good the model was at first, and warns if no epoch was better"

# shellcheck disable=SC2086
run 0 train second $small --from model --add-words -o parts --epochs 1 -q && mv model away &&
    run 0 train --resume parts --epochs 2 -q && cmp "$out" figures &&
    cmp parts/model.safetensors grown/model.safetensors
result $? "resumed, it needs the model no longer and ends with the same figures"
mv away model

here=$PWD
# shellcheck disable=SC2086
run 0 train second $small --from model -o begun --epochs 1 -q --max-steps 1 &&
    rm -f begun/checkpoint-* begun/model.safetensors begun/log.jsonl && cp -r begun begun2 &&
    (cd / && run 0 train --resume "$here/begun" -q) && run 0 info begun -q
result $? "without a checkpoint, the model is found again from another directory"

mv model away && cp -r grown model && run 3 train --resume begun2 -q &&
    grep -q "model/model.safetensors' is not the model that 'begun2' began with: it was replaced since" "$err"
result $? "a model that was replaced since is refused"
rm -r model && mv away model

# shellcheck disable=SC2086
run 2 train second $small --from model -o model --force && grep -q 'would be replaced by the run' "$err" &&
    run 0 info model -q
result $? "a run cannot replace the model that it begins with"

# shellcheck disable=SC2086
run 0 train second $small --from model --optim adagrad --initial-sum 0.1 -o sums --epochs 1 -q
result $? "an option of the optimiser is none of the first weights"

refused() {
    want=$1 text=$2
    shift 2
    # shellcheck disable=SC2086
    run "$want" train second $small -o no "$@" && grep -q -- "$text" "$err" && [ ! -e no ]
}
refused 2 'layers of' --from model --hidden 5 && refused 2 'cells of the kind .gru., not .lstm.' --from model --cell lstm &&
    refused 2 'exclude each other' --from model --vocab x && refused 2 'exclude each other' --from model --init zero &&
    refused 2 'only with --from' --add-words && refused 2 '--add-words takes new' --from model --min-count 2 &&
    refused 2 'trained with the tokenizer' --from model --tokenizer chars && refused 3 "'none'" --from none
result $? "what has no part in it, or is another network, is refused before anything is made"

finish
