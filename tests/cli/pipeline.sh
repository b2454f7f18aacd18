#!/bin/sh
# From the built-in corpus to perplexity, next words, scores and samples, from the shell, with a
# model so small that it takes seconds.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

corpus=$work/corpus
tiny="--preset test --hidden 12 --layers 2 --batch 10 --steps 6 --epochs 2 --seed 5"

# train RUN ARGUMENT...
train() {
    train_run=$work/$1
    shift
    # shellcheck disable=SC2086 # the settings are several words
    run 0 train $tiny -o "$train_run" "$@"
}

run 0 corpus -o "$corpus" --tokens 6000 --valid-tokens 800 --test-tokens 900 &&
    [ "$(ls "$corpus")" = "$(printf 'test.txt\ntrain.txt\nvalid.txt')" ]
result $? "corpus writes train, valid and test"

# --- train ---

train text "$corpus" --threads 1 && cp "$out" "$work/figures" &&
    [ "$(cut -d' ' -f1 "$out" | tr '\n' ' ')" = "best_epoch valid_perplexity test_perplexity " ] &&
    ! grep -qv '^[a-z_]* [0-9.]*$' "$out"
result $? "train prints its figures, and nothing else, on standard output"

grep -q '^fingerprint [0-9a-f]\{16\}$' "$err" && grep -q 'seed 5' "$err" &&
    grep -q '1 thread, kernels' "$err" && grep -q '^epoch 2/2  lr 0.5' "$err"
result $? "the fingerprint, seed, threads, kernels and epochs are on standard error"

! grep -q "$(printf '[\r\033]')" "$err"
result $? "nothing is redrawn where standard error is no terminal"

[ "$(find "$work/text" -type f | sed 's,.*/,,; s/[0-9]\{8\}/N/' | sort)" = "$(printf '%s\n' checkpoint-N.safetensors \
    checkpoint-N.safetensors config.json log.jsonl model.safetensors)" ]
result $? "a run is a model, a log, a config and two checkpoints"

is_json "$work/text/config.json" && grep -q '"seed": 5' "$work/text/config.json" &&
    grep -q '"hidden": 12' "$work/text/config.json" && grep -q '"fingerprint":' "$work/text/config.json"
result $? "config.json is JSON with the settings"

is_json "$work/text/log.jsonl" lines &&
    [ "$(grep -c '"kind":"report"' "$work/text/log.jsonl")" -eq 20 ] &&
    [ "$(grep -c '"kind":"epoch".*"valid_perplexity":.*"best":' "$work/text/log.jsonl")" -eq 2 ] &&
    [ "$(grep -c '"kind":"test".*"flops":[1-9].*"test_perplexity":' "$work/text/log.jsonl")" -eq 1 ] &&
    ! grep '"kind":"report"' "$work/text/log.jsonl" | grep -qv \
        '"epoch":.*"step":.*"words":.*"seconds":.*"words_per_second":.*"lr":.*"grad_norm":.*"train_perplexity":'
result $? "log.jsonl has an object for each report, each epoch and the test"

train quiet "$corpus" --threads 1 --quiet && [ ! -s "$err" ] && cmp -s "$out" "$work/figures"
result $? "--quiet is silent on standard error"

cmp -s "$work/text/model.safetensors" "$work/quiet/model.safetensors"
result $? "one seed gives the same model file again"

if ignores_threads; then
    train two "$corpus" --threads 2 -q &&
        cmp -s "$work/text/model.safetensors" "$work/two/model.safetensors" &&
        train three "$corpus" --threads 3 -q &&
        cmp -s "$work/text/model.safetensors" "$work/three/model.safetensors"
    result $? "and with 2 and 3 threads"
else
    skip "the bits of this library's products depend on the threads" "and with 2 and 3 threads"
fi

# shellcheck disable=SC2086
run 0 train ${tiny% --seed 5} "$corpus" --seed 6 -o "$work/other" -q && ! cmp -s "$work/text/model.safetensors" "$work/other/model.safetensors"
result $? "another seed gives another model"

run 0 prepare "$corpus" -o "$work/prepared" && train ids "$work/prepared" && cmp -s "$out" "$work/figures"
result $? "a prepared directory trains to the same figures as its texts"

train files --train "$corpus/train.txt" --valid "$corpus/valid.txt" --test "$corpus/test.txt" &&
    cmp -s "$out" "$work/figures"
result $? "so do three files that are named"

