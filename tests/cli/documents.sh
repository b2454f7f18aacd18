#!/bin/sh
# Folders and archives of documents: what is taken, how it is divided, and that the ids are those of
# the same documents put together by cat.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

# documents FOLDER FIRST LAST: one document of two lines for each number
documents() {
    mkdir -p "$1" && for i in $(seq "$2" "$3"); do
        printf 'the %s doc w%s\nends it .\n' "$i" $((i % 7)) >"$1/doc$i.txt"
    done
}

print() {
    grep '^fingerprint' "$err"
}

# same OUTPUT ARGUMENT...: preparing these gives the ids of t.txt, v.txt and e.txt
same() {
    made=$1
    shift
    run 0 prepare "$@" -o "$made" -q -f && run 0 prepare --train t.txt --valid v.txt --test e.txt -o want -q -f &&
        for s in train valid test; do
            # the data behind the header, which has the hash of the texts
            tail -c +65 "$made/$s.ids" | cmp - "want/$s.ids.data" 2>/dev/null ||
                { tail -c +65 "want/$s.ids" >"want/$s.data" && tail -c +65 "$made/$s.ids" | cmp - "want/$s.data"; } || return 1
        done && cmp "$made/vocab.txt" want/vocab.txt
}

says() {
    grep -qxF -- "$1" "$err"
}

# The order of paths by their bytes, and the last two twentieths, of 45 documents.
documents plain 1 30 && documents plain/sub/deep 31 45 &&
    (cd plain && find . -name '*.txt' | sed 's,^\./,,' | sort | sed 's,^,plain/,') >list &&
    head -n 41 list | xargs cat >t.txt && sed -n 42,43p list | xargs cat >v.txt &&
    tail -n 2 list | xargs cat >e.txt && same got plain
result $? "documents are cut whole: the last twentieth is test, that before it valid"

refused 2 "was given twice, with 't.txt' and 'v.txt': give it once; several files are one text in a folder, --train FOLDER" \
    prepare --train t.txt --train v.txt -o no && mkdir pair && cp v.txt e.txt pair &&
    run 0 prepare --train pair -o no && tail -c +65 no/train.ids >want.data &&
    cat e.txt v.txt | "$PTBLM" prepare --train - -o no -f -q && tail -c +65 no/train.ids | cmp - want.data
result $? "a text named twice is told to be a folder or a pipe, which are the same text"
rm -rf no pair

refused 2 "give it once, with commas between the globs" prepare plain -o no --include 'a*' --include 'b*'
result $? "so are globs, with commas"

# The same with what is no document beside them.
cp -R plain mixed && cp -R got mixed/prepared && echo text >mixed/README.txt && echo text >mixed/.hidden && : >mixed/empty &&
    echo echo >mixed/sub/run.sh && printf 'a\0b' >mixed/a.bin && tar -cf mixed/a.tar plain/doc1.txt &&
    ln -s .. mixed/sub/up && ln -s nowhere mixed/lost && same got2 mixed && run 0 prepare mixed -o got2 -f &&
    says 'documents   41 train, 2 valid, 2 test' &&
    says "left out    1, hidden: '.hidden'" && says "left out    1, README and the like: 'README.txt'" &&
    says "left out    1, no text by their names: 'sub/run.sh'" && says "left out    1, not text: 'a.bin'" &&
    says "left out    1, archives: 'a.tar'" && says "left out    1, empty: 'empty'" &&
    says "left out    1, prepared directories and runs: 'prepared'" &&
    says "left out    2, links to folders or to nothing, or no files: 'lost', 'sub/up'"
result $? "what is no document is left out, counted and named, loops of links too"

# What editors leave is an older copy of a document, which would then be in two of the texts.
cp -R plain copies && for name in 'doc1.txt~' 'doc1.txt.bak' 'doc2.ORIG' '#doc3.txt#' '.doc4.txt.swp' doc5.tmp; do
    echo old copy >"copies/$name"
