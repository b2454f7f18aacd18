#!/bin/sh
# Models of labels that ptblm trained have the same loss, accuracy, labels and probabilities here and
# in PyTorch, on packed sequences. Wants python3-torch; takes a minute. Run by `make check-long`.
# Environment: PTBLM, srcdir; PYTHON, if it is not python3 that has torch.

# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
# shellcheck source=tests/parity/torch.sh
. "$srcdir/tests/parity/torch.sh"

cd "$work" || exit 99
"$python" "$parity/labels.py" data "$work/data" 2>"$err"
result $? "there are lines, columns and images"

cases=0 same=0

# case_of TITLE DATA TEST ARGUMENT...: trains on data/DATA, and compares what data/DATA/TEST gives.
# predict takes lines without their labels.
case_of() {
    title=$1 data=data/$2 test=data/$2/$3 unlabelled=data/$2/$3
    shift 3
    [ "$data" != data/lines ] || { cut -f 2 "$test" >texts && unlabelled=texts; }
    cases=$((cases + 1))
    run 0 train "$data" -o run -f --batch 16 --optim adam --seed 5 --threads 1 "$@" -q &&
        run 0 eval run "$data" --split test --json && cp "$out" report &&
        run 0 predict run "$unlabelled" --json --top "$labels" -q && cp "$out" predicted &&
        "$python" "$parity/labels.py" run/model.safetensors "$test" report predicted >"$out" 2>"$err"
    held=$?
    sed 's/^/# /' "$out"
    [ "$held" -ne 0 ] || same=$((same + 1))
    result "$held" "$title"
}

classify="--epochs 2 --lr 0.01 --task classify --embedding 10 --min-count 2"
images="--epochs 2 --lr 0.01 --preset images"
label="--task label --epochs 2 --lr 0.01 --embedding 10 --min-count 2 --lower --feature-size 4"
# So little that without the constraint one label in six is another.
barely="--task label --epochs 1 --lr 0.005 --init-scale 1 --embedding 10 --zero-digits --feature-size 4"
features="--features suffix2,prefix3,shape,lower,column2"

labels=3
# shellcheck disable=SC2086 # the settings are several words
{
    case_of "lines, two layers of GRU in both directions, last output" lines test.txt $classify --cell gru \
        --bidirectional --layers 2 --hidden 12 --head last
    case_of "lines, LSTM, maximum over the steps" lines test.txt $classify --cell lstm --hidden 16 --head max
    case_of "lines, RNN with ReLU, layers of two widths, mean over the steps" lines test.txt $classify \
        --cell rnn-relu --hidden 14,9 --head mean
    case_of "images of bytes, rows, LSTM, last output" bytes t10k-images-idx3-ubyte $images --cell lstm \
        --hidden 12 --head last
    case_of "images of floats, pixels, GRU, last output" floats t10k-images-idx3-ubyte $images \
        --cell gru --hidden 8 --head last --sequence pixels
}
labels=5
# shellcheck disable=SC2086
{
    case_of "columns, LSTM in both directions with features, every step" columns test.txt $label --cell lstm \
        --bidirectional --hidden 12 --head steps $features
    case_of "columns, LSTM in both directions with features, CRF" columns test.txt $label --cell lstm \
        --bidirectional --hidden 12 --head crf $features
    case_of "columns, RNN, CRF with the constraint of BIO" columns test.txt $barely --cell rnn --hidden 8 \
        --head crf --bio
}

echo "# $same of $cases"
finish
