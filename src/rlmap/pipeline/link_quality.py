"""How good the links between concepts and passages are: precision by judgements, coverage by counting."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rlmap.graph.judged_links import EXPLAINS, LinkPrecision, Split, load_links, precision
from rlmap.pipeline.concepts import article_of
from rlmap.pipeline.linking import links_of_all
from rlmap.pipeline.workspace import Workspace
from rlmap.types import Problem, Progress, no_progress

_WORKS, _ENOUGH = 6, 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """For how many concepts works of this corpus are quoted.

    ``explained`` gives by concept how many works beside the handbook explain it, ``quoted_works``
    how many explain it or touch on it where fewer than three explain it; ``handbook`` names the
    concepts that have an article. The shares are of all concepts: ``outside`` explained
    by at least one, two or three works beside the handbook, ``with_handbook`` by so many with it
    counted as one work among others, and ``quoted`` from works beside the handbook that explain
    it or touch on it.
    """

    passages: int
    works: int
    explained: Mapping[str, int]
    quoted_works: Mapping[str, int]
    handbook: tuple[str, ...]
    outside: Mapping[int, float]
    with_handbook: Mapping[int, float]
    quoted: Mapping[int, float]

    def below(self, works: int) -> tuple[str, ...]:
        """Return the concepts that fewer than ``works`` works explain, the handbook counted."""
        counts = _with_handbook(self.explained, self.handbook)
        return tuple(concept_id for concept_id, count in counts.items() if count < works)


def link_precision(workspace: Workspace, split: Split = "test") -> LinkPrecision:
    """Return how many links explain their concept, by the judgements kept with the queries.

    Parameters
    ----------
    workspace : Workspace
        For the map and the judgements.
    split : {"test", "pinned"}
        Links that the ranking found for concepts that had no part in choosing it, or links that
        an editor pinned.

    Raises
    ------
    InputError
        If the judgements cannot be read.
    """
    links = [link for link in load_links(workspace.settings.corpus_dir / "queries") if link.split == split]
    return precision(links, workspace.graph)


def link_coverage(workspace: Workspace, *, progress: Progress = no_progress) -> Coverage:
    """Find the links of every concept in this corpus and count them.

    Raises
    ------
    IndexMissingError
        If nothing is indexed yet.
    """
    concepts = tuple(workspace.graph.concepts.values())
    links = links_of_all(workspace, concepts, works=_WORKS, enough=_ENOUGH, progress=progress)
    explained = {concept_id: len(found.explaining) for concept_id, found in links.items()}
    quoted = {concept_id: len(found.explaining) + len(found.touching) for concept_id, found in links.items()}
    handbook = tuple(concept.id for concept in concepts if article_of(workspace, concept))
    return Coverage(
        passages=workspace.index.info.passages,
        works=workspace.index.info.works,
        explained=explained,
        quoted_works=quoted,
        handbook=handbook,
        outside=_shares(explained),
        with_handbook=_shares(_with_handbook(explained, handbook)),
        quoted=_shares(quoted),
    )


def check_quotes(workspace: Workspace, *, progress: Progress = no_progress) -> list[Problem]:
    """Return a warning for each concept that no work of the corpus beside the handbook is quoted for.

    Raises
    ------
    IndexMissingError
        If nothing is indexed yet.
    """
    quoted = link_coverage(workspace, progress=progress).quoted_works
    fix = "name it as authors do in its aliases, pin a passage that explains it, or add a source"
    return [
        Problem(
            f"concepts/{concept.area}/{concept.id}.toml", "aliases", "no work of this corpus is quoted", fix, "warning"
        )
        for concept in workspace.graph.concepts.values()
        if not quoted[concept.id]
    ]


def precision_text(measured: LinkPrecision, found_by: str = "the ranking") -> str:
    """Give the precision for a terminal."""
    lines = [f"Links found by {found_by} that explain their concept (grade {EXPLAINS} or more):"]
    for name, share in (("both passes", measured.both), ("first", measured.first), ("second", measured.second)):
        lines.append(
            f"  {name:12} {share.share:.1%} of {share.links} (95 % interval {share.low:.1%} to {share.high:.1%})"
        )
    lines.append(
        f"The passes give the same verdict on {measured.same_verdict:.1%} (kappa {measured.kappa:.2f}), "
        f"the same grade on {measured.same_grade:.1%}."
    )
    for stratum, shares in measured.strata.items():
        lines += ["", f"By {stratum}, both passes:"]
        lines += [f"  {value:22} {share.share:6.1%} of {share.links}" for value, share in shares.items()]
    return "\n".join(lines)


def coverage_text(coverage: Coverage) -> str:
    """Give the coverage for a terminal: the shares, and the concepts that nothing explains."""
    lines = [f"{len(coverage.explained)} concepts, {coverage.passages:,} passages of {coverage.works} works:"]
    for name, shares in (
        ("explained, with the handbook,", coverage.with_handbook),
        ("explained beside the handbook", coverage.outside),
        ("explained or touched beside it", coverage.quoted),
    ):
        lines += [f"  {name} by {least} works or more: {share:.1%}" for least, share in shares.items()]
    unexplained = [concept_id for concept_id, count in coverage.explained.items() if not count]
    if unexplained:
        lines += ["", f"Explained by no work beside the handbook: {', '.join(unexplained)}"]
    return "\n".join(lines)


def _with_handbook(explained: Mapping[str, int], handbook: Collection[str]) -> dict[str, int]:
    return {concept_id: count + (concept_id in handbook) for concept_id, count in explained.items()}


def _shares(counts: Mapping[str, int]) -> dict[int, float]:
    return {least: sum(count >= least for count in counts.values()) / len(counts) for least in (1, 2, 3)}
