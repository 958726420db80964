"""The leak test of script/check-hiding."""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import cv2
import dlib
import mediapipe

ROOT = pathlib.Path(__file__).resolve().parent.parent
CASCADES = ["haarcascade_frontalface_default", "haarcascade_frontalface_alt2"]


class Detectors:
    """What face detectors from elsewhere find: boxes (left, top, right, bottom)."""

    def __init__(self):
        self.hog = dlib.get_frontal_face_detector()
        self.short = mediapipe.solutions.face_detection.FaceDetection(model_selection=0, min_detection_confidence=0.5)
        self.full = mediapipe.solutions.face_detection.FaceDetection(model_selection=1, min_detection_confidence=0.5)
        self.cascades = [cv2.CascadeClassifier(f"{cv2.data.haarcascades}{name}.xml") for name in CASCADES]

    def __call__(self, picture):
        height, width = picture.shape[:2]
        rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        found = {"dlib": [(b.left(), b.top(), b.right(), b.bottom()) for b in self.hog(rgb, 1)]}
        found["MediaPipe"] = []
        for detector in (self.short, self.full):
            for face in detector.process(rgb).detections or []:
                box = face.location_data.relative_bounding_box
                found["MediaPipe"].append((box.xmin * width, box.ymin * height, (box.xmin + box.width) * width,
                                           (box.ymin + box.height) * height))
        found["Haar"] = [(x, y, x + w, y + h) for cascade in self.cascades
                         for x, y, w, h in cascade.detectMultiScale(gray, 1.1, 5)]
        return found


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


def main():
    parser = argparse.ArgumentParser(description="Hides the faces on photos and videos and looks for faces in the result")
    parser.add_argument("inputs", nargs="+", type=pathlib.Path)
    parser.add_argument("--program", default=ROOT / ".build" / "release" / "facemarks", type=pathlib.Path)
    parser.add_argument("--modes", default="blur,pixelate,solid,emoji")
    parser.add_argument("--every", type=int, default=1, help="look at every so many frames of a video only")
    parser.add_argument("--keep", type=pathlib.Path, help="write the pictures with a face in the result here")
    options = parser.parse_args()
    detect = Detectors()
    inputs = sorted(p for i in options.inputs for p in (i.iterdir() if i.is_dir() else [i]))
    before, own = {}, marked(options.program, inputs)
    for mode in options.modes.split(","):
        totals = {name: [0, 0, 0] for name in ("dlib", "MediaPipe", "Haar")}
        count = 0
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([options.program, *map(str, inputs), "--anonymise", mode, "-o", folder + "/", "-q"], check=True)
            for path in inputs:
                hidden = next(pathlib.Path(folder).glob(path.stem + "_hidden.*"))
                for index, (clear, picture) in enumerate(zip(frames(path, options.every), frames(hidden, options.every))):
                    if (path, index) not in before:
                        before[path, index] = detect(clear)
                    faces = [box for boxes in before[path, index].values() for box in boxes]
                    count += 1
                    for name, boxes in detect(picture).items():
                        # A face that shows through is where some detector saw one before.
                        leaks = [b for b in boxes if any(overlap(b, face) > 0.3 for face in faces)]
                        totals[name][0] += len(before[path, index][name])
                        totals[name][1] += len(leaks)
                        totals[name][2] += len(boxes) - len(leaks)
                        if boxes and options.keep:
                            options.keep.mkdir(exist_ok=True)
                            for box in boxes:
                                x1, y1, x2, y2 = map(int, box)
                                cv2.rectangle(picture, (x1, y1), (x2, y2), (0, 0, 255), 2)
                            cv2.imwrite(str(options.keep / f"{mode}_{path.stem}_{index}_{name}.jpg"), picture)
            left = marked(options.program, [p for p in pathlib.Path(folder).iterdir()])
        told = "; ".join(f"{name} {a} -> {b} (+{c} elsewhere)" for name, (a, b, c) in totals.items())
        print(f"{mode}: {count} pictures; faces found before -> after: facemarks {own} -> {left}; {told}", flush=True)
    return 0


sys.exit(main())
