#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets that have a name (what a fuzzer found is named by its hash):
small valid inputs, and published hostile ones. Wants the built program, for what only it writes. The
folder is one that tests/fuzz/corpus.sh unpacks and packs. Wants the commands zstd and lz4 too.

    tests/fuzz/seeds.py PTBLM FOLDER
"""
import bz2
import gzip
import io
import json
import lzma
import os
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib

PTBLM, CORPUS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
TEXT = b"a b c d\na b <unk>\n\nb a\n" * 8


def put(target, name, data):
    folder = os.path.join(CORPUS, target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def text():
    put("text", "valid", TEXT)
    put("text", "treebank", "\"Don't,\" said Mr. O'Neil of U.S. Co. -- \u201cit's $3.5 million... "
        "I cannot\u201d (or won't) e.g. 'tis 'em 1/2 \u2014 gonna; #5 a@b.c -LRB- it? -RRB-.\n")
    put("text", "crlf-and-bom", b"\xef\xbb\xbfone two\r\nthree\r four\r\n\r\n")
    put("text", "no-last-line-end", b"one\ntwo")
    put("text", "empty", b"")
    put("text", "only-line-ends", b"\n\r\n\n")
    put("text", "blanks", "a\tb\u00a0c\u2028d\u3000e\x0bf\x0cg \u200bh\x85i\n".encode())
    put("text", "letters-of-many-bytes", "\u00c4\u0130\u01c5 \u0416 \u1e9e \U00010400 \u0301e \ufffd\n")
    for name, bad in [("nul", b"a\0b"), ("stray", b"\x80"), ("cut", b"\xe2\x82"), ("overlong", b"\xc0\x80"),
                      ("overlong-3", b"\xe0\x80\x80"), ("overlong-4", b"\xf0\x80\x80\x80"),
                      ("surrogate", b"\xed\xa0\x80"), ("above-the-last", b"\xf4\x90\x80\x80"),
                      ("latin-1", b"caf\xe9 x"), ("byte-ff", b"\xff\xfe")]:
        put("text", "utf8-" + name, b"fine\nso far " + bad + b" on\n")
    for name, head in [("mtree", b"#mtree\n"), ("ar", b"!<arch>\n"), ("uuencode", b"begin 644 x\n#0V%T\n`\nend\n"),
                       ("pk", b"PK is a name\n"), ("bzh", b"BZh is one too\n")]:
        put("text", "begins-like-" + name, head + TEXT)
        put("archive", "text-begins-like-" + name, head + TEXT)


def labelled():
    """The first byte is tokenizer + 6 * form + 30 * (1 if the text is cut)."""
    tab = "".join("%s\tword %d of %s\n" % ("ab"[i % 2], i, "cd"[i % 2]) for i in range(24))
    fast = "".join("__label__%s word %d\n" % ("ab"[i % 2], i) for i in range(12))
    trec = "NUM:dist How far is it ?\nHUM:ind Who was it ?\nNUM:date When ?\n"
    for i, name in enumerate(["words", "chars", "treebank", "unicode", "bpe", "bpe-bytes"]):
        put("labelled", "tab-" + name, bytes([i]) + tab.encode())
        put("labelled", "cut-" + name, bytes([30 + i]) + tab.encode())
    for form in range(5):
        put("labelled", "fasttext-as-%d" % form, bytes([6 * form]) + fast.encode())
        put("labelled", "trec-as-%d" % form, bytes([6 * form + 1]) + trec.encode())
    for name, bad in [("no-tab", "a x\n"), ("no-label", "\tx\n"), ("no-text", "a\t\n"), ("empty-line", "\n"),
                      ("control", "a\x1b[2J\tx\n"), ("long-label", "l" * 201 + "\tx\n"),
                      ("two-labels", "__label__a x __label__b\n"), ("no-letters", "a\t...\n")]:
        for how in (1, 2, 13):
            put("labelled", "%s-%d" % (name, how), bytes([how]) + (tab + bad).encode())
    put("labelled", "one-label", b"\0a\tx\na\ty\n")
    put("labelled", "sentences-first", b"\1" + "".join("s %d\t%d\n" % (i, i % 2) for i in range(30)).encode())
    put("labelled", "accents", "\0caf\u00e9\t\u00c9t\u00e9 \u4f60\u597d\nb\tx\n".encode())
    put("labelled", "latin-1", b"\0a\tcaf\xe9\nb\tx\n")
    put("labelled", "empty", b"")


def columns():
    """The first byte is of flags: cut, keep, lower, word 2, label -2, and two bits for the features."""
    conll = "The DT B-NP\ncat NN I-NP\nsat VBD O\n\nIt PRP B-NP\nslept VBD O\n. . O\n\n"
    for how in range(128):
        put("columns", "flags-%03d" % how, bytes([how]) + (conll * (12 if how & 1 else 2)).encode())
    put("columns", "marks", b"\2-DOCSTART- -X- O\n\n" + conll.encode() + b"-DOCSTART- -X- O\n" + conll.encode())
    put("columns", "scheme", b"\2a B-X\nb I-X\nc B-Y\nd O\n")
    for name, bad in [("few", "x\n"), ("many", "x y z O\n"), ("empty", "\n\nx y O\n"), ("first-empty", ""),
                      ("control", "x y \x01\n"), ("100", "x " * 101 + "\n"), ("no-end", "x y O")]:
        put("columns", "bad-" + name, b"\2" + (conll + bad if bad else "\n" + conll).encode())
    put("columns", "accents", "\x62\u00c9a X A\n\u4f60 \u597d B\n\U0001f600 z B\n".encode())
    put("columns", "nothing", b"")


def idx():
    def file(kind, dims, data):
        return bytes([0, 0, kind, len(dims)]) + b"".join(struct.pack(">I", d) for d in dims) + data
    put("idx", "images", file(8, [2, 2, 3], bytes(range(12))))
    put("idx", "labels", file(8, [5], bytes(range(5))))
    put("idx", "four-dimensions", file(8, [1, 2, 2, 3], bytes(range(12))))
    for kind, form in [(9, "b"), (11, "h"), (12, "i"), (13, "f"), (14, "d")]:
        put("idx", "type-%d" % kind, file(kind, [3], struct.pack(">3" + form, -1, 0, 100)))
    for name, bad in [("nan", float("nan")), ("infinity", float("inf")), ("1e300", 1e300)]:
        put("idx", name, file(14, [2], struct.pack(">2d", 1, bad)))
    put("idx", "cut", file(8, [2, 2, 3], bytes(11)))
    put("idx", "more", file(8, [2, 2, 3], bytes(13)))
    put("idx", "half-a-number", file(12, [2], bytes(7)))
    put("idx", "five-dimensions", file(8, [1, 1, 1, 1, 1], b"x"))
    put("idx", "no-dimension", file(8, [], b"x"))
    put("idx", "type-10", file(10, [1], b"x"))
    put("idx", "none", file(8, [3, 0], b""))
    put("idx", "huge", file(14, [2 ** 32 - 1] * 4, b"x" * 8))
    put("idx", "large", file(8, [2 ** 32 - 1], b"x" * 8))
    put("idx", "wraps", file(8, [2 ** 16, 2 ** 16, 2 ** 16, 2 ** 16], b""))
    put("idx", "cut-header", file(8, [2, 2, 3], b"")[:9])
    put("idx", "text", TEXT)
    put("idx", "empty", b"")


def gz(data, level=9):
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=level, mtime=0) as f:
        f.write(data)
    return out.getvalue()


def encodings():
    text = "caf\u00e9 \u201cthe\u201d \u65e5\u672c\n\U0001f600 a\u0323\u0307\n"
    for number, name in enumerate(("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp1252", "gb18030", "utf-7", "shift_jis",
                                   "iso2022_jp", "iso2022_kr", "euc_jp", "big5hkscs")):
        put("encoding", name, bytes((number,)) + text.encode(name, "ignore"))
        put("encoding", name + "-cut", bytes((number,)) + text.encode(name, "ignore")[:-3])
        put("encoding", name + "-lines", bytes((number | 0x80,)) + '{"t":"a\\n\\u00e9"}\n\n{"x":1,"t":"b\\ud83d\\ude00\\n"}'.encode(name))
    put("encoding", "lone-surrogate", b"\x01a\0\0\xdc\n\0")
    put("encoding", "cp1252-undefined", b"\x04a\n\x81b")
    put("encoding", "mark-of-gb18030", b"\x05\x84\x31\x95\x33a")
    for name, line in (("escape", '{"t":"\\q"}'), ("surrogate", '{"t":"\\ud800"}'), ("nul", '{"t":"\\u0000"}'),
                       ("twice", '{"t":"a","t":"b"}'), ("missing", '{"a":"b"}'), ("number", '{"t":1}'), ("array", "[1]")):
        put("encoding", "lines-" + name, b'\x80{"t":"a"}\n' + line.encode() + b"\n")
    for name, head in (("pdf", b"%PDF-1.7\n%\xe2\xe3"), ("parquet", b"PAR1\x15\0"), ("npy", b"\x93NUMPY\1\0"),
                       ("pickle", b"\x80\4\x95\0"), ("sqlite", b"SQLite format 3\0"), ("csv", b"id,text\n1,a\n2,b\n3,c\n"),
                       ("json", b'[{"a": 1}]\n'), ("xml", b'<?xml version="1.0"?>\n'),
                       ("docx", b"PK\3\4" + bytes(22) + b"\x13\0\0\0[Content_Types].xml")):
        put("encoding", "like-" + name, b"\0" + head)
    put("encoding", "many-marks", b"\0a" + "\u0301\u0323".encode() * 600)


def gzips():
    one = gz(TEXT)
    put("gzip", "valid", one)
    put("gzip", "stored", gz(TEXT, 0))
    put("gzip", "empty-member", gz(b""))
    put("gzip", "two-members", one + gz(b"more\n"))
    put("gzip", "zeros-behind", one + bytes(512))
    put("gzip", "junk-behind", one + b"x")
    put("gzip", "second-member-cut", one + one[:14])
    put("gzip", "cut-in-trailer", one[:-5])
    put("gzip", "cut-in-header", one[:7])
    put("gzip", "wrong-crc", one[:-8] + b"\0\0\0\0" + one[-4:])
    put("gzip", "wrong-length", one[:-4] + b"\xff\xff\xff\xff")
    put("gzip", "flipped-bit", one[:30] + bytes([one[30] ^ 4]) + one[31:])
    head = b"\x1f\x8b\x08\x1e\0\0\0\0\0\3" + b"\4\0extr" + b"name\0" + b"comment\0"
    put("gzip", "all-fields", head + struct.pack("<H", zlib.crc32(head) & 0xFFFF) + one[10:])
    put("gzip", "method-7", b"\x1f\x8b\x07" + one[3:])
    put("gzip", "reserved-flags", b"\x1f\x8b\x08\xe0" + one[4:])
    put("gzip", "bomb-16-mb", gz(bytes(1 << 24)))
    nested = gz(gz(bytes(200_000_000)))
    put("gzip", "bomb-200-mb-twice", nested)
    many = b"x\n"
    for _ in range(30):
        many = gz(many)
    put("gzip", "thirty-fold", many)


def tar(members, form=tarfile.USTAR_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as t:
        for name, data, kind in members:
            info = tarfile.TarInfo(name)
            info.type = kind
            info.size = len(data) if kind == tarfile.REGTYPE else 0
            info.linkname = "" if kind == tarfile.REGTYPE else "train.txt"
            t.addfile(info, io.BytesIO(data))
    whole = out.getvalue()
    return whole.rstrip(b"\0") + bytes(-len(whole.rstrip(b"\0")) % 512) + bytes(1024)


def with_sum(header):
    header = header[:148] + b" " * 8 + header[156:]
    return header[:148] + b"%06o\0 " % sum(header) + header[156:]


SPLITS = [("ptb.%s.txt" % s, TEXT, tarfile.REGTYPE) for s in ("train", "valid", "test")]
HOSTILE_NAMES = ["../../train.txt", "/etc/train.txt", "a\x1b[2Jtrain.txt", "train\n.txt", "n" * 90 + "/train.txt",
                 "\u00e9train.txt", ".."]


def by_command(*command):
    return lambda data: subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


def skippable(data, length=None):
    return struct.pack("<II", 0x184D2A50, len(data) if length is None else length) + data


SUFFIXES = {"bzip2": ".bz2", "xz": ".xz", "zstd": ".zst", "lz4": ".lz4"}
# with little memory to take anew for each input
XZ_SMALL = [{"id": lzma.FILTER_LZMA2, "dict_size": 4096}]
BZIP2, XZ = lambda data: bz2.compress(data, 1), lambda data: lzma.compress(data, filters=XZ_SMALL)
ZSTD, LZ4 = by_command("zstd", "-q", "-c"), by_command("lz4", "-q", "-c")


def compressions():
    """What each has in common, then what is its own."""
    for name, pack in [("bzip2", BZIP2), ("xz", XZ), ("zstd", ZSTD), ("lz4", LZ4)]:
        one = pack(TEXT)
        put(name, "valid", one)
        put(name, "empty-frame", pack(b""))
        put(name, "two-frames", one + pack(b"more\n"))
        put(name, "zeros-behind", one + bytes(4))
        put(name, "junk-behind", one + b"x")
        put(name, "second-frame-cut", one + one[:14])
        put(name, "cut-in-sum", one[:-2])
        put(name, "cut-in-header", one[:7])
        put(name, "wrong-sum", one[:-4] + b"\1\2\3\4")
        put(name, "flipped-bit", one[:40] + bytes([one[40] ^ 4]) + one[41:])
        put(name, "bomb-16-mb", pack(bytes(1 << 24)))
        put(name, "twice", pack(pack(bytes(1 << 20))))
        put("archive", "tar-" + name, pack(tar(SPLITS)))
        put("archive", "tar-of-" + name, tar([("train.txt" + SUFFIXES[name], one[:-2], tarfile.REGTYPE),
                                              ("valid.txt" + SUFFIXES[name], one, tarfile.REGTYPE)]))
    put("xz", "two-streams-padding-between", XZ(TEXT) + bytes(8) + XZ(TEXT))
    put("xz", "padding-of-three", XZ(TEXT) + bytes(3))
    put("xz", "no-sum", lzma.compress(TEXT, check=lzma.CHECK_NONE))
    put("xz", "sum-sha-256", lzma.compress(TEXT, check=lzma.CHECK_SHA256))
    put("xz", "window-4-kib", lzma.compress(TEXT, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 12}]))
    put("xz", "delta-and-x86", lzma.compress(TEXT, filters=[{"id": lzma.FILTER_DELTA, "dist": 2}, {"id": lzma.FILTER_X86},
                                                            {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 12}]))
    put("xz", "window-1-gib", lzma.compress(TEXT, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}]))
    put("bzip2", "level-1", bz2.compress(TEXT, 1))
    put("zstd", "size-64-of-nothing", bytes.fromhex("28b52ffd244001000099e9d851"))
    put("zstd", "no-sum", by_command("zstd", "-q", "-c", "--no-check")(TEXT))
    # a frame header that asks for 2 GiB and has a sum, then a raw block
    put("zstd", "window-2-gib", b"\x28\xb5\x2f\xfd\x04\xa8" + struct.pack("<I", 2 << 3 | 1)[:3] + b"a\n" + b"\1\2\3\4")
    put("lz4", "no-sum", by_command("lz4", "-q", "-c", "--no-frame-crc")(TEXT))
    put("lz4", "legacy", by_command("lz4", "-q", "-c", "-l")(TEXT))
    put("lz4", "sum-of-each-block", by_command("lz4", "-q", "-c", "-BX", "--no-frame-crc")(TEXT))
    for name, pack in [("zstd", ZSTD), ("lz4", LZ4)]:
        put(name, "skippable-around", skippable(b"1234") + pack(TEXT) + skippable(b""))
        put(name, "skippable-alone", skippable(b"1234"))
        put(name, "skippable-cut", pack(TEXT) + skippable(b"1234", 1 << 31))
        put(name, "skippable-over-a-frame", skippable(b"", len(pack(TEXT))) + pack(TEXT) * 2)


def tars():
    one = tar(SPLITS)
    put("archive", "tar-ustar", one)
    put("archive", "tar-pax", tar([("\u00e9" * 60 + n, d, k) for n, d, k in SPLITS], tarfile.PAX_FORMAT))
    put("archive", "tar-gnu", tar([("d" * 120 + "/" + n, d, k) for n, d, k in SPLITS], tarfile.GNU_FORMAT))
    put("archive", "tar-gz", gz(one))
    put("archive", "tar-hostile-names", tar([(n, b"x\n", tarfile.REGTYPE) for n in HOSTILE_NAMES]))
    kinds = [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]
    put("archive", "tar-links-and-devices", tar([("train.txt", b"", k) for k in kinds]))
    put("archive", "tar-file-named-as-directory", tar([("train.txt/", TEXT, tarfile.REGTYPE)]))
    put("archive", "tar-name-twice", tar([SPLITS[0], SPLITS[0]]))
    put("archive", "tar-cut-between-members", one[:1024])
    put("archive", "tar-without-end", one[:-1024])
    put("archive", "tar-behind-its-end", one + one)
    put("archive", "tar-empty", bytes(1024))
    put("archive", "tar-of-zeros-gz", gz(bytes(10240)))
    for name, size in [("2-to-62", b"\x80\0\0\0\x40" + bytes(7)), ("negative", b"\xff" * 12),
                       ("octal-8-gib", b"77777777777\0")]:
        put("archive", "tar-size-" + name, with_sum(one[:124] + size + one[136:512]) + one[512:])
    put("archive", "tar-wrong-sum", one[:148] + b"0" * 8 + one[156:])
    sparse = bytearray(tar(SPLITS[:1], tarfile.GNU_FORMAT)[:512])
    sparse[124:136], sparse[156:157] = b"00000001000\0", b"S"
    sparse[386:398] = b"\x80\0\0\0\0\0\0\xff\xff\xff\xfe\0"  # the offset, 2^40 - 512
    sparse[398:410], sparse[483:495] = b"00000001000\0", b"\x80\0\0\0\0\0\1\0\0\0\0\0"
    put("archive", "tar-sparse-1-tib", with_sum(bytes(sparse)) + b"x" * 512 + bytes(1024))
    pax = b"30 path=train\0hidden.txt012345\n"
    head = with_sum(bytes(tar([("x", pax, tarfile.REGTYPE)])[:156]) + b"x" + one[157:512])
    put("archive", "tar-pax-nul-in-name", head + pax.ljust(512, b"\0") + one)
    long = b"99999999999 path=train.txt\n"
    put("archive", "tar-pax-length-too-large", head + long.ljust(512, b"\0") + one)


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in members:
            z.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def overlapping_zip(n):
    """n members over one block of data, each quoting the header of the next as a stored block: after
    Fifield, A better zip bomb, 2019."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = bytes(1 << 20)
    kernel, crc = squeezer.compress(raw) + squeezer.flush(), zlib.crc32(raw)
    body, size, offsets = kernel, len(raw), []

    def local(name, packed):
        return struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, packed, size, len(name), 0) + name

    files = []
    for i in range(n):
        name = b"%d.train.txt" % i
        if files:
            quote = files[0]
            crc = zlib.crc32(quote + raw)
            raw, size = quote + raw, size + len(quote)
            body = b"\0" + struct.pack("<2H", len(quote), len(quote) ^ 0xFFFF) + body_of
        head = local(name, len(body))
        files = [head]
        offsets.append((name, len(body), size, crc, len(head) + len(body)))
        body_of = head + body
    whole = body_of
    central = b"".join(struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, c, packed, s, len(name), 0, 0, 0, 0, 0,
                                   len(whole) - end) + name for name, packed, s, c, end in offsets)
    return whole + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, n, n, len(central), len(whole), 0)


