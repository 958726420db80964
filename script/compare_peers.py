"""The comparison of script/compare-peers."""
import argparse
import csv
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time

import cv2
import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent
NEAREST = 6
MODELS = ("compact", "accurate", "dense", "open")
GROUPS = {"jaw": range(0, 17), "brows": range(17, 27), "nose": range(27, 36), "eyes": range(36, 48),
          "outer lips": range(48, 60), "inner lips": range(60, 68)}


class MediaPipe:
    """FaceMesh with refined eyes, on single photos: 478 points."""
    name = "MediaPipe 0.10.14"

    def __init__(self):
        import mediapipe
        self.mesh = mediapipe.solutions.face_mesh.FaceMesh(
            static_image_mode=True, refine_landmarks=True, max_num_faces=4, min_detection_confidence=0.5)

    def __call__(self, image):
        height, width = image.shape[:2]
        faces = self.mesh.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).multi_face_landmarks or []
        return [numpy.array([[p.x * width - 0.5, p.y * height - 0.5] for p in face.landmark]) for face in faces]


class Dlib:
    """The HOG detector, once more on the picture at twice the size where it finds nothing, and the 68-point predictor."""
    name = "dlib 68 points"

    def __init__(self):
        import dlib
        import face_recognition_models
        self.detect = dlib.get_frontal_face_detector()
        self.predict = dlib.shape_predictor(face_recognition_models.pose_predictor_model_location())

    def __call__(self, image):
        boxes = self.detect(image, 0) or self.detect(image, 1)
        shapes = [self.predict(image, box) for box in boxes]
        return [numpy.array([[p.x, p.y] for p in shape.parts()], float) for shape in shapes]


def labels(path, names, prefix=""):
    """The points of every row that has both eye centres, NaN where missing, by file, and the row."""
    result = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            points = numpy.array([[float(row.get(f"{prefix}{n}_{c}") or "nan") for c in "xy"] for n in names])
            if numpy.isfinite(points[:2]).all():
                result[row["file"]] = (points, row)
    return result


def eye_distance(points):
    return numpy.hypot(*(points[0] - points[1]))


def nearest_face(faces, points):
    """The face that stands nearest to the labelled one; None when none does."""
    known = numpy.isfinite(points).all(axis=1)
    gaps = [numpy.hypot(*(face.mean(0) - points[known].mean(0))) for face in faces]
    best = int(numpy.argmin(gaps)) if gaps else -1
    return faces[best] if best >= 0 and gaps[best] < eye_distance(points) else None


def nonnegative(a, b, steps=400):
    """x >= 0 that sums to 1 and makes a x near b: projected gradient descent."""
    x = numpy.full(a.shape[1], 1 / a.shape[1])
    gram, target = a.T @ a, a.T @ b
    rate = 1 / max(numpy.linalg.eigvalsh(gram)[-1], 1e-12)
    for _ in range(steps):
        x = x - rate * (gram @ x - target)
        # The nearest point of the simplex (Duchi et al., 2008).
        u = numpy.sort(x)[::-1]
        rest = (numpy.cumsum(u) - 1) / numpy.arange(1, len(x) + 1)
        x = numpy.maximum(x - rest[numpy.nonzero(u > rest)[0][-1]], 0)
    return x


def fit(found, truth):
    """Each labelled point as a convex combination of the nearest few of a system's own points."""
    scale = numpy.array([eye_distance(t) for t in truth])
    result = []
    for k in range(truth.shape[1]):
        gaps = numpy.linalg.norm(found - truth[:, k : k + 1], axis=2) / scale[:, None]
        near = numpy.argsort(gaps.mean(0))[:NEAREST]
        a = numpy.concatenate([(found[:, near, c] - truth[:, k : k + 1, c]) / scale[:, None] for c in (0, 1)])
        result.append((near, nonnegative(a, numpy.zeros(len(a)))))
    return result


def mapped(face, combinations):
    return numpy.array([weights @ face[near] for near, weights in combinations])


def ours(program, model, files, folder, landmarks="kaggle15"):
    """Our points of every file, and the seconds that all took, the program's start included."""
    result = folder / "ours.json"
    began = time.perf_counter()
    done = subprocess.run([program, *files, "--model", model, "--json", result, "--no-annotate", "--quiet", "--force", "--threads", "1",
                           "--landmarks", landmarks],
                          capture_output=True, text=True)
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        sys.exit(f"{program}: {done.stderr}")
    images = json.loads(result.read_text())["images"]
    return {os.path.basename(image["file"]): [
        numpy.array([[p["x"], p["y"]] for p in face["landmarks"]]) for face in image["faces"]] for image in images}, seconds


