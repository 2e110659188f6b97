"""Before the first learner comes: open what answers need, and keep the garbage collector away from it."""

from __future__ import annotations

import gc

from rlmap.pipeline.asking import ask_question
from rlmap.pipeline.gallery import demo_gallery
from rlmap.pipeline.workspace import Workspace, index_stamp

#: It reaches every part of the way from a question to its quotes, so that each is loaded.
_QUESTION = "effect of discount rate in RL"


def warm_up(workspace: Workspace) -> None:
    """Open the map, the demos and, where there is one, the index; then exempt them from collection.

    What is open by now stays until the process ends. Exempt from the collector's rounds, it costs
    no page the tenth of a second that walking through all of it takes.

    Raises
    ------
    RlmapError
        If a part cannot be opened; the page that needs it will say so.
    """
    try:
        len(workspace.graph.concepts)
        len(workspace.sources)
        demo_gallery(workspace.settings)
        if index_stamp(workspace.settings):
            ask_question(workspace, _QUESTION)
    finally:
        gc.collect()
        gc.freeze()
