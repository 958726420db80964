"""Training data for the landmark networks; see script/prepare-training-data.

Every picture is a gray crop of 144x144 pixels whose central 96x96 are what a face detector's box shows. Sets beside those of
labels.csv and labels2.csv.xz:

- synth: synthetic heads that are turned by 25 degrees or more, or covered, in the box of the whole head, upright; the points
  of the hidden side, too. Where a head is hardly turned the brows' ends are blank: the generator places them otherwise.
- wide: turned heads of MTFL once more, smaller and further to the front, as a detector's box of the whole head shows them.
- sunglasses, masked: faces with dark glasses or a mask drawn on them; the points below stay.
- cut: faces over a picture's edge, which hides 10 to 40 % of the box; points more than 20 px beyond the edge are blank.
- scenes: faces of whole photos of which nothing is known but the box. They teach what a face is, not where its points are.

Pictures without a face are those of nonfaces.tar and crops of the photos of scenes.tar without a face, at random and where a
detector at its most sensitive saw one.

Copies of a face bear its person, so that they stay on its side of a split. What validates is as it was: no copies, no synthetic
heads, no faces without points.
"""
import csv
import glob
import io
import json
import lzma
import os
import pathlib
import sys
import tarfile

import cv2
import numpy

NAMES = (
    "left_eye_center right_eye_center left_eye_inner_corner left_eye_outer_corner right_eye_inner_corner "
    "right_eye_outer_corner left_eyebrow_inner_end left_eyebrow_outer_end right_eyebrow_inner_end "
    "right_eyebrow_outer_end nose_tip mouth_left_corner mouth_right_corner mouth_center_top_lip "
    "mouth_center_bottom_lip").split()
CORE = len(NAMES)
IBUG = [f"ibug_{number:02}" for number in range(68)]
NAMES += IBUG + ["left_pupil", "right_pupil"]
JAW = numpy.arange(CORE, CORE + 17)
BROWS = [index for index, name in enumerate(NAMES) if "eyebrow" in name] + list(range(CORE + 17, CORE + 27))
LEFT_EYE, RIGHT_EYE, NOSE, LEFT_MOUTH, RIGHT_MOUTH = (NAMES.index(name) for name in (
    "left_eye_center", "right_eye_center", "nose_tip", "mouth_left_corner", "mouth_right_corner"))
SIDE, BOX, MARGIN = 144, 96, 24
POINT_COLUMNS = [f"{name}_{axis}" for name in NAMES for axis in "xy"]
MANUAL_COLUMNS = [f"manual_{NAMES[index]}_{axis}"
                  for index in (LEFT_EYE, RIGHT_EYE, NOSE, LEFT_MOUTH, RIGHT_MOUTH) for axis in "xy"]
COLUMNS = ["file", "set", "person", "split", "quality", "pose"] + POINT_COLUMNS + MANUAL_COLUMNS
# What is drawn on faces, and the share of faces that get it.
SUNGLASSES, MASKS, CUTS = 0.09, 0.07, 0.08
# The least size of a face of a whole photo, in its pixels, and how many crops of each there are.
LEAST, COPIES = 20, {"profile": 6, "masked": 2, "other": 1}
# Photos of those without a face on which there are people all the same (looked at): left out.
PEOPLE = {"n02066245", "n02111129", "n03793489", "n04483307", "n04485082"}
# From this score on what a detector took for a face on a photo without one is shown as none, this large in the crop.
LEAST_SCORE, SHARES = 0.1, (1.0, 1.5)


class Archive:
    """The files of a tar archive by name."""

    def __init__(self, path):
        self.tar = tarfile.open(path)
        self.members = {m.name.removeprefix("./"): m for m in self.tar.getmembers() if m.isfile()}

    def picture(self, name):
        data = self.tar.extractfile(self.members[name]).read()
        return cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_GRAYSCALE)

    def content(self, name):
        return self.tar.extractfile(self.members[name]).read()


