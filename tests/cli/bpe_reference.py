"""Byte-pair encoding as in the paper (Sennrich et al. 2016, algorithm 1), with nothing kept between
merges: python3 bpe_reference.py learn N <text >merges, or: split MERGES <text >tokens."""
import collections
import sys


def learn(n):
    words = collections.Counter(w for line in sys.stdin for w in line.split() if w not in SPECIAL)
    words = {tuple(w[:-1]) + (w[-1] + "</w>",): times for w, times in words.items()}
    print("#version: 0.2")
    for _ in range(n):
        pairs = collections.Counter()
        for word, times in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += times
        best = max(pairs, key=lambda p: (pairs[p], p), default=None)
        if best is None or pairs[best] < 2:
            break
        print(*best)
        words = {join(word, best): times for word, times in words.items()}


def join(word, pair):
    made, i = [], 0
    while i < len(word):
        joins = word[i : i + 2] == pair
        made.append(word[i] + word[i + 1] if joins else word[i])
        i += 1 + joins
    return tuple(made)


def split(word, ranks):
    if word in SPECIAL:
        return [word]
    pieces = tuple(word[:-1]) + (word[-1] + "</w>",)
    while True:
        known = [p for p in zip(pieces, pieces[1:]) if p in ranks]
        if not known:
            break
        pieces = join(pieces, min(known, key=ranks.get))
    return [p + "@@" for p in pieces[:-1]] + [pieces[-1][:-4]]


SPECIAL = ("<unk>", "<eos>")
if sys.argv[1] == "learn":
    learn(int(sys.argv[2]))
else:
    with open(sys.argv[2], encoding="utf-8") as file:
        merges = [tuple(line.split()) for line in file][1:]
    table = {pair: i for i, pair in reversed(list(enumerate(merges)))}
    for text in sys.stdin:
        print(*(piece for w in text.split() for piece in split(w, table)))
