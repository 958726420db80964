"""Makes HEIFFiles.swift: tiny HEIC and AVIF files in base 64.

    PYTHON=$(script/python pillow==13.0.0 pillow-heif==1.8.1) && $PYTHON Tests/TestSupport/heif_files.py

Expected pixels are those of the pictures before they were coded: flat rectangles, which lossy codes keep to a few levels.
"""

import base64
import io
import pathlib
import struct
import textwrap

import pillow_heif
from PIL import Image, ImageCms

QUADRANTS = [(200, 60, 40), (40, 180, 60), (50, 80, 210), (230, 220, 40)]


def blocks(width=64, height=48, alpha=False):
    """Four rectangles: red, green, blue, yellow from the upper left by rows."""
    picture = Image.new("RGBA" if alpha else "RGB", (width, height))
    for index, colour in enumerate(QUADRANTS):
        x, y = index % 2 * width // 2, index // 2 * height // 2
        picture.paste(colour + ((255, 128, 64, 0)[index],) if alpha else colour, (x, y, x + width // 2, y + height // 2))
    return picture


def heic(picture, **options):
    stream = io.BytesIO()
    pillow_heif.from_pillow(picture).save(stream, **({"quality": 90, "chroma": 444} | options))
    return stream.getvalue()


def deep():
    """10 bits a channel."""
    samples = b""
    for y in range(48):
        for x in range(64):
            colour = QUADRANTS[x // 32 + 2 * (y // 24)]
            samples += struct.pack("<3H", *(value * 257 for value in colour))
    stream = io.BytesIO()
    file = pillow_heif.from_bytes(mode="RGB;16", size=(64, 48), data=samples)
    file.save(stream, quality=90, chroma=444)
    return stream.getvalue()


def face():
    """The astronaut's face, as an iPhone would store a photo that was taken upright: EXIF with a date, an orientation of 1."""
    root = pathlib.Path(__file__).parents[2]
    picture = Image.open(root / "assets" / "astronaut.png").convert("RGB").crop((100, 0, 356, 256)).resize((128, 128))
    block = Image.Exif()
    block[0x0112] = 1
    block[0x0132] = "2024:05:06 07:08:09"
    return heic(picture, quality=45, chroma=420, exif=block.tobytes())


def pair():
    file = pillow_heif.from_pillow(blocks())
    file.add_from_pillow(Image.new("RGB", (32, 32), (9, 9, 9)))
    stream = io.BytesIO()
    file.save(stream, quality=90, chroma=444, primary_index=0)
    return stream.getvalue()


def avif(picture, **options):
    stream = io.BytesIO()
    picture.save(stream, "AVIF", **({"quality": 90, "subsampling": "4:4:4"} | options))
    return stream.getvalue()


def exif(orientation):
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


pillow_heif.options.SAVE_HDR_TO_12_BIT = False
files = {
    "plain.heic": heic(blocks()),
    "alpha.heic": heic(blocks(alpha=True)),
    "deep.heic": deep(),
    # The picture is stored as it is, and irot turns it; Pillow shows it 48 wide and 64 high.
    "turned.heic": heic(blocks(), exif=exif(6)),
    "pair.heic": pair(),
    "face.heic": face(),
    "profile.heic": heic(blocks(), icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()),
    "p3.heic": heic(blocks(), color_primaries=12, transfer_characteristics=13, matrix_coefficients=1, full_range_flag=1),
    "pq.heic": heic(blocks(), color_primaries=9, transfer_characteristics=16, matrix_coefficients=9, full_range_flag=1),
    "plain.avif": avif(blocks()),
    "alpha.avif": avif(blocks(alpha=True)),
    "turned.avif": avif(blocks(), exif=exif(6)),
}

if __name__ == "__main__":
    text = "/// HEIC files of pillow-heif 1.8.1 (libheif, x265) and AVIF files of Pillow 13.0 (libavif), in base 64, made by\n"
    text += "/// heif_files.py.\n"
    text += "package let heifFiles: [String: [UInt8]] = [\n"
    for name, data in files.items():
        lines = textwrap.wrap(base64.b64encode(data).decode(), 114)
        body = "\\\n".join("    " + line for line in lines)
        text += f'  "{name}": decodeBase64(\n    """\n{body}\n    """),\n'
        picture = pillow_heif.open_heif(io.BytesIO(data)) if name.endswith("heic") else Image.open(io.BytesIO(data))
        print(name, len(data), picture.mode, picture.size)
    pathlib.Path(__file__).with_name("HEIFFiles.swift").write_text(text + "]\n")
