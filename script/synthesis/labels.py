"""The label of a picture: one object of JSON."""
import numpy as np

from . import eyelids, landmarks


def make(assets, head, points, camera, pose, view):
    """What the picture shows and where; what is left out here (file, how it was made) the generator adds."""
    ibug, kaggle, pupils = (camera.projected(found) for found in (points.ibug, points.kaggle, points.pupils))
    outline = landmarks.contour(points, camera)
    visible = {name: landmarks.visibility(projected, camera.seen(found)[:, 2], view)
               for name, projected, found in (("ibug", ibug, points.ibug), ("kaggle", kaggle, points.kaggle))}
    openness = {side: round(eyelids.openness(assets.marks, head.vertices, side), 4) for side in "lr"}
    mouth = np.linalg.norm(points.ibug[62] - points.ibug[66]) / np.linalg.norm(points.ibug[48] - points.ibug[54])
    return {
        "side": view.side,
        "kaggle15": dict(zip(landmarks.KAGGLE, _rounded(kaggle))),
        "kaggle15_vis": dict(zip(landmarks.KAGGLE, visible["kaggle"])),
        "ibug68": _rounded(ibug),
        "ibug68_vis": visible["ibug"],
        "contour2d": _rounded(outline),
        "left_pupil": _rounded(pupils[0]),
        "right_pupil": _rounded(pupils[1]),
        "left_eye_openness": openness["l"],
        "right_eye_openness": openness["r"],
        "mouth_openness": round(float(mouth), 4),
        "gaze_head": {name: _rounded(head.expression.gaze[side]) for side, name in landmarks.SIDES},
        "gaze_camera": {name: _rounded(_gaze(camera, head.looks[side])) for side, name in landmarks.SIDES},
        "pose": {**{name: round(angle, 3) for name, angle in zip(("yaw", "pitch", "roll"), pose)},
                 "R": _rounded(camera.rotation, 7), "t": _rounded(camera.translation, 7),
                 **{name: round(float(value), 4) for name, value in (("f", camera.focal), ("cx", camera.cx), ("cy", camera.cy))}},
        "haar_box": _rounded(_haar_box(dict(zip(landmarks.KAGGLE, kaggle)))),
        "tight_box": _rounded(_tight_box(ibug, outline)),
        "p68h": _rounded((points.ibug - camera.origin) * 0.1, 6),
        "k15h": _rounded((points.kaggle - camera.origin) * 0.1, 6),
        "puph": _rounded((points.pupils - camera.origin) * 0.1, 6),
        "ipd_m": round(float(head.eye_distance * 0.1), 4),
    }


def _rounded(values, digits=3):
    return np.round(np.asarray(values, float), digits).tolist()


def _gaze(camera, look):
    """Yaw and pitch in degrees relative to the camera's axes: positive to the picture's right and up."""
    x, y, z = camera.rotation @ look
    return [float(np.degrees(np.arctan2(x, -z))), float(np.degrees(np.arcsin(np.clip(-y, -1, 1))))]


def _haar_box(points):
    """The box that OpenCV's frontal cascade would give, from a fit to its boxes of labelled faces: x, y, width, height."""
    left, right, nose = points["left_eye_center"], points["right_eye_center"], points["nose_tip"]
    eyes, mouth = (left + right) / 2, (points["mouth_left_corner"] + points["mouth_right_corner"]) / 2
    side = 1.314 * np.linalg.norm(left - right) + 1.339 * np.linalg.norm(mouth - eyes)
    x = eyes[0] + 0.305 * (mouth[0] - eyes[0]) - 0.011 * (nose[0] - eyes[0])
    y = eyes[1] + 0.161 * (mouth[1] - eyes[1]) + 0.225 * (nose[1] - eyes[1])
    return [x - side / 2, y - side / 2, side, side]


def _tight_box(ibug, outline):
    """Around the 68 points and the outline: left, top, right, bottom."""
    return [float(min(outline[:, 0].min(), ibug[:, 0].min())), float(ibug[:, 1].min()),
            float(max(outline[:, 0].max(), ibug[:, 0].max())), float(max(outline[:, 1].max(), ibug[:, 1].max()))]