class Output:
    """A folder with faces.tar and labels.csv."""

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.tar = tarfile.open(f"{folder}/faces.tar", "w", format=tarfile.USTAR_FORMAT)
        self.file = open(f"{folder}/labels.csv", "w", newline="")
        self.rows = csv.DictWriter(self.file, COLUMNS, restval="", lineterminator="\n")
        self.rows.writeheader()
        self.counts = {}

    def add(self, row, jpeg):
        put(self.tar, row["file"], jpeg)
        self.rows.writerow(row)
        key = (row["set"], row["split"])
        self.counts[key] = self.counts.get(key, 0) + 1

    def close(self):
        self.tar.close()
        self.file.close()
        for (name, split), count in sorted(self.counts.items()):
            print(f"{name:16} {split:6} {count:6}")


def put(tar, name, data):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def encoded(picture):
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()


def points_of(row, columns=POINT_COLUMNS):
    values = [float(row[c]) if row.get(c) else numpy.nan for c in columns]
    return numpy.array(values).reshape(-1, 2)


def written(points, columns=POINT_COLUMNS):
    values = points.reshape(-1)
    return {c: f"{v:.2f}" if numpy.isfinite(v) else "" for c, v in zip(columns, values)}


def crop(picture, center, side, roll=0.0):
    """The crop of a box of that side (its picture is 1.5 times as large), turned so that a head rolled by so many degrees stands
    upright. Returns it with the map from the picture's pixels to its own."""
    scale = BOX / side
    work, inner = picture, numpy.eye(3)
    if scale < 0.7:
        # Averaged first, so that nothing is skipped.
        factor = max(0.02, min(1.0, scale * 1.4))
        size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
        work = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        fx, fy = size[0] / picture.shape[1], size[1] / picture.shape[0]
        inner = numpy.array([[fx, 0, (fx - 1) / 2], [0, fy, (fy - 1) / 2], [0, 0, 1]])
    c, s = numpy.cos(numpy.radians(roll)) * scale, numpy.sin(numpy.radians(roll)) * scale
    middle = (SIDE - 1) / 2
    matrix = numpy.array([[c, s, middle - c * center[0] - s * center[1]],
                          [-s, c, middle + s * center[0] - c * center[1]], [0, 0, 1]])
    warp = (matrix @ numpy.linalg.inv(inner))[:2]
    return cv2.warpAffine(work, warp, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), matrix


def moved(points, matrix):
    return points @ matrix[:2, :2].T + matrix[:2, 2]


# --- Drawn over real faces


def frame(points):
    """Origin between the eyes, unit to the subject's left (their distance), unit down (to the mouth)."""
    eyes = (points[LEFT_EYE] + points[RIGHT_EYE]) / 2
    mouth = (points[LEFT_MOUTH] + points[RIGHT_MOUTH]) / 2
    return eyes, points[LEFT_EYE] - points[RIGHT_EYE], mouth - eyes


def is_nearly_frontal(points):
    if not numpy.isfinite(points[:CORE]).all():
        return False
    eyes, across, down = frame(points)
    nose = numpy.dot(points[NOSE] - eyes, across) / numpy.dot(across, across)
    return abs(nose) < 0.22 and 0.7 < numpy.linalg.norm(across) / numpy.linalg.norm(down) < 1.2


def blended(picture, mask, values, softness):
    mask = cv2.GaussianBlur(mask, (0, 0), softness)
    return numpy.clip(picture * (1 - mask) + values * mask, 0, 255).round().astype(numpy.uint8)


def polygon(shape):
    """Coverage 0...1 of a polygon, smooth at its rim."""
    mask = numpy.zeros((SIDE, SIDE), numpy.float32)
    cv2.fillPoly(mask, [numpy.round((numpy.asarray(shape) + 0.5) * 16 - 8).astype(numpy.int32)], 1.0, cv2.LINE_AA, 4)
    return numpy.clip(mask, 0, 1)


