#!/bin/sh
# Pieces of words: merges beside an implementation of the paper in Python, their place in prepared
# directories, models and runs, and figures that tokenizers can be compared by.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

reference=$srcdir/tests/cli/bpe_reference.py
small='--hidden 8 --batch 5 --steps 5 --lr 0.2 --threads 1 -q'
once='--epochs 1'

# the words of standard input; wc does not count those without an ASCII character
count_words() {
    awk '{ n += NF } END { print n }'
}

run 0 corpus -o plain --tokens 6000 --valid-tokens 800 --test-tokens 800 -q && mkdir text &&
    for s in train valid test; do
        # accents, characters of three bytes, and doubled letters
        sed 's/ the / thé /g; s/e\([rs]\) /eé\1 /g; s/ a / aaaa /g; s/ of / 中文 /g' plain/$s.txt >text/$s.txt
    done
result $? "there is a text"

if command -v python3 >/dev/null 2>&1; then
    export PYTHONUTF8=1
    run 0 prepare text -o made --tokenizer bpe --bpe-merges 300 && python3 "$reference" learn 300 <text/train.txt >want &&
        cmp made/merges.txt want && [ "$(wc -l <want)" -eq 301 ]
    result $? "the merges of a text are those of another implementation"

    run 0 prepare text -o counted --tokenizer bpe --bpe-merges-file want &&
        cmp counted/vocab.txt made/vocab.txt && cmp counted/test.ids made/test.ids && cmp counted/merges.txt made/merges.txt &&
        [ "$(sed -n 's/^test *\([0-9,]*\) tokens.*/\1/p' "$err" | tr -d ,)" -eq "$(($(python3 "$reference" split want <text/test.txt | count_words) + $(wc -l <text/test.txt)))" ]
    result $? "codes of subword-nmt give the same ids, in the number that it makes"
else
    run 0 prepare text -o made --tokenizer bpe --bpe-merges 300 && cp made/merges.txt want
    skip "python3 is not there" "the merges of a text are those of another implementation"
fi

tar cf texts.tar -C text test.txt valid.txt train.txt && run 0 prepare texts.tar -o other --tokenizer bpe --bpe-merges 300 &&
    for file in vocab.txt merges.txt train.ids valid.ids test.ids; do
        cmp other/$file made/$file || exit 1
    done
result $? "an archive whose train text comes last gives the same"

# shellcheck disable=SC2086
run 0 train text $small $once --tokenizer bpe --bpe-merges 300 -o m && cp "$out" figures &&
    run 0 train made $small $once -o p && cmp "$out" figures && run 0 eval m -q && cp "$out" want_eval && run 0 eval m text/test.txt -q &&
    cmp "$out" want_eval && run 0 eval p made -q && cmp "$out" want_eval && grep -q '^unknown 0$' want_eval &&
    grep -qx "test_perplexity $(value_of perplexity)" figures
result $? "texts and what was prepared of them train and evaluate alike"

word=$(value_of word_perplexity) && run 0 train --resume m -q && cmp "$out" figures &&
    grep -qx "test_bits_per_character $(sed -n 's/^bits_per_character //p' want_eval)" figures &&
    sed -n 's/^test_word_perplexity //p' figures | awk -v want="$word" '{ exit !($1 > want * 0.9999 && $1 < want * 1.0001) }'
result $? "train tells the test figures per word and per character as eval does, also of a finished run"

run 0 info m && grep -qx 'tokenizer bpe' "$out" && grep -qx 'merges 300' "$out"
result $? "info counts the merges"

[ "$(value_of merges)" = 300 ] && run 0 eval m text/test.txt --json -q &&
    grep -q "\"words\":$(($(count_words <text/test.txt) + $(wc -l <text/test.txt) - 1))," "$out" &&
    grep -q "\"characters\":$(($(LC_ALL=C tr -d '\200-\277' <text/test.txt | wc -c) - 1))," "$out"
result $? "words and characters are those of the text"

# shellcheck disable=SC2086
run 0 train text $small --epochs 2 --tokenizer bpe --bpe-merges 300 -o whole && cp "$out" want_two &&
    run 0 train --resume m --epochs 2 -q && cmp "$out" want_two && cmp m/model.safetensors whole/model.safetensors
result $? "a run is resumed with the same merges"

# shellcheck disable=SC2086
run 0 train plain $small $once --from m -o on --add-words && run 0 eval on plain/test.txt -q && grep -q '^unknown 0$' "$out" &&
    run 0 train --resume on --epochs 2 -q && run 2 train plain $small --from m -o no --bpe-merges 5 &&
    grep -q 'its own merges' "$err"
result $? "a model that is trained on keeps its merges, also when resumed"

echo 'thé unheard-of wordlessness' | piped 0 score m --words && grep -q '@@' "$out" && run 0 next m 'thé' &&
    run 0 sample m --sentences 20 --seed 2 && ! grep -q '@@' "$out"
result $? "score shows pieces, and sample writes words"

run 2 eval m text/test.txt --tokenizer bpe-bytes && grep -q "no merges for 'bpe-bytes'" "$err" &&
    run 0 eval m plain/test.txt -q && cp "$out" by_words && run 0 eval m plain/test.txt --tokenizer unicode -q && cmp "$out" by_words
result $? "another tokenizer finds the words that are taken apart"

# shellcheck disable=SC2086
run 0 train text $small $once --tokenizer bpe-bytes --bpe-merges 100 -o b && echo 'ελληνικά Ω≈ç√ 🙂 Q~' >strange &&
    run 0 eval b strange -q && grep -q '^unknown 0$' "$out" && run 0 sample b --prompt 'ελληνικά 🙂 Q~' --sentences 1 --seed 1 &&
    grep -q '^ελληνικά 🙂 Q~' "$out"
result $? "with bytes nothing is unknown, and what is spelled in bytes is written as text"

# refusals
cp -r made broken && sed 2d made/merges.txt >broken/merges.txt && run 3 train broken -o no && grep -q "merges.txt' does not have the merges" "$err" &&
    rm broken/merges.txt && run 3 train broken -o no && grep -q "merges.txt" "$err"
result $? "merges that are not those of a prepared directory are refused"

run 2 prepare text -o no --tokenizer words --bpe-merges 5 && grep -q 'has no merges' "$err" &&
    run 2 prepare text -o no --tokenizer bpe --vocab made/vocab.txt && grep -q -e '--bpe-merges-file' "$err" &&
    run 2 prepare text -o no --tokenizer bpe-bytes --max-vocab 50 && grep -q 'fewer merges' "$err" &&
    run 2 train made -o no --bpe-merges 50 && grep -q 'bpe-merges' "$err" &&
    run 3 prepare text -o no --tokenizer bpe --bpe-merges-file text/train.txt && grep -q "'text/train.txt' line 1" "$err"
result $? "what cannot be is refused with its reason"

finish
