"""The mean and the principal components of the points of heads in three dimensions; see script/fit-head and models/head.md.

The heads of children up to 12 are left out; the mirror image of every head is added.
"""
import glob
import json
import os
import struct
import sys

import numpy

# The chin, and what does not belong to the outline.
POINTS = [7, 8, 9, *range(17, 68)]
MODES = 16
# Millimetres between the pupils of adults (Dodgson, "Variation and extrema of human interpupillary distance", 2004).
PUPILS = 63.36
PAIRS = ([(i, 16 - i) for i in range(8)] + [(i, 43 - i) for i in range(17, 22)] + [(31, 35), (32, 34)]
         + [(36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46)]
         + [(48, 54), (49, 53), (50, 52), (55, 59), (56, 58), (60, 64), (61, 63), (65, 67)])


def heads(folders):
    """Their points and pupils, metres."""
    for folder in folders:
        for path in sorted(glob.glob(f"{folder}/labels.*.jsonl")):
            with open(path) as file:
                for line in map(json.loads, file):
                    if line["identity"]["age"] > 12:
                        yield line["p68h"], line["puph"]


def write(path, arrays):
    header, data = {"__metadata__": {"name": "head", "licence": "Apache-2.0", "units": "mm"}}, b""
    for name, array in arrays.items():
        values = array.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(f"{path}.part", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
    os.replace(f"{path}.part", path)


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: fit-head OUT HEADS...")
    points, pupils = (numpy.array(values) for values in zip(*heads(sys.argv[2:])))
    mean_pupils = pupils.mean(axis=0)
    points = points * PUPILS / numpy.linalg.norm(mean_pupils[0] - mean_pupils[1])
    mirrored = numpy.arange(68)
    for one, other in PAIRS:
        mirrored[one], mirrored[other] = other, one
    points = numpy.concatenate([points, points[:, mirrored] * [-1, 1, 1]])[:, POINTS]
    mean = points.mean(axis=0)
    _, sizes, axes = numpy.linalg.svd((points - mean).reshape(len(points), -1), full_matrices=False)
    modes = axes * (sizes / numpy.sqrt(len(points)))[:, None]
    rest = numpy.sqrt((modes[MODES:] ** 2).sum(axis=0))
    shape = (len(POINTS), 3)
    write(sys.argv[1], {"mean": mean, "modes": modes[:MODES].reshape(MODES, *shape), "deviation": rest.reshape(shape)})
    share = (modes[:MODES] ** 2).sum() / (modes ** 2).sum()
    print(f"{len(points) // 2} heads; {MODES} components hold {100 * share:.1f} % of the variance")


main()
