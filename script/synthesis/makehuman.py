"""MakeHuman's assets in their own layout: the folder `base` of makehuman-assets, or `data` of an installed MakeHuman.

A .mhclo file says for each vertex of a mesh either one vertex of the head, or three with their weights and an offset; its faces and
texture corners stand in a Wavefront .obj file.
"""
import pathlib

import cv2
import numpy as np

from . import package
from .proxies import Proxy

HAIR = ("short01", "short02", "short03", "short04", "bob02", "long01", "braid01", "ponytail01", "afro01")
# Names of meshes, and whether pictures cannot be made without any of the kind.
MESHES = {"eyebrows": ("eyebrow*", True), "eyelashes": ("eyelashes*", False), "eyes": ("high-poly", True), "teeth": ("teeth_*", True),
          "tongue": ("tongue01", True), "clothes": ("fedora*", False), "hair": ("*", False)}
SCALES = ("x_scale", "y_scale", "z_scale")
SKIN_SIDE, BODY_SIDE, HAIR_SIDE, TEETH_SIDE, SMALL_SIDE = 2048, 512, 1024, 512, 256


def read(folder):
    """Proxies and pictures (as OpenCV reads them) by name."""
    folder = pathlib.Path(folder)
    proxies = {}
    for kind, (pattern, is_needed) in MESHES.items():
        found = {path.stem: path for path in sorted((folder / kind).glob(f"**/{pattern}.mhclo"))}
        if kind == "hair":
            found = {name: found[name] for name in HAIR if name in found}
        if is_needed and not found:
            raise _missing(folder, f"{kind}/**/{pattern}.mhclo")
        proxies.update({name: read_proxy(path) for name, path in found.items()})
    return proxies, _textures(folder, proxies)


def read_proxy(path):
    """A .mhclo file with its .obj file."""
    anchors, weights, offsets, scales, mesh, in_vertices = [], [], [], np.zeros((3, 3), np.float32), None, False
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] in SCALES:
                scales[SCALES.index(words[0])] = [float(word) for word in words[1:4]]
            elif words[0] == "obj_file":
                mesh = path.with_name(words[1])
            elif words[0] == "verts":
                in_vertices = True
            elif in_vertices and words[0].isdigit():
                is_exact = len(words) == 1
                anchors.append([int(words[0])] * 3 if is_exact else [int(word) for word in words[:3]])
                weights.append([1, 0, 0] if is_exact else [float(word) for word in words[3:6]])
                offsets.append([0, 0, 0] if is_exact else [float(word) for word in words[6:9]])
            else:
                in_vertices = False
    if mesh is None:
        raise OSError(f"{path}: names no obj_file")
    vertices, uv, groups = package.read_obj(mesh)
    if len(vertices) != len(anchors):
        raise OSError(f"{path}: {len(anchors)} vertices, but {len(vertices)} in {mesh.name}")
    triangles, corners = np.concatenate(list(groups.values()), axis=1)
    return Proxy(np.array(anchors), np.array(weights, np.float32), np.array(offsets, np.float32), scales, triangles, corners, uv)


def _textures(folder, proxies):
    result = {}
    for path in sorted((folder / "skins").glob("**/*skinned_*_diffuse*.png")):
        name = path.stem.replace("_diffuse", "")
        picture = _picture(path, SKIN_SIDE)[..., :3]
        result[f"head_{name}"] = picture[slice(*package.HEAD_ROWS), slice(*package.HEAD_COLUMNS)]
        result[f"body_{name}"] = cv2.resize(picture, (BODY_SIDE, BODY_SIDE), interpolation=cv2.INTER_AREA)
    if not result:
        raise _missing(folder, "skins/**/*skinned_*_diffuse*.png")
    irises = {path.stem: _picture(path, SMALL_SIDE) for path in sorted((folder / "eyes").glob("materials/*_eye.png"))}
    if not {"brown_eye", "brownlight_eye"} <= set(irises):
        raise _missing(folder, "eyes/materials/brown_eye.png and brownlight_eye.png")
    result.update(irises)
    for name in proxies:
        if name.startswith("eyebrow"):
            result[name] = _picture(folder / f"eyebrows/{name}/{name}.png", SMALL_SIDE)
        elif name.startswith("eyelashes"):
            result[name] = _picture(folder / f"eyelashes/{name}/{name}.png", SMALL_SIDE)
        elif name in HAIR and name != "afro01":
            result[f"hair_{name}"] = _picture(folder / f"hair/{name}/{name}_diffuse.png", HAIR_SIDE)
    result["teeth"] = _picture(folder / "teeth/materials/teeth.png", TEETH_SIDE)
    result["tongue"] = _picture(folder / "tongue/tongue01/tongue01_diffuse.png", SMALL_SIDE)[..., :3]
    return result


def _picture(path, side):
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None:
        # Their repository keeps pictures in Git's storage for large files.
        raise OSError(f"{path}: no picture (git lfs pull?)")
    if len(picture) != side:
        picture = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    return picture


def _missing(folder, what):
    return FileNotFoundError(f"{folder}: neither packed assets (geom.npz) nor MakeHuman's: no {what}")
