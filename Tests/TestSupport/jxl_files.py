"""Makes JXLFiles.swift: tiny JPEG XL files in base 64.

    PYTHON=$(script/python pillow==13.0.0) && $PYTHON Tests/TestSupport/jxl_files.py

Needs cjxl (libjxl-tools 0.7). Expected pixels are those of the pictures before they were coded, all but one of them without loss.
"""

import base64
import pathlib
import struct
import subprocess
import tempfile
import textwrap

from PIL import Image

QUADRANTS = [(200, 60, 40), (40, 180, 60), (50, 80, 210), (230, 220, 40)]


def blocks(alpha=False, colours=QUADRANTS):
    """Four rectangles: red, green, blue, yellow from the upper left by rows."""
    picture = Image.new("RGBA" if alpha else "RGB", (64, 48))
    for index, colour in enumerate(colours):
        x, y = index % 2 * 32, index // 2 * 24
        picture.paste(colour + ((255, 128, 64, 0)[index],) if alpha else colour, (x, y, x + 32, y + 24))
    return picture


def deep():
    """A PPM of 16 bits."""
    samples = b""
    for y in range(48):
        for x in range(64):
            samples += struct.pack(">3H", *(value * 257 for value in QUADRANTS[x // 32 + 2 * (y // 24)]))
    return b"P6 64 48 65535\n" + samples


def coded(name, *options):
    target = name.with_suffix(".jxl")
    subprocess.run(["cjxl", name, target, *options], check=True, capture_output=True)
    return target.read_bytes()


def main():
    with tempfile.TemporaryDirectory() as folder:
        at = pathlib.Path(folder)
        blocks().save(at / "plain.png")
        blocks(alpha=True).save(at / "alpha.png")
        Image.new("L", (64, 48), 90).save(at / "gray.png")
        (at / "deep.ppm").write_bytes(deep())
        exif = Image.Exif()
        exif[0x0112] = 6
        exif[0x0132] = "2024:05:06 07:08:09"
        blocks().save(at / "turned.jpg", quality=95, subsampling=0, exif=exif.tobytes())
        blocks().save(at / "moves.gif", save_all=True, append_images=[blocks(colours=QUADRANTS[::-1])], duration=100)
        files = {name.rsplit(".")[0]: coded(at / name, "-d", "0") for name in ("plain.png", "alpha.png", "gray.png", "deep.ppm", "moves.gif")}
        # Kept as a JPEG inside.
        files["turned"] = coded(at / "turned.jpg")
        files["lossy"] = coded(at / "plain.png", "-d", "1")
    with pathlib.Path(__file__).with_name("JXLFiles.swift").open("w") as out:
        out.write("/// JPEG XL files of cjxl 0.7 in base 64, made by jxl_files.py.\n")
        out.write("package let jxlFiles: [String: [UInt8]] = [\n")
        for name, data in files.items():
            lines = textwrap.wrap(base64.b64encode(data).decode(), 118)
            out.write(f'  "{name}": decodeBase64(\n    """\n')
            out.write("".join(f"    {line}\\\n" for line in lines[:-1]) + f"    {lines[-1]}\n")
            out.write('    """),\n')
        out.write("]\n")


if __name__ == "__main__":
    main()