(cd "$work" && tar -czf corpus.tgz corpus) && train archive "$work/corpus.tgz" &&
    cmp -s "$out" "$work/figures"
result $? "so does an archive"

cp "$work/text/model.safetensors" "$work/before"
refused 2 -- "--force" train "$corpus" -o "$work/text" && cmp -s "$work/text/model.safetensors" "$work/before"
result $? "a run is not overwritten unasked"

run 3 train "$work/none" -o "$work/text" --force && run 3 train "$corpus" -o "$work/text" --force -b 900 -t 90 &&
    cmp -s "$work/text/model.safetensors" "$work/before" && [ -s "$work/text/log.jsonl" ]
result $? "--force removes nothing where the new run cannot begin"

train two "$work/prepared" --force -q && cmp -s "$out" "$work/figures" &&
    [ "$(grep -c '"kind":"test"' "$work/two/log.jsonl")" -eq 1 ]
result $? "--force replaces a run, its log too"

run 3 train "$work/none" -o "$work/new" && [ ! -e "$work/new" ]
result $? "a run that cannot begin leaves no directory"

# --- eval ---

test_perplexity=$(sed -n 's/^test_perplexity //p' "$work/figures")
run 0 eval "$work/text" "$corpus" && cp "$out" "$work/eval" &&
    [ "$(value_of perplexity)" = "$test_perplexity" ]
result $? "eval gives the test perplexity that train gave"

[ "$(cut -d' ' -f1 "$out" | tr '\n' ' ')" = \
    "tokens unknown perplexity perplexity_known nats_per_token bits_per_token words characters word_perplexity bits_per_character " ] &&
    [ "$(value_of words)" = "$(value_of tokens)" ] && [ "$(value_of word_perplexity)" = "$(value_of perplexity)" ]
result $? "eval prints ten keys, and a model of words has the same perplexity per word as per token"

awk '{ v[$1] = $2 } END {
    d = exp(v["nats_per_token"]) / v["perplexity"] - 1
    b = v["nats_per_token"] / log(2) - v["bits_per_token"]
    exit !(d * d < 1e-10 && b * b < 1e-10 && v["perplexity"] > 1) }' "$work/eval"
result $? "perplexity, nats and bits are one figure"

tokens=$(($(wc -w <"$corpus/test.txt") + $(wc -l <"$corpus/test.txt") - 1))
[ "$(value_of tokens)" -eq "$tokens" ]
result $? "eval scores every token but the first"

# alike FILE FILE: whether two evaluations agree to a part in 100,000.
alike() {
    awk '$1 == "perplexity" { p[++n] = $2 }
         END { d = p[1] / p[2] - 1; exit !(n == 2 && d < 1e-5 && d > -1e-5) }' "$1" "$2"
}
"$PTBLM" eval --help | sed -n 's/.*instead of the fastest: //p' | tr ',' '\n' >"$work/kernels"
# where there is one set alone, the help has no list
[ -s "$work/kernels" ] || "$PTBLM" --version | sed -n 's/^kernels //p' >"$work/kernels"
while read -r kernels; do
    if run 0 eval "$work/text" "$corpus" --kernels "$kernels"; then
        alike "$out" "$work/eval"
        result $? "kernels $kernels give the same perplexity"
    else
        [ "$status" -eq 2 ] && grep -q "this processor cannot run the kernels '$kernels'" "$err"
        result $? "kernels $kernels are refused by a processor that has not got them"
    fi
done <"$work/kernels"
[ -s "$work/kernels" ]
result $? "there are kernels"

run 0 eval "$work/text/model.safetensors" && cmp -s "$out" "$work/eval"
result $? "without a corpus eval takes the one that the model was trained on"

for form in prepared corpus.tgz corpus/test.txt; do
    run 0 eval "$work/text/model.safetensors" "$work/$form" && cmp -s "$out" "$work/eval"
    result $? "eval gives the same of $form"
done

piped 0 eval "$work/text" - <"$corpus/test.txt" && cmp -s "$out" "$work/eval"
result $? "eval gives the same of standard input"

run 0 eval "$work/text" "$corpus" --json -q && [ ! -s "$err" ] && is_json "$out" &&
    [ "$(wc -l <"$out")" -eq 1 ] && cp "$out" "$work/eval.json"
result $? "eval --json is one line of JSON"

run 0 eval "$work/text" "$corpus" --streams 7 && [ "$(value_of tokens)" -eq "$tokens" ] &&
    [ "$(value_of perplexity)" != "$test_perplexity" ]
