#!/bin/sh
# ptblm ngram: the forms of a model and where they go, figures, bounded memory, pruning, what is
# refused, and that nothing but the model is left. Where IRSTLM is installed, its perplexity.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

run 0 corpus -o corpus --tokens 12000 --valid-tokens 1000 --test-tokens 1000 -q && mkdir d &&
    run 0 ngram corpus -o d/m.arpa && cp "$out" figures
result $? "there is a corpus, and a model of it"

# What is in d, hidden files too.
left() {
    find d -mindepth 1 | sort | tr '\n' ' '
}

is_arpa() {
    head -n 1 "$1" | grep -qx '[\\]data[\\]' && tail -n 1 "$1" | grep -qx '[\\]end[\\]'
}

# --- forms ---

is_arpa d/m.arpa && [ "$(left)" = 'd/m.arpa ' ]
result $? "a name that ends with .arpa is one of the ARPA form, and nothing else is there"

run 0 ngram corpus -o d/m.ngram -q && cmp "$out" figures && run 0 ngram corpus -o d/marpa -q && cmp d/marpa d/m.ngram &&
    run 0 ngram corpus -o d/other.arpa --format compact -q && cmp d/other.arpa d/m.ngram &&
    grep -q 'ptblm.ngram' d/m.ngram
result $? "other names, and --format compact, are of the compact form"

run 0 ngram corpus -o d/other --format arpa -q && cmp d/other d/m.arpa && run 0 ngram corpus -o d/.arpa -q && cmp d/.arpa d/m.arpa &&
    run 0 ngram corpus -o m.arpa -q && cmp m.arpa d/m.arpa
result $? "--format arpa"

# --- figures ---

grep -qE '^valid_perplexity [0-9]+\.[0-9]{4}$' figures && grep -qE '^test_perplexity [0-9]+\.[0-9]{4}$' figures &&
    awk -F '\t' '/^ngram /{ split($1, a, "[ =]"); n[a[2]] = a[3] } /^[1-5]\t/ { seen++; if ($2 + ($1 == 1) != n[$1] || $3 != 0) bad = 1 }
        END { exit bad || seen != 5 }' d/m.arpa figures
result $? "the perplexities and the n-grams of each order, which are those of the file"

run 0 ngram corpus -o d/m.arpa --json -q && [ "$(wc -l <"$out")" -eq 1 ] && is_json "$out" && clean_json=$(cat "$out") &&
    case $clean_json in *'"test_perplexity":'*'"orders":[{"order":1,'*'"left_out":0}]}') ;; *) false ;; esac && [ ! -s "$err" ]
result $? "--json is one object, with the same"

run 0 ngram corpus -o d/m.arpa && cmp "$out" figures && grep -q '^wrote  *d/m.arpa$' "$err" && run 0 ngram corpus -o d/m.arpa -q && [ ! -s "$err" ]
result $? "what is said about the corpus goes to standard error, and nothing with --quiet"

run 0 ngram corpus -o - --format arpa && cmp "$out" d/m.arpa && run 0 ngram corpus -o - --format arpa --json -q && cmp "$out" d/m.arpa &&
    run 0 ngram corpus -o - -q && cmp "$out" d/m.ngram
result $? "to standard output goes the model, and nothing else"

# --- the same from anything ---

run 0 prepare corpus -o prepared -q && run 0 ngram prepared -o d/p.arpa -q && cmp d/p.arpa d/m.arpa && cmp "$out" figures &&
    piped 0 ngram - -o d/p.arpa --order 2 -q <corpus/train.txt && run 0 ngram --train corpus/train.txt -o d/q.arpa -n 2 -q && cmp d/p.arpa d/q.arpa &&
    gzip -c corpus/train.txt >train.gz && run 0 ngram --train train.gz -o d/p.arpa -n 2 -q && cmp d/p.arpa d/q.arpa
result $? "a prepared directory, a pipe and a compressed text give the model of the text"

# More n-grams than fit in a megabyte.
run 0 corpus -o large --tokens 150000 --valid-tokens 1000 --test-tokens 1000 -q && run 0 ngram large -o d/1.arpa --memory 1 -q &&
    cp "$out" want && run 0 ngram large -o d/2.arpa -q && cmp "$out" want && cmp d/1.arpa d/2.arpa
result $? "the same bytes in any memory"

