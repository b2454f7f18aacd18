#!/bin/sh
# Unknown words: a text that has many of them gets a warning with the most frequent ones and, where
# something would make them known, with that; --quiet keeps it.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

small='--hidden 8 --batch 5 --steps 5 --epochs 1 --threads 1 -q'

# warned TEXT...: whether there is one warning, with each of them in it; none if there is no text.
warned() {
    [ "$(grep -c ': warning: ' "$err")" -eq $(($# > 0)) ] || return 1
    for text; do grep -qF -- "$text" "$err" || return 1; done
}

# shellcheck disable=SC2086
run 0 corpus -o c --tokens 20000 --valid-tokens 2000 --test-tokens 2000 && run 0 train c $small -o m && warned &&
    run 0 eval m c/test.txt -q && warned && cp "$out" want
result $? "there is a model, and no warning"

tr '[:lower:]' '[:upper:]' <c/test.txt >loud.txt
run 0 eval m loud.txt -q && warned "'loud.txt': " " are not in the vocabulary, most often 'THE' (" ") and '" "tokenizer treebank 0."
result $? "a text in capitals"

sed 's/\bN\b/n/g' c/train.txt >lower.txt && run 0 prepare --train lower.txt -o lp -q && tr '[:lower:]' '[:upper:]' <lower.txt >upper.txt
# shellcheck disable=SC2086
run 0 train --train lower.txt --valid lower.txt $small -o ml && run 0 eval ml upper.txt -q &&
    warned "most often 'THE' (" "; in lower case 0.0 % would be: put the text through 'tr A-Z a-z'" &&
    tr '[:upper:]' '[:lower:]' <upper.txt >again.txt && run 0 eval ml again.txt -q && warned && [ "$(value_of unknown)" = 0 ]
result $? "and where lower case is all that it lacks, that is the advice"

tr '[:lower:]' '[:upper:]' <lp/vocab.txt | sed 's/<UNK>/<unk>/; s/<EOS>/<eos>/' >loud_vocab.txt
# shellcheck disable=SC2086
run 0 train --train lower.txt --valid lower.txt --test lower.txt --vocab loud_vocab.txt $small -o mv &&
    warned "'lower.txt': " "most often 'the' (" "; in upper case, which the vocabulary has, 0.0 % would be" &&
    run 0 prepare --train lower.txt --vocab loud_vocab.txt -o vp -q && warned "most often 'the' (" "in upper case" &&
    run 0 batches --train lower.txt --vocab loud_vocab.txt -q && warned "most often 'the' (" "in upper case"
result $? "a vocabulary in the wrong case never passes without a word"

run 0 eval mv vp -s train -q && warned "'lower.txt': " "are not in the vocabulary"
result $? "nor does what was prepared with it"

printf 'The company, they said, will not be sold.\nShe said: "The shares rose, and the prices fell."\n' >plain.txt
run 0 eval m plain.txt -q && warned "'plain.txt': " "most often 'The' (1), " "; with the tokenizer treebank " " % would be"
result $? "plain English for a model of treebank words"
piped 0 score m -q <plain.txt && warned "'standard input': " "; with the tokenizer treebank "
result $? "in score, at its end"
run 0 prepare --train c/train.txt --valid plain.txt -o pp -q && warned "'plain.txt': " ": --tokenizer treebank"
result $? "in prepare, valid against train"

sed 's/\b[a-e][a-z]*/[UNK]/g' c/test.txt >marked.txt && run 0 eval m marked.txt -q &&
    warned "most often '[UNK]' (" "; --unk '[UNK]' says that it stands for unknown words" &&
    run 0 eval m marked.txt --unk '[UNK]' -q && warned
result $? "another spelling of <unk>"

# One word in 200 is unknown in the train text, and one in 20 in the other.
awk '{ for (i = 1; i <= NF; i++) if (++n % 200 == 0) $i = "<unk>"; print }' lower.txt >few.txt
awk '{ for (i = 1; i <= NF; i++) if (++n % 20 == 0) $i = "zebra"; print }' lower.txt >more.txt
awk '{ for (i = 1; i <= NF; i++) if (++n % 70 == 0) $i = "zebra"; print }' lower.txt >some.txt
# shellcheck disable=SC2086
run 0 train --train few.txt --valid few.txt $small -o mf && warned && run 0 eval mf more.txt -q &&
    warned "(4.8 %) are not in the vocabulary, where 0.5 % are <unk> in the text that it was made from, most often 'zebra' (" &&
    run 0 eval mf some.txt -q && warned && run 0 eval mf few.txt -q && warned
result $? "five times the share of the training text"

cut -f1 lp/vocab.txt >no_counts.txt
# shellcheck disable=SC2086
run 0 train --train few.txt --valid few.txt --vocab no_counts.txt $small -o mn && warned && run 0 eval mn more.txt -q &&
    warned "where 0.5 % are <unk>" "'zebra' (" && run 0 eval mn some.txt -q && warned && piped 0 score mn -q <more.txt &&
    warned "where 0.5 % are <unk>" "'zebra' ("
result $? "which the model's notes have, where its vocabulary has no counts"

run 0 prepare --train few.txt --valid more.txt --test some.txt -o fp -q && warned "'more.txt': " "'zebra' ("
result $? "in prepare too"

printf 'a b c d e f g h i j\n' >train.txt && printf 'a b k\n' >valid.txt
run 0 prepare --train train.txt --valid valid.txt -o tiny -q &&
    warned "1 of 4 tokens (25.0 %)" "there was no <unk> in the text that it was made from: --min-count 2 makes"
result $? "a vocabulary without <unk> in its text says how to get it"

# Ids in front of the lines are words that nothing predicts; a script without blanks has no words.
awk '{ printf "spk%02d-utt%04d %s\n", NR % 7, NR, $0 }' c/test.txt >kaldi
run 0 eval m kaldi -q && grep -q "warning: 'kaldi' has what looks like an id at the beginning of 100.0 % of its lines, such as 'spk" "$err" &&
    grep -q "where it counts as a word: cut it off, with 'cut" "$err" &&
    cut -d' ' -f2- kaldi >bare.txt && run 0 eval m bare.txt -q && warned && cmp "$out" want &&
    run 0 score m kaldi -q && grep -q 'counts as a word: --ids takes it as one' "$err" && run 0 score m kaldi --ids -q && warned &&
    run 0 prepare kaldi -o k -q && [ "$(grep -c 'looks like an id' "$err")" -eq 1 ]
result $? "ids at the beginnings of lines"

for i in $(seq 300); do printf '吾輩は猫である名前はまだ無いどこで生れたか%s\n' "$((i % 10))"; done >neko
run 0 prepare neko -o n -q && warned "'neko' has words of 22 characters on the average, as if it were written without blanks between them: the tokenizers bpe and chars" &&
    run 0 prepare neko -o n -q -f --tokenizer chars && warned && run 0 prepare neko -o n -q -f --tokenizer bpe --bpe-merges 9 && warned
result $? "a text without blanks between its words"

finish
