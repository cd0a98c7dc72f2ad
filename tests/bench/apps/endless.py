"""A bare Streamlit app: a job without an end, named by the link; its start and its end are told to a socket."""

import socket
import sys
import time
from collections.abc import Iterator
from itertools import count

import streamlit as st

from core.app.jobs import Stop, jobs

name = st.query_params["name"]


def tell(line: str) -> None:
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as listener:
        listener.sendall(line.encode())


def endless(name: str, stop: Stop) -> Iterator[int]:
    tell(f"started {name}")
    for number in count():
        yield number
        time.sleep(0.05)
        if stop():
            tell(f"stopped {name}")
            return


@st.fragment(run_every=0.2)
def look() -> None:
    job.look()
    st.markdown(f"{name}: {'running' if not job.done else 'ended'}")


job = jobs().get(name, endless, name)
look()
