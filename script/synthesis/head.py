"""A head in the middle of being made, as the modules that dress it see it."""
from dataclasses import dataclass, field

import numpy as np

# Vertices of hm08 that the modules go by.
NOSE_BRIDGE, NOSE_MIDDLE, NOSE_TIP, FOREHEAD, BROW = 133, 164, 5054, 237, 204
NOSE_WING, LIP_TOP, LIP_MIDDLE, CHIN = 362, 455, 492, 5225
# The height of the chin of the base mesh, which heights of collars, scarves and hoods are for; dm. Children's lie lower.
CHIN_HEIGHT = 6.448
# Beside the left ear; the mirrored point is used for the right one.
EAR, CHEEK = 12001, 11712


@dataclass
class Head:
    """vertices: with the expression, not bent at the neck. eye_centers and looks (unit vectors) by side, l and r."""
    person: object
    expression: object
    vertices: np.ndarray
    normals: np.ndarray = None
    complexion: object = None
    eye_centers: dict = field(default_factory=dict)
    looks: dict = field(default_factory=dict)

    @property
    def is_male(self):
        return self.person.male > 0.5

    @property
    def eye_height(self):
        return (self.eye_centers["l"][1] + self.eye_centers["r"][1]) / 2

    @property
    def eye_distance(self):
        return np.linalg.norm(self.eye_centers["l"] - self.eye_centers["r"])

    @property
    def rise(self):
        """How much higher the chin is than that of the base mesh."""
        return self.vertices[CHIN][1] - CHIN_HEIGHT

    @property
    def origin(self):
        """Between the eyeballs."""
        return (self.eye_centers["l"] + self.eye_centers["r"]) / 2
