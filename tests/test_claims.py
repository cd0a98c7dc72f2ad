"""The claims as data: complete, counted as the lesson counts them, Markdown that closes what it opens."""

import re
from collections import Counter

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.claims import COUNT, VERDICTS, Claim, claims, claims_of, parse
from core.nn.losses import mnist_loss

# How many claims each exhibit of the lesson settles; some claims belong to two exhibits.
CLAIMS_OF_EXHIBIT = {
    "seven-steps": 3,
    "loss-vs-accuracy": 4,
    "gradients": 5,
    "digits-as-numbers": 7,
    "sigmoid": 5,
    "mini-batches": 9,
    "training-loop": 6,
    "relu": 8,
    "neural-net": 7,
    "pets-data": 8,
    "presizing": 7,
    "augmentation": 1,
    "pet-classifier": 3,
    "softmax": 3,
    "cross-entropy": 7,
    "top-losses": 1,
}
COLOURS = {
    "red": {"loss"},
    "blue": {"metric", "accuracy", "error rate"},
    "green": {"parameters", "weights", "bias"},
    "violet": {"gradient"},
    "orange": {"activation", "activations", "predictions"},
}
PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”"}
TEXTS = [
    pytest.param(text, id=f"{c.number}-{name}")
    for c in claims()
    for name, text in (("notes", c.notes), ("truth", c.truth))
]

GOOD = """
[[claim]]
number = 1
exhibits = ["relu"]
notes = "It bends."
verdict = "right"
truth = '''
Yes:
it bends.'''
"""


def truth(number: int) -> str:
    return claims()[number - 1].truth


def unbalanced(text: str) -> str:
    """What is left open or closed too often in a paragraph of Markdown; empty when all is balanced."""
    if text.count("`") % 2:
        return "`"
    plain = re.sub(r"`[^`]*`", "", text)
    if plain.count("$") % 2:
        return "$"
    parts = plain.split("$")
    for part in parts:  # prose and formulas in turn: a bracket closes where it was opened
        stack: list[str] = []
        for sign in part:
            if sign in PAIRS:
                stack.append(PAIRS[sign])
            elif sign in PAIRS.values() and (not stack or stack.pop() != sign):
                return sign
        if stack:
            return stack[-1]
    prose = "".join(parts[::2])
    if prose.count("**") % 2 or prose.replace("**", "").count("*") % 2:
        return "*"
    return ""


def test_every_number_stands_once() -> None:
    assert len(claims()) == COUNT == 80
    assert [claim.number for claim in claims()] == list(range(1, 81))


def test_verdicts_are_as_many_as_in_the_lesson() -> None:
    counted = Counter(claim.verdict for claim in claims())
    assert counted == {"right": 29, "imprecise": 37, "wrong": 7, "question": 6, "opinion": 1}
    assert [claim.number for claim in claims() if claim.verdict == "wrong"] == [7, 12, 14, 24, 28, 35, 39]
    assert [claim.number for claim in claims() if claim.verdict == "question"] == [10, 51, 66, 71, 79, 80]
    assert claims()[42].verdict == "opinion"


def test_exhibits_are_those_of_the_lesson() -> None:
    assert Counter(slug for claim in claims() for slug in claim.exhibits) == CLAIMS_OF_EXHIBIT
    assert all(len(set(claim.exhibits)) == len(claim.exhibits) for claim in claims())


@pytest.mark.parametrize("slug", CLAIMS_OF_EXHIBIT)
def test_claims_of_an_exhibit(slug: str) -> None:
    found = claims_of(slug)
    assert len(found) == CLAIMS_OF_EXHIBIT[slug]
    assert list(found) == sorted(found, key=lambda claim: claim.number)
    assert all(slug in claim.exhibits for claim in found)


def test_an_exhibit_may_settle_no_claim() -> None:
    assert claims_of("no-such-exhibit") == ()


