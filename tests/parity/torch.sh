# What the comparisons with PyTorch share; sourced after tests/cli/lib.sh. Ends the test, as skipped,
# where there is no PyTorch.
# Environment: PYTHON, if it is not python3 that has torch.
# shellcheck shell=sh disable=SC2154

# shellcheck disable=SC2034 # for who sources this
parity=$srcdir/tests/parity
python=
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
    if "$candidate" -c 'import torch' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "1..0 # SKIP no python3 with torch: apt-get install python3-torch"
    exit 0
fi
# Nothing is written into the sources.
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
