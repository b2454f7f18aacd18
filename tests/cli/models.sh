#!/bin/sh
# Models of other programs, and models of ptblm that another program saved again: read exactly, or with
# a word on what is missing, or refused with the remedy.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99
if ! command -v python3 >/dev/null 2>&1; then
    skip "python3 is not there" "models of other programs"
    finish
fi

# made NAME OPTION...: a model, NAME/model.safetensors
made() {
    name=$1
    shift
    "$PTBLM" train g -o "$name" --preset test --hidden 6 -b 5 -t 5 -e 1 -q "$@" >"$out" 2>"$err"
}

# again MODEL CHANGE...: x, that model as tests/cli/resave.py saves it again
again() {
    from=$1/model.safetensors
    shift
    python3 "$srcdir/tests/cli/resave.py" "$from" x "$@"
}

# perplexity_of MODEL OPTION...: sets $perplexity
perplexity_of() {
    model=$1
    shift
    run 0 eval "$model" g/test.txt "$@" && perplexity=$(value_of perplexity)
}

# same_as MODEL: x has its perplexity
same_as() {
    perplexity_of "$1" && same=$perplexity && perplexity_of x && [ "$perplexity" = "$same" ]
}

# says TEXT: it is in the one line on standard error
says() {
    grep -qF -- "$1" "$err" || {
        echo "missing: $1" >>"$err"
        return 1
    }
}

"$PTBLM" corpus -o g --tokens 3000 --valid-tokens 600 --test-tokens 600 -q >"$out" 2>"$err" &&
    made m && made tied --tie && made relu --cell rnn-relu && made cho --cell gru-cho &&
    made pieces --tokenizer bpe --bpe-merges 20 && made bytes --tokenizer bpe-bytes --bpe-merges 20 &&
    made letters --tokenizer chars
result $? "there are models"

# --- types of weights ---

# In each type the figures are those of the same numbers as float32.
same_in() {
    again m notes= "type=$1" && perplexity_of x && found=$perplexity && says "x: weights of $1" &&
        run 0 info x && grep -qx "dtype $1" "$out" &&
        again m notes= "type=$1" type=F32 && perplexity_of x && [ "$perplexity" = "$found" ] &&
        run 0 info x && grep -qx "dtype F32" "$out"
}
same_in F16 && same_in BF16 && same_in F64
result $? "F16, BF16 and F64 are read as the numbers that they are"

again m notes= type=F64 && perplexity_of m && exact=$perplexity && perplexity_of x && [ "$perplexity" = "$exact" ] &&
    run 0 train --from x g -o on --preset test -e 1 -b 5 -t 5 -q && run 0 info on && grep -qx "dtype F32" "$out"
result $? "F64 loses nothing of float32, and what is trained from it is float32"

# --- names ---

without() {
    again m notes= "prefix=$1" && same_as m && says "x: names without their '$1'" && run 0 info x -q &&
        grep -qx "prefix $1" "$out"
}
without module. && without _orig_mod. && without model. && without module._orig_mod.
result $? "a prefix of all names is dropped, and said"

again m notes= prefix=net. && run 3 eval x g/test.txt && says "it has a 'net.encoder.weight'"
result $? "a prefix that is not known is named"

# --- tied weights ---

again tied notes= drop=vocab && "$PTBLM" prepare g -o words -q >"$out" 2>"$err" && perplexity_of tied && same=$perplexity &&
    perplexity_of x --vocab words/vocab.txt && [ "$perplexity" = "$same" ] && says "tied, for it has no decoder.weight" &&
    run 0 info x --vocab words/vocab.txt && grep -qx 'tied yes' "$out"
result $? "a file without decoder.weight is tied"

again tied notes= rename=encoder.weight:decoder.weight && same_as tied &&
    says "warning: 'x' has no encoder.weight: its decoder.weight is taken for both" &&
    again tied notes= note=encoder.weight:decoder.weight rename=encoder.weight:decoder.weight && same_as tied &&
    says "x: tied, encoder.weight as decoder.weight" && ! says "warning: 'x' has no encoder.weight" &&
    run 0 info x -q && grep -qx 'tied yes' "$out"
result $? "word vectors under the decoder's name alone are tied, with a warning where only the shapes say so"

again tied notes= copy=encoder.weight:decoder.weight && same_as tied && run 0 info x -q && grep -qx 'tied no' "$out" &&
    grep -q '^tensor decoder.weight ' "$out"
result $? "equal matrices under both names stay two"

# --- saved again ---

lost="'x' was saved again by another program, without its cell, tokenizer, markers, notes on its training and checksum"

again m order indent && same_as m && ! says "saved again" && run 0 info x && grep -qx 'checksum right' "$out" &&
    again m note=mine:yes order && same_as m && run 0 info x && grep -qx 'checksum right' "$out" && run 0 eval x
