"""The one pool of jobs of this server."""

import os

import streamlit as st

from core.jobs.cluster import CLUSTER
from core.jobs.job import Job, Stop, Work
from core.jobs.pool import WORKERS, Jobs

__all__ = ["WORKERS", "Job", "Jobs", "Stop", "Work", "jobs"]


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The one pool of this server; it uses the Dask cluster that the environment names."""
    return Jobs(os.environ.get(CLUSTER))
