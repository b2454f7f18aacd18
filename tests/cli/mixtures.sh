#!/bin/sh
# Evaluation by n-grams, by several models at once, and by networks that remember what they read.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99

run 0 corpus -o corpus --tokens 12000 --valid-tokens 2000 --test-tokens 1500 -q &&
    run 0 train corpus --preset test --hidden 16 --lr 2 -e 3 -o net -q &&
    run 0 train corpus --preset test --hidden 16 --lr 2 -e 3 --seed 2 -o other -q &&
    run 0 ngram corpus -o kn.ngram -n 3 -q && run 0 ngram corpus -o kn.arpa -n 3 -q &&
    run 0 ngram corpus -o kn.arpa.gz -n 3 -q
result $? "there are two networks, and n-grams in three forms"

# ppl WANTED_STATUS ARGUMENT...: runs eval on the test text; its perplexity is in $ppl
ppl() {
    run 0 eval "$@" corpus/test.txt -q && ppl=$(value_of perplexity) && [ -n "$ppl" ]
}

# --- n-grams ---

alike=0
ppl kn.ngram && kn=$ppl
for form in kn.arpa kn.arpa.gz; do
    if ppl "$form" && near "$ppl" "$kn" 0.001; then alike=$((alike + 1)); fi
done
[ "$alike" -eq 2 ]
result $? "n-grams give the same figures in all forms"

run 0 eval kn.ngram corpus/test.txt --sentences -q &&
    awk -F '\t' -v all="$(sed -n 's/^nats_per_token //p' "$out")" -v n="$(value_of tokens)" '
        NF == 5 { nats += $4; tokens += $2 }
        END { d = nats - all * n; exit !(tokens == n && d < 0.01 && d > -0.01) }' "$out"
result $? "their sentences add up to the whole"

cat corpus/test.txt >piped.txt && mkfifo pipe && { cat piped.txt >pipe & } && run 0 eval kn.ngram pipe -q &&
    near "$(value_of perplexity)" "$kn" 0.0001 && piped 0 eval net /dev/stdin -q <piped.txt &&
    value_of tokens >through && run 0 eval net piped.txt -q && [ "$(value_of tokens)" = "$(cat through)" ]
result $? "a text that comes through a pipe is read whole"

refused 2 "does not say what it was trained on: name the text to evaluate" eval kn.ngram
result $? "n-grams know no text of their own"
refused 3 "'kn.ngram' is a model of n-grams, not a network" score kn.ngram corpus/test.txt &&
    refused 3 "is a model of n-grams" next kn.ngram the && refused 3 "is a model of n-grams" sample kn.ngram &&
    refused 3 "is a model of n-grams" info kn.ngram &&
    refused 3 "is a model of n-grams" train corpus --from kn.ngram -o wrong
result $? "commands that want a network say so"
sed 's/^-[0-9.]*\t/5\t/' kn.arpa >broken.arpa
refused 3 "line 7: the probability is above 1" eval broken.arpa corpus/test.txt
result $? "a broken ARPA file is named with its line"

# --- mixtures ---

ppl net && net=$ppl && ppl net kn.ngram && mixed=$ppl &&
    near "$(awk -F '\t' '$1 == "net" { print $2 }' "$out")" "$net" 0.001 &&
    near "$(awk -F '\t' '$1 == "kn.ngram" { print $2 }' "$out")" "$kn" 0.001 &&
    awk -v m="$mixed" -v a="$net" -v b="$kn" 'BEGIN { exit !(m < a || m < b) }'
result $? "a mixture gives the figures of its parts, and its own"

ppl net kn.arpa && near "$ppl" "$mixed" 0.001 && ppl net kn.ngram --weights 3,3 && near "$ppl" "$mixed" 0.0001
result $? "all weights are alike unless they are given"
ppl net kn.ngram -w 1,0 && near "$ppl" "$net" 0.001 && ppl net kn.ngram -w 0,2 && near "$ppl" "$kn" 0.001 &&
    ppl net kn.ngram -w 1,0 --log-linear && near "$ppl" "$net" 0.001
result $? "a weight of 0 leaves a model out"
ppl net other kn.ngram && [ "$(wc -l <"$out")" -eq 15 ]
result $? "there may be more than two"

# The same n-grams with their words in another order.
{ sed -n '1,/1-grams/p' kn.arpa && sed '1,/1-grams/d;/^$/,$d' kn.arpa | sort -r && sed '1,/1-grams/d' kn.arpa | sed -n '/^$/,$p'; } >turned.arpa
ppl net turned.arpa && near "$ppl" "$mixed" 0.001
result $? "words may have other ids"
run 0 prepare corpus -o ids -q && cp ids/vocab.txt words.txt
run 0 ngram corpus -o few.ngram --max-vocab 50 -q
refused 3 "'net/model.safetensors' and 'few.ngram' do not have the same words: '" eval net few.ngram corpus/test.txt
result $? "models of other words are refused"
run 0 ngram --train corpus/train.txt --tokenizer treebank --vocab words.txt -o other.ngram -q &&
    run 0 eval net other.ngram corpus/test.txt -q &&
    grep -q "warning: the text is read by the tokenizer 'words', as for 'net', and 'other.ngram' was made with 'treebank'" "$err"
result $? "models that were made with another tokenizer are warned of"
ppl net kn.ngram -w 40,80 --log-linear && ppl net kn.ngram -w 1e308,1e308 && near "$ppl" "$mixed" 0.001
result $? "weights may be as large as numbers are"

run 0 eval net kn.ngram corpus/test.txt --json -q && is_json "$out" && grep -q '"models":\[{"model":"net","perplexity":' "$out"
result $? "in JSON too"

refused 2 "--weights '1': there are 2 models" eval net kn.ngram corpus/test.txt -w 1 &&
    refused 2 "--weights '1,2,3': there are 2 models" eval net kn.ngram corpus/test.txt -w 1,2,3 &&
    refused 2 "--weights '1,-2': expected numbers from 0" eval net kn.ngram corpus/test.txt -w 1,-2 &&
    refused 2 "--weights '1,nan': expected numbers from 0" eval net kn.ngram corpus/test.txt -w 1,nan &&
    refused 2 "--weights '0,0': all are 0" eval net kn.ngram corpus/test.txt -w 0,0 &&
    refused 2 "--weights is for several models" eval net corpus/test.txt -w 1 &&
    refused 2 "'nothing' is no model: only the last of the operands can be a text" eval net nothing kn.ngram &&
    refused 2 "--streams is for one network as it was trained" eval net kn.ngram corpus/test.txt --streams 2
result $? "weights that do not fit, and operands in the wrong place"

# --- caches and temperature ---

ppl net --temperature 1 && near "$ppl" "$net" 0.0001 && ppl net --temperature 1.5 && ! near "$ppl" "$net" 0.01
result $? "a temperature other than 1 changes the figures"
ppl net --cache 200 && ! near "$ppl" "$net" 0.01 && ppl net --cache 200 --cache-weight 0 && near "$ppl" "$net" 0.001
result $? "a cache changes them, but without weight"
refused 2 "--cache-theta and --cache-weight have no effect without --cache" eval net corpus/test.txt --cache-theta 1 &&
    refused 2 "--cache is for networks, and 'kn.ngram' has n-grams" eval kn.ngram corpus/test.txt --cache 10
result $? "and is for networks"

finish
