"""Meshes that follow the head's surface, as MakeHuman's eyebrows, hair, teeth and hats do ("proxies")."""
from dataclasses import dataclass

import numpy as np


@dataclass
class Proxy:
    """Each vertex is the weighted mean of three vertices of the head and an offset, which is scaled with the head.

    anchors [n, 3], weights [n, 3], offsets [n, 3]; scales [3, 3]: for each axis two vertices of the head and their distance along it
    on the head for which the offsets are, 0 where they are not scaled; triangles [m, 3], corners [m, 3] (into uv), uv [k, 2].
    """
    anchors: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray
    scales: np.ndarray
    triangles: np.ndarray
    corners: np.ndarray
    uv: np.ndarray

    def fitted(self, vertices):
        """The proxy's vertices on a head."""
        scale = np.ones(3, np.float32)
        for axis, (first, second, distance) in enumerate(self.scales):
            if distance > 0:
                scale[axis] = abs(vertices[int(first), axis] - vertices[int(second), axis]) / distance
        anchors, weights = self.anchors, self.weights
        return (vertices[anchors[:, 0]] * weights[:, :1] + vertices[anchors[:, 1]] * weights[:, 1:2]
                + vertices[anchors[:, 2]] * weights[:, 2:3] + self.offsets * scale).astype(np.float32)

    def head_weight(self, model):
        return (model.head_weight[self.anchors] * self.weights).sum(axis=1).astype(np.float32)


KEYS = {"anchors": "idx", "weights": "w", "offsets": "off", "scales": "s", "triangles": "tv", "corners": "tt", "uv": "vt"}


def read_packed(path):
    """The proxies of a packed folder: px/NAME/KEY of an npz file, the names under `proxies`."""
    with np.load(path) as file:
        return {name: Proxy(**{field: file[f"px/{name}/{key}"] for field, key in KEYS.items()})
                for name in file["proxies"].tolist()}
