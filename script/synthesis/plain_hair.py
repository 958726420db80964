"""Hair without MakeHuman's: layers of strands over the skull, and for long hair the base mesh's helper for hair."""
import numpy as np

from . import shapes
from .cloth import around_uv
from .head import EAR
from .raster import CUT_OUT, TWO_SIDED
from .scene import HAIR

# Length of the layers in dm, where a style has an outer shape of its own: how far below the eyes that ends, in heights of the skull.
LENGTHS = {"short01": 0.16, "short02": 0.10, "short03": 0.06, "short04": 0.12, "afro01": 0.32, "bob02": 0.14, "long01": 0.14,
           "braid01": 0.14, "ponytail01": 0.12}
ENDS = {"bob02": 0.75, "long01": 1.9, "braid01": 1.4}
LAYERS = 5
# The hairline: depth before the ear in dm, and the least height of hair above the eyes, in heights of the skull above them.
DEPTHS, HEIGHTS = (-0.15, 0.02, 0.10, 0.30, 0.62), (-0.62, -0.20, 0.10, 0.46, 0.60)


def add(rng, scene, assets, head, style, colour):
    """Gives the parts, so that hats can flatten them."""
    skull = _Skull(assets, head, rng.normal(0, 0.05))
    specular, gloss = float(rng.uniform(0, 0.10)), float(rng.uniform(8, 30))
    texture = "hair_afro01" if style == "afro01" else f"beard{rng.integers(0, 3)}"
    wrap = (0.25, 0.25, 0.25)
    base = scene.material("hair_strands", colour, specular, gloss, wrap, TWO_SIDED)
    strands = scene.material(texture, colour, specular, gloss, wrap, CUT_OUT | TWO_SIDED)
    length = LENGTHS[style] * rng.uniform(0.6, 1.3)
    parts = []
    for layer in range(LAYERS + 1):
        share = layer / LAYERS
        # Upper layers end further in, so that the edge gets thinner, as if combed.
        vertices, triangles, source = shapes.shell(
            assets.regions.outer_skin, head.vertices, head.normals,
            lambda points: skull.inside(points) - 0.02 - 0.05 * share, 0.012 + length * share * skull.fade)
        # The lowest layer is opaque.
        material = base if layer == 0 else strands
        parts.append(scene.add(vertices, triangles, material, HAIR, around_uv(vertices, 0.4, 1.3), triangles,
                               np.full(len(vertices), 0.5 + 0.5 * share, np.float32), None, assets.model.head_weight[source]))
    if style in ENDS:
        parts.append(_long(scene, assets, head, base, ENDS[style], rng.uniform(-0.05, 0.25)))
    return parts


class _Skull:
    def __init__(self, assets, head, rise):
        vertices = head.vertices
        top = vertices[assets.model.triangles("body")[0].ravel(), 1].max()
        self._up, self._eyes, self._ear = top - head.eye_height, head.eye_height, vertices[EAR][2]
        self._rise, self._ears = rise, assets.regions.ears
        self.fade = np.clip(self.inside(vertices) / 0.25, 0.25, 1).astype(np.float32)

    def inside(self, points):
        """Above the hairline, and not on the ears; dm."""
        line = np.interp(points[:, 2] - self._ear, DEPTHS, HEIGHTS)
        return np.minimum(points[:, 1] - self._eyes - (line + self._rise) * self._up, 0.4 - self._ears)


def _long(scene, assets, head, material, end, opening):
    """Hair that falls behind the face: `opening` dm before the ear at most."""
    triangles, _ = assets.model.triangles("helper-hair")
    lowest = head.eye_height - end
    corners = head.vertices[triangles]
    # Beside the neck it stays behind the ears.
    limit = head.vertices[EAR][2] + np.where(np.abs(corners[..., 0]).min(axis=1) > 0.6, opening + 0.1, -0.1)
    is_behind = corners[..., 2].max(axis=1) < limit
    triangles = triangles[(corners[..., 1].max(axis=1) > lowest) & is_behind]
    source, inverse = np.unique(triangles, return_inverse=True)
    vertices = head.vertices[source].copy()
    vertices[:, 1] = np.maximum(vertices[:, 1], lowest)
    triangles = inverse.reshape(-1, 3).astype(np.int32)
    return scene.add(vertices, triangles, material, HAIR, around_uv(vertices, 0.4, 0.6), triangles, None, None,
                     assets.model.head_weight[source])
