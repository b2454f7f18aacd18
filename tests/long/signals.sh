#!/bin/sh
# tests/cli/signals.sh with many more moments: 17 times ten commands and three signals. Takes some
# minutes.
# Environment: PTBLM, srcdir; MOMENTS (17), SEED (1).

MOMENTS=${MOMENTS:-17} exec sh "${srcdir:-.}/tests/cli/signals.sh"
