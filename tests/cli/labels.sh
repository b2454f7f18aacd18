#!/bin/sh
# Sequences with labels from end to end: lines, columns, folders and images are trained on, evaluated
# and predicted; figures are those that awk computes from the predictions; runs that are killed end
# with the same bits; what is wrong with the data is said.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99

# lines N SEED: opinions with their labels. Now and then an opinion is the other one's.
lines() {
    awk -v n="$1" -v seed="$2" '
        function word(words, of) { split(words, of, " "); return of[1 + int(5 * rand())] }
        BEGIN {
            srand(seed)
            for (i = 0; i < n; i++) {
                label = rand() < .4 ? "neg" : rand() < .5 ? "pos" : "so-so"
                seen = rand() < .15 ? "pos" : label
                print label "\tthe " word("film plot actor music end") " was " \
                    (seen == "neg" ? word("bad dull poor weak cold") : \
                     seen == "pos" ? word("good great fine lovely warm") : word("long short loud old new")) \
                    (rand() < .5 ? " ." : " , and the " word("film plot actor music end") " too .")
            }
        }'
}

# columns N SEED: sentences with words, parts of speech and chunks.
columns() {
    awk -v n="$1" -v seed="$2" '
        function word(words, of) { split(words, of, " "); return of[1 + int(3 * rand())] }
        BEGIN {
            srand(seed)
            for (i = 0; i < n; i++) {
                for (k = 0; k < 2; k++) {
                    print word("the a this"), "DT", "B-NP"
                    while (rand() < .4) print word("red old big"), "JJ", "I-NP"
                    print word("Dog cat House"), "NN", rand() < .1 ? "B-NP" : "I-NP"
                    if (k == 0) print word("sees eats finds"), rand() < .3 ? "NN" : "VB", "B-VP"
                }
                print ".", ".", "O"
                print ""
            }
        }'
}

octal() { # N: four bytes, the highest first
    printf '\\%03o\\%03o\\%03o\\%03o' 0 0 $(($1 / 256)) $(($1 % 256))
}

# images N SEED NAME: N images of 4 x 3, bright above or below, and their labels.
images() {
    # shellcheck disable=SC2059 # the format is the data
    printf "\\000\\000\\010\\003$(octal "$1")$(octal 4)$(octal 3)$(awk -v n="$1" -v seed="$2" 'BEGIN {
        srand(seed)
        for (i = 0; i < n; i++)
            for (k = 0; k < 12; k++) printf "\\%03o", ((k < 6) == i % 2) * 190 + int(60 * rand())
    }')" >"$3-images-idx3-ubyte"
    # shellcheck disable=SC2059
    printf "\\000\\000\\010\\001$(octal "$1")$(awk -v n="$1" 'BEGIN {
        for (i = 0; i < n; i++) printf "\\%03o", i % 2 ? 7 : 3
    }')" >"$3-labels-idx1-ubyte"
}

tiny="--dropout 0.5 --schedule constant --hidden 8 --embedding 8 --batch 8 --lr 0.02"

# --- lines ---

mkdir films && lines 200 1 >films/train.txt && lines 60 2 >films/test.txt
# shellcheck disable=SC2086
run 0 train films --task classify $tiny --epochs 3 -o m && cp "$out" figures &&
    grep -q '^form        tab$' "$err" && grep -q '^labels      3$' "$err" && grep -q '^train       180 sequences' "$err" &&
    grep -q '^held out    20 of the train examples' "$err"
result $? "lines with labels are trained on, and a tenth is held out"

run 0 eval m && cp "$out" whole && [ "$(value_of sequences)" -eq 60 ] && grep -qx "test_accuracy $(value_of accuracy)" figures &&
    run 0 eval m films --split valid && [ "$(value_of sequences)" -eq 20 ] &&
    grep -qx "valid_accuracy $(value_of accuracy)" figures
result $? "what training printed is what eval prints"

cut -f1 films/test.txt >gold && cut -f2 films/test.txt >texts
run 0 predict m texts && cp "$out" guesses && [ "$(wc -l <guesses)" -eq 60 ] &&
    piped 0 predict m <texts && cmp "$out" guesses 2>>"$err" && piped 0 predict m - --batch 7 <texts && cmp "$out" guesses 2>>"$err" &&
    gzip -c texts >texts.gz && run 0 predict m texts.gz && cmp "$out" guesses 2>>"$err"