def with_sunglasses(picture, points, random):
    eyes, across, down = frame(points)
    width, height = random.uniform(0.29, 0.4), random.uniform(0.17, 0.33)
    power = random.uniform(1.6, 4)
    drop = random.uniform(-0.02, 0.1)
    turn = numpy.linspace(0, 2 * numpy.pi, 48)
    x = numpy.sign(numpy.cos(turn)) * abs(numpy.cos(turn)) ** (2 / power)
    y = numpy.sign(numpy.sin(turn)) * abs(numpy.sin(turn)) ** (2 / power)
    y = numpy.where(y > 0, y * random.uniform(1, 1.35), y)
    unit = numpy.linalg.norm(across)
    below = down / numpy.linalg.norm(down) * unit
    mask = numpy.zeros((SIDE, SIDE), numpy.float32)
    values = numpy.zeros((SIDE, SIDE), numpy.float32)
    dark = random.uniform(3, 70)
    rows, columns = numpy.mgrid[0:SIDE, 0:SIDE]
    slope = random.uniform(-0.4, 0.9) / unit
    for eye, sign in ((LEFT_EYE, 1), (RIGHT_EYE, -1)):
        center = points[eye] + drop * below + sign * 0.03 * across
        lens = polygon(center + x[:, None] * width * across + y[:, None] * height * below)
        shine = dark + slope * 40 * (center[1] - rows)
        if random.random() < 0.4:
            spot = center + random.uniform(-0.2, 0.2, 2) * unit
            size = random.uniform(0.03, 0.12) * unit
            shine = shine + random.uniform(30, 170) * numpy.exp(
                -((columns - spot[0]) ** 2 + (rows - spot[1]) ** 2) / (2 * size ** 2))
        values = numpy.where(lens > mask, shine, values)
        mask = numpy.maximum(mask, lens * random.uniform(0.82, 1))
        # The bridge, and the temple towards the ear.
        rim = numpy.zeros((SIDE, SIDE), numpy.float32)
        inner, outer = center - sign * width * across, center + sign * width * across
        ear = eyes + sign * random.uniform(0.95, 1.15) * across + random.uniform(-0.05, 0.1) * below
        for one, other in ((inner, eyes + drop * below - 0.04 * below), (outer - 0.05 * below, ear)):
            cv2.line(rim, numpy.round(one * 16).astype(int), numpy.round(other * 16).astype(int), 1.0,
                     random.integers(1, 4), cv2.LINE_AA, 4)
        values = numpy.where(rim > mask, dark, values)
        mask = numpy.maximum(mask, rim)
    return blended(picture, mask, values, random.uniform(0.4, 1.1))


def with_mask(picture, points, random):
    eyes, across, down = frame(points)
    nose = points[NOSE] - eyes
    top = eyes + nose * random.uniform(0.3, 0.85)
    wide, jaw = random.uniform(0.8, 1.05), random.uniform(1.45, 1.75)

    def at(x, y):
        return eyes + x * across + y * down

    upper = random.uniform(0.45, 0.65)
    shape = [top, at(wide * 0.45, upper - random.uniform(0, 0.12)), at(wide, upper + 0.05), at(wide * 0.97, 1.0),
             at(wide * 0.62, jaw - 0.15), at(0, jaw), at(-wide * 0.62, jaw - 0.15), at(-wide * 0.97, 1.0),
             at(-wide, upper + 0.05), at(-wide * 0.45, upper - random.uniform(0, 0.12))]
    mask = polygon(shape)
    base = random.uniform(25, 80) if random.random() < 0.25 else random.uniform(130, 245)
    light = cv2.GaussianBlur(picture.astype(numpy.float32), (0, 0), 9)
    values = base * (0.55 + 0.45 * light / max(float((light * mask).sum() / max(mask.sum(), 1)), 20))
    rows = numpy.mgrid[0:SIDE, 0:SIDE][0]
    height = (rows - at(0, 0)[1]) / numpy.linalg.norm(down)
    for fold in random.uniform(0.6, 1.5, random.integers(0, 5)):
        values = values - random.uniform(4, 25) * numpy.exp(-((height - fold) / 0.025) ** 2)
    values = values + cv2.GaussianBlur(random.normal(0, 14, (SIDE, SIDE)).astype(numpy.float32), (0, 0), 1.5)
    strap = numpy.zeros((SIDE, SIDE), numpy.float32)
    for sign in (1, -1):
        for y in (upper, 1.05):
            cv2.line(strap, numpy.round(at(sign * wide * 0.95, y) * 16).astype(int),
                     numpy.round(at(sign * 1.25, 0.45) * 16).astype(int), 0.8, 1, cv2.LINE_AA, 4)
    return blended(picture, numpy.maximum(mask, strap * (random.random() < 0.6)), values, random.uniform(0.4, 0.9))


