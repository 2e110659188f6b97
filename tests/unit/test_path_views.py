"""What a path looks like for a terminal and as a check list, on a small map."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from maps import concept, graph_of, reading
from rlmap.corpus.citations import short_citation
from rlmap.graph.mentions import mentioned_concepts
from rlmap.path_views import (
    change_sentence,
    pace_sentence,
    path_markdown,
    path_payload,
    path_text,
    stops_of,
    weeks_text,
)
from rlmap.pipeline.paths import Shelf
from rlmap.study.calendar import weeks_of
from rlmap.study.next_steps import PathChange
from rlmap.study.plan import plan
from rlmap.types import LearnerProfile, Source, SourceKind, StudyPath

BIG = {"task": "Write an agent.", "check": "It reaches 100.", "minutes": 90, "substantial": True}
GRAPH = graph_of(
    concept("reward", formalism=0, demo_id="reward", readings=[reading("plain-book")]),
    concept("value", ["reward"], build=BIG, demo_id="value", readings=[reading("plain-book")]),
    concept(
        "goal",
        ["value"],
        formalism=2,
        demo_id="goal",
        readings=[reading("plain-book"), reading("deep-paper", "formal")],
    ),
)


def source(source_id: str, title: str, *authors: str, year: int | None = 2018, kind: SourceKind = "paper") -> Source:
    return Source(
        id=source_id,
        work_id=source_id,
        title=title,
        authors=authors,
        year=year,
        kind=kind,
        licence="CC BY 4.0",
        url=f"https://example.org/{source_id}",
        profile="open",
        sha256=None,
        media_type="text/html",
        location=None,
    )


SHELF = Shelf(
    sources={
        "plain-book": source("plain-book", "A plain book", "Richard S. Sutton", "Andrew G. Barto", kind="textbook"),
        "deep-paper": source("deep-paper", "A deep paper", "Ada Long", "Ben Short", "Cy Tall"),
    },
    here=frozenset({"plain-book"}),
    demos={},
    names={item.id: item.title for item in GRAPH.concepts.values()},
)


@pytest.fixture
def path() -> StudyPath:
    return plan(GRAPH, LearnerProfile(goals=("goal",)))


@pytest.mark.parametrize("form", ["txt", "md"])
def test_a_path_is_the_one_that_was_read_and_kept(form: str, path: StudyPath, root: Path) -> None:
    golden = root / "tests" / "golden" / f"path_view.{form}"
    found = (path_text if form == "txt" else path_markdown)(path, SHELF).rstrip() + "\n"
    if os.environ.get("RLMAP_WRITE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_readings_say_who_wrote_them_where_they_are_and_whether_they_are_here(path: StudyPath) -> None:
    text = path_text(path, SHELF)
    assert "Sutton & Barto, A plain book (2018), section 1 (10 min)." in text
    assert "https://example.org/plain-book (in your library)" in text
    assert "https://example.org/deep-paper (not fetched)" in text
    payload = path_payload(path, SHELF)
    readings = [item for step in payload["steps"] for item in step["readings"]]
    assert {(item["citation"], item["fetched"]) for item in readings} == {
        ("Sutton & Barto, A plain book (2018)", True),
        ("Long et al., A deep paper (2018)", False),
    }


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (source("s", "T", "Jan van der Berg"), "van der Berg, T (2018)"),
        (source("s", "T", "A. One", "et al."), "One et al., T (2018)"),
        (source("s", "T", "Hugging Face", kind="docs"), "Hugging Face, T"),
        (source("s", "T", "OpenAI", "B. Two"), "OpenAI & Two, T (2018)"),
        (source("s", "T", year=None, kind="own"), "T"),
    ],
)
def test_sources_are_cited_as_people_do(made: Source, words: str) -> None:
    assert short_citation(made) == words


def test_stops_join_the_steps_of_a_concept_and_lose_none(path: StudyPath) -> None:
    steps = [step for _, stops in stops_of(path) for stop in stops for step in stop.steps]
    assert tuple(steps) == path.steps
    numbers = [stop.number for _, stops in stops_of(path) for stop in stops]
    assert numbers == [1, 2, 3]


def test_changes_and_paces_are_said_in_words(path: StudyPath) -> None:
    concepts = GRAPH.concepts
    assert change_sentence(PathChange((), (), 0), concepts) == "Your plan stays as it is."
    told = change_sentence(PathChange(("reward",), ("value", "goal"), -65), concepts)
    assert told == "Your plan drops 2 concepts (Value, Goal) and takes in 1 concept (Reward): 1 h 05 less to do."
    days = date(2026, 3, 8), date(2026, 3, 22)
    assert "at 2 h by 2026-03-22, 2 weeks later." in pace_sentence(path, 2.0, *days, 2)
    assert weeks_text(weeks_of(path, date(2026, 3, 2))).startswith("Week 1, from 2026-03-02")


def test_a_text_speaks_of_the_concepts_that_it_names() -> None:
    graph = graph_of(
        concept("policy", aliases=["policies"]), concept("policy-gradient"), concept("q-value", aliases=["Q-function"])
    )
    counts = mentioned_concepts(
        graph,
        ["The policy gradient is estimated.", "Policies differ; a Policy is a rule.", "Two Q-functions.", "None."],
    )
    assert counts == {"policy-gradient": 1, "policy": 1, "q-value": 1}