result $? "predict reads a file, a pipe and a compressed file alike"

# The figures of eval, by their definitions, from the labels and the guesses.
paste gold guesses | awk '
    { n++; right += $1 == $2; gold[$1]++; found[$2]++; both[$1, $2]++; all[$1]; all[$2] }
    END {
        printf "accuracy %.6f\n", right / n
        C = 0
        for (i = 1; i <= split("neg pos so-so", name, " "); i++) {
            c = name[i]
            if (!(c in all)) continue
            p = found[c] ? both[c, c] / found[c] : 0
            r = gold[c] ? both[c, c] / gold[c] : 0
            f = found[c] + gold[c] ? 2 * both[c, c] / (found[c] + gold[c]) : 0
            line[i] = sprintf("%s\t%.6f\t%.6f\t%.6f\t%d", c, p, r, f, gold[c])
            P += p; R += r; F += f; C++
        }
        printf "macro_precision %.6f\nmacro_recall %.6f\nmacro_f1 %.6f\n", P / C, R / C, F / C
        print "\nlabel\tprecision\trecall\tf1\tsupport"
        for (i = 1; i <= 3; i++) print line[i]
        print "\nconfusion\tneg\tpos\tso-so"
        for (i = 1; i <= 3; i++) {
            row = name[i]
            for (k = 1; k <= 3; k++) row = row "\t" both[name[i], name[k]] + 0
            print row
        }
    }' >wanted
grep -vE '^(sequences|labels|loss|micro)' whole | diff - wanted >>"$err"
result $? "accuracy, precision, recall, F1 and the confusion are those of the guesses"

run 0 predict m texts --top 3 && cut -f1 "$out" | cmp - guesses 2>>"$err" &&
    paste gold "$out" | awk -F '\t' -v loss="$(sed -n 's/^loss //p' whole)" '
        {
            for (i = 2; i < NF; i += 2) { sum += $(i + 1); if ($i == $1) nats -= log($(i + 1)) }
            if ($3 < $5 || $5 < $7 || NF != 7) bad = 1
        }
        END { d = nats / NR - loss; exit bad || sum / NR < .99999 || sum / NR > 1.00001 || d * d > 1e-8 }'
result $? "--top has the probabilities of all labels, whose logarithms are the loss"

run 0 predict m texts --top 2 --json && [ "$(wc -l <"$out")" -eq 60 ] && is_json "$out" lines &&
    sed 's/{"label":"\([^"]*\)".*/\1/' "$out" | cmp - guesses 2>>"$err"
result $? "--json is an object for each line"

bad=0
for batch in 1 3 60; do
    { run 0 eval m --batch "$batch" && diff "$out" whole >>"$err"; } || bad=1
done
result $bad "the figures are the same for any batch"

printf 'the film was good .\n\n   \nthe film was bad .\n' | piped 0 predict m && [ "$(wc -l <"$out")" -eq 4 ] &&
    [ "$(sed -n 2,3p "$out" | tr -d '\n')" = "" ] && grep -q '2 lines without text have no label' "$err"
result $? "a line without text has an empty answer"

printf 'nothing known here at all\n' | piped 0 predict m && grep -q 'are not in the vocabulary' "$err"
result $? "unknown words are said"

run 0 predict m films/test.txt && grep -q 'lines begin with labels' "$err" && run 0 predict m texts && ! grep -q 'warning' "$err"
result $? "labels that are taken for text are said"

has_lines() {
    tries=0
    while [ "$(wc -l <"$2")" -lt "$1" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 500 ] || return 1
        sleep 0.01
    done
}

mkfifo ask && : >answers
"$PTBLM" predict m -q <ask >answers 2>"$err" &
asked=$!
exec 3>ask
answered=0
for n in 1 2 3; do
    sed -n "${n}p" texts >&3
    has_lines "$n" answers || answered=1
done
exec 3>&-
wait "$asked" && [ "$answered" -eq 0 ] && sed -n 1,3p guesses | cmp - answers 2>>"$err"
result $? "each line is answered before the next has come"

# --- the same in other forms ---

same_figures() {
    run 0 eval m "$@" && diff "$out" whole >>"$err"
}

