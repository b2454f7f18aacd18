#!/bin/sh
# Paths that are not UTF-8: they are read and written as any other, shown with such bytes escaped, and
# come back exactly out of JSON.
# Environment: PTBLM, the program; srcdir, the top of the source tree.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"

cd "$work" || exit 99
odd=$(printf 'caf\351')
if ! mkdir "$odd" 2>/dev/null; then
    echo "1..0 # SKIP the file system has names in UTF-8 alone"
    exit 0
fi
cd "$odd" || exit 99
tiny="--preset test --hidden 6 --batch 5 --steps 5 --seed 3 --threads 1"

run 0 corpus -o "$odd" --tokens 3000 --valid-tokens 300 --test-tokens 300 --json && is_json "$out" &&
    grep -qF '"file":"file:caf%E9/train.txt"' "$out" && run 0 corpus -o "$odd" --tokens 3000 --valid-tokens 300 \
    --test-tokens 300 --force && [ "$(value_of file | head -n 1)" = 'caf\xe9/train.txt' ]
result $? "corpus says where its texts are"

# shellcheck disable=SC2086
run 0 train "$odd" $tiny -e 2 -o "run $odd" && cp "$out" figures && is_json "run $odd/config.json" &&
    grep -qF '"corpus": "file:caf%E9"' "run $odd/config.json" && grep -q '"directory": "file:/.*/caf%E9"' "run $odd/config.json"
result $? "train takes such a corpus"

cp -r "$odd" plain && sed 's/"corpus":.*/"corpus": "plain",/' "run $odd/config.json" >config &&
    grep -q '"corpus": "plain"' config
# shellcheck disable=SC2086
run 0 train plain $tiny -e 2 -o same && cmp -s "$out" figures
result $? "to the same figures as by another name"

# shellcheck disable=SC2086
run 0 train "$odd" $tiny -e 1 -o resumed -q && mv plain .. && (cd / && run 0 train --resume "$work/$odd/resumed" -e 2 -q) &&
    cmp -s "$out" figures && grep -qF '"corpus": "file:caf%E9"' resumed/config.json
result $? "such a run is resumed, from elsewhere too"

# shellcheck disable=SC2086
run 0 train --train "$odd/train.txt" --valid "$odd/valid.txt" --test "$odd/test.txt" $tiny -e 1 -o named -q &&
    run 0 train --resume named -e 2 -q && cmp -s "$out" figures && run 0 eval named &&
    [ "$(value_of perplexity)" = "$(sed -n 's/^test_perplexity //p' figures)" ]
result $? "so is one of texts that are named; eval finds its test text"

run 0 eval "run $odd" && [ "$(value_of perplexity)" = "$(sed -n 's/^test_perplexity //p' figures)" ]
result $? "eval finds the corpus that the model was trained on"

mv "$odd" file:corpus && cp "run $odd/model.safetensors" "$odd.safetensors"
# shellcheck disable=SC2086
run 0 train file:corpus $tiny -e 1 -o like -q && grep -qF '"corpus": "file:file%3Acorpus"' like/config.json &&
    run 0 train --resume like -e 2 -q && cmp -s "$out" figures && run 0 eval like
result $? "a path that looks like such a one in JSON is itself"

run 0 info "$odd.safetensors" && [ "$(value_of model)" = 'caf\xe9.safetensors' ] && [ "$(value_of hidden)" = 6 ] &&
    run 0 info "$odd.safetensors" --json && is_json "$out" && grep -qF '{"model":"file:caf%E9.safetensors","cell":' "$out"
result $? "info says what the model is"

mv file:corpus "$odd" && run 0 prepare "$odd" -o prepared && is_json prepared/prepared.json &&
    grep -qF '"source": "caf\\xe9/train.txt"' prepared/prepared.json && run 0 batches prepared
result $? "prepare notes the texts as messages show them"

sed 's/"corpus":.*/"corpus": "file:caf%0",/' resumed/config.json >config && cp config resumed/config.json &&
    refused 3 "'resumed/config.json' cannot be used: 'file:caf%0' is not a path" train --resume resumed -e 3
result $? "what is no path is refused"

finish