def zips():
    one = zipped([("d/" + n, d) for n, d, _ in SPLITS])
    put("archive", "zip", one)
    put("archive", "zip-stored", zipped([(n, d) for n, d, _ in SPLITS], zipfile.ZIP_STORED))
    put("archive", "zip-hostile-names", zipped([(n, b"x\n") for n in HOSTILE_NAMES]))
    put("archive", "zip-bzip2", zipped([(SPLITS[0][0], TEXT)], zipfile.ZIP_BZIP2))
    put("archive", "zip-lzma", zipped([(SPLITS[0][0], TEXT)], zipfile.ZIP_LZMA))
    put("archive", "zip-empty", zipped([]))
    put("archive", "zip-wrong-crc", one.replace(struct.pack("<L", zlib.crc32(TEXT)), b"\1\2\3\4"))
    put("archive", "zip-encrypted", one.replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0")
        .replace(b"PK\3\4\x14\0\0\0", b"PK\3\4\x14\0\1\0"))
    put("archive", "zip-cut", one[:-30])
    put("archive", "zip-directory-far-off", one[:-6] + b"\xff\xff\xff\x7f" + one[-2:])
    put("archive", "zip-64-bit-sizes", one.replace(struct.pack("<L", len(TEXT)), b"\xff\xff\xff\xff"))
    put("archive", "zip-bomb-4-mb", zipped([("train.txt", bytes(1 << 22))]))
    put("archive", "zip-bomb-overlapping", overlapping_zip(30))
    put("archive", "zip-in-zip", zipped([("train.zip", one)]))