def test_verdicts_have_marks_and_badge_colours() -> None:
    assert "".join(verdict.mark for verdict in VERDICTS.values()) == "✓~✗?–"
    streamlit_badges = {"red", "orange", "yellow", "blue", "green", "violet", "gray", "grey", "primary"}
    assert {verdict.color for verdict in VERDICTS.values()} <= streamlit_badges


@pytest.mark.parametrize("text", TEXTS)
def test_markdown_is_balanced(text: str) -> None:
    assert unbalanced(text) == ""


@pytest.mark.parametrize("broken", ["`a", "$x", "(a", "a]", "(a]", "**a*", "*a", "“a", "`a`)", "$(x$)"])
def test_the_balance_check_finds_what_is_open(broken: str) -> None:
    assert unbalanced(broken)


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_one_plain_paragraph(text: str) -> None:
    assert "\n" not in text
    assert "  " not in text
    prose = re.sub(r"`[^`]*`|\$[^$]*\$", "", text)
    assert not re.search(r"[<>~_]", prose)  # HTML, strike-through and emphasis that nobody meant
    assert not re.search(r"->|--", prose)  # Streamlit turns these into arrows and dashes
    assert text[-1] in ".?…”"


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: str(claim.number))
def test_colours_mark_a_quantity_of_the_lesson_once(claim: Claim) -> None:
    found = re.findall(r":([a-z]+)\[([^\]]*)\]", claim.truth)
    assert all(word in COLOURS.get(colour, set()) for colour, word in found)
    assert len({word for _, word in found}) == len(found)
    assert "]" not in claim.notes


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: str(claim.number))
def test_truth_is_one_to_three_sentences(claim: Claim) -> None:
    prose = re.sub(r"`[^`]*`|\$[^$]*\$", "x", claim.truth).replace("*", "")
    assert 1 <= len(re.findall(r"[.?…]”?(?= [A-Z“]|$)", prose)) <= 3


def test_parse_reads_a_claim_and_joins_its_lines() -> None:
    claim = Claim(number=1, exhibits=("relu",), notes="It bends.", verdict="right", truth="Yes: it bends.")
    assert parse(GOOD, 1) == (claim,)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD.replace("number = 1", ""), "needs a whole number"),
        (GOOD.replace("number = 1", "number = true"), "needs a whole number"),
        (GOOD.replace("number = 1", "number = 2"), "Claim 1 stands 0 times"),
        (GOOD + GOOD, "Claim 1 stands 2 times"),
        (GOOD + GOOD.replace("number = 1", "number = 7"), "Claim 7 is not among the claims 1 to 1"),
        (GOOD.replace('"right"', '"maybe"'), "Claim 1 has the verdict 'maybe'; it must be one of right, imprecise"),
        (GOOD.replace('"It bends."', '" "'), "Claim 1 needs a text for 'notes'"),
        (GOOD.replace('["relu"]', "[]"), "Claim 1 needs a list of at least one exhibit"),
        (GOOD.replace('["relu"]', '"relu"'), "Claim 1 needs a list of at least one exhibit"),
        (GOOD + "=", "not valid TOML"),
        ("", "Claim 1 stands 0 times"),
    ],
)
def test_a_malformed_file_is_one_clear_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        parse(text, 1)
    assert str(caught.value).endswith(".")


def test_figures_of_mnist_loss_are_true() -> None:
    def mean_distance(*predictions: float) -> float:
        values, targets = torch.tensor(predictions), torch.tensor([1, 0, 1])
        return torch.where(targets == 1, 1 - values, values).mean().item()

    assert f"{mean_distance(0.9, 0.4, 0.2):.4f}" in truth(17)
    assert f"{mean_distance(0.9, 0.4, 0.8):.4f}" in truth(17)
    assert f"−{-mean_distance(3.0, -5.0, 10.0):.2f}" in truth(18)


def test_figures_of_the_median_are_true() -> None:
    slopes = {}
    for name in ("median", "mean"):
        values = torch.arange(5.0, requires_grad=True)
        getattr(values, name)().backward()
        slopes[name] = sorted(values.grad.tolist())
    assert slopes["median"] == [0, 0, 0, 0, 1]
    assert slopes["mean"] == pytest.approx([0.2] * 5)
    assert "0.2 for each" in truth(26)


