"""Find out in minutes what a learner knows: a few questions, each the one that tells most.

What a learner knows is a set of concepts that holds, with each concept, all that it needs (a
knowledge state of Doignon and Falmagne 1985). The belief over such sets is a few thousand sampled
ones with weights. An answer multiplies the weights by its likelihood, allowing for slips; the next
question is the one whose answer is expected to leave the least doubt: the variance of known or not,
summed over concepts, which is what a guess of each by its probability would lose (Brier 1950).
Everything is recomputed from the answers, so a placement is its answers and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rlmap.errors import InputError, UnknownNameError
from rlmap.spelling import nearest_names
from rlmap.study.knowledge import KnowledgeSpace, sample_states, space_of
from rlmap.types import ConceptGraph

Answer = Literal["yes", "roughly", "no", "unknown"]

#: Likelihood of each answer for who knows the concept, and for who does not: one answer in ten slips.
_LIKELIHOOD: Mapping[Answer, tuple[float, float]] = {
    "yes": (0.90, 0.10),
    "roughly": (0.60, 0.40),
    "no": (0.10, 0.90),
    "unknown": (0.10, 0.90),
}
SAMPLES = 12_000
_SEED = 20
#: Stop when this share of the concepts is expected to be judged wrongly, or after so many questions.
_GOOD_ENOUGH = 0.03
MAX_QUESTIONS = 25

Floats = NDArray[np.float64]


class Answered(NamedTuple):
    """A question that was put, and what came back; ``goal`` counts the concept's goals from 0."""

    concept_id: str
    goal: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Question:
    """Whether the learner can do what ``text``, one goal of a concept, says.

    ``gain`` is the variance, summed over concepts, that the answer is expected to take away.
    """

    concept_id: str
    goal: int
    text: str
    gain: float


@dataclass(frozen=True, slots=True)
class Placement:
    """What is believed after some answers.

    ``probability`` gives, for each concept, how likely it is to be known; ``question`` is the next
    one, ``None`` when enough is known; ``expected_wrong`` is the share of concepts expected to be
    judged wrongly if the questions stop here.
    """

    probability: Mapping[str, float]
    answers: tuple[Answered, ...]
    question: Question | None
    expected_wrong: float

    @property
    def known(self) -> frozenset[str]:
        """Concepts that are more likely known than not, and were not answered ``roughly``."""
        likely = {concept_id for concept_id, p in self.probability.items() if p > 0.5}
        return frozenset(likely) - self.known_roughly

    @property
    def known_roughly(self) -> frozenset[str]:
        """Concepts of which a goal was answered ``roughly`` and which are likely known."""
        rough = {item.concept_id for item in self.answers if item.answer == "roughly"}
        return frozenset(concept_id for concept_id in rough if self.probability[concept_id] > 0.5)


def place(graph: ConceptGraph, concept_ids: Sequence[str], answers: Sequence[Answered] = ()) -> Placement:
    """Return the belief after these answers, and the next question.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    concept_ids : sequence of str
        What the questions are about: the closure of the goals, each concept once.
    answers : sequence of Answered
        What was answered so far, in any order.

    Raises
    ------
    InputError
        If there is no concept to ask about, or an answer is none of the four.
    UnknownNameError
        If a concept does not exist, or an answer is about none of ``concept_ids``.
    """
    ids = tuple(sorted(set(concept_ids)))
    _check(graph, ids, answers)
    space = space_of(graph, ids)
    states = _states(space)
    column = {concept_id: at for at, concept_id in enumerate(ids)}
    log_weight = np.zeros(len(states))
    for item in answers:
        if_known, if_not = _LIKELIHOOD[item.answer]
        log_weight += np.where(states[:, column[item.concept_id]], np.log(if_known), np.log(if_not))
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    known = weight @ states
    wrong = float(np.minimum(known, 1 - known).mean())
    done = wrong <= _GOOD_ENOUGH or len(answers) >= MAX_QUESTIONS
    return Placement(
        probability={concept_id: float(p) for concept_id, p in zip(ids, known, strict=True)},
        answers=tuple(answers),
        question=None if done else _best_question(graph, ids, states, weight, answers),
        expected_wrong=wrong,
    )


@lru_cache(maxsize=8)
def _states(space: KnowledgeSpace) -> NDArray[np.bool_]:
    return sample_states(space, SAMPLES, np.random.default_rng(_SEED))


def _best_question(
    graph: ConceptGraph,
    ids: Sequence[str],
    states: NDArray[np.bool_],
    weight: Floats,
    answers: Sequence[Answered],
) -> Question | None:
    gains = expected_gains(states, weight)
    asked = {(item.concept_id, item.goal) for item in answers}
    for at in np.argsort(-gains, kind="stable"):
        concept = graph.concepts[ids[at]]
        fresh = [goal for goal in range(len(concept.goals)) if (concept.id, goal) not in asked]
        if fresh and gains[at] > 0:
            return Question(concept.id, fresh[0], concept.goals[fresh[0]], float(gains[at]))
    return None


def expected_gains(states: NDArray[np.bool_], weight: Floats) -> Floats:
    """Return, for each concept, the variance (summed over concepts) that asking about it is expected to remove.

    Parameters
    ----------
    states : array of bool, shape (samples, concepts)
        Sampled knowledge states.
    weight : array of float, shape (samples,)
        Their weights, which sum to 1.
    """
    sampled = states.astype(np.float32)
    both = (sampled * weight[:, None].astype(np.float32)).T @ sampled  # both[q, c]: q and c known
    known = np.diag(both).astype(np.float64)
    only_other = known[None, :] - both  # c known, q not
    now = _variance(known).sum()
    left = np.zeros(len(known))
    for if_known, if_not in (_LIKELIHOOD["yes"], _LIKELIHOOD["no"]):
        chance = if_known * known + if_not * (1 - known)
        after = (if_known * both + if_not * only_other) / chance[:, None]
        left += chance * _variance(after).sum(axis=1)
    gains: Floats = now - left
    return gains


def _variance(p: Floats) -> Floats:
    variance: Floats = p * (1 - p)
    return variance


def _check(graph: ConceptGraph, ids: Sequence[str], answers: Sequence[Answered]) -> None:
    if not ids:
        raise InputError("There is nothing to ask about: choose a goal that needs something.")
    for concept_id in ids:
        if concept_id not in graph.concepts:
            raise UnknownNameError("concept", concept_id[:80], nearest_names(concept_id[:80], graph.concepts))
    for item in answers:
        if item.concept_id not in ids:
            raise UnknownNameError("concept among the questions", item.concept_id[:80])
        if item.answer not in _LIKELIHOOD:
            raise InputError(f"The answer {item.answer!r} is none of yes, roughly, no and unknown.")
