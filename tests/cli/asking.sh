#!/bin/sh
# Asking a model in plain English, line by line and sentence by sentence: the tokenizer of the
# input, line ends in prompts, answers through a pipe, ids, totals, perplexity by sentence.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

tab=$(printf '\t')
plain="The company's shares, said Mr. Jones."
tokens="the company 's shares said mr. jones"
tiny='--preset test --hidden 8 --layers 1 --batch 5 --steps 5 --epochs 1 --threads 1 -q'

# A model that knows the tokens, and one of the same text's characters. "the" comes first.
{
    awk -v t="$tokens" 'BEGIN { for (i = 0; i < 40; i++) print t, i % 3 ? "fell" : "the <unk> rose" }'
} >text
# shellcheck disable=SC2086
run 0 train --train text --valid text $tiny -o m && run 0 train --train text --valid text $tiny --tokenizer chars -o mc
result $? "there are two models, of words and of characters"

# --- the tokenizer of the input ---

run 0 next m "$tokens" && [ ! -s "$err" ] && cp "$out" want && run 0 next m "$plain" --tokenizer treebank &&
    [ ! -s "$err" ] && cmp -s "$out" want
result $? "next reads plain English with --tokenizer treebank"

echo "$tokens" | piped 0 score m && cp "$out" want && echo "$plain" | piped 0 score m --tokenizer treebank &&
    [ ! -s "$err" ] && cmp -s "$out" want
result $? "so does score"

run 0 sample m --prompt "$plain" --tokenizer treebank --seed 3 && [ ! -s "$err" ] && cp "$out" want &&
    grep -q "^$tokens " want && run 0 sample m --prompt "$tokens" --seed 3 && cmp -s "$out" want
result $? "so does sample, and what it writes is joined as the model's text"

printf '%s\n' "$tokens" "$tokens" >lines && printf '%s\n' "$plain" "$plain" >english && run 0 eval m lines -q &&
    head -6 "$out" >want && run 0 eval m english --tokenizer treebank -q && [ ! -s "$err" ] &&
    head -6 "$out" | cmp -s - want
result $? "so does eval"

run 0 next mc "the" && cp "$out" want && run 0 next mc "t h e" --tokenizer words && [ ! -s "$err" ] && cmp -s "$out" want &&
    run 0 sample mc --prompt "t h e" --tokenizer words -s 1 && grep -q '^the' "$out"
result $? "a model of characters reads words that are spelled out, and joins what it writes as characters"

refused 2 "name the text that 'treebank' is to read" eval m --tokenizer treebank && run 0 eval m --split valid --tokenizer words -q
result $? "the text of training is read as it was"

advice="5 of the 6 tokens of the prompt are not in the model's vocabulary; with --tokenizer treebank it would be 0 of 7"
run 0 next m "$plain" -q && grep -q "warning: $advice" "$err" && [ "$(grep -c warning "$err")" -eq 1 ] && run 0 sample m -p "$plain" -q && grep -q "warning: $advice" "$err" &&
    run 3 next m "$plain" --oov error && grep -q "$advice" "$err"
result $? "a prompt that another tokenizer fits is a warning with that option"

{ echo "$tokens" && cat english; } | piped 0 score m -q &&
    grep -q "warning: 'standard input': 10 of 22 tokens (45.5 %) are not .* treebank 0.0 % would be: --tokenizer treebank" "$err" &&
    [ "$(grep -c warning "$err")" -eq 1 ]
result $? "so is a text that score reads"

run 0 next m "fell over there" && ! grep -q tokenizer "$err" && run 0 next m "abc" && ! grep -q tokenizer "$err" &&
    run 0 next m "the Company" && grep -q -e "--tokenizer treebank" "$err" && run 0 next m "the the Company" && ! grep -q tokenizer "$err"
result $? "not where fewer than half are unknown, or no tokenizer knows more"

# --- line ends in prompts ---

run 0 next m "the company <eos> the" && cp "$out" want && run 0 next m "$(printf 'the company\nthe')" && cmp -s "$out" want &&
    run 0 next m "$(printf 'the company\r\nthe')" && cmp -s "$out" want
result $? "a line end in the prompt of a model of words is <eos>"

