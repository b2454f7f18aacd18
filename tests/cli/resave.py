"""Saves a model file again, as other programs do, for tests/cli/models.sh. It knows the description of
the file format alone.

    resave.py FROM TO CHANGE...

type=F16        all floats in another type (F16, BF16, F32, F64), rounded to nearest
prefix=NAME     before the name of every tensor
notes=          no metadata
drop-note=KEYS  without these, with commas between
note=KEY:TEXT   with this
drop=NAMES      without these tensors
rename=A:B      tensor A under the name B
copy=A:B        tensor B has the bytes of A
order           tensors and metadata the other way round
indent          a header on many lines
weight          the first bias of the decoder changed
"""
import json, struct, sys
source, target, *changes = sys.argv[1:]
raw = open(source, "rb").read()
n = struct.unpack("<Q", raw[:8])[0]
head, data = json.loads(raw[8:8 + n]), raw[8 + n:]
notes = head.pop("__metadata__", {})
tensors = [[k, v["dtype"], v["shape"], data[v["data_offsets"][0]:v["data_offsets"][1]]] for k, v in head.items()]

def bf16(x):  # the upper half of float32, to nearest, ties to even
    bits = struct.unpack("<I", struct.pack("<f", x))[0]
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16) & 0xFFFF

def encode(numbers, kind):
    if kind == "BF16":
        return struct.pack("<%dH" % len(numbers), *map(bf16, numbers))
    return struct.pack("<%d%s" % (len(numbers), {"F16": "e", "F32": "f", "F64": "d"}[kind]), *numbers)

def decode(raw, kind):
    if kind == "BF16":
        return [struct.unpack("<f", struct.pack("<I", b << 16))[0] for b in struct.unpack("<%dH" % (len(raw) // 2), raw)]
    return struct.unpack("<%d%s" % (len(raw) // {"F16": 2, "F32": 4, "F64": 8}[kind], {"F16": "e", "F32": "f", "F64": "d"}[kind]), raw)

floats = ("F16", "BF16", "F32", "F64")
by_name = lambda name: [t for t in tensors if t[0] == name][0]
for change in changes:
    what, _, value = change.partition("=")
    if what == "type":
        for t in tensors:
            if t[1] in floats:
                t[1], t[3] = value, encode(decode(t[3], t[1]), value)
    elif what == "prefix":
        for t in tensors:
            t[0] = value + t[0]
    elif what == "drop-note":
        notes = {k: v for k, v in notes.items() if k not in value.split(",")}
    elif what == "notes":
        notes = {}
    elif what == "note":
        k, v = value.split(":", 1)
        notes[k] = v
    elif what == "drop":
        tensors = [t for t in tensors if t[0] not in value.split(",")]
    elif what == "rename":
        by_name(value.split(":")[0])[0] = value.split(":")[1]
    elif what == "copy":
        a, b = value.split(":")
        tensors = [t for t in tensors if t[0] != b]
        tensors.append([b] + by_name(a)[1:])
    elif what == "order":
        tensors.reverse()
        notes = dict(reversed(list(notes.items())))
    elif what == "weight":
        t = by_name("decoder.bias")
        t[3] = struct.pack("<f", 0.125) + t[3][4:]
header, at = {"__metadata__": notes} if notes else {}, 0
for name, kind, shape, raw in tensors:
    header[name] = {"data_offsets": [at, at + len(raw)], "shape": shape, "dtype": kind}
    at += len(raw)
text = json.dumps(header, indent=1 if "indent" in changes else None).encode()
text += b" " * (-len(text) % 8)
open(target, "wb").write(struct.pack("<Q", len(text)) + text + b"".join(t[3] for t in tensors))