result $? "a model with all that was in it is as it was, whatever the order and whatever was added"

stale() {
    again m "$1" && run 3 eval x g/test.txt -q && [ "$(wc -l <"$err")" -eq 1 ] &&
        says "'x' is damaged, or was changed by another program: its checksum is xxh3:" &&
        says "must leave out its 'ptblm.checksum'"
}
stale weight && stale type=F16 && stale drop=vocab && stale drop-note=ptblm.cell &&
    stale note=ptblm.tokenizer:chars && stale prefix=module.
result $? "a change under the old checksum is refused in one way, with the remedy"

again m drop-note=ptblm.checksum type=F16 && perplexity_of x && says "'x' was saved again by another program, without its checksum" &&
    run 0 info x && grep -qx 'checksum none' "$out"
result $? "the remedy is one"

again m notes= && same_as m && says "warning: $lost: it is read with lstm cells, and the tokenizer words" &&
    run 0 score x g/test.txt -q && says "warning: $lost" && run 0 next x the -q && says "warning: $lost" &&
    run 0 sample x -q && says "warning: $lost" && run 0 info x -q && says "warning: $lost" &&
    run 0 train --from x g -o on --force --preset test -e 1 -b 5 -t 5 -q && says "warning: $lost" &&
    perplexity_of x --cell lstm --tokenizer words && ! says warning: && says "$lost"
result $? "a lost record is told by every command, until what it said is said"

again relu notes= && perplexity_of x -q && says "rnn cells, which could be rnn-relu" && guessed=$perplexity &&
    perplexity_of relu && right=$perplexity && [ "$guessed" != "$right" ] && perplexity_of x --cell rnn-relu &&
    [ "$perplexity" = "$right" ]
result $? "a cell that cannot be told from another is named, or there is a warning"

again cho notes= && run 3 eval x g/test.txt && says "no tensor 'rnn.bias_hh_l0'; if its cells are of another kind, name it with --cell" &&
    perplexity_of cho && right=$perplexity && perplexity_of x --cell gru-cho && [ "$perplexity" = "$right" ]
result $? "a cell that is not guessed is asked for"

again letters notes= && perplexity_of letters && right=$perplexity && perplexity_of x --tokenizer chars &&
    [ "$perplexity" = "$right" ] && again pieces notes= && same_as pieces && says "the tokenizer bpe;" &&
    again bytes notes= && same_as bytes && says "the tokenizer bpe-bytes;"
result $? "a tokenizer that was lost is given, or is shown by the merges"

again m drop-note=ptblm.checksum drop=vocab && run 3 eval x g/test.txt &&
    says "'x' has no vocabulary: it was saved again by another program, without it; name the vocabulary that it was trained with by --vocab" &&
    perplexity_of m && right=$perplexity && perplexity_of x --vocab words/vocab.txt && [ "$perplexity" = "$right" ]
result $? "a vocabulary that was lost is given"

run 2 eval m g/test.txt --cell gru && says "has cells of the kind 'lstm', not 'gru'"
result $? "a model that names its cells has no other"

newest=$(find m -name 'checkpoint-*' | sort | tail -n 1)
python3 "$srcdir/tests/cli/resave.py" "$newest" c drop-note=ptblm.checksum && cp c "$newest" &&
    { run 0 train --resume m -e 2 -q || run 3 train --resume m -e 2 -q; } && says "was saved again by another program, without its checksum"
result $? "a checkpoint that was saved again is none to resume from"

# --- what is no safetensors file ---

# named FILE TEXT
named() {
    run 3 info "$1" -q && says "$2" && [ "$(wc -l <"$err")" -eq 1 ]
}

: >empty
python3 -c 'import zipfile; zipfile.ZipFile("z.pt", "w").writestr("archive/data.pkl", b"\x80\x02}q\x00.")'
python3 -c 'import pickle; pickle.dump({"encoder.weight": [1.0]}, open("p.pt", "wb"))'
printf '{"metadata": {"total_size": 12}, "weight_map": {"encoder.weight": "model-00001-of-00002.safetensors"}}' >index.json
printf '{\n  "metadata": {}\n}\n' >indented.json
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n' >lfs
printf '<!DOCTYPE html>\n<title>404</title>\n' >page
named empty "'empty' is not a safetensors file: it has 0 bytes" && named z.pt "a zip archive (PyTorch's .pt is one" &&
    named p.pt "a Python pickle" && named index.json "JSON (the index of a model in several parts is" &&
    named indented.json "JSON (" && named lfs "Git LFS" && named page "an HTML page"
result $? "an empty file, a zip, a pickle, an index, a place holder and a page are named for what they are"

finish
