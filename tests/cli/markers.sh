#!/bin/sh
# Texts with the marks of other programs: with --bos, --eos and --unk they have the figures of the
# text without marks, in every later use of the model; without these options a warning names them.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

once='--epochs 1'
on='--epochs 1 --batch 5 --steps 5 --lr 0.2 --threads 1 -q'
small='--hidden 8 --batch 5 --steps 5 --lr 0.2 --threads 1 -q'
marks='--bos <s> --eos </s> --unk [UNK]'

# mark FROM TO: a copy of a corpus with marks, and with [UNK] for its <unk>
mark() {
    mkdir "$2" && for s in train valid test; do
        sed 's/<unk>/[UNK]/g; s/.*/<s> & <\/s>/' "$1/$s.txt" >"$2/$s.txt"
    done
}

# What identifies the ids of a text.
fingerprint() {
    grep '^fingerprint' "$err"
}

run 0 corpus -o all --tokens 6000 --valid-tokens 1000 --test-tokens 1000 &&
    run 0 prepare all -o plain --max-vocab 400 && mkdir text && for s in train valid test; do
    # words that are not among the 400 become <unk> in the text itself
    awk 'NR == FNR { known[$1] = 1; next }
        { for (i = 1; i <= NF; i++) if (!($i in known)) $i = "<unk>"; print }' plain/vocab.txt all/$s.txt >text/$s.txt
done && mark text marked && run 0 prepare text -o plain --force && fingerprint >want
result $? "there is a text, and the same with marks"

# shellcheck disable=SC2086
run 0 prepare marked -o ready $marks && fingerprint | cmp - want && cmp plain/vocab.txt ready/vocab.txt &&
    grep -q '^markers  *bos <s> eos </s> unk \[UNK\]$' "$err"
result $? "prepared with the options, it has the ids of the text without"

# shellcheck disable=SC2086
run 0 train text $small $once -o m && cp "$out" figures && run 0 eval m text/test.txt -q && cp "$out" eval &&
    run 0 train marked $small $once $marks -o mm && cmp "$out" figures && run 0 train ready $small $once -o mr && cmp "$out" figures
result $? "trained on, it gives the same figures"

for model in mm mr; do
    run 0 eval $model marked/test.txt -q && cmp "$out" eval && run 0 eval $model -q && cmp "$out" eval &&
        run 0 eval $model text/test.txt -q && cmp "$out" eval && run 0 eval $model ready -q && cmp "$out" eval
    result $? "the markers belong to the model $model: eval reads both texts alike"
done

# shellcheck disable=SC2086
run 0 eval m marked/test.txt $marks -q && cmp "$out" eval
result $? "given to eval, they hold for its text"

head -5 text/test.txt | piped 0 score m --words && mv "$out" want && head -5 marked/test.txt | piped 0 score mm --words &&
    cmp "$out" want && head -5 marked/test.txt | piped 0 score m --words --bos '<s>' --eos '</s>' --unk '[UNK]' &&
    cmp "$out" want
result $? "score"

run 0 next m 'the <unk>' && mv "$out" want && run 0 next mm '<s> the [UNK]' && cmp "$out" want && [ ! -s "$err" ] &&
    run 0 next m 'the <eos>' && mv "$out" want && run 0 next mm '<s> the </s>' && cmp "$out" want &&
    run 0 sample m --prompt 'the' && mv "$out" want && run 0 sample mm --prompt '<s> the' && cmp "$out" want
result $? "next and sample"

run 0 next m '<s> the' -q && grep -q "'<s>' is not in the model's vocabulary .*; --bos '<s>' says that lines begin with it" "$err" &&
    run 0 next m 'the' && mv "$out" want && run 0 next m '<s> the' --bos '<s>' && cmp "$out" want && [ ! -s "$err" ]
result $? "a prompt with a marker that the model does not know"

run 0 batches text -q && mv "$out" want && run 0 batches marked --bos '<s>' --eos '</s>' --unk '[UNK]' -q &&
    cmp "$out" want
result $? "batches"

run 0 info mm && grep -qx 'bos <s>' "$out" && grep -qx 'eos </s>' "$out" && grep -qx 'unk \[UNK\]' "$out" &&
    run 0 info m && ! grep -qE '^(bos|eos|unk) ' "$out"
result $? "info shows them"

# shellcheck disable=SC2086
run 0 train marked $small $marks --epochs 2 -o whole && cp "$out" want && run 0 train marked $small $once $marks -o part &&
    run 0 train --resume part --epochs 2 -q && cmp "$out" want && cmp part/model.safetensors whole/model.safetensors
result $? "a run is resumed with them"

sed 's/"eos": "<.s>"/"eos": "x"/' part/config.json >edited && ! cmp -s edited part/config.json &&
    cp edited part/config.json && run 3 train --resume part --epochs 3 &&
    grep -q "its 'eos' is \"x\", but the run was trained with \"</s>\"; put that back" "$err"
result $? "and not with others"

# shellcheck disable=SC2086
run 0 train text $on --from mm -o plain_on && cp "$out" want && run 0 train marked $on --from mm -o on &&
    cmp "$out" want && run 0 eval on marked/test.txt -q && cp "$out" want && run 0 eval on text/test.txt -q && cmp "$out" want
result $? "a model that is trained on keeps them"

