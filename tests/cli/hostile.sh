#!/bin/sh
# Files made to do harm: each is refused with one sentence and little memory, and nothing is written.
# The small ones are the named seeds in the packs of tests/fuzz/corpus; those that are small only until
# they are unpacked are in bombs.sh, which takes longer.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

kept=$work/.kept
for pack in "$srcdir"/tests/fuzz/corpus/*.tar; do
    folder=$kept/$(basename "$pack" .tar)
    mkdir -p "$folder" && tar -xof "$pack" -C "$folder" || exit 99
done
cd "$work" || exit 99

# every LIMIT COMMAND FOLDER NAME...: all of these seeds are harmless to the command.
every() {
    every_limit=$1
    command=$2
    folder=$3
    shift 3
    for name in "$@"; do
        cp "$kept/$folder/$name" "$name" || return 1
        if ! harmless "$every_limit" "'$name" "$command" "$name"; then
            echo "$name was not refused as it should be" >>"$err"
            return 1
        fi
        rm -f "$name"
    done
    [ -z "$(ls)" ]
}

# --- archives and compressed texts ---

every 16 batches archive tar-hostile-names tar-links-and-devices tar-name-twice tar-file-named-as-directory \
    zip-hostile-names
result $? "an archive with hostile names, links and devices, of which nothing is unpacked"

every 16 batches archive tar-cut-between-members tar-without-end tar-behind-its-end tar-empty tar-wrong-sum \
    tar-size-2-to-62 tar-size-negative tar-size-octal-8-gib tar-pax-nul-in-name tar-pax-length-too-large
result $? "a tar that is cut, or lies about its sizes"

every 16 batches archive zip-cut zip-wrong-crc zip-encrypted zip-64-bit-sizes zip-directory-far-off zip-empty \
    zip-in-zip zip-bomb-overlapping
result $? "a zip that is cut, damaged, encrypted, or whose members overlap"

every 16 batches archive zip-lzma zip-bzip2
result $? "a zip with a method that asks for memory of its own"

cp "$kept/archive/zip-lzma-asks-for-2-gib" lzma.zip && harmless 16 "'lzma.zip" batches --train p6.ttrain.txt lzma.zip
result $? "a zip of 167 bytes that asks for 2 GiB"
rm -f lzma.zip

every 16 batches gzip bomb-16-mb bomb-200-mb-twice thirty-fold cut-in-header cut-in-trailer wrong-crc wrong-length \
    flipped-bit junk-behind second-member-cut reserved-flags
result $? "gzip data that are a bomb, nested, cut or damaged"

for format in bzip2 xz zstd lz4; do
    every 24 batches $format bomb-16-mb twice cut-in-header cut-in-sum wrong-sum flipped-bit junk-behind second-frame-cut
    result $? "$format data that are a bomb, nested, cut or damaged"
done

every 16 batches xz no-sum padding-of-three window-1-gib && every 16 batches zstd no-sum window-2-gib skippable-alone \
    skippable-cut skippable-over-a-frame && every 16 batches lz4 no-sum legacy sum-of-each-block skippable-alone \
    skippable-cut skippable-over-a-frame
result $? "data without a checksum, with a window of gigabytes, or with frames that are no text"

every 16 batches archive tar-of-bzip2 tar-of-xz tar-of-zstd tar-of-lz4
result $? "tars whose compressed members are damaged"

every 16 batches archive tar-sparse-1-tib zip-bomb-4-mb
result $? "a sparse tar of 2 kB that says it is 1 TiB, and a zip bomb"

# --- models ---

# What the reference accepts is still no language model; so all are refused but those that are one.
bad=0
n=0
for file in "$kept"/model/[a-z]*-*; do # what a fuzzer found has no dash
    name=${file##*/}
    case $name in model-of-*) continue ;; esac
    every 16 info model "$name" || { bad=1 && break; }
    n=$((n + 1))
done
[ "$bad" -eq 0 ] && [ "$n" -ge 45 ]
result $? "the reference's vectors for safetensors headers, and others ($n)"

# length N: the 8 bytes of a header's length
length() {
    # shellcheck disable=SC2059 # bytes in octal
    printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $(($1 % 256)) $(($1 / 256 % 256)) $(($1 / 65536 % 256)) \
        $(($1 / 16777216)))\\000\\000\\000\\000"
}

