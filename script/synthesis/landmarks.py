"""The points of a head in three dimensions, their contour in the picture, and what hides them."""
from dataclasses import dataclass

import numpy as np

from .scene import HAIR, OBJECT

KAGGLE = (
    "left_eye_center right_eye_center left_eye_inner_corner left_eye_outer_corner right_eye_inner_corner right_eye_outer_corner "
    "left_eyebrow_inner_end left_eyebrow_outer_end right_eyebrow_inner_end right_eyebrow_outer_end nose_tip mouth_left_corner "
    "mouth_right_corner mouth_center_top_lip mouth_center_bottom_lip").split()
# landmarks.json's lists for these points.
ON_SKIN = {"right_eye_inner_corner": ("kaggle", "inner_r"), "right_eye_outer_corner": ("kaggle", "outer_r"),
           "left_eye_inner_corner": ("kaggle_l", "inner_l"), "left_eye_outer_corner": ("kaggle_l", "outer_l"),
           "nose_tip": ("kaggle", "nose"), "mouth_right_corner": ("kaggle", "corner_r"),
           "mouth_left_corner": ("kaggle_l", "corner_l"), "mouth_center_top_lip": ("kaggle", "top"),
           "mouth_center_bottom_lip": ("kaggle", "bottom")}
SIDES = (("l", "left"), ("r", "right"))
JAW = 17
VISIBLE, HIDDEN_BY_HEAD, HIDDEN_BY_OBJECT, OUTSIDE, HIDDEN_BY_HAIR = range(5)
# A point this much behind a surface is hidden, metres: by the head itself, whose points lie in hollows, and by other things.
BEHIND_HEAD, BEHIND_OTHERS = 0.006, 0.002


@dataclass
class Points:
    """In the head's coordinates, dm from the mesh's origin: ibug [68, 3], kaggle [15, 3], pupils [2, 3] (left, right), and for each
    point of the jaw the line over the cheek along which the visible outline is looked for."""
    ibug: np.ndarray
    kaggle: np.ndarray
    pupils: np.ndarray
    lines: list


def find(assets, head, bent, brow_name, brow_vertices):
    """bent: the head's vertices with the neck bent."""
    marks = assets.marks

    def mean(weights):
        return sum(bent[vertex] * weight for vertex, weight in weights)

    ibug = np.zeros((68, 3))
    for number, weights in marks["p68"].items():
        ibug[int(number)] = mean(weights)
    brows = {}
    for side in "lr":
        places = [(brow_vertices[triangle] * weights[:, None]).sum(axis=0) for triangle, weights in assets.brow_lines[brow_name][side]]
        brows[side] = np.array(places).reshape(-1, 2, 3)
    _put_brows(ibug, brows)
    kaggle = {name: mean(marks[key][list_name]) for name, (key, list_name) in ON_SKIN.items()}
    pupils = []
    for side, name in SIDES:
        corners = kaggle[f"{name}_eye_inner_corner"] - kaggle[f"{name}_eye_outer_corner"]
        kaggle[f"{name}_eye_center"], pupil = _eye(assets, head, side, np.linalg.norm(corners))
        pupils.append(pupil)
        kaggle[f"{name}_eyebrow_inner_end"] = brows[side][0, 0]
        # People mark the end of the fading tail.
        kaggle[f"{name}_eyebrow_outer_end"] = brows[side][4, 0] + 0.3 * (brows[side][4, 0] - brows[side][3, 0])
    return Points(ibug, np.array([kaggle[name] for name in KAGGLE]), np.array(pupils),
                  [bent[marks["lines"][str(number)]] for number in range(JAW)])


def _put_brows(ibug, brows):
    """Points 17 to 26 lie on the upper edge; the ends go a little further than the hair."""
    ibug[17:22], ibug[22:27] = brows["r"][::-1, 1], brows["l"][:, 1]
    for number, side in ((17, "r"), (26, "l")):
        ibug[number] += 0.2 * (brows[side][4, 0] - brows[side][3, 0])
    for number, side in ((21, "r"), (22, "l")):
        ibug[number] -= 0.1 * (brows[side][1, 0] - brows[side][0, 0]) * [1, 0, 0]


def _eye(assets, head, side, width):
    """The centre of the eye as people mark it, the pupil of an eye that looks straight ahead, which goes to the lids where the eye is
    shut; and the pupil where the eye looks."""
    vertices, center = head.vertices, head.eye_centers[side]
    radius = (vertices[assets.model.group(f"helper-{side}-eye")][:, 2] - center[2]).max()
    pairs = assets.marks[f"pairs_{side}"][2:5]
    lids = np.mean([vertices[vertex] for vertex in np.ravel(pairs)], axis=0)
    gap = max(vertices[upper][1] - vertices[lower][1] for upper, lower in pairs)
    share = float(np.clip(gap / width / 0.16, 0, 1))
    ahead = center + np.array([0, 0, radius])
    return ahead * share + lids * (1 - share), center + head.looks[side] * radius


def contour(points, camera):
    """Points 0 to 16 on the visible outline of the face: of each line that which is farthest out in the picture."""
    origin = camera.origin
    up = (camera.projected((origin + np.array([0, 0.3, 0]))[None]) - camera.projected(origin[None]))[0]
    up /= np.linalg.norm(up) + 1e-9
    right = np.array([-up[1], up[0]])
    result = []
    for point, line in zip(points.ibug[:JAW], points.lines):
        outward = np.array([point[0], point[1] - (origin[1] - 0.45)])
        outward /= np.linalg.norm(outward)
        projected = camera.projected(np.concatenate([point[None], line]))
        result.append(projected[np.argmax(projected @ (right * outward[0] + up * outward[1]))])
    return np.array(result)


def visibility(points, depths, view):
    """What hides each point. points [n, 2] in pixels, depths [n] in metres, view: a render.View."""
    return [_hidden_by(x, y, depth, view) for (x, y), depth in zip(points, depths)]


def _hidden_by(x, y, depth, view):
    if not (0 <= x <= view.side - 1 and 0 <= y <= view.side - 1):
        return OUTSIDE
    column, row = (int(round((value + 0.5) * view.oversampling - 0.5)) for value in (x, y))
    around = (slice(max(0, row - 2), row + 3), slice(max(0, column - 2), column + 3))
    # Inverse depths; 0 where there is nothing. The head hides only where all of the surroundings lie in front.
    own, all_of_it = view.head_depth[around], view.depth[around]
    if own.min() > 0 and depth - 1 / np.maximum(own.min(), 1e-6) > BEHIND_HEAD:
        return HIDDEN_BY_HEAD
    middle = np.sort(all_of_it, axis=None)[all_of_it.size // 2]
    if middle > 1e-6 and depth - 1 / middle > BEHIND_OTHERS:
        triangle = view.triangle[row, column]
        kind = view.kinds[triangle] if triangle >= 0 else None
        if kind == OBJECT:
            return HIDDEN_BY_OBJECT
        if kind == HAIR:
            return HIDDEN_BY_HAIR
    if view.dark_lens is not None and view.dark_lens[around].mean() > 0.5:
        return HIDDEN_BY_OBJECT
    return VISIBLE