sed 's/^\([^	]*\)	/__label__\1 /' films/test.txt >fast.txt && same_figures fast.txt && grep -q 'fast.txt: 60 sequences' "$err"
result $? "fastText's lines"
sed 's/^\([^	]*\)	/\1:fine /' films/test.txt >trec.txt && same_figures trec.txt --form trec
result $? "TREC's lines"
refused 3 "line 1 has the label '$(head -n 1 gold):fine'" eval m trec.txt --form trec-fine
result $? "and with their fine labels"
mkdir docs && awk -F '\t' '{ system("mkdir -p docs/test/" $1); print $2 >("docs/test/" $1 "/" NR ".txt") }' films/test.txt &&
    same_figures docs
result $? "a folder for each class"
tar -cf docs.tar docs && same_figures docs.tar
result $? "the same in an archive"
tar -czf films.tgz films && same_figures films.tgz && gzip -c films/test.txt >one.gz && same_figures one.gz &&
    piped 0 eval m - <films/test.txt && diff "$out" whole >>"$err"
result $? "lines in an archive, compressed, and by a pipe"

mkdir -p more/good more/bad && for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
    echo "the film was good $n" >more/good/$n.txt && printf 'the film\nwas bad\n' >more/bad/$n.txt
done
# shellcheck disable=SC2086
run 0 train more --task classify $tiny --epochs 1 -o of-docs && grep -q '^form        folders$' "$err" && run 0 predict of-docs texts
result $? "documents are trained on"
# shellcheck disable=SC2086
run 0 train films/train.txt --task classify $tiny --epochs 1 -o of-one && grep -q '^one text    cut' "$err" &&
    grep -q '^train       180 seq' "$err" && grep -q '^valid       10 seq' "$err" && grep -q '^test        10 seq' "$err" &&
    run 0 eval of-one && [ "$(value_of sequences)" -eq 10 ]
result $? "one text is cut, and eval takes the same part"
# shellcheck disable=SC2086
run 0 train films --task classify $tiny --epochs 1 -o kept --keep-train && grep -q '^train       200 seq' "$err" &&
    ! grep -q '^held out' "$err" && grep -q 'the last epoch is kept' "$err"
result $? "--keep-train holds nothing out"
# shellcheck disable=SC2086
run 0 train films --valid films/test.txt --task classify $tiny --epochs 1 -o given --metric loss && grep -q '^train       200 seq' "$err" &&
    loss=$(value_of valid_loss) && run 0 eval given && near "$loss" "$(value_of loss)" 1e-4
result $? "valid text that is given is taken, and --metric loss is the loss"

# shellcheck disable=SC2086
run 0 train films --task classify $tiny --epochs 1 -o of-bytes --tokenizer bpe-bytes --bpe-merges 50 &&
    acc=$(value_of test_accuracy) && run 0 eval of-bytes && near "$acc" "$(value_of accuracy)" 1e-9 && run 0 predict of-bytes texts -q &&
    paste gold "$out" | awk -v want="$acc" '{ n += $1 == $2 } END { d = n / NR - want; exit !(d * d < 1e-10) }' &&
    refused 2 "needs all of its tokens in the vocabulary" train films --task classify --tokenizer bpe-bytes --min-count 2 -o never
result $? "a tokenizer that spells bytes keeps all of its tokens"

mkdir table && { printf 'sentiment\tsentence\n' && cat films/train.txt; } >table/train.txt &&
    { printf 'sentiment\tsentence\n' && cat films/test.txt; } >table/test.txt
# shellcheck disable=SC2086
run 0 train table --task classify $tiny --epochs 1 -o of-table &&
    grep -q "^ptblm train: warning: the first line of 'table/train.txt' has a label that no other line has, 'sentiment': " "$err" &&
    run 0 train films --task classify $tiny --epochs 1 -f -o of-table && ! grep -q warning "$err"
result $? "a line of names above a table is said to be a class"
mv table/train.txt table/train.tsv && mv table/test.txt table/test.tsv
refused 3 "(for labels: label and text, without the line of names)" train table --task classify -o never
result $? "and a table that is known as one is refused"

# --- columns ---

