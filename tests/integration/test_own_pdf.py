"""A user's own PDF: added, found, shown with its place on the page."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from rlmap.errors import InputError
from rlmap.pipeline.asking import AskOptions, ask_question
from rlmap.pipeline.paths import make_path
from rlmap.pipeline.quoting import quote_picture
from rlmap.pipeline.setting_up import add_document, remove_document
from rlmap.pipeline.workspace import Workspace, open_workspace
from rlmap.settings import Settings
from rlmap.types import LearnerProfile

TEXT = (
    "The marmalade criterion says that an agent should stop exploring once the marmalade is empty. "
    "It was proposed for breakfast robots, whose rewards come from toast that is spread evenly. "
    "A robot that ignores the marmalade criterion keeps opening jars although no reward is left in them."
)


def make_pdf(path: Path) -> None:
    pdf = pymupdf.open()
    page = pdf.new_page()
    page.insert_textbox((72, 72, 320, 300), TEXT, fontsize=11)
    pdf.save(path)


def test_a_pdf_is_quoted_with_boxes_and_a_picture_and_can_be_removed(own_home: Settings, tmp_path: Path) -> None:
    paper = tmp_path / "marmalade.pdf"
    make_pdf(paper)
    report = add_document(own_home, str(paper))
    assert report.problems == ()
    workspace = open_workspace(own_home)
    result = ask_question(workspace, "what is the marmalade criterion", AskOptions(kinds=frozenset({"own"})))
    quote = result.answers[0].quotes[0]
    assert "marmalade criterion" in quote.display
    assert quote.verified
    assert quote.page == 0
    assert all(70 <= box.x0 < box.x1 <= 322 for box in quote.boxes)
    assert quote_picture(workspace, quote).startswith(b"\x89PNG")

    assert "Nothing on the map leads to" in refusal(workspace, result.answers[0].source.id)

    paper.write_bytes(paper.read_bytes() + b"\n% changed")
    changed = ask_question(workspace, "what is the marmalade criterion", AskOptions(kinds=frozenset({"own"})))
    assert changed.answers[0].quotes[0].verification.state == "withdrawn"

    remove_document(own_home, result.answers[0].source.id)
    gone = ask_question(open_workspace(own_home), "what is the marmalade criterion")
    assert all(answer.source.kind != "own" for answer in gone.answers)


def refusal(workspace: Workspace, source_id: str) -> str:
    with pytest.raises(InputError) as error:
        make_path(workspace, LearnerProfile(goals=(f"source:{source_id}",)))
    return str(error.value)


def test_a_document_of_ones_own_is_a_goal_by_what_it_speaks_of(own_home: Settings, tmp_path: Path) -> None:
    said = "A replay buffer keeps transitions, and Q-learning draws from it. "
    notes = tmp_path / "notes.md"
    notes.write_text("\n\n".join(f"{said * 3}Part {number} of the notes." for number in range(6)), encoding="utf-8")
    assert add_document(own_home, str(notes)).problems == ()
    workspace = open_workspace(own_home)
    source_id = next(source.id for source in workspace.sources.values() if source.kind == "own")
    path = make_path(workspace, LearnerProfile(goals=(f"source:{source_id}",)))
    assert set(path.goal_ids) == {"experience-replay", "q-learning"}
    assert path.steps[-1].kind == "paper"
    assert path.steps[-1].readings[0].source_id == source_id