FIXED_VOCAB = "<unk>\t3\n<eos>\t2\na\t2\nb\t1\nc\t1\nd\t1\n"


def vocabs():
    put("vocab", "valid", FIXED_VOCAB)
    put("vocab", "without-counts", "<unk>\n<eos>\nthe\n")
    put("vocab", "blank-and-tab-words", "<unk>\t1\n<eos>\t1\n \t1\n\t\t1\n\u00e9\t3\n")
    put("vocab", "duplicate", "<unk>\n<eos>\nthe\t2\nthe\t1\n")
    put("vocab", "without-unk", "<eos>\nthe\n")
    put("vocab", "without-eos", "<unk>\nthe\n")
    put("vocab", "blank-counts", "<unk> 3\n<eos> 2\nthe 5\n")
    put("vocab", "counts-first", "   3 <unk>\n  12 <eos>\n")
    put("vocab", "word-id", "the 2\n<unk> 0\n<eos> 1\n")
    put("vocab", "id-word", "1\t<unk>\n0\t<eos>\n")
    put("vocab", "json-object", '{"the": 2, "<unk>": 0, "<eos>": 1}')
    put("vocab", "json-list", '["<unk>", "<eos>", "\\u00e9"]\n')
    put("vocab", "json-cut", '{"the": 2, "<unk>": 0')
    put("vocab", "byte-order-mark", b"\xef\xbb\xbf<unk>\n<eos>\n")
    put("vocab", "words-with-blanks", "<unk>\n<eos>\nNew York\n 12\n")
    for number, (name, form) in enumerate((("ptblm", "the\t5\n"), ("words", "the 5\n"), ("word-count", "the  5\n"),
                                           ("count-word", " 5 the\n"), ("word-id", "the 2\n"), ("id-word", "0 the\n"),
                                           ("json", '{"the": 0}'))):
        put("vocab", "form-" + name, form + "\0" + chr(number + 1))
    put("vocab", "markers", "[PAD]\n[UNK]\n</s>\nthe\n")
    put("vocab", "markers-twice", "<unk>\n[UNK]\n<eos>\n</s>\n")
    put("vocab", "markers-json", '{"</s>": 1, "[UNK]": 0, "\\u0120the": 2}')
    put("vocab", "marker-missing", "[UNK] 7\nthe 5\n")
    put("vocab", "ids-with-a-hole", "<unk> 0\n<eos> 2\n")
    put("vocab", "ids-twice", "<unk> 0\n<eos> 1\nthe 1\n")
    put("vocab", "ids-falling", "<unk> 2\n<eos> 1\nthe 0\n")
    put("vocab", "ids-falling-by-tab", "<unk>\t2\n<eos>\t1\nthe\t0\n")
    put("vocab", "all-numbers", "0 1\n1 0\n")
    put("vocab", "number-on-most-lines", "<unk> 3\n<eos> 2\nthe 5\na\n")
    put("vocab", "json-ids-with-a-hole", '{"<unk>": 0, "<eos>": 2}')
    put("vocab", "json-id-huge", '{"<unk>": 0, "<eos>": 9223372036854775807}')
    put("vocab", "json-blank-word", '["<unk>", "<eos>", "New York", "a\\n", ""]')
    put("vocab", "json-list-of-numbers", '["<unk>", "<eos>", 1]')
    put("vocab", "bracket-first", "[UNK]\n{\n<unk>\n<eos>\n")
    put("vocab", "gzip", gzip.compress(b"<unk> 3\n<eos> 2\n", mtime=0))
    put("vocab", "xz", lzma.compress(b"<unk> 3\n<eos> 2\n"))
    put("vocab", "zstd", by_command("zstd", "-q", "-c")(b"<unk> 3\n<eos> 2\n"))
    put("vocab", "empty", "")
    put("vocab", "empty-line", "<unk>\n\n<eos>\n")
    put("vocab", "no-last-line-end", "<unk>\n<eos>")
    put("vocab", "crlf", "<unk>\r\n<eos>\r\n")
    put("vocab", "nul", "<unk>\n<eos>\na\0b\n")
    put("vocab", "not-utf8", b"<unk>\n<eos>\n\xff\n")
    put("vocab", "word-of-66000-bytes-less", "<unk>\n<eos>\n" + "w" * 30000 + "\n")
    for name, count in [("2-to-64", "18446744073709551616"), ("most", "18446744073709551615"), ("negative", "-1"),
                        ("none", ""), ("fraction", "1.5"), ("hexadecimal", "0x10")]:
        put("vocab", "count-" + name, "<unk>\t%s\n<eos>\t1\n" % count)


