"""The rules of the handbook, each broken on purpose in a small article."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlmap.corpus.handbook import check_articles, load_articles
from rlmap.corpus.handbook_prose import count_syllables, reading_ease, unnamed_symbols
from rlmap.corpus.handbook_rules import HEADINGS
from rlmap.errors import InputError
from rlmap.types import Problem

AREAS = {"kettle": "kitchen"}
SOURCES = {"boiling", "steam"}
FILL = "A kettle contains about a litre of cold water, and an electric heater warms it until visible vapour escapes. "
FRONT = """+++
title = "Kettle"
concept = "kettle"
checked = [{source = "boiling", where = "chapter 1"}, {source = "steam", where = "page 4"}]
+++
"""


def article(**sections: str) -> str:
    """Return a good article; a keyword replaces the text below the heading of that first word."""
    parts = [FRONT, "# Kettle"]
    for heading in HEADINGS:
        text = sections.get(heading.split()[0].lower(), FILL * 4)
        if heading != "What people disagree about" or "what" in sections:
            parts.append(f"## {heading}\n\n{text}")
    return "\n\n".join(parts) + "\n"


def problems_of(tmp_path: Path, text: str, name: str = "kitchen/kettle.md") -> list[Problem]:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return check_articles(tmp_path, AREAS, SOURCES)


def test_a_good_article_has_no_problem_and_is_read_whole(tmp_path: Path) -> None:
    text = article(the=FILL * 4 + "\n\n```python\n# ## not a heading\nassert 1 + 1 == 2\n```\n\n" + FILL)
    assert problems_of(tmp_path, text) == []
    [found] = load_articles(tmp_path)
    assert (found.title, found.concept_id, found.area) == ("Kettle", "kettle", "kitchen")
    assert [section.heading for section in found.sections] == [h for h in HEADINGS if "disagree" not in h]
    assert found.code == ("# ## not a heading\nassert 1 + 1 == 2\n",)
    assert [(check.source_id, check.where) for check in found.checked] == [
        ("boiling", "chapter 1"),
        ("steam", "page 4"),
    ]


@pytest.mark.parametrize(
    ("text", "field", "word"),
    [
        (article().replace("# Kettle", "# Pot", 1), "title", "Pot"),
        (article().replace('concept = "kettle"', 'concept = "pan"'), "concept", "pan"),
        (article().replace("## Why it exists", "## Why"), "headings", "Why"),
        (article().replace("## In practice", "## In practice\n\n## In practice"), "headings", "In practice"),
        (article(the=FILL, why=FILL), "length", "words"),
        (article(the=FILL * 40), "length", "words"),
        (article(why="It boils. " + FILL * 4), "Why it exists", "'It'"),
        (article(why=FILL * 3 + "\n\nThese are loud. " + FILL), "Why it exists", "'These'"),
        (article(the=FILL * 4 + "Heat is crucial."), "The idea", "crucial"),
        (article(where=FILL * 4 + "The tea book (`tea-book`, page 2) says so."), "Where to read it", "tea-book"),
        (article().replace('"steam"', '"fog"'), "checked", "fog"),
        (
            article(the="Incomprehensibly multitudinous considerations characterise thermodynamics. " * 60),
            "reading ease",
            "-",
        ),
        (article().replace("+++", "---"), "front matter", "+++"),
        (article().replace('title = "Kettle"', ""), "front matter", "title"),
        (article().replace('title = "Kettle"', 'title = "Kettle'), "front matter", "TOML"),
        (article().replace(', where = "page 4"', ""), "front matter", "where"),
        (article().replace("checked =", "read = 1\nchecked ="), "front matter", "read"),
    ],
)
def test_a_broken_rule_is_an_error_that_names_file_field_and_fault(
    tmp_path: Path, text: str, field: str, word: str
) -> None:
    errors = [problem for problem in problems_of(tmp_path, text) if problem.severity == "error"]
    found = [problem for problem in errors if problem.field == field]
    assert found, errors
    assert word in found[0].message
    assert found[0].file == "corpus/handbook/kitchen/kettle.md"


def test_an_article_of_an_unknown_concept_is_an_error_and_a_missing_one_a_warning(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, article().replace('concept = "kettle"', 'concept = "pan"'), "kitchen/pan.md")
    assert [(p.file, p.field, p.severity) for p in problems] == [
        ("corpus/handbook/kitchen/kettle.md", "file", "warning"),
        ("corpus/handbook/kitchen/pan.md", "concept", "error"),
    ]


def test_an_article_in_the_wrong_folder_is_told_where_to_go(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, article(), "garden/kettle.md")
    assert any("kitchen/kettle.md" in problem.fix for problem in problems)


def test_two_places_of_one_source_are_not_two_sources(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, article().replace('"steam"', '"boiling"'))
    assert (problem.field, problem.severity) == ("checked", "warning")


def test_reading_a_handbook_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no handbook"):
        load_articles(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (r"The heat is $q = c m$.", ["c", "m"]),
        (r"The heat is $q = c m$, where $c$ is the capacity and $m$ the mass.", []),
        (r"The mean is $$\bar x = \frac{1}{n} \sum_{i=1}^n x_i$$ over $n$ cups.", []),
        (r"The best cup is $c^* = \max_c u(c)$.", ["u"]),
        (r"The cups $c_i$ for $i = 1, \dots, n$ hold $v = f_\theta(n)$ with $\theta$ the shape.", []),
        (r"The loss of heat is $l = D_{KL}(q \Vert p)$.", ["p", "q"]),
        (r"The loss is $L(\theta) = \mathbb{E}_{x \sim p}[\log p_\theta(x)]$ for a density $p$ and a draw $x$.", []),
        (r"The step is $w \leftarrow w + \alpha g$ with the slope $g$.", ["alpha"]),
        (r"The return is $G = R + \gamma G'$.", ["gamma"]),
        (r"The sum is $\text{heat} = h$, where $h$ is its name.", []),
    ],
)
def test_symbols_that_no_words_name_are_found(text: str, missing: list[str]) -> None:
    assert unnamed_symbols(text) == missing


SYLLABLES = {
    1: ["cat", "trace", "learned", "the", "role", "states", "rule"],
    2: ["table", "values", "places", "action"],
    3: ["gradient", "variance", "policy", "rewarded", "estimate", "boundary"],
}


@pytest.mark.parametrize(("word", "count"), [(word, count) for count, words in SYLLABLES.items() for word in words])
def test_syllables_of_words_of_the_field(word: str, count: int) -> None:
    assert count_syllables(word) == count


@given(st.integers(1, 30))
def test_repeating_a_sentence_changes_no_reading_ease(times: int) -> None:
    assert reading_ease(FILL * times) == pytest.approx(reading_ease(FILL))


def test_long_words_are_harder_than_short_ones_and_formulas_do_not_count() -> None:
    assert reading_ease("The cat sat on the mat.") > reading_ease("Considerable deliberation precedes optimisation.")
    assert reading_ease(r"The value $V_\theta(s) = 1.5$ falls.") == reading_ease("The value x falls.")
