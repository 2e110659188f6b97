"""Measuring the answers of the corpus that is here on the judged questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from rlmap.pipeline.asking import AskOptions, ask_question
from rlmap.pipeline.expanding import feedback_expansion, generator_of, model_expansion
from rlmap.pipeline.workspace import Workspace
from rlmap.search.evaluate import (
    Abstention,
    Expansion,
    Measured,
    compare_ndcg,
    judged,
    measure_abstention,
    measure_ranking,
    rankers,
)
from rlmap.search.judged import Judgment, grades_of_passages, load_judgments, load_questions, still_fitting
from rlmap.types import AnswerState, Progress, no_progress

Split = Literal["dev", "test"]

_STAGE = "Measuring"


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """What was measured, and on what.

    ``systems`` gives each system's measures; ``gains`` by how much ``ours`` exceeds each other
    system in nDCG@10, question by question.
    """

    split: str
    questions: int
    unanswerable: int
    passages: int
    works: int
    judgments: int
    systems: dict[str, dict[str, Measured]]
    gains: dict[str, Measured]
    abstention: Abstention

    def payload(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return asdict(self)


def evaluate(
    workspace: Workspace,
    *,
    split: Split = "dev",
    feedback: Iterable[Judgment] = (),
    progress: Progress = no_progress,
) -> EvaluationReport:
    """Measure every system on one half of the judged questions.

    Parameters
    ----------
    workspace : Workspace
        The corpus that is searched; judgments about documents that it lacks are left out.
    split : {"dev", "test"}
        Parameters are chosen on the first, numbers reported on the second.
    feedback : iterable of Judgment
        Judgments of the user's own, which count beside the published ones.
    progress : Progress
        Told how many systems are measured.

    Raises
    ------
    InputError
        If the judged questions cannot be read.
    """
    queries_dir = workspace.settings.corpus_dir / "queries"
    questions = [question for question in load_questions(queries_dir) if question.split == split]
    index = workspace.index
    indexed = index.store.passages(np.arange(index.info.passages))
    works = dict(zip(indexed.ids, indexed.work_ids, strict=True))
    places = {passage.id: passage.locator for passage in workspace.store.passages() if passage.id in works}
    edited = {
        places[key].document_id for key, kind in zip(indexed.ids, indexed.kinds, strict=True) if kind == "handbook"
    }
    judgments = still_fitting([*load_judgments(queries_dir), *feedback], places.values(), edited)
    grades = grades_of_passages(judgments, places)
    systems = rankers(index, workspace.encoder, workspace.vocabulary, _extras(workspace), workspace.reranker)
    measured: dict[str, dict[str, Measured]] = {}
    for done, (name, system) in enumerate(systems.items(), start=1):
        measured[name] = measure_ranking(system, questions, grades, works)
        progress(_STAGE, done, len(systems) + 1)
    gains = {
        name: compare_ndcg(systems["ours"], system, questions, grades)
        for name, system in systems.items()
        if name != "ours"
    }
    abstention = measure_abstention(lambda question: _shown(workspace, question), questions, grades, works)
    progress(_STAGE, len(systems) + 1, len(systems) + 1)
    return EvaluationReport(
        split=split,
        questions=len(judged(questions, grades)),
        unanswerable=sum(not question.has_answer for question in questions),
        passages=index.info.passages,
        works=index.info.works,
        judgments=sum(len(grades.get(question.id, {})) for question in questions),
        systems=measured,
        gains=gains,
        abstention=abstention,
    )


def _extras(workspace: Workspace) -> dict[str, Expansion]:
    """Return the expansions that are off by default; a model only where one is configured."""
    extras: dict[str, Expansion] = {"feedback": lambda question: feedback_expansion(workspace, question)}
    generator = generator_of(workspace.settings)
    if generator is not None:
        extras["the model"] = cache(lambda question: model_expansion(question, generator))  # asked for twice
    return extras


def _shown(workspace: Workspace, question: str) -> tuple[AnswerState, int]:
    result = ask_question(workspace, question, AskOptions())
    return result.state, len(result.answers)


def evaluation_text(report: EvaluationReport) -> str:
    """Return the report as a table, intervals in brackets."""
    names = list(next(iter(report.systems.values())))
    lines = [
        f"{report.split}: {report.questions} questions with an answer, {report.unanswerable} without; "
        f"{report.passages:,} passages of {report.works} works, {report.judgments:,} judgments",
        "",
        f"{'system':26}" + "".join(f"{name:>24}" for name in names) + f"{'ours gains nDCG@10':>26}",
    ]
    for system, row in report.systems.items():
        gain = _interval(report.gains[system], "+.3f") if system in report.gains else ""
        lines.append(f"{system:26}" + "".join(f"{_interval(row[name], '.3f'):>24}" for name in names) + f"{gain:>26}")
    abstention = report.abstention
    lines += [
        "",
        f"nothing: precision {_interval(abstention.precision, '.3f')}, recall {_interval(abstention.recall, '.3f')}",
        f"five works shown where five have relevant passages: {_interval(abstention.enough_works, '.3f')} "
        f"of {abstention.with_enough}",
        f"states: {', '.join(f'{kind}: {dict(states)}' for kind, states in abstention.states.items())}",
        "An expansion pays where leaving it out loses and adding it gains; feedback and the model are off by default.",
    ]
    return "\n".join(lines)


def _interval(value: Measured, form: str) -> str:
    return f"{value.mean:{form}} [{value.low:{form}}, {value.high:{form}}]"
