#!/bin/sh
# Texts in other encodings and in JSON lines have the ids of the same text in UTF-8; files that are no
# plain text are named. iconv and Python write the texts, where they are there.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
cd "$work" || exit 99

on='--epochs 1 --hidden 8 --batch 5 --steps 5 --lr 0.2 --threads 1 -q'

# What identifies the ids of a text.
fingerprint() {
    grep '^fingerprint' "$err"
}

run 0 corpus -o all --tokens 3000 --valid-tokens 500 --test-tokens 500 &&
    sed 's/^the /\xc3\xa9t\xc3\xa9 \xe2\x82\xac \xe2\x80\x9cthe\xe2\x80\x9d /' all/train.txt >u8.txt &&
    run 0 prepare --train u8.txt -o ids && fingerprint >want
result $? "the text that others are compared with"

if command -v iconv >/dev/null 2>&1 && echo a | iconv -f UTF-8 -t CP1252 >/dev/null 2>&1; then
    for name in UTF-16 UTF-32; do # with a mark
        iconv -f UTF-8 -t "$name" u8.txt >"$name.txt" &&
            run 0 prepare --train "$name.txt" -o ids --force && fingerprint | cmp -s want -
        result $? "$name is known by its mark"
    done
    for name in UTF-16LE UTF-16BE UTF-32BE windows-1252 GB18030 UTF-7; do
        iconv -f UTF-8 -t "$name" u8.txt >"$name.txt" &&
            run 0 prepare --train "$name.txt" --encoding "$name" -o ids --force &&
            fingerprint | cmp -s want -
        result $? "$name is read as iconv wrote it"
    done
else
    skip "iconv is not there" "encodings as iconv writes them"
fi
if command -v python3 >/dev/null 2>&1; then
    # every byte that Python's decoder takes, and every one that it refuses
    python3 - <<'PYTHON'
for name in ("cp1252", "latin-1", "koi8-r", "cp437", "iso8859-15", "cp850", "cp1251"):
    good = bad = b""
    for byte in (bytes((i,)) for i in range(1, 256)):
        try:
            byte.decode(name)
            good += byte + b" "
        except UnicodeDecodeError:
            bad += byte
    open(name + ".in", "wb").write(good)
    open(name + ".bad", "wb").write(bad)
    open(name + ".want", "w", newline="").write(good.decode(name))
PYTHON
    for name in cp1252 latin-1 koi8-r cp437 iso8859-15 cp850 cp1251; do
        run 0 prepare --train "$name.want" -o ids --force --tokenizer chars && fingerprint >chars &&
            run 0 prepare --train "$name.in" -o ids --force --tokenizer chars --encoding "$name" &&
            fingerprint | cmp -s chars -
        result $? "each byte of $name is what it is in Python"
    done
    # glibc and Python agree that these five are undefined
    [ "$(wc -c <cp1252.bad)" -eq 5 ] && for i in 1 2 3 4 5; do
        { printf 'a\nb' && head -c "$i" cp1252.bad | tail -c 1 && echo; } >one.txt &&
            refused 3 "line 2 cannot be converted at byte 4 of the text" \
                prepare --train one.txt --encoding cp1252 -o no || break
    done && [ "$i" -eq 5 ]
    result $? "bytes that cp1252 lacks are refused"

    python3 -c '
import json
lines = open("u8.txt").read().split("\n")[:-1]
with open("docs.jsonl", "w") as f:
    for i in range(0, len(lines), 7):
        print(json.dumps({"id": i, "text": "\n".join(lines[i:i + 7])}, ensure_ascii=i % 2), file=f)' &&
        run 0 prepare --train docs.jsonl --json-field text -o ids --force && fingerprint | cmp -s want -
    result $? "JSON lines as Python writes them have the ids of their texts"
else
    skip "python3 is not there" "encodings and JSON lines as Python writes them"
fi

printf '{"text":"the cat\\nsat"}\n{"text":"a mat"}\n' >two.jsonl
refused 3 "'two.jsonl' is JSON lines, not plain text: to read it as it is, give it a name that ends in .txt; name the field that is the text with --json-field" \
    prepare --train two.jsonl -o no && [ ! -e no ]
result $? "JSON lines are named, with the option that reads them"

cp two.jsonl two.txt && run 0 prepare --train two.txt -o ids --force &&
    grep -q "warning: 'two.txt' seems to be JSON lines, and is read as it is: --json-field" "$err" &&
    run 0 prepare --train two.txt --json-field text -o ids --force && ! grep -q warning "$err" &&
    grep -q '^train *8 tokens, 6 types, 0 unknown' "$err"
result $? "with a name that says text they are read as they are, with a warning"

refused 3 "line 1 has no field 'body'; it has 'text'; name the field" prepare --train two.txt --json-field body -o no
result $? "a missing field is refused with those that are there"

piped 0 prepare --train - -o ids --force <two.jsonl && grep -q "warning: 'standard input' seems to be JSON lines" "$err"
result $? "JSON lines from a pipe give a warning"