def vectors():
    glove = "the 0.418 0.24968\n, -1e-3 .5\nA 1 2\n"
    put("vectors", "glove", glove)
    put("vectors", "word2vec", "3 2\n</s> 0.1 -0.2 \na 1.5 2 \nThe 3 4 \n")
    put("vectors", "gzip", gzip.compress(glove.encode(), mtime=0))
    put("vectors", "zip-of-one", zipped([("v.txt", glove.encode())]))
    put("vectors", "crlf-and-bom", b"\xef\xbb\xbf" + glove.replace("\n", "\r\n").encode())
    put("vectors", "words-with-blanks", ". . . 1 2\nat a@b.c 3 4\n\u0085 5 6\n a 7 8\n 9 10\n")
    put("vectors", "words-that-are-not-utf8", b"a 1 2\n\xff\x80 1 2\n\0 3 4\n")
    put("vectors", "lower-case", "the 1 2\n\u00e9t\u00e9 3 4\nb 5 6\nthe 7 8\n")
    put("vectors", "binary", b"2 3\na " + struct.pack("<3f", 1, -0.5, 0.1) + b"\nb " + struct.pack("<3f", 2, 3, 4) + b"\n")
    put("vectors", "numbers", "a 123456789012345678901234567890.5 1e-400 -0 +.5 5. 3.4028235e38 1e-45\n")
    put("vectors", "too-large", "a 1e39\n")
    put("vectors", "nan", "a 1 2\nb nan 1\n")
    put("vectors", "no-number", "a 1 2\nb 1,5 \x1b\n")
    put("vectors", "too-many-values", "a 1 2\nb 1 2.5 3\n")
    put("vectors", "too-few-values", "2 2\na 1 2\nb 1\n")
    put("vectors", "fewer-words-than-said", "3 1\na 1\nb 2\n")
    put("vectors", "width-0", "1 0\na\n")
    put("vectors", "width-too-large", "1 99999999999999999999999\na 1\n")
    put("vectors", "sizes-alone", "0 5\n")
    put("vectors", "no-last-line-end", "a 1 2\nb 1 2")
    put("vectors", "empty", "")
    put("vectors", "text", "a text of words\n")


