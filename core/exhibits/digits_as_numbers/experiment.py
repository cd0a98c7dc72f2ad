"""How a picture becomes something to multiply: pixels, ranks, pixel similarity and `xb @ weights + bias` (chapter 4)."""

from dataclasses import dataclass

import numpy as np
import torch

from core.data.digits import DigitsName, load, resolve
from core.exhibits.digits_as_numbers.digit_tensors import (
    CHANGES,
    EPOCHS,
    SIDE,
    Product,
    Ranks,
    Similarity,
    Trial,
    Unrolled,
    batch_with,
    changed,
    compare,
    multiply,
    parameters_of,
    ranks,
    stack_of,
)
from core.fields import digits_field, seed_field
from core.nn.models import PIXELS
from core.settings import choice, integer, ladder, toggle

MULTIPLY = ("view", "multiply")


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(
        "pixels",
        {"pixels": "pixels", "ranks": "ranks", "similarity": "similarity", "multiply": "multiply"},
        "What to look at",
    )
    digit: int = choice(3, {3: "3", 7: "7"}, "Digit")
    index: int = integer(0, 0, 99, "Which one", "Its number among the validation threes or sevens.")
    picture: str = choice("plain", CHANGES, "The picture", "The other digits are changed in the same way.")
    operator: str = choice("@", {"@": "@", "*": "*"}, "Operator", when=MULTIPLY)
    bias: bool = toggle(True, "Add the bias", when=MULTIPLY)
    weights: str = choice(
        "trained",
        {"trained": f"trained for {EPOCHS} epochs", "random": "random, as init_params"},
        "Parameters",
        more=True,
        when=MULTIPLY,
    )
    items: int = ladder(16, (1, 4, 16, 64, 256, PIXELS), "Images in the batch", more=True)
    seed: int = seed_field()
    digits: DigitsName = digits_field()


@dataclass(frozen=True)
class Result:
    settings: Settings
    digits: DigitsName
    found: Unrolled | Ranks | Similarity | Product


def experiment(settings: Settings) -> Result:
    """What the chosen view needs, for one validation digit."""
    digits = load(resolve(settings.digits)[0])
    stack = changed(stack_of(digits, settings.digit), settings.picture)
    image = stack[settings.index]
    found: Unrolled | Ranks | Similarity | Product
    if settings.view == "ranks":
        found = ranks(stack, f"valid_{settings.digit}_tens", settings.index)
    elif settings.view == "similarity":
        found = compare(digits, settings.digit, settings.index, settings.picture)
    else:
        batch = batch_with(image, digits, settings.items, settings.picture, settings.seed)
        if settings.view == "multiply":
            weights, bias = parameters_of(settings.weights, digits.name, settings.seed)
            found = multiply(batch, weights, bias if settings.bias else torch.zeros(1), digits, settings.picture)
        else:
            stored = (image * 255).round().to(torch.uint8).numpy()
            counts = [int((targets == one).sum()) for targets in (digits.y_train, digits.y_valid) for one in (1, 0)]
            found = Unrolled(stored, batch.numpy(), tuple(counts))
    return Result(settings, digits.name, found)


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    found, settings = result.found, result.settings
    if isinstance(found, Ranks):
        return _rank_findings(found)
    if isinstance(found, Similarity):
        return _similarity_findings(found, settings)
    if isinstance(found, Product):
        return _product_findings(found, settings)
    return _pixel_findings(found, settings)


def _pixel_findings(found: Unrolled, settings: Settings) -> list[str]:
    stored, n = found.stored, len(found.batch)
    row, column = np.unravel_index(stored.argmax(), stored.shape)
    place = SIDE * row + column
    threes, sevens, valid_threes, valid_sevens = found.counts
    return [
        f"The picture is {SIDE} × {SIDE} = **{stored.size} numbers** from 0 to 255; {(stored == 0).sum()} of them are 0. "
        f"Divided by 255 they lie between 0 and 1: here from {found.batch[-1].min():.3g} to {found.batch[-1].max():.3g}.",
        f"Row after row they become one row of {stored.size}. The pixel in row r, column c gets place 28·r + c: row {row}, "
        f"column {column} is `x[{place}]`, {stored[row, column]}/255 = {found.batch[-1, place]:.3g}.",
        f"{n} such {'row is' if n == 1 else 'rows are'} a batch of shape **{found.batch.shape}**. All {threes + sevens:,} "
        f"training images ({threes:,} threes, {sevens:,} sevens) are `train_x`, ({threes + sevens}, 784); "
        f"{valid_threes + valid_sevens:,} more are kept to validate. The target of a 3 is 1, of a 7 it is 0: "
        f"this one's is {int(settings.digit == 3)}.",
    ]


