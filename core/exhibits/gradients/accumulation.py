"""`backward()` adds to what is there: what that does, and what a tensor is told by `requires_grad_` (chapter 4)."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import ModelName, flatten, forward, init_params
from core.nn.training import epoch_orders
from core.words import format_number

CALLS = 3
STEPS = 100
START = 3.0  # of x², at which its slope is 6


@dataclass(frozen=True)
class Accumulated:
    """`.grad` after each call of `backward()` on the same 4 images."""

    zeroed: bool  # between the calls
    losses: Array  # (CALLS,)
    grads: Array  # (CALLS, 785): the bias last

    @property
    def ratio(self) -> list[float]:
        """How many times the first gradient each one is, if that is the same in every parameter; else NaN."""
        first = self.grads[0]
        times = np.arange(1, CALLS + 1, dtype=np.float32)
        matches = [[k for k in times if np.array_equal(row, k * first)] for row in self.grads]
        return [float(found[0]) if found else float("nan") for found in matches]

    def findings(self) -> list[str]:
        bias, weights = self.grads[:, -1], self.grads[:, :-1].mean(1)

        def listed(values: Array) -> str:
            return ", ".join(format_number(v) for v in values)

        ratio = " : ".join(f"{r:g}" for r in self.ratio)
        end = (
            "With `zero_()` in between, the same question gets the same answer."
            if self.zeroed
            else "`backward()` *adds* to `.grad`. These are sums, not new answers: the images and the parameters are the same."
        )
        return [
            f"Three calls on the same 4 images: `bias.grad` is {listed(bias)} and `weights.grad.mean()` is {listed(weights)}.",
            f"In every one of the 785 parameters the ratio is exactly **{ratio}**. {end}",
        ]

    def numbers(self) -> Numbers:
        found = {f"bias.grad after call {i + 1}": float(row[-1]) for i, row in enumerate(self.grads)}
        return found | {f"times the first, call {i + 1}": r for i, r in enumerate(self.ratio)}

    def table(self) -> Table:
        return {"parameter": np.arange(self.grads.shape[1])} | {
            f"grad after call {i + 1}": row for i, row in enumerate(self.grads)
        }


def accumulate(zeroed: bool, seed: int, digits: Digits) -> Accumulated:
    """Predict, loss, `backward()`: three times on the first 4 training digits, as in the book."""
    xb, yb = digits.x_train[:4], digits.y_train[:4]
    params = [p.requires_grad_() for p in init_params("linear", "randn", seed)]
    losses: list[float] = []
    grads: list[Tensor] = []
    for _ in range(CALLS):
        loss = mnist_loss(forward("linear", xb, params), yb)
        if zeroed and grads:
            for p in params:
                p.grad.zero_()
        loss.backward()
        losses.append(loss.item())
        grads.append(flatten([p.grad.detach() for p in params]))
    return Accumulated(zeroed, np.array(losses), torch.stack(grads).numpy())


@dataclass(frozen=True)
class Descent:
    """One training; S steps."""

    losses: Array  # (S+1,): on the validation digits, or of x
    lengths: Array  # (S,): of `.grad` when the step used it
    accuracy: float | None  # at the end, on the validation digits


@dataclass(frozen=True)
class ZeroOrNot:
    """The same training with `zero_grad` and without it."""

    task: str
    learning_rate: float
    zeroed: Descent
    forgotten: Descent

    def findings(self) -> list[str]:
        a, b = self.zeroed, self.forgotten
        said = [
            f"After {len(a.lengths)} steps with learning rate {self.learning_rate:g} the :red[loss] is **{format_number(a.losses[-1], 3)}** with `zero_grad` and **{format_number(b.losses[-1], 3)}** "
            f"without; it started at {format_number(a.losses[0], 3)}."
        ]
        if a.accuracy is not None and b.accuracy is not None:
            said[0] += f" The :blue[accuracy] is {format_number(a.accuracy, 3)} and {format_number(b.accuracy, 3)}."
        low, high = int(b.losses.argmin()), float(b.losses[len(b.losses) // 2 :].max())
        if high > 2 * b.losses[low] and high > a.losses[-1]:
            said.append(
                f"Without it, the loss was down to {format_number(b.losses[low], 3)} after {low} steps, and up again to "
                f"{format_number(high, 3)} in the second half: `.grad` is the sum of all gradients so far, so the steps go on in the "
                "old direction where they should turn."
            )
        elif b.losses[-1] < a.losses[-1]:
            said.append(
                "Here forgetting it even helps: summed gradients act like a momentum of 1, and the steps are short for "
                "this task. It is still another algorithm than the one you wrote; try a larger learning rate."
            )
        said.append(
            f"The step used a `.grad` of length {format_number(a.lengths[-1])} at the end with it, {format_number(b.lengths[-1])} without."
        )
        return said

    def numbers(self) -> Numbers:
        found = {}
        for name, descent in (("with", self.zeroed), ("without", self.forgotten)):
            found[f"last loss {name} zero_grad"] = float(descent.losses[-1])
            if descent.accuracy is not None:
                found[f"accuracy {name} zero_grad"] = descent.accuracy
        return found

    def table(self) -> Table:
        return {
            "step": np.arange(len(self.zeroed.losses)),
            "loss with zero_grad": self.zeroed.losses, "loss without": self.forgotten.losses,
        }  # fmt: skip


def descend(
    params: list[Tensor],
    batch_loss: Callable[[int, list[Tensor]], Tensor],
    whole_loss: Callable[[list[Tensor]], Tensor],
    learning_rate: float,
    zero_grad: bool,
) -> tuple[Array, Array]:
    """`STEPS` steps on `params`, in place; the whole loss before and after each, and the length of `.grad` in each."""
    losses, lengths = [], []
    for step in range(STEPS):
        with torch.no_grad():
            losses.append(whole_loss(params).item())
        batch_loss(step, params).backward()
        with torch.no_grad():
            lengths.append(flatten([p.grad.detach() for p in params]).norm().item())
            for p in params:
                p -= learning_rate * p.grad.detach()
                if zero_grad:
                    p.grad.zero_()
    with torch.no_grad():
        losses.append(whole_loss(params).item())
    return np.array(losses), np.array(lengths)


def train_square(learning_rate: float, zero_grad: bool) -> Descent:
    """x² from x = 3."""
    x = torch.tensor([START], requires_grad=True)
    curves = descend([x], lambda _, p: (p[0] ** 2).sum(), lambda p: (p[0] ** 2).sum(), learning_rate, zero_grad)
    return Descent(*curves, accuracy=None)


def train_model(
    model: ModelName, learning_rate: float, zero_grad: bool, size: int, seed: int, digits: Digits
) -> Descent:
    """The linear model from the book's `randn`, or `simple_net` from the small start of `nn.Linear`."""
    params = [p.requires_grad_() for p in init_params(model, "randn" if model == "linear" else "uniform", seed)]
    epochs = -(-STEPS * size // len(digits.x_train)) + 1
    orders = [order for order in epoch_orders(len(digits.x_train), epochs, True, seed) if order is not None]
    order = torch.cat(orders)[: STEPS * size]
    xs, ys = digits.x_train[order].split(size), digits.y_train[order].split(size)

    def batch_loss(step: int, p: list[Tensor]) -> Tensor:
        return mnist_loss(forward(model, xs[step], p), ys[step])

    def whole_loss(p: list[Tensor]) -> Tensor:
        return mnist_loss(forward(model, digits.x_valid, p), digits.y_valid)

    curves = descend(params, batch_loss, whole_loss, learning_rate, zero_grad)
    with torch.no_grad():
        accuracy = batch_accuracy(forward(model, digits.x_valid, params), digits.y_valid).item()
    return Descent(*curves, accuracy=accuracy)


def zero_or_not(task: str, learning_rate: float, size: int, seed: int, digits: Digits) -> ZeroOrNot:
    """Both trainings, from the same start with the same mini-batches."""

    def training(zero_grad: bool) -> Descent:
        if task == "square":
            return train_square(learning_rate, zero_grad)
        return train_model("relu" if task == "relu" else "linear", learning_rate, zero_grad, size, seed, digits)

    return ZeroOrNot(task, learning_rate, training(True), training(False))


BEGINNING = (
    "f = lambda w: w**2",
    "f.requires_grad_()",
    "w = torch.tensor(3.0).requires_grad_()",
    "loss = f(w)",
    "w.grad",
    "loss.backward()",
    "w.grad",
)
ENDINGS = {
    "in place": ("w -= 0.1 * w.grad", "w"),
    "no_grad": ("with torch.no_grad(): w -= 0.1 * w.grad", "w", "w.grad.zero_()", "f(w).backward()", "w.grad"),
    "rebind": ("w = w - 0.1 * w.grad", "w", "w.is_leaf", "f(w).backward()", "w.grad"),
    "again": ("loss.backward()", "w.grad", "f(w).backward()", "w.grad"),
}
"""Lines that are really run, one after the other: first these, then one of the endings."""

ASKED = ("w", "w.grad", "w.is_leaf")  # lines that ask for a value; the others do something


@dataclass(frozen=True)
class Line:
    """One line, and what PyTorch answered: a value, an error's name and message, or nothing."""

    code: str
    answer: str
    failed: bool


@dataclass(frozen=True)
class Session:
    """Lines of Python and what they answered."""

    how: str
    lines: tuple[Line, ...]

    def findings(self) -> list[str]:
        error, *more = [line for line in self.lines if line.failed]
        grads = [line.answer for line in self.lines if line.code == "w.grad"]
        said = [
            f"`requires_grad_()` marks a tensor. Asked of a function it is an error: *{error.answer}*",
            f"`w.grad` is `{grads[0]}` before `backward()` and `{grads[1]}` after it.",
        ]
        if more:
            said.append(f"`{more[0].code}` fails: *{more[0].answer}*")
        if self.how == "in place":
            said.append(
                "A step is no part of the loss, so autograd must not record it. It refuses to overwrite a tensor that it "
                "still watches; `torch.no_grad()` says that it may look away."
            )
        elif self.how == "no_grad":
            said.append(
                f"Inside `torch.no_grad()` the step works: `w` is `{self.lines[8].answer}`, still marked, and after "
                f"`zero_()` the next gradient is `{grads[-1]}`."
            )
        elif self.how == "rebind":
            said.append(
                f"No error, but `w` is now a result, `{self.lines[8].answer}`, and no leaf. Only leaves get a `.grad`: it is "
                f"`{grads[-1]}` from here on, and the next step has nothing to use."
            )
        else:
            said.append(
                "A graph is used up by one `backward()`. Predict again and there is a new one, whose gradient is "
                f"*added*: `{grads[-1]}`."
            )
        return said

    def numbers(self) -> Numbers:
        return {"lines": len(self.lines), "errors": sum(line.failed for line in self.lines)}

    def table(self) -> dict[str, list[str]]:
        return {"line": [line.code for line in self.lines], "answer": [line.answer for line in self.lines]}


def session(how: str) -> Session:
    """Run the lines in a namespace of their own that knows nothing but torch."""
    known: dict[str, object] = {"torch": torch}
    return Session(how, tuple(run(code, known) for code in (*BEGINNING, *ENDINGS[how])))


def run(code: str, known: dict[str, object]) -> Line:
    """Run one of the lines above, and say what it answered: a value, or an error's name and first sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # .grad of a tensor that is no leaf warns; its None is what is shown
            if code not in ASKED:
                exec(code, known)
                return Line(code, "", failed=False)
            return Line(code, repr(eval(code, known)), failed=False)
    except (AttributeError, RuntimeError) as error:
        return Line(code, f"{type(error).__name__}: {str(error).split('. ')[0].rstrip('.')}.", failed=True)
