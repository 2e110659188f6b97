"""The project's own handbook: every article obeys the rules, and its numbers are right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from rlmap.corpus.handbook import check_articles, load_articles
from rlmap.corpus.handbook_article import Article
from rlmap.corpus.manifest import load_manifest
from rlmap.graph.load import load_graph
from rlmap.settings import data_root

HANDBOOK = data_root() / "corpus" / "handbook"
ARTICLES = load_articles(HANDBOOK)
WITH_NUMBERS = [article for article in ARTICLES if article.code]


def test_every_concept_has_its_article_and_no_article_breaks_a_rule(root: Path) -> None:
    areas = {concept.id: concept.area for concept in load_graph(root / "graph").concepts.values()}
    problems = check_articles(HANDBOOK, areas, set(load_manifest(root / "corpus").by_id))
    assert problems == []  # warnings too: symbols that no words name, articles compared with one source only
    assert Counter(article.concept_id for article in ARTICLES) == dict.fromkeys(areas, 1)


@pytest.mark.parametrize("article", WITH_NUMBERS, ids=lambda article: f"{article.area}/{article.name}")
def test_the_numbers_of_an_article_are_right(article: Article) -> None:
    assert any("assert" in code for code in article.code), "the code of an article asserts the numbers of its text"
    names: dict[str, object] = {}
    for code in article.code:
        exec(compile(code, article.file, "exec"), names)


def test_most_articles_recompute_their_numbers() -> None:
    assert len(WITH_NUMBERS) > 0.9 * len(ARTICLES)