run 2 train ready --eos X -o no && grep -q "'ready' was prepared with the eos '</s>', not 'X'" "$err" &&
    run 2 train plain --unk X -o no && grep -q "'plain' was prepared with no unk, not 'X'" "$err" &&
    run 2 eval m plain --unk X && grep -q "'plain' was prepared with no unk, not 'X'" "$err"
result $? "a prepared directory keeps its own"

run 2 prepare text -o no --bos 'a b' && grep -q "option '--bos': wants a single word, not 'a b'" "$err" &&
    run 2 prepare text -o no --unk '' && grep -q "option '--unk': wants a word" "$err" &&
    run 2 prepare text -o no --unk x --eos x && grep -q "'x' cannot be both an unknown word and" "$err"
result $? "what cannot be a marker is refused"

for tokenizer in chars treebank; do
    # shellcheck disable=SC2086
    run 0 prepare text -o a --force --tokenizer $tokenizer && fingerprint >want &&
        run 0 prepare marked -o b --force --tokenizer $tokenizer $marks && fingerprint | cmp - want
    result $? "the same with the tokenizer $tokenizer"
done

# warned TEXT...: whether there is a warning with each of them, and no other.
warned() {
    [ "$(grep -c ': warning: ' "$err")" -eq $# ] || return 1
    for text; do grep -qF -- "$text" "$err" || return 1; done
}

run 0 prepare marked -o raw -q && warned \
    "'marked/train.txt' has <s> at the beginning of 100.0 % of its lines, where it counts as a word: --bos '<s>' drops it" \
    "'marked/train.txt' has </s> at the end of 100.0 % of its lines, where it counts as a word before the line's own" \
    "'marked/train.txt' has [UNK] for "
result $? "prepare warns of markers without their options"

# shellcheck disable=SC2086
run 0 train marked $small $once -o raw_model && warned "--bos '<s>' drops" "--eos '</s>' makes" "--unk '[UNK]' reads" &&
    run 0 train raw $small $once -o raw_model2 && warned "was prepared with <s> as a word like others" \
    "give --eos '</s>' to 'ptblm prepare'" "give --unk '[UNK]' to 'ptblm prepare'"
result $? "so does train, of a prepared directory too"

run 0 eval m marked/test.txt -q && warned "'marked/test.txt' has <s> at" "--eos '</s>' makes" "; --unk '[UNK]' says that" &&
    run 0 eval raw_model marked/test.txt -q && warned "--bos '<s>'" "--eos '</s>'" "'marked/test.txt' has [UNK] for"
result $? "so does eval, whose model may know them as words"

printf '<s> the </s>\n<s> a </s>\n' >short.txt && run 0 eval m short.txt -q && warned "--bos '<s>'" "--eos '</s>'"
result $? "markers that are named do not count as unknown words too"

piped 0 score m -q <marked/test.txt && warned "'standard input' has <s> at" "--eos '</s>' makes" "--unk '[UNK]'" &&
    run 0 batches marked -q && warned "--bos '<s>'" "--eos '</s>'" "--unk '[UNK]'"
result $? "so do score and batches"

run 0 prepare marked -o raw -f -q --bos '<s>' && warned "--eos '</s>' makes" "--unk '[UNK]' reads"
result $? "only what is not said is warned of"

run 0 prepare text -o a -f -q && warned && run 0 eval mm marked/test.txt -q && warned && run 0 eval mm text/test.txt -q && warned
result $? "there is no warning where nothing is wrong"

for unknown in unk '<UNK>' '<oov>' UNK; do
    mkdir -p odd && for s in train valid test; do sed "s/<unk>/$unknown/g" text/$s.txt >odd/$s.txt; done
    run 0 prepare odd -o b -f -q && warned "--unk '$unknown' reads it as <unk>" && run 0 prepare text -o a -f &&
        fingerprint >want && run 0 prepare odd -o b -f --unk "$unknown" && fingerprint | cmp - want && warned
    result $? "$unknown for unknown words"
done

mkdir ends && for s in train valid test; do sed 's/$/ <eos>/' text/$s.txt >ends/$s.txt; done
run 0 prepare text -o a --force && fingerprint >want && run 0 prepare ends -o b --force --eos '<eos>' &&
    fingerprint | cmp - want && warned && run 0 prepare ends -o b --force -q &&
    warned "has <eos> at the end of 100.0 % of its lines, each of which then ends twice: --eos '<eos>' makes"
result $? "a literal <eos> at the end of each line"

# A vocabulary of another program: its words for the end of a line and for unknown ones are ours.
sed 's/^<unk>\t/[UNK]\t/; s/^<eos>\t/<\/s>\t/' plain/vocab.txt >theirs.txt && printf '<s>\t0\n' >>theirs.txt
(cat plain/vocab.txt && printf '<s>\t0\n') >ours.txt
# shellcheck disable=SC2086
run 0 prepare text --vocab ours.txt -o a -f && fingerprint >want && run 0 prepare marked --vocab theirs.txt -o b -f $marks &&
    fingerprint | cmp - want && cmp a/vocab.txt b/vocab.txt && warned
result $? "a vocabulary with markers is read with the options of the text"

run 3 prepare marked --vocab theirs.txt -o b -f &&
    grep -q "'theirs.txt' has no line for <unk>, which .* unless its '\[UNK\]' is what .*; --unk with that word says so" "$err" &&
    run 3 prepare marked --vocab theirs.txt --unk '[UNK]' -o b -f &&
    grep -q "has no line for <eos>, .* unless its '</s>' is what .*; --eos with that word says so" "$err"
result $? "and without them the message names them"

finish
