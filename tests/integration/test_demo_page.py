"""The Demos page, run as Streamlit runs it: gallery, recorded result, sliders, faults."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from apps import BOUNDED, open_page
from rlmap.demos import runner
from rlmap.demos.plan import Plan
from rlmap.pipeline.demos import demo_specs
from rlmap.settings import Settings
from rlmap.types import Finished

pytestmark = BOUNDED


def open_demos(root: Path, **query: str) -> AppTest:
    return open_page(root, "demos", **query)


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.title, app.header, app.warning, app.error, app.info)
    return "\n".join(str(element.value) for group in kinds for element in group).replace("\\", "")


def captions(app: AppTest) -> list[str]:
    return [str(element.value).replace("\\", "") for element in app.caption]


def test_the_gallery_finds_demos_by_word_in_every_area(root: Path, built: Settings) -> None:
    app = open_demos(root)
    assert not app.exception
    everything = demo_specs(built)
    assert f"{len(everything)} experiments" in texts(app)
    app.text_input(key="demo-words").input("temperature").run()
    questions = [spec.question for spec in everything.values() if "temperature" in spec.varied.lower()]
    shown = " ".join(captions(app))
    assert questions
    assert all(question.replace("\\", "") in shown for question in questions)
    assert len(captions(app)) < len(everything) / 4


def test_a_recorded_result_is_there_before_anything_runs(root: Path, built: Settings) -> None:
    app = open_demos(root, d="discount-factor")
    assert not app.exception
    record = json.loads((root / "demos" / "discount-factor" / "result.json").read_text())
    assert record["effects"][0]["statement"] in texts(app)
    assert f"Recorded on {record['date']}" in texts(app)
    assert not [button for button in app.button if button.label == "Stop"]


@pytest.fixture
def runs(built: Settings) -> Iterator[Settings]:
    """The built data folder; runs that a test starts are taken away again."""
    before = {handle.run_id for handle in runner.list_runs(built.runs_dir)}
    yield built
    for handle in runner.list_runs(built.runs_dir):
        if handle.run_id not in before:
            runner.cancel(handle)
            shutil.rmtree(handle.folder)


def run_of(app: AppTest) -> str:
    found = app.query_params["run"]
    return found if isinstance(found, str) else str(found[0])


def started(settings: Settings, app: AppTest) -> Plan:
    return runner.read_plan(runner.open_run(run_of(app), settings.runs_dir))


def test_a_slider_of_a_varied_setting_adds_an_arm(root: Path, runs: Settings) -> None:
    app = open_demos(root, d="discount-factor")
    app.toggle(key="own-discount-factor-gamma").set_value(True).run()
    app.slider(key="set-discount-factor-gamma").set_value(0.7).run()
    assert any("3 arms" in text for text in captions(app))
    next(button for button in app.button if button.label == "Run the experiment").click().run()
    assert not app.exception
    plan = started(runs, app)
    assert [arm.settings["gamma"] for arm in plan.arms] == [0.5, 0.98, 0.7]


def test_a_slider_of_whole_numbers_gives_one(root: Path, runs: Settings) -> None:
    """Streamlit's sliders give decimal numbers unless told otherwise, and those are refused as a setting's type."""
    spec, slider = next(
        (spec, slider)
        for spec in demo_specs(runs).values()
        for slider in spec.sliders
        if type(spec.settings.get(slider.setting)) is int and slider.setting not in spec.arms[0].settings
    )
    app = open_demos(root, d=spec.id)
    chosen = int(slider.maximum)
    app.slider(key=f"set-{spec.id}-{slider.setting}").set_value(chosen).run()
    next(button for button in app.button if button.label == "Run the experiment").click().run()
    assert not app.error
    assert started(runs, app).overrides == {slider.setting: chosen}


def test_a_run_is_found_again_after_the_tab_was_closed(root: Path, runs: Settings) -> None:
    first = open_demos(root, d="gradient-descent")
    next(button for button in first.button if button.label == "Run the experiment").click().run()
    run_id = run_of(first)
    del first
    handle = runner.open_run(run_id, runs.runs_dir)
    last = list(runner.follow(handle))[-1]
    assert isinstance(last, Finished)
    again = open_demos(root, d="gradient-descent", run=run_id)
    assert not again.exception
    assert last.summary in str(again.success[0].value).replace("\\", "")


def test_a_run_that_is_gone_is_said_to_be(root: Path, built: Settings) -> None:
    app = open_demos(root, d="discount-factor", run="../../etc/passwd")
    assert not app.exception
    assert "no longer there" in texts(app)
    assert any(button.label == "Run the experiment" for button in app.button)


def test_a_damaged_demo_is_named_and_the_others_stay(
    root: Path, built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "root"
    own.mkdir()
    for path in root.iterdir():
        if path.name in ("graph", "corpus", "app.py"):
            (own / path.name).symlink_to(path)
    shutil.copytree(root / "demos" / "discount-factor", own / "demos" / "discount-factor")
    (own / "demos" / "broken").mkdir()
    (own / "demos" / "broken" / "demo.toml").write_text("id = ")
    monkeypatch.setattr("rlmap.settings.data_root", lambda: own)
    st.cache_resource.clear()  # pages share what they opened, and the next tests want the real demos
    app = open_demos(root)
    assert not app.exception
    assert "broken/demo.toml" in texts(app)
    assert "1 experiments" in texts(app)
    assert "broken cannot be used" in texts(open_demos(root, d="broken"))
    st.cache_resource.clear()
