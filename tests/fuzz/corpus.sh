#!/bin/sh
# The kept inputs of the fuzz targets, for developers: a pack tests/fuzz/corpus/TARGET.tar to and from a
# folder with a file for each input. The same files give the same pack, byte for byte. Wants GNU tar.
#
#     tests/fuzz/corpus.sh unpack FOLDER    makes FOLDER/TARGET for every pack
#     tests/fuzz/corpus.sh pack FOLDER      makes the pack of every FOLDER/TARGET
set -eu

packs=$(cd "$(dirname "$0")" && pwd)/corpus

unpack() {
    for pack in "$packs"/*.tar; do
        target=$(basename "$pack" .tar)
        mkdir -p "$1/$target"
        tar -xf "$pack" -C "$1/$target"
    done
}

pack() {
    for folder in "$1"/*/; do
        target=$(basename "$folder")
        (cd "$folder" && LC_ALL=C ls) |
            tar -cf "$packs/$target.tar" -C "$folder" -b 2 --format=ustar --mtime=@0 --owner=0 --group=0 \
                --numeric-owner --mode=644 --no-recursion --verbatim-files-from -T -
        echo "$packs/$target.tar: $(tar -tf "$packs/$target.tar" | wc -l) inputs"
    done
}

case "${1-}" in
pack | unpack)
    [ $# -eq 2 ] || { echo "usage: corpus.sh pack|unpack FOLDER" >&2; exit 2; }
    "$1" "$2"
    ;;
*)
    echo "usage: corpus.sh pack|unpack FOLDER" >&2
    exit 2
    ;;
esac