# noted KEY COUNT: a model of two words, whose metadata has an array of COUNT zeros under KEY
noted() {
    {
        printf '{"__metadata__":{"ptblm.cell":"lstm","ptblm.tokenizer":"words","%s":"[' "$1" && yes 0, | head -n "$(($2 - 1))" | tr -d '\n' && printf '0]"}'
        at=0
        for tensor in "encoder.weight 2,1" "rnn.weight_ih_l0 4,1" "rnn.weight_hh_l0 4,1" "rnn.bias_ih_l0 4" \
            "rnn.bias_hh_l0 4" "decoder.weight 2,1" "decoder.bias 2"; do
            shape=${tensor#* }
            end=$((at + ${shape%,1} * 4))
            printf ',"%s":{"dtype":"F32","shape":[%s],"data_offsets":[%d,%d]}' "${tensor% *}" "$shape" "$at" "$end"
            at=$end
        done
        printf '}'
    } >header
    length "$(wc -c <header)" | cat - header && head -c 88 /dev/zero
}

printf '<unk>\n<eos>\n' >words && noted ptblm.training 8000000 >model &&
    harmless 70 "'model': its note 'ptblm.training' has 16000001 bytes, the limit is 1048576" info model --vocab words -q &&
    harmless 70 "'model': its note 'ptblm.training'" eval model --vocab words -q &&
    harmless 70 "'model': its note 'ptblm.training'" next model --vocab words -q
result $? "notes of a model that are 8 million JSON values"

noted ptblm.training 524287 >model &&
    harmless 48 "'model' does not say how it was trained: its note is not a JSON object" info model --vocab words -q &&
    harmless 48 "'model' does not say how it was trained" eval model --vocab words -q
result $? "notes of as many JSON values as are read"

# members NAME BYTES: a .tgz of 65,536 empty members of that name, each of which takes so many bytes; by
# gzip data of 64, again and again
members() {
    mkdir -p "${1%/*}" && : >"$1" && tar --format=gnu -cf one.tar "$1" && rm -rf "${1%%/*}" && head -c "$2" one.tar >many &&
        for _ in 1 2 3 4 5 6; do cat many many >twice && mv twice many; done && gzip <many >piece &&
        for _ in $(seq 1024); do cat piece; done >names.tgz && head -c 1024 /dev/zero | gzip >>names.tgz &&
        rm one.tar many piece
}

noted ptblm.other 1 >model
long=$(printf 'd%.0s' $(seq 249))
deep=$long/$long/$long/$long
members "$deep/$deep/$deep/$deep/f" 5120 &&
    harmless 64 "'names.tgz' is in an archive whose members' names come to more than 16777216 bytes" batches names.tgz &&
    harmless 16 "'names.tgz:x' is in an archive whose members' names come to more" score model names.tgz --member x --vocab words -q
result $? "a .tgz of 65,536 members whose names have 4,001 bytes"

members "$long/train" 1536 && harmless 52 "'names.tgz' has several texts" batches names.tgz &&
    harmless 16 "'names.tgz:x' is not there" score model names.tgz --member x --vocab words -q
result $? "a .tgz of 65,536 members whose names have 255 bytes, each of which may be the train text's"
rm -f header names.tgz model words

# tensors N: a header of N empty tensors
tensors() {
    awk -v n="$1" 'BEGIN {
        for (i = 0; i < n; i++)
            printf "%s\"%d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}", i ? "," : "{", i
        printf "}"
    }' >header
    length "$(wc -c <header)" | cat - header
}

tensors 100000 >many && harmless 160 "'many': it has 100000 tensors, the limit is 65536" info many
result $? "a header of 100,000 tensors"

tensors 65536 >most && harmless 128 "'most' is not a language model" info most
result $? "a header of as many tensors as are read"
rm -f header many most

# --- the rest ---

mkdir prepared && echo 'a b c d a b c d' >text && awk 'BEGIN { for (i = 0; i < 99; i++) print "a b c d" }' >text &&
    "$PTBLM" prepare --train text --valid text --test text -o prepared -q --force 2>"$err" && rm text
bad=$?
for name in short header-alone header-cut other-version other-vocabulary count-2-to-62 count-most count-none; do
    cp "$kept/ids/$name" prepared/train.ids || bad=1
    harmless 16 "'prepared/train.ids'" batches prepared || bad=1
done
result $bad "files of word ids that lie about their sizes"
rm -rf prepared

every 16 batches text utf8-nul utf8-stray utf8-cut utf8-overlong utf8-overlong-3 utf8-overlong-4 utf8-surrogate \
    utf8-above-the-last utf8-latin-1 utf8-byte-ff empty
result $? "texts that are no UTF-8"

finish
