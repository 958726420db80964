"""Makes the pictures that FilterPictureTests compares with, by NumPy and Pillow alone: each filter of assets/filters on a gray
ground for a face that looks ahead, one that is turned and tilted, and the mirror image of that; 48x48 pixels each.

python3 Tests/FacemarksTests/Filters/Fixtures/filters.py, with numpy and Pillow from PyPI."""
import json
import pathlib

import numpy
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
ART = HERE.parents[3] / "assets" / "filters"
SIDE, SMALL, FINE = 192, 48, 12
LANDMARKS = [
    "left_eye_center", "right_eye_center", "left_eye_inner_corner", "left_eye_outer_corner", "right_eye_inner_corner",
    "right_eye_outer_corner", "left_eyebrow_inner_end", "left_eyebrow_outer_end", "right_eyebrow_inner_end",
    "right_eyebrow_outer_end", "nose_tip", "mouth_left_corner", "mouth_right_corner", "mouth_center_top_lip",
    "mouth_center_bottom_lip"]
MIRRORED = [1, 0, 4, 5, 2, 3, 8, 9, 6, 7, 10, 12, 11, 13, 14]
MEAN = numpy.array([
    (0.5, -0.31), (-0.5, -0.31), (0.2643, -0.2536), (0.695, -0.282), (-0.2643, -0.2536), (-0.695, -0.282),
    (0.2074, -0.4588), (0.9357, -0.4268), (-0.2074, -0.4588), (-0.9357, -0.4268), (0, 0.2933), (0.4171, 0.7537),
    (-0.4171, 0.7537), (0, 0.6653), (0, 0.9964)])


def faces():
    ahead = 36 * MEAN + (96, 104)
    # Turned to the subject's left: that side is narrower and the nose goes along; tilted by 25 degrees.
    turned = MEAN * numpy.where(MEAN[:, :1] > 0, (0.7, 1), (0.95, 1))
    turned[10, 0] += 0.15
    angle = numpy.radians(25)
    turn = numpy.array([[numpy.cos(angle), -numpy.sin(angle)], [numpy.sin(angle), numpy.cos(angle)]])
    turned = 34 * turned @ turn.T + (92, 110)
    mirrored = turned[MIRRORED] * (-1, 1) + (SIDE - 1, 0)
    return [ahead, turned, mirrored]


def fit(kind, anchors, points):
    """The 2x3 matrix that takes anchors nearest to points."""
    count = len(anchors)
    x, y = anchors.T
    zero, one = numpy.zeros(count), numpy.ones(count)
    if kind == "affine":
        rows = [numpy.stack([x, y, one, zero, zero, zero], 1), numpy.stack([zero, zero, zero, x, y, one], 1)]
        return numpy.linalg.lstsq(numpy.concatenate(rows), points.T.ravel(), rcond=None)[0].reshape(2, 3)
    rows = [numpy.stack([x, -y, one, zero], 1), numpy.stack([y, x, zero, one], 1)]
    a, b, tx, ty = numpy.linalg.lstsq(numpy.concatenate(rows), points.T.ravel(), rcond=None)[0]
    return numpy.array([[a, -b, tx], [b, a, ty]])


def draw(art, matrix):
    """The mean of FINE x FINE nearest samples of every pixel, on gray."""
    inverse = numpy.linalg.inv(numpy.vstack([matrix, (0, 0, 1)]))
    place = (numpy.arange(SIDE * FINE) + 0.5) / FINE - 0.5
    grid = numpy.stack(numpy.meshgrid(place, place), -1)
    at = numpy.rint(grid @ inverse[:2, :2].T + inverse[:2, 2]).astype(int)
    height, width = art.shape[:2]
    inside = (at >= 0).all(-1) & (at[..., 0] < width) & (at[..., 1] < height)
    pixels = art[at[..., 1].clip(0, height - 1), at[..., 0].clip(0, width - 1)] * inside[..., None]
    block = SIDE * FINE // SMALL
    mean = pixels.reshape(SMALL, block, SMALL, block, 4).mean((1, 3))
    return mean[..., :3] + (1 - mean[..., 3:]) * 128 / 255


for path in sorted(ART.glob("*.json")):
    description = json.loads(path.read_text())
    art = numpy.asarray(Image.open(path.with_suffix(".png")).convert("RGBA")) / 255
    art = numpy.concatenate([art[..., :3] * art[..., 3:], art[..., 3:]], -1).astype(numpy.float32)
    names = [name for name in LANDMARKS if name in description["anchors"]]
    anchors = numpy.array([description["anchors"][name] for name in names])
    pictures = [
        draw(art, fit(description.get("fit", "similarity"), anchors, face[[LANDMARKS.index(name) for name in names]]))
        for face in faces()]
    sheet = numpy.concatenate(pictures, 1)
    Image.fromarray(numpy.rint(sheet * 255).astype(numpy.uint8)).save(HERE / f"{path.stem}.png", optimize=True)