mkdir cols && columns 60 1 >cols/train.txt && columns 20 2 >cols/dev.txt && columns 30 3 >cols/test.txt
# shellcheck disable=SC2086
run 0 train cols --preset chunks $tiny --feature-size 4 --epochs 2 -o c && cp "$out" figures &&
    grep -q '^train       60 sequences' "$err" && grep -q '^valid       20 sequences' "$err" && grep -q '^features    suffix2,' "$err"
result $? "columns are trained on"

run 0 predict c cols/test.txt && cp "$out" tagged && cut -d' ' -f1-3 tagged | cmp - cols/test.txt 2>>"$err" &&
    awk 'NF != 0 && NF != 4 { exit 1 }' tagged
result $? "predict adds a column, and leaves all else as it is"

awk '{ print $1, $2 }' cols/test.txt | sed 's/^ $//' >bare && awk '{ print (NF ? $1 " " $2 " " $4 : "") }' tagged >wanted &&
    piped 0 predict c <bare && cmp "$out" wanted 2>>"$err" &&
    tr ' ' '\t' <bare | piped 0 predict c && tr ' ' '\t' <wanted | cmp - "$out" 2>>"$err"
result $? "the column of labels may be missing, and tabs stay tabs"

# broken_chunks FILE: how many labels in its last column are I- without their chunk before them.
broken_chunks() {
    awk '$NF ~ /^I-/ && last !~ "^[BI]-" substr($NF, 3) "$" { n++ } { last = NF ? $NF : "O" } END { print n + 0 }' "$1"
}

# Hardly trained, it does not know better by itself.
# shellcheck disable=SC2086
run 0 train cols --preset tags --head crf $tiny --max-steps 2 -o loose && run 0 predict loose cols/test.txt && [ "$(broken_chunks "$out")" -gt 0 ] &&
    run 0 train cols --preset tags --head crf $tiny --max-steps 2 -o bound --bio && run 0 predict bound cols/test.txt &&
    [ "$(broken_chunks "$out")" -eq 0 ] && awk 'NF { right += $3 == $4; n++ } END { printf "accuracy %.6f\n", right / n }' "$out" >wanted &&
    run 0 eval bound && grep -qxf wanted "$out"
result $? "--bio predicts no chunk that begins with I-"

# With --bio guesses are chunks of IOB2; so are the labels made above. A chunk is where it begins, its
# type, and where it ends.
awk 'function chunks(label, column, name) {
        if (open[column] != "" && (label !~ /^I-/ || substr(label, 3) != type[column])) {
            name = open[column] " " NR " " type[column]
            if (column == 3) { gold++; is[name] } else { found++; was[name] }
            open[column] = ""
        }
        if (label ~ /^[BI]-/ && open[column] == "") { open[column] = NR; type[column] = substr(label, 3) }
    }
    { chunks(NF ? $3 : "O", 3); chunks(NF ? $4 : "O", 4) }
    NF { n++; right += $3 == $4 }
    END {
        for (name in was) if (name in is) correct++
        p = correct / found; r = correct / gold
        printf "accuracy %.6f\nchunk_precision %.6f\nchunk_recall %.6f\nchunk_f1 %.6f\n", right / n, p, r, 2 * p * r / (p + r)
        printf "chunk_gold %d\nchunk_found %d\nchunk_correct %d\n", gold, found, correct
    }' tagged >wanted
run 0 eval c && grep -E '^(accuracy|chunk_)' "$out" | diff - wanted >>"$err" && grep -qx "test_f1 $(value_of chunk_f1)" figures
result $? "accuracy and the figures of chunks are those of the guesses"

run 0 eval c --format conlleval && awk -v wanted="$(tr '\n' ' ' <wanted)" '
    NR == 1 { split(wanted, w, " "); if ($0 !~ "with " w[10] " phrases; found: " w[12] " phrases; correct: " w[14] "\\.$") bad = 1 }
    NR == 2 { if ($0 != sprintf("accuracy: %6.2f%%; precision: %6.2f%%; recall: %6.2f%%; FB1: %6.2f", 100 * w[2], 100 * w[4], 100 * w[6], 100 * w[8])) bad = 1 }
    END { exit bad || NR != 4 }' "$out"
result $? "--format conlleval has the same figures"

