"""Makes heads.json for HeadFilterTests with NumPy alone: for a made camera and heads at several yaws, where corners of filters'
pictures are, and which of them the nose and the head hide, by rays from the camera.

python3 Tests/FacemarksTests/Filters/Fixtures/heads.py, with numpy from PyPI."""
import json
import pathlib

import numpy

HERE = pathlib.Path(__file__).resolve().parent
FOCAL, CENTER = 1600.0, numpy.array([319.5, 239.5])
TRANSLATION = numpy.array([10.0, -20.0, 700.0])
# In head coordinates, millimetres: the two ellipsoids and the nose of HeadOccluder, as its comments say.
ELLIPSOIDS = [((0, 25, -75), (72, 88, 92)), ((0, -55, -37), (60, 72, 60))]
NOSE = [
    (27, 39, 28), (28, 39, 31), (28, 31, 29), (29, 31, 30), (30, 31, 33),
    (27, 42, 28), (28, 42, 35), (28, 35, 29), (29, 35, 30), (30, 35, 33)]

# The points of iBUG whose mean is a landmark.
LANDMARKS = {
    "left_eye_center": range(42, 48), "right_eye_center": range(36, 42), "left_eye_inner_corner": [42],
    "left_eye_outer_corner": [45], "right_eye_inner_corner": [39], "right_eye_outer_corner": [36],
    "left_eyebrow_inner_end": [22], "left_eyebrow_outer_end": [26], "right_eyebrow_inner_end": [21],
    "right_eyebrow_outer_end": [17], "nose_tip": [30], "mouth_left_corner": [54], "mouth_right_corner": [48],
    "mouth_center_top_lip": [51], "mouth_center_bottom_lip": [57]}


def mean_head():
    """The points 7 to 9 and 17 to 67 of models/head.safetensors: a header of JSON behind its length, then float32."""
    data = (HERE.parents[3] / "models" / "head.safetensors").read_bytes()
    size = int.from_bytes(data[:8], "little")
    first, last = json.loads(data[8:8 + size])["mean"]["data_offsets"]
    return numpy.frombuffer(data[8 + size + first:8 + size + last], "<f4").reshape(-1, 3).astype(float)


HEAD = mean_head()


def rotation(yaw):
    """Head x left, y up, z out of the face to camera x right, y down, z away; a yaw above 0 turns the nose to the right."""
    angle = numpy.radians(yaw)
    turn = numpy.array([
        [numpy.cos(angle), 0, numpy.sin(angle)], [0, 1, 0], [-numpy.sin(angle), 0, numpy.cos(angle)]])
    return numpy.diag([1, -1, -1]) @ turn


def project(places, yaw):
    seen = places @ rotation(yaw).T + TRANSLATION
    return CENTER + FOCAL * seen[..., :2] / seen[..., 2:]


def cylinder(center, bend, x, y):
    """Places of a picture, by millimetres from its middle, bent to a cylinder's front."""
    return numpy.stack([center[0] + x, center[1] + y, center[2] - bend + numpy.sqrt(bend ** 2 - x ** 2)], -1)


def is_hidden(place, yaw):
    """Whether the ray from the camera meets the head before the place."""
    camera = -rotation(yaw).T @ TRANSLATION
    ray = place - camera
    for center, radii in ELLIPSOIDS:
        o, d = (camera - center) / radii, ray / radii
        a, b, c = d @ d, o @ d, o @ o - 1
        root = b * b - a * c
        if root > 0 and 0 < (-b - root ** 0.5) / a < 1:
            return True
    for triangle in NOSE:
        p, q, r = [HEAD[number - 14] - (0, 0, 3) for number in triangle]
        try:
            t, u, v = numpy.linalg.solve(numpy.stack([-ray, q - p, r - p], 1), camera - p)
        except numpy.linalg.LinAlgError:
            continue
        if 0 < t < 1 and u >= 0 and v >= 0 and u + v <= 1:
            return True
    return False


cases = []
for yaw, depth in [(0, 24), (30, 24), (60, 24), (-60, 24), (60, -60)]:
    # A picture of 160x120 pixels, one millimetre each, around the nose: so near that the nose pierces it, or through the ears.
    x, y = [axis.ravel() for axis in numpy.meshgrid(numpy.arange(-70, 71, 10), numpy.arange(-50, 51, 10))]
    places = cylinder((0, -25, depth), 200, x.astype(float), y.astype(float))
    hidden = [is_hidden(place, yaw) for place in places]
    # Those at the edge of what hides are left out: the program's head is made of triangles.
    clear = [all(is_hidden(place + step, yaw) == state for step in 4 * numpy.vstack([numpy.eye(3), -numpy.eye(3)]))
             for place, state in zip(places, hidden)]
    cases.append({
        "yaw": yaw, "depth": depth, "rotation": numpy.round(rotation(yaw).ravel(), 12).tolist(),
        "landmarks": {name: numpy.round(project(HEAD[numpy.array(points) - 14].mean(0), yaw), 4).tolist()
                      for name, points in LANDMARKS.items()},
        "spots": [
            {"x": int(a), "y": int(b), "seen": numpy.round(at, 4).tolist(), "hidden": bool(state)}
            for a, b, at, state, use in zip(x, y, project(places, yaw), hidden, clear) if use]})
result = {"focal": FOCAL, "center": CENTER.tolist(), "translation": TRANSLATION.tolist(), "cases": cases}
(HERE / "heads.json").write_text(json.dumps(result) + "\n")
