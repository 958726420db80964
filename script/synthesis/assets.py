"""All that pictures are made of: the head's model, textures, proxies, marks."""
import json
import pathlib

import cv2
import numpy as np

from . import ambient, brows, makehuman, package, painted, proxies, standins, textures
from .model import HeadModel
from .regions import Regions

HERE = pathlib.Path(__file__).parent
# Of these the brightness and the opacity are used; the colour is that of the person's hair.
COLOURLESS = ("hair_", "eyebrow", "eyelashes")


class Assets:
    def __init__(self, folder=None):
        """folder: MakeHuman's assets (docs/synthesis.md). Without it there are plainer things."""
        self.model = HeadModel(package.arrays())
        with open(HERE / "landmarks.json", encoding="utf-8") as file:
            self.marks = json.load(file)
        with open(HERE / "mean_face.json", encoding="utf-8") as file:
            self.mean_face = json.load(file)
        self.ambient = ambient.load(self.model)
        self.regions = Regions(self.model, self.ambient)
        self.linear = textures.linear_from_srgb()
        self.atlas = textures.Atlas()
        if folder:
            self._load(pathlib.Path(folder))
        else:
            self.proxies = standins.proxies(self.model, self.regions.adult)
            painted.add_all(self.atlas)
        textures.add_patterns(self.atlas)
        self.atlas.close()
        names = list(self.atlas.places)
        self.skins = [name.removeprefix("head_") for name in names if name.startswith("head_")]
        self.irises = [name for name in names if name.endswith("_eye")]
        self.brows = [name for name in self.proxies if name.startswith("eyebrow")]
        self.lashes = [name for name in self.proxies if name.startswith("eyelashes")]
        self.teeth = [name for name in self.proxies if name.startswith("teeth")]
        self.hats = [name for name in self.proxies if name.startswith("fedora")]
        self.eyes = self.proxies["high-poly"] if folder else standins.Eyeballs(self.model)
        self.brightness = {name: self._brightness(name) for name in self.skins}
        self.brow_lines = {name: brows.line(self.proxies[name], self.proxies[name].fitted(self.regions.adult),
                                            self.atlas.picture(name)) for name in self.brows}

    def _load(self, folder):
        """A packed folder has geom.npz with the proxies and tex/ with the pictures; another is MakeHuman's own."""
        if (folder / "geom.npz").exists():
            self.proxies = proxies.read_packed(folder / "geom.npz")
            pictures = {path.stem: cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in (folder / "tex").iterdir()
                        if not path.stem.startswith("mask_")}
        else:
            self.proxies, pictures = makehuman.read(folder)
        for name in sorted(pictures):
            self.atlas.put(name, _channels(name, pictures[name]))

    def _brightness(self, skin):
        """Of the cheeks, linear light."""
        picture = self.atlas.picture(f"head_{skin}")
        height, width = picture.shape[:2]
        cheek = self.linear[picture[height // 3 : 2 * height // 3, width // 4 : width // 2]]
        return float((cheek @ np.array([0.3, 0.59, 0.11])).mean())


def _channels(name, picture):
    """RGB or RGBA, or brightness and opacity where the colour is the person's."""
    if picture.ndim == 3 and picture.shape[2] >= 3:
        picture = picture.copy()
        picture[..., :3] = picture[..., 2::-1]
    return picture[..., [0, picture.shape[2] - 1]] if name.startswith(COLOURLESS) else picture
