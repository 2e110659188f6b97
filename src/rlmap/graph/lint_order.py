"""Which prerequisites an order of concepts breaks, such as the order of a famous course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rlmap.errors import InputError, RlmapError, UnknownNameError
from rlmap.graph.walk import find_concept
from rlmap.spelling import fold_name, nearest_names
from rlmap.types import ConceptGraph, Prerequisite


@dataclass(frozen=True, slots=True)
class Breach:
    """A prerequisite that an order breaks.

    ``used_at`` and ``taught_at`` are places in the order from 1; ``taught_at`` is ``None`` where
    the order never teaches what it uses.
    """

    edge: Prerequisite
    used_at: int
    taught_at: int | None


@dataclass(frozen=True, slots=True)
class OrderReport:
    """How an order stands to the map.

    ``late`` are prerequisites taught after their use, ``absent`` those never taught, ``kept``
    counts the hard edges that the order respects.
    """

    title: str
    order: tuple[str, ...]
    late: tuple[Breach, ...]
    absent: tuple[Breach, ...]
    kept: int


def lint_order(graph: ConceptGraph, title: str, order: Sequence[str]) -> OrderReport:
    """Compare an order of concepts with the hard prerequisites of the map.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    title : str
        What the order is called.
    order : sequence of str
        Concept ids, first taught first; the first mention of a repeated one counts.

    Returns
    -------
    OrderReport
        Breaches by the place where the concept is used, then by id.

    Raises
    ------
    UnknownNameError
        If an id does not exist.
    """
    distinct = tuple(dict.fromkeys(order))
    for concept_id in distinct:
        if concept_id not in graph.concepts:
            raise UnknownNameError("concept", concept_id, nearest_names(concept_id, graph.concepts))
    place = {concept_id: index for index, concept_id in enumerate(distinct, start=1)}
    late, absent, kept = [], [], 0
    for concept_id in distinct:
        for edge in sorted(graph.concepts[concept_id].prerequisites, key=lambda edge: edge.requires_id):
            taught_at = place.get(edge.requires_id)
            if taught_at is None:
                absent.append(Breach(edge, place[concept_id], None))
            elif taught_at > place[concept_id]:
                late.append(Breach(edge, place[concept_id], taught_at))
            else:
                kept += 1
    return OrderReport(title, distinct, tuple(late), tuple(absent), kept)


def read_order(graph: ConceptGraph, name: str) -> tuple[str, tuple[str, ...]]:
    """Return the title and the concept ids of a track of the map, or of a text file.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    name : str
        The id of a track, or the path of a UTF-8 text file with the name of one concept (id,
        title or alias) on each line; empty lines and lines that begin with ``#`` do not count.

    Raises
    ------
    UnknownNameError
        If there is neither such a track nor such a file.
    InputError
        If the file cannot be read or names no concept; it names the line.
    """
    track = graph.tracks.get(fold_name(name).replace(" ", "-"))
    if track is not None:
        return track.title, track.concept_ids
    path = Path(name)
    if not path.is_file():
        raise UnknownNameError("track or file", name, nearest_names(name, graph.tracks))
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The file {name} cannot be read as UTF-8 text: {error}.") from error
    order = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            order.append(find_concept(graph, line))
        except RlmapError as error:
            raise InputError(f"{name}, line {number}: {error}") from error
    if not order:
        raise InputError(f"The file {name} names no concept: write one on each line.")
    return path.name, tuple(order)