# How a corpus is written is noted with a model, so that eval and --resume read it alike.
i=0
while [ $i -lt 40 ]; do
    printf '{"id":%d,"t":"the cat %d\\nsat on the mat"}\n' $i $((i % 7)) && i=$((i + 1))
done >t.jsonl
# shellcheck disable=SC2086
run 0 train t.jsonl --json-field t -o r $on && run 0 eval r -q && cp "$out" want &&
    run 0 eval r/model.safetensors -q && cmp -s "$out" want &&
    run 0 eval r t.jsonl --json-field t --split test -q && cmp -s "$out" want &&
    run 0 train --resume r --epochs 2 -q && refused 2 "given with --resume" train --resume r --json-field x
result $? "eval and --resume read the corpus as it was read"

printf 'the caf\351\n' >l1.txt
refused 3 "it is not UTF-8; if it is text, name its encoding with --encoding" eval r l1.txt &&
    run 0 eval r l1.txt --encoding latin1 -q && printf 'the caf\303\251\n' >u.txt && cp "$out" want &&
    run 0 eval r u.txt -q && cmp -s "$out" want && piped 0 score r --encoding latin1 -q <l1.txt &&
    cp "$out" want && piped 0 score r -q <u.txt && cmp -s "$out" want &&
    echo '{"t":"the caf\u00e9"}' | piped 0 score r --json-field t -q && cmp -s "$out" want
result $? "eval and score read other encodings and JSON lines"

refused 2 "there is no encoding 'latin-0'" prepare --train l1.txt --encoding latin-0 -o no &&
    refused 2 "there is no encoding 'ASCII//IGNORE'" prepare --train l1.txt --encoding ASCII//IGNORE -o no &&
    refused 2 "is a prepared directory, which 'encoding' cannot change" train ids --encoding latin1 -o no &&
    refused 2 "is a prepared directory, which 'json-field' cannot change" train ids --json-field t -o no
result $? "names that iconv lacks, or that would lose characters, and prepared directories are refused"

# named FORM FILE: refused as that, whatever the name says
named() {
    refused 3 "is $1, not plain text" prepare --train "$2" -o no && cp "$2" copy.txt &&
        refused 3 "is $1, not plain text" prepare --train copy.txt -o no
}
printf '\200\004\225\016\000\000\000' >p.pkl && named "a Python pickle" p.pkl &&
    printf 'PAR1\025\000\025\020' >t.parquet && named "a Parquet table" t.parquet &&
    printf '\223NUMPY\001\000v\000{}' >a.npy && named "a NumPy array (npy)" a.npy &&
    printf '%%PDF-1.7\n%%\342\343\317\323\n' >d.pdf && named "a PDF document" d.pdf &&
    printf 'SQLite format 3\000\020\000' >s.db && named "an SQLite database" s.db &&
    printf '\211PNG\r\n\032\n\000' >i.png && named "a picture (PNG)" i.png &&
    named "a model (safetensors)" r/model.safetensors && named "a file of word ids of a prepared directory" ids/train.ids
result $? "tables, arrays, documents, pictures and models are named"

# said FORM FILE: refused as that, and with a name that says text read as it is with a warning
said() {
    refused 3 "is $1, not plain text" prepare --train "$2" -o no && cp "$2" copy.txt &&
        run 0 prepare --train copy.txt -o ids --force && grep -q "warning: 'copy.txt' seems to be $1, " "$err"
}
printf 'id,text\n1,a b\n2,"c, d"\n3,e\n' >t.csv && said "a table (CSV)" t.csv &&
    printf '<?xml version="1.0"?>\n<a>b</a>\n' >x.xml && said "an XML document" x.xml &&
    printf '1\r\n00:00:01,000 --> 00:00:02,000\r\nHello .\r\n\r\n' >m.srt && said subtitles m.srt &&
    printf 'From a@b.c Mon Jan  1 10:00:00 2024\nSubject: a\n\nText .\n' >a.mbox && said "a mailbox" a.mbox &&
    for _ in 1 2 3 4 5 6; do cat m.srt; done >film.txt && run 0 prepare film.txt -o ids --force -q &&
    [ "$(grep -c 'seems to be subtitles' "$err")" -eq 1 ] &&
    printf '<!DOCTYPE html>\n<p>a</p>\n' >p.html && said "an HTML page" p.html &&
    printf '[{"text": "a"},\n {"text": "b"}]\n' >a.json && said "JSON" a.json &&
    gzip t.csv && refused 3 "is a table (CSV), not plain text" prepare --train t.csv.gz -o no
result $? "tables, XML, HTML and JSON are named, and read as they are where the name says text"

for text in '{ brace } first' '<unk> the <eos>' 'a , b , c' '[1] a note' 'PAR1 the ORC' '%PDF- begins so'; do
    printf '%s\n%s\n%s\n%s\n%s\n' "$text" "$text" "$text" "$text" "$text" >plain
    run 0 prepare --train plain -o ids --force && ! grep -q "warning: 'plain' seems" "$err" || break
done && [ "$text" = '%PDF- begins so' ]
result $? "plain text that begins alike is read as it is"

finish