# A label stands behind its own token, whatever looks like a mark.
printf 'a X\n-DOCSTART-b X\nc X\n\n -DOCSTART- X\n\nd X\n' | piped 0 predict c &&
    [ "$(awk '{ printf "%d ", NF }' "$out")" = "3 3 3 0 2 0 3 " ]
result $? "-DOCSTART- alone has no label"

: >answers
"$PTBLM" predict c -q <ask >answers 2>"$err" &
asked=$!
exec 3>ask
answered=0
awk -v RS= 'NR <= 2 { print >("sentence" NR); print "" >("sentence" NR) }' bare
cat sentence1 >&3
has_lines "$(wc -l <sentence1)" answers || answered=1
cat sentence2 >&3
has_lines "$(cat sentence1 sentence2 | wc -l)" answers || answered=1
exec 3>&-
wait "$asked" && [ "$answered" -eq 0 ] && cat sentence1 sentence2 | piped 0 predict c && cmp "$out" answers 2>>"$err"
result $? "each sentence is answered before the next has come"

run 0 predict c bare --json && [ "$(grep -c '^{"tokens":\[{"token":"[^"]* [^"]*","label":' "$out")" -eq 30 ] && is_json "$out" lines &&
    run 0 predict c bare --top 2 && awk 'NF && NF != 6 { exit 1 }' "$out"
result $? "--json is an object for each sentence, --top more columns"

# shellcheck disable=SC2086
run 0 train cols --preset tags --label-column 2 $tiny --epochs 1 -o pos && run 0 predict pos cols/test.txt &&
    awk 'NF { right += $2 == $4; n++ } END { printf "accuracy %.6f\n", right / n }' "$out" >wanted && run 0 eval pos && grep -qxf wanted "$out"
result $? "the label may be in any column"

run 0 train cols --from bound --batch 8 --max-steps 1 -o bound2 && grep -q '"bio": *true' bound2/config.json
result $? "a model that is trained on goes on predicting whole chunks"

mkdir older && for text in train dev test; do
    awk '{ sub("B-", "I-", $3); print $1, $2, $3 }' cols/$text.txt | sed 's/^  $//' >older/$text.txt
done
# shellcheck disable=SC2086
run 3 train older --preset chunks -o iob1 -q && grep -q "older/train.txt' has [0-9]* chunks that begin with I-, as in IOB1, and 0 " "$err" &&
    [ ! -e iob1 ] && run 0 train older --preset tags --head crf --metric f1 $tiny --epochs 2 -o iob1 && [ "$(value_of test_f1)" != 0.000000 ]
result $? "chunks that --bio cannot predict are refused"
awk 'NF { $3 = NR % 7 ? "O" : "B-NP" } { print }' cols/train.txt >older/train.txt
awk 'NF { $3 = "B-VP" } { print }' cols/test.txt >older/test.txt && cp older/train.txt older/dev.txt && printf 'q W B-VP\n\n' >>older/train.txt
# shellcheck disable=SC2086
run 0 train older --task label --metric f1 $tiny --epochs 1 -o nothing -q && cp "$out" figures && grep -qx 'test_f1 0.000000' figures &&
    run 0 train --resume nothing -q && cmp "$out" figures 2>>"$err"
result $? "a run that is finished shows a figure of 0 again"

# --- images ---

mkdir set && images 120 1 set/train && images 30 2 set/t10k && gzip set/t10k-labels-idx1-ubyte
run 0 train set --preset images --hidden 8 --batch 8 --lr 0.05 --epochs 3 -o i &&
    grep -q '^train       110 sequences, 440 steps' "$err" && grep -q '^valid       10 seq' "$err" &&
    run 0 predict i set/t10k-images-idx3-ubyte && cp "$out" guesses &&
    awk '{ right += $1 == (NR % 2 ? 3 : 7) } END { printf "accuracy %.6f\n", right / NR }' guesses >wanted &&
    run 0 eval i && grep -qxf wanted "$out" && near "$(value_of accuracy)" 1 0.2 &&
    piped 0 predict i <set/t10k-images-idx3-ubyte && cmp "$out" guesses 2>>"$err"
result $? "images are trained on, evaluated and predicted"

# shellcheck disable=SC2086
run 0 train set --task classify --hidden 4 --batch 8 --max-steps 1 -o j && grep -q '"preset": *"images"' j/config.json &&
    run 0 train films --task classify $tiny --max-steps 1 -o j -f && grep -q '"preset": *"text"' j/config.json
