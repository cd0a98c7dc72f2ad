"""Names for what results consist of; dtype and shape of an array stand in the comment beside it."""

from typing import Any

import numpy as np

Array = np.ndarray
Numbers = dict[str, Any]
"""A result's numbers by their names, as exports print them."""

Table = dict[str, Any]
"""A result in columns of one length, by their names."""
