"""A batch's gradient, held against the mean over its images and the formula of each."""

import numpy as np

from core.nn.models import PIXELS
from tests.exhibits.gradients.results import result


def test_a_batchs_gradient_is_the_mean_of_its_images() -> None:
    batch = result(view="batch")
    np.testing.assert_allclose(batch.so_far[-1], batch.alone.mean(0), atol=1e-6)
    np.testing.assert_allclose(batch.so_far[2], batch.alone[:3].mean(0), atol=1e-6)
    p, y = batch.predictions.astype(np.float64), batch.targets
    slope = (1 - 2 * y) * p * (1 - p)  # of the distance in the logit
    np.testing.assert_allclose(batch.alone[:, :PIXELS], slope[:, None] * batch.images, atol=1e-6)
    np.testing.assert_allclose(batch.alone[:, PIXELS], slope, atol=1e-6)
