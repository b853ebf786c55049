#!/usr/bin/env python3
"""Writes the files that the fuzzers start from, right ones and damaged ones, into tests/fuzz/corpus. With Python 3.11 alone."""
import gzip
import io
import json
import pathlib
import struct
import zipfile

corpus = pathlib.Path(__file__).parent / "corpus"


def save(reader, name, data):
    folder = corpus / reader
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    for k in range(4):  # and damaged: cut off, and a bit turned
        (folder / f"{name}.cut{k}").write_bytes(data[: len(data) * (2 * k + 1) // 8])
        place = len(data) * (2 * k + 1) // 8
        if data:
            turned = data[:place] + bytes([data[place] ^ (1 << (k + 3) % 8)]) + data[place + 1 :]
            (folder / f"{name}.turned{k}").write_bytes(turned)


def idx(shape, elements):
    return bytes([0, 0, 8, len(shape)]) + b"".join(struct.pack(">I", n) for n in shape) + bytes(elements)


save("idx", "vector", idx([3], [1, 2, 255]))
save("idx", "images", idx([2, 2, 3], range(12)))
save("idx", "rank8", idx([1] * 8, [7]))
save("idx", "images.gz", gzip.compress(idx([2, 2, 3], range(12)), mtime=0))

save("gzip", "short", gzip.compress(b"batch norm", mtime=0))
save("gzip", "empty", gzip.compress(b"", mtime=0))
save("gzip", "long", gzip.compress(b"gamma beta " * 400, mtime=0))
save("gzip", "stored", gzip.compress(bytes(range(256)), compresslevel=0, mtime=0))


def archive(files, method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in files:
            z.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return out.getvalue()


save("zip", "stored", archive([("a.npy", b"abc"), ("b.npy", b"")], zipfile.ZIP_STORED))
save("zip", "deflated", archive([("x", b"mean " * 50)], zipfile.ZIP_DEFLATED))
save("zip", "empty", archive([], zipfile.ZIP_STORED))


# The first byte chooses separator, header, comments and missing values: see readers.cpp.
save("csv", "plain", b"\x00" + b"1,2,a\n3,4,b\n")
save("csv", "header", b"\x02" + b"x,y,label\r\n1.5,-2e3,0\r\n,7,1\r\n")
save("csv", "quoted", b"\x0e" + b'"x","y ""2""",k\n# remark\n" 1 ","2",a\n?,3,b\n')
save("csv", "semicolons", b"\x01" + "\ufeff1;2;é\n4;5;é\n".encode())


def npy(descr, shape, data, order=False, version=1):
    header = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    size = 2 if version == 1 else 4
    padding = -(6 + 2 + size + len(header) + 1) % 64
    header += b" " * padding + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(header)) + header + data


save("npy", "doubles", npy("<f8", "(2, 3)", struct.pack("<6d", *range(6))))
save("npy", "floats_big_endian", npy(">f4", "(2,)", struct.pack(">2f", 1.5, float("inf"))))
save("npy", "fortran", npy("<i2", "(2, 2)", struct.pack("<4h", 1, -2, 3, -4), order=True))
save("npy", "scalar", npy("<f8", "()", struct.pack("<d", 0.1), version=2))
save("npy", "booleans", npy("|b1", "(3,)", bytes([1, 0, 1]), version=3))


def tensors(header, data):
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


save("safetensors", "one", tensors({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, b"\0" * 8))
save("safetensors", "none", tensors({}, b""))
save("safetensors", "told", tensors({"__metadata__": {"format": "pt"},
                                     "b": {"dtype": "F64", "shape": [], "data_offsets": [0, 8]},
                                     "a": {"dtype": "I64", "shape": [1, 0], "data_offsets": [8, 8]}}, b"\1" * 8))
