"""A map of a thousand concepts that do not exist, for :mod:`app`: run it with ``streamlit run``."""

from __future__ import annotations

import random

from rlmap.pipeline.maps import MapNode, MapView
from rlmap.types import Prerequisite
from rlmap.web.concept_map import Standing, concept_map

COLUMNS, ROWS = 25, 40


def made_up_map() -> MapView:
    """Return 1,000 nodes in layers, each needing one or two of the layers before."""
    draw = random.Random(0)
    areas = {f"area-{n}": f"Area {n}" for n in range(16)}
    names = list(areas)
    nodes = tuple(
        MapNode(f"c{column}-{row}", f"Made-up concept {column} {row}", names[draw.randrange(16)], column, row)
        for column in range(COLUMNS)
        for row in range(ROWS)
    )
    edges = tuple(
        Prerequisite(node.id, f"c{max(0, int(node.column) - draw.randint(1, 3))}-{draw.randrange(ROWS)}", "Made up.")
        for node in nodes
        if node.column
        for _ in range(draw.randint(1, 2))
    )
    return MapView("A thousand concepts", nodes, edges, areas)


concept_map(made_up_map(), selected=None, standing=Standing(), on_choose=lambda _: None, key="many")