result $? "eval over several streams scores as many tokens, from cold starts"

run 0 eval "$work/text" "$corpus" --split valid && [ "$(value_of tokens)" != "$tokens" ] &&
    cp "$out" "$work/valid" && run 0 eval "$work/text" "$corpus/valid.txt" && cmp -s "$out" "$work/valid"
result $? "--split names the part to evaluate"

# --- one text ---

cat "$corpus/train.txt" "$corpus/valid.txt" >"$work/text.txt"
text_lines=$(wc -l <"$work/text.txt")
share=$((text_lines / 20))
head -n $((text_lines - 2 * share)) "$work/text.txt" >"$work/part.train"
tail -n $((2 * share)) "$work/text.txt" | head -n "$share" >"$work/part.valid"
tail -n "$share" "$work/text.txt" >"$work/part.test"
(cd "$work" && train one text.txt -q) && test_perplexity=$(value_of test_perplexity) &&
    (cd "$work" && run 0 eval one && [ "$(value_of perplexity)" = "$test_perplexity" ])
result $? "of one text eval takes the test part that training had, and its figure is train's"

for part in train valid test; do
    (cd "$work" && run 0 eval one --split $part && cp "$out" want && run 0 eval one text.txt --split $part &&
        cmp -s "$out" want && run 0 eval one "part.$part" && cmp -s "$out" want)
    result $? "--split $part of one text is the lines that training had for it"
done

mkdir "$work/astray" && head -n 200 "$corpus/test.txt" >"$work/astray/text.txt" &&
    (cd "$work/astray" && run 0 eval ../one && [ "$(value_of perplexity)" = "$test_perplexity" ])
result $? "the text of a run is found from another directory, whatever else has its name there"

train mixed "$corpus" --valid valid.txt --test test.txt --max-vocab 300 --tokenizer chars -q &&
    test_perplexity=$(value_of test_perplexity) && (cd "$corpus" && run 0 eval ../mixed) &&
    [ "$(value_of perplexity)" = "$test_perplexity" ] && (cd / && run 0 eval "$work/ids") &&
    cmp -s "$out" "$work/eval" && run 0 eval "$work/archive" && cmp -s "$out" "$work/eval" &&
    run 0 eval "$work/files" && cmp -s "$out" "$work/eval"
result $? "it is known again in every form of it"

(cd "$work" && run 0 eval one text.txt) &&
    [ "$(value_of tokens)" -eq $(($(wc -w <"$work/text.txt") + text_lines - 1)) ] && cp "$out" "$work/want" &&
    piped 0 eval "$work/one" - <"$work/text.txt" && cmp -s "$out" "$work/want"
result $? "without --split one text is evaluated whole"

input=$work/text.txt
refused 3 "'standard input' can be read only once, so it cannot be cut" eval "$work/one" - --split test
result $? "standard input has no parts"
input=/dev/null

for part in train valid test; do
    run 0 batches "$work/text.txt" --vocab "$work/prepared/vocab.txt" --split $part -b 2 -t 4 -n 99 &&
        cp "$out" "$work/want" &&
        run 0 batches --$part "$work/part.$part" --vocab "$work/prepared/vocab.txt" --split $part -b 2 -t 4 -n 99 &&
        cmp -s "$out" "$work/want"
    result $? "batches shows the $part part of one text as training has it"
done

run 0 batches --train "$work/text.txt" -n 1 && tokens_of=$(sed -n 's/.*: \([0-9,]*\) tokens.*/\1/p' "$err" | tr -d ,) &&
    [ "$tokens_of" -eq $(($(wc -w <"$work/text.txt") + text_lines)) ] && cp "$out" "$work/want" &&
    piped 0 batches - -n 1 <"$work/text.txt" && cmp -s "$out" "$work/want"
result $? "batches takes whole what is named, and standard input"

piped 0 prepare - --vocab "$work/prepared/vocab.txt" -o "$work/whole" <"$work/text.txt" &&
    [ "$(ls "$work/whole")" = "$(printf 'prepared.json\ntrain.ids\nvocab.txt')" ]
result $? "prepare reads standard input as the train text though there is a vocabulary"

# --- score ---

