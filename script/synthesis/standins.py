"""Meshes for use without MakeHuman's proxies, made of the base mesh and its helpers: brows, eyeballs, teeth, tongue."""
import numpy as np

from . import painted
from .proxies import Proxy
from .raster import vertex_normals

# The brows' mesh floats this far above the skin; dm.
BROW_LIFT = 0.008
NO_SCALES = np.zeros((3, 3), np.float32)


def proxies(model, adult):
    """By the names of MakeHuman's. adult: the vertices of the average adult, for which the brows' texture is painted."""
    result = {f"eyebrow{number:03d}": _brows(model, adult) for number in range(1, painted.BROWS + 1)}
    result["teeth_base"] = _helper(model, "helper-upper-teeth", "helper-lower-teeth")
    result["tongue01"] = _helper(model, "helper-tongue")
    return result


def _of_vertices(triangles, offset, uv):
    """A proxy whose vertices are some of the head's own, moved."""
    used, inverse = np.unique(triangles, return_inverse=True)
    corners = inverse.reshape(-1, 3).astype(np.int32)
    weights = np.tile(np.array([1, 0, 0], np.float32), (len(used), 1))
    return Proxy(np.stack([used] * 3, axis=1), weights, offset[used], NO_SCALES, corners, corners, uv[used])


def _helper(model, *names):
    triangles = np.concatenate([model.triangles(name)[0] for name in names])
    count = len(model.vertices)
    return _of_vertices(triangles, np.zeros((count, 3), np.float32), np.zeros((count, 2), np.float32))


def _brows(model, adult):
    triangles = model.triangles("body")[0]
    normals = np.zeros_like(adult)
    vertex_normals(adult, triangles, normals)
    uv = np.stack([(adult[:, 0] - painted.BROW_LEFT) / painted.BROW_WIDTH, (adult[:, 1] - painted.BROW_BOTTOM) / painted.BROW_HEIGHT],
                  axis=1).astype(np.float32)
    x, y, z = np.abs(adult[:, 0]), adult[:, 1], adult[:, 2]
    # Above the lids, whose folds turn away from the front.
    inside = (x > 0.03) & (x < 0.63) & (y > 7.40) & (y < 7.62) & (z > 0.9) & (normals[:, 2] > 0.15)
    return _of_vertices(triangles[inside[triangles].all(axis=1)], normals * np.float32(BROW_LIFT), uv)


class Eyeballs:
    """Two balls in the place of the base mesh's, with the corneas' bulge; as a `Proxy`."""

    def __init__(self, model, rings=22, spokes=40):
        self._groups = [model.group(f"helper-{side}-eye") for side in "lr"]
        polar = np.linspace(0, painted.EYE_REACH, rings)[:, None]
        turn = np.linspace(0, 2 * np.pi, spokes, endpoint=False)[None]
        x, y, z = np.broadcast_arrays(np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), np.cos(polar))
        self._unit = np.stack([x, y, z], axis=-1).reshape(-1, 3).astype(np.float32)
        reach = polar / painted.EYE_REACH / 2
        half = np.stack([0.5 + reach * np.cos(turn), 0.5 + reach * np.sin(turn)], axis=-1).reshape(-1, 2).astype(np.float32)
        # No texel of the texture's edge repeats on the other side.
        self.uv = np.tile(np.clip(half, 0.002, 0.998), (2, 1))
        triangles = []
        for ring in range(rings - 1):
            for spoke in range(spokes):
                here, there = ring * spokes, (ring + 1) * spokes
                following = (spoke + 1) % spokes
                triangles += [[here + spoke, there + spoke, there + following], [here + spoke, there + following, here + following]]
        single = np.array(triangles, np.int32)
        self.triangles = self.corners = np.concatenate([single, single + len(self._unit)])

    def fitted(self, vertices):
        balls = []
        for group in self._groups:
            ball = vertices[group]
            center = ball.mean(axis=0)
            half = (ball.max(axis=0) - ball.min(axis=0)) / 2
            front = ball[:, 2].max() - center[2]
            balls.append(center + self._unit * np.array([half[0], half[1], front], np.float32))
        return np.concatenate(balls).astype(np.float32)