def cut_off(picture, points, random):
    """The border of the rest is repeated where the picture would go on, as the program does."""
    hidden = random.uniform(0.1, 0.4)
    edge = int(round(MARGIN + BOX * hidden))
    turns = int(random.choice([0, 0, 1, 2, 2, 3]))
    result = numpy.rot90(picture, turns).copy()
    result[:, :edge] = result[:, edge:edge + 1]
    result = numpy.rot90(result, -turns).copy()
    x, y = points[:, 0], points[:, 1]
    # Which edge it is in the picture as it was: left, top, right or bottom, by the turns counterclockwise.
    beyond = (edge - x, edge - y, x - (SIDE - 1 - edge), y - (SIDE - 1 - edge))[turns]
    return result, numpy.where(beyond[:, None] > 20, numpy.nan, points)


# --- The sets


def read_rows(data):
    with lzma.open(f"{data}/labels68.csv.xz", "rt", newline="") as file:
        dense = {row["file"]: row for row in csv.DictReader(file)}
    with open(f"{data}/labels.csv", newline="") as file:
        yield from (({**dense.get(row["file"], {}), **row}, "faces.tar") for row in csv.DictReader(file))
    with lzma.open(f"{data}/labels2.csv.xz", "rt", newline="") as file:
        yield from ((row, "faces2.tar") for row in csv.DictReader(file))


def with_names(row):
    """The columns that are kept; those of the 68 points are called p0_x and so on in the labels."""
    for number, name in enumerate(IBUG):
        for axis in "xy":
            row[f"{name}_{axis}"] = row.get(f"p{number}_{axis}", "")
    return {column: row.get(column, "") for column in COLUMNS}


def real_faces(data, out, hard):
    archives = {name: Archive(f"{data}/{name}") for name in ("faces.tar", "faces2.tar")}
    random = numpy.random.default_rng(20)
    for row, archive in read_rows(data):
        archive = archives[archive]
        row = with_names(row)
        out.add(row, archive.content(row["file"]))
        points, manual = points_of(row), points_of(row, MANUAL_COLUMNS)
        stem = row["file"].removesuffix(".jpg")
        person = row["person"] or row["file"]

        def copy(name, picture, points, manual, output=out, suffix=""):
            changed = dict(row, file=f"{name}{suffix}/{stem}.jpg", set=f"{name}{suffix}", person=person)
            changed.update(written(points), **written(manual, MANUAL_COLUMNS))
            output.add(changed, encoded(picture))

        lots = random.random(4)
        own = numpy.random.default_rng(random.integers(1 << 62))
        if row["split"] == "val":
            if row["quality"] != "3" and lots[0] < 0.35:
                for turns in ("", "_more"):
                    copy("cut", *cut_off(archive.picture(row["file"]), points, own), manual * numpy.nan, hard, turns)
            continue
        if is_nearly_frontal(points):
            if lots[0] < SUNGLASSES:
                copy("sunglasses", with_sunglasses(archive.picture(row["file"]), points, own), points, manual)
            if lots[1] < MASKS:
                copy("masked", with_mask(archive.picture(row["file"]), points, own), points, manual)
        if row["quality"] != "3" and lots[2] < CUTS:
            copy("cut", *cut_off(archive.picture(row["file"]), points, own), manual * numpy.nan)
        if row["pose"] not in ("", "frontal") and (row["pose"].endswith("profile") or lots[3] < 0.35):
            known = manual if numpy.isfinite(manual).all() else points[[LEFT_EYE, RIGHT_EYE, NOSE]]
            forward = numpy.sign(known[2, 0] - (known[0, 0] + known[1, 0]) / 2)
            center = numpy.array([(SIDE - 1) / 2 - forward * own.uniform(0, 0.25) * BOX, (SIDE - 1) / 2])
            picture, matrix = crop(archive.picture(row["file"]), center, BOX * own.uniform(1.1, 1.5))
            copy("wide", picture, moved(points, matrix), moved(manual, matrix))


