"""Health: versions, index, models, device, disk; one text to copy into a bug report."""

from __future__ import annotations

import json

import streamlit as st

from rlmap.pipeline.health import health_report
from rlmap.settings import load_settings


def render() -> None:
    """Draw the page."""
    st.title("Health")
    report = health_report(load_settings())
    for section, facts in report.items():
        st.subheader(section)
        st.table([{"what": key, "value": str(value)} for key, value in facts.items()])
    st.subheader("Copy this into a bug report")
    st.code(json.dumps(report, indent=2, ensure_ascii=False), language="json")
