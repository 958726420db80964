"""Where on the skin lips, lids, cheeks and beard are: weights of vertices, 0...1, worked out once on an average adult."""
import numpy as np

from . import package
from .model import SKIN


def smoothstep(low, high, value):
    share = np.clip((value - low) / (high - low), 0, 1)
    return share**2 * (3 - 2 * share)


class Regions:
    def __init__(self, model, ambient):
        self.adult = model.grown(27, 0.5, (0.3, 0.3, 0.4), 0.5, 0.5)
        triangles, corners = model.triangles("body")
        left, right, bottom, top = package.HEAD_IN_TEXTURE
        uv = model.uv[corners]
        inside = (uv[..., 0] > left + 0.004) & (uv[..., 1] > bottom + 0.004) & (uv[..., 1] < top - 0.004)
        # Which triangles of the body take their texture from the head's picture, and where in it.
        self.is_head = inside.all(axis=1)
        self.head_uv = np.stack([(model.uv[:, 0] - left) / (right - left), (model.uv[:, 1] - bottom) / (top - bottom)],
                                axis=1).astype(np.float32)
        masks = self._masks(triangles, corners)
        self.lips, self.lids, self.ears = masks["lips"], masks["eyelids"], masks["ears"]
        self._beard(masks["lips"])
        x, y, z = self.adult.T
        distance = (np.abs(x) - 0.22) ** 2 + (y - 7.16) ** 2
        self.cheeks = (np.exp(-distance / 0.03) * smoothstep(0.8, 1.0, z)).astype(np.float32)
        # The skin that shells may cover: what light reaches, not the inside of mouth and nose, and all of the skull.
        self.outer_skin = triangles[(ambient[triangles].min(axis=1) > 0.03) | (y[triangles].min(axis=1) > 7.7)]

    def _masks(self, triangles, corners):
        uv = np.zeros((len(self.adult), 2), np.float32)
        uv[triangles.ravel()] = self.head_uv[corners.ravel()]
        is_head = np.zeros(len(self.adult), bool)
        is_head[np.unique(triangles[self.is_head])] = True
        is_head[SKIN:] = False
        result = {}
        for name, picture in package.masks().items():
            height, width = picture.shape
            column = np.clip(uv[:, 0] * width, 0, width - 1).astype(int)
            row = np.clip((1 - uv[:, 1]) * height, 0, height - 1).astype(int)
            result[name] = np.where(is_head, picture[row, column], 0)
        return result

    def _beard(self, lips):
        x, y, z = self.adult.T
        jaw = (smoothstep(0.02, -0.12, y - (6.80 + 0.75 * np.clip(np.abs(x) - 0.12, 0, 1)))
               * smoothstep(0.35, 0.6, z) * smoothstep(6.2, 6.4, y))
        moustache = (smoothstep(7.03, 6.97, y) * smoothstep(0.34, 0.22, np.abs(x)) * smoothstep(1.1, 1.3, z)
                     * smoothstep(6.4, 6.5, y))
        skin = (1 - np.clip(lips * 1.5, 0, 1)) * (np.arange(len(x)) < SKIN)
        self.beard = (np.maximum(jaw, moustache) * skin).astype(np.float32)
        self.moustache = (moustache * skin).astype(np.float32)
