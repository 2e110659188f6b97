"""How good the links between concepts and passages are: precision by judgements, coverage by counting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rlmap.graph.judged_links import EXPLAINS, LinkPrecision, load_links, precision
from rlmap.pipeline.linking import concept_links
from rlmap.pipeline.workspace import Workspace
from rlmap.types import Progress, no_progress

_WORKS = 6


@dataclass(frozen=True, slots=True)
class Coverage:
    """For how many concepts works of this corpus are quoted beside the handbook.

    ``explained`` and ``quoted`` give by concept how many works explain it, and how many explain
    it or touch on it. The shares are of all concepts: explained by one, two or three works at
    least, quoted from two or three.
    """

    passages: int
    works: int
    explained: Mapping[str, int]
    quoted: Mapping[str, int]
    explained_by: Mapping[int, float]
    quoted_from: Mapping[int, float]


def link_precision(workspace: Workspace) -> LinkPrecision:
    """Return the precision of the links of the *test* concepts, by the judgements kept with the queries.

    Raises
    ------
    InputError
        If the judgements cannot be read.
    """
    links = [link for link in load_links(workspace.settings.corpus_dir / "queries") if link.split == "test"]
    return precision(links, workspace.graph)


def link_coverage(workspace: Workspace, *, progress: Progress = no_progress) -> Coverage:
    """Find the links of every concept in this corpus and count them.

    Raises
    ------
    IndexMissingError
        If nothing is indexed yet.
    """
    explained, quoted = {}, {}
    concepts = workspace.graph.concepts
    for done, concept in enumerate(concepts.values(), start=1):
        links = concept_links(workspace, concept, works=_WORKS, enough=3)
        explained[concept.id] = len(links.explaining)
        quoted[concept.id] = len(links.explaining) + len(links.touching)
        progress("Linking concepts", done, len(concepts))
    return Coverage(
        passages=workspace.index.info.passages,
        works=workspace.index.info.works,
        explained=explained,
        quoted=quoted,
        explained_by=_shares(explained),
        quoted_from=_shares(quoted),
    )


def precision_text(measured: LinkPrecision) -> str:
    """Give the precision for a terminal."""
    lines = [f"Links that explain their concept (grade {EXPLAINS} or more):"]
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
    lines += [f"  explained by {least} works or more: {share:.1%}" for least, share in coverage.explained_by.items()]
    lines += [f"  quoted from {least} works or more: {share:.1%}" for least, share in coverage.quoted_from.items()]
    unexplained = [concept_id for concept_id, count in coverage.explained.items() if not count]
    if unexplained:
        lines += ["", f"Explained by no work beside the handbook: {', '.join(unexplained)}"]
    return "\n".join(lines)


def _shares(counts: Mapping[str, int]) -> dict[int, float]:
    return {least: sum(count >= least for count in counts.values()) / len(counts) for least in (1, 2, 3)}