def report(title, errors, total, seconds=None):
    per_face = numpy.array([numpy.nanmean(e) for e in errors]) if errors else numpy.array([numpy.nan])
    failures = (total - len(errors) + (per_face > 0.1).sum()) / total
    timing = "" if seconds is None else f"{1000 * seconds / total:10.1f}"
    print(f"{title:36}{total:7}{len(errors):7}{100 * per_face.mean():9.2f}{100 * failures:9.1f}{timing}", flush=True)


def distances(face, points):
    return numpy.linalg.norm(face[: len(points)] - points, axis=1) / eye_distance(points)


def both(points, truth):
    """The mean of the systems' points of the same faces, each weighted by its errors at that landmark."""
    weights = [1 / numpy.mean([distances(f, t) ** 2 for f, t in zip(faces, truth)], axis=0) for faces in points]
    return [sum(w[:, None] * f for w, f in zip(weights, faces)) / sum(weights)[:, None] for faces in zip(*points)]


def photos(data, program, folder, names, peers):
    """The studio photos; returns what makes 15 points of each peer's."""
    truth = labels(data / "frl_manual" / "labels.csv", names)
    files = list(truth)
    print(f"{'studio photos, 15 points':36}{'faces':>7}{'found':>7}{'NME %':>9}{'fail %':>9}{'ms each':>10}")
    for model in MODELS:
        found, seconds = ours(program, model, [data / "frl_manual" / file for file in files], folder)
        errors = [distances(face, truth[file][0]) for file in files
                  if (face := nearest_face(found.get(os.path.basename(file), []), truth[file][0])) is not None]
        report(f"facemarks, {model}", errors, len(files), seconds)
    combinations, from_others = {}, []
    for peer in peers:
        began = time.perf_counter()
        faces = [nearest_face(peer(cv2.imread(str(data / "frl_manual" / file))), truth[file][0]) for file in files]
        seconds = time.perf_counter() - began
        there = [i for i, face in enumerate(faces) if face is not None]
        own = numpy.array([faces[i] for i in there])
        wanted = numpy.array([truth[files[i]][0] for i in there])
        everything = combinations[peer.name] = fit(own, wanted)
        halves = [fit(own[1 - k :: 2], wanted[1 - k :: 2]) for k in (0, 1)]
        report(f"{peer.name}, fitted to these", [distances(mapped(f, everything), t) for f, t in zip(own, wanted)],
               len(files), seconds)
        points = [mapped(f, halves[i % 2]) for i, f in enumerate(own)]
        report(f"{peer.name}, fitted to the others", [distances(f, t) for f, t in zip(points, wanted)], len(files))
        from_others.append(dict(zip(there, points)))
    shared = sorted(set.intersection(*map(set, from_others)))
    wanted = [truth[files[i]][0] for i in shared]
    means = both([[points[i] for i in shared] for points in from_others], wanted)
    report("their mean, fitted to the others", [distances(f, t) for f, t in zip(means, wanted)], len(files))
    return combinations


def offset_free(errors):
    """Without the offset of each point in the face's own frame, taken from the other half of the faces."""
    result = errors.copy()
    for k in (0, 1):
        result[k::2] -= numpy.nan_to_num(numpy.nanmedian(errors[1 - k::2], axis=0))
    return result