def _rank_findings(found: Ranks) -> list[str]:
    *_, (_, code, stack), (_, _, colour) = found.tensors
    flat = found.flat
    return [
        "The **rank** is the number of axes, `.ndim`, and so the number of indices that it takes to name one number: "
        + ", ".join(f"{name} {tensor.ndim}" for name, _, tensor in found.tensors)
        + ".",
        f"It says nothing of size: the stack has {stack.numel():,} numbers and rank {stack.ndim}, the batch in colour "
        f"{colour.numel():,} and rank {colour.ndim}.",
        f"`{code}.view(-1, 784)` makes {tuple(stack.shape)} into {tuple(flat.shape)}: rank {flat.ndim}, "
        f"{'the same' if flat.numel() == stack.numel() else 'other'} {flat.numel():,} numbers.",
    ]


def _similarity_findings(found: Similarity, settings: Settings) -> list[str]:
    l1_3, l1_7, rmse_3, rmse_7 = found.distances[found.own]
    sides = {"L1": says(l1_3, l1_7), "RMSE": says(rmse_3, rmse_7)}
    right = "right" if sides["L1"] == settings.digit else "wrong"
    agree = "agrees" if sides["RMSE"] == sides["L1"] else f"says {sides['RMSE']}"
    sentences = [
        f"This {settings.digit} differs from the average 3 by {l1_3:.4f} a pixel and from the average 7 by {l1_7:.4f}: it is "
        f"taken for a **{sides['L1']}**, which is {right}. RMSE ({rmse_3:.4f} and {rmse_7:.4f}) {agree}.",
        f"With nothing learned, L1 gets {found.l1.threes:.4f} of the validation threes and {found.l1.sevens:.4f} of the "
        f"sevens right, a mean :blue[accuracy] of **{found.l1.mean:.4f}**; RMSE {found.rmse.mean:.4f}.",
    ]
    if settings.picture != "plain":
        sentences.append(
            f"On the digits as they are it is {found.plain[0].mean:.4f} with L1 and {found.plain[1].mean:.4f} with RMSE. "
            "Pixel similarity compares what stands at the same place, with the same brightness."
        )
    return sentences


def _product_findings(found: Product, settings: Settings) -> list[str]:
    sentences = [_star(found)] if settings.operator == "*" else _sum_findings(found, settings)
    matrix, plain, turned, _ = found.trials
    if settings.operator == "@":
        sentences.append(
            f"`{matrix.code}` is {matrix.operands} → {matrix.shape}: one :orange[activation] an image. With `*` "
            f"{'the same shapes are an error' if plain.shape is None else f'these shapes give {plain.shape}'}, and "
            f"`{turned.code}` leaves {turned.shape}, {int(np.prod(turned.shape or 0)):,} products that nobody added up."
        )
        sentences.append(_parameter_finding(found, settings))
    return sentences


def _parameter_finding(found: Product, settings: Settings) -> str:
    weights = found.weights
    what = "784 weights without a bias"
    if settings.bias:
        what = f"784 weights and 1 bias, {weights.size + 1} :green[parameters]"
    kind = f"trained for {EPOCHS} epochs"
    if settings.weights == "random":
        kind = f"drawn by `randn` (here with mean {signed(weights.mean(), 2)}, standard deviation {weights.std():.2f})"
    alike = "" if settings.picture == "plain" else ", changed in the same way,"
    return (
        f"These {what}, {kind}, get {found.accuracy.mean:.4f} of the validation digits{alike} right (the mean of the threes' "
        "and the sevens' :blue[accuracy])."
    )


