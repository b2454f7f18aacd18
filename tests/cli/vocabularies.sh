#!/bin/sh
# Vocabularies that do not belong to a model, and those that other programs write.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99
"$PTBLM" corpus -o g --tokens 3000 --valid-tokens 300 --test-tokens 300 >"$out" 2>"$err" &&
    "$PTBLM" prepare g -o gi -q 2>"$err" &&
    "$PTBLM" train gi -o m --preset test --hidden 8 -b 5 -t 5 -e 1 -q >"$out" 2>"$err"
result $? "there is a corpus, and a model of it"

# --- a vocabulary under a model ---

sort gi/vocab.txt >perm.txt
for use in "eval m g/test.txt" "next m the" "score m g/test.txt" "sample m" "info m"; do
    # shellcheck disable=SC2086 # words on purpose
    refused 3 "'m/model.safetensors' has a vocabulary of its own, and 'perm.txt' is another: the word of id 0 is" \
        $use --vocab perm.txt && grep -q 'leave --vocab out$' "$err"
    result $? "a model takes no other vocabulary: ${use%% *}"
done

run 0 eval m g/test.txt -q && mv "$out" own && cut -f1 gi/vocab.txt >same.txt &&
    run 0 eval m g/test.txt -q --vocab same.txt && cmp -s "$out" own
result $? "the same words without their counts are the model's own"

run 0 prepare g -o gp --vocab perm.txt -q && refused 3 "'gp' was prepared with another vocabulary" eval m gp -q &&
    refused 3 "was prepared with another vocabulary" train gp --from m -o again -q && [ ! -e again ]
result $? "word ids of another vocabulary are refused"

cp gi/vocab.txt own.txt && cp perm.txt gi/vocab.txt && refused 3 "'gi/vocab.txt' is not the vocabulary that 'gi' was prepared with" eval m gi -q &&
    refused 3 "is not the vocabulary that 'gi' was prepared with" train gi -o again -q && [ ! -e again ] &&
    refused 3 "is not the vocabulary that 'gi' was prepared with" batches gi
result $? "a vocabulary that replaces the one of a prepared directory is refused"

# --- vocabularies of other programs ---

# taken FILE WHAT ARGUMENT...: the file gives the ids of own.txt, and the note says what was taken.
taken() {
    file=$1
    what=$2
    shift 2
    rm -rf o && run 0 prepare g/train.txt --vocab "$file" -o o "$@" && grep -q "^vocab file .*786 words, .*$what" "$err" &&
        grep '^fingerprint' "$err" >print && cmp -s print wanted
}

run 0 prepare g/train.txt --vocab own.txt -o o && grep '^fingerprint' "$err" >wanted &&
    tr '\t' ' ' <own.txt >blank && awk -F'\t' '{ print NR - 1 " " $1 }' own.txt | sort >id-word &&
    awk -F'\t' '{ print $1 " " NR - 1 }' own.txt | sort >word-id &&
    awk -F'\t' '{ printf "%7d %s\n", $2, $1 }' own.txt >uniq-c && cut -f1 own.txt >words &&
    { printf '\357\273\277' && cat own.txt; } >mark && sed 's/$/\r/' own.txt >crlf &&
    sed 's/[\\"]/\\&/g; s/\t.*//; s/.*/"&",/; 1s/^/[/; $s/,$/]/' own.txt >list.json &&
    awk -F'\t' '{ gsub(/[\\"]/, "\\\\&", $1); printf "%s\"%s\": %d", (NR > 1 ? ", " : "{"), $1, NR - 1 } END { print "}" }' \
        own.txt >vocab.json && gzip -c vocab.json >vocab.json.gz && gzip -c blank >blank.gz &&
    taken own.txt 'a tab and its count' && taken words 'each line a word' && taken blank 'each line a word, blanks and its count' &&
    taken id-word 'an id, blanks and its word' && taken word-id 'a word, blanks and its id' &&
    taken uniq-c 'a count, blanks and its word' && taken mark 'byte-order mark dropped' && taken crlf 'CR LF' &&
    taken list.json JSON && taken vocab.json JSON && taken vocab.json.gz 'JSON, gzip' && taken blank.gz 'its count, gzip' &&
    taken words 'each line a word' --vocab-format words
result $? "the common forms give the same ids, and the note says what was taken"

grep -v '^<' blank >less
refused 3 "'less' has no line for <unk>" prepare g --vocab less -o new && [ ! -e new ] &&
    grep -q -e '--vocab-add puts it behind the last word' "$err" && run 0 prepare g --vocab less --vocab-add -o more &&
    grep -q 'added <unk> as id 784' "$err" && grep -q 'added <eos> as id 785' "$err" &&
    [ "$(tail -n 2 more/vocab.txt | cut -f1 | tr '\n' ' ')" = "<unk> <eos> " ]
result $? "what a vocabulary lacks is put in on request, and where"

run 0 train g --vocab less --vocab-add --vocab-format word-count --preset test --hidden 8 -b 5 -t 5 -e 1 -o named &&
    grep -q 'added <eos> as id 785' "$err" && run 0 train --resume named -e 2 && run 0 eval named g/test.txt --vocab less --vocab-add
result $? "a run reads its vocabulary file again in the same way"

refused 2 "--vocab-add says how a file is read: give it with --vocab" prepare g --vocab-add -o new &&
    refused 2 "--vocab-format says how a file is read" score m --vocab-format json &&
    refused 3 "which is not an id, blanks and its word" prepare g --vocab words --vocab-format id-word -o new && [ ! -e new ]
result $? "a form without a file, and another form than the file's"

# Files that hold words but are no vocabularies: each line as a word would make every word unknown.
awk -F'\t' '{ print $1 " 0.25 -1.5e-3 .5 2" }' own.txt >vectors && { echo '786 4' && cat vectors; } >word2vec &&
    awk -F'\t' '{ print $1 "\t" (NR < 4 ? "0" : -NR / 8) }' own.txt >sp.vocab &&
    { echo word,count && tr '\t' , <own.txt; } >own.csv && iconv -f UTF-8 -t UTF-16 own.txt >utf16 &&
    { printf '{"version": "1.0", "model": {"type": "WordLevel", "vocab": ' && cat vocab.json && echo '}}'; } >tokenizer.json
for kind in 'vectors:has word vectors, not a vocabulary' 'word2vec:has word vectors' 'sp.vocab:as SentencePiece writes them' \
    'own.csv:is a table (CSV)' 'utf16:is in UTF-16' 'tokenizer.json:describes a tokenizer'; do
    refused 3 "${kind#*:}" prepare g --vocab "${kind%%:*}" --vocab-add -o new && [ ! -e new ]
    result $? "no vocabulary, named for what it is: ${kind%%:*}"
done
awk -F'\t' '{ print $1 "\t0" }' own.txt >zeros && taken zeros 'a tab and its count' &&
    { printf '%s\n' the,1638 && grep -v '^the' words; } >comma && run 0 prepare g --vocab comma --vocab-add -o commas
result $? "a vocabulary whose counts are all 0, or with a comma in a word, is one"

head -c 200000000 /dev/zero | tr '\000' a | gzip -1 >bomb.gz
refused 3 "'bomb.gz' unpacks to more than 134217728 bytes" prepare g --vocab bomb.gz -o new && [ ! -e new ] &&
    head -c 2000 blank.gz >cut.gz && refused 3 "'cut.gz'" prepare g --vocab cut.gz -o new && [ ! -e new ]
result $? "a compressed vocabulary that is a bomb, or cut short"

finish
