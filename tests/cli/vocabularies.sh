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

cp perm.txt gi/vocab.txt && refused 3 "'gi/vocab.txt' is not the vocabulary that 'gi' was prepared with" eval m gi -q &&
    refused 3 "is not the vocabulary that 'gi' was prepared with" train gi -o again -q && [ ! -e again ] &&
    refused 3 "is not the vocabulary that 'gi' was prepared with" batches gi
result $? "a vocabulary that replaces the one of a prepared directory is refused"

finish