MERGES = "#version: 0.2\n"


def merges():
    words = "\0lowest low <unk> \u00e9t\u00e9 \u20ac @@ x@@ <0xE2> a\u0301 </w>"
    put("merges", "valid", MERGES + "e s\nes t</w>\nl o\nlo w\n\u00e9 t\n" + words)
    put("merges", "header-alone", MERGES + words)
    put("merges", "header-with-note", "#version: 0.2 - made elsewhere\r\na b\r\nab c</w>" + "\0abc abca")
    put("merges", "special", MERGES + "@ @</w>\nx @@</w>\n< unk></w>\nunk ></w>\n@ @\n< u\nn k\n" + words)
    put("merges", "unk-within", MERGES + "< u\n<u n\n<un k\n<unk ></w>\n" + "\0x<unk> <unk> <unk")
    put("merges", "bytes", MERGES + "<0x E2></w>\nE2 ></w>\n0 x\n< 0x\nE 2\n<0xE2> a\n" + words)
    put("merges", "order", MERGES + "b c\na b\na a\naa a\na b\n" + "\0abcx abx aaaaax")
    put("merges", "ends", MERGES + "< /\n</ w\n</w ></w>\n<</w> a\na <</w>\n" + words)
    put("merges", "control", MERGES + "\x01 \x7f\n" + "\0\x01\x7f\x01")
    put("merges", "long", MERGES + "".join("a" * (1 << i) + " " + "a" * (1 << i) + "\n" for i in range(8)) + "\0" + "a" * 300)
    for name, bad in [("empty", ""), ("without-header", "a b\n"), ("version", "#version: 0.21\na b\n"), ("one", "ab\n"),
                      ("three", "a b c\n"), ("two-blanks", "a  b\n"), ("tab", "a\tb c\n"), ("left-ends", "a</w> b\n"),
                      ("right-empty", "a </w>\n"), ("empty-line", "\na b\n"), ("beginnings", "\u0120 t\n"),
                      ("nul", "a\0 b\n\0a"), ("not-utf8", b"a \xff\n"), ("half", b"\xc3 \xa9\n")]:
        head = b"" if name in ("empty", "without-header", "version") else MERGES.encode()
        put("merges", "refused-" + name, head + (bad if isinstance(bad, bytes) else bad.encode()))


ARPA = """\\data\\
ngram 1=5
ngram 2=4
ngram 3=2

\\1-grams:
-99\t<s>\t-0.3
-0.5\t</s>
-1\t<unk>
-0.6\ta\t-0.2
-0.8\tb

\\2-grams:
-0.4\t<s> a\t-0.1
-0.9\ta a
-0.7\ta b\t-0.25
-0.3\tb </s>

\\3-grams:
-0.05\t<s> a b
-0.15\ta b </s>

\\end\\
"""


