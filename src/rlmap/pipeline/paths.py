"""From what a learner says to a study path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rlmap.errors import InputError, UnknownNameError
from rlmap.graph.mentions import mentioned_concepts
from rlmap.graph.walk import find_concept
from rlmap.pipeline.demos import demo_specs
from rlmap.pipeline.learning import progress_entries
from rlmap.pipeline.workspace import Workspace
from rlmap.spelling import nearest_names
from rlmap.study.needs import SourceGoal
from rlmap.study.plan import plan
from rlmap.study.profile import LEVELS
from rlmap.study.profile_link import profile_from_query, profile_to_query
from rlmap.study.progress import with_progress
from rlmap.types import DemoSpec, LearnerProfile, Source, StudyPath

__all__ = ["LEVELS", "Shelf", "goal_names", "make_path", "profile_from_query", "profile_to_query", "shelf"]

#: What the name of a goal begins with that is a source.
SOURCE_PREFIX = "source:"
#: A text is taken to speak of a concept whose names occur in this many of its passages ...
_LEAST_PASSAGES = 3
#: ... and in this share of them.
_LEAST_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a path points to: all sources, the ids of those that were fetched, the demos, and what goals are called."""

    sources: Mapping[str, Source]
    here: frozenset[str]
    demos: Mapping[str, DemoSpec]
    names: Mapping[str, str]


def shelf(workspace: Workspace) -> Shelf:
    """Return the shelf of a workspace; without a corpus nothing is at hand."""
    return Shelf(workspace.sources, _here(workspace), demo_specs(workspace.settings), goal_names(workspace))


def goal_names(workspace: Workspace) -> dict[str, str]:
    """Return what can be a goal: tracks, concepts, and texts to be read, with what to call each."""
    graph = workspace.graph
    names = {track.id: f"Track: {track.title}" for track in graph.tracks.values() if track.kind != "famous"}
    names |= {concept.id: concept.title for concept in graph.concepts.values()}
    cited = {reading.source_id for concept in graph.concepts.values() for reading in concept.readings}
    for source_id, source in sorted(workspace.sources.items()):
        if source.kind == "own" or (source.kind == "paper" and source_id in cited):
            names[f"{SOURCE_PREFIX}{source_id}"] = f"Read: {source.title}"
    return names


def make_path(workspace: Workspace, profile: LearnerProfile) -> StudyPath:
    """Plan a path; goals and known concepts may be given by id, title or alias.

    A goal may also be a source, ``source:ppo``: the path then leads to what its passages speak of
    and to what names it as a reading, and ends with reading it. What is recorded as done, skipped
    or roughly understood is taken into account.

    Raises
    ------
    UnknownNameError
        If a goal or a known concept does not exist; names the nearest ones.
    InputError
        If a value of the profile is out of range, or nothing on the map leads to a source.
    """
    wanted, _ = with_progress(workspace.graph, with_ids(workspace, profile), progress_entries(workspace))
    return plan(workspace.graph, wanted, sources=source_goals(workspace, wanted.goals))


def with_ids(workspace: Workspace, profile: LearnerProfile) -> LearnerProfile:
    """Return the profile with the ids of goals and concepts in place of titles and aliases.

    Raises
    ------
    UnknownNameError
        If one of them does not exist.
    """
    graph = workspace.graph
    goals = tuple(_goal_id(workspace, goal) for goal in profile.goals)

    def ids(names: frozenset[str]) -> frozenset[str]:
        return frozenset(find_concept(graph, name) for name in names)

    return replace(
        profile,
        goals=tuple(dict.fromkeys(goals)),
        known=ids(profile.known),
        known_roughly=ids(profile.known_roughly),
        unknown=ids(profile.unknown),
    )


def surviving(workspace: Workspace, profile: LearnerProfile) -> tuple[LearnerProfile, tuple[str, ...]]:
    """Return a profile without what the map no longer has, and the names of that; the rest as it was."""
    graph = workspace.graph
    named = profile.known | profile.known_roughly | profile.unknown
    vanished = [goal for goal in profile.goals if not _exists(lambda name: _goal_id(workspace, name), goal)]
    vanished += sorted(name for name in named if not _exists(lambda name: find_concept(graph, name), name))
    gone = frozenset(vanished)
    left = replace(
        profile,
        goals=tuple(goal for goal in profile.goals if goal not in gone),
        known=profile.known - gone,
        known_roughly=profile.known_roughly - gone,
        unknown=profile.unknown - gone,
    )
    return left, tuple(dict.fromkeys(vanished))


def on_this_map(workspace: Workspace, profile: LearnerProfile) -> tuple[LearnerProfile, tuple[str, ...]]:
    """Return a profile that was made elsewhere or long ago, with ids, and what of it the map does not have.

    Raises
    ------
    UnknownNameError
        If it has goals and the map has none of them.
    """
    left, vanished = surviving(workspace, profile)
    return with_ids(workspace, left if left.goals or not profile.goals else profile), vanished


def _exists(find: Callable[[str], str], name: str) -> bool:
    try:
        find(name)
    except UnknownNameError:
        return False
    return True


def source_goals(workspace: Workspace, goals: Sequence[str]) -> dict[str, SourceGoal]:
    """Return, for each goal that is a source, its title and the concepts that it asks for.

    Raises
    ------
    InputError
        If a source is not fetched and no concept names it, or it speaks of no concept.
    """
    found = {}
    for goal in goals:
        source = workspace.sources.get(goal.removeprefix(SOURCE_PREFIX)) if goal.startswith(SOURCE_PREFIX) else None
        if source is None:
            continue
        citing = [c.id for c in workspace.graph.concepts.values() if any(r.source_id == source.id for r in c.readings)]
        concepts = tuple(dict.fromkeys([*citing, *_spoken_of(workspace, source.id)]))
        if not concepts:
            raise InputError(
                f"Nothing on the map leads to {source.title!r}: no concept names it, and no passage of it "
                "that was read here speaks of one. Fetch it (rlmap corpus fetch), or choose the concept it is about."
            )
        found[goal] = SourceGoal(source.id, source.title, concepts)
    return found


def _goal_id(workspace: Workspace, goal: str) -> str:
    """Return the id of a track, a concept, or, where no concept is called so, of a source."""
    if goal in workspace.graph.tracks:
        return goal
    source_id = goal.removeprefix(SOURCE_PREFIX)
    if goal.startswith(SOURCE_PREFIX) and source_id not in workspace.sources:
        raise UnknownNameError("source", source_id[:80], nearest_names(source_id[:80], workspace.sources))
    if goal.startswith(SOURCE_PREFIX):
        return goal
    try:
        return find_concept(workspace.graph, goal)
    except UnknownNameError:
        if goal not in workspace.sources:
            raise
        return f"{SOURCE_PREFIX}{goal}"


def _here(workspace: Workspace) -> frozenset[str]:
    return frozenset(workspace.store.counts()) if workspace.settings.corpus_db.exists() else frozenset()


def _spoken_of(workspace: Workspace, source_id: str) -> list[str]:
    """Return the concepts that a fetched source speaks of in good part, most first; none where it is not fetched."""
    if source_id not in _here(workspace):
        return []
    documents = {document.id for document in workspace.store.documents(source_id)}
    texts = [workspace.store.text(p.locator) for p in workspace.store.passages() if p.locator.document_id in documents]
    counts = mentioned_concepts(workspace.graph, texts)
    least = max(_LEAST_PASSAGES, _LEAST_SHARE * len(texts))
    return [concept_id for concept_id, count in counts.most_common() if count >= least]
