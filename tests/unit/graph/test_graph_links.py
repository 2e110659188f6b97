from __future__ import annotations

from dataclasses import replace

import pytest

from maps import concept, graph_of
from rlmap.graph.evidence import edge_evidence, sentences_of_both
from rlmap.graph.explains import TOUCHES_FROM, Candidate, Signals, explanation_score
from rlmap.graph.links import rank_links
from rlmap.graph.mentions import longer_names, names_pattern
from rlmap.graph.narrower import narrower_concepts, treats_narrower
from rlmap.types import Concept, Hit

GAMMA = concept("discount-factor", aliases=["γ", "discount rate", "DF"])
DEFINES = (
    "The discount factor is a number between zero and one that says how much a reward counts that comes one "
    "step later. With a discount factor near zero the agent looks at the next reward only, because all others vanish."
)
MENTIONS = (
    "We train the agent for ten million steps with a discount factor of 0.99, as in Mnih et al. [12], and report the "
    "mean of three runs; see Table 2 for the remaining settings of the optimiser and the network that we used here."
)
SILENT = (
    "The agent plays against itself, and the better of the two is kept. This goes on until nothing changes any more."
)


#: What an index says of a passage that is about the concept, and of one that is not.
NEAR = Signals(summary=0.8, title=0.7, words=0.9, explanation=0.8)
FAR = Signals(summary=0.3, title=0.3, words=0.4, explanation=0.5)


def candidate(
    text: str,
    work: str = "w",
    number: int = 1,
    *,
    score: float = 0.5,
    signals: Signals = NEAR,
    headings: tuple[str, ...] = (),
    formalism: float = 0.0,
) -> Candidate:
    hit = Hit(passage_id=f"{work}-{number}", work_id=work, score=score, rank=number, found_by=("dense",))
    return Candidate(hit, text, headings, formalism, signals)


def test_what_explains_beats_a_mention_that_retrieval_likes_better() -> None:
    ranked = rank_links(
        GAMMA, [candidate(MENTIONS, "paper", score=1.0, signals=FAR), candidate(DEFINES, "book", score=0.3)]
    )
    assert [work.work_id for work in ranked] == ["book"]
    assert explanation_score(GAMMA, candidate(MENTIONS, signals=FAR)) < TOUCHES_FROM


def test_a_passage_without_the_name_counts_only_below_a_heading_that_has_it() -> None:
    assert explanation_score(GAMMA, candidate(SILENT)) == 0.0
    inside, alone = (
        explanation_score(GAMMA, candidate(SILENT, headings=headings))
        for headings in (("A book", "On discount rates and their uses"), ("A book", "Discount rates"))
    )
    outside = explanation_score(GAMMA, candidate(SILENT, headings=("Discount rates", "Uses")))
    assert 0.0 < inside < outside < alone


def test_a_line_explains_less_than_a_paragraph_of_the_same_signals() -> None:
    assert explanation_score(GAMMA, candidate("The discount factor.")) < explanation_score(GAMMA, candidate(DEFINES))


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("discount-factor", "Small Discount Factors make it blind.", True),
        ("discount-factor", "the discount\nfactor", True),
        ("discount-factor", "the discounting of factors", False),
        ("discount-factor", "a DF of one", True),
        ("discount-factor", "a df of one", False),
        ("discount-factor", "where γ is small", False),
        ("policy", "policy gradients and policies", True),
        ("policy", "the off-policy case", False),
    ],
)
def test_names_are_found_as_they_are_written(name: str, text: str, found: bool) -> None:
    item = GAMMA if name == GAMMA.id else concept(name)
    assert bool(names_pattern((item.title, *item.aliases)).search(text)) is found


def test_works_are_ordered_from_plain_to_formal_and_hold_their_best_passages() -> None:
    weaker = replace(NEAR, summary=0.75)
    found = [
        candidate(DEFINES, "formal", 1, signals=replace(NEAR, summary=0.9), formalism=0.6),
        candidate(DEFINES, "plain", 1, signals=weaker, formalism=0.0),
        candidate(DEFINES, "plain", 2, signals=NEAR, formalism=0.1),
        candidate(DEFINES, "plain", 3, signals=replace(NEAR, summary=0.72), formalism=0.1),
        candidate(DEFINES, "plain", 2, signals=weaker, formalism=0.1),
    ]
    ranked = rank_links(GAMMA, found)
    assert [work.work_id for work in ranked] == ["plain", "formal"]
    assert [link.passage_id for link in ranked[0].links] == ["plain-2", "plain-1"]
    assert [work.work_id for work in rank_links(GAMMA, found, most_works=1)] == ["formal"]
    assert rank_links(GAMMA, reversed(found)) == ranked