def dense(data, program, folder, peers):
    """The 68 points of iBUG that have a counterpart placed by hand, in percent of the distance of the eyes' outer corners."""
    names = [f"p{k}" for k in range(68)]
    truth = {}
    with open(data / "frl_manual" / "labels68.csv", newline="") as file:
        for row in csv.DictReader(file):
            truth[row["file"]] = numpy.array([[float(row[f"{n}_{c}"] or "nan") for c in "xy"] for n in names])
    files = list(truth)

    def row(title, faces):
        errors = []
        for file, face in zip(files, faces):
            if face is None:
                continue
            across = truth[file][45] - truth[file][36]
            unit = numpy.hypot(*across)
            u = across / unit
            d = (face[:68] - truth[file]) / unit
            errors.append(numpy.stack([d @ u, d @ numpy.array([-u[1], u[0]])], axis=1))
        raw, free = (numpy.linalg.norm(e, axis=2) for e in (numpy.array(errors), offset_free(numpy.array(errors))))
        groups = "".join(f"{100 * numpy.nanmean(free[:, list(points)]):12.2f}" for points in GROUPS.values())
        print(f"{title:36}{len(files):7}{len(errors):7}{100 * numpy.nanmean(raw):9.2f}{100 * numpy.nanmean(free):9.2f}{groups}", flush=True)

    def found_face(faces, points):
        known = numpy.isfinite(points).all(axis=1)
        gaps = [numpy.hypot(*(face[:68][known].mean(0) - points[known].mean(0))) for face in faces]
        best = int(numpy.argmin(gaps)) if gaps else -1
        return faces[best] if best >= 0 and gaps[best] < numpy.hypot(*(points[45] - points[36])) else None

    print(f"\n{'studio photos, 68 points':36}{'faces':>7}{'found':>7}{'NME %':>9}{'no offs.':>9}" + "".join(f"{g:>12}" for g in GROUPS))
    for model in MODELS:
        try:
            found, _ = ours(program, model, [data / "frl_manual" / file for file in files], folder, "ibug68")
        except SystemExit:
            print(f"facemarks, {model}: gives the 15 points only")
            continue
        row(f"facemarks, {model}", [found_face(found.get(os.path.basename(file), []), truth[file]) for file in files])
    for peer in peers:
        faces = [peer(cv2.imread(str(data / "frl_manual" / file))) for file in files]
        if isinstance(peer, Dlib):
            row(peer.name, [found_face(f, truth[file]) for f, file in zip(faces, files)])
            continue
        # A mesh of other points: each of the 68 as a combination of the nearest few, fitted to the other half of the photos.
        own = numpy.array([f[0] for f in faces])
        labelled = numpy.isfinite([truth[file] for file in files]).all(axis=(0, 2))
        wanted = numpy.array([truth[file] for file in files])
        scale = numpy.concatenate([wanted[:, 45:46], wanted[:, 36:37], wanted[:, labelled]], axis=1)
        halves = [fit(own[1 - k::2], scale[1 - k::2]) for k in (0, 1)]
        points = numpy.full((len(files), 68, 2), numpy.nan)
        points[:, labelled] = [mapped(f, halves[i % 2])[2:] for i, f in enumerate(own)]
        row(f"{peer.name}, fitted to the others", list(points))


def crops(data, program, folder, names, peers, combinations):
    """The crops of the validation split with five points by hand."""
    five = [0, 1, 10, 11, 12]
    truth = {file: item for file, item in labels(data / "labels.csv", [names[i] for i in five], "manual_").items()
             if item[1]["split"] == "val" and numpy.isfinite(item[0]).all()}
    with tarfile.open(data / "faces.tar") as archive:
        for file in truth:
            (folder / file.replace("/", "_")).write_bytes(archive.extractfile(file).read())
    paths = {file: folder / file.replace("/", "_") for file in truth}
    found = {model: ours(program, model, list(paths.values()), folder)[0] for model in MODELS}
    print(f"\n{'crops of 144x144, 5 points':36}{'faces':>7}{'found':>7}{'NME %':>9}{'fail %':>9}")
    for kind in sorted({row["set"] for _, row in truth.values()}):
        files = [file for file, (_, row) in truth.items() if row["set"] == kind]
        for model in MODELS:
            faces = [nearest_face([f[five] for f in found[model].get(paths[file].name, [])], truth[file][0])
                     for file in files]
            report(f"{kind}: facemarks, {model}",
                   [distances(f, truth[file][0]) for f, file in zip(faces, files) if f is not None], len(files))
        for peer in peers:
            errors = []
            for file in files:
                all_faces = [mapped(f, combinations[peer.name])[five] for f in peer(cv2.imread(str(paths[file])))]
                face = nearest_face(all_faces, truth[file][0])
                if face is not None:
                    errors.append(distances(face, truth[file][0]))
            report(f"{kind}: {peer.name}", errors, len(files))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--program", default=ROOT / ".build" / "release" / "facemarks")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    with open(arguments.data / "frl_manual" / "labels.csv", newline="") as file:
        names = [column[:-2] for column in next(csv.reader(file)) if column.endswith("_x")]
    peers = [MediaPipe(), Dlib()]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        combinations = photos(arguments.data, arguments.program, folder, names, peers)
        dense(arguments.data, arguments.program, folder, peers)
        crops(arguments.data, arguments.program, folder, names, peers, combinations)


if __name__ == "__main__":
    main()