result $? "a task alone has the preset of its data"

# shellcheck disable=SC2086
tar -cf films.tar films && run 0 train films.tar --task classify $tiny --max-steps 1 -o j -f && grep -q '"preset": *"text"' j/config.json
result $? "in an archive too"
bad=0
for way in pixels permuted; do
    {
        run 0 train set --preset images --hidden 4 --batch 8 --epochs 1 -o "i-$way" --sequence "$way" &&
            grep -q "^train       110 sequences, 1,320 steps" "$err" && run 0 predict "i-$way" set/t10k-images-idx3-ubyte
    } || bad=1
done
! cmp -s i-pixels/model.safetensors i-permuted/model.safetensors || bad=1
result $bad "and their pixels one by one"

# --- words of vectors, further training ---

{
    echo "3 4"
    echo "film 1 2 3 4"
    echo "good 0.5 -0.5 0.25 0.125"
    echo "nowhere 1 1 1 1"
} >vectors
run 0 train films --task classify --hidden 4 --batch 8 --epochs 1 --optim sgd --lr 1e-9 --vectors vectors -o v &&
    grep -q '^vectors     of 4 values for 2 of ' "$err" &&
    run 0 info v && grep -q '^embedding 4$' "$out"
result $? "--vectors are taken for the words that they have"
if command -v python3 >/dev/null 2>&1; then
    python3 - v/model.safetensors 2>>"$err" <<'END'
import json, struct, sys
data = open(sys.argv[1], "rb").read()
n = struct.unpack("<Q", data[:8])[0]
head = json.loads(data[8:8 + n])
def bytes_of(name):
    a, b = head[name]["data_offsets"]
    return data[8 + n + a:8 + n + b]
words = [line.split("\t")[0] for line in bytes_of("vocab").decode().splitlines()]
table = bytes_of("encoder.weight")
row = lambda word: struct.unpack_from("<4f", table, 16 * words.index(word))
near = lambda a, b: all(abs(x - y) < 1e-5 for x, y in zip(a, b))
sys.exit(not (near(row("film"), (1, 2, 3, 4)) and near(row("good"), (0.5, -0.5, 0.25, 0.125))))
END
    result $? "and stand in the rows of these words"
else
    skip "there is no python3" "and stand in the rows of these words"
fi

run 0 train films --from m --epochs 1 --lr 0.001 -o on && grep -q '"kind":"start","valid_accuracy":' on/log.jsonl && run 0 predict on texts
result $? "--from trains a model on"
run 0 train cols --from c --metric f1 --epochs 1 --lr 0.001 -o c-on && grep -q '"kind":"start","valid_f1":' c-on/log.jsonl
result $? "and one of columns"
sed 's/^neg/awful/' films/train.txt >other.txt
refused 3 "has the label 'awful', which the model does not have" train other.txt --from m -o never -q
result $? "but not with labels that it lacks"

# --- killed and taken up ---

# begin RUN LINES ARGUMENT...: trains until the log has that many lines, and kills it.
begin() {
    begun=$1 wanted_lines=$2
    shift 2
    "$PTBLM" train "$@" -o "$begun" >"$out" 2>"$err" &
    pid=$!
    while kill -0 "$pid" 2>/dev/null && { [ ! -s "$begun/log.jsonl" ] || [ "$(wc -l <"$begun/log.jsonl")" -lt "$wanted_lines" ]; }; do
        sleep 0.005
    done
    kill -s KILL "$pid" 2>/dev/null
    status=0
    wait "$pid" 2>/dev/null || status=$?
}

log_of() {
    sed -E 's/"(seconds|words_per_second)":[^,]*,//g' "$1/log.jsonl"
}