def test_figures_of_softmax_and_cross_entropy_are_true() -> None:
    generator = torch.Generator().manual_seed(42)
    acts, targets = torch.randn((6, 2), generator=generator) * 2, torch.tensor([0, 1, 0, 1, 1, 0])
    probabilities = acts.softmax(dim=1)
    for value in (*acts[0], *probabilities[0]):
        assert f"{value:.4f}" in truth(73)
    assert ", ".join(f"{p:.4f}" for p in probabilities[range(6), targets]) in truth(75)
    losses = F.cross_entropy(acts, targets, reduction="none")
    assert ", ".join(f"{loss:.4f}" for loss in losses) in truth(77)
    assert f"**{losses.mean():.4f}**" in truth(77)
    assert f"−{-F.nll_loss(probabilities, targets):.4f}" in truth(77)
    assert F.log_softmax(torch.tensor([0.0, 200.0]), dim=0)[0] == -200
    assert torch.tensor([0.0, 200.0]).softmax(dim=0).log()[0] == -torch.inf
    assert "−200" in truth(78)


@pytest.mark.parametrize(
    ("dtype", "base", "power"),
    [
        (torch.float32, 0.1, 46),
        (torch.float32, 0.01, 23),
        (torch.float32, 0.5, 150),
        (torch.float64, 0.1, 324),
        (torch.float64, 0.01, 162),
    ],
)
def test_figures_of_underflow_are_true(dtype: torch.dtype, base: float, power: int) -> None:
    factors = torch.full((power,), base, dtype=dtype).cumprod(dim=0)
    assert factors[-1] == 0 < factors[-2]
    assert f"${base}^{{{power}}}$" in truth(76)


def test_figures_of_sixty_four_factors_are_true() -> None:
    factors = torch.full((64,), 0.01)
    assert factors.prod() == 0
    assert f"−{-factors.log().sum():.2f}" in truth(76)


def test_figures_of_the_slopes_are_true() -> None:
    logit = torch.tensor([[-6.0]], requires_grad=True)
    mnist_loss(logit, torch.ones(1, 1)).backward()
    assert f"{-logit.grad.item():.4f} in size" in truth(69)
    pair = torch.tensor([[-6.0, 0.0]], requires_grad=True)
    F.cross_entropy(pair, torch.tensor([0])).backward()
    assert f"{-pair.grad[0, 0]:.3f} with cross-entropy" in truth(69)
    for activation, slope in ((F.relu, 0.0), (F.leaky_relu, 0.01)):
        value = torch.tensor(-1.0, requires_grad=True)
        activation(value).backward()
        assert value.grad.item() == pytest.approx(slope)
    assert "0.01 with leaky ReLU" in truth(45)


def test_figures_of_the_sizes_are_true() -> None:
    net = nn.Sequential(nn.Linear(784, 30), nn.ReLU(), nn.Linear(30, 1))
    assert f"{sum(p.numel() for p in net.parameters()):,}" in truth(44)
    assert f"{-(-12396 // 256)} steps an epoch" in truth(25)
    assert f"{6131 + 6265:,}" in truth(5)
    assert f"{1010 + 1028:,}" in truth(5)


def test_figures_of_the_roller_coaster_are_true() -> None:
    generator = torch.Generator().manual_seed(42)
    time = torch.arange(20.0)
    speed = torch.randn(20, generator=generator) * 3 + 0.75 * (time - 9.5) ** 2 + 1
    params = torch.randn(3, generator=generator).requires_grad_()
    losses = []
    for _ in range(11):
        a, b, c = params
        loss = ((a * time**2 + b * time + c - speed) ** 2).mean()
        losses.append(loss.item())
        (slope,) = torch.autograd.grad(loss, params)
        params = (params - 1e-5 * slope).detach().requires_grad_()
    for shown in (f"{losses[0]:,.1f}", f"{losses[1]:,.1f}", f"{losses[10]:.2f}"):
        assert shown in truth(4)
