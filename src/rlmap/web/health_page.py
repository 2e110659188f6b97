"""Health: versions, index, models, device, disk; one text to copy into a bug report."""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from rlmap.pipeline.health import accelerator_facts, health_facts
from rlmap.settings import load_settings
from rlmap.web.shell import escape


def render() -> None:
    """Draw the page; what takes a moment to find out comes last."""
    st.title("Health")
    settings = load_settings()
    report = health_facts(settings)
    for section, facts in report.items():
        _section(section, facts)
    with st.spinner("Asking PyTorch for an accelerator ..."):
        accelerator = accelerator_facts()
    _section("Accelerator", accelerator)
    st.header("Copy this into a bug report")
    st.caption("It names versions and sizes only; folders below your home are shortened.")
    st.code(json.dumps({**report, "Accelerator": accelerator}, indent=2, ensure_ascii=False), language="json")


def _section(title: str, facts: Mapping[str, str]) -> None:
    st.header(title)
    rows = [f"| {escape(name)} | {escape(value)} |" for name, value in facts.items()]
    st.markdown("\n".join(["| What | Value |", "|---|---|", *rows]))
