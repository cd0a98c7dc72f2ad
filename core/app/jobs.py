"""The one pool of jobs of this server."""

import os

import streamlit as st

from core.jobs.pool import CLUSTER, WORKERS, Job, Jobs, Stop, Work

__all__ = ["WORKERS", "Job", "Jobs", "Stop", "Work", "jobs"]


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The one pool of this server; it uses the Dask cluster that the environment names."""
    return Jobs(os.environ.get(CLUSTER))
