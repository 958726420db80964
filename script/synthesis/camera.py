"""How the head is turned, where the camera stands, and how the neck bends."""
from dataclasses import dataclass

import cv2
import numpy as np

# From axes with y up and z towards the camera to those of the camera.
FLIP = np.diag([1.0, -1.0, -1.0])


def rotation(yaw, pitch, roll):
    """Of the head, in axes x to the picture's right, y up, z towards the camera; degrees.

    yaw > 0: the nose towards the picture's right (the subject's left), pitch > 0: the nose up, roll > 0: clockwise in the picture.
    """
    yaw, pitch, roll = np.radians([yaw, -pitch, -roll])
    around_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    around_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    around_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return around_z @ around_y @ around_x


def draw_pose(rng, wishes):
    """Yaw, pitch and roll in degrees."""
    if wishes.pose is not None:
        yaw, pitch, roll = (float(rng.uniform(*limits)) if isinstance(limits, tuple) else float(limits) for limits in wishes.pose)
        if wishes.both_sides and rng.random() < 0.5:
            yaw = -yaw
        return yaw, pitch, roll
    kind = rng.random()
    if kind < 0.42:
        yaw = rng.normal(0, 12)
    elif kind < 0.72:
        yaw = rng.normal(0, 35)
    else:
        yaw = rng.uniform(-100, 100)
    pitch = rng.normal(0, 10) if rng.random() < 0.7 else rng.uniform(-45, 45)
    roll = rng.normal(0, 8) if rng.random() < 0.75 else rng.uniform(-60, 60)
    return float(np.clip(yaw, -100, 100)), float(np.clip(pitch, -45, 45)), float(np.clip(roll, -60, 60))


class Neck:
    """The head is turned against the torso by a part of its pose; what lies between is bent."""

    def __init__(self, rng, model, vertices, yaw, pitch, roll):
        share = rng.uniform(0.1, 0.75)
        yaw = np.clip(yaw * share + rng.normal(0, 8), -55, 55)
        pitch = np.clip(pitch * rng.uniform(0.2, 0.9) + rng.normal(0, 4), -28, 28)
        roll = np.clip(roll * rng.uniform(0, 0.8) + rng.normal(0, 3), -22, 22)
        vector = cv2.Rodrigues(rotation(yaw, pitch, roll).T)[0][:, 0]
        self.pivot = vertices[model.group("joint-neck")].mean(axis=0) + np.array([0, 0.25, 0.1], np.float32)
        self.angle = float(np.linalg.norm(vector))
        self.axis = vector / max(self.angle, 1e-9)

    def bent(self, vertices, head_weight):
        """The head stays where it is, the torso turns away from it."""
        moves = head_weight < 0.9995
        if not moves.any() or self.angle < 1e-4:
            return vertices
        result = vertices.copy()
        offset = vertices[moves] - self.pivot
        angle = (1 - head_weight[moves]) * self.angle
        cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
        across = np.cross(np.broadcast_to(self.axis, offset.shape), offset)
        along = self.axis * (offset @ self.axis)[:, None]
        result[moves] = (offset * cosine + across * sine + along * (1 - cosine) + self.pivot).astype(np.float32)
        return result


@dataclass
class Camera:
    """x_camera = rotation @ x_head + translation, in metres; u = focal x / z + cx, v = focal y / z + cy, in pixels of the picture."""
    origin: np.ndarray
    rotation: np.ndarray
    translation: np.ndarray
    focal: float = 0.0
    cx: float = 0.0
    cy: float = 0.0

    def seen(self, points):
        """Points of the head (dm, from the mesh's origin) in the camera's coordinates."""
        return ((points - self.origin) * 0.1) @ self.rotation.T + self.translation

    def projected(self, points):
        seen = self.seen(points)
        return np.stack([self.focal * seen[:, 0] / seen[:, 2] + self.cx, self.focal * seen[:, 1] / seen[:, 2] + self.cy], axis=1)

    def aim(self, rng, points, side):
        """Chooses focal length and middle so that the first 68 points fill a part of a picture of `side` pixels."""
        seen = self.seen(points)
        plane = (seen[:, :2] / seen[:, 2:])[:68]
        extent = max(np.ptp(plane[:, 0]), np.ptp(plane[:, 1]))
        self.focal = rng.uniform(0.36, 0.66) * side / extent
        middle = side * (0.5 + np.clip(rng.normal(0, 0.05, 2), -0.12, 0.12)) - 0.5
        self.cx, self.cy = middle - self.focal * ((plane.max(axis=0) + plane.min(axis=0)) / 2)


def place(rng, head, pose, wishes):
    """A camera before the head, 0.28 to 3 m away; its focal length is not known yet."""
    if wishes.distance is None:
        distance = float(np.exp(rng.uniform(np.log(0.28), np.log(3.0))))
    else:
        distance = wishes.distance
    if head.person.age < 12:
        distance *= 0.9
    across, upwards = np.radians(np.clip(rng.normal(0, 6, 2), -16, 16))
    translation = np.array([distance * np.tan(across), distance * np.tan(upwards), distance])
    return Camera(head.origin, FLIP @ rotation(*pose), translation)