nats=$(sed 's/.*"nats_per_token":\([0-9.]*\).*/\1/' "$work/eval.json")
run 0 score "$work/text" "$corpus/test.txt" --carry-state -q && [ ! -s "$err" ] && cp "$out" "$work/scores" &&
    [ "$(wc -l <"$out")" -eq "$(wc -l <"$corpus/test.txt")" ] &&
    near "$(awk -v n="$nats" -v t="$tokens" '{ sum += $1 } END { printf "%.9f", sum + n * t }' "$out")" 0 1e-4
result $? "the lines' log-probabilities with the state carried add up to eval's"

run 0 score "$work/text" "$corpus/test.txt" --carry-state --words &&
    near "$(awk -F '\t' -v n="$nats" -v t="$tokens" '$3 != "-" { sum += $3 }
        END { printf "%.9f", sum + n * t }' "$out")" 0 1e-3 &&
    [ "$(grep -c '	-	0$' "$out")" -eq 1 ] && [ "$(wc -l <"$out")" -eq $((tokens + 1)) ]
result $? "so do the words'"

cut -f2 "$out" | tr '\n' ' ' | sed 's/ <eos> /\n/g' | cmp -s - "$corpus/test.txt"
result $? "the words are the text's"

piped 0 score "$work/text" - --carry-state <"$corpus/test.txt" && cmp -s "$out" "$work/scores" &&
    piped 0 score "$work/text" --carry-state <"$corpus/test.txt" && cmp -s "$out" "$work/scores"
result $? "score reads standard input"

sed -n 2p "$corpus/test.txt" >"$work/line"
run 0 score "$work/text" "$work/line" && one=$(cat "$out") &&
    run 0 score "$work/text" "$corpus/test.txt" && [ "$(sed -n 2p "$out")" = "$one" ]
result $? "lines are independent otherwise"

run 0 score "$work/text" "$work/line" --base 2 && near "$(cat "$out")" \
    "$(awk -v x="$one" 'BEGIN { printf "%.9f", x / log(2) }')" 2e-6
result $? "--base 2 is bits"

# --- next ---

run 0 next "$work/text" the company --top 1000000 && [ ! -s "$err" ] && cp "$out" "$work/next" &&
    near "$(awk -F '\t' '{ sum += $2 } END { printf "%.9f", sum }' "$out")" 1 1e-6 &&
    [ "$(wc -l <"$out")" -eq "$(wc -l <"$work/prepared/vocab.txt")" ]
result $? "the probabilities of next sum to 1 over the vocabulary"

cut -f2 "$work/next" | sort -grc - 2>>"$err"
result $? "the likeliest come first"

sed 3q "$work/next" >"$work/want" && run 0 next "$work/text" "the company" -n 3 && cmp -s "$out" "$work/want"
result $? "--top cuts the list, and a text may be one operand or several"

likeliest=$(sed -n '1s/	.*//p' "$work/next")
[ "$likeliest" = "<eos>" ] && likeliest=$(sed -n '2s/	.*//p' "$work/next")
echo "the company $likeliest" | piped 0 score "$work/text" --words &&
    near "$(awk -F '\t' 'NR == 3 { printf "%.6f", exp($3) }' "$out")" \
        "$(awk -F '\t' -v w="$likeliest" '$1 == w { print $2 }' "$work/next")" 2e-6
result $? "next and score agree on a word's probability"

run 0 next "$work/text" the company -n 3 --json && is_json "$out" &&
    [ "$(grep -o '"word":' "$out" | wc -l)" -eq 3 ] && [ "$(grep -o '"probability":' "$out" | wc -l)" -eq 3 ]
result $? "next --json is a list of words and probabilities"

run 0 next "$work/text" "the zzzz" && grep -q "^ptblm next: warning: 'zzzz' is not" "$err" &&
    run 3 next "$work/text" "the zzzz" --oov error
result $? "an unknown word in the prompt is a warning, or with --oov error an error"

# --- sample ---

run 0 sample "$work/text" --sentences 20 --seed 3 && [ ! -s "$err" ] && [ "$(wc -l <"$out")" -eq 20 ] &&
    cp "$out" "$work/sample" && run 0 sample "$work/text" --sentences 20 --seed 3 && cmp -s "$out" "$work/sample"
result $? "sample writes as many sentences as asked for, the same for the same seed"

run 0 sample "$work/text" --sentences 20 --seed 4 && ! cmp -s "$out" "$work/sample"
result $? "another seed gives other sentences"

tr ' ' '\n' <"$work/sample" | grep . | sort -u >"$work/drawn"
cut -f1 "$work/prepared/vocab.txt" | sort >"$work/known"
[ -s "$work/drawn" ] && [ -z "$(comm -23 "$work/drawn" "$work/known")" ]
result $? "every word that is drawn is of the vocabulary"

