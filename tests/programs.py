"""A small exhibit of the tests' own, and a way to run what was bundled."""

import ast
from typing import Any

HOME = ("core.", "prog.")

LESSON = """
    import numpy as np

    from dataclasses import dataclass

    from core.data.digits import load
    from core.nn.training import Recipe, Run, train
    from core.settings import choice, integer, ladder, toggle

    RATE = 1.0

    @dataclass(frozen=True)
    class Settings:
        '''What the page lets you choose.'''

        learning_rate: float = ladder(RATE, (0.01, 0.1, 1.0, 10.0), "Learning rate")
        model: str = choice(
            "linear",
            {"linear": "linear – 785", "relu": "ReLU"},  # the last two
            "Model",
        )  # of the two
        epochs: int = integer(2, 1, 40, "Epochs")
        shuffle: bool = toggle(True, "Shuffle")
        size: int = 16  # no control

        # The recipe stands for the settings.
        @property
        def recipe(self) -> Recipe:
            '''What is trained.'''
            return Recipe(
                model=self.model, init="randn", learning_rate=self.learning_rate, epochs=self.epochs,
                batch_size=self.size, shuffle=self.shuffle,
            )

    @dataclass(frozen=True)
    class Result:
        run: Run

        def numbers(self) -> dict[str, float | int | str | bool]:
            run = self.run
            return {
                "loss": float(np.mean(run.losses)),
                "accuracy": float(run.valid_accuracy[-1]),
                "steps": run.steps,
                "model": run.recipe.model,
                "diverged": run.diverged_at is not None,
            }

    def experiment(settings: Settings) -> Result:
        return Result(train(settings.recipe, load("built-in")))

    def draw(result: Result):
        import plotly.graph_objects as go

        return go.Figure(go.Scatter(y=result.run.valid_loss))
"""


def run(code: str) -> dict[str, Any]:
    """The names that `code` defines, after a look that nothing of the program is imported."""
    imported = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert not [n for n in imported if ast.unparse(n).split()[1].split(".")[0] in ("core", "prog")]
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(compile(code, "exported", "exec"), scope)
    return scope