def labels_of_heads(folder):
    """The labels of a folder of synthetic heads, by index."""
    lines = [json.loads(line) for path in glob.glob(f"{folder}/labels.*.jsonl") for line in open(path)]
    return sorted(lines, key=lambda line: line["index"])


def whole_head(line):
    """Centre and side of the box of a synthetic head as detectors of whole heads give it: fitted to frontal heads' Haar-like boxes."""
    x0, y0, x1, y1 = line["tight_box"]
    side = 1.275 * numpy.sqrt((x1 - x0) * (y1 - y0))
    angle = numpy.radians(line["pose"]["roll"])
    up = numpy.array([numpy.sin(angle), -numpy.cos(angle)])
    return numpy.array([(x0 + x1) / 2, (y0 + y1) / 2]) + 0.144 * side * up, side


def known_points(line, matrix):
    """The points of a synthetic head in a crop. Of the outline there is what is seen, as in the labels of photos."""
    known = list(line["kaggle15"].values()) + line["ibug68"] + [line["left_pupil"], line["right_pupil"]]
    points = moved(numpy.array(known), matrix)
    points[JAW] = moved(numpy.array(line["contour2d"]), matrix)
    visible = list(line["kaggle15_vis"].values()) + line["ibug68_vis"] + [0, 0]
    outside = numpy.array(visible) == 3
    if abs(line["pose"]["yaw"]) > 45:
        points[JAW[numpy.array(line["ibug68_vis"][:17]) == 1]] = numpy.nan
    beyond = ((points < 1) | (points > SIDE - 2)).any(axis=1)
    points[outside | beyond] = numpy.nan
    return points


def synthetic_heads(number, folder, out):
    covering = {"hand", "sun", "mask", "mask_low", "phone", "cup", "bar", "mic", "scarf", "gaiter", "cap", "beanie", "hood",
                "turban", "fedora", "fedora_cocked"}
    for line in labels_of_heads(folder):
        yaw = line["pose"]["yaw"]
        is_shut = min(line["left_eye_openness"], line["right_eye_openness"]) < 0.1
        is_covered = covering & set(line["objects"]) and line["index"] % 2 == 0
        if abs(yaw) < 25 and not is_covered and not is_shut and line["mouth_openness"] < 0.4:
            continue
        picture = cv2.imread(f"{folder}/{line['file']}", cv2.IMREAD_GRAYSCALE)
        if picture is None:
            continue
        cut, matrix = crop(picture, *whole_head(line), line["pose"]["roll"])
        points = known_points(line, matrix)
        if abs(yaw) < 25:
            points[BROWS] = numpy.nan
        if not numpy.isfinite(points[:CORE, 0]).any():
            continue
        name = f"synth/{number}_{line['index']:07d}.jpg"
        row = {"file": name, "set": "synth", "person": name, "split": "train", "quality": "1", **written(points)}
        out.add(row, encoded(cut))


def scene_kind(row):
    return "profile" if row["profile"] == "1" else "masked" if row["masked"] == "1" else "other"


def fnv(text):
    """The trainer's hash of a photo's name, by which every eighth photo without a face validates."""
    value, data = 0xCBF29CE484222325, text.encode()
    for byte in data + len(data).to_bytes(8, "little"):
        value = (value ^ byte) * 0x100000001B3 % (1 << 64)
    return value


def photo_of(name):
    """The photo of a picture without a face, as the trainer has it from its name; None where it validates or shows people."""
    parts = pathlib.PurePath(name).stem.split("_")
    photo = parts[1] if parts[0] in ("haarfp", "random") else parts[0]
    return None if fnv(photo) % 8 == 0 or photo in PEOPLE else photo