done && printf x >copies/Thumbs.db && same gotc copies && run 0 prepare copies -o gotc -f &&
    grep -q '^left out    5, backup copies: ' "$err" && says "left out    1, no text by their names: 'Thumbs.db'" &&
    echo old copy >"copies/doc~1.txt" && run 0 prepare copies -o gotc -f && says 'documents   42 train, 2 valid, 2 test'
result $? "backup copies are left out and counted"

# An archive says which of its members are empty.
rm -rf hollow && cp -R plain hollow && : >hollow/empty.txt && : >hollow/sub/empty.txt && tar -czf hollow.tgz hollow &&
    run 0 prepare hollow.tgz -o hollow1 && says 'documents   41 train, 2 valid, 2 test' &&
    says "left out    2, empty: 'hollow/empty.txt', 'hollow/sub/empty.txt'" &&
    { ! command -v zip >/dev/null || { zip -qr hollow.zip hollow && run 0 prepare hollow.zip -o hollow2 --exclude '*sub/*.txt' &&
        says "left out    1, empty: 'hollow/empty.txt'"; }; } &&
    mkdir void && for s in train valid; do echo the text >void/$s.txt; done && : >void/test.txt && tar -cf void.tar void &&
    refused 3 "'void.tar:void/test.txt' is empty" prepare void.tar -o no
result $? "empty documents of an archive are left out; an empty text of its own is an error"

# Where names or contents leave nothing, the message says so, not that a train text is missing.
mkdir pdfs && for i in 1 2 3 4; do echo %PDF-1.4 >pdfs/$i.pdf; done &&
    refused 3 "'pdfs' has too few documents, 0 of at least 3: the 4 others in it are left out" prepare pdfs -o no &&
    grep -q "'1.pdf', '2.pdf', '3.pdf', '4.pdf'); say which files are its documents with --include" "$err" &&
    echo one document >pdfs/notes.txt && refused 3 '1 of at least 3: the 4 others' prepare pdfs -o no &&
    refused 3 '0 of at least 3: the 5 others' prepare pdfs --include '*.c' -o no
result $? "a folder all of whose files are left out says what they are"

# A last line without a line end, a mark and CR LF in one document change nothing.
rm -rf ends && cp -R plain ends && printf 'the 1 doc w1\nends it .' >ends/doc1.txt &&
    printf '\357\273\277the 2 doc w2\r\nends it .\r\n' >ends/doc2.txt && same got3 ends
result $? "each document ends its last line, and may begin with a byte-order mark"

gzip -k plain/doc3.txt && refused 3 "has the document 'doc3.txt.gz' twice, plain and compressed" prepare plain -o no &&
    rm plain/doc3.txt && same got4 plain && gunzip plain/doc3.txt.gz
result $? "a document may be compressed, but is refused where it is there plain too"

# --document-end eos: an empty line more.
sed 's/^ends it \.$/&\n/' t.txt >t2 && sed 's/^ends it \.$/&\n/' v.txt >v2 && sed 's/^ends it \.$/&\n/' e.txt >e2 &&
    cp t.txt t.old && cp v.txt v.old && cp e.txt e.old && mv t2 t.txt && mv v2 v.txt && mv e2 e.txt &&
    same got5 plain --document-end eos && mv t.old t.txt && mv v.old v.txt && mv e.old e.txt &&
    same got5 plain --document-end none
result $? "--document-end eos adds one <eos> after each document"

# A tar of the same files, whatever their order there, is divided alike.
rm -f rev && sort -r list >rev && tar -cf docs.tar -T rev && run 0 prepare docs.tar -o tar &&
    says 'documents   41 train, 2 valid, 2 test' && tail -n 2 list | sort -r | xargs cat >e.txt &&
    run 0 prepare --train t.txt --test e.txt -o want -q -f --vocab tar/vocab.txt &&
    tail -c +65 tar/test.ids >first && tail -c +65 want/test.ids | cmp - first &&
    refused 2 'come in its order and cannot be shuffled' prepare docs.tar -o no --shuffle-documents 1
result $? "an archive of documents is divided by their names and read in its own order"

# --- orders ---