slow="--hidden 48 --layers 2 --dropout 0.3 --batch 4 --epochs 3"
for what in "films --task classify --bidirectional --head mean" "cols --preset chunks"; do
    name=${what%% *}
    # shellcheck disable=SC2086
    run 0 train $what $slow -o "$name-1" --threads 1 -q && cp "$out" figures
    result $? "a run of $name that was not stopped"
    for lines in 4 15; do
        # shellcheck disable=SC2086
        begin "$name-k$lines" "$lines" $what $slow --threads 1 --checkpoint-windows 7
        [ "$status" -eq 137 ] && run 0 train --resume "$name-k$lines" -q && cmp "$out" figures 2>>"$err" &&
            cmp "$name-1/model.safetensors" "$name-k$lines/model.safetensors" 2>>"$err" &&
            log_of "$name-1" >log.a && log_of "$name-k$lines" | cmp - log.a 2>>"$err"
        result $? "killed when the log has $lines lines, and resumed: the same bits"
    done
    for threads in 2 3; do
        if ignores_threads; then
            # shellcheck disable=SC2086
            run 0 train $what $slow -o "$name-$threads" --threads "$threads" -q &&
                cmp "$name-1/model.safetensors" "$name-$threads/model.safetensors" 2>>"$err"
            result $? "the same bits with $threads threads"
        else
            skip "the bits of this library's products depend on the threads" "the same bits with $threads threads"
        fi
    done
done

# --- what is wrong is said ---

printf 'neg\tthe film was bad .\nawful\tthe film was bad .\n' >bad.txt
refused 3 "'bad.txt' line 2 has the label 'awful', which the model does not have" eval m bad.txt
result $? "a label that the model does not have"
mkdir bad && cp films/train.txt bad/ && cp bad.txt bad/test.txt
refused 3 "test.txt' line 2 has the label 'awful', which the train text does not have" train bad --task classify -o never
result $? "or the train text"
{ cat films/train.txt && echo "the film was bad ."; } >bad/train.txt
refused 3 "train.txt' line 201 has no label with a tab after it" train bad --task classify -o never
result $? "a line without a label"
{ cat films/train.txt && printf 'neg\t \n'; } >bad/train.txt
refused 3 "train.txt' line 201 has no text after its label, 'neg'" train bad --task classify -o never
result $? "a label without text"
{ cat cols/train.txt && echo "the DT"; } >short.txt
refused 3 "short.txt' line $(wc -l <short.txt) has 2 columns, where the lines before it have 3" \
    train --train short.txt --test cols/test.txt --preset chunks -o never
result $? "too few columns"
awk 'NF' cols/train.txt >run-on.txt
refused 3 "'run-on.txt' is one sentence of $(wc -l <run-on.txt) tokens" train run-on.txt --task label -o never
result $? "sentences without a line between them"
printf '# text = the film\n1\tthe\tDT\n2\tfilm\tNN\n\n' >with-comments.txt
refused 3 "line 2 has 3 columns, where the lines before it have 5: leave out comments, and of CoNLL-U words of several" \
    train with-comments.txt --task label -o never
result $? "comments"
printf 'the\nfilm\n' >word.txt
refused 3 "word.txt' line 1 has 1 column, and a feature is to be column 2" predict c word.txt
result $? "a column of features that is missing"
refused 3 "and the label is to be column 5" train cols --preset chunks --label-column 5 -o never
result $? "a column of labels that is not there"
refused 3 "which is also to be a feature" train cols --preset chunks --label-column 2 -o never
result $? "a label that is a feature"
mkdir other && cp set/train-* other/ &&
    printf '\000\000\010\003\000\000\000\001\000\000\000\002\000\000\000\003abcdef' >other/t10k-images-idx3-ubyte &&
    printf '\000\000\010\001\000\000\000\001\003' >other/t10k-labels-idx1-ubyte
refused 3 "has images of 2 x 3, and those of training are of 4 x 3" train other --preset images -o never
result $? "images of another size"
refused 3 "has images of 2 x 3, and those of training are of 4 x 3" predict i other/t10k-images-idx3-ubyte
result $? "and for predict"
printf '\000\000\010\001\000\000\000\002\003\007' >other/t10k-labels-idx1-ubyte
printf '\000\000\010\003\000\000\000\001\000\000\000\004\000\000\000\003abcdefabcdef' >other/t10k-images-idx3-ubyte
refused 3 "has 2 labels, and" train other --preset images -o never && grep -q 'they do not belong together' "$err"
result $? "images and labels that do not belong together"
rm other/t10k-labels-idx1-ubyte
run 3 train other --preset images -o never && grep -q labels "$err"
result $? "images without labels"
refused 3 "is not an IDX file" predict i texts
result $? "a text for a model of images"
{ printf '\000\000\010\003' && cat texts; } >cut-short
run 3 predict i cut-short && [ "$(wc -l <"$err")" -eq 1 ]
result $? "a damaged file of images"