bad=0
for order in 1 2 3 4 5 6 7 8 9 10; do
    run 0 ngram corpus -o d/p.arpa --order $order -q && [ "$(grep -c '^ngram ' d/p.arpa)" -eq $order ] &&
        [ "$(grep -cE '^[0-9]+	' "$out")" -eq $order ] && is_arpa d/p.arpa && run 0 ngram corpus -o d/p -n $order -q || bad=1
done
result $bad "every order"

# --- pruning ---

run 0 ngram corpus -o d/p.arpa --prune 0 -q && cmp d/p.arpa d/m.arpa && run 0 ngram corpus -o d/p.arpa --prune 0,0,1 -q && cp "$out" pruned &&
    run 0 ngram corpus -o d/q.arpa --prune 0,0,1,1,1 -q && cmp d/p.arpa d/q.arpa && cmp "$out" pruned &&
    awk -F '\t' 'FNR == 1 { file++ } /^[1-5]\t/ && file == 1 { n[$1] = $2 }
        /^[1-5]\t/ && file == 2 { if ($2 + $3 != n[$1] || ($3 > 0) != ($1 > 2)) bad = 1; seen++ } END { exit bad || seen != 5 }' figures pruned
result $? "--prune leaves out rare n-grams, and counts them"

refused 2 "begin with 0" ngram corpus -o new --prune 1 && refused 2 "must not be pruned less" ngram corpus -o new --prune 0,2,1 &&
    refused 2 "3 numbers, for an order of 2" ngram corpus -o new --order 2 --prune 0,0,1 && refused 2 "'--prune'" ngram corpus -o new --prune x &&
    refused 2 "'--prune'" ngram corpus -o new --prune 0,-1 && refused 2 "'--prune'" ngram corpus -o new --prune 0,,1
result $? "--prune that is wrong"

# --- what is refused ---

refused 2 "--output FILE" ngram corpus && refused 2 "'--order'" ngram corpus -o new --order 0 && refused 2 "'--order'" ngram corpus -o new --order 11 &&
    refused 2 "'--format'" ngram corpus -o new --format text && refused 2 "'--memory'" ngram corpus -o new --memory 0 &&
    refused 2 "ptblm ngram" ngram corpus corpus -o new
result $? "options that are wrong"

cp corpus/train.txt own.txt
refused 2 "'own.txt' exists, and is no model of n-grams: --force replaces it" ngram --train own.txt -o own.txt && cmp -s own.txt corpus/train.txt &&
    run 0 ngram --train own.txt -o own.txt -q --force && run 0 ngram corpus -o own.txt -q
result $? "only models of n-grams are replaced without --force"

: >empty && printf '\n\n' >lines
refused 3 "'none'" ngram none -o new && refused 3 "'none'" ngram --train none -o new && refused 3 "'empty'" ngram --train empty -o new &&
    refused 3 "'lines'" ngram --train lines -o new && refused 3 "'corpus'" ngram corpus --train none -o new && [ ! -e new ]
result $? "texts that are missing or empty"

printf 'a <s> b\n' >marks && refused 3 "a word '<s>'" ngram --train marks -o d/new.arpa -q && printf 'a <UNK> b\n' >marks &&
    run 3 ngram --train marks -o d/new.arpa -q && grep -q "a word '<UNK>'" "$err" && printf 'a b\n' >marks &&
    refused 3 "has a blank in it" ngram --train marks --tokenizer chars -o d/new.arpa -q && run 0 ngram --train marks --tokenizer chars -o d/p -q &&
    [ ! -e d/new.arpa ]
result $? "words that the ARPA form cannot hold"

mkdir folder && refused 1 "'folder'" ngram corpus -o folder -q && refused 1 "'none/model'" ngram corpus -o none/model -q &&
    refused 1 "'empty/model'" ngram corpus -o empty/model -q && [ -z "$(ls -A folder)" ]
result $? "an output that is a directory, or in none"

if [ -c /dev/full ]; then
    bad=0
    echo a >small
    for text in corpus/train.txt small; do # more than a buffer, and less
        status=0
        "$PTBLM" ngram --train $text -n 1 -o - --format arpa -q >/dev/full 2>"$err" || status=$?
        sed -i '/warning/d' "$err"
        [ "$status" -eq 1 ] && grep -q 'No space left on device' "$err" && [ "$(wc -l <"$err")" -eq 1 ] || bad=1
    done
    [ "$bad" -eq 0 ] && refused 1 "'/dev/full': No space left on device" ngram corpus -o /dev/full -q
    result $? "a disk that is full"
else
    skip "there is no /dev/full" "a disk that is full"
fi
run 0 ngram corpus -o /dev/null -q && cmp "$out" figures && [ -c /dev/null ]
result $? "a device"

