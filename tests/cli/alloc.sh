#!/bin/sh
# Memory runs out at one allocation after the other, at that one only and from it on, in every
# subcommand. Each time the program ends with status 1 and one message that says so, or does its work
# as if nothing had been. It has freed what it took; an output is whole or not there, and one that was
# there before stands as it was. A run that fails in training can be resumed.
# The allocations are a spread of them all; tests/long/alloc.sh takes every one.
#
# Two libraries end the program themselves. A BLAS and its threads are spared, since BLIS calls abort();
# only bench and the kernels "ref" use one. libarchive calls exit(1) with a line of its own where it has
# no memory for a name or a message: that counts as the message.
# Environment: PTBLM, srcdir; ALLOC_POINTS, how many allocations of each command fail (5), or all;
# ALLOC_ONLY, a pattern of the commands' titles below (*).

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

shim=${PTBLM%/*}/tests/faults/alloc.so
points=${ALLOC_POINTS:-5}
cd "$work" || exit 99

# faulty NUMBER MODE ARGUMENT...: runs the program with that allocation failing; 0: none.
faulty() {
    at=$1
    mode=$2
    shift 2
    status=0
    rm -f count
    LD_PRELOAD=$shim ALLOC_FAIL_AT=$at ALLOC_FAIL_MODE=$mode ALLOC_COUNT_FILE=$work/count \
        ALLOC_SPARE='blis blas libgomp libomp ' \
        "$PTBLM" "$@" >"$out" 2>"$err" </dev/null || status=$?
}

if grep -qE '__(asan|tsan|ubsan)_' "$PTBLM"; then
    echo "1..0 # SKIP a sanitizer has an allocator of its own"
    exit 0
fi
faulty 0 once --version
grep -q '^calls ' count 2>/dev/null || {
    echo "1..0 # SKIP no library can be preloaded: the program is static, or the C library is not glibc"
    exit 0
}

tiny="--preset test --hidden 4 -b 4 -t 6 -e 1 --reports 1 --checkpoint-windows 12"
# shellcheck disable=SC2086 # the settings are several words
make_inputs() {
    run 0 corpus -o texts --tokens 600 --valid-tokens 60 --test-tokens 60 -q &&
        gzip -c texts/test.txt >test.txt.gz && tar -czf texts.tgz texts &&
        tar -cf texts.tar texts && for packer in "bzip2 bz2" "xz xz" "zstd zst" "lz4 lz4"; do
            "${packer% *}" -c texts.tar >"texts.tar.${packer#* }" 2>/dev/null || rm "texts.tar.${packer#* }"
        done &&
        mkdir tagged && printf '%s N B-NP\n' a b a c d b a >tagged/train.txt &&
        printf 'a N B-NP\nb V O\n\nb N B-VP\n' | tee -a tagged/train.txt >tagged/valid.txt &&
        gzip -c texts/train.txt >train.txt.gz && tar -cf members.tar train.txt.gz &&
        { zip -qr texts.zip texts || python3 -m zipfile -c texts.zip texts || :; } 2>/dev/null &&
        run 0 prepare texts -o prepared -q && run 0 prepare texts -o other --min-count 3 -q &&
        run 0 ngram prepared -o kn.ngram -n 3 -q && run 0 ngram prepared -o kn.arpa.gz -n 3 -q &&
        run 0 train texts $tiny -o run -q --threads 1 && run 0 train texts $tiny --seed 2 -o old -q --threads 1
}
make_inputs
result $? "there are texts, prepared directories and models"

# sentences N [columns]: opinions with their labels, or their words with those of chunks.
sentences() {
    awk -v n="$1" -v form="${2-lines}" 'BEGIN {
        for (i = 0; i < n; i++) {
            thing = i % 3 ? "film" : "plot"
            if (form == "lines") print (i % 2 ? "pos\tthe " : "neg\ta poor ") thing (i % 5 ? "" : " it is")
            else print (i % 2 ? "the" : "a") " B-NP\n" thing i % 2 " I-NP\n" (i % 5 ? "" : "is B-VP\n")
        }
    }'
}
text_labels="--task classify --hidden 4 --embedding 3 -b 4 -e 1 --reports 1 --checkpoint-windows 6 --min-count 1"
chunk_labels="--preset chunks --features suffix2,shape --feature-size 2 --hidden 4 --embedding 3 -b 4 -e 1
    --reports 1 --checkpoint-windows 6"
image_labels="--preset images --hidden 4 -b 2 -e 1 --reports 1 --keep-train --checkpoint-windows 3"
# images NAME: eight of 2 x 2 with two labels, for train or t10k.
images() {
    printf '\0\0\010\003\0\0\0\010\0\0\0\002\0\0\0\00212345678abcdefghABCDEFGH!)(*&/%%$' >"images/$1-images-idx3-ubyte" &&
        printf '\0\0\010\001\0\0\0\010\0\001\0\001\0\001\0\001' >"images/$1-labels-idx1-ubyte"
}
# shellcheck disable=SC2086
make_labels() {
    mkdir films chunks images && sentences 30 >films/train.txt && sentences 8 >films/test.txt &&
        cut -f 2 films/test.txt >opinions.txt && tar -czf films.tgz films &&
        sentences 30 columns >chunks/train.txt && sentences 8 columns >chunks/test.txt && images train && images t10k &&
        run 0 train films $text_labels -o classes -q --threads 1 &&
        run 0 train chunks $chunk_labels -o chunker -q --threads 1 &&
        run 0 train images $image_labels -o digits -q --threads 1
}
make_labels
result $? "there are sentences with labels, and models of them"
zip=texts.zip
[ -e $zip ] || zip=texts.tgz # without a program that makes one

# --- one failure ---

# One message that memory is out; before it there may be warnings of a checkpoint not written.
one_message() {
    messages=0
    while IFS= read -r line; do
        case $line in
        ptblm*': warning: '*) ;;
        ptblm*[Mm]emory* | 'Fatal Internal Error in libarchive: '*[Mm]emory*) messages=$((messages + 1)) ;;
        *) messages=2 ;;
        esac
    done <"$err"
    [ "$messages" -eq 1 ]
}

# same_files A B: of a run all but checkpoints, and the log without its times
same_files() {
    [ ! -e "$1" ] && [ ! -e "$2" ] && return
    diff -r -x log.jsonl -x 'checkpoint-*' "$1" "$2" >/dev/null 2>&1 &&
        { [ ! -e "$1/log.jsonl" ] || [ "$(log_of "$1")" = "$(log_of "$2")" ]; }
}

log_of() {
    sed -E 's/"(seconds|words_per_second)":[^,]*,//g' "$1/log.jsonl"
}

# A run that was begun is taken up without faults, by these options, and without a word that a run
# without faults does not say.
# shellcheck disable=SC2086
resumed() {
    [ -n "$resumable" ] && [ -e new/config.json ] &&
        "$PTBLM" train --resume new $resumable >/dev/null 2>resume.err && ! grep -qvxFf want.err resume.err &&
        same_files new want.new
}

# Blocks that are left over are those of a run without faults, which libraries and the built-in
# grammar keep for the life of the process: of each library or program no more, and the very same
# from before the failure. The C library changes its time zone's for new ones, and where newlocale
# fails it loses the name of the encoding.
freed() {
    [ ! -e count ] || awk -v at="$at" '
        $1 != "live" { next }
        { c = $4 ~ /libc\.so/ }
        FNR == NR { kept[$2] = 1; wanted[$4] += 1 + (c && wanted[$4] == 0); next }
        !c && $2 < at && !($2 in kept) || ++found[$4] > wanted[$4] { bad = 1 }
        END { exit bad }' want.count count
}

# shown: why a failure is wrong, for the log
wrong() {
    if [ "$status" -eq 1 ]; then
        one_message || { echo "not one message" && return; }
        same_files new "${before:-none}" || resumed || { echo "a file is damaged or left over" && return; }
    elif [ "$status" -eq "$wanted" ]; then
        [ -n "$timed" ] || cmp -s "$out" want.out || { echo "another output" && return; }
        [ "$wanted" -ne 0 ] || ! grep -qv ': warning: ' "$err" || { echo "a message" && return; }
        same_files new want.new || { echo "other files" && return; }
    else
        echo "status $status" && return
    fi
    freed || echo "a leak"
}

# --- all failures of a command ---

begin() {
    rm -rf new
    [ -z "$before" ] || cp -R "$before" new
}

one_point() {
    begin
    faulty "$@"
    why=$(wrong)
    if [ -n "$why" ]; then
        bad=$((bad + 1))
        [ "$bad" -gt 5 ] || echo "# allocation $at, $mode: $why: $(head -c 300 "$err")"
    elif [ "$status" -eq 1 ]; then
        refusals=$((refusals + 1))
    else
        harmless=$((harmless + 1))
    fi
}

# sweep TITLE ARGUMENT...: the files are in `new`, which is `before` at first, where that is set.
sweep() {
    title=$1
    shift
    # shellcheck disable=SC2254 # it is a pattern
    case $title in ${ALLOC_ONLY:-*}) ;; *) return ;; esac
    rm -rf want.new
    begin
    faulty 0 once "$@"
    wanted=$status
    calls=$(sed -n 's/^calls //p' count)
    cp count want.count && cp "$out" want.out && cp "$err" want.err
    [ ! -e new ] || mv new want.new
    last=$calls
    [ "$points" = all ] || [ "$first" = all ] || last=$first
    n=$points
    [ "$points" != all ] && [ "$points" -lt "$last" ] || n=$last
    bad=0 refusals=0 harmless=0
    for mode in once ever; do
        i=0
        while [ "$i" -lt "$n" ]; do
            one_point $((n > 1 ? 1 + i * (last - 1) / (n - 1) : 1)) "$mode" "$@"
            i=$((i + 1))
        done
    done
    echo "# $title: $calls allocations, 2 x $n failed: $refusals messages, $harmless harmless, $bad wrong"
    total=$((total + 2 * n))
    [ "$bad" -eq 0 ] && [ "$n" -gt 0 ] && [ "$wanted" -eq "$ends" ]
    result $? "$title: memory runs out"
}

total=0 before='' timed='' resumable='' first=all ends=0
sweep "the overview" --help
sweep "the version" --version
sweep "help train" help train
sweep "corpus" corpus -o new --tokens 300 --valid-tokens 60 --test-tokens 60 -q --json
sweep "corpus to standard output" corpus -s valid --valid-tokens 60 -q
before=texts
sweep "corpus --force" corpus -o new --tokens 300 --valid-tokens 60 --test-tokens 60 --seed 3 --force -q
before=''
sweep "prepare a .tgz" prepare texts.tgz -o new -q
sweep "prepare a .zip" prepare $zip -o new -q
sweep "prepare by the treebank's rules" prepare texts -o new --tokenizer treebank --vocab prepared/vocab.txt -q
sweep "prepare with merges" prepare texts -o new --tokenizer bpe --bpe-merges 20 -q
before=other
sweep "prepare --force" prepare texts -o new --force -q
before=''
sweep "ngram" ngram texts -o new -q
sweep "ngram as ARPA" ngram prepared -o new --format arpa.gz --prune 0,0,1 -q
sweep "batches of a .tgz" batches texts.tgz -n 2 -q
for suffix in bz2 xz zst lz4; do # where there is a program that makes one
    [ ! -e texts.tar.$suffix ] || sweep "batches of a .tar.$suffix" batches texts.tar.$suffix -n 2 -q
done
sweep "batches of a .gz in a tar" batches members.tar -n 2 -q
sweep "batches of a prepared directory" batches prepared -n 2 -q --ids
sweep "batches of labels" batches tagged -n 2 -q --preset chunks --features suffix2,column2
sweep "batches of classes" batches films.tgz -n 2 -q --task classify
resumable=-q
# shellcheck disable=SC2086
sweep "train" train texts.tgz $tiny -o new -q --threads 1
# shellcheck disable=SC2086
sweep "train of classes" train films.tgz $text_labels -o new -q --threads 1
# shellcheck disable=SC2086
sweep "train of labels by a CRF" train chunks $chunk_labels -o new -q --threads 1
# shellcheck disable=SC2086
sweep "train of images" train images $image_labels -o new -q --threads 1
sweep "train on a model of classes" train films --from classes --batch 4 --epochs 1 --reports 1 \
    --checkpoint-windows 6 -o new -q
sweep "train on a model, with new words" train texts.tgz --from run --add-words --optim adam \
    --epochs 1 --batch 2 --steps 3 --reports 1 --checkpoint-windows 12 -o new -q
before=old
# shellcheck disable=SC2086
sweep "train --force" train prepared $tiny -o new --force -q --threads 2
before=run resumable='-q --epochs 2'
sweep "train --resume" train --resume new --epochs 2 -q
resumable='' ends=2
sweep "train where a run is" train prepared -o new -q
before='' ends=0
sweep "eval" eval run -q --threads 2
sweep "eval of a .zip" eval run $zip -q --json
sweep "eval of n-grams" eval kn.ngram texts/test.txt -q
sweep "eval of an ARPA file" eval kn.arpa.gz texts/test.txt -q --sentences
sweep "eval of a mixture" eval run kn.arpa.gz texts/test.txt -q --json --cache 30
sweep "eval of a mixture of products" eval run old kn.ngram texts/test.txt -q --log-linear
sweep "eval by sentence" eval run test.txt.gz -q --json --sentences
sweep "eval of classes" eval classes -q
sweep "eval of labels by a CRF" eval chunker chunks -q --json
sweep "eval as conlleval" eval chunker chunks/test.txt -q --format conlleval
sweep "predict classes" predict classes opinions.txt -q --top 2
sweep "predict labels by a CRF" predict chunker chunks/test.txt -q
sweep "predict labels --json" predict chunker chunks/test.txt -q --json --top 2
sweep "predict images" predict digits images/t10k-images-idx3-ubyte -q
sweep "next" next run the -q
sweep "next --json" next run the -q --json
sweep "score" score run test.txt.gz -q
sweep "score of lines with ids, and totals" score run texts/test.txt -q --ids --words --totals
sweep "sample" sample run --words 20 -q
sweep "sample of English" sample run --words 20 -q --detokenize --tokenizer treebank -p "The company"
sweep "info" info run
sweep "info --json" info run --json
sweep "info of a model of labels" info chunker
timed=yes first=5 # a measurement comes behind the first few, and takes a second
sweep "bench" bench -p small -H 4 -L 1 -V 20 -b 2 -t 3 -n 1 --threads 1 -m step --json -q
sweep "bench of labels" bench -p chunks -H 4 -V 20 -b 2 -t 3 -n 1 --threads 1 -m step --json -q
echo "# $total failures in all"
finish
