from __future__ import annotations

import pytest

from rlmap.errors import InputError
from rlmap.search.expand import expand
from rlmap.search.spelling import correct
from rlmap.search.vocabulary import (
    Vocabulary,
    concepts_of,
    is_all_names,
    make_vocabulary,
    nearest_concepts,
    subjects_of,
)
from rlmap.types import SearchTerm

NAMES = {
    "discount-factor": ("Discount factor", "gamma", "γ", "discount rate", "discounting"),
    "ppo": ("Proximal policy optimization", "PPO"),
    "q-learning": ("Q-learning", "tabular Q-learning", "Watkins Q-learning"),
    "dqn": ("Deep Q-network (DQN)", "DQN", "deep Q-learning"),
    "double-dqn": ("Double DQN", "DDQN", "double deep Q-learning"),
    "markov-decision-process": ("Markov decision process", "MDP"),
    "monte-carlo-prediction": ("Monte Carlo prediction", "Monte Carlo methods"),
    "a2c": ("Advantage actor-critic (A2C)", "A2C"),
    "a3c": ("Asynchronous advantage actor-critic (A3C)", "A3C"),
    "sac": ("Soft actor-critic (SAC)", "SAC"),
    "bellman-equation": ("Bellman equation",),
    "policy-gradient": ("Policy gradient",),
    "value-function": ("Value function", "V(s)", "state value"),
    "offline-rl": ("Offline reinforcement learning", "batch learning"),
    "fitted-q": ("Fitted Q-iteration", "batch learning"),
    "reinforcement-learning": ("Reinforcement learning", "RL"),
}
_CORPUS = "why does the explain work equation theorem paper what effect rate temperature python list sort process"
CORPUS_WORDS = _CORPUS.split()


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return make_vocabulary(NAMES, CORPUS_WORDS)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("what is the PO paper", "what is the PPO paper"),
        ("p p o paper", "PPO paper"),
        ("cue learning", "q learning"),
        ("explain a to c", "explain A2C"),
        ("a three c", "A3C"),
        ("sack temperature", "SAC temperature"),
        ("monty carlo methods", "Monte Carlo methods"),
        ("markup decision process", "Markov decision process"),
        ("bell man equation", "Bellman equation"),
        ("policy grading theorem", "Policy gradient theorem"),
        ("re inforcement learning", "Reinforcement learning"),
        ("what is discuonting", "what is discounting"),
        ("tempereture", "temperature"),
    ],
)
def test_slips_are_repaired(heard: str, meant: str, vocabulary: Vocabulary) -> None:
    assert correct(heard, vocabulary) == meant


@pytest.mark.parametrize(
    "question",
    [
        "effect of discount rate in RL",
        "What does γ do?",
        "why does the Bellman equation work?",
        "python list sort",
        "Double DQN: why?",
        "who are you to be in three",
        "",
        "ааа бб вв",
        "<script>alert(1)</script> ' OR 1=1 --",
    ],
)
def test_what_is_right_is_returned_unchanged(question: str) -> None:
    known = make_vocabulary(NAMES, [*CORPUS_WORDS, "script", "alert"])
    assert correct(question, known) == question


def test_the_question_comes_first_and_unchanged(vocabulary: Vocabulary) -> None:
    terms = expand("  what is the PO paper? ", vocabulary)
    assert (terms[0].text, terms[0].origin) == ("  what is the PO paper? ", "question")
    assert [(term.text, term.origin) for term in terms[1:]] == [
        ("what is the PPO paper", "spelling"),
        ("what is the proximal policy optimization paper", "alias"),
    ]


def test_an_alias_brings_the_title_and_a_title_brings_an_alias(vocabulary: Vocabulary) -> None:
    assert [term.text for term in expand("effect of discount rate", vocabulary)[1:]] == [
        "discount rate",
        "discount factor",
    ]
    assert [term.text for term in expand("what is a Markov decision process", vocabulary)[1:]] == ["what is a MDP"]


def test_a_word_that_is_part_of_many_names_brings_nothing() -> None:
    names = {f"c{number}": (f"{word} policy",) for number, word in enumerate(["soft", "greedy", "fixed", "old", "new"])}
    many = make_vocabulary({**names, "policy": ("Policy", "rule of behaviour")})
    assert len(expand("what is a policy", many)) == 1
    assert len(expand("what is a greedy policy", make_vocabulary({"g": ("Greedy policy", "argmax rule")}))) == 2


def test_a_question_without_a_name_is_not_expanded(vocabulary: Vocabulary) -> None:
    assert len(expand("best pizza in Naples", make_vocabulary(NAMES, ["best", "pizza", "naples"]))) == 1


