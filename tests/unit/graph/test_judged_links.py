from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import concept, graph_of
from rlmap.errors import InputError
from rlmap.graph.judged_links import JudgedLink, cohen_kappa, load_links, precision, share_of
from rlmap.graph.load import load_graph
from rlmap.types import Locator

HEAD = "split\tconcept\tkind\tdocument\tstart\tend\tfirst\tsecond\n"


def link(first: int, second: int | None, kind: str = "paper") -> JudgedLink:
    return JudgedLink("test", "policy", kind, Locator("d", 0, 9), first, second)  # type: ignore[arg-type]


def test_a_link_explains_only_if_both_passes_say_so() -> None:
    measured = precision([link(3, 2), link(2, 1), link(1, 1, "blog"), link(3, None)], graph_of(concept("policy")))
    assert (measured.both.good, measured.both.links) == (1, 3)
    assert (measured.first.good, measured.second.good) == (2, 1)
    assert measured.same_verdict == pytest.approx(2 / 3)
    assert measured.same_grade == pytest.approx(1 / 3)
    assert {kind: share.links for kind, share in measured.strata["kind"].items()} == {"blog": 1, "paper": 2}


def test_the_interval_is_wilsons() -> None:
    share = share_of([True] * 81 + [False] * 19)
    assert (share.low, share.high) == pytest.approx((0.7222, 0.8749), abs=1e-4)


def test_kappa_is_cohens() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: 0.7 agreed, 0.5 by chance."""
    verdicts = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert cohen_kappa(verdicts) == pytest.approx(0.4)


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_an_interval_holds_its_share(verdicts: list[bool]) -> None:
    share = share_of(verdicts)
    assert 0.0 <= share.low <= share.share + 1e-9
    assert share.share - 1e-9 <= share.high <= 1.0


@pytest.mark.parametrize(
    "line",
    ["test\tpolicy\tpaper\td\t0\t9\t4\t", "x\tpolicy\tpaper\td\t0\t9\t3\t", "test\tpolicy\tpaper\td\t9\t9\t3\t2"],
)
def test_a_line_that_is_no_judgement_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "links.tsv").write_text(f"{HEAD}test\tpolicy\tpaper\td\t0\t9\t3\t3\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 3"):
        load_links(tmp_path)


def test_the_kept_judgements_are_of_this_map_and_split_by_concept(root: Path) -> None:
    graph = load_graph(root / "graph")
    links = load_links(root / "corpus" / "queries")
    assert {item.concept_id for item in links} <= set(graph.concepts)
    concepts = {split: {item.concept_id for item in links if item.split == split} for split in ("dev", "test")}
    assert not concepts["dev"] & concepts["test"]
    twice = [item for item in links if item.split == "test"]
    assert len(twice) == 330
    assert all(item.second is not None for item in twice)
    assert precision(twice, graph).both.share > 0.8
    pinned = [item for item in links if item.split == "pinned"]
    assert precision(pinned, graph).both.share > 0.9