def arpas():
    put("arpa", "valid", ARPA)
    put("arpa", "crlf-and-bom", b"\xef\xbb\xbf" + ARPA.replace("\n", "\r\n").encode())
    put("arpa", "blanks", ARPA.replace("\t", "  ").replace("=", " = "))
    put("arpa", "comments", "# by hand\n\n# ngram 1=3\n" + ARPA)
    put("arpa", "no-last-line-end", ARPA[:-1])
    put("arpa", "order-1", "\\data\\\nngram 1=3\n\\1-grams:\n-1 <unk>\n-0.5 </s>\n-0.6 a\n\\end\\\n")
    put("arpa", "order-10", "\\data\\\nngram 1=3\n" + "".join("ngram %d=1\n" % n for n in range(2, 11)) +
        "\\1-grams:\n-1 <unk>\n-0.5 </s>\n-0.6 a -1\n" +
        "".join("\\%d-grams:\n-0.1 %s\n" % (n, "a " * n) for n in range(2, 11)) + "\\end\\\n")
    put("arpa", "order-11", "\\data\\\n" + "".join("ngram %d=1\n" % n for n in range(1, 12)))
    put("arpa", "without-marks", "\\data\\\nngram 1=1\nngram 2=1\n\\1-grams:\n-0.6 a -1\n\\2-grams:\n-0.1 <s> a\n"
        "\\end\\\n")
    put("arpa", "no-words", "\\data\\\nngram 1=0\nngram 2=0\n\\1-grams:\n\\2-grams:\n\\end\\\n")
    put("arpa", "empty", "")
    for name, old, new in [
            ("unk-in-capitals", "<unk>", "<UNK>"), ("count-2-to-32-less-1", "2=4", "2=4294967295"),
            ("count-2-to-64", "2=4", "2=18446744073709551616"), ("count-too-small", "2=4", "2=3"),
            ("count-too-large", "2=4", "2=5"), ("section-missing", "\\2-grams:\n", ""),
            ("text-behind", "\\end\\\n", "\\end\\\nx\n"), ("nan", "-0.7\ta b", "nan\ta b"),
            ("infinity", "-0.25", "inf"), ("hexadecimal", "-0.7\ta b", "-0x1p1\ta b"), ("too-large", "-0.7\ta b", "-1e39\ta b"),
            ("above-1", "-0.7\ta b", "0.7\ta b"), ("rounding", "-0.05", "0.00001"), ("back-off-above-1", "-0.25", "2"),
            ("back-offs-huge", "-0.2", "1e38"), ("word-unknown", "a b\t", "a c\t"), ("word-control", "a b\t", "a \x1b[2J\t"),
            ("word-twice", "-0.8\tb", "-0.8\ta"), ("end-twice", "-0.8\tb", "-0.8\t</s>"), ("begin-twice", "-0.8\tb", "-0.8\t<s>"),
            ("word-eos", "-0.8\tb", "-0.8\t<eos>"), ("begin-within", "a b </s>", "a <s> </s>"),
            ("end-within", "a b </s>", "a </s> b"), ("twice", "-0.9\ta a", "-0.9\ta b"), ("continues-none", "<s> a b", "b b a"),
            ("long-word", "\tb\n", "\t" + "b" * 2000 + "\n"), ("fields", "-0.9\ta a", "-0.9\ta a a a a")]:
        put("arpa", name, ARPA.replace(old, new, 1))
    put("arpa", "back-offs-above-all", ARPA.replace("\tb\n", "\tb\t1e38\n").replace("-0.25", "1e38"))
    put("arpa", "back-offs-below-all", ARPA.replace("\tb\n", "\tb\t-1e38\n").replace("-0.25", "-1e38"))


def made_by_the_program():
    with tempfile.TemporaryDirectory() as work:
        def path(name):
            return os.path.join(work, name)

        def ptblm(*args):
            subprocess.run([PTBLM, *args, "-q"], check=True, stdout=subprocess.DEVNULL, cwd=work)
        with open(path("text"), "wb") as f:
            f.write(TEXT * 4)
        with open(path("vocab"), "w") as f:
            f.write(FIXED_VOCAB)
        splits = ["--train", "text", "--valid", "text", "--test", "text", "--vocab", "vocab"]
        ptblm("prepare", *splits, "-o", "prepared")
        for layers in "12":
            ptblm("train", *splits, "-o", "run", "--force", "--preset", "test", "--hidden", "2", "--layers", layers, "-b",
                  "2", "-t", "3", "-e", "1")
            with open(path("run/model.safetensors"), "rb") as f:
                model = f.read()
            put("model", "model-of-%s" % layers, model)
            put("model", "model-of-%s-saved-again" % layers, saved_again(model))
        for order in "1", "3":
            ptblm("ngram", *splits, "-n", order, "-o", "model.ngram")
            with open(path("model.ngram"), "rb") as f:
                model = f.read()
            put("ngram", "order-%s" % order, model)
            put("ngram", "order-%s-saved-again" % order, saved_again(model))
        names = [n for n in sorted(os.listdir(path("prepared"))) if "train" in n]
        with open(path("prepared/" + names[0]), "rb") as f:
            ids = f.read()
        put("ids", "valid", ids)
        put("ids", "short", ids[:64 + 40])
        put("ids", "header-alone", ids[:64])
        put("ids", "header-cut", ids[:40])
        put("ids", "other-version", ids[:8] + b"\2" + ids[9:])
        put("ids", "other-vocabulary", ids[:16] + b"\1" * 8 + ids[24:])
        for name, n in [("2-to-62", 1 << 62), ("most", (1 << 64) - 1), ("none", 0)]:
            put("ids", "count-" + name, ids[:24] + struct.pack("<Q", n) + ids[32:])
        put("json", "run-config", open(path("run/config.json"), "rb").read())


def st(header, data=b"", length=None):
    head = header if isinstance(header, bytes) else header.encode()
    return struct.pack("<Q", len(head) if length is None else length) + head + data


def entry(name, dtype, shape, offsets):
    return '"%s":{"dtype":"%s","shape":%s,"data_offsets":%s}' % (name, dtype, shape, offsets)


