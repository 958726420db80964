"""The comparison of script/compare-detectors.

Found. Detectors draw their boxes differently: some to the hair, some to the brows. The faces of scenes.csv are squares, and each
peer's boxes are mapped to such squares first: moved by a constant share of the box's size (the root of its area) and scaled by a
constant, the medians on training photos. What the program gives are such squares already. Then, from the surest on, each square takes the
nearest face that is still free and near: their overlap (intersection over union) is at least 0.4, or their middles are apart by
less than half the face's side and the larger of them is less than twice as large as the smaller. What takes none is
- left out when it is near a place that may be a face or not (`ignore` 1), or its middle is inside one;
- a second box, when it is near a face that another has taken;
- false otherwise.

Average precision: the area under the curve of precision over recall, each precision the best at that recall or beyond; second boxes
are false in it. The program's curve starts at a confidence of 0.1, the peers' lower.

Time: of the processor on one core, so that other work on the machine does not count. For peers the call alone, the photo being in
memory; for the program everything from the file to the landmarks, less its start (a run over one photo).
"""
import argparse
import collections
import csv
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

import cv2
import numpy

import contact_sheet
import peer_detectors

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIT_STEP = 16
"""The peers' boxes are fitted on every so manieth training photo."""
SIZES = [12, 16, 24, 40, 80, numpy.inf]

Face = collections.namedtuple("Face", "x y side ignored profile masked")


class Scenes:
    """The photos of one part (train or val), as files, and their faces."""

    def __init__(self, data, part, step, folder):
        self.faces = {}
        with open(data / "scenes.csv", newline="") as file:
            for row in csv.DictReader(file):
                if row["split"] == part:
                    faces = self.faces.setdefault(row["file"], [])
                    if row["x"]:
                        faces.append(Face(*(float(row[name]) for name in ("x", "y", "size")),
                                          *(row[name] == "1" for name in ("ignore", "profile", "masked"))))
        self.faces = dict(list(self.faces.items())[::step])
        self.paths = {}
        with tarfile.open(data / "scenes.tar") as archive:
            for file in self.faces:
                self.paths[file] = folder / file.replace("/", "_")
                self.paths[file].write_bytes(archive.extractfile(file).read())

    def photo(self, file):
        return cv2.imread(str(self.paths[file]))


class Peer:
    """A detector from elsewhere whose boxes are squares as in scenes.csv."""

    def __init__(self, detector, training):
        self.detector, self.name, self.customary = detector, detector.name, detector.customary
        self.move, self.scale = numpy.zeros(2), 1
        pairs = []
        for file, faces in training.faces.items():
            for square in self.squares(training.photo(file)):
                face = min(faces, key=lambda f: numpy.hypot(*(square[:2] - f[:2])), default=None)
                if face and not face.ignored and square[3] >= self.customary and self.may_be(square, face):
                    pairs.append([*(numpy.array(face[:2]) - square[:2]) / square[2], face.side / square[2]])
        self.pairs = len(pairs)
        *move, self.scale = numpy.median(pairs, axis=0)
        self.move = numpy.array(move)

    @staticmethod
    def may_be(square, face):
        """Nearer than half of the larger side, and of a size within 2.5 times: a box not yet mapped."""
        return (numpy.hypot(*(square[:2] - face[:2])) < max(square[2], face.side) / 2
                and 0.4 < face.side / square[2] < 2.5)

    def squares(self, photo):
        """Rows x, y, side, score."""
        boxes = self.detector(photo)
        sides = numpy.sqrt((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))[:, None]
        middles = (boxes[:, :2] + boxes[:, 2:4]) / 2 + sides * self.move
        return numpy.concatenate([middles, sides * self.scale, boxes[:, 4:]], axis=1)

    def run(self, scenes):
        """The squares by photo, and milliseconds a photo."""
        found, seconds = {}, 0
        for file in scenes.faces:
            photo = scenes.photo(file)
            began = time.process_time()
            found[file] = self.squares(photo)
            seconds += time.process_time() - began
        return found, 1000 * seconds / len(found)


