"""The reader of the TensorFlow PTB tutorial (reader.py), for text.sh to be compared with.

Usage: tutorial_reader.py FILE [once]
Prints the seconds from the file to its word ids, without Python's own start, and how many ids there
are. The tutorial reads and splits the file twice, for the vocabulary and for the ids; with "once" the
words are kept in between.
"""
import collections
import sys
import time


def read_words(path):
    with open(path, "rb") as f:
        return f.read().decode("utf-8").replace("\n", "<eos>").split()


def build_vocab(data):
    counter = collections.Counter(data)
    count_pairs = sorted(counter.items(), key=lambda x: (-x[1], x[0]))
    words, _ = list(zip(*count_pairs))
    return dict(zip(words, range(len(words))))


def main():
    path, once = sys.argv[1], sys.argv[2:] == ["once"]
    start = time.perf_counter()
    data = read_words(path)
    word_to_id = build_vocab(data)
    if not once:
        del data
        data = read_words(path)
    ids = [word_to_id[word] for word in data if word in word_to_id]
    print("%.6f %d" % (time.perf_counter() - start, len(ids)))


main()
