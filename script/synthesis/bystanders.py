"""Heads for the background of others, drawn once by each process."""
from . import generator
from .presets import PRESETS

COUNT, SIDE, SEED = 48, 96, 99


def make(assets):
    """Pictures [side, side, 4], RGB in sRGB and opacity, 0...1."""
    return [generator.cut_out(assets, SEED, index, PRESETS["all"], SIDE) for index in range(COUNT)]
