"""The comparison of script/check-pictures: check_pictures.py PROGRAM."""

import collections
import itertools
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

import numpy
import tifffile
from PIL import Image

WIDTH, HEIGHT = 64, 48
# Of full brightness: JPEG inside of TIFF, and the 5 bits of BMP, which some spread by shifting.
TOLERANCE = 0.03


def blocks():
    """Squares of 8x8 pixels, four channels of 8 bits."""
    colours = numpy.random.default_rng(3).integers(0, 256, (HEIGHT // 8, WIDTH // 8, 4))
    return numpy.kron(colours, numpy.ones((8, 8, 1))).astype(numpy.uint8)


BASE = blocks()
COLOUR = BASE[..., :3]
GRAY = BASE[..., 0]


def scaled(values, kind):
    """8-bit values in another type, and what they stand for, 0...1."""
    kind = numpy.dtype(kind)
    if kind.kind == "f":
        return (values / 255).astype(kind), values / 255
    if kind.kind == "u":
        return values.astype(kind) * (numpy.iinfo(kind).max // 255), values / 255
    return (values // 2).astype(kind) * (numpy.iinfo(kind).max // 127), values // 2 / 127


def tiffs():
    """Names, functions that write, expected pixels."""
    kinds = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "f2", "f4", "f8"]
    for channels, kind, tile, separate, packed, order in itertools.product(
        [1, 3, 4], kinds, [False, True], [False, True], [None, "zlib"], "<>"
    ):
        if channels == 1 and separate:
            continue
        values, expected = scaled(GRAY if channels == 1 else BASE[..., :channels], kind)
        settings = {"photometric": "minisblack" if channels == 1 else "rgb", "compression": packed, "byteorder": order}
        if channels > 1:
            settings["planarconfig"] = "separate" if separate else "contig"
            values = numpy.moveaxis(values, -1, 0) if separate else values
        if channels == 4:
            settings["extrasamples"] = ["unassalpha"]
        if tile:
            settings["tile"] = (32, 32)
        layout = "-".join(["tile" if tile else "strip", "planes" if separate else "pixels", packed or "plain"])
        name = f"{channels}-{kind}-{layout}-{'little' if order == '<' else 'big'}.tif"
        yield name, lambda path, values=values, settings=settings: tifffile.imwrite(path, values, **settings), expected
    for kind in ["u1", "u2"]:
        values, expected = scaled(GRAY, kind)
        yield (
            f"white-is-0-{kind}.tif",
            lambda path, values=values: tifffile.imwrite(path, values, photometric="miniswhite"),
            1 - expected,
        )
    photo = Image.fromarray(COLOUR)
    for packing in [None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"]:
        yield f"{packing}.tif", saver(photo, compression=packing), pixels(photo)
    for packing in [None, "tiff_lzw"]:
        palette = photo.quantize(64)
        yield f"palette-{packing}.tif", saver(palette, compression=packing), pixels(palette)
    for packing in [None, "group3", "group4"]:
        black = photo.convert("1")
        yield f"black-{packing}.tif", saver(black, compression=packing), pixels(black)


def saver(picture, **settings):
    return lambda path: picture.save(path, **settings)


def pixels(picture):
    return numpy.asarray(picture.convert("RGB")) / 255


def bytes_saver(data):
    return lambda path: path.write_bytes(data)


def bmps():
    photo = Image.fromarray(COLOUR)
    for name, picture in [("palette", photo.quantize(200)), ("black", photo.convert("1")), ("gray", photo.convert("L"))]:
        yield f"{name}.bmp", saver(picture), pixels(picture)
    parts = [COLOUR[..., index].astype(numpy.uint16) for index in range(3)]
    five = parts[0] >> 3 << 10 | parts[1] >> 3 << 5 | parts[2] >> 3
    six = parts[0] >> 3 << 11 | parts[1] >> 2 << 5 | parts[2] >> 3
    blue_first = numpy.concatenate([COLOUR[..., ::-1], BASE[..., 3:]], -1)
    kinds = [
        ("24", 24, 0, blue_first[..., :3], (), COLOUR / 255),
        ("32", 32, 0, blue_first, (), COLOUR / 255),
        ("555", 16, 0, five.astype("<u2"), (), (COLOUR >> 3) / 31),
        ("565", 16, 3, six.astype("<u2"), (0xF800, 0x7E0, 0x1F), (COLOUR >> [3, 2, 3]) / [31, 63, 31]),
        ("v5", 32, 3, blue_first, (0xFF0000, 0xFF00, 0xFF, 0xFF000000), BASE / 255),
        ("v5-red-first", 32, 3, BASE, (0xFF, 0xFF00, 0xFF0000, 0xFF000000), BASE / 255),
    ]
    for (name, bits, packing, rows, masks, expected), is_top_down in itertools.product(kinds, [False, True]):
        size = 124 if name.startswith("v5") else 40
        height = -HEIGHT if is_top_down else HEIGHT
        head = struct.pack("<IiiHHIIiiII", size, WIDTH, height, 1, bits, packing, 0, 2835, 2835, 0, 0)
        head += b"".join(struct.pack("<I", mask) for mask in masks)
        head += bytes(max(0, size - len(head)))
        body = (rows if is_top_down else rows[::-1]).tobytes()
        start = 14 + len(head)
        data = b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + head + body
        yield f"{name}-{'down' if is_top_down else 'up'}.bmp", bytes_saver(data), expected


def pnms():
    def head(kind, white=None):
        return f"{kind} {WIDTH} {HEIGHT}{'' if white is None else f' {white}'}\n".encode()

    for white in [255, 65535, 1, 15, 100, 1000, 4095]:
        for kind, ending, values in [("P5", "pgm", GRAY), ("P6", "ppm", COLOUR)]:
            samples = numpy.round(values / 255 * white)
            data = head(kind, white) + samples.astype(">u2" if white > 255 else "u1").tobytes()
            yield f"binary-{white}.{ending}", bytes_saver(data), samples / white
    for white in [255, 100]:
        for kind, ending, values in [("P2", "pgm", GRAY), ("P3", "ppm", COLOUR)]:
            samples = numpy.round(values / 255 * white).astype(int)
            text = " ".join(map(str, samples.ravel())) + "\n"
            yield f"text-{white}.{ending}", bytes_saver(head(kind, white) + text.encode()), samples / white
    black = GRAY > 127
    yield "text.pbm", bytes_saver(head("P1") + (" ".join(map(str, black.ravel().astype(int))) + "\n").encode()), 1.0 * ~black
    yield "binary.pbm", bytes_saver(head("P4") + numpy.packbits(black, axis=1).tobytes()), 1.0 * ~black


def difference(path, expected):
    """The greatest, 0...1; where alpha is next to nothing colours do not count."""
    read = tifffile.imread(path) if path.suffix == ".tif" else numpy.asarray(Image.open(path))
    read = read / (1 if read.dtype.kind == "f" else numpy.iinfo(read.dtype).max)
    read, expected = (numpy.stack([a] * 3, -1) if a.ndim == 2 else a for a in (read, expected))
    if read.shape[:2] != expected.shape[:2]:
        return 1
    count = min(read.shape[-1], expected.shape[-1])
    seen = expected[..., 3] > 0.05 if expected.shape[-1] == 4 else numpy.full(expected.shape[:2], True)
    return numpy.abs(read[..., :count] - expected[..., :count])[seen].max()


def main():
    with tempfile.TemporaryDirectory(prefix="facemarks-pictures-") as folder:
        folder = pathlib.Path(folder)
        (folder / "in").mkdir()
        expected = {}
        for name, write, values in itertools.chain(tiffs(), bmps(), pnms()):
            write(folder / "in" / name)
            expected[name] = values
        run = subprocess.run(
            [pathlib.Path(sys.argv[1]).resolve(), "in", "-o", "out", "--min-confidence", "1"],
            cwd=folder, capture_output=True, text=True)
        refused = collections.defaultdict(list)
        differing, right = [], []
        for line in run.stderr.splitlines():
            if found := re.match(r"in/([^:]+): (.*)", line):
                refused[found[2]].append(found[1])
        for line in run.stdout.splitlines():
            if found := re.match(r"in/([^:]+): .* -> (.*)", line):
                distance = difference(folder / found[2], expected[found[1]])
                (right if distance <= TOLERANCE else differing).append(found[1])
        print(f"{len(expected)} files, {len(right)} read right")
        for words, names in sorted(refused.items()):
            print(f"{len(names)} refused: {words}\n  {' '.join(names)}")
        print(f"{len(differing)} differ: {' '.join(differing)}")
        sys.exit(1 if differing or len(right) + sum(map(len, refused.values())) != len(expected) else 0)


if __name__ == "__main__":
    main()
