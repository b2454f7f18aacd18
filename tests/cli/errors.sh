#!/bin/sh
# What can be wrong with texts, options, places and models: each gets its exit status and one sentence
# that names the culprit.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99
"$PTBLM" corpus -o corpus --tokens 3000 --valid-tokens 300 --test-tokens 300 >"$out" 2>"$err" &&
    "$PTBLM" prepare corpus -o prepared -q 2>"$err" &&
    "$PTBLM" train corpus -o model --preset test --hidden 8 -b 5 -t 5 -e 1 -q >"$out" 2>"$err"
result $? "there is a corpus, and a model of it"
text=corpus/train.txt

# --- texts ---

# every_reader STATUS TEXT FILE: whatever reads texts refuses this one so.
every_reader() {
    reader_status=$1
    reader_text=$2
    refused "$reader_status" "$reader_text" train "$3" -o new -q && [ ! -e new ] &&
        refused "$reader_status" "$reader_text" prepare "$3" -o new && [ ! -e new ] &&
        refused "$reader_status" "$reader_text" batches "$3" &&
        refused "$reader_status" "$reader_text" eval model "$3"
}

every_reader 3 "'none'" none && refused 3 "'none'" score model none &&
    refused 3 "none" train --train none -o new
result $? "a missing file"

mkdir letters && echo a >letters/a.py && echo b >letters/b.py
run 3 train letters -o new && grep -q "'letters' has too few documents" "$err" && grep -q a.py "$err" &&
    grep -q b.py "$err" && [ ! -e new ]
result $? "a directory without splits, with what is in it"

tar -cf letters.tar letters && refused 3 "left out, by choice, by their names or for what they hold ('letters/a.py', 'letters/b.py')" train letters.tar -o new
result $? "an archive without splits, with what is in it"

mkdir two && cp $text two/train.txt && cp $text two/ptb.train.txt
run 3 train two -o new && grep -q ptb.train.txt "$err" && [ ! -e new ]
result $? "a directory with two train texts, with their names"

: >empty
every_reader 3 "'empty'" empty
result $? "an empty file"

head -c 3000 "$PTBLM" >program
every_reader 3 "'program' is a program, not plain text" program && refused 3 "is a program" score model program
result $? "a program"
tail -c +100 program >junk
every_reader 3 "'junk' line 1 has a NUL byte" junk && refused 3 "'junk' line 1 has a NUL byte" score model junk
result $? "binary junk"

gzip -c $text >text.gz && head -c 2000 text.gz >cut.gz
every_reader 3 "'cut.gz'" cut.gz && refused 3 "'cut.gz'" info cut.gz
result $? "a truncated .gz"

head -c 1500 text.gz >bad.gz && printf '\125\252' >>bad.gz && tail -c +1503 text.gz >>bad.gz
every_reader 3 "'bad.gz'" bad.gz
result $? "a .gz with two bytes changed"

