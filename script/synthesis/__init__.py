"""Synthetic heads with exact labels; see script/synthesize and docs/synthesis.md.

Coordinates of a head: x to the subject's left, y up, z out of the face, in decimetres, as in MakeHuman's base mesh hm08.
Coordinates of the camera: x to the right, y down, z away from it, in metres, as in OpenCV. Those of a picture: pixels, the middle
of the top left one is (0, 0). Left and right are the subject's. Colours are linear light, albedo or radiance, unless it says sRGB.

Every random choice of a picture comes from one generator that is seeded with (seed, index), in a fixed order: whoever adds a draw
in the middle changes all pictures, and VERSION.
"""
import os
import pathlib

VERSION = "1.1"

# One process makes one picture at a time; the libraries' own threads would only get into each other's way.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# For what takes long to compute: arrays and compiled code.
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "facemarks" / "synthesis"
os.environ.setdefault("NUMBA_CACHE_DIR", str(CACHE / "compiled"))
