"""How each work writes each quantity, so that an equation in one notation can be read in another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from rlmap.errors import GraphError, UnknownNameError
from rlmap.graph.load import read_toml
from rlmap.graph.problems import describe, did_you_mean
from rlmap.graph.schema import ConceptId, Text
from rlmap.spelling import nearest_names
from rlmap.types import Problem

_FILE = "notation.toml"


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that works write in different ways. ``ours`` is the LaTeX of the handbook."""

    id: str
    name: str
    concept_id: str
    ours: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """How a work writes a quantity.

    ``writes`` is LaTeX; ``seen`` is how the place reads in the text of ``source_id``, by which
    the entry can be looked up; ``note`` warns of a difference that the letters do not show.
    """

    quantity_id: str
    writes: str
    seen: str
    source_id: str
    note: str


@dataclass(frozen=True, slots=True)
class WorkNotation:
    """The notation of one work; ``symbols`` by quantity."""

    id: str
    title: str
    source_id: str
    symbols: Mapping[str, Symbol]


@dataclass(frozen=True, slots=True)
class Notation:
    """All quantities and all works, in the order of the file."""

    quantities: Mapping[str, Quantity]
    works: Mapping[str, WorkNotation]

    def spellings(self, quantity_id: str) -> tuple[tuple[WorkNotation, Symbol], ...]:
        """Return every work that writes a quantity, with how it writes it.

        Raises
        ------
        UnknownNameError
            If there is no such quantity.
        """
        if quantity_id not in self.quantities:
            raise UnknownNameError("quantity", quantity_id[:80], nearest_names(quantity_id[:80], self.quantities))
        return tuple((w, w.symbols[quantity_id]) for w in self.works.values() if quantity_id in w.symbols)

    def dictionary(self, work_id: str, other_id: str | None = None) -> tuple[tuple[Quantity, str, str], ...]:
        """Return what two works write for the quantities that both write.

        Parameters
        ----------
        work_id : str
            A work.
        other_id : str, optional
            Another; the notation of the handbook unless given.

        Raises
        ------
        UnknownNameError
            If there is no such work.
        """
        for name in (work_id, other_id):
            if name is not None and name not in self.works:
                raise UnknownNameError("work with a notation", name[:80], nearest_names(name[:80], self.works))
        mine = self.works[work_id].symbols
        theirs = {q.id: q.ours for q in self.quantities.values()}
        if other_id is not None:
            theirs = {quantity_id: symbol.writes for quantity_id, symbol in self.works[other_id].symbols.items()}
        return tuple(
            (q, mine[q.id].writes, theirs[q.id]) for q in self.quantities.values() if q.id in mine and q.id in theirs
        )


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _QuantityEntry(_Model):
    id: ConceptId
    name: Text
    concept: ConceptId
    ours: Text


class _SymbolEntry(_Model):
    quantity: ConceptId
    writes: Text
    seen: str = ""
    source: str = ""
    note: str = ""


class _WorkEntry(_Model):
    id: ConceptId
    title: Text
    source: Text
    symbols: list[_SymbolEntry]


class _NotationFile(_Model):
    quantities: list[_QuantityEntry]
    works: list[_WorkEntry]


_SCHEMA = TypeAdapter(_NotationFile)


def load_notation(graph_dir: Path) -> Notation:
    """Load ``notation.toml``.

    Raises
    ------
    GraphError
        With every fault of form, each with field and what to do.
    """
    problems: list[Problem] = []
    data = read_toml(graph_dir, graph_dir / _FILE, _SCHEMA, problems)
    if data is not None:
        problems.extend(_own_problems(data))
    if data is None or problems:
        lines = "\n".join(describe(problem) for problem in problems)
        raise GraphError(f"The notation in {graph_dir / _FILE} has problems; correct them:\n{lines}")
    return Notation(
        quantities={q.id: Quantity(q.id, q.name, q.concept, q.ours) for q in data.quantities},
        works={
            work.id: WorkNotation(
                work.id,
                work.title,
                work.source,
                {
                    s.quantity: Symbol(s.quantity, s.writes, s.seen or s.writes, s.source or work.source, s.note)
                    for s in work.symbols
                },
            )
            for work in data.works
        },
    )


def check_notation(
    graph_dir: Path, *, concept_ids: Collection[str] | None = None, source_ids: Collection[str] | None = None
) -> list[Problem]:
    """Report what is wrong in ``notation.toml``, names of concepts and sources included.

    Parameters
    ----------
    graph_dir : Path
        The folder of the map.
    concept_ids, source_ids : collection of str or None
        What exists; ``None`` skips that check.
    """
    problems: list[Problem] = []
    data = read_toml(graph_dir, graph_dir / _FILE, _SCHEMA, problems)
    if data is None:
        return problems
    problems.extend(_own_problems(data))
    for index, quantity in enumerate(data.quantities):
        if concept_ids is not None and quantity.concept not in concept_ids:
            fix = did_you_mean(quantity.concept, concept_ids, "name a concept of the map")
            field = f"quantities[{index}].concept"
            problems.append(Problem(_FILE, field, f"there is no concept {quantity.concept}", fix))
    for index, work in enumerate(data.works):
        named = [(f"works[{index}].source", work.source)]
        named += [(f"works[{index}].symbols[{i}].source", s.source) for i, s in enumerate(work.symbols) if s.source]
        for field, source_id in named:
            if source_ids is not None and source_id not in source_ids:
                fix = did_you_mean(source_id, source_ids, "add the source to the manifest")
                problems.append(Problem(_FILE, field, f"there is no source {source_id}", fix))
    return problems


def _own_problems(data: _NotationFile) -> Iterator[Problem]:
    quantity_ids = [quantity.id for quantity in data.quantities]
    for kind, ids in (("quantities", quantity_ids), ("works", [work.id for work in data.works])):
        for name, count in Counter(ids).items():
            if count > 1:
                yield Problem(_FILE, kind, f"{name} is the id of {count} entries", "keep one")
    for index, work in enumerate(data.works):
        written = Counter(symbol.quantity for symbol in work.symbols)
        for name, count in written.items():
            field = f"works[{index}].symbols"
            if name not in quantity_ids:
                fix = did_you_mean(name, quantity_ids, "add the quantity")
                yield Problem(_FILE, field, f"there is no quantity {name}", fix)
            elif count > 1:
                yield Problem(_FILE, field, f"{name} is written twice", "keep the first")