run 0 next mc "$(printf 'fell<eos>the')" && cp "$out" want && run 0 next mc "$(printf 'fell\nthe')" && [ ! -s "$err" ] &&
    cmp -s "$out" want && run 0 next mc "$(printf 'fell\r\nthe')" && cmp -s "$out" want
result $? "and in that of a model of characters"

run 0 next m "the<eos>" && run 0 next m "the <eos>" && cp "$out" want && run 0 next m "the
" && cmp -s "$out" want && run 0 sample m -s 1 -p "$(printf 'the company\nthe')" && [ "$(wc -l <"$out")" -eq 2 ] &&
    sed 1q "$out" | grep -qx "the company" && sed 1d "$out" | grep -q "^the"
result $? "also at its end, and sample writes it as a line end"

# --- readable English ---

run 0 sample m --prompt "$plain" --tokenizer treebank --seed 2 --detokenize && [ ! -s "$err" ] &&
    [ "$(grep -c "^The company's shares said Mr\. jones.*\.\$" "$out")" -eq 5 ] && ! grep -q " '" "$out"
result $? "sample --detokenize writes what it says as English"

run 0 sample m --words 3 --detokenize --prompt "mr. jones
fell" -q && [ "$(sed 1q "$out")" = "Mr. jones." ] && sed -n 2p "$out" | grep -q "^Fell" &&
    run 0 sample m --words 2000 --no-unk --detokenize && [ "$(grep . "$out" | grep -cv '\.$')" -le 1 ] && [ "$(wc -l <"$out")" -gt 20 ]
result $? "line by line in a running text, whose last line may be cut"

refused 2 "whose tokens are text as they are: leave out --detokenize" sample mc --detokenize
result $? "text of characters is readable already"

# --- score: answers ---

# Waits until a file has that many lines.
has_lines() {
    for _ in $(seq 100); do
        [ "$(wc -l <"$2")" -ge "$1" ] && return 0
        sleep 0.1
    done
    return 1
}

mkfifo ask && : >answers
"$PTBLM" score m -q <ask >answers 2>"$err" &
asked=$!
exec 3>ask
echo "$tokens" >&3
has_lines 1 answers && echo "the" >&3 && has_lines 2 answers && printf 'mr.' >&3 && echo ' jones' >&3 && has_lines 3 answers
answered=$?
exec 3>&-
wait "$asked" && [ "$answered" -eq 0 ] && printf '%s\n' "$tokens" the 'mr. jones' | piped 0 score m && cmp -s "$out" answers
result $? "score answers each line while the next has not come"

# --- score: ids and marks ---

printf '%s\n' the "mr. zebra" "" | piped 0 score m -q && cp "$out" want &&
    printf 'u1-1 the\n  u1-2\tmr. zebra\nu2-1\n' | piped 0 score m -q --ids && cut -f2 "$out" | cmp -s - want &&
    [ "$(cut -f1 "$out" | tr '\n' ' ')" = "u1-1 u1-2 u2-1 " ]
result $? "with --ids the first word of a line is carried through and not scored"

printf 'u1-1 the\nu1-2 mr. zebra <unk>\n' | piped 0 score m -q --ids --words &&
    cut -f1,2,4 "$out" | tr '\t\n' ',;' | grep -qx 'u1-1,the,0;u1-1,<eos>,0;u1-2,mr.,0;u1-2,zebra,1;u1-2,<unk>,1;u1-2,<eos>,0;' &&
    printf 'the\n' | piped 0 score m --words --carry-state && [ "$(sed 1q "$out")" = "1${tab}the${tab}-${tab}0" ]
result $? "--words marks the words that are unknown"

printf 'fell\n' | piped 0 score mc && cp "$out" want && printf 'id fell\n' | piped 0 score mc --ids && [ "$(cut -f2 "$out")" = "$(cat want)" ] &&
    printf ' fell\n' | piped 0 score mc && cp "$out" want && printf 'id  fell\n' | piped 0 score mc --ids && [ "$(cut -f2 "$out")" = "$(cat want)" ]
result $? "for characters one blank goes with the id"

printf 'a the\n\n' | piped 3 score m --ids && grep -q "line 2 is empty: with --ids each line begins with its id" "$err"
result $? "a line without an id is refused"

# --- score: totals ---

printf '%s\n' "$tokens" "the zebra fell" "mr. jones rose" >three
run 0 score m three --words -q && cp "$out" words && run 0 score m three -q --totals --base 10 && cp "$out" totals &&
    sed '/^$/,$d' totals >lines && sed '1,/^$/d' totals >"$out" &&
    [ "$(value_of sentences) $(value_of words) $(value_of unknown)" = "3 13 1" ] && [ "$(wc -l <lines)" -eq 3 ] &&
    near "$(value_of logprob)" "$(awk '{ sum += $1 } END { printf "%.9f", sum }' lines)" 2e-6
result $? "--totals adds up the lines, after an empty line"

# ppl NAME TEST DIVISOR: whether that perplexity is that of the words that pass the test of awk
# shellcheck disable=SC2016 # awk has the dollars
ppl_tests() {
    ppl ppl 1 16 && ppl ppl1 1 13 && ppl ppl_words '$2 != "<eos>"' 13 && ppl ppl_known '$4 == 0' 15 &&
        ppl ppl1_known '$4 == 0' 12 && ppl ppl_words_known '$2 != "<eos>" && $4 == 0' 12
}
ppl() {
    near "$(value_of "$1")" "$(awk -F '\t' "$2 { sum -= \$3 } END { printf \"%.6f\", exp(sum / $3) }" words)" 2e-3
}
ppl_tests &&
    near "$(value_of ppl)" "$(awk -v l="$(value_of logprob)" 'BEGIN { printf "%.6f", 10 ^ (-l / 16) }')" 1e-3 &&
    near "$(value_of ppl1)" "$(awk -v l="$(value_of logprob)" 'BEGIN { printf "%.6f", 10 ^ (-l / 13) }')" 1e-3
result $? "the perplexities are those of the words, with and without <eos>, as SRILM's ppl and ppl1"

run 0 score m three -q --totals --carry-state && sed '1,/^$/d' "$out" >totals && run 0 eval m three -q && ppl=$(value_of perplexity) &&
    count=$(value_of tokens) && cp totals "$out" && [ "$(value_of ppl)" = "$ppl" ] &&
    [ $(($(value_of words) + $(value_of sentences))) -eq "$count" ]
result $? "with the state carried ppl is eval's"

printf '\n\n' | piped 0 score m -q --totals && sed -i '1,/^$/d' "$out" && [ "$(value_of words)" = 0 ] && [ -n "$(value_of ppl)" ] &&
    [ -z "$(value_of ppl1)" ] && piped 0 score m -q --totals </dev/null && [ "$(tail -n 6 "$out" | cut -d' ' -f1 | tr '\n' ' ')" = \
    "sentences words unknown logprob logprob_eos logprob_unknown " ]
result $? "what is not defined is left out"

# --- eval: sentences ---

{ echo && cat three; } >four
run 0 eval m four -q && cp "$out" whole && run 0 eval m four -q --sentences && cp "$out" sentences &&
    sed '1,/^$/d' sentences | cmp -s - whole && sed -i '/^$/,$d' sentences && [ "$(sed 1q sentences)" = "1${tab}0${tab}0${tab}0.000000${tab}-" ] &&
    [ "$(awk -F '\t' '{ t += $2; u += $3; ok += $1 == NR } END { print t, u, ok }' sentences)" = "16 1 4" ] &&
    near "$(value_of nats_per_token)" "$(awk -F '\t' '{ n += $4; t += $2 } END { printf "%.9f", n / t }' sentences)" 1e-6 &&
    awk -F '\t' 'NR > 1 { d = exp($4 / $2) / $5 - 1; if (d > 1e-5 || d < -1e-5) exit 1 }' sentences
result $? "eval --sentences adds up to the whole, and begins each with its number"

run 0 score m four -q --carry-state && sed 's/^/-/; s/^--//' "$out" | paste - sentences |
    awk -F '\t' '{ d = $1 - $5; if (d > 2e-6 || d < -2e-6) exit 1 }'
result $? "its sentences are the lines of score with the state carried"

run 0 eval m four -q --sentences --json && is_json "$out" && [ "$(grep -o '"sentence":' "$out" | wc -l)" -eq 4 ] &&
    [ "$(grep -o '"perplexity":' "$out" | wc -l)" -eq 4 ] && refused 2 "--sentences and --streams 2" eval m four --sentences --streams 2 &&
    run 0 eval m four -q --sentences --streams 1
result $? "with --json they are a list, and several streams are refused"

finish
