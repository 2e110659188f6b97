"""Links between concepts and passages that were judged by reading them, and what they say of precision.

``corpus/queries/links.tsv`` has a line for each link: the split, the concept, the kind of the
source, the place (document and offsets, so that a judgement outlives another cut of passages),
and the grades of two passes. The guideline is in ``corpus/queries/README.md``.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from rlmap.errors import InputError
from rlmap.types import ConceptGraph, Locator, SourceKind

LINKS_FILE = "links.tsv"
#: From this grade on a passage explains the concept; below it only mentions it or is about something else.
EXPLAINS = 2

_Z = 1.959964  # two-sided 95 %
_GRADES = range(4)

#: ``dev`` chose the signs of the ranking, ``test`` measures it, ``pinned`` are links that an editor chose by reading.
Split = Literal["dev", "test", "pinned"]


@dataclass(frozen=True, slots=True)
class JudgedLink:
    """A link with the grades (0 to 3) of two passes; ``second`` is ``None`` where there was only one."""

    split: Split
    concept_id: str
    kind: SourceKind
    place: Locator
    first: int
    second: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """``good`` of ``links`` explain their concept: the share with its 95 % Wilson interval."""

    links: int
    good: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LinkPrecision:
    """How many links explain their concept.

    ``both`` counts a link only if both passes say so; ``first`` and ``second`` count each pass
    alone. ``strata`` has the share by both passes for each area, formalism and kind of source.
    ``same_verdict`` is the share of links on which the passes agree that they do or do not
    explain, ``same_grade`` that on the grade, ``kappa`` Cohen's for the verdict.
    """

    both: Share
    first: Share
    second: Share
    strata: Mapping[str, Mapping[str, Share]]
    same_verdict: float
    same_grade: float
    kappa: float


def load_links(queries_dir: Path) -> tuple[JudgedLink, ...]:
    """Read ``links.tsv``.

    Raises
    ------
    InputError
        If the file is missing or a line is no judged link; it names the line.
    """
    path = queries_dir / LINKS_FILE
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file, delimiter="\t"))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): reinstall rlmap.") from error
    return tuple(_link(line, f"{path}, line {number}") for number, line in enumerate(lines, start=2))


def _link(line: Mapping[str, str], where: str) -> JudgedLink:
    try:
        split = next(name for name in get_args(Split) if name == line["split"])
        kind = next(name for name in get_args(SourceKind) if name == line["kind"])
        place = Locator(line["document"], int(line["start"]), int(line["end"]))
        first, second = int(line["first"]), int(line["second"]) if line["second"] else None
    except (KeyError, ValueError, TypeError, StopIteration) as error:
        raise InputError(f"{where}, is no judged link ({error!r}): see README.md beside it.") from error
    if {first, second} - {*_GRADES, None} or place.start >= place.end:
        raise InputError(f"{where}, has a grade outside 0 to 3 or an empty place: correct it.")
    return JudgedLink(split, line["concept"], kind, place, first, second)


def precision(links: Sequence[JudgedLink], graph: ConceptGraph) -> LinkPrecision:
    """Return how many of the links that were judged twice explain their concept.

    Raises
    ------
    InputError
        If no link was judged twice.
    """
    twice = [(link, link.first, link.second) for link in links if link.second is not None]
    if not twice:
        raise InputError("No link was judged twice: there is nothing to measure.")
    verdicts = [(first >= EXPLAINS, second >= EXPLAINS) for _, first, second in twice]
    stratum_of: dict[str, Callable[[JudgedLink], str]] = {
        "area": lambda link: graph.concepts[link.concept_id].area,
        "formalism": lambda link: str(graph.concepts[link.concept_id].formalism),
        "kind": lambda link: link.kind,
    }
    strata: dict[str, Mapping[str, Share]] = {}
    for name, of in stratum_of.items():
        members: dict[str, list[bool]] = defaultdict(list)
        for (link, _, _), (one, two) in zip(twice, verdicts, strict=True):
            members[of(link)].append(one and two)
        strata[name] = {value: share_of(members[value]) for value in sorted(members)}
    return LinkPrecision(
        both=share_of([one and two for one, two in verdicts]),
        first=share_of([one for one, _ in verdicts]),
        second=share_of([two for _, two in verdicts]),
        strata=strata,
        same_verdict=sum(one == two for one, two in verdicts) / len(verdicts),
        same_grade=sum(first == second for _, first, second in twice) / len(twice),
        kappa=cohen_kappa(verdicts),
    )


def share_of(verdicts: Sequence[bool]) -> Share:
    """Return the share of true verdicts with its Wilson score interval (Wilson 1927); 0 to 1 for none."""
    count, good = len(verdicts), sum(verdicts)
    if not count:
        return Share(0, 0, 0.0, 0.0, 1.0)
    share = good / count
    centre = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    half = _Z / (1 + _Z**2 / count) * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    return Share(count, good, share, max(0.0, centre - half), min(1.0, centre + half))


def cohen_kappa(verdicts: Sequence[tuple[bool, bool]]) -> float:
    """Return the agreement of two passes beyond chance (Cohen 1960); 1 where there is nothing to disagree about."""
    count = len(verdicts)
    agreed = sum(one == two for one, two in verdicts) / count
    ones, twos = sum(one for one, _ in verdicts) / count, sum(two for _, two in verdicts) / count
    by_chance = ones * twos + (1 - ones) * (1 - twos)
    return 1.0 if by_chance == 1.0 else (agreed - by_chance) / (1 - by_chance)