run 0 prepare plain -o s1 --shuffle-documents 1 && print >p1 && says 'documents   41 train, 2 valid, 2 test, shuffled with seed 1' &&
    run 0 prepare plain -o s2 --shuffle-documents 1 && print | cmp - p1 &&
    run 0 prepare plain -o s3 --shuffle-documents 2 && ! print | cmp -s - p1
result $? "--shuffle-documents gives one order for each seed"

# All documents are still there, each once.
run 0 batches plain --shuffle-documents 5 --exclude 'sub/*' -b 1 -t 4000 -n 1 -q 2>/dev/null ||
    run 0 batches plain --shuffle-documents 5 --exclude 'sub/*' -b 1 -t 200 -n 1 -q
grep '^x 0' "$out" | tr -s ' ' '\n' | grep -cx doc >n && [ "$(cat n)" -ge 22 ] &&
    grep '^x 0' "$out" | grep -oE 'the +[0-9]+ +doc' | sort | uniq -d >twice && [ ! -s twice ]
result $? "a shuffled document comes once"

# --- divisions ---

mkdir -p one/data && for s in train valid test; do
    cp e.txt one/data/ptb.$s.txt && cp v.txt one/data/ptb.char.$s.txt
done && echo x >one/README && mkdir one/1-train && echo x >one/1-train/train.sh && run 0 prepare one -o i1 &&
    grep -q '^train .*: one/data/ptb.train.txt$' "$err" && ! grep -q '^documents' "$err"
result $? "an unpacked simple-examples is found below its folder"

documents b/training-monolingual.shuffled 1 3 && documents b/heldout-monolingual.shuffled 4 5 && documents b 6 6 &&
    for i in 1 2 3; do mv b/training-monolingual.shuffled/doc$i.txt b/training-monolingual.shuffled/news.en-0000$i-of-00003; done &&
    run 0 prepare b -o i2 && says 'documents   3 train, 2 valid, 0 test, divided by folders' &&
    says "left out    1, in none of train, valid and test: 'doc6.txt'" && rm b/doc6.txt &&
    refused 3 "no test text to go with the others (it has 'heldout-monolingual.shuffled/doc4.txt', " batches b --split test &&
    cp e.txt b/test.txt && refused 3 "'b' has several texts that could be its test text ('test.txt')" batches b --split test && rm b/test.txt
result $? "folders divide documents: one billion words as it is unpacked"

mkdir shards && for i in 1 2 3; do cp t.txt shards/train-0000$i-of-00003.txt; done && cp v.txt shards/heldout.txt &&
    cp e.txt shards/testing.txt && run 0 prepare shards -o i3 && says 'documents   3 train, 1 valid, 1 test, divided by names'
result $? "shards of a split are taken together"

# Folders of code that are called train divide nothing; what is left out is more than what is taken.
mkdir -p code/train code/eval code/more && for i in 1 2 3 4 5 6; do echo some text >code/more/$i.txt; done &&
    echo a text >code/train/a.txt && echo a text >code/eval/a.txt && run 0 prepare code -o i9 -q &&
    grep -q 'warning: 6 documents are in none of train, valid and test, more than the 2 that are in one, by the names of their folders: --exclude GLOB' "$err" &&
    run 0 prepare code -o i9 -q -f --exclude 'train/*,eval/*' && [ ! -s "$err" ] && mkdir -p acl/unsup && cp -R code/train code/eval acl && echo x >acl/unsup/1 &&
    run 0 prepare acl -o i9 -f -q && [ ! -s "$err" ]
result $? "a division by names that leaves out more than it takes is warned of, also with -q"

rm shards/train-00002-of-00003.txt && run 0 prepare shards -o i3 -f -q &&
    grep -q 'warning: 2 of 3 files of the train text are there' "$err"
result $? "a missing shard gives a warning that --quiet keeps"

mkdir words && cp t.txt words/training.txt && cp v.txt words/devel.txt && cp e.txt words/eval.txt && run 0 prepare words -o i4 &&
    grep -q '^valid .*: words/devel.txt$' "$err" && grep -q '^test .*: words/eval.txt$' "$err"
result $? "training, devel and eval are found where train, valid and test are not"

