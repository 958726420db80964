"""Makes ProfileFiles.swift: tiny gray and CMYK pictures with colour profiles in base 64, and what Pillow's ImageCms makes of them.

    PYTHON=$(script/python pillow==13.0.0) && $PYTHON Tests/TestSupport/profile_files.py

The profiles are made here by ICC.1:2010: a gray one with a gamma of 1.8, and one of CMYK with a table of two points a colour. Pictures
of 16 bits, which ImageCms does not convert, are those of 8 bits, each value times 257.
"""

import base64
import io
import pathlib
import struct
import textwrap

from PIL import Image, ImageCms, TiffImagePlugin

GRAYS = [128, 40, 220]
INKS = [(200, 60, 40, 20), (10, 180, 220, 0), (60, 50, 45, 160)]
# CIELAB of paper and of what is printed on it, the first colour varying slowest; with black all is nearly black.
PRINTED = {
    (0, 0, 0): (94, 0, -3), (0, 0, 1): (88, -5, 90), (0, 1, 0): (48, 73, -4), (0, 1, 1): (47, 67, 46),
    (1, 0, 0): (55, -36, -49), (1, 0, 1): (50, -66, 26), (1, 1, 0): (25, 21, -45), (1, 1, 1): (23, 1, 0),
}


def profile(kind, space, connection, tags):
    names, data = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        names += name + struct.pack(">II", start + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    white = struct.pack(">3i", *(round(value * 65536) for value in (0.9642, 1, 0.8249)))
    head = struct.pack(">I4sI4s4s4s12x4s28x", start + len(data), bytes(4), 0x02400000, kind, space, connection, b"acsp") + white
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + names + data


def gray_profile():
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in (0.9642, 1, 0.8249)))
    return profile(b"mntr", b"GRAY", b"XYZ ", {b"wtpt": white, b"kTRC": b"curv\0\0\0\0" + struct.pack(">IH", 1, round(1.8 * 256))})


def cmyk_profile():
    grid = b""
    for number in range(16):
        cyan, magenta, yellow, black = (number >> shift & 1 for shift in (3, 2, 1, 0))
        light, a, b = PRINTED[cyan, magenta, yellow]
        if black:
            light, a, b = 16 - 4 * (cyan + magenta + yellow), 0, 0
        grid += bytes((round(light * 255 / 100), a + 128, b + 128))
    identity = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + struct.pack(">9i", *(65536 * value for value in (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    return profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table + identity * 4 + grid + identity * 3})


def blocks(mode, colours):
    picture = Image.new(mode, (48, 16))
    for index, colour in enumerate(colours):
        picture.paste(colour, (16 * index, 0, 16 * index + 16, 16))
    return picture


def stored(picture, kind, **options):
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def deep(picture, icc):
    """A TIFF of 16 bits without compression."""
    samples = b"".join(struct.pack("<H", value * 257) for value in picture.tobytes())
    channels = len(picture.getbands())
    directory = TiffImagePlugin.ImageFileDirectory_v2(b"II\x2a\0\0\0\0\0")
    values = {256: picture.width, 257: picture.height, 258: (16,) * channels, 259: 1, 262: 5 if channels == 4 else 1, 277: channels,
              278: picture.height, 279: len(samples), 34675: icc}
    for tag, value in values.items():
        directory[tag] = value
    directory.tagtype[34675] = 7
    # From the end of the directory.
    directory[273] = 0
    directory.tagtype[273] = directory.tagtype[279] = 4
    return b"II\x2a\0\x08\0\0\0" + directory.tobytes(8) + samples


def expected(data, icc):
    """The middle of each block, red, green, blue."""
    picture = Image.open(io.BytesIO(data))
    source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    if "A" in picture.getbands():
        picture = picture.convert("L")
    out = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return [out.getpixel((16 * index + 8, 8)) for index in range(3)]


def write(out, name, data, colours, is_converted):
    lines = textwrap.wrap(base64.b64encode(data).decode(), 115)
    out.write(f'  PictureWithProfile(\n    name: "{name}",\n    bytes: decodeBase64(\n      """\n')
    out.write("".join(f"      {line}\\\n" for line in lines[:-1]) + f"      {lines[-1]}\n")
    listed = ", ".join(str(list(colour)) for colour in colours)
    out.write(f'      """),\n    colors: [{listed}], isConverted: {str(is_converted).lower()}),\n')


def main():
    gray, cmyk = gray_profile(), cmyk_profile()
    grays, inks = blocks("L", GRAYS), blocks("CMYK", INKS)
    with_alpha = Image.merge("LA", (grays, Image.new("L", grays.size, 90)))
    files = {
        "gray.png": (stored(grays, "PNG", icc_profile=gray), gray), "alpha.png": (stored(with_alpha, "PNG", icc_profile=gray), gray),
        "gray.jpg": (stored(grays, "JPEG", quality=95, icc_profile=gray), gray),
        "gray.tif": (stored(grays, "TIFF", icc_profile=gray), gray),
        "cmyk.jpg": (stored(inks, "JPEG", quality=95, icc_profile=cmyk), cmyk),
        "cmyk.tif": (stored(inks, "TIFF", compression="tiff_lzw", icc_profile=cmyk), cmyk),
    }
    # A colour picture with a profile for gray, and a profile without its table: as if there were none.
    left_out = {
        "colour.png": (stored(blocks("RGB", [colour[:3] for colour in INKS]), "PNG", icc_profile=gray), [colour[:3] for colour in INKS]),
        "cut.tif": (stored(inks, "TIFF", icc_profile=cmyk[:200]), [
            tuple(round((255 - ink) * (255 - colour[3]) / 255) for ink in colour[:3]) for colour in INKS]),
    }
    deep_files = {"gray16.tif": (deep(grays, gray), "gray.tif"), "cmyk16.tif": (deep(inks, cmyk), "cmyk.tif")}
    target = pathlib.Path(__file__).with_name("ProfileFiles.swift")
    with target.open("w") as out:
        out.write("package struct PictureWithProfile: Sendable {\n  package let name: String\n  package let bytes: [UInt8]\n")
        out.write("  /// Of the middle of its three blocks, each 16 pixels wide: red, green, blue.\n")
        out.write("  package let colors: [[Double]]\n  package let isConverted: Bool\n}\n\n")
        out.write("/// Pictures with profiles for gray and CMYK by Pillow 13.0, in base 64, and their colours in sRGB by its ImageCms\n")
        out.write("/// (Little CMS 2.19), or without their profile; made by profile_files.py.\n")
        out.write("package let profileFiles: [PictureWithProfile] = [\n")
        for name, (data, icc) in files.items():
            write(out, name, data, expected(data, icc), True)
        for name, (data, twin) in deep_files.items():
            write(out, name, data, expected(*files[twin]), True)
        for name, (data, colours) in left_out.items():
            write(out, name, data, colours, False)
        out.write("]\n")


if __name__ == "__main__":
    main()
