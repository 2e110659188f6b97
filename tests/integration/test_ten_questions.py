"""Ten questions that a learner asks, read and judged by hand (``docs/handbook-review.md``): they keep their answers."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

import pytest

from rlmap.pipeline.asking import ask_question
from rlmap.pipeline.setting_up import fetch_named
from rlmap.pipeline.workspace import Workspace, open_workspace
from rlmap.settings import Settings, data_root
from rlmap.types import AnswerState, AskResult

#: Question, state, article of the handbook that is quoted, works of which one at least is quoted first
#: among the outside ones (none where the default corpus holds nothing to the point).
DEFAULT: list[tuple[str, AnswerState, str, set[str]]] = [
    ("effect of discount rate in RL", "found", "discount-factor", {"tianshou"}),
    (
        "why does PPO clip the probability ratio",
        "found",
        "clipped-surrogate-objective",
        {"tianshou", "autonomous-learning-library", "labml-nn"},
    ),
    ("does potential-based shaping keep the optimal policy", "found", "reward-shaping", {"causalrl"}),
    ("agent cannot see the full state", "partial", "partial-observability", set()),
    ("when is SARSA safer than Q-learning", "found", "sarsa", {"autonomous-learning-library"}),
    ("what are options", "found", "options", {"simpleoptions"}),
    ("eligibility traces intuition", "partial", "eligibility-traces", set()),
    ("how many seeds to compare two algorithms", "found", "how-many-seeds", {"imitation"}),
    ("how does V-trace correct policy lag", "found", "v-trace", {"decisionrl"}),
    ("what makes a process Markov", "found", "markov-property", {"pydtmc"}),
]

#: Mirrored documents, and the questions that three of them at least answer.
MIRRORED = [
    "hf-unit8-clipped-surrogate-objective", "hf-unit1-rl-framework", "lillog-policy-gradient", "lillog-rl-overview",
    "spinup-rl_intro", "spinup-ppo", "pufferlib-quickstart",
]  # fmt: skip
ANSWERED_BY_THREE = [
    "why does PPO clip the probability ratio",
    "agent cannot see the full state",
    "what makes a process Markov",
]


@pytest.fixture(scope="module")
def workspace(built_home: Path) -> Workspace:
    return open_workspace(Settings(root=data_root(), home=built_home))


def outside(result: AskResult) -> list[str]:
    return [answer.source.work_id for answer in result.answers if answer.source.kind != "handbook"]


@pytest.mark.parametrize(("question", "state", "article", "works"), DEFAULT)
def test_the_default_corpus_answers(
    question: str, state: AnswerState, article: str, works: set[str], workspace: Workspace
) -> None:
    result = ask_question(workspace, question)
    assert result.state == state
    quotes = [quote for answer in result.answers if answer.source.kind == "handbook" for quote in answer.quotes]
    assert [PurePosixPath(quote.locator.document_id).stem for quote in quotes] == [article]
    if works:
        assert outside(result)[0] in works
    else:
        assert result.further_reading, "who asks is told where to read on"


@pytest.mark.parametrize("question", [row[0] for row in DEFAULT if row[3] - {"pydtmc"}])
def test_the_handbook_is_not_first_where_an_outside_work_is_to_the_point(question: str, workspace: Workspace) -> None:
    assert ask_question(workspace, question).answers[0].source.kind != "handbook"


@pytest.mark.mirror
def test_mirrored_works_answer(mirror_dir: Path, built_home: Path, tmp_path: Path) -> None:
    settings = Settings(root=data_root(), home=tmp_path)
    (tmp_path / "model").symlink_to(built_home / "model")
    (tmp_path / "index").mkdir()
    shutil.copy(built_home / "index" / "vectors.sqlite", tmp_path / "index")  # so that little is encoded
    fetch_named(settings, MIRRORED, mirror=mirror_dir)
    mirrored = open_workspace(settings)
    few = {
        question: shown
        for question in ANSWERED_BY_THREE
        if len(shown := set(outside(ask_question(mirrored, question)))) < 3
    }
    assert few == {}