cp words/training.txt words/train.a.txt && cp words/training.txt words/train.b.txt && rm words/training.txt &&
    refused 3 'has several texts that could be its train text' prepare words -o no
result $? "names that speak of splits unclearly are refused as before"

run 0 prepare --train plain/sub --valid v.txt -o i5 && grep -q '^train .*: plain/sub (15 documents)$' "$err" &&
    refused 3 "has files whose names speak of train, valid or test texts" prepare --train one -o no &&
    refused 3 'is a prepared directory or a run' prepare --train i5 -o no
result $? "a folder can be named as one of the texts, not if it has several"

# --- choices that cannot be ---

refused 2 'no documents to choose from' prepare t.txt -o no --include '*' &&
    refused 2 'no documents to choose from' prepare one -o no --shuffle-documents 3 &&
    refused 2 "which 'exclude' cannot change" batches i5 --exclude '*' &&
    refused 2 'the built-in corpus has no documents' batches --document-end eos &&
    refused 2 'one of its globs is empty' prepare plain -o no --include 'a,,b' &&
    refused 3 'too few to be divided' prepare plain -o no --include 'doc1.txt,doc2.txt' &&
    refused 3 'the 45 others in it are left out, by choice' prepare plain -o no --include '*.none'
result $? "choices where there are no documents are refused"

printf 'good\nbad \377\n' >plain/x.txt && refused 3 "'plain/x.txt' line 2 has" prepare plain -o no &&
    grep -q -- '--encoding$' "$err" && run 0 prepare plain -o no -q --exclude 'x.*' && rm plain/x.txt
result $? "a bad document is named with its own line and the remedy"

run 0 prepare plain -o i6 --vocab got/vocab.txt -q && printf 'the 1 doc\nzebra\n' >plain/doc1.txt &&
    refused 3 "'plain/doc1.txt' line 2 has 'zebra'" prepare plain -o none --vocab got/vocab.txt --oov error
result $? "an unknown word is named with its document"

# --- a run ---

tiny='--hidden 4 -b 2 -t 5 --threads 1 -q'
# shellcheck disable=SC2086
run 0 train plain -o m --epochs 1 $tiny --shuffle-documents 9 --document-end eos --exclude '*1.txt' &&
    run 0 eval m && cp "$out" whole && run 0 eval m/model.safetensors && cmp "$out" whole &&
    run 0 train --resume m --epochs 2 -q &&
    refused 2 'those chosen then' eval m --include 'doc*'
result $? "a run is evaluated and resumed with the documents that it had"

echo more >>plain/doc2.txt && refused 3 "the fingerprint of 'plain (" train --resume m --epochs 3
result $? "a changed document is found at resume"

run 0 eval m plain/sub && grep -q '(15 documents)' "$err" && run 0 eval m plain/sub --split test && grep -q '(1 document)' "$err"
result $? "a folder without a division is evaluated whole, or its test part if that is asked for"

# --- many, and WikiText ---

# shellcheck disable=SC3045 # dash and bash have it
mkdir many && (cd many && seq 1 3000 | while read -r i; do echo "a $i" >"$i"; done) &&
    (ulimit -n 32 && run 0 prepare many -o i7) && says 'documents   2,700 train, 150 valid, 150 test'
result $? "thousands of files need few descriptors"

# As WikiText comes: a blank before and behind each line, headings, blank lines. AWD-LSTM's and
# PyTorch's loaders count split() and one <eos> a line, blank ones too.
printf ' \n = Robert <unk> = \n \n Robert is a film , @-@ an actor . \n \n = = Career = = \n \n' >wiki.txt &&
    run 0 prepare --train wiki.txt -o i8 && awk '{ n += NF + 1 } END { print n }' wiki.txt >tokens &&
    tr -s ' ' '\n' <wiki.txt | grep . | sort -u | awk 'END { print NR + 1 }' >types && [ "$(cat tokens)" -eq 25 ] &&
    grep -q "^train  *$(cat tokens) tokens, $(cat types) types, 0 unknown" "$err"
result $? "headings and blank lines of WikiText count as in the loaders of others"

finish
