"""Masks and scarves over mouth and nose, and shirts."""
import numpy as np

from . import shapes
from .cloth import around_uv, draw_cloth, draw_colour, flat_uv
from .head import CHIN, EAR, NOSE_MIDDLE, NOSE_TIP, NOSE_WING
from .raster import TWO_SIDED
from .scene import OBJECT

COVERS = ("none", "mask", "mask_low", "scarf", "gaiter")
SHARES = (0.885, 0.055, 0.015, 0.025, 0.02)
# Those that no beard shows under.
OVER_BEARDS = ("mask", "mask_low", "gaiter")
SURGICAL = ((0.55, 0.75, 0.85), (0.85, 0.85, 0.85), (0.02, 0.02, 0.02), (0.35, 0.6, 0.75), (0.75, 0.55, 0.6))
MASK_WRAP, CLOTH_WRAP = (0.2, 0.2, 0.2), (0.1, 0.1, 0.1)


def draw(rng, wishes):
    return wishes.cover or str(rng.choice(COVERS, p=SHARES))


def add(rng, scene, assets, head, cover):
    if cover.startswith("mask"):
        _add_mask(rng, scene, assets, head, cover)
    elif cover in ("scarf", "gaiter"):
        _add_scarf(rng, scene, assets, head, cover)


def _add_mask(rng, scene, assets, head, cover):
    """mask: over the nose; mask_low: below it."""
    vertices = head.vertices
    if cover == "mask":
        top = vertices[NOSE_MIDDLE][1] + rng.uniform(-0.1, 0.14)
    else:
        top = vertices[NOSE_WING][1] + rng.uniform(-0.02, 0.05)
    bottom, depth = vertices[CHIN][1] - 0.06, rng.uniform(0.62, 0.95)

    def inside(points):
        sideways = np.clip(np.abs(points[:, 0]) / 0.5, 0, 1.4) ** 2
        below, above = top - 0.18 * sideways - points[:, 1], points[:, 1] - (bottom + 0.30 * sideways)
        return np.minimum(np.minimum(below, above), points[:, 2] - depth)

    mask, triangles, _ = shapes.shell(
        assets.regions.outer_skin, vertices, head.normals, inside, rng.uniform(0.04, 0.07), int(rng.integers(5, 14)),
        is_taut=True)
    colour = draw_colour(rng) if rng.random() < 0.4 else np.array(SURGICAL[rng.integers(len(SURGICAL))])
    cloth = str(rng.choice(["cloth6", "cloth9", draw_cloth(rng)]))
    material = scene.material(cloth, colour, 0.01, 8.0, MASK_WRAP, TWO_SIDED)
    scene.add(mask, triangles, material, OBJECT, flat_uv(mask, 0.8, 1.5), triangles)
    scene.objects.append(cover)
    if len(mask):
        _add_loops(scene, vertices, mask)


def _add_loops(scene, vertices, mask):
    """The elastic bands around the ears."""
    for side in (1, -1):
        ear = vertices[EAR] * [side, 1, 1] + [side * 0.05, -0.05, -0.12]
        edge = mask[np.argmax(mask[:, 0] * side - 0.2 * mask[:, 2])]
        bow = np.array([side * 0.05, 0, 0]) * np.sin(np.linspace(0, np.pi, 6))[:, None]
        for rise in (0.12, -0.18):
            path = np.linspace(edge + [0, rise, 0], ear + [0, rise * 0.3, 0], 6) + bow
            band, triangles = shapes.tube(path, 0.008, 5)
            scene.add(band, triangles, scene.material(None, (0.7, 0.7, 0.7), 0, 8.0, flags=TWO_SIDED), OBJECT)


def _add_scarf(rng, scene, assets, head, cover):
    """gaiter: up to the nose; scarf: around neck and chin."""
    vertices = head.vertices
    if cover == "gaiter":
        top = vertices[NOSE_TIP][1] + rng.uniform(-0.1, 0.1)
    else:
        top = vertices[CHIN][1] + rng.uniform(-0.35, 0.12)

    def inside(points):
        y, z = points[:, 1], points[:, 2]
        y_adult = y - head.rise
        return np.where(y_adult > 5.2, np.minimum(top - y - 0.25 * np.clip(0.9 - z, 0, 1.2), y_adult - 5.25), -1)

    offset = rng.uniform(0.05, 0.08) if cover == "gaiter" else rng.uniform(0.12, 0.3)
    scarf, triangles, source = shapes.shell(assets.regions.outer_skin, vertices, head.normals, inside, offset, 6,
                                              is_taut=True)
    material = scene.material(draw_cloth(rng), draw_colour(rng), 0.0, 8.0, CLOTH_WRAP, TWO_SIDED)
    scene.add(scarf, triangles, material, OBJECT, around_uv(scarf, 0.3, 2.0), triangles, None, None,
              assets.model.head_weight[source])
    scene.objects.append(cover)


def add_shirt(rng, scene, assets, head):
    """A shirt with a round or pointed neck, cut from the base mesh's helper for clothes; most wear one."""
    if rng.random() >= 0.93:
        return
    vertices = head.vertices
    collar, point = 5.55 + rng.uniform(-0.35, 0.25), rng.uniform(0, 0.5)
    height = collar + head.rise

    def below(points):
        return height + np.abs(points[:, 0]) * point - 0.1 - points[:, 1]

    triangles = assets.model.triangles("shirt")[0]
    triangles = triangles[(below(vertices)[triangles] > 0).any(axis=1)]
    source, inverse = np.unique(triangles, return_inverse=True)
    shirt = vertices[source].copy()
    shirt[:, 1] += np.minimum(below(shirt), 0)
    triangles = inverse.reshape(-1, 3).astype(np.int32)
    material = scene.material(draw_cloth(rng), draw_colour(rng), 0.0, 8.0, CLOTH_WRAP, TWO_SIDED)
    scene.add(shirt, triangles, material, OBJECT, flat_uv(shirt, 0.5, 0.5), triangles, None, None, assets.model.head_weight[source])