for packer in "bzip2 bz2" "xz xz" "zstd zst" "lz4 lz4"; do
    suffix=${packer#* }
    if ! command -v "${packer% *}" >/dev/null; then
        skip "there is no ${packer% *}" "a whole and a truncated .$suffix"
        continue
    fi
    "${packer% *}" -c $text >"text.$suffix" && head -c 1000 "text.$suffix" >"cut.$suffix" &&
        cp $text plain.txt && "$PTBLM" batches -q "text.$suffix" >packed.out && "$PTBLM" batches -q plain.txt >plain.out &&
        cmp packed.out plain.out && every_reader 3 "'cut.$suffix'" "cut.$suffix"
    result $? "a whole and a truncated .$suffix"
done

tar -czf corpus.tgz corpus && head -c 6000 corpus.tgz >cut.tgz
every_reader 3 "'cut.tgz'" cut.tgz
result $? "a truncated .tgz"

# make_zip: corpus.zip of corpus
make_zip() {
    if command -v zip >/dev/null 2>&1; then
        zip -qr corpus.zip corpus
    elif command -v python3 >/dev/null 2>&1; then
        python3 -m zipfile -c corpus.zip corpus
    else
        return 1
    fi
}
if make_zip; then
    head -c 6000 corpus.zip >cut.zip
    every_reader 3 "'cut.zip'" cut.zip
    result $? "a truncated .zip"
else
    skip "neither zip nor python3 is there" "a truncated .zip"
fi

run 0 batches $text --ids -n 1000 && cp "$out" want && sed "s/\$/$(printf '\r')/" $text >crlf &&
    run 0 batches crlf --ids -n 1000 && cmp -s "$out" want
result $? "CR LF is no error, and changes no id"

printf %s "$(cat $text)" >nofinal && run 0 batches nofinal --ids -n 1000 && cmp -s "$out" want
result $? "nor does a last line without its end"

{ sed 3q $text && printf 'the caf\351 closed\n' && sed 1,3d $text; } >latin1
every_reader 3 "'latin1' line 4 has" latin1 && refused 3 "name its encoding with --encoding" train latin1 -o new
result $? "bytes that are not UTF-8, with line and remedy"

{ sed 3q $text && printf 'the \000 company\n' && sed 1,3d $text; } >nul
every_reader 3 "'nul' line 4 has a NUL byte at byte 5" nul
result $? "a NUL byte"

head -c 10000000 /dev/zero | tr '\000' a >long && cat $text >>long
every_reader 3 "'long' line 1 has a word of more than 1048576 bytes" long &&
    refused 3 "'long' line 1 has a word of more than" score model long
result $? "a word of 10 MB"

{ printf 'the ' && head -c 70000 /dev/zero | tr '\000' a && echo && cat $text; } >longish
every_reader 3 "a token of 70000 bytes: the most is 65535" longish &&
    refused 3 "'longish' line 1: a token of 70000 bytes" score model longish
result $? "a word longer than a token may be"

refused 3 "'$text': the text has" train corpus -o new -q -b 500 -t 20 && [ ! -e new ] &&
    grep -q 'too few for a window of batch 500 and steps 20, which needs 10500; --batch .* would fit' "$err"
result $? "a text shorter than a window, with what would fit"

echo >line && refused 3 "'line'" eval model line -q &&
    refused 3 "'line'" train --train $text --valid line -o new -q && [ ! -e new ]
result $? "a text of a single token, which cannot be scored"

echo 'the zyzzyva' >word && run 0 score model word && refused 3 "'zyzzyva'" score model word --oov error &&
    refused 3 "'word'" eval model word --oov error && refused 3 "'zyzzyva'" sample model --prompt zyzzyva --oov error
result $? "an unknown word where --oov says so"

# --- options ---

refused 2 "unknown command 'evaluate'; did you mean 'eval'?" evaluate model
result $? "an unknown command"

refused 2 "unknown option '--hiden'; did you mean '--hidden'?" train corpus --hiden 8 -o new
result $? "an unknown option"

refused 2 "unknown option '-hidden'; did you mean '--hidden'?" train corpus -o new -hidden 4 &&
    refused 2 "'--hidden'" train -hidden && refused 2 "'--help'" next model -hello && refused 2 "'-hx'" corpus -hx &&
    refused 2 "'--output'" train corpus -output new && refused 2 "'--force'" train corpus -force &&
    refused 2 "'--preset'" train corpus -o new -preset test && [ ! -e new ] && [ ! -e utput ] && [ ! -e rce ]
result $? "a long option behind one dash"

refused 2 "tiny" train corpus --preset tiny -o new && grep -q 'medium' "$err"
result $? "an unknown preset, with the known ones"

refused 2 "-o RUN" train corpus && refused 2 "--output" prepare corpus && refused 2 "operand" eval
result $? "what must be given"

refused 2 "'--hidden'" train corpus -o new --hidden 0 && refused 2 "'--epochs'" train corpus -o new -e 1.5 &&
    refused 2 "'--lr'" train corpus -o new --lr nan && refused 2 "'--dropout'" train corpus -o new --dropout 1 &&
    refused 2 "'--temperature'" sample model -t -1 && refused 2 "'--top-p'" sample model --top-p 1.5 && [ ! -e new ]
result $? "numbers out of range"

refused 2 "--words and --sentences" sample model --words 5 --sentences 5
result $? "words and sentences at once"

bad=0
for command in "train corpus -o new" "prepare corpus -o new" "batches corpus"; do
    # shellcheck disable=SC2086 # several words
    refused 2 "--vocab and --max-vocab exclude each other" $command --max-vocab 9 --vocab prepared/vocab.txt &&
        refused 2 "--vocab and --min-count exclude each other" $command --vocab prepared/vocab.txt --min-count 1 &&
        [ ! -e new ] && continue
    bad=1 && break
done
result $bad "a vocabulary, and what would make another"

refused 2 "--output and --split" corpus -o new --split valid && refused 2 "--force needs --output" corpus --force &&
    refused 2 "--valid-tokens is of another text than the train text, which is written" corpus --valid-tokens 60 &&
    refused 2 "--tokens is of another text than the test text" corpus -s test -n 60 && [ ! -e new ]
result $? "corpus with options of a text that is not written"

refused 2 "--batch has no part in --measure sample" bench -m sample -b 5 -n 1 &&
    refused 2 "--steps has no part in --measure files" bench --measure files --steps 5 -n 1 &&
    refused 2 "--preset all" bench --preset all --hidden 8 -n 1
result $? "bench with options that would change nothing"

refused 2 "--valid names a text that is not shown" batches --train $text --valid none &&
    refused 2 "--train names a text that is not shown" batches --train $text --valid $text -s valid --vocab prepared/vocab.txt
result $? "batches with texts that would not be read"

refused 2 "'$text' would not be read" train $text --train $text --valid $text --test $text -o new &&
    refused 2 "'$text' would not be read" prepare $text --train $text --valid $text --test $text -o new &&
    refused 2 "'$text' would not be read" batches $text --train $text --valid $text --test $text && [ ! -e new ]
result $? "a corpus of which nothing would be read"

run 2 train prepared -o new --min-count 3 -q && run 2 train prepared -o new --vocab prepared/vocab.txt -q &&
    run 2 train prepared -o new --train $text -q && [ ! -e new ]
result $? "a prepared directory, and options that would have had to come before"

cp -r corpus place
refused 2 "'place' is the corpus itself" prepare place -o place && refused 2 "'place/.' is the corpus itself" \
    prepare place -o place/. --force && refused 2 "'model' holds a run" prepare corpus -o model &&
    [ "$(find place -type f | wc -l)" -eq 3 ] && [ ! -e model/prepared.json ]
result $? "a place that cannot be a prepared directory"

refused 1 "its parent directory does not exist" train corpus -o nowhere/run -q &&
    refused 1 "a file has that name" prepare corpus -o $text -q && [ ! -e nowhere ]
result $? "a directory that cannot be made"

refused 3 "'model' holds a run and no texts; give a corpus, or resume the run with 'ptblm train --resume RUN'" \
    train model -o new -q && [ ! -e new ] && refused 3 "'$text': the text has " batches corpus --batch 1000 --steps 100
result $? "a run that is taken for a corpus, and a text that is too short"

mkdir left && for name in train.ids vocab.txt train.txt notes; do : >"left/.$name.tmp.7"; done
run 0 prepare corpus -o left -q && [ ! -e left/.train.ids.tmp.7 ] && [ ! -e left/.vocab.txt.tmp.7 ] &&
    [ -e left/.train.txt.tmp.7 ] && run 0 corpus -o left -n 100 -q && [ ! -e left/.train.txt.tmp.7 ] &&
    [ -e left/.notes.tmp.7 ]
result $? "what a killed process left aside is removed by the next that writes there"

refused 2 "operand too many" train corpus corpus -o new && refused 2 "operand too many" info model corpus &&
    refused 2 "'corpus' is no model: only the last of the operands can be a text" eval model corpus corpus
result $? "an operand too many"

refused 2 "--force" train corpus -o model -q && refused 2 "--force" prepare corpus -o prepared &&
    refused 2 "--force" corpus -o corpus
result $? "results of before, which are not overwritten"

bad=0
for command in "train corpus -o new -q" bench "bench -p small -m sample" "bench -m eval" "bench -m files"; do
    # shellcheck disable=SC2086 # several words
    refused 1 "needs about" $command --hidden 60000 --layers 8 && grep -q "of memory, and .* a smaller --hidden, .* needs less" "$err" &&
        [ ! -e new ] && continue
    bad=1 && break
done
result $bad "more memory than there is, before the work"

# Two lines and a colour, as a name.
name=$(printf 'a\nb\033[31mc') && shown='a\nb\x1b[31mc'
refused 3 "'$shown'" info "$name" && refused 3 "'$shown'" next "$name" && refused 3 "'a\\x0ab\\x1b[31mc'" train "$name" -o new &&
    refused 1 "'$text/$shown'" train corpus -o "$text/$name" && refused 2 "'$shown'" train corpus "$name" -o new &&
    refused 3 "'$shown'" eval model --vocab "$name" $text && [ ! -e new ] &&
    run 0 train corpus -o "$name" --preset test --hidden 8 -b 5 -t 5 -e 1 && ! grep -q "$(printf '\033')" "$err" &&
    grep -qF "wrote       $shown/model" "$err" && ! grep -q '^b' "$err"
result $? "a name with a line feed and an escape, which stays one line"

# --- places ---

refused 1 "'$text/run'" train corpus -o $text/run && refused 1 "'no/run'" train corpus -o no/run &&
    refused 1 "'$text'" train corpus -o $text --force && refused 1 "'$text/p'" prepare corpus -o $text/p &&
    refused 1 "'$text/c'" corpus -o $text/c
result $? "an output that cannot be"

bad=0
bad=0
for command in "train corpus" "prepare corpus" corpus "train --resume"; do
    place=-o
    [ "$command" = "train --resume" ] && command=train && place=--resume
    # shellcheck disable=SC2086 # several words
    refused 2 "wants a directory, and '-' is" $command $place - && refused 2 "an empty name" $command $place '' &&
        continue
    bad=1 && break
done
[ $bad -eq 0 ] && [ ! -e - ] && run 0 corpus -o ./- --tokens 300 --valid-tokens 60 --test-tokens 60 &&
    run 0 corpus -o=equals --tokens 300 --valid-tokens 60 --test-tokens 60 && [ -d ./- ] && [ -d equals ] &&
    [ ! -e =equals ]
result $? "a directory '-', which is a stream, or without a name; and behind an equals sign"

mkdir closed && chmod 555 closed
if (: >closed/probe) 2>/dev/null; then
    skip "this user may write everywhere" "a directory that may not be written"
else
    refused 1 "'closed" train corpus -o closed && refused 1 "'closed/run'" train corpus -o closed/run
    result $? "a directory that may not be written"
fi

# status STATUS: whether the last program left with it, with a single sentence; for those whose
# standard output is not ours.
failed_with() {
    [ "$status" -eq "$1" ] && [ "$(wc -l <"$err")" -eq 1 ] && grep -q '^ptblm [a-z]*: .*standard output' "$err"
}

set -- "eval model corpus" "next model the" "score model $text" "sample model" "info model" "batches corpus" \
    "train corpus -o full --force --preset test --hidden 8 -b 5 -t 5 -e 1"
bad=0
for command in "$@"; do
    [ -w /dev/full ] || break
    status=0
    # shellcheck disable=SC2086 # several words
    "$PTBLM" $command -q >/dev/full 2>"$err" || status=$?
    failed_with 1 || { bad=1 && break; }
done
if [ -w /dev/full ]; then
    result $bad "a full disk under standard output"
else
    skip "there is no /dev/full" "a full disk under standard output"
fi

bad=0
for command in "$@"; do
    status=0
    # shellcheck disable=SC2086
    "$PTBLM" $command -q >&- 2>"$err" || status=$?
    failed_with 1 || { bad=1 && break; }
done
result $bad "a standard output that is closed"

# What would go on without end ends when nobody can have it.
if [ -w /dev/full ] && command -v timeout >/dev/null 2>&1; then
    status=0
    timeout 20 "$PTBLM" sample model --words 1000000000 >/dev/full 2>"$err" || status=$?
    failed_with 1
    result $? "an endless sample on a full disk"
else
    skip "there is no /dev/full, or no timeout" "an endless sample on a full disk"
fi

status=0
(
    ulimit -f 8
    trap '' XFSZ
    exec "$PTBLM" train corpus -o small --preset test --hidden 8 -b 5 -t 5 -e 1 -q
) >"$out" 2>"$err" || status=$?
[ "$status" -eq 1 ] && [ "$(wc -l <"$err")" -eq 1 ] && [ ! -e small ] &&
    grep -q "a checkpoint in 'small' would have [0-9]* bytes, and files may have [0-9]* (ulimit -f)" "$err"
result $? "a limit on files that a checkpoint would break, before the work"

# --- models ---

# every_user STATUS TEXT MODEL
every_user() {
    refused "$1" "$2" eval "$3" $text && refused "$1" "$2" next "$3" the && refused "$1" "$2" score "$3" $text &&
        refused "$1" "$2" sample "$3" && refused "$1" "$2" info "$3"
}

every_user 3 "'none'" none
result $? "a model that is missing"

every_user 3 "'corpus' holds no model" corpus
result $? "a directory that is no run"

# kind_is BYTES NAME: a file that begins with these bytes (for printf) is named for what it is.
kind_is() {
    # shellcheck disable=SC2059 # bytes in octal
    { printf "$1" && head -c 64 /dev/zero; } >strange
    refused 3 "'strange' is not a safetensors file, which a model is: it begins like $2" info strange
}

kind_is '\200\002\212\012l\374\234F' "a Python pickle" && kind_is '\200\004\225' "a Python pickle" &&
    kind_is 'PK\003\004' "a zip archive (PyTorch's .pt" && kind_is 'GGUF\003' "a GGUF file" &&
    kind_is '\211HDF\r\n\032\n' "an HDF5 file" && kind_is '\223NUMPY\001' "a NumPy array" &&
    kind_is '\037\213\010' "a gzip file" && kind_is 'BZh9' "a bzip2 file" && kind_is '\3757zXZ' "an xz file" &&
    kind_is '\050\265\057\375' "a zstd file" && every_user 3 "it begins like text" $text && rm strange
result $? "a model file that is something else is named for what it is"

size=$(wc -c <model/model.safetensors)
bad=0
for n in 0 5 100 $((size / 2)) $((size - 1)); do
    head -c "$n" model/model.safetensors >cut.safetensors
    every_user 3 "'cut.safetensors'" cut.safetensors || { bad=1 && break; }
done
result $bad "a truncated model"

head -c $((size - 50)) model/model.safetensors >flipped && printf x >>flipped &&
    tail -c 49 model/model.safetensors >>flipped
every_user 3 "'flipped'" flipped
result $? "a model with a byte changed"

every_user 3 "'$text'" $text && every_user 3 "'text.gz'" text.gz && every_user 3 "'junk'" junk
result $? "a file that is no model"

# foreign NAME [METADATA]: a model of three words as another program might write it, with what comes on
# standard input for its 100 bytes of weights.
foreign() {
    header='{'${2:+'"__metadata__":'$2,}'"encoder.weight":{"dtype":"F32","shape":[3,1],"data_offsets":[0,12]},'
    header=$header'"rnn.weight_ih_l0":{"dtype":"F32","shape":[4,1],"data_offsets":[12,28]},'
    header=$header'"rnn.weight_hh_l0":{"dtype":"F32","shape":[4,1],"data_offsets":[28,44]},'
    header=$header'"rnn.bias_ih_l0":{"dtype":"F32","shape":[4],"data_offsets":[44,60]},'
    header=$header'"rnn.bias_hh_l0":{"dtype":"F32","shape":[4],"data_offsets":[60,76]},'
    header=$header'"decoder.weight":{"dtype":"F32","shape":[3,1],"data_offsets":[76,88]},'
    header=$header'"decoder.bias":{"dtype":"F32","shape":[3],"data_offsets":[88,100]}}'
    # shellcheck disable=SC2059 # the length as two bytes in octal
    printf "$(printf '\\%03o\\%03o' $((${#header} % 256)) $((${#header} / 256)))" >"$1"
    printf '\000\000\000\000\000\000%s' "$header" >>"$1"
    cat >>"$1"
}

printf '<unk>\n<eos>\nthe\n' >three
printf 'the the\n<unk> the\n' >words
head -c 100 /dev/zero | foreign zero.safetensors
run 0 eval zero.safetensors words --vocab three && [ "$(value_of perplexity)" = 3.0000 ] &&
    [ "$(value_of tokens)" = 5 ] && [ "$(value_of unknown)" = 1 ]
result $? "a model of zeros from elsewhere has perplexity V (this is no error)"

every_user 3 "'zero.safetensors' has no vocabulary" zero.safetensors
result $? "a model that has no vocabulary"

refused 2 "'zero.safetensors' does not say what it was trained on" eval zero.safetensors --vocab three -q
result $? "a model that says nothing of its text, and no text"

cp -r corpus kept && sed -i 1d corpus/test.txt
refused 3 "'corpus/test.txt' is not the test text that 'model/model.safetensors' was trained with" eval model &&
    grep -q 'name it as the CORPUS$' "$err" && run 0 eval model corpus && run 0 eval model --split valid
result $? "a text that is no longer what the model was trained with"
rm -r corpus && mv kept corpus

cp -r model moved && mkdir aside && cp -r corpus aside/corpus && sed -i 1d aside/corpus/test.txt &&
    (cd aside && run 0 eval ../model && refused 3 "is not the test text" eval ../model/model.safetensors) &&
    echo '{"directory": 7}' >moved/config.json && refused 3 "the config.json of 'moved' cannot be used" eval moved &&
    echo '{' >moved/config.json && refused 3 "'moved/config.json' cannot be used" eval moved &&
    rm moved/config.json && run 0 eval moved && run 0 eval moved corpus
result $? "a text of the same name in another place; a run's directory that is not known"

head -c 100 /dev/zero | foreign noted.safetensors '{"ptblm.training":"{\"test\":\"words\"}"}'
run 0 eval noted.safetensors --vocab three && [ "$(value_of perplexity)" = 3.0000 ] &&
    grep -q "warning: 'noted.safetensors' does not identify its test text: 'words' may be another" "$err"
result $? "a model that names its text and has no fingerprint of it gets a warning"

echo a >>three && refused 3 "'three'" eval zero.safetensors words --vocab three && grep -q 'has 4' "$err"
result $? "a vocabulary of another size"

{ head -c 80 /dev/zero && printf '\000\000\300\177' && head -c 16 /dev/zero; } | foreign nan.safetensors
every_user 3 "'nan.safetensors': element 1 of 'decoder.weight' is not a number" nan.safetensors
result $? "weights that are not numbers"

{ head -c 76 /dev/zero && printf '\000\000\200\177' && head -c 20 /dev/zero; } | foreign inf.safetensors
every_user 3 "'inf.safetensors': element 0 of 'decoder.weight' is infinite" inf.safetensors
result $? "weights that are infinite"

printf '<unk>\n<eos>\nthe\n' >three
big='\346\261\141\177' many='\000\000\310\102' # 3e38, 100
# shellcheck disable=SC2059
{ head -c 44 /dev/zero && printf "$many\\000\\000\\000\\000$many$many" && head -c 16 /dev/zero && printf "$big$big$big$big$big$big"; } |
    foreign hot.safetensors
refused 3 "'hot.safetensors' gives no probability to token 2 of the text: its output is not finite" eval hot.safetensors \
    words -q --vocab three && [ ! -s "$out" ] && refused 3 "line 1: the model's output is not finite" score hot.safetensors words -q \
    --vocab three && [ ! -s "$out" ]
result $? "an output that overflows"

{ head -c 96 /dev/zero && printf '\000\100\034\306'; } | foreign sure.safetensors
refused 3 "'sure.safetensors' is no model of this text: it takes 4000.69 nats a token" eval sure.safetensors words -q --vocab three &&
    [ ! -s "$out" ]
result $? "a perplexity that overflows"

head -c 60 /dev/zero | foreign short.safetensors
every_user 3 "'short.safetensors'" short.safetensors
result $? "a model whose weights are not all there"

# --- training ---

refused 4 "training diverged in epoch 1 at step " train corpus -o wild --preset test --hidden 8 -b 5 -t 5 \
    --lr 1e6 -q && grep -q 'gradient norm .*learning rate 1e+06; try a smaller --lr' "$err" &&
    [ ! -e wild/model.safetensors ]
result $? "a learning rate with which training diverges"

refused 4 ", where a uniform guess has " \
    train corpus -o worse --preset test --hidden 32 --layers 2 --max-grad-norm 5 -b 5 -t 10 --lr 20 -q && [ ! -e worse/model.safetensors ]
result $? "a perplexity far above that of a guess"

run 0 train corpus -o tamed --preset test --hidden 32 --layers 2 --max-grad-norm 5 -b 5 -t 10 --lr 20 --on-divergence retry -q &&
    grep -q 'going back to step 0 with half the learning rate' "$err" &&
    near 0 "$(value_of valid_perplexity)" "$((100 * $("$PTBLM" info tamed | sed -n 's/^vocabulary //p')))"
result $? "going back does not end with such a perplexity"

"$PTBLM" train corpus -o slow --preset test --hidden 32 -b 5 -t 10 --init-scale 1 --epochs 3 -q >"$out" 2>"$err"
result $? "first weights worse than a guess may train"

finish
