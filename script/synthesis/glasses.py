"""Glasses: frames, and lenses that are clear or dark."""
from dataclasses import dataclass

import numpy as np

from . import shapes
from .cloth import draw_colour
from .head import EAR, NOSE_BRIDGE
from .raster import TWO_SIDED
from .scene import OBJECT

KINDS = ("none", "clear", "rimless", "sun")
SHARES = (0.78, 0.12, 0.02, 0.08)
RIM_POINTS = 26


@dataclass
class Lenses:
    """Drawn over the finished picture; `opacity` 0...1 of `colour`, beside what they reflect."""
    vertices: np.ndarray
    triangles: np.ndarray
    opacity: float
    colour: np.ndarray

    @property
    def hides(self):
        return self.opacity > 0.75


def add(rng, scene, head, wishes):
    kind = wishes.glasses or str(rng.choice(KINDS, p=SHARES))
    if kind == "none":
        return
    frame = _Frame(rng, head, kind)
    material = scene.material(None, frame.colour, float(rng.uniform(0.05, 0.6)), 30.0, flags=TWO_SIDED)

    def add_tube(path, radius, closed=False):
        scene.add(*shapes.tube(path, radius, 6, closed), material, OBJECT)

    bow, tilt = rng.uniform(0, 0.12), rng.uniform(-0.02, 0.15)
    vertices, triangles, count = [], [], 0
    for side in (1, -1):
        middle = side * (frame.eye_distance / 2 + rng.uniform(0, 0.01)) + (head.eye_centers["l"][0] + head.eye_centers["r"][0]) / 2
        rim = frame.rim(middle, side, bow, tilt)
        add_tube(rim, frame.thickness, True)
        lens, lens_triangles = _lens(rim)
        vertices.append(lens)
        triangles.append(lens_triangles + count)
        count += len(lens)
        add_tube(_temple(head, frame, middle, side, bow), max(frame.thickness * rng.uniform(0.6, 1.2), 0.01))
    add_tube(_bridge(head, frame), max(frame.thickness, 0.012))
    opacity = rng.uniform(0.8, 1.0) if kind == "sun" else rng.uniform(0, 0.12)
    colour = np.full(3, 0.012) * rng.uniform(0.3, 3, 3) if kind == "sun" else rng.uniform(0.1, 0.5, 3)
    scene.lenses = Lenses(np.concatenate(vertices).astype(np.float32), np.concatenate(triangles), float(opacity), colour)
    scene.objects.append(kind)


class _Frame:
    """Rims are superellipses: half axes `width` and `height`, `roundness` the exponent. All in dm."""

    def __init__(self, rng, head, kind):
        self.eye_distance = head.eye_distance
        self.width = self.eye_distance * rng.uniform(0.40, 0.49)
        self.height = self.width * rng.uniform(0.62, 0.98)
        self.roundness, self.slant = rng.uniform(1.8, 4.5), rng.uniform(-0.06, 0.08)
        if kind == "sun":
            self.height = self.width * rng.uniform(0.72, 0.98)
        eyes = max(head.eye_centers["l"][2], head.eye_centers["r"][2])
        self.depth = max(head.vertices[NOSE_BRIDGE][2], eyes + 0.18) + rng.uniform(0.04, 0.16)
        # Some wear them low on the nose.
        self.level = head.eye_height - rng.uniform(0, 0.1) - (rng.uniform(0.05, 0.3) if rng.random() < 0.1 else 0)
        self.thickness = rng.uniform(0.012, 0.045) if kind != "rimless" else 0.005
        self.colour = draw_colour(rng) if rng.random() < 0.5 else np.full(3, 0.012)

    def rim(self, middle, side, bow, tilt):
        angle = np.linspace(0, 2 * np.pi, RIM_POINTS, endpoint=False)
        cosine, sine = np.cos(angle), np.sin(angle)
        across = self.width * np.sign(cosine) * np.abs(cosine) ** (2 / self.roundness)
        upwards = self.height * np.sign(sine) * np.abs(sine) ** (2 / self.roundness)
        upwards = upwards + self.slant * across * side * 0.3
        x, y = middle + across, self.level + upwards
        z = self.depth - bow * (np.abs(x) / self.eye_distance) ** 2 - tilt * (self.level - y)
        return np.stack([x, y, z], axis=1)


def _lens(rim):
    """A lens that bulges within a rim."""
    center = rim.mean(axis=0)
    center[2] += 0.03
    inner = rim * 0.55 + center * 0.45
    inner[:, 2] += 0.012
    count, triangles = len(rim), []
    for here in range(count):
        there = (here + 1) % count
        triangles += [[here, there, count + there], [here, count + there, count + here], [count + here, count + there, 2 * count]]
    return np.concatenate([rim, inner, center[None]]), np.array(triangles, np.int32)


def _temple(head, frame, middle, side, bow):
    """The way from the hinge to behind the ear."""
    depth = frame.depth - bow * ((abs(middle) + frame.width) / frame.eye_distance) ** 2
    hinge = np.array([middle + side * frame.width, frame.level + frame.height * 0.35, depth], np.float32)
    ear = head.vertices[EAR]
    end = np.array([np.abs(ear[0]) * side + side * 0.04, ear[1] + 0.10, ear[2] - 0.1], np.float32)
    between = [hinge * (1 - share) + end * share + np.array([side * 0.05 * np.sin(np.pi * share), 0, 0])
               for share in (0.3, 0.5, 0.7, 0.9, 1.0)]
    return np.array([hinge, [hinge[0] + side * 0.04, hinge[1], hinge[2] - 0.08], *between, end + [0, -0.1, -0.12]], np.float32)


def _bridge(head, frame):
    middle = (head.eye_centers["l"][0] + head.eye_centers["r"][0]) / 2
    half = max(frame.eye_distance / 2 - frame.width, 0.02)
    low, high = frame.level + frame.height * 0.3, frame.level + frame.height * 0.42
    return np.array([[middle - half, low, frame.depth], [middle - half * 0.4, high, frame.depth + 0.03],
                     [middle + half * 0.4, high, frame.depth + 0.03], [middle + half, low, frame.depth]], np.float32)
