"""What a policy does, to look at: one episode before learning beside one after it, and maps of values.

A trial is filmed in an environment of its own, with the clock stopped and PyTorch's generator put back afterwards, so
that being filmed changes nothing that is measured.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from rlmap.demos.drawing.canvas import INK, PAPER, SIGNALS, channels
from rlmap.demos.drawing.pictures import picture_of
from rlmap.demos.envs.base import VectorEnv

#: From observations of all agents to their actions.
Act = Callable[[NDArray[Any]], Any]

MOST_STEPS = 500
_MOST_FRAMES = 32
FRAME_MS, LAST_FRAME_MS = 90, 1500
_CAPTION_HEIGHT, _GAP = 34, 12
_COLOURS = 22


@dataclass(frozen=True, slots=True)
class Episode:
    """Pictures of one episode, and what it brought."""

    frames: tuple[Image.Image, ...]
    episode_return: float
    steps: int


def film_episode(env: VectorEnv, act: Act, *, seed: int) -> Episode | None:
    """Let a policy play one episode in the first copy of ``env`` and keep pictures of it.

    Parameters
    ----------
    env : VectorEnv
        Used for nothing else afterwards.
    act : callable
        The policy.
    seed : int
        Of the environment: the same for policies that are compared.

    Returns
    -------
    Episode or None
        ``None`` where the environment cannot be drawn. An episode is cut after :data:`MOST_STEPS` steps, and of a
        long one every k-th picture is kept.
    """
    observation = env.reset(seed)[0].copy()
    picture = picture_of(env)
    if picture is None:
        return None
    env.auto_reset = False
    frames, total, steps, over = [picture], 0.0, 0, False
    with _generator_put_back():
        while not over and steps < MOST_STEPS:
            _, rewards, terminals, truncations, _ = env.step(np.asarray(act(observation)))
            steps += 1
            total += float(rewards[0])
            over = bool(terminals[0] or truncations[0])
            observation = env.observations.copy()
            frames.append(picture_of(env) or picture)
    return Episode(tuple(_thinned(frames)), total, steps)


def write_film(path: Path, takes: Sequence[tuple[str, Episode]]) -> None:
    """Write episodes side by side as an animated GIF that repeats; each has its name above it.

    The shorter ones wait at their last picture for the longest.
    """
    length = max(len(episode.frames) for _, episode in takes)
    panels = [_panel(name, episode, length) for name, episode in takes]
    joined = [_beside(frames) for frames in zip(*panels, strict=True)]
    palette = _palette(joined[-1])
    pictures = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in joined]
    durations = [FRAME_MS] * (length - 1) + [LAST_FRAME_MS]
    whole = io.BytesIO()
    pictures[0].save(whole, "GIF", save_all=True, append_images=pictures[1:], duration=durations, loop=0)
    aside = path.with_suffix(".part")
    aside.write_bytes(whole.getvalue())
    aside.replace(path)  # a page may be looking


def _palette(picture: Image.Image) -> Image.Image:
    """Return the colours of a picture, with those of small things, which counting pixels would drop, put first."""
    common = picture.quantize(_COLOURS).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*(channel for colour in SIGNALS for channel in channels(colour)), *common])
    return palette


def _thinned(frames: list[Image.Image]) -> list[Image.Image]:
    keep = np.linspace(0, len(frames) - 1, min(len(frames), _MOST_FRAMES)).round().astype(int)
    return [frames[index] for index in keep]


def _panel(name: str, episode: Episode, length: int) -> list[Image.Image]:
    caption = f"{name}\nreturn {episode.episode_return:.4g}, {episode.steps} steps"
    frames = list(episode.frames) + [episode.frames[-1]] * (length - len(episode.frames))
    width = max(frames[0].width, 130)
    out = []
    for frame in frames:
        panel = Image.new("RGB", (width, frame.height + _CAPTION_HEIGHT), PAPER)
        panel.paste(frame, ((width - frame.width) // 2, _CAPTION_HEIGHT))
        ImageDraw.Draw(panel).multiline_text(
            (width / 2, 2), caption, fill=INK, font=ImageFont.load_default(12), anchor="ma", align="center", spacing=3
        )
        out.append(panel)
    return out


def _beside(panels: Sequence[Image.Image]) -> Image.Image:
    width = sum(panel.width for panel in panels) + _GAP * (len(panels) - 1)
    joined = Image.new("RGB", (width, max(panel.height for panel in panels)), PAPER)
    x = 0
    for panel in panels:
        joined.paste(panel, (x, 0))
        x += panel.width + _GAP
    return joined


@contextmanager
def _generator_put_back() -> Iterator[None]:
    with torch.random.fork_rng():  # on all devices
        yield
