"""A module that takes a while to import, for a nursery's children to wait for."""

import threading

threading.Event().wait(1.5)