awk 'BEGIN { for (i = 0; i < 1048577; i++) printf "a " }' >endless
refused 3 "'endless' line 1 has an example of more than 1048576 tokens, the most" predict m endless
result $? "an example that is too long"
{ cat films/train.txt && awk 'BEGIN { printf "pos\t"; for (i = 0; i < 130000; i++) printf "qwertzuiop " }'; } >spelt
refused 3 "'spelt' has an example of " train spelt --task classify --tokenizer bpe-bytes --bpe-merges 1 -o never
result $? "one that the tokenizer makes too long"
{ cat texts && awk 'BEGIN { for (i = 0; i < 300000; i++) printf "good " }'; } >long &&
    run 0 predict m texts && cp "$out" guesses && run 0 predict m long --batch 64 && [ "$(wc -l <"$out")" -eq 61 ] && head -n 60 "$out" | cmp - guesses 2>>"$err"
result $? "a long one with many others needs no smaller --batch"

if command -v python3 >/dev/null 2>&1; then
    # head_of MODEL HEAD: the model with that head in its record, in a file without a checksum.
    head_of() {
        python3 - "$1/model.safetensors" "$2" >other.safetensors <<'END'
import json, struct, sys
data = open(sys.argv[1], "rb").read()
n = struct.unpack("<Q", data[:8])[0]
head = json.loads(data[8:8 + n])
del head["__metadata__"]["ptblm.checksum"]
head["__metadata__"]["ptblm.head"] = sys.argv[2]
text = json.dumps(head).encode()
text += b" " * (-len(text) % 8)
sys.stdout.buffer.write(struct.pack("<Q", len(text)) + text + data[8 + n:])
END
    }
    head_of m max && run 0 predict other.safetensors texts && cmp "$out" guesses 2>>"$err" && head_of m steps &&
        refused 3 "a head for a label for each step, and a note on examples with one label" eval other.safetensors films
    result $? "a head for another task than the note on examples"
else
    skip "there is no python3" "a head for another task than the note on examples"
fi

bad=0
for command in "next m the" "score m texts" "sample m"; do
    # shellcheck disable=SC2086
    refused 3 "is a model that gives labels, not the next word; 'ptblm predict'" $command || bad=1
done
result $bad "a model that gives labels predicts no words"
run 0 corpus -o corpus --tokens 2000 --valid-tokens 300 --test-tokens 300 -q && run 0 train corpus --preset test -o language -q &&
    refused 3 "is a language model, and gives no labels" predict language texts
result $? "and a language model gives no labels"
refused 2 "the head 'crf' gives a label for each step" train films --task classify --head crf -o never
result $? "--head crf is for the task label"
refused 2 "the head 'max' gives one label for a sequence" train cols --task label --head max -o never
result $? "--head max is for the task classify"
refused 2 "--tie has no part in --task classify" train films --task classify --tie -o never
result $? "--tie is for the task lm"
refused 2 "--features has no part in --task lm" train films --features shape -o never
result $? "--features are for the task label"
refused 2 "--sequence is for images, and the examples are texts" train films --task classify --sequence pixels -o never
result $? "--sequence is for images"
refused 2 "--min-count is for words, and the examples are images" train set --preset images --min-count 2 -o never &&
    refused 2 "--embedding is for words" train set --preset images --embedding 3 -o never
result $? "--min-count is for texts"
refused 2 "--bio has no part in --head steps" train cols --task label --bio -o never
result $? "--bio is for the head crf"
refused 2 "'f1'" train films --task classify --metric f1 -o never
result $? "--metric f1 is for the task label"
refused 2 "the preset 'small' is for the task 'lm', not 'classify'" train films --task classify --preset small -o never
result $? "a preset is for its task"
refused 2 "--streams is for language models" eval m --streams 2 && refused 2 "conlleval's figures" eval m --format conlleval &&
    refused 2 "are for models that give labels" eval language --format conlleval
result $? "eval refuses what the model has no figures for"
[ ! -e never ]
result $? "nothing that was refused leaves a run"

finish
