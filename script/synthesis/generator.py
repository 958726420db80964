"""One picture from beginning to end."""
from dataclasses import dataclass

import numpy as np

from . import (VERSION, camera, coverings, expression, eyes, glasses, hair, headwear, identity, labels, landmarks, light, photograph, render,
               skin, things)
from .head import Head
from .raster import vertex_normals
from .scene import Scene

# Beside the seed and the index, so that other uses of both are independent.
STREAM = 77


@dataclass
class Shot:
    """A head before a camera, drawn, without a background yet."""
    rng: np.random.Generator
    scene: Scene
    head: Head
    style: str
    points: landmarks.Points
    pose: tuple
    camera: camera.Camera
    light: light.Light
    view: render.View


def make(assets, backgrounds, seed, index, wishes, side):
    """An sRGB picture [side, side, 3] and its label."""
    shot = _shoot(assets, seed, index, wishes, side)
    head, view = shot.head, shot.view
    background = backgrounds.draw(shot.rng, side)
    picture, done = photograph.take(shot.rng, view, background, head.complexion.brightness, wishes)
    face = head.expression
    return picture, {
        "index": index, "seed": seed, "version": VERSION,
        **labels.make(assets, head, shot.points, shot.camera, shot.pose, view),
        "identity": head.person.label(), "skin": head.complexion.name, "hair": shot.style,
        "beard": round(float(head.complexion.stubble), 2), "expression": face.kind, "eyes": face.eyes, "units": face.units,
        "objects": shot.scene.objects, "light": shot.light.kind, "post": done}


def cut_out(assets, seed, index, wishes, side):
    """A head alone, [side, side, 4]: sRGB and opacity, 0...1."""
    return photograph.cut_out(_shoot(assets, seed, index, wishes, side).view)


def _shoot(assets, seed, index, wishes, side):
    rng = np.random.default_rng([seed, index, STREAM])
    person, vertices = identity.draw(rng, assets.model, assets.mean_face)
    head = Head(person, expression.draw(rng, assets.model, assets.marks, vertices, wishes), vertices)
    scene = Scene(assets.atlas)
    brow_name, brow_vertices, style = _dress(rng, scene, assets, head, wishes)
    pose = camera.draw_pose(rng, wishes)
    neck = camera.Neck(rng, assets.model, vertices, *pose)
    eye = camera.place(rng, head, pose, wishes)
    points = landmarks.find(assets, head, neck.bent(vertices, assets.model.head_weight), brow_name, brow_vertices)
    eye.aim(rng, np.concatenate([points.ibug, points.kaggle]), side)
    geometry = scene.geometry(lambda part, weight: eye.seen(neck.bent(part, weight)))
    lights = light.draw(rng, wishes)
    view = render.draw(rng, scene, assets, geometry, eye, lights, side)
    return Shot(rng, scene, head, style, points, pose, eye, lights, view)


def _dress(rng, scene, assets, head, wishes):
    """Adds all that is seen. Gives the brows' name and vertices and the hair's style."""
    skin.add(rng, scene, assets, head)
    eyes.add_eyes(rng, scene, assets, head)
    eyes.add_mouth(rng, scene, assets, head)
    colour = hair.draw_colour(rng, head)
    brow_name, brow_vertices = hair.add_brows(rng, scene, assets, head, colour)
    head.normals = np.zeros_like(head.vertices)
    vertex_normals(head.vertices, assets.model.triangles("body")[0], head.normals)
    hat = headwear.draw(rng, wishes)
    style = hair.draw_style(rng, head, hat)
    hair_parts = hair.add(rng, scene, assets, head, style, colour)
    cover = coverings.draw(rng, wishes)
    if head.is_male and head.person.age > 18 and rng.random() < 0.2 and cover not in coverings.OVER_BEARDS:
        hair.add_beard(rng, scene, assets, head, colour)
    headwear.add(rng, scene, assets, head, hat, hair_parts)
    coverings.add(rng, scene, assets, head, cover)
    glasses.add(rng, scene, head, wishes)
    things.add(rng, scene, assets, head, wishes)
    coverings.add_shirt(rng, scene, assets, head)
    return brow_name, brow_vertices, style
