"""What a picture is made of: meshes with materials, gathered for the rasteriser."""
from dataclasses import dataclass

import numpy as np

from .raster import vertex_normals

# What a mesh is, which says what hides a point: the head itself, hair and beard, or an object.
HEAD, HAIR, OBJECT = 0, 1, 2
SKIN_WRAP = (0.32, 0.14, 0.08)


@dataclass
class Part:
    """A mesh. uv_triangles point into uv; ambient: how much of the surroundings' light reaches a vertex; colour multiplies the
    material's; head_weight: how far a vertex moves with the head where the neck bends."""
    vertices: np.ndarray
    triangles: np.ndarray
    materials: np.ndarray
    kind: int
    uv: np.ndarray
    uv_triangles: np.ndarray
    ambient: np.ndarray
    colour: np.ndarray
    head_weight: np.ndarray

    def keep(self, kept):
        """Leaves out triangles."""
        self.triangles, self.materials, self.uv_triangles = self.triangles[kept], self.materials[kept], self.uv_triangles[kept]


@dataclass
class Geometry:
    """All parts in one, in the camera's coordinates. Triangles from `first_cover` on are not the head's own."""
    vertices: np.ndarray
    normals: np.ndarray
    triangles: np.ndarray
    uv: np.ndarray
    uv_triangles: np.ndarray
    materials: np.ndarray
    ambient: np.ndarray
    colour: np.ndarray
    kinds: np.ndarray
    first_cover: int


class Scene:
    def __init__(self, atlas):
        self.parts, self.objects = [], []
        # Dark or clear glass in front of everything: glasses.Lenses.
        self.lenses = None
        self._places, self._materials, self._flags = atlas.places, [], []

    def material(self, texture=None, tint=(1, 1, 1), specular=0.0, gloss=20.0, wrap=(0, 0, 0), flags=0):
        """A material's number. wrap: how far light of each colour creeps around into the shadow, as it does in skin."""
        place = self._places[texture] if texture else (0, 0, 0, 0)
        self._materials.append((place, tuple(tint) + (specular, gloss) + tuple(wrap)))
        self._flags.append(flags)
        return len(self._materials) - 1

    def add(self, vertices, triangles, material, kind, uv=None, uv_triangles=None, ambient=None, colour=None, head_weight=None):
        count = len(vertices)
        part = Part(
            vertices, triangles, material if np.ndim(material) else np.full(len(triangles), material, np.int32), kind,
            uv if uv is not None else np.zeros((1, 2), np.float32),
            uv_triangles if uv_triangles is not None else np.zeros_like(triangles),
            ambient if ambient is not None else np.ones(count, np.float32),
            colour if colour is not None else np.ones((count, 3), np.float32),
            head_weight if head_weight is not None else np.ones(count, np.float32))
        self.parts.append(part)
        return part

    def add_proxy(self, proxy, vertices, material, kind, ambient=None, head_weight=None):
        return self.add(vertices, proxy.triangles, material, kind, proxy.uv, proxy.corners, ambient, None, head_weight)

    def materials(self):
        """Places of the textures, numbers and flags of the materials, as the rasteriser wants them."""
        return (np.array([place for place, _ in self._materials], np.int64),
                np.array([numbers for _, numbers in self._materials], np.float32), np.array(self._flags, np.int64))

    def geometry(self, placed):
        """placed(vertices, head_weight): the vertices in the camera's coordinates."""
        parts = [part for part in self.parts if len(part.triangles)]
        parts.sort(key=lambda part: part.kind != HEAD)
        vertices, normals, triangles, uv_triangles = [], [], [], []
        vertex_count = uv_count = 0
        for part in parts:
            moved = placed(part.vertices, part.head_weight).astype(np.float32)
            normal = np.zeros_like(moved)
            vertex_normals(moved, part.triangles, normal)
            vertices.append(moved)
            normals.append(normal)
            triangles.append(part.triangles + vertex_count)
            uv_triangles.append(part.uv_triangles + uv_count)
            vertex_count += len(moved)
            uv_count += len(part.uv)
        together = np.concatenate
        return Geometry(
            together(vertices), together(normals), together(triangles).astype(np.int32),
            together([part.uv for part in parts]).astype(np.float32), together(uv_triangles).astype(np.int32),
            together([part.materials for part in parts]).astype(np.int32),
            together([part.ambient for part in parts]).astype(np.float32),
            together([part.colour for part in parts]).astype(np.float32),
            together([np.full(len(part.triangles), part.kind, np.int8) for part in parts]),
            sum(len(part.triangles) for part in parts if part.kind == HEAD))
