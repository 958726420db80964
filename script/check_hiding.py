"""The leak test of script/check-hiding."""
import argparse
import csv
import glob
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

import cv2
import numpy

import contact_sheet
from peer_detectors import Cascade, CenterFace, Dlib, MediaPipe, YuNet

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAME_PLACE = 0.3
"""Two boxes are of one place when they overlap (intersection over union) by more."""
SURE = {"YuNet": 0.5}
"""From which score on a box counts, where that is not the detector's own `customary`."""


def detectors(peers):
    """Those whose finds are leaks, and those that tell little of a hidden head."""
    strict = [CenterFace(os.environ["CENTERFACE"]), Dlib(), Cascade(), Cascade("haarcascade_frontalface_alt2")]
    if peers:
        strict.insert(0, YuNet(peers))
    return strict, [MediaPipe("short"), MediaPipe("full")]


def faces(detector, picture):
    """Rows left, top, right, bottom, score."""
    boxes = detector(picture)
    return boxes[boxes[:, 4] >= SURE.get(detector.name, detector.customary)]


def overlap(one, other):
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (one, other)]
    return width * height / (sum(areas) - width * height)


def frames(path, every):
    """A photo, or every so many frames of a video."""
    if is_photo(path):
        yield cv2.imread(str(path))
        return
    video = cv2.VideoCapture(str(path))
    index = 0
    while True:
        isRead, frame = video.read()
        if not isRead:
            return
        if index % every == 0:
            yield frame
        index += 1


def is_photo(path):
    return path.suffix.lower() in (".jpg", ".jpeg", ".png")


def marked(program, paths):
    """How many faces the program itself marks on photos, and on all frames of videos."""
    def run(*inputs):
        arguments = [program, *inputs, "--no-annotate", "-q", "--json", "-"]
        return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
    photos = [path for path in paths if is_photo(path)]
    count = sum(len(image["faces"]) for image in json.loads(run(*photos))["images"]) if photos else 0
    for path in paths:
        if not is_photo(path):
            count += sum(len(json.loads(line)["faces"]) for line in run(path).splitlines())
    return count


def validation_photos(data, folder):
    """The validation photos of a data set, written as files into the folder."""
    with open(data / "scenes.csv", newline="") as file:
        names = sorted({row["file"] for row in csv.DictReader(file) if row["split"] == "val"})
    with tarfile.open(data / "scenes.tar") as archive:
        for index, name in enumerate(names):
            (folder / f"{index}_{pathlib.Path(name).name}").write_bytes(archive.extractfile(name).read())
    return sorted(folder.iterdir())


class Tally:
    """What one detector found: faces before; after, where some detector had found one, and elsewhere."""

    def __init__(self):
        self.before, self.leaks, self.elsewhere = 0, 0, 0

    def __str__(self):
        return f"{self.before} -> {self.leaks} (+{self.elsewhere} elsewhere)"


def compared(clear, hidden, box, text):
    """A place before and after, beside each other."""
    middle, size = (box[:2] + box[2:4]) / 2, numpy.sqrt((box[2] - box[0]) * (box[3] - box[1]))
    return numpy.hstack([contact_sheet.tile(clear, middle, size, text), contact_sheet.tile(hidden, middle, size, "")])


def check(mode, inputs, program, every, groups, before):
    """Hides with a mode; a tally by detector, the pictures looked at, sheets' tiles by kind, and what the program still marks."""
    tallies = {detector.name: Tally() for group in groups for detector in group}
    sheets = {kind: [] for kind in ("leaks", "mediapipe", "elsewhere")}
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, *map(str, inputs), "--anonymise", mode, "-o", folder + "/", "-q"], check=True)
        for path in inputs:
            copy = next(pathlib.Path(folder).glob(glob.escape(path.stem) + "_hidden.*"))
            for index, (clear, picture) in enumerate(zip(frames(path, every), frames(copy, every))):
                if (path, index) not in before:
                    before[path, index] = {d.name: faces(d, clear) for group in groups for d in group}
                count += 1
                places = numpy.concatenate(list(before[path, index].values()))
                for kind, group in zip(("leaks", "mediapipe"), groups):
                    for detector in group:
                        tally = tallies[detector.name]
                        tally.before += len(before[path, index][detector.name])
                        for box in faces(detector, picture):
                            isLeak = any(overlap(box, place) > SAME_PLACE for place in places)
                            tally.leaks += isLeak
                            tally.elsewhere += not isLeak
                            text = f"{detector.name[:12]} {path.stem[:8]} {index * every}"
                            sheets[kind if isLeak else "elsewhere"].append(compared(clear, picture, box, text))
        left = marked(program, list(pathlib.Path(folder).iterdir()))
    return tallies, count, sheets, left


def main():
    parser = argparse.ArgumentParser(description="Hides the faces on photos and videos and looks for faces in the result")
    parser.add_argument("inputs", nargs="*", type=pathlib.Path)
    parser.add_argument("--scenes", type=pathlib.Path, help="also the validation photos of this folder")
    parser.add_argument("--peers", type=pathlib.Path, help="a folder with YuNet's weights")
    parser.add_argument("--program", default=ROOT / ".build" / "release" / "facemarks", type=pathlib.Path)
    parser.add_argument("--modes", default="blur,pixelate,solid,emoji")
    parser.add_argument("--every", type=int, default=1, help="look at every so many frames of a video only")
    parser.add_argument("--keep", type=pathlib.Path, help="write sheets of what was found in the result here")
    options = parser.parse_args()
    if not options.inputs and not options.scenes:
        parser.error("nothing to hide: name files, folders or --scenes")
    cv2.setNumThreads(1)
    groups = detectors(options.peers)
    with tempfile.TemporaryDirectory() as folder:
        inputs = sorted(p for i in options.inputs for p in (i.iterdir() if i.is_dir() else [i]))
        if options.scenes:
            inputs += validation_photos(options.scenes, pathlib.Path(folder))
        before, own = {}, marked(options.program, inputs)
        for mode in options.modes.split(","):
            tallies, count, sheets, left = check(mode, inputs, options.program, options.every, groups, before)
            print(f"{mode}: {count} pictures; faces found before -> after, where one was: facemarks {own} -> {left}")
            for kind, group in zip(("", "apart, by hair and shoulders: "), groups):
                print("  " + kind + "; ".join(f"{d.name} {tallies[d.name]}" for d in group), flush=True)
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                for kind, tiles in sheets.items():
                    contact_sheet.write(options.keep / f"{mode}-{kind}.jpg", tiles)
    return 0


sys.exit(main())
