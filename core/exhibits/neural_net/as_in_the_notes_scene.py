"""Two versions of `simple_net` on the stage, line by line."""

import numpy as np

from core.exhibits.neural_net.as_in_the_notes import Line, TwoVersions
from core.exhibits.neural_net.staging import staged
from core.stage.panels import Step, Steps
from core.stage.scene import Row, Scene, Time

LABELS = ("first line", "second line", "third line", "backward")


def scene(result: TwoVersions) -> Scene:
    """Its time is the lines."""
    panels = (
        _lines("As the lesson has it", result.lesson, _backward(result, 0)),
        _lines("As the notes have it", result.notes, _backward(result, 1)),
    )
    return staged(result, (Row(150, panels),), Time(labels=LABELS), 4.0)


def _lines(title: str, lines: tuple[Line, ...], backward: Step) -> Steps:
    steps = [Step(name=f"line {i + 1}", code=code, shapes=f"→ {shape}") for i, (code, shape) in enumerate(lines)]
    return Steps(title=title, active=np.arange(len(LABELS)), steps=[*steps, backward], narrow_height="auto")


def _backward(result: TwoVersions, version: int) -> Step:
    """What `loss.backward()` gives in the lesson's version, 0, or in the notes', 1."""
    learning = [name for name, got_gradient in result.learning.items() if got_gradient[version]]
    return Step(
        name="then",
        code="loss.backward()",
        shapes=f"loss {result.losses[version]:.3f}",
        formula=[f"gradients for {', '.join(learning)}"],
    )
