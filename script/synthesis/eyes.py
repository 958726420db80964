"""Eyeballs that look somewhere, and what shows in an open mouth."""
import numpy as np

from .raster import CUT_OUT
from .scene import HEAD, SKIN_WRAP

# Between the lips: the vertices in the middle; the corners of the mouth.
UPPER_LIP, LOWER_LIP, RIGHT_CORNER, LEFT_CORNER = 523, 493, 422, 7182


def add_eyes(rng, scene, assets, head):
    """Turns both eyeballs to the gaze and notes their centres in the head."""
    proxy = assets.eyes
    balls = proxy.fitted(head.vertices)
    is_left = balls[:, 0] > 0
    sides = (("l", is_left), ("r", ~is_left))
    for side, own in sides:
        center = head.vertices[assets.model.group(f"helper-{side}-eye")].mean(axis=0)
        turn = _turn(*np.radians(head.expression.gaze[side]))
        balls[own] = (balls[own] - center) @ turn.T.astype(np.float32) + center
        head.eye_centers[side], head.looks[side] = center, turn @ np.array([0, 0, 1.0])
    if head.complexion.is_dark or head.person.asian > 0.5:
        iris = str(rng.choice(["brown_eye", "brownlight_eye", "brown_eye"]))
    else:
        iris = str(rng.choice(assets.irises))
    tint = np.full(3, rng.uniform(0.6, 0.95)) * (rng.uniform(0.85, 1), rng.uniform(0.88, 1), rng.uniform(0.85, 1))
    ambient = np.ones(len(balls), np.float32)
    for side, own in sides:
        # The lids' shadow.
        offset = balls[own] - head.eye_centers[side]
        radius = np.linalg.norm(offset, axis=1).max()
        above, beside = np.clip(offset[:, 1] / radius, -0.2, 1), np.abs(offset[:, 0] / radius)
        ambient[own] = np.clip(0.85 - 0.55 * above - 0.35 * beside**2, 0.15, 1)
    material = scene.material(iris, tint, float(rng.uniform(0.1, 0.5)), 120.0, (0.1, 0.1, 0.1), CUT_OUT)
    scene.add_proxy(proxy, balls, material, HEAD, ambient)


def _turn(yaw, pitch):
    """The rotation of an eyeball: yaw to the subject's left, pitch upwards, in radians."""
    sideways = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    upwards = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    return sideways @ upwards


def add_mouth(rng, scene, assets, head):
    """Teeth and tongue, where the lips are apart."""
    vertices, units = head.vertices, head.expression.units
    gap = np.linalg.norm(vertices[UPPER_LIP] - vertices[LOWER_LIP])
    if gap / np.linalg.norm(vertices[RIGHT_CORNER] - vertices[LEFT_CORNER]) <= 0.03 and units.get("mouthUpperUpLeft", 0) <= 0.1:
        return
    proxy = assets.proxies[str(rng.choice(assets.teeth))]
    teeth = proxy.fitted(vertices)
    white = rng.uniform(0.45, 1.0)
    tint = (white, white * 0.97, white * rng.uniform(0.75, 0.95))
    depth = np.clip((teeth[:, 2] - teeth[:, 2].min()) / (np.ptp(teeth[:, 2]) + 1e-6), 0, 1)
    material = scene.material("teeth", tint, 0.25, 40.0, (0.2, 0.1, 0.1), CUT_OUT)
    scene.add_proxy(proxy, teeth, material, HEAD, (0.12 + 0.6 * depth).astype(np.float32))
    proxy = assets.proxies["tongue01"]
    tongue = proxy.fitted(vertices)
    material = scene.material("tongue", (0.75, 0.6, 0.6), 0.3, 20.0, SKIN_WRAP)
    scene.add_proxy(proxy, tongue, material, HEAD, np.full(len(tongue), 0.55 if units.get("tongueOut") else 0.35, np.float32))
