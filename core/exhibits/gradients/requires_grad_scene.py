"""Lines of Python with what PyTorch answered, the running one lit."""

import numpy as np

from core.exhibits.gradients.requires_grad import Session
from core.exhibits.gradients.staging import staged
from core.stage.panels import Step, Steps
from core.stage.scene import Row, Scene


def scene(result: Session) -> Scene:
    """Its time is the lines."""
    lines = result.lines
    steps = [
        Step(name="error" if line.failed else f"{i}", code=line.code, formula=[line.answer] if line.answer else [])
        for i, line in enumerate(lines, 1)
    ]
    height = 25 * len(steps) + 16 * sum(bool(line.answer) for line in lines) + 8
    panel = Steps(active=np.arange(len(lines)), steps=steps, narrow_height="auto")
    return staged(result, (Row(height, (panel,)),), [f"line {i + 1} of {len(lines)}" for i in range(len(lines))])
