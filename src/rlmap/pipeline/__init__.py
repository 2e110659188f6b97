"""The flows: each module reads from top to bottom as one of them.

``set_up`` (sources to index), ``ask`` (question to verified quotes), ``concepts`` (a concept with
its neighbours and quotes), ``paths`` (profile to study path), ``demos`` (specification to run),
``checking`` (every data file to its problems).
"""

from __future__ import annotations
