from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rlmap.search.abstain import ANSWERED, SURELY_ANSWERED, answer_state, answered, relevance
from rlmap.search.arrange import Offer, arrange
from rlmap.search.asked import Asked, understand
from rlmap.search.choose import Chosen, choose_sentences
from rlmap.search.encode import OnnxEncoder
from rlmap.search.group import select
from rlmap.search.intent import Intent, intent_of
from rlmap.search.lines import as_lines
from rlmap.search.sentences import read_sentences
from rlmap.search.vocabulary import make_vocabulary
from rlmap.types import Hit, SourceKind

SENTENCES = [
    "This chapter begins with some history.",
    "Clipping keeps the probability ratio close to one.",
    "Without clipping the ratio between new and old policy could grow without bound.",
    "Exercises follow at the end.",
]


def ask(encoder: OnnxEncoder, question: str, names: dict[str, tuple[str, ...]] | None = None) -> Asked:
    return understand(question, encoder.encode([question])[0], make_vocabulary(names or {}))


def choose(encoder: OnnxEncoder, question: str, sentences: list[str], **bounds: int) -> tuple[int, int]:
    vectors = encoder.encode(sentences)
    (chosen,) = choose_sentences(ask(encoder, question), read_sentences(sentences), vectors, **bounds)
    return chosen.start, chosen.end


def score(encoder: OnnxEncoder, asked: Asked, sentences: list[str]) -> float:
    (chosen,) = choose_sentences(asked, read_sentences(sentences), encoder.encode(sentences))
    return chosen.score


def test_the_sentences_that_answer_are_chosen(encoder: OnnxEncoder) -> None:
    assert choose(encoder, "why clip the probability ratio?", SENTENCES) == (1, 3)


def test_bounds_hold_and_a_long_sentence_stays_whole(encoder: OnnxEncoder) -> None:
    assert choose(encoder, "why clip the probability ratio?", SENTENCES, most_sentences=1) in {(1, 2), (2, 3)}
    long = ["Clipping " + "keeps the ratio of policies close to one and " * 40 + "ends."]
    assert choose(encoder, "why clip the ratio?", long) == (0, 1)
    start, end = choose(encoder, "why clip the ratio?", SENTENCES * 10, most_words=20)
    assert end - start == 1 or sum(len((SENTENCES * 10)[place].split()) for place in range(start, end)) <= 20


def test_a_quote_that_points_back_takes_what_it_points_at(encoder: OnnxEncoder) -> None:
    passage = [
        "Buffers are described elsewhere in this manual.",
        "The discount factor multiplies each later reward.",
        "This determines how much the future counts, since a lower value makes the agent short-sighted.",
    ]
    assert choose(encoder, "why does a lower value make the agent short-sighted", passage) == (1, 3)


def test_a_quote_of_a_few_words_is_lengthened(encoder: OnnxEncoder) -> None:
    passage = ["Discount factor.", "It is a number from 0 to 1 by which each later reward is multiplied."]
    assert choose(encoder, "discount factor", passage) == (0, 2)


def test_a_quote_never_ends_with_what_only_announces(encoder: OnnxEncoder) -> None:
    passage = [
        "The discount factor exists for two reasons.",
        "An endless sum of rewards could be infinite, and discounting makes it finite.",
        "A reward soon is often truly better than the same reward later.",
    ]
    start, end = choose(encoder, "why is there a discount factor", passage)
    assert (start, end) != (0, 1)
    assert end > 1


NAMES = {"policy": ("Policy",), "policy-lag": ("Policy lag",)}


def test_what_speaks_of_the_subject_answers_better_than_what_names_another_thing(encoder: OnnxEncoder) -> None:
    asked = ask(encoder, "what is a policy", NAMES)
    texts = [
        "A policy is a rule that maps each state to an action, so it says what the agent does.",
        "Policy lag is the distance between the policy that acts and the one that is trained.",
        "The entry function returns the policy object; the default is None and must be a callable.",
    ]
    scores = [score(encoder, asked, [text]) for text in texts]
    assert scores[0] == max(scores)
    assert scores[2] == min(scores)


def test_a_longer_name_is_not_the_name_inside_it(encoder: OnnxEncoder) -> None:
    (subject,) = ask(encoder, "what is a policy", NAMES).subjects
    lines = as_lines(["Policy lag grows", "", "The agent has policies: a policy", "Lag of the policy lag: policy"])
    assert subject.named_at(lines).tolist() == [-1, -1, 1, 2]


OPTIONS = {"options": ("Options",), "policy": ("Policy",), "action-space": ("Action space",), "agent": ("Agent",)}
SUMMARIES = {"options": "An option is an action that lasts: a policy for a while. An agent chooses among options."}


