"""What `requires_grad_` tells a tensor, and what PyTorch answers to steps taken without `no_grad` (chapter 4)."""

import warnings
from dataclasses import dataclass

import torch

from core.arrays import Numbers, Table
from core.exhibits.gradients.settings import Settings

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

    how: str  # a key of ENDINGS
    lines: tuple[Line, ...]

    def findings(self) -> list[str]:
        error, *more = [line for line in self.lines if line.failed]
        grads = [line.answer for line in self.lines if line.code == "w.grad"]
        sentences = [
            f"`requires_grad_()` marks a tensor. Asked of a function it is an error: *{error.answer}*",
            f"`w.grad` is `{grads[0]}` before `backward()` and `{grads[1]}` after it.",
        ]
        if more:
            sentences.append(f"`{more[0].code}` fails: *{more[0].answer}*")
        return [*sentences, self._ending(grads[-1])]

    def _ending(self, last: str) -> str:
        """What the last lines show; `last` is the last `.grad`."""
        changed = self.lines[8].answer
        endings = {
            "in place": "A step is no part of the loss, so autograd must not record it. It refuses to overwrite a "
            "tensor that it still watches; `torch.no_grad()` says that it may look away.",
            "no_grad": f"Inside `torch.no_grad()` the step works: `w` is `{changed}`, still marked, and after "
            f"`zero_()` the next gradient is `{last}`.",
            "rebind": f"No error, but `w` is now a result, `{changed}`, and no leaf. Only leaves get a `.grad`: it is "
            f"`{last}` from here on, and the next step has nothing to use.",
            "again": "A graph is used up by one `backward()`. Predict again and there is a new one, whose gradient is "
            f"*added*: `{last}`.",
        }
        return endings[self.how]

    def numbers(self) -> Numbers:
        return {"lines": len(self.lines), "errors": sum(line.failed for line in self.lines)}

    def table(self) -> Table:
        return {"line": [line.code for line in self.lines], "answer": [line.answer for line in self.lines]}


def experiment(settings: Settings) -> Session:
    """The beginning and the chosen ending."""
    return session(settings.how)


def session(how: str) -> Session:
    """Run the lines in a fresh namespace that knows nothing but torch."""
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
