"""Every mistake in a demo file is named with its file and field."""

import pytest

from rlmap.demos.spec import check_specs, load_specs, parse_spec
from rlmap.errors import DemoError

GOOD = """
id = "two-gammas"
title = "t"
concepts = ["discount-factor"]
question = "q"
varied = "gamma"
fixed = "the rest"
look_at = "l"
try_next = "n"
env = "corridor"
learner = "ppo"
metric = "success"
metric_label = "m"
[settings]
env.length = 9
[[arms]]
id = "a"
label = "A"
settings = { gamma = 0.5 }
[[arms]]
id = "b"
label = "B"
settings = { gamma = 1 }
[budgets.quick]
steps = 10
seeds = 3
max_seconds = 60
[budgets.full]
steps = 10
seeds = 5
max_seconds = 60
[[effects]]
metric = "success"
better = "b"
worse = "a"
margin = 0.1
statement = "s"
[[sliders]]
setting = "gamma"
label = "g"
minimum = 0
maximum = 1
step = 0.1
"""


def written(tmp_path, text, folder="two-gammas"):
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "demo.toml").write_text(text)
    return tmp_path


def test_a_good_file_is_read_whole(tmp_path):
    demos = written(tmp_path, GOOD)
    spec = load_specs(demos)["two-gammas"]
    assert spec.settings == {"env.length": 9}
    assert [arm.settings for arm in spec.arms] == [{"gamma": 0.5}, {"gamma": 1}]
    assert spec.budgets["full"].seeds == 5
    assert check_specs(demos, {"discount-factor"}) == []


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ('title = "t"', "", "title", "required"),
        ('title = "t"', "title = 3", "title", "string"),
        ('title = "t"', 'titel = "t"', "titel", "not permitted"),
        ('learner = "ppo"', 'learner = "pro"', "arms.a", "ppo"),
        ('env = "corridor"', 'env = "coridor"', "arms.a", "corridor"),
        ("env.length = 9", "env.lenght = 9", "arms.a", "length"),
        ("gamma = 0.5 }", "gama = 0.5 }", "arms", "same settings"),
        ("gamma = 0.5 }", 'gamma = "x" }', "arms.a", "type float"),
        ("gamma = 0.5 }", "gamma = 1 }", "arms", "two arms have the same settings"),
        ('better = "b"', 'better = "c"', "effects.0.better", "no arm 'c'"),
        ('better = "b"', 'better = "a"', "effects.0.worse", "itself"),
        ('metric = "success"\nbetter', 'metric = "success@p"\nbetter', "effects.0.metric", "unknown"),
        ("seeds = 3", "seeds = 2", "budgets.quick.seeds", "at least 3"),
        ('concepts = ["discount-factor"]', 'concepts = ["nothing"]', "concepts", "nothing"),
        ('id = "two-gammas"', 'id = "other"', "id", "folder"),
        ('setting = "gamma"', 'setting = "lambda"', "sliders", "lambda"),
        ("env.length = 9", "env.length = [9]", "settings", "env.length"),
        ('id = "two-gammas"', "id = two", "(file)", "TOML"),
    ],
)
def test_each_mistake_is_named(tmp_path, old, new, field, words):
    assert old in GOOD
    problems = check_specs(written(tmp_path, GOOD.replace(old, new, 1)), {"discount-factor"})
    assert any(problem.field == field and words in problem.message for problem in problems), problems
    assert all(problem.file.endswith("two-gammas/demo.toml") for problem in problems)


def test_loading_refuses_a_malformed_file(tmp_path):
    demos = written(tmp_path, GOOD.replace('title = "t"', ""))
    with pytest.raises(DemoError, match=r"demo\.toml: title"):
        load_specs(demos)


def test_the_demos_that_ship_have_no_problem(root):
    specs = load_specs(root / "demos")
    assert specs
    named = {concept for spec in specs.values() for concept in spec.concept_ids}
    assert check_specs(root / "demos", named) == []


def test_parsing_says_what_is_missing_without_a_file():
    spec, problems = parse_spec("", "x.toml")
    assert spec is None
    assert {problem.field for problem in problems} >= {"id", "arms", "budgets"}