def safetensors():
    """The vectors of the reference's tensor.rs and attacks/, and of reports on ports of it."""
    def one(name, dtype, shape, offsets, data):
        put("model", name, st("{" + entry("t", dtype, shape, offsets) + "}", data))
    put("model", "reference-empty", st("{}      "))
    put("model", "reference-whitespace-behind", st("{}\r \t\n"))
    put("model", "reference-whitespace-before", st("\t\n{}\r "))
    put("model", "reference-metadata", st('{"__metadata__":{"format":"pt"}}'))
    one("reference-empty-shape", "F32", "[]", "[0,4]", bytes(4))
    one("reference-zero-sized", "F32", "[2,0]", "[0, 0]", b"")
    one("reference-incomplete-buffer", "F32", "[2,2]", "[0,16]", bytes(14))
    one("reference-extra-buffer", "F32", "[2,2]", "[0,16]", bytes(50))
    one("reference-invalid-info", "F32", "[2,2]", "[0,4]", bytes(4))
    one("reference-overflow-of-shape", "F32", "[2,18446744073709551614]", "[0,16]", bytes(16))
    one("reference-overflow-of-bytes", "F32", "[2,9223372036854775807]", "[0,16]", bytes(16))
    put("model", "reference-json-attack", st("{" + ",".join(entry("weight_%d" % i, "F32", "[2,2]", "[0,16]")
                                                            for i in range(10)) + "}", bytes(16)))
    put("model", "reference-header-too-small", b"\2\0\0\0\0\0\0")
    put("model", "reference-header-too-large", st("<", length=0xFFFFFF000000003C))
    put("model", "reference-invalid-length", b"<\0\0\0\0\0\0\0")
    put("model", "reference-header-not-utf8", st(b"\xff"))
    put("model", "reference-header-no-object", st("{"))
    for name, n in [("0", 0), ("7", 7), ("100000000", 10**8), ("100000001", 10**8 + 1), ("2-to-63", 1 << 63),
                    ("2-to-64-less-1", (1 << 64) - 1), ("2-to-64-less-8", (1 << 64) - 8)]:
        put("model", "length-" + name, st("{}", length=n))
    one("overflow-triple-4-mod-2-to-64", "F32", "[4194305,4194305,211106198978564]", "[0,16]", bytes(16))
    one("overflow-to-minus-1", "U8", "[4294967295,4294967297]", "[0,0]", b"")
    one("overflow-to-0", "U8", "[4294967296,4294967296]", "[0,0]", b"")
    one("overflow-of-bytes-to-0", "F32", "[4611686018427387904]", "[0,0]", b"")
    one("zero-and-overflow", "F32", "[0,9223372036854775807]", "[0,0]", b"")
    one("negative-shape", "U8", "[-1]", "[0,1]", b"x")
    one("negative-offset", "U8", "[1]", "[-1,0]", b"x")
    one("offsets-reversed", "U8", "[1]", "[1,0]", b"x")
    one("offsets-2-to-63", "U8", "[1]", "[0,9223372036854775807]", b"x")
    one("fractional-shape", "U8", "[1.0]", "[0,1]", b"x")
    one("rank-3", "F32", "[1,1,1]", "[0,4]", bytes(4))
    one("half-bytes", "F4", "[3]", "[0,2]", bytes(2))
    two = entry("a", "U8", "[2]", "[0,2]") + ","
    put("model", "hole-between", st("{" + two + entry("b", "U8", "[1]", "[3,4]") + "}", b"abcd"))
    put("model", "overlap-of-two", st("{" + two + entry("b", "U8", "[2]", "[1,3]") + "}", b"abc"))
    put("model", "empty-tensor-shares-offset", st("{" + two + entry("b", "U8", "[0]", "[2,2]") + "}", b"ab"))
    put("model", "duplicate-name", st("{" + entry("t", "U8", "[4]", "[0,4]") + "," + entry("t", "F32", "[1]", "[0,4]") +
                                      "}", bytes(4)))
    put("model", "duplicate-member", st('{"t":{"dtype":"U8","dtype":"F32","shape":[4],"data_offsets":[0,4]}}', bytes(4)))
    put("model", "unknown-member", st('{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}', b"x"))
    put("model", "metadata-number", st('{"__metadata__":{"n":1}}'))
    put("model", "control-in-name", st("{" + entry("a\\u001b[2J", "U8", "[1]", "[0,1]") + "}", b"x"))
    put("model", "nul-in-name", st("{" + entry("a\\u0000", "U8", "[1]", "[0,1]") + "}", b"x"))
    put("model", "deep-3000", st("[" * 3000))
    put("model", "many-tensors-small", st("{" + ",".join(entry("%d" % i, "U8", "[0]", "[0,0]") for i in range(500)) + "}"))
    parts = [("encoder.weight", "[3,1]", 3), ("rnn.weight_ih_l0", "[4,1]", 4), ("rnn.weight_hh_l0", "[4,1]", 4),
             ("rnn.bias_ih_l0", "[4]", 4), ("rnn.bias_hh_l0", "[4]", 4), ("decoder.weight", "[3,1]", 3),
             ("decoder.bias", "[3]", 3)]
    for name, odd in [("foreign-model", None), ("foreign-nan", b"\0\0\xc0\x7f"), ("foreign-inf", b"\0\0\x80\x7f")]:
        at, rows = 0, []
        for tensor, shape, n in parts:
            rows.append(entry(tensor, "F32", shape, "[%d,%d]" % (at, at + 4 * n)))
            at += 4 * n
        put("model", name, st("{" + ",".join(rows) + "}", bytes(at) if odd is None else bytes(at - 4) + odd))


def saved_again(model):
    """The same contents as another program lays them out: tensors and metadata the other way round."""
    n = struct.unpack("<Q", model[:8])[0]
    head, data, at, out = json.loads(model[8:8 + n]), model[8 + n:], 0, b""
    again = {"__metadata__": dict(reversed(list(head.pop("__metadata__").items())), added="by another")}
    for name, tensor in reversed(list(head.items())):
        begin, end = tensor["data_offsets"]
        out += data[begin:end]
        again[name] = dict(tensor, data_offsets=[at, at + end - begin])
        at += end - begin
    return st(json.dumps(again), out)