drop='setpriv --reuid=65534 --regid=65534 --clear-groups'
if [ "$(id -u)" -eq 0 ] && $drop "$PTBLM" --version >"$out" 2>&1 && chmod -R a+rX "$work"; then
    $drop "$PTBLM" ngram corpus -o /dev/null -q >"$out" 2>"$err" && cmp "$out" figures
    result $? "a device whose directory may not be written"
else
    skip "no user without rights can be had here" "a device whose directory may not be written"
fi

# --- small texts ---

bad=0
for text in 'a' 'a a a a a' 'a b c d e f g' '<unk>'; do
    echo "$text" >small
    for order in 1 2 5 10; do
        run 0 ngram --train small --valid small -n $order -o d/p.arpa -q && is_arpa d/p.arpa && value_of valid_perplexity | grep -qE '^[1-9]' || bad=1
    done
done
result $bad "texts of a few words"

printf '\n\na b\n\n' >lines && run 0 ngram --train lines -o d/p.arpa -q && is_arpa d/p.arpa && grep -q '	<s> </s>' d/p.arpa
result $? "lines without words are empty sentences"

# --- what is left ---

rm -rf d && mkdir d && run 0 ngram corpus -o d/m -q && [ "$(left)" = 'd/m ' ] && rm d/m && run 3 ngram --train empty -o d/m && [ -z "$(left)" ] &&
    run 1 ngram corpus -o d/none/m && [ -z "$(left)" ]
result $? "nothing but the model is left, and nothing of one that failed"

run 0 ngram corpus -n 2 -o d/m.arpa -q && cp d/m.arpa old.arpa && run 3 ngram --train marks --tokenizer chars -o d/m.arpa && cmp -s d/m.arpa old.arpa &&
    run 0 ngram corpus -o d/m.arpa -q && is_arpa d/m.arpa && ! cmp -s d/m.arpa old.arpa
result $? "a model is replaced by a whole one"

rm -f d/m.arpa
bad=0 early=0
for _ in 1 2 3 4 5 6 7 8; do cat large/train.txt; done >text
for pause in 0.01 0.05 0.1 0.2 0.4 0.8; do
    "$PTBLM" ngram --train text -n 10 --memory 10 -o d/m -q >"$out" 2>"$err" </dev/null &
    pid=$!
    sleep $pause
    kill -s TERM $pid 2>/dev/null
    status=0
    wait $pid 2>/dev/null || status=$?
    case $status in
    0) rm d/m ;;
    130 | 143) early=$((early + 1)) ;;
    *) bad=1 && echo "# after $pause s: status $status" ;;
    esac
    [ -z "$(left)" ] || { bad=1 && echo "# after $pause s: $(left)" && rm -rf d && mkdir d; }
done
echo "# $early signals came before the end"
[ "$bad" -eq 0 ] && [ "$early" -ge 2 ]
result $? "a signal leaves nothing"

# --- another program ---

irstlm=
for name in compile-lm /usr/lib/irstlm/bin/compile-lm; do
    command -v $name >/dev/null 2>&1 && irstlm=$name && break
done

# IRSTLM's perplexity of a text. It counts </s>, which the text must have, but not <s>. What it takes
# from the probability of an unknown word is the logarithm of the words that it thinks there are
# (--dub) less those that it knows, <s> among them: none if that is 1.
perplexity() {
    sed 's/.*/<s> & <\/s>/' "$2" >marked
    "$irstlm" "$1" --eval=marked --dub="$(($(sed -n 's/^ngram 1=//p' "$1") + 1))" 2>&1 | sed -n 's/.* PP=\([^ ]*\) .*/\1/p'
}

# The figure has two digits after the point.
same_perplexity() {
    echo "# $(value_of test_perplexity), by IRSTLM $(perplexity "$1" corpus/test.txt)"
    near "$(value_of test_perplexity)" "$(perplexity "$1" corpus/test.txt)" 0.006
}

if [ -n "$irstlm" ]; then
    bad=0
    for how in '-n 2' '-n 3' '-n 5' '-n 3 --prune 0,1' '-n 4 --prune 0,0,1 --min-count 2'; do
        # shellcheck disable=SC2086
        run 0 ngram corpus -o m.arpa $how -q && same_perplexity m.arpa || bad=1
    done
    result $bad "IRSTLM reads the file, and has the same perplexity"
else
    skip "IRSTLM is not there" "IRSTLM reads the file, and has the same perplexity"
fi

finish