def test_a_namesake_of_what_is_asked_about_does_not_answer(encoder: OnnxEncoder) -> None:
    vocabulary = make_vocabulary(OPTIONS, summaries=SUMMARIES)
    question = "what are options"
    asked = understand(question, encoder.encode([question])[0], vocabulary)
    meant = ["Options let an agent commit to a policy for several steps instead of choosing each action anew."]
    namesake = ["Options are contracts that give their owner the right to buy a share at a fixed price."]
    assert score(encoder, asked, meant) > 0
    assert score(encoder, asked, namesake) == 0
    longer = understand("how are options priced", asked.vector, vocabulary)
    assert not longer.company, "a longer question says itself what it means"


@pytest.mark.parametrize(
    ("articles", "first"),
    [
        ([], ["options", "policy"]),
        (["policy", "policy", "policy", "options"], ["policy", "options"]),
        (["policy", "policy", "options", "options"], ["options", "policy"]),
        (["policy", "policy", "agent", "agent"], ["policy", "options"]),
    ],
)
def test_articles_that_agree_say_what_is_asked_about_above_all(
    articles: list[str], first: list[str], encoder: OnnxEncoder
) -> None:
    question = "does a policy need options"
    asked = understand(question, encoder.encode([question])[0], make_vocabulary(OPTIONS), articles=articles)
    assert list(asked.concept_ids) == first


def test_articles_that_agree_add_what_is_asked_about_in_other_words(encoder: OnnxEncoder) -> None:
    question = "may it commit to a way of acting for a while"
    asked = understand(question, encoder.encode([question])[0], make_vocabulary(OPTIONS), articles=["options"] * 4)
    assert asked.concept_ids == ("options",)


def offer(work: str, worth: float, *, handbook: bool = False, rank: int = 1, kind: SourceKind = "docs") -> Offer:
    name = f"{work}{rank}"
    return Offer(Hit(name, work, worth, rank, ()), Chosen(0, 1, worth), "handbook" if handbook else kind, name)


def works_of(offers: list[list[Offer]], **bounds: int) -> list[str]:
    return [group[0].hit.work_id for group in arrange(offers, **bounds)]


def test_what_only_mentions_is_left_out_though_fewer_works_remain() -> None:
    assert works_of([[offer("a", 0.9)], [offer("b", 0.3)], [offer("c", 0.8)]]) == ["a", "c"]
    assert works_of([[offer("a", 0.2)], [offer("b", 0.1)]]) == ["a"]
    assert works_of([]) == []


def test_works_written_to_explain_need_answer_less_well_than_documentation() -> None:
    assert works_of([[offer("a", 0.9)], [offer("b", 0.56)], [offer("c", 0.56, kind="textbook")]]) == ["a", "c"]


def test_the_best_quote_of_a_work_stands_first_and_a_weak_second_one_goes() -> None:
    group = [offer("a", 0.6, rank=1), offer("a", 0.9, rank=2), offer("a", 0.55, rank=3)]
    (shown,) = arrange([group])
    assert [quote.hit.rank for quote in shown] == [2]


def test_documentation_that_explains_stands_before_documentation_that_mentions() -> None:
    mention, explains = offer("mention", 0.82), offer("explains", 0.8)
    mention = replace(mention, chosen=replace(mention.chosen, explanation=0.1))
    assert works_of([[mention], [explains]]) == ["explains", "mention"]
    assert works_of([[replace(mention, kind="paper")], [replace(explains, kind="paper")]]) == ["mention", "explains"]


def test_two_quotes_of_a_work_never_say_the_same() -> None:
    first, second = offer("a", 0.9), offer("a", 0.9, rank=2)
    (shown,) = arrange([[first, replace(second, text=first.text)]])
    assert len(shown) == 1


@pytest.mark.parametrize(("worth", "order"), [(0.92, ["out", "map"]), (0.99, ["map", "out"])])
def test_the_handbook_is_first_only_when_clearly_better(worth: float, order: list[str]) -> None:
    assert works_of([[offer("map", worth, handbook=True)], [offer("out", 0.9)]]) == order


def test_the_handbook_is_quoted_once_where_others_have_their_say() -> None:
    handbook = [offer("map", 0.8, handbook=True), offer("map", 0.8, handbook=True, rank=2)]
    others = [[offer(name, 0.8)] for name in "abc"]
    assert [len(group) for group in arrange([handbook, *others]) if group[0].is_handbook] == [1]
    assert [len(group) for group in arrange([handbook, *others[:1]]) if group[0].is_handbook] == [1]