@pytest.mark.parametrize("empty", ["", "   ", "?!", "\x00"])
def test_a_question_without_words_is_refused(empty: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(InputError, match="no word"):
        expand(empty, vocabulary)


def test_the_longest_name_wins(vocabulary: Vocabulary) -> None:
    assert [concept for concept, _ in concepts_of("double deep Q-learning", vocabulary)] == ["double-dqn"]
    assert {concept for concept, _ in concepts_of("Q-learning and DQNs", vocabulary)} == {"dqn", "q-learning"}


def test_a_name_of_two_concepts_counts_for_both(vocabulary: Vocabulary) -> None:
    assert concepts_of("batch learning", vocabulary) == [("fitted-q", 0.5), ("offline-rl", 0.5)]


def test_single_letters_name_nothing(vocabulary: Vocabulary) -> None:
    assert concepts_of("vitamins v and s", vocabulary) == []


def test_nearest_concepts_share_a_word(vocabulary: Vocabulary) -> None:
    assert nearest_concepts("a gradient of paint", vocabulary) == ["policy-gradient"]
    assert nearest_concepts("best pizza in Naples", vocabulary) == []


def test_the_question_is_searched_with_what_the_map_says_of_its_concepts() -> None:
    described = make_vocabulary(NAMES, CORPUS_WORDS, {"q-learning": "It learns the values of the best policy."})
    terms = expand("what is Q-learning", described)
    assert [term.text for term in terms if term.origin == "map"] == [
        "what is Q-learning: It learns the values of the best policy."
    ]
    assert not [term for term in expand("what is PPO", described) if term.origin == "map"]


def test_of_concepts_that_the_same_stems_name_the_one_named_in_full_is_meant() -> None:
    vocabulary = make_vocabulary({"how-many-seeds": ("How many seeds",), "random-seeds": ("Random seeds", "seed")})
    assert subjects_of("how many seeds to compare", vocabulary, most=2) == ["how-many-seeds"]
    assert subjects_of("which seed should I take", vocabulary, most=2) == ["random-seeds"]


def test_an_acronym_of_the_map_with_a_letter_lost_is_repaired_though_the_corpus_knows_the_rest() -> None:
    known = make_vocabulary(NAMES, [*CORPUS_WORDS, "po", "td"])
    assert expand("what is the PO paper about", known)[1].text == "what is the PPO paper about"
    assert expand("po box number", known)[-1].text == "po box number"


def test_a_word_that_means_other_things_elsewhere_is_spelled_out_as_good_as_the_question() -> None:
    names = {"discount-factor": ("Discount factor", "gamma"), "ppo": ("Proximal policy optimization", "PPO")}
    vocabulary = make_vocabulary(names, [])
    assert expand("why does gamma matter", vocabulary)[1] == SearchTerm("why does discount factor matter", "title")
    assert expand("why does gamma radiation matter", vocabulary)[1].origin == "alias"
    assert expand("why does PPO matter", vocabulary)[1].origin == "alias"
    assert expand("why does the discount factor matter", vocabulary)[1].origin == "alias"


def test_a_question_of_names_alone_is_about_the_map() -> None:
    vocabulary = make_vocabulary({"sac": ("Soft actor-critic", "SAC"), "ppo": ("Proximal policy optimization", "PPO")})
    assert is_all_names("SAC vs PPO", vocabulary)
    assert is_all_names("why does PPO matter and how does it work", vocabulary)
    assert not is_all_names("why does it matter", vocabulary)
    assert not is_all_names("a sack of PPO flour", vocabulary)
    assert not is_all_names("what is it?", vocabulary)


def test_a_broad_word_is_no_subject_where_another_name_is() -> None:
    broad = {f"agent-{n}": (f"{name} agent",) for n, name in enumerate(["planning", "random", "greedy", "learning"])}
    names = {**broad, "agent": ("Agent",), "partial-observability": ("Partial observability", "full state")}
    vocabulary = make_vocabulary(names)
    assert subjects_of("the agent cannot see the full state", vocabulary, most=2) == ["partial-observability"]
    assert subjects_of("what is an agent", vocabulary, most=2) == ["agent"]


@pytest.mark.parametrize(
    ("question", "rewritten"),
    [
        ("why does PPO clip the ratio", "why does PPO clip the ratio (clipped surrogate objective)"),
        ("how does V-trace correct policy lag", "how does V-trace correct policy lag (vtrace)"),
        ("what is PPO clip", "what is clipped surrogate objective"),
        ("explain the optimality equation", "explain the Bellman optimality equation"),
    ],
)
def test_a_question_by_another_name_still_reads_as_one(question: str, rewritten: str) -> None:
    names = {
        "clipped-surrogate-objective": ("Clipped surrogate objective", "PPO clip"),
        "v-trace": ("V-trace correction", "vtrace"),
        "bellman-optimality-equation": ("Bellman optimality equation", "optimality equation", "Bellman optimality"),
    }
    assert [term.text for term in expand(question, make_vocabulary(names)) if term.origin == "alias"] == [rewritten]
