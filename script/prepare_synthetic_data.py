"""Training data for a network that has seen synthetic heads alone; see script/prepare-synthetic-data.

Crops as those of script/prepare_training_data.py. Every head is there: in the box that a detector of frontal faces gives, by the
points, where it is turned by less than 25 degrees; in that of the whole head from 50 degrees on; between them in one of the two.
Every 25th validates. Pictures without a face are crops of the photos, of the frames of people who sign, away from their faces
(hands, clothes, rooms), and drawn gradients, noise and shapes.
"""
import csv
import pathlib
import sys
import tarfile

import cv2
import numpy

from prepare_training_data import (
    Archive, Output, crop, encoded, known_points, labels_of_heads, put, whole_head, written)

# Crops of each photo and of each frame, and drawn pictures.
PHOTO_CROPS, FRAME_CROPS, DRAWN = 60, 6, 800


def frontal_box(line):
    """Centre and side of the box of a detector of frontal faces, from the points as they are when the head stands upright: the
    mapping of the labelled crops, fitted to such a detector."""
    angle = numpy.radians(line["pose"]["roll"])
    c, s = numpy.cos(angle), numpy.sin(angle)
    upright = numpy.array([[c, s], [-s, c]])
    points = {name: upright @ numpy.array(point) for name, point in line["kaggle15"].items()}
    left, right = points["left_eye_center"], points["right_eye_center"]
    eyes, nose = (left + right) / 2, points["nose_tip"]
    mouth = (points["mouth_left_corner"] + points["mouth_right_corner"]) / 2
    center = numpy.array([eyes[0] + 0.305 * (mouth[0] - eyes[0]) - 0.011 * (nose[0] - eyes[0]),
                          eyes[1] + 0.161 * (mouth[1] - eyes[1]) + 0.225 * (nose[1] - eyes[1])])
    side = 1.314 * numpy.linalg.norm(left - right) + 1.339 * numpy.linalg.norm(mouth - eyes)
    return upright.T @ center, side


def heads(number, folder, out):
    for line in labels_of_heads(folder):
        picture = cv2.imread(f"{folder}/{line['file']}", cv2.IMREAD_GRAYSCALE)
        if picture is None:
            continue
        yaw = abs(line["pose"]["yaw"])
        is_frontal = yaw < 25 or yaw < 50 and line["index"] % 2 == 0
        cut, matrix = crop(picture, *(frontal_box if is_frontal else whole_head)(line), line["pose"]["roll"])
        points = known_points(line, matrix)
        if not numpy.isfinite(points).any():
            continue
        name = f"synth/{number}_{line['index']:07d}.jpg"
        split = "val" if line["index"] % 25 == 0 else "train"
        row = {"file": name, "set": "synth", "person": name, "split": split, "quality": "1", **written(points)}
        out.add(row, encoded(cut))


def random_square(random, picture):
    height, width = picture.shape
    side = numpy.exp(random.uniform(numpy.log(32), numpy.log(0.9 * min(width, height))))
    return random.uniform(side * 0.3, [width - side * 0.3, height - side * 0.3]), side


def photos(random, folder):
    for path in sorted(pathlib.Path(folder).iterdir()):
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            sys.exit(f"{path}: no picture")
        for number in range(PHOTO_CROPS):
            yield f"photo_{path.stem.replace('_', '-')}_{number}", crop(picture, *random_square(random, picture))[0]


def frames(random, data):
    archive = Archive(f"{data}/scenes.tar")
    boxes = {}
    with open(f"{data}/scenes.csv", newline="") as file:
        for row in csv.DictReader(file):
            if row["set"] == "asl" and row["split"] == "train":
                found = boxes.setdefault(row["file"], [])
                if row["x"]:
                    found.append(tuple(float(row[key]) for key in ("x", "y", "size")))
    for name, found in boxes.items():
        picture = archive.picture(name)
        for number in range(FRAME_CROPS):
            for _ in range(20):
                (x, y), side = random_square(random, picture)
                if all(abs(x - bx) > 0.75 * side + 0.65 * size or abs(y - by) > 0.75 * side + 0.65 * size
                       for bx, by, size in found):
                    yield f"frame_{pathlib.PurePath(name).stem.replace('_', '-')}_{number}", crop(picture, (x, y), side)[0]
                    break


def drawn(random):
    """Gradients with noise of all sizes, and discs, lines and rectangles on them."""
    rows, columns = numpy.mgrid[0:144, 0:144] / 144 - 0.5
    for number in range(DRAWN):
        angle = random.uniform(0, 2 * numpy.pi)
        picture = 128 + random.uniform(0, 200) * (columns * numpy.cos(angle) + rows * numpy.sin(angle))
        for grain in (3, 6, 12, 24, 48):
            noise = random.normal(0, 60 * random.random(), (grain, grain)).astype(numpy.float32)
            picture = picture + cv2.resize(noise, (144, 144), interpolation=cv2.INTER_CUBIC)
        for _ in range(random.integers(0, 9)):
            (x, y), (width, height), value = random.integers(0, 144, 2), random.integers(4, 90, 2), random.uniform(0, 255)
            kind = random.integers(3)
            if kind == 0:
                cv2.rectangle(picture, (int(x), int(y)), (int(x + width), int(y + height)), value, -1)
            elif kind == 1:
                cv2.ellipse(picture, (int(x), int(y)), (int(width) // 2, int(height) // 2), 0, 0, 360, value, -1, cv2.LINE_AA)
            else:
                cv2.line(picture, (int(x), int(y)), (int(y), int(width)), value, int(random.integers(1, 9)), cv2.LINE_AA)
        yield f"drawn_{number:04}", cv2.GaussianBlur(numpy.clip(picture, 0, 255), (0, 0), random.uniform(0.4, 2)).astype(numpy.uint8)


def main():
    if len(sys.argv) < 5:
        sys.exit("usage: prepare-synthetic-data OUT PHOTOS DATA HEADS...")
    folder, pictures, data, *sets = sys.argv[1:]
    cv2.setNumThreads(1)
    out = Output(folder)
    for number, name in enumerate(sets):
        heads(number, name, out)
    out.close()
    random = numpy.random.default_rng(22)
    with tarfile.open(f"{folder}/nonfaces.tar", "w", format=tarfile.USTAR_FORMAT) as archive:
        for source in (photos(random, pictures), frames(random, data), drawn(random)):
            count = 0
            for name, picture in source:
                put(archive, f"nonfaces/{name}.jpg", encoded(picture))
                count += 1
            print(f"{name.split('_')[0]:16} without a face {count:6}")


main()
