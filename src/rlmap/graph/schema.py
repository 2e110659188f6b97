"""What a data file of the map may say: the shape of each TOML file, and its conversion to records.

The models are strict: an unknown key, a number written as text or an empty reason is refused, so
a slip of the pen never becomes a silent default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rlmap.types import (
    Alternative,
    AnyOf,
    Background,
    Build,
    CheckedAgainst,
    Concept,
    ConceptGraph,
    Formalism,
    PassageRef,
    Prerequisite,
    Reading,
    Track,
    TrackKind,
)

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

ConceptId = Annotated[str, Field(pattern=ID_PATTERN)]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
#: A source of the manifest and a passage of it: ``theano/6ae7ab690f09a20c0789cbf322d80643``.
PassageName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9-]+$")]
Minutes = Annotated[int, Field(ge=1, le=6_000)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class EdgeEntry(_Model):
    """A table of ``[[prerequisites]]`` or ``[[helpful]]``.

    ``keep`` gives the reason to keep an edge that a longer way implies already.
    """

    concept: ConceptId
    reason: Text
    goals: list[Annotated[int, Field(ge=0)]] = Field(default_factory=list)
    keep: str = ""


class OptionEntry(_Model):
    """One member of an ``[[any_of]]`` group."""

    concept: ConceptId
    background: Background


class AnyOfEntry(_Model):
    """A table of ``[[any_of]]``."""

    reason: Text
    options: Annotated[list[OptionEntry], Field(min_length=2)]


class ReadingEntry(_Model):
    """A table of ``[[readings]]``."""

    source: Text
    where: Text
    why: Text
    skip: Text
    level: Literal["plain", "formal"]
    minutes: Minutes


class BuildEntry(_Model):
    """The table ``[build]``."""

    task: Text
    check: Text
    minutes: Minutes
    substantial: bool = False


class CheckedEntry(_Model):
    """A table of ``[[checked_against]]``."""

    source: Text
    where: Text


class ConceptFile(_Model):
    """One file of ``graph/concepts``."""

    id: ConceptId
    title: Text
    aliases: list[Text] = Field(default_factory=list)
    area: ConceptId
    summary: Text
    formula: str = ""
    formalism: Formalism
    minutes: Minutes
    goals: list[Text]
    mistakes: list[Text] = Field(default_factory=list)
    prerequisites: list[EdgeEntry] = Field(default_factory=list)
    helpful: list[EdgeEntry] = Field(default_factory=list)
    any_of: list[AnyOfEntry] = Field(default_factory=list)
    readings: list[ReadingEntry] = Field(default_factory=list)
    build: BuildEntry | None = None
    demo_id: Text | None = None
    pinned: list[PassageName] = Field(default_factory=list)
    rejected: list[PassageName] = Field(default_factory=list)
    checked_against: list[CheckedEntry] = Field(default_factory=list)

    def to_record(self) -> Concept:
        """Return the record that the rest of the program uses."""
        return Concept(
            id=self.id,
            title=self.title,
            aliases=tuple(self.aliases),
            summary=self.summary.strip(),
            area=self.area,
            formula=self.formula.strip(),
            formalism=self.formalism,
            minutes=self.minutes,
            goals=tuple(self.goals),
            mistakes=tuple(self.mistakes),
            prerequisites=self._edges(self.prerequisites),
            helpful=self._edges(self.helpful),
            any_of=tuple(
                AnyOf(
                    self.id,
                    group.reason,
                    tuple(Alternative(option.concept, option.background) for option in group.options),
                )
                for group in self.any_of
            ),
            readings=tuple(Reading(r.source, r.where, r.why, r.skip, r.level, r.minutes) for r in self.readings),
            build=(
                Build(self.build.task, self.build.check, self.build.minutes, self.build.substantial)
                if self.build
                else None
            ),
            demo_id=self.demo_id,
            pinned=self._passages(self.pinned),
            rejected=self._passages(self.rejected),
            checked_against=tuple(CheckedAgainst(c.source, c.where) for c in self.checked_against),
        )

    @staticmethod
    def _passages(names: list[str]) -> tuple[PassageRef, ...]:
        return tuple(PassageRef(*name.split("/")) for name in names)

    def _edges(self, entries: list[EdgeEntry]) -> tuple[Prerequisite, ...]:
        return tuple(Prerequisite(self.id, entry.concept, entry.reason, tuple(entry.goals)) for entry in entries)


class AreaEntry(_Model):
    """A table of ``areas.toml``; the table's name is the area's id."""

    title: Text
    summary: Text


class TrackEntry(_Model):
    """A table of ``[[tracks]]`` in ``tracks.toml``."""

    id: ConceptId
    title: Text
    kind: TrackKind
    summary: Text
    concepts: Annotated[list[ConceptId], Field(min_length=1)]

    def to_record(self) -> Track:
        """Return the record that the rest of the program uses."""
        return Track(self.id, self.title, self.summary, tuple(self.concepts), self.kind)


class TracksFile(_Model):
    """The file ``tracks.toml``."""

    tracks: list[TrackEntry]


@dataclass(frozen=True, slots=True)
class ConceptEntry:
    """A concept as its file says it; ``file`` is the path below the graph folder."""

    file: str
    concept: ConceptFile


@dataclass(frozen=True, slots=True)
class RawGraph:
    """What the files say, before it is known whether they agree with each other."""

    entries: tuple[ConceptEntry, ...]
    areas: Mapping[str, AreaEntry]
    tracks: tuple[TrackEntry, ...]

    def to_graph(self) -> ConceptGraph:
        """Return the records; where two files claim one id, the first file by name wins."""
        concepts = {entry.concept.id: entry.concept.to_record() for entry in reversed(self.entries)}
        return ConceptGraph(
            concepts=dict(sorted(concepts.items())),
            areas={area_id: area.title for area_id, area in self.areas.items()},
            tracks={track.id: track.to_record() for track in self.tracks},
            area_summaries={area_id: area.summary for area_id, area in self.areas.items()},
        )
