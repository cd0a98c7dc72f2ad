"""All 785 slopes of a model by one `backward()` and by 785 times rise over run (fastbook chapter 4)."""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Numbers, Table
from core.data.digits import load
from core.exhibits.gradients.finite_differences import (
    backward_slopes,
    random_parameters,
    relative_error,
    rise_over_run,
    some_images,
)
from core.exhibits.gradients.settings import DTYPES, Settings
from core.words import format_number


@dataclass(frozen=True, kw_only=True)
class Check:
    """All 785 slopes both ways."""

    precision: str
    h: float
    two_sided: bool
    images: int
    by_backward: Array  # (785,)
    by_running: Array  # (785,)

    @property
    def error(self) -> float:
        """Length of the difference over the length of the gradient."""
        return relative_error(self.by_running, self.by_backward)

    def findings(self) -> list[str]:
        lit = int((self.by_backward != 0).sum())
        still = int(((self.by_running == 0) & (self.by_backward != 0)).sum())
        wrong = int((np.sign(self.by_running) * np.sign(self.by_backward) < 0).sum())
        times = 2 if self.two_sided else 1
        sentences = [
            f"With h = {format_number(self.h)} in {self.precision}, 785 times rise over run differs from `backward()` "
            f"by **{format_number(self.error)}** of the :violet[gradient]'s length.",
            f"It took {785 * times + (times == 1)} predictions of the {self.images} images; `backward()` took one "
            f"prediction and one way back for all 785. {785 - lit} slopes are exactly 0: their pixels are black in "
            "every image.",
        ]
        if still or wrong:
            sentences.append(
                f"Of the other {lit}, rise over run calls {still} exactly 0 and gives {wrong} the wrong sign: the loss "
                "moved by less than its last digit, or by nothing but rounding."
            )
        return sentences

    def numbers(self) -> Numbers:
        return {
            "relative error": self.error,
            "largest difference": float(np.abs(self.by_running - self.by_backward).max()),
            "length of the gradient": float(np.linalg.norm(self.by_backward)),
        }

    def table(self) -> Table:
        return {"parameter": np.arange(785), "backward()": self.by_backward, "rise over run": self.by_running}


def experiment(settings: Settings) -> Check:
    """Autograd against finite differences, parameter by parameter, in one precision."""
    dtype, h, two_sided = DTYPES[settings.precision], settings.h, settings.two_sided
    xb, yb = some_images(load(settings.digits), settings.images, settings.seed)
    params, xb, yb = random_parameters(settings.seed).to(dtype), xb.to(dtype), yb.to(dtype)
    return Check(
        precision=settings.precision,
        h=h,
        two_sided=two_sided,
        images=len(xb),
        by_backward=backward_slopes(params, xb, yb).double().numpy(),
        by_running=rise_over_run(params, xb, yb, [h], two_sided)[0].double().numpy(),
    )
