from __future__ import annotations

import itertools
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rlmap.errors import InputError, ModelError
from rlmap.search.abstain import ANSWERED, SURELY_ANSWERED
from rlmap.search.answer import choose_hits
from rlmap.search.build import build_index
from rlmap.search.encode import OnnxEncoder
from rlmap.search.fuse import find_candidates, retrieve
from rlmap.search.index import SearchIndex, open_index
from rlmap.types import IndexRecord, SearchTerm


def passage(passage_id: str, work: str, text: str, **changes: object) -> IndexRecord:
    sentences = tuple(f"{part.strip()}." for part in text.split(".") if part.strip())
    made = IndexRecord(passage_id, work, work, "paper", 2010, 0.0, text, "", sentences)
    return replace(made, **changes)  # type: ignore[arg-type]  # any field may be changed


RECORDS = [
    passage(
        "d1",
        "book",
        "The discount factor weighs future rewards. "
        "Its effect on the agent: the higher the rate, the more far-sighted.",
    ),
    passage(
        "d2", "paper", "A small discount rate makes an agent prefer rewards that come soon over later ones.", year=2018
    ),
    passage(
        "d3",
        "blog",
        "Discounting shrinks a reward for every step that it is delayed. A lower discount rate therefore makes the "
        "agent care less about what comes late.",
        kind="blog",
        year=None,
    ),
    passage(
        "d4",
        "map",
        "The discount factor says how much later rewards count in the return. A lower rate has the effect that the "
        "agent is short-sighted, because rewards that come later lose their weight.",
        kind="handbook",
    ),
    passage("d5", "book", "Formally the return is a discounted sum of future rewards.", formalism=0.9),
    passage("r1", "paper", "The replay buffer stores transitions and samples them at random."),
    passage("r2", "blog", "Experience replay breaks the correlation between successive samples.", kind="blog"),
    passage("g1", "book", "The policy gradient is an expectation of the score times the return."),
    passage("x1", "docs", "Install the package with pip and import it.", kind="docs"),
    passage("x2", "docs", "Sort the columns of the array before calling the function.", kind="docs"),
]
QUESTION = "effect of the discount rate on an agent"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> SearchIndex:
    folder = tmp_path_factory.mktemp("index")
    build_index(RECORDS, index_dir=folder, encoder=encoder)
    return open_index(folder)


def ask(text: str) -> list[SearchTerm]:
    return [SearchTerm(text, "question")]


def test_what_answers_comes_first(index: SearchIndex, encoder: OnnxEncoder) -> None:
    hits = retrieve(index, encoder, ask(QUESTION), k=4)
    assert {hit.passage_id for hit in hits} == {"d1", "d2", "d3", "d4"}
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert all(1 >= before.score >= after.score >= 0 for before, after in itertools.pairwise(hits))
    assert hits[0].found_by == ("question:bm25", "question:dense")


def test_an_expansion_finds_more_and_says_so(index: SearchIndex, encoder: OnnxEncoder) -> None:
    terms = [*ask("short-sighted behaviour"), SearchTerm("replay buffer", "alias")]
    found = {hit.passage_id: hit.found_by for hit in retrieve(index, encoder, terms, k=10)}
    assert "alias:bm25" in found["r1"]


def test_an_expansion_never_replaces_the_question(index: SearchIndex, encoder: OnnxEncoder) -> None:
    drift = [SearchTerm("install a package with pip", "model"), SearchTerm("sort columns", "model")]
    assert retrieve(index, encoder, [*ask(QUESTION), *drift], k=1)[0].passage_id in {"d1", "d2", "d3", "d4"}


def test_filters(index: SearchIndex, encoder: OnnxEncoder) -> None:
    blogs = retrieve(index, encoder, ask(QUESTION), k=10, kinds=["blog"])
    assert {hit.passage_id for hit in blogs} == {"d3", "r2"}
    recent = retrieve(index, encoder, ask(QUESTION), k=10, years=(2015, 2020))
    assert [hit.passage_id for hit in recent] == ["d2"]
    assert retrieve(index, encoder, ask(QUESTION), k=10, kinds=["course"]) == []


def test_plainness_moves_formulas(index: SearchIndex, encoder: OnnxEncoder) -> None:
    def score(passage_id: str, plainness: float) -> float:
        hits = retrieve(index, encoder, ask("future rewards"), k=10, plainness=plainness)
        return next(hit.score for hit in hits if hit.passage_id == passage_id)

    assert score("d5", -1.0) >= score("d5", 0.0) > score("d5", 1.0)
    assert score("d1", 0.0) == score("d1", 1.0), "it holds no formula"


def test_bad_arguments_are_named(index: SearchIndex, encoder: OnnxEncoder) -> None:
    with pytest.raises(InputError, match="term"):
        retrieve(index, encoder, [], k=5)
    with pytest.raises(InputError, match="k is 0"):
        retrieve(index, encoder, ask(QUESTION), k=0)
    with pytest.raises(InputError, match="plainness"):
        retrieve(index, encoder, ask(QUESTION), k=5, plainness=2.0)
    other = OnnxEncoder(None, None, "another", 1)  # type: ignore[arg-type]  # refused before it encodes
    with pytest.raises(ModelError, match="another"):
        retrieve(index, other, ask(QUESTION), k=5)


@pytest.mark.parametrize(
    "text", ["?", "日本語の質問", "' OR 1=1; --", "<b>x</b>", "../../etc/passwd", "a" * 2000, "\u0000"]
)
def test_any_text_is_searched_without_an_error(text: str, index: SearchIndex, encoder: OnnxEncoder) -> None:
    assert len(retrieve(index, encoder, ask(text), k=3)) == 3


def test_several_works_may_be_quoted(index: SearchIndex, encoder: OnnxEncoder) -> None:
    groups, likely = choose_hits(find_candidates(index, encoder, ask(QUESTION)), works=5, per_work=2)
    assert likely >= SURELY_ANSWERED
    assert {"book", "paper", "blog"} <= {group[0].work_id for group in groups}
    assert [hit.rank for group in groups for hit in group] == list(range(1, sum(map(len, groups)) + 1))


@pytest.mark.parametrize("question", ["best pizza in Naples", "capital of France", "how to train my dog"])
def test_off_topic_questions_get_nothing(question: str, index: SearchIndex, encoder: OnnxEncoder) -> None:
    groups, likely = choose_hits(find_candidates(index, encoder, ask(question)), works=5, per_work=2)
    assert groups == []
    assert likely < ANSWERED


def test_every_process_gives_the_same_bytes(tmp_path: Path, model_dir: Path, encoder: OnnxEncoder) -> None:
    build_index(RECORDS, index_dir=tmp_path, encoder=encoder)
    code = f"""
from pathlib import Path
from rlmap.search.encode import load_encoder
from rlmap.search.fuse import retrieve
from rlmap.search.index import open_index
from rlmap.types import SearchTerm
encoder = load_encoder(Path({str(model_dir)!r}))
print(retrieve(open_index(Path({str(tmp_path)!r})), encoder, [SearchTerm({QUESTION!r}, "question")], k=10))
"""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outputs) == 1