run 0 sample "$work/text" --words 500 --top-k 50 &&
    [ "$(wc -w <"$out")" -le 500 ] && [ $(($(wc -w <"$out") + $(wc -l <"$out"))) -ge 500 ] &&
    [ $(($(wc -w <"$out") + $(wc -l <"$out"))) -le 501 ]
result $? "sample --words counts words and line ends"

run 0 sample "$work/text" --prompt "the company" --sentences 5 --top-p 0.9 --min-p 0.01 &&
    [ "$(grep -c '^the company' "$out")" -eq 5 ] &&
    run 0 sample "$work/text" --prompt "the company" --sentences 1 --temperature 0 && cp "$out" "$work/want" &&
    run 0 sample "$work/text" --prompt "the company" --sentences 1 --temperature 0 --seed 9 --no-echo &&
    [ "$(echo the company "$(cat "$out")" | sed 's/ $//')" = "$(cat "$work/want")" ]
result $? "sample begins with the prompt, which --no-echo leaves out"

# --- info, batches, bench ---

run 0 info "$work/text" && [ ! -s "$err" ] && [ "$(value_of hidden)" = 12 ] && [ "$(value_of layers)" = 2 ] &&
    [ "$(value_of tokenizer)" = words ] && [ "$(value_of training.seed)" = 5 ] &&
    [ "$(value_of vocabulary)" = "$(wc -l <"$work/prepared/vocab.txt" | tr -d ' ')" ] &&
    grep -q '^tensor encoder.weight [0-9]* x 12$' "$out" && grep -q '^tensor rnn.weight_hh_l1 48 x 12$' "$out"
result $? "info says what the model is"

run 0 info "$work/text" --json && is_json "$out" && grep -q '"training":{.*"corpus":' "$out" &&
    grep -q '"decoder.bias":\[[0-9]*\]' "$out"
result $? "info --json is JSON"

run 0 batches "$corpus" --ids -b 3 -t 5 && cp "$out" "$work/want" && run 0 batches "$work/prepared" --ids -b 3 -t 5 &&
    cmp -s "$out" "$work/want" && [ "$(grep -c '^x ' "$out")" -eq 6 ] && [ "$(grep -c '^y ' "$out")" -eq 6 ] &&
    awk '$1 == "x" { for (i = 4; i <= NF; i++) x[i] = $i }
         $1 == "y" { for (i = 4; i <= NF; i++) bad += $(i - 1) != x[i] }
         END { exit bad > 0 }' "$out"
result $? "batches of texts and of their ids are the same, y being x shifted by one"

run 0 bench --json --repeats 1 --preset small --measure step && is_json "$out" && [ ! -s "$err" ] &&
    grep -q '"sgemm_gflops":[0-9]' "$out" &&
    grep -q '"presets":\[{"name":"small","step_ms":[0-9.]*,"words_per_second":[0-9.]*,"gflops":[0-9.]*,"fraction":[0-9.]*,' "$out"
result $? "bench --json has the machine's rate and the preset's"

case $("$PTBLM" --version) in
*"blas none"*) run 0 bench -n 1 -m step -H 4 -L 1 -V 20 -q && grep -q 'there is no BLAS to compare with$' "$out" ;;
*) run 0 bench -n 1 -m step -H 4 -L 1 -V 20 -q --json && grep -q '"blas_sgemm_gflops":[0-9]' "$out" ;;
esac
result $? "bench compares with the BLAS, or says that there is none"

# has_each FORMAT WORD...: every word, put into the format, is in $out.
has_each() {
    format=$1
    shift
    for word; do
        # shellcheck disable=SC2059 # the format is the caller's
        grep -q "$(printf "$format" "$word")" "$out" || return 1
    done
}

shape='--hidden 20 --layers 3 --vocab 60 --batch 5 --steps 6'
# shellcheck disable=SC2086 # these are several words
run 0 bench --repeats 1 $shape && [ ! -s "$err" ] &&
    grep -q '^custom: 3 x 20 lstm, vocabulary 60, batch 5, steps 6$' "$out" &&
    has_each '^  %s  *[0-9]' 'embedding' 'input products, layer 3' 'recurrent products, layer 1' \
        'pointwise, layer 2' 'softmax backward' 'clip' 'update' 'training step' 'evaluation, wide' \
        'evaluation, one stream' 'sampling, a word' 'loading the model' 'treebank'