def mistaken(places, old, archive, nonfaces):
    """Where a detector took something for a face: its boxes are about as large as ours."""
    members = {pathlib.PurePath(name).name: (source, name) for source in (archive, old) for name in source.members}
    count = 0
    with open(places, newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            photo = photo_of(row["file"])
            if photo is None or float(row["score"]) < LEAST_SCORE:
                continue
            source, name = members[row["file"]]
            x, y, width, height = (float(row[key]) for key in ("x", "y", "width", "height"))
            for share in SHARES:
                cut, _ = crop(source.picture(name), (x + width / 2, y + height / 2), share * numpy.sqrt(width * height))
                put(nonfaces, f"nonfaces/mistaken_{photo}_{number}x{share}.jpg", encoded(cut))
                count += 1
    print(f"{'without a face':16} train  {count:6} taken for one by a detector")


def scenes(archive, data, out, hard, nonfaces):
    by_photo = {}
    with open(f"{data}/scenes.csv", newline="") as file:
        for row in csv.DictReader(file):
            by_photo.setdefault(row["file"], []).append(row)
    random = numpy.random.default_rng(21)
    negatives = 0
    for name, rows in by_photo.items():
        first = rows[0]
        picture = archive.picture(name)
        boxes = [tuple(float(row[key]) for key in ("x", "y", "size")) for row in rows if row["x"]]
        for number, row in enumerate(rows):
            if not row["x"] or row["ignore"] != "0" or float(row["size"]) < LEAST:
                continue
            is_val, kind = row["split"] == "val", scene_kind(row)
            x, y, side = (float(row[key]) for key in ("x", "y", "size"))
            for copy in range(1 if is_val else COPIES[kind]):
                # The first is the box as it is, the others are as far off as detectors are.
                shift, growth = (numpy.zeros(2), 1) if copy == 0 else (random.normal(0, 0.06, 2), numpy.exp(random.normal(0, 0.12)))
                cut, _ = crop(picture, numpy.array([x, y]) + shift * side, side * growth)
                file = f"scenes/{name.removesuffix('.jpg')}_{number}_{copy}.jpg"
                (hard if is_val else out).add(
                    {"file": file, "set": f"scenes_{kind}" if is_val else "scenes", "person": name, "split": row["split"],
                     "quality": "1"}, encoded(cut))
        if first["split"] == "val":
            continue
        stem = pathlib.PurePath(name).stem
        photo = photo_of(stem if first["set"] == "noface" else f"{first['set']}{stem}".replace("_", "-"))
        if photo is None:
            continue
        height, width = picture.shape
        for number in range(6 if first["set"] == "noface" else 1):
            for _ in range(20):
                side = numpy.exp(random.uniform(numpy.log(24), numpy.log(max(30, 0.9 * min(width, height)))))
                x, y = random.uniform(side * 0.3, [max(side * 0.31, width - side * 0.3), max(side * 0.31, height - side * 0.3)])
                # No part of a face, nor of what may be one, in the whole of the crop.
                if all(abs(x - bx) > 0.75 * side + 0.65 * size or abs(y - by) > 0.75 * side + 0.65 * size
                       for bx, by, size in boxes):
                    cut, _ = crop(picture, (x, y), side)
                    put(nonfaces, f"nonfaces/scene_{photo}_{number}.jpg", encoded(cut))
                    negatives += 1
                    break
    print(f"{'without a face':16} train  {negatives:6} of scenes")


def main():
    if len(sys.argv) < 5:
        sys.exit("usage: prepare-training-data DATA PLACES OUT SYNTH...")
    data, places, folder, *synth = sys.argv[1:]
    cv2.setNumThreads(1)
    out, hard = Output(folder), Output(f"{folder}/hard")
    real_faces(data, out, hard)
    for number, heads in enumerate(synth):
        synthetic_heads(number, heads, out)
    with tarfile.open(f"{folder}/nonfaces.tar", "w", format=tarfile.USTAR_FORMAT) as nonfaces:
        old, archive = Archive(f"{data}/nonfaces.tar"), Archive(f"{data}/scenes.tar")
        for name in old.members:
            if name.split("_")[1] not in PEOPLE:
                put(nonfaces, name, old.content(name))
        scenes(archive, data, out, hard, nonfaces)
        mistaken(places, old, archive, nonfaces)
    out.close()
    print("hard:")
    hard.close()


if __name__ == "__main__":
    main()
