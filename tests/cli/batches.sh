#!/bin/sh
# ptblm batches of sequences with labels: what training sees.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

# columns FILE WORD/LABEL...: one sentence a word list, "." between sentences.
columns() {
    to=$1
    shift
    for pair; do
        case $pair in
        .) echo ;;
        *) echo "${pair%/*} x ${pair#*/}" ;;
        esac
    done >"$to"
}

mkdir columns
columns columns/train.txt The/D dog/N barks/V . A/D Dog/N . Dogs/N bark/V Now/A 2/A
columns columns/valid.txt The/D cat/N
columns columns/test.txt A/D dog/N . A/D dog/N barks/V

# of the values of the feature, all but "og" are seen once, and so unknown
cat >want <<'END'
batch 0
x       0  dogs   bark   now    2
suffix2 0  <unk>  <unk>  <unk>  <unk>
y       0  N      V      A      A
x       1  the    dog    barks  <pad>
suffix2 1  <unk>  og     <unk>  <pad>
y       1  D      N      V      <pad>
x       2  a      dog    <pad>  <pad>
suffix2 2  <unk>  og     <pad>  <pad>
y       2  D      N      <pad>  <pad>
END
run 0 batches columns --task label --features suffix2 --min-count 1 && cmp -s "$out" want
result $? "a sentence has a line of words, of each feature, and of labels, padded to the longest"

grep -q '3 sequences, 9 steps, the longest 4' "$err" && grep -q '^batches     1 of 3, as in epoch 1 with seed 1$' "$err"
result $? "the notes say what was read, and which batches there are"

run 0 batches columns --task label --features none -i -q && cat >want <<'END' && cmp -s "$out" want && [ ! -s "$err" ]
batch 0
x 0  0  0  0      0
y 0  2  3  0      0
x 1  0  1  0      <pad>
y 1  1  2  3      <pad>
x 2  0  1  <pad>  <pad>
y 2  1  2  <pad>  <pad>
END
result $? "--ids; words are read as the preset of the task does, in lower case and from two on"

run 0 batches columns --preset tags --features none -i -q && cmp -s "$out" want &&
    run 0 batches columns --preset chunks --features none -i -q && cmp -s "$out" want &&
    refused 2 "preset 'text' is for the task 'classify', not 'label'" batches columns --task label --preset text
result $? "a preset decides the task"

run 0 batches columns --task label -s test -b 1 -q && [ "$(grep -c '^batch' "$out")" -eq 2 ] &&
    [ "$(sed -n 's/^y *0 *//p' "$out" | tr -s '\n ' '/ ')" = "D N V/D N/" ] &&
    refused 2 "--seed has no part in --split test" batches columns --task label -s test --seed 2
result $? "other texts come as they are evaluated, the longest first"

refused 2 "--steps has no part in --task label" batches columns --task label --steps 3 &&
    refused 2 "--seed has no part in --task lm" batches columns --seed 3 &&
    refused 2 "--form has no part in --task lm" batches columns --form columns &&
    refused 2 "--features has no part in --task classify" batches columns --task classify --features shape
result $? "options of other tasks are refused"

# --- classification ---

seq 1 40 | while read -r i; do printf '%s\tword%s of %s\n' "$((i % 3))" "$i" "$((i % 3))"; done >lines.txt
mkdir lines && cp lines.txt lines/train.txt && head -n 3 lines.txt >lines/valid.txt && cp lines/valid.txt lines/test.txt
run 0 batches lines --task classify --min-count 1 -n 100 -q && [ "$(grep -c '^batch ' "$out")" -eq 10 ] &&
    awk '$1 == "x" { word[$2] = $5 } $1 == "y" { n++; bad += $3 != word[$2] } END { exit bad > 0 || n != 40 }' "$out" &&
    [ "$(grep -o 'word[0-9]*' "$out" | sort -u | wc -l)" -eq 40 ]
result $? "an epoch has every sequence once, each with its label"

mv "$out" one && run 0 batches lines --task classify --min-count 1 -n 100 -q && cmp -s "$out" one &&
    run 0 batches lines --task classify --min-count 1 -n 100 -q --seed 2 && ! cmp -s "$out" one &&
    [ "$(grep '^x' "$out" | cut -d' ' -f3- | sort)" = "$(grep '^x' one | cut -d' ' -f3- | sort)" ]
result $? "in an order that is the seed's"

# --- images: two of 2 x 3 bytes ---

mkdir images
for part in train t10k; do
    printf '\000\000\010\003\000\000\000\002\000\000\000\002\000\000\000\003' >images/$part-images-idx3-ubyte
    printf '\000\034\377\200\000\000\377\377\377\000\000\377' >>images/$part-images-idx3-ubyte
    printf '\000\000\010\001\000\000\000\002\007\003' >images/$part-labels-idx1-ubyte
done
run 0 batches images --preset images --keep-train -s test -q && cat >want <<'END' && cmp -s "$out" want
batch 0
x 0
.:@
o..
y 0  7
x 1
@@@
..@
y 1  3
END
result $? "an image has a line of shades for each step"

run 0 batches images --preset images --keep-train -s test -q -i -b 1 -n 1 && cat >want <<'END' && cmp -s "$out" want
batch 0
x 0
 0.00 0.11 1.00
 0.50 0.00 0.00
y 0  1
END
run 0 batches images --preset images --keep-train --sequence pixels -s test -q -n 1 && cat >want <<'END' && cmp -s "$out" want
batch 0
x 0  .:@o..
y 0  7
x 1  @@@..@
y 1  3
END
result $? "or of numbers; single ones stand side by side"

finish