result $? "bench times every part of any shape"

# shellcheck disable=SC2086
run 0 bench --repeats 1 --measure step --cell gru $shape &&
    grep -q '^custom: 3 x 20 gru, vocabulary 60, batch 5, steps 6$' "$out" &&
    refused 2 "'--cell' wants" bench --repeats 1 --cell perceptron $shape
result $? "bench times any cell"

# shellcheck disable=SC2086
run 0 bench --json --repeats 1 $shape && is_json "$out" &&
    has_each '"%s":' parts wide_evaluation one_stream_evaluation sampling loading_ms \
        text_mbytes_per_second
result $? "bench --json has what the table has"

# number NAME: the first of that name in the object in $out.
number() {
    grep -o "\"$1\":[0-9.e+-]*" "$out" | head -n 1 | cut -d: -f2
}

# operations RATE WANTED: a training step has so many operations for each unit that the rate counts.
operations() {
    awk "BEGIN { got = 1e9 * $(number gflops) / $(number "$1"); exit got < 0.9999 * $2 || got > 1.0001 * $2 }"
}

# 6 for each weight: 3 layers of 2 x 80 x 20, and 60 x 20; of labels, the layers read 16 + 11 x 25
# numbers in two directions of 64 x 291 and 64 x 16, and the head 23 x 32; of images 80 x 28 weights
# in two directions want no gradient of their input, and the head 10 x 40 is once a sequence
# shellcheck disable=SC2086
run 0 bench --json --repeats 1 -m step $shape && operations words_per_second 64800 &&
    run 0 bench --json --repeats 1 -p chunks -H 16 -V 10 -b 3 -t 8 && is_json "$out" &&
    operations words_per_second 240192 && has_each '"%s":' one_sequence_evaluation head labels &&
    run 0 bench --json --repeats 1 -m step -p images -H 20 -b 3 && operations sequences_per_second 1041760
result $? "bench counts the operations of words, of labels and of images"

for preset in text images tags chunks; do
    run 0 bench --repeats 1 -b 3 -p $preset && has_each '^  %s  *[0-9]' 'training step' 'evaluation, wide' \
        'evaluation, one sequence' && ! grep -q 'sampling\|loading\|treebank' "$out" || break
done && grep -q '^custom: 1 x 200 lstm in both directions, head crf, labels 23, .* features 11, batch 3, steps 22 to 25$' "$out" &&
    refused 2 "--measure sample is of language models" bench -p tags -m sample &&
    refused 2 "--measure files is of language models" bench -p text -m files &&
    refused 2 "--vocab has no part in --preset images" bench -p images -V 5 && run 0 bench -n 1 -H 4 -V 20 -m step &&
    ! grep -q labels "$out"
result $? "bench times the presets of labels, if one is named, and only what they have"

# --- interrupt ---

# The program is in the foreground: a shell makes what it runs in the background deaf to SIGINT. TERM
# follows for where this test itself was started deaf.
interrupt() {
    {
        until [ -s "$work/stopped/log.jsonl" ] || [ -e "$work/ended" ]; do sleep 0.1; done
        for signal in INT TERM; do
            [ -e "$work/ended" ] || kill -s "$signal" "$(cat "$work/pid")"
            for _ in 1 2 3 4 5 6 7 8 9 10; do
                [ -e "$work/ended" ] || sleep 0.5
            done
        done
    } 2>/dev/null &
    status=0
    # shellcheck disable=SC2016 # expanded by the inner shell
    sh -c 'echo $$ >"$1" && shift && exec "$@"' sh "$work/pid" \
        "$PTBLM" train -o "$work/stopped" --preset test --hidden 4 --reports 1000 --epochs 50 \
        >"$out" 2>"$err" </dev/null || status=$?
    : >"$work/ended"
    wait
    [ "$status" -eq 130 ]
}

interrupt && [ ! -s "$out" ] &&
    grep -q '^ptblm train: interrupted in epoch [0-9]* .*stopped/model.safetensors' "$err"
result $? "an interrupt ends training with status 130 and says where the model is"

grep -q '^train .* the built-in corpus' "$err" && ! grep -q '"corpus"' "$work/stopped/config.json"
result $? "without a corpus it was the built-in one"

run 0 eval "$work/stopped" && [ "$(value_of tokens)" -gt 80000 ] && run 0 sample "$work/stopped" -s 1
result $? "the model of an interrupted run can be used"

finish