def test_the_name_of_another_concept_is_no_mention_of_its_parts() -> None:
    descent = concept("gradient-descent")
    stochastic = concept("stochastic-gradient-descent", title="Stochastic gradient descent (SGD)", aliases=["SGD"])
    others = longer_names(graph_of(descent, stochastic, concept("reward")), descent)
    text = "Stochastic gradient descent is a method that takes one example at a time, so a step is cheap."
    assert others == ("Stochastic gradient descent",)
    assert explanation_score(descent, candidate(text), others) == 0.0
    assert explanation_score(descent, candidate(text)) > 0.0
    assert explanation_score(stochastic, candidate(text)) > 0.0


def test_editors_have_the_last_word() -> None:
    edited: Concept = concept("discount-factor", pinned=["paper/paper-1"], rejected=["book/book-1"])
    ranked = rank_links(edited, [candidate(MENTIONS, "paper", signals=FAR), candidate(DEFINES, "book")])
    assert [(link.passage_id, link.pinned) for work in ranked for link in work.links] == [("paper-1", True)]


def test_evidence_of_an_edge_speaks_of_both_concepts() -> None:
    policy, gradient = concept("policy"), concept("policy-gradient")
    both = "A policy gradient shifts probability towards what paid, so that the policy itself is changed."
    far = "The policy is a table." + " Something else is said here." * 20 + " The policy gradient comes later."
    found = [
        candidate(far, "far"),
        candidate(both, "near", 1),
        candidate(both, "near", 2, score=0.4),
        candidate("A policy gradient is a direction.", "inside"),
        candidate("The policy is a map from states to actions.", "one"),
    ]
    links = edge_evidence(policy, gradient, found)
    assert [link.passage_id for link in links] == ["near-1", "far-1"]
    assert edge_evidence(policy, concept("policy-gradient", rejected=["near/near-1"]), found)[0].passage_id == "near-2"


def test_evidence_is_the_shortest_run_of_sentences_that_names_both() -> None:
    policy, gradient = concept("policy"), concept("policy-gradient")
    apart = ["A policy is given.", "Nothing.", "So the policy gradient is a direction.", "It moves the policy."]
    assert sentences_of_both(policy, gradient, apart) == (2, 4)
    assert sentences_of_both(policy, gradient, ["The policy gradient moves the policy."]) == (0, 1)
    assert sentences_of_both(policy, gradient, ["The policy gradient is a direction."]) is None
    assert sentences_of_both(policy, gradient, ["A policy.", "B.", "C.", "D.", "The policy gradient."]) is None


REPLAY = concept("experience-replay")
PRIORITISED = concept("prioritised-experience-replay", needs=["experience-replay"])
BOTH = graph_of(REPLAY, PRIORITISED)
ON_BOTH = (
    "Prioritised experience replay draws transitions that surprise more often. Like all experience replay it "
    "keeps what happened in a buffer and learns from it again, in an order that is not that of time."
)


def test_narrower_concepts_are_built_on_one_within_two_edges_alternatives_included() -> None:
    option = concept(
        "replay-by-option",
        any_of=[
            {
                "reason": "Either will do.",
                "options": [
                    {"concept": "experience-replay", "background": "engineer"},
                    {"concept": "reward", "background": "mathematician"},
                ],
            }
        ],
    )
    second = concept("ordered-buffers", needs=["prioritised-experience-replay"])
    third = concept("sorted-buffers", needs=["ordered-buffers"])
    graph = graph_of(REPLAY, PRIORITISED, option, second, third, concept("reward"))
    assert set(narrower_concepts(graph, REPLAY)) == {PRIORITISED, option, second}


@pytest.mark.parametrize(
    ("text", "broader", "narrower", "treats"),
    [
        (ON_BOTH, FAR, NEAR, True),
        (ON_BOTH, NEAR, FAR, False),
        (ON_BOTH, NEAR, NEAR, False),
        ("Experience replay keeps what happened in a buffer.", FAR, NEAR, False),
    ],
    ids=["nearer to the narrower", "nearer to the broader", "as near to both", "the narrower is not named"],
)
def test_a_passage_treats_the_narrower_concept_that_it_names_and_is_nearer_to(
    text: str, broader: Signals, narrower: Signals, treats: bool
) -> None:
    found = candidate(text, signals=broader)
    assert treats_narrower(BOTH, REPLAY, found, {PRIORITISED.id: narrower}) is treats


def test_what_treats_a_narrower_concept_stands_behind_all_others_unless_an_editor_pinned_it() -> None:
    found = [
        candidate(DEFINES, "paper", signals=NEAR),
        candidate(DEFINES, "book", signals=Signals(0.78, 0.68, 0.9, 0.8)),
    ]
    best = rank_links(GAMMA, found, most_works=1)
    assert [work.work_id for work in best] == ["paper"]
    assert [work.work_id for work in rank_links(GAMMA, found, most_works=1, narrower={"paper-1"})] == ["book"]
    assert [work.work_id for work in rank_links(GAMMA, found, narrower={"paper-1"})] == ["book", "paper"]
    pinned: Concept = concept("discount-factor", pinned=["paper/paper-1"])
    assert [work.work_id for work in rank_links(pinned, found, most_works=1, narrower={"paper-1"})] == ["paper"]