def _sum_findings(found: Product, settings: Settings) -> list[str]:
    total = found.running[-2]
    if not found.image.any():
        left = "only the bias speaks" if settings.bias else "without a bias every model says 0 here, neither 3 nor 7"
        return [
            f"The picture is all black: 784 zeros, so each x·w is 0 whatever the :green[weights]. The :orange[activation] is "
            f"**{signed(found.logit)}**: {left}."
        ]
    k = int(np.abs(found.products).argmax())
    side = 3 if found.logit > 0 else 7
    bias = (
        f"plus the bias {signed(found.bias)} it is **{signed(found.logit)}**" if settings.bias else "no bias is added"
    )
    return [
        f"The 784 products add up to {signed(total)}; {bias}: {'above' if found.logit > 0 else 'not above'} 0, so the "
        f"model says **{side}**, which is {'right' if side == settings.digit else 'wrong'}. The largest product stands in "
        f"row {k // SIDE}, column {k % SIDE}: {found.image[k]:.3g} · {signed(found.weights[k])} = {signed(found.products[k])}."
    ]


def _star(found: Product) -> str:
    _, plain, turned, flat = found.trials
    chance = "" if plain.shape is None else ", and no error, because the shapes happen to fit"
    given = outcome(turned) if turned.shape == flat.shape else f"{outcome(turned)} and {outcome(flat)}"
    count = len(found.outputs)
    return (
        f"`{plain.code}`: {outcome(plain)}{chance}. `{turned.code}` and `{flat.code}` do run, without a word of warning, and "
        f"give {given}: the products x·w of every pixel, each with the bias added to it, but no sum. There should be {count} "
        f":orange[activation{'s' if count > 1 else ''}]; there are {int(np.prod(turned.shape or 0)):,} numbers."
    )


def outcome(trial: Trial) -> str:
    """What the trial gave, in words: the shape, or the error."""
    return f"RuntimeError, “{trial.error}”" if trial.shape is None else f"shape {trial.shape}"


def says(three: float, seven: float) -> int:
    """The digit whose average is nearer."""
    return 3 if three < seven else 7


def signed(value: float, digits: int = 3) -> str:
    """A number in few characters, with a true minus sign."""
    return f"{value:.{digits}g}".replace("-", "−")


def how_good(result: Result) -> str:
    """The answer to the page's question, from the mean accuracy of pixel similarity."""
    accuracy = result.found.l1.mean if isinstance(result.found, Similarity) else 0.0
    return "about half" if accuracy < 0.65 else "about three quarters" if accuracy < 0.9 else "more than nine in ten"


def numbers(result: Result) -> dict[str, float]:
    """The page's numbers, for its export."""
    found = result.found
    if isinstance(found, Ranks):
        return {f"ndim of {code}": tensor.ndim for _, code, tensor in found.tensors}
    if isinstance(found, Similarity):
        values = dict(zip(("L1 to 3", "L1 to 7", "RMSE to 3", "RMSE to 7"), found.distances[found.own], strict=True))
        for name, score in (("L1", found.l1), ("RMSE", found.rmse)):
            values |= {f"{name}: threes": score.threes, f"{name}: sevens": score.sevens, f"{name}: mean": score.mean}
        return {name: float(value) for name, value in values.items()}
    if isinstance(found, Product):
        return {
            "sum": float(found.running[-2]),
            "bias": found.bias,
            "logit": found.logit,
            "accuracy": found.accuracy.mean,
        }
    brightest = int(found.stored.max())
    return {
        "black pixels": int((found.stored == 0).sum()),
        "brightest": brightest,
        "mean": float(found.batch[-1].mean()),
    }


def table(result: Result) -> dict[str, np.ndarray]:
    """What the picture is drawn from: every pixel, every tensor, or every validation digit."""
    found = result.found
    if isinstance(found, Ranks):
        rows = [
            (name, code, str(tuple(tensor.shape)), tensor.ndim, tensor.numel()) for name, code, tensor in found.tensors
        ]
        return dict(
            zip(("name", "code", "shape", "ndim", "numbers"), map(np.array, zip(*rows, strict=True)), strict=True)
        )
    if isinstance(found, Similarity):
        names = ("L1 to 3", "L1 to 7", "RMSE to 3", "RMSE to 7")
        columns = dict(zip(names, found.distances.T, strict=True))
        return {"digit": np.where(found.threes, 3, 7), **columns}
    place = np.arange(PIXELS)
    columns = {"row": place // SIDE, "column": place % SIDE, "place": place}
    if isinstance(found, Product):
        return {**columns, "x": found.image, "w": found.weights, "x·w": found.products}
    return {**columns, "0 to 255": found.stored.flatten(), "x": found.batch[-1]}
