"""Formulas become MathML that says all of what was written."""

from __future__ import annotations

import re

import pytest

from rlmap.corpus.handbook import load_articles
from rlmap.settings import data_root
from rlmap.site.mathml import render_formulas, to_mathml

ARTICLES = load_articles(data_root() / "corpus" / "handbook")
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$]+)\$", re.DOTALL)


def words(mathml: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", mathml))


def test_a_formula_keeps_its_source_for_those_who_hear_the_page() -> None:
    assert 'alttext="\\gamma^2"' in to_mathml(r"\gamma^2")
    assert words(to_mathml(r"\gamma^2")) == "γ2"


@pytest.mark.parametrize("latex", [r"\arg\max_a Q(s,a)", r"\arg \min_{f \in F} L"])
def test_an_extremum_is_one_upright_operator(latex: str) -> None:
    mathml = to_mathml(latex)
    assert words(mathml).startswith(("argmax", "argmin"))
    assert 'mathvariant="normal"' in mathml


def test_a_function_stands_apart_from_its_argument() -> None:
    assert "<mspace" in to_mathml(r"\log x")
    assert "<mspace" not in to_mathml(r"\log(x)")


def test_a_long_formula_may_break_after_an_operator_and_loses_nothing() -> None:
    latex = r"G_t = R_{t+1} + \gamma R_{t+2} + \gamma^2 R_{t+3} + \gamma^3 R_{t+4}"
    mathml = to_mathml(latex)
    assert mathml.count("<math") == 5
    assert 'role="math"' in mathml
    assert words(mathml) == "Gt=Rt+1+γRt+2+γ2Rt+3+γ3Rt+4"
    assert to_mathml(latex, block=True).count("<math") == 1


def test_a_sign_stands_close_to_its_number() -> None:
    assert to_mathml("3 (-0.5)").count('form="prefix"') == 1
    assert 'form="prefix"' not in to_mathml("(3) - 0.5")


def test_what_is_not_understood_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"\\nosuchcommand"):
        to_mathml(r"\nosuchcommand x")


def test_only_marked_formulas_of_a_page_are_replaced() -> None:
    page = '<p><span class="arithmatex">\\(a &lt; b\\)</span> and \\(c\\)</p>'
    rendered = render_formulas(page)
    assert "<math" in rendered
    assert "and \\(c\\)" in rendered


def test_punctuation_stays_on_the_line_of_its_formula() -> None:
    page = '<p>is <span class="arithmatex">\\(a + b\\)</span>, or so.</p>'
    assert re.search(r'<span class="kept"><math.*</math>,</span> or so', render_formulas(page))


def test_every_formula_of_the_handbook_can_be_shown() -> None:
    for article in ARTICLES:
        for paragraph in article.paragraphs:
            for block, inline in _FORMULA.findall(re.sub(r"`[^`]*`", "", paragraph)):
                to_mathml(block or inline, block=bool(block))
