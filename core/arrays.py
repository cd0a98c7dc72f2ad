"""The one name for arrays of numbers in annotations; dtype and shape stand in the comments beside them."""

import numpy as np

Array = np.ndarray