class Program:
    """Ours: at its default, and for the curve from a confidence of 0.1 on."""

    def __init__(self, file, confidence=None):
        self.file = file
        self.customary = 0
        self.name = "facemarks" + (f" from {confidence}" if confidence else "")
        self.options = ["--min-confidence", str(confidence)] if confidence else []

    def seconds(self, files, result):
        """Runs the program; the processor's time that it took."""
        def used():
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            return usage.ru_utime + usage.ru_stime
        began = used()
        command = [self.file, *files, *self.options, "--no-annotate", "--json", result, "--quiet", "--force", "--threads", "1"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{self.file}: {done.stderr}")
        return used() - began

    def run(self, scenes):
        paths = list(scenes.paths.values())
        result = paths[0].parent / "result.json"
        start = statistics.median(self.seconds(paths[:1], result) for _ in range(5))
        seconds = self.seconds(paths, result)
        files = {str(path): file for file, path in scenes.paths.items()}
        found = {}
        for image in json.loads(result.read_text())["images"]:
            boxes = [(*(f["box"][n] for n in ("x", "y", "width", "height")), f["confidence"]) for f in image["faces"]]
            found[files[image["file"]]] = numpy.array([[x + w / 2, y + h / 2, numpy.sqrt(w * h), score]
                                                       for x, y, w, h, score in boxes]).reshape(-1, 4)
        return found, 1000 * (seconds - start) / (len(paths) - 1)


def is_near(square, face):
    """Whether a square takes a face."""
    apart = numpy.abs(square[:2] - face[:2])
    small, large = sorted([square[2], face.side])
    shared = numpy.prod(numpy.clip(numpy.minimum(small, (small + large) / 2 - apart), 0, None))
    return (shared >= 0.4 * (small ** 2 + large ** 2 - shared)
            or (numpy.hypot(*apart) < face.side / 2 and large < 2 * small))


def judge(squares, faces):
    """What each square is, from the surest on: the number of a face, "ignored", "second" or "false"."""
    verdicts, free = [], {index for index, face in enumerate(faces) if not face.ignored}
    for square in squares:
        def gap(index):
            return numpy.hypot(*(square[:2] - faces[index][:2]))
        near = [index for index, face in enumerate(faces) if is_near(square, face)]
        takes = min((index for index in near if index in free), key=gap, default=None)
        if takes is not None:
            free.remove(takes)
            verdicts.append(takes)
        elif any(faces[index].ignored for index in near) or any(
                f.ignored and numpy.abs(square[:2] - f[:2]).max() < f.side / 2 for f in faces):
            verdicts.append("ignored")
        else:
            verdicts.append("second" if near else "false")
    return verdicts


class Result:
    """What a detector did on all photos."""

    def __init__(self, found, scenes):
        self.scenes = scenes
        self.boxes, self.scores = [], {}
        for file, faces in scenes.faces.items():
            squares = sorted(found[file], key=lambda s: -s[3])
            for square, verdict in zip(squares, judge(squares, faces)):
                self.boxes.append((file, square, verdict))
                if isinstance(verdict, int):
                    self.scores[file, verdict] = square[3]

    def recall(self, lowest, includes):
        """Faces found with a score of at least `lowest`, and faces."""
        faces = [(file, i) for file, all_faces in self.scenes.faces.items() for i, face in enumerate(all_faces)
                 if not face.ignored and includes(face)]
        return sum(self.scores.get(face, -numpy.inf) >= lowest for face in faces), len(faces)

    def count(self, lowest, verdict):
        return sum(kind == verdict and square[3] >= lowest for _, square, kind in self.boxes)

    def average_precision(self):
        counted = sorted((-square[3], not isinstance(verdict, int)) for _, square, verdict in self.boxes if verdict != "ignored")
        right = numpy.cumsum([not is_false for _, is_false in counted])
        if not len(right):
            return 0
        precision = right / numpy.arange(1, len(right) + 1)
        best = numpy.maximum.accumulate(precision[::-1])[::-1]
        recall = right / self.recall(0, lambda face: True)[1]
        return float(numpy.sum(numpy.diff(recall, prepend=0) * best))

    def misses(self, lowest):
        """Faces not found, the largest first: file, square, text."""
        missed = [(file, face, self.scores.get((file, i), 0)) for file, faces in self.scenes.faces.items()
                  for i, face in enumerate(faces) if not face.ignored and self.scores.get((file, i), -numpy.inf) < lowest]
        return [(file, face, f"{face.side:.0f} px, {score:.2f}") for file, face, score in sorted(missed, key=lambda m: -m[1].side)]

    def false_boxes(self, lowest):
        """The surest first: file, square, text."""
        wrong = [(file, square, kind) for file, square, kind in self.boxes if kind in ("false", "second") and square[3] >= lowest]
        return [(file, square, f"{kind} {square[3]:.2f}") for file, square, kind in sorted(wrong, key=lambda w: -w[1][3])]


def sheet(path, places, scenes):
    contact_sheet.write(path, [contact_sheet.tile(scenes.photo(file), square[:2], square[2], text)
                               for file, square, text in places[: contact_sheet.COLUMNS * contact_sheet.ROWS]])


def keep(folder, name, lowest, result):
    """Every box with what it is, and sheets of the misses and of the false boxes."""
    stem = name.replace(" ", "-")
    with open(folder / f"{stem}.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "x", "y", "size", "score", "verdict"])
        for photo, square, verdict in result.boxes:
            table.writerow([photo, *(f"{v:.1f}" for v in square[:3]), f"{square[3]:.4f}", "face" if isinstance(verdict, int) else verdict])
    sheet(folder / f"{stem}-missed.jpg", result.misses(lowest), result.scenes)
    sheet(folder / f"{stem}-false.jpg", result.false_boxes(lowest), result.scenes)


def kinds():
    yield "all", lambda face: True
    for low, high in zip(SIZES, SIZES[1:]):
        yield f"{low}-{high} px" if high < numpy.inf else f"{low} px on", lambda face, low=low, high=high: low <= face.side < high
    yield "profiles", lambda face: face.profile
    yield "masked", lambda face: face.masked


def report(name, lowest, result, milliseconds):
    counts = [result.recall(lowest, includes) for _, includes in kinds()]
    share = f"{100 * counts[0][0] / counts[0][1]:.1f} % ({counts[0][0]})"
    cells = [name, share, *(str(found) for found, _ in counts[1:]), str(result.count(lowest, "false")),
             str(result.count(lowest, "second")), f"{result.average_precision():.3f}", f"{milliseconds:.1f}"]
    print("| " + " | ".join(cells) + " |", flush=True)


def detectors(options, training):
    yield lambda: Program(options.program)
    yield lambda: Program(options.program, 0.1)
    if options.ours:
        return
    if options.peers:
        yield lambda: Peer(peer_detectors.YuNet(options.peers), training)
    yield lambda: Peer(peer_detectors.CenterFace(os.environ["CENTERFACE"]), training)
    for reach in ("short", "full"):
        yield lambda reach=reach: Peer(peer_detectors.MediaPipe(reach), training)
    yield lambda: Peer(peer_detectors.Dlib(), training)
    yield lambda: Peer(peer_detectors.Cascade(), training)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--peers", type=pathlib.Path, help="a folder with YuNet's weights")
    parser.add_argument("--program", default=ROOT / ".build" / "release" / "facemarks")
    parser.add_argument("--ours", action="store_true", help="the program alone")
    parser.add_argument("--keep", type=pathlib.Path, help="write all boxes, and sheets of misses and false boxes, here")
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        scenes = Scenes(options.data, "val", 1, pathlib.Path(first))
        training = Scenes(options.data, "train", FIT_STEP, pathlib.Path(second))
        began = time.process_time()
        for file in scenes.faces:
            scenes.photo(file)
        decoding = 1000 * (time.process_time() - began) / len(scenes.faces)
        faces = [face for faces in scenes.faces.values() for face in faces]
        print(f"{len(scenes.faces)} photos, {sum(not f.ignored for f in faces)} faces, "
              f"{sum(f.ignored for f in faces)} ignored places; OpenCV decodes a photo in {decoding:.1f} ms\n")
        totals = [sum(not f.ignored and includes(f) for f in faces) for _, includes in kinds()]
        heads = [f"{name} ({total})" for (name, _), total in zip(kinds(), totals)]
        print("| detector | " + " | ".join(heads) + " | false | second | AP | ms |")
        print("|---" * (len(heads) + 5) + "|", flush=True)
        fits = []
        for make in detectors(options, training):
            detector = make()
            found, milliseconds = detector.run(scenes)
            result = Result(found, scenes)
            report(detector.name, detector.customary, result, milliseconds)
            if options.keep:
                keep(options.keep, detector.name, detector.customary, result)
            if isinstance(detector, Peer):
                x, y = detector.move
                fits.append(f"{detector.name}: moved by {x:+.3f}, {y:+.3f} of the box's size, then times {detector.scale:.3f} ({detector.pairs} boxes)")
        print("\n" + "\n".join(fits))


if __name__ == "__main__":
    main()