def test_states() -> None:
    assert answer_state(0.99, []) == "nothing"
    assert answer_state(ANSWERED - 0.01, [True] * 5) == "nothing"
    assert answer_state(0.99, [True]) == "partial"
    assert answer_state(0.99, [False]) == "partial"
    assert answer_state(0.99, [False, False]) == "partial"
    assert answer_state(SURELY_ANSWERED - 0.01, [True, True]) == "partial"
    assert answer_state(SURELY_ANSWERED, [True, False]) == "found"


def test_relevance_grows_with_every_measure() -> None:
    low, closer, covered, explaining = relevance([0.3, 0.6, 0.3, 0.3], [0.2, 0.2, 0.9, 0.2], [0.0, 0.0, 0.0, 1.0])
    assert 0 < low < min(closer, covered, explaining) < 1


def test_one_close_passage_answers_less_than_three() -> None:
    assert answered([0.7, 0.2, 0.2], [0.5] * 3) < answered([0.7, 0.7, 0.7], [0.5] * 3)
    assert answered([0.6] * 3, [0.1] * 3) < answered([0.6] * 3, [0.9] * 3)
    assert answered([0.2, 0.7, 0.3], [0.1, 0.9, 0.2]) == answered([0.7, 0.3, 0.2], [0.9, 0.2, 0.1])
    assert answered([], []) == 0.0


def unit(*components: float) -> np.ndarray:
    return np.array(components) / np.linalg.norm(components)


def selected(choices: list[tuple[str, float, np.ndarray]], **bounds: int) -> list[list[int]]:
    works, scores, vectors = zip(*choices, strict=True)
    return select(np.array(works), np.array(scores), np.stack(vectors), **bounds)


def test_each_work_once_before_any_twice() -> None:
    choices = [
        ("a", 0.9, unit(1, 0, 0)),
        ("a", 0.8, unit(0, 1, 0)),
        ("a", 0.7, unit(0, 1, 1)),
        ("b", 0.6, unit(0, 0, 1)),
    ]
    assert selected(choices, works=2, per_work=2) == [[0, 1], [3]]
    assert selected(choices, works=1, per_work=1) == [[0]]
    assert select(np.array([]), np.array([]), np.zeros((0, 3))) == []


def test_a_copied_text_is_one_voice() -> None:
    choices = [("a", 0.9, unit(1, 0)), ("b", 0.9, unit(1, 0.01)), ("c", 0.4, unit(0, 1)), ("c", 0.3, unit(1, 0))]
    assert selected(choices) == [[0], [2]]


def test_within_an_article_the_section_that_is_written_for_the_question_is_quoted() -> None:
    elsewhere = offer("handbook", 0.8, handbook=True)
    written_for_it = replace(offer("handbook", 0.75, handbook=True, rank=2), is_written_for_it=True)
    (shown,) = arrange([[elsewhere, written_for_it]])
    assert shown == [written_for_it]


def test_between_sections_alike_the_article_that_is_asked_about_above_all_is_quoted() -> None:
    other = replace(offer("handbook", 0.8, handbook=True), is_written_for_it=True)
    asked_about = replace(
        offer("handbook", 0.75, handbook=True, rank=2), is_written_for_it=True, is_in_its_article=True
    )
    (shown,) = arrange([[other, asked_about]])
    assert shown == [asked_about]


def test_what_stands_before_in_or_for_is_asked_about_above_all(encoder: OnnxEncoder) -> None:
    names = make_vocabulary({"baseline": ("Baseline",), "theorem": ("Policy gradient theorem", "policy gradient")})
    question = "what is a baseline in policy gradient"
    asked = understand(question, encoder.encode([question])[0], names, articles=["theorem"] * 4)
    assert asked.concept_ids == ("baseline", "theorem")


def test_an_article_whose_order_matters_is_quoted_from_its_beginning() -> None:
    later = replace(offer("handbook", 0.8, handbook=True), is_written_for_it=True, position=900)
    opening = replace(offer("handbook", 0.6, handbook=True, rank=2), is_written_for_it=True, position=300)
    (shown,) = arrange([[later, opening]])
    assert shown == [opening]


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("what is a replay buffer for?", "reason"),
        ("what is a replay buffer", "definition"),
        ("how many seeds to compare two algorithms", "amount"),
        ("how does V-trace correct policy lag", "mechanism"),
        ("how should I choose gamma", "way"),
        ("how do I write my own environment", "way"),
        ("how does soft actor-critic work", "definition"),
        ("when is SARSA safer than Q-learning", "comparison"),
        ("why does PPO clip the probability ratio", "reason"),
        ("effect of discount rate in RL", "effect"),
        ("policy gradient", None),
    ],
)
def test_the_kind_of_answer_is_read_off_the_question(question: str, intent: Intent | None) -> None:
    assert intent_of(question) == intent