def foreign(name, dtypes, rename=lambda tensor: tensor, drop=(), last=None):
    """A model of zeros whose tensors have these types in turn; `last` are the bytes of its last number."""
    sizes = {"F16": 2, "BF16": 2, "F32": 4, "F64": 8}
    parts = [("encoder.weight", [3, 1]), ("rnn.weight_ih_l0", [4, 1]), ("rnn.weight_hh_l0", [4, 1]),
             ("rnn.bias_ih_l0", [4]), ("rnn.bias_hh_l0", [4]), ("decoder.weight", [3, 1]), ("decoder.bias", [3])]
    at, rows = 0, []
    for i, (tensor, shape) in enumerate(part for part in parts if part[0] not in drop):
        dtype = dtypes[i % len(dtypes)]
        end = at + shape[0] * sizes[dtype]
        rows.append(entry(rename(tensor), dtype, shape, "[%d,%d]" % (at, end)))
        at = end
    data = bytes(at) if last is None else bytes(at - len(last)) + last
    put("model", name, st("{" + ",".join(rows) + "}", data))


def foreign_models():
    for dtype, nan in [("F16", b"\0\x7e"), ("BF16", b"\xc0\x7f"), ("F64", b"\0\0\0\0\0\0\xf8\x7f")]:
        foreign("foreign-%s" % dtype.lower(), [dtype])
        foreign("foreign-%s-nan" % dtype.lower(), [dtype], last=nan)
    foreign("foreign-mixed", ["F64", "BF16", "F32", "F16"])
    foreign("foreign-f16-smallest", ["F16"], last=b"\1\0")
    foreign("foreign-f64-too-large", ["F64"], last=struct.pack("<d", 1e39))
    foreign("foreign-prefix", ["F32"], rename=lambda tensor: "module._orig_mod." + tensor)
    foreign("foreign-prefix-of-some", ["F32"], rename=lambda tensor: tensor.replace("rnn", "module.rnn"))
    foreign("foreign-tied", ["F32"], drop=["decoder.weight"])
    foreign("foreign-decoder-alone", ["F16"], drop=["encoder.weight"])


def jsons():
    put("json", "all-kinds", json.dumps({"o": {"a": [1, -2, 3.5, 1e300, True, False, None, "x\n\u00e9\U0001f600"]}}))
    put("json", "specials", '{"a":"inf","b":"-inf","c":"nan"}')
    for i, bad in enumerate(['{"a":1,"a":2}', "{}x", '{"n":9007199254740993}', "9223372036854775808",
                             "18446744073709551616", "[01]", "[1e999]", "[NaN]", "{'a':1}", b'{"\xff":1}',
                             b'"\xc0\x80"', b'"\xed\xa0\x80"', '"\\ud800"', '{"a\\u0000b":1}', '"a\nb"', "[1,]", "[-]",
                             "[1.]", "[+1]", '"\\x41"', "tru", "", " ", '"', "[-0]", "[-0.0]", "[1e-400]",
                             '{"a":1e5,"b":0.1,"c":5e-324,"d":1.7976931348623157e308}']):
        put("json", "strict-%02d" % i, bad)
    put("json", "deep-2000", "[" * 2000 + "]" * 2000)
    put("json", "deep-objects", '{"a":' * 500 + "1" + "}" * 500)


def options():
    for name, args in [
            ("train", "corpus -o run --hidden 8 -b5 -t 5 --epochs=1 --lr 1e-3 -q --preset test"),
            ("train", "--no-tie --hid 8 --dropout 0.5 -- --lr"), ("train", "--lr nan --hidden 0x10"),
            ("train", "--lr=-1"), ("train", "--dropout 1.5"), ("train", "--hidden 0"),
            ("train", "--hidden 99999999999999999999 --lr 1e999"), ("train", "--hiden 8"), ("train", "-o"),
            ("train", "--help=1 --=x --preset huge"), ("sample", "model -t 0.5 --top-p 1 --words 10 --prompt --x"),
            ("eval", "model - -q"), ("score", "-h"), ("bench", "--no-no-x"), ("corpus", "-o\t --tokens -5"),
            ("next", "model the --oov error"), ("info", "--"), ("batches", "-nq5 --n"), ("prepare", "-o x --min-count 3")]:
        put("option", "%s-%08x" % (name, zlib.crc32(args.encode())), "\n".join([name] + args.split(" ")))
    put("option", "escape", "train\n--\x1b[2J\xff\n" + "x" * 300)


def grammars():
    put("grammar", "valid", "n : sg pl\nStart -> 3 Noun[n] Verb[n] | 1 When Noun[n] Verb[n]\nWhen -> now | _ | in Year\n"
        "%\nNoun[n] = bank/banks firm/firms\nVerb[n] = grows/grow falls/fall\nYear = 1987 1988 1989")
    for name, rules in [("nothing", ""), ("no-start", "Other -> x"), ("only-nothing", "Start -> _"),
                        ("derives-itself", "Start -> Again\nAgain -> x Start"), ("no-arrow", "Start x"),
                        ("weight-0", "Start -> 0 x"), ("weight-too-large", "Start -> 4294967296 x | 99999999999 y"),
                        ("weights-add-up-too-far", "Start -> 40000000 a | 4000000000 b | 4000000000 c"),
                        ("no-range", "Start -> Noun[n]\nNoun[n] = x"), ("unused", "Start -> x\nOther -> y"),
                        ("no-form", "n : sg pl\nStart -> Noun[du]\nNoun[n] = bank/banks"),
                        ("many-arguments", "Start -> Big[a,b,c,d,e,f,g,h,i]\nBig[a,b,c,d,e,f,g,h,i] -> x"),
                        ("open-bracket", "Start -> Big[a\nBig[a -> x"), ("empty-rule", "Start -> x\n\n"),
                        ("nullable-many", "Start -> Aa Aa Aa Aa Aa\nAa -> _ | x | _"),
                        ("grows-fast", "n : 1 2 3 4\nStart -> Big[a,b,c]\na : 1 2\nb : 1 2\nc : 1 2\nBig[a,b,c] -> x")]:
        put("grammar", name, rules)


for make in (text, encodings, labelled, columns, idx, gzips, compressions, tars, zips, vocabs, vectors, merges, arpas,
             made_by_the_program, safetensors, foreign_models, jsons, options, grammars):
    make()
