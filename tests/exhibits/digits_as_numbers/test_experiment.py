"""A digit as numbers, held against plain loops, torch.nn, torch.optim, fastai and the book's own figures."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from core.data.digits import builtin, full_available, load
from core.exhibits.digits_as_numbers.digit_tensors import (
    CHANGES,
    EPOCHS,
    TRIES,
    Product,
    Ranks,
    Similarity,
    Unrolled,
    changed,
    parameters_of,
    rmse,
    stack_of,
)
from core.exhibits.digits_as_numbers.experiment import Settings, experiment, findings, how_good, numbers, table
from core.nn.losses import mnist_loss
from core.nn.models import init_params
from core.nn.pixel_similarity import average_digits, mnist_distance
from core.nn.training import epoch_orders

VIEWS = ("pixels", "ranks", "similarity", "multiply")


def found(**change: Any) -> Any:
    return experiment(Settings(digits="built-in", **change)).found


def test_every_pixel_goes_to_its_place_in_the_batch() -> None:
    result = found(view="pixels", digit=7, index=31, items=4)
    assert isinstance(result, Unrolled)
    assert result.batch.shape == (4, 784)
    picture = builtin().x_valid[100 + 31]  # the 100 validation threes come first
    for row in range(28):
        for column in range(28):
            place = 28 * row + column
            assert result.stored[row, column] == round(255 * picture[place].item())
            assert result.batch[-1, place] == pytest.approx(result.stored[row, column] / 255, abs=1e-7)
    assert result.counts == (400, 400, 100, 100)


def test_the_batch_holds_different_training_digits() -> None:
    rows = found(items=784).batch[:-1]
    training = {row.tobytes() for row in builtin().x_train.numpy()}
    assert {row.tobytes() for row in rows} <= training
    assert len({row.tobytes() for row in rows}) == 783
    assert not np.array_equal(found(items=16, seed=1).batch[:-1], found(items=16, seed=2).batch[:-1])


@pytest.mark.parametrize("picture", CHANGES)
def test_changed_pictures(picture: str) -> None:
    image = builtin().x_valid[3].view(28, 28)
    result = changed(image[None], picture)[0]
    for row in range(28):
        for column in range(28):
            old = image[row, column].item()
            above = image[row - 2, column].item() if row >= 2 else 0.0
            expected = {"plain": old, "inverted": 1 - old, "lower": above, "black": 0.0}[picture]
            assert result[row, column].item() == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(("digit", "index"), [(3, 0), (7, 99)])
def test_code_of_each_rank_makes_its_tensor(digit: int, index: int) -> None:
    result = found(view="ranks", digit=digit, index=index)
    assert isinstance(result, Ranks)
    stack = torch.stack([row.view(28, 28) for row in builtin().x_valid[100 * (digit == 7) :][:100]])
    for rank, (_, code, tensor) in enumerate(result.tensors):
        made = eval(code, {f"valid_{digit}_tens": stack})
        assert tensor.ndim == rank == len(tensor.shape)
        assert torch.equal(made, tensor)
    assert result.tensors[0][2] == result.tensors[1][2].max()
    assert result.flat.ndim == 2
    assert torch.equal(result.flat, stack.flatten(1))


def test_fastai_opens_these_pictures_in_three_equal_channels(tmp_path: Path) -> None:
    from fastai.vision.core import PILImage

    stored = found(view="pixels").stored
    Image.fromarray(stored).save(tmp_path / "digit.png")
    opened = np.array(PILImage.create(tmp_path / "digit.png"))
    assert opened.shape == (28, 28, 3)
    assert all(np.array_equal(opened[..., channel], stored) for channel in range(3))


def test_distances_are_those_of_torch() -> None:
    digits, means = builtin(), average_digits("built-in")
    for digit, mean in zip((1.0, 0.0), means, strict=True):
        own = [x.double() for x, y in zip(digits.x_train, digits.y_train, strict=True) if y.item() == digit]
        torch.testing.assert_close(mean, (sum(own) / len(own)).float(), atol=1e-6, rtol=0)
        for image in digits.x_valid[::37]:
            assert mnist_distance(image, mean).item() == pytest.approx(F.l1_loss(image, mean).item(), rel=1e-5)
            assert rmse(image, mean).item() == pytest.approx(F.mse_loss(image, mean).sqrt().item(), rel=1e-5)


@pytest.mark.parametrize("picture", ["plain", "lower"])
def test_similarity_counts_what_a_loop_counts(picture: str) -> None:
    result = found(view="similarity", picture=picture, digit=7, index=5)
    assert isinstance(result, Similarity)
    three, seven = average_digits("built-in")
    right = {(loss, digit): 0 for loss in (F.l1_loss, F.mse_loss) for digit in (3, 7)}
    for digit in (3, 7):
        for image in changed(stack_of(builtin(), digit), picture).flatten(1):
            for loss in (F.l1_loss, F.mse_loss):
                right[loss, digit] += (3 if loss(image, three) < loss(image, seven) else 7) == digit
    for scores, loss in ((result.l1, F.l1_loss), (result.rmse, F.mse_loss)):
        assert scores.threes == pytest.approx(right[loss, 3] / 100)
        assert scores.sevens == pytest.approx(right[loss, 7] / 100)
        assert scores.mean == pytest.approx((right[loss, 3] + right[loss, 7]) / 200)
    assert result.own == 105
    assert result.plain[0] == found(view="similarity").l1


def test_distances_add_up_row_by_row() -> None:
    result = found(view="similarity", index=8)
    for rows in (0, 1, 14, 28):
        for k, mean in enumerate(result.means):
            apart = [abs(float(result.image[i]) - float(mean[i])) for i in range(28 * rows)]
            assert result.running[rows, k] == pytest.approx(math.fsum(apart) / 784, rel=1e-5)
            squared = math.fsum(a * a for a in apart) / 784
            assert result.running[rows, 2 + k] == pytest.approx(math.sqrt(squared), rel=1e-5)
    assert result.running[-1] == pytest.approx(result.distances[result.own], rel=1e-5)


def test_pixel_similarity_breaks_where_people_do_not() -> None:
    plain, inverted, lower = (found(view="similarity", picture=p) for p in ("plain", "inverted", "lower"))
    assert plain.l1.mean > 0.9
    assert inverted.l1.mean < 0.5
    assert lower.l1.mean < plain.l1.mean - 0.2
    assert how_good(experiment(Settings(view="similarity", digits="built-in"))) == "more than nine in ten"


@pytest.mark.skipif(not full_available(), reason="the full sample is not on this computer")
def test_baseline_of_the_book() -> None:
    result = experiment(Settings(view="similarity", digits="full")).found
    assert isinstance(result, Similarity)
    assert round(result.l1.threes, 4) == 0.9168
    assert round(result.l1.sevens, 4) == 0.9854
    assert round(result.l1.mean, 4) == 0.9511
    counts = experiment(Settings(digits="full")).found
    assert isinstance(counts, Unrolled)
    assert counts.counts == (6131, 6265, 1010, 1028)


def test_trained_parameters_are_those_of_torch_optim() -> None:
    digits = load("built-in")
    model = torch.nn.Linear(784, 1)
    weights, bias = init_params("linear", "uniform", 7)
    with torch.no_grad():
        model.weight.copy_(weights.T)
        model.bias.copy_(bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    for order in epoch_orders(len(digits.x_train), EPOCHS, True, 7):
        for rows in order.split(16):
            mnist_loss(model(digits.x_train[rows]), digits.y_train[rows]).backward()
            optimizer.step()
            optimizer.zero_grad()
    weights, bias = parameters_of("trained", "built-in", 7)
    torch.testing.assert_close(weights, model.weight.detach().T, atol=2e-4, rtol=0)
    torch.testing.assert_close(bias, model.bias.detach(), atol=2e-4, rtol=0)


@pytest.mark.parametrize("weights", ["trained", "random"])
def test_the_sum_of_products_is_the_models_output(weights: str) -> None:
    result = found(view="multiply", weights=weights, digit=7, index=3, items=4)
    assert isinstance(result, Product)
    w, b = parameters_of(weights, "built-in", 42)
    for rows in (0, 9, 28):
        total = math.fsum(
            float(x) * float(v) for x, v in zip(result.image[: 28 * rows], w[: 28 * rows, 0], strict=True)
        )
        assert result.running[rows] == pytest.approx(total, abs=1e-5)
    outputs = F.linear(torch.from_numpy(result.batch), w.T, b)[:, 0]
    torch.testing.assert_close(torch.from_numpy(result.outputs), outputs)
    assert result.logit == pytest.approx(outputs[-1].item(), abs=1e-5)
    assert result.products == pytest.approx(result.image * w[:, 0].numpy())
    assert len(result.weights) + 1 == sum(p.numel() for p in torch.nn.Linear(784, 1).parameters())


@pytest.mark.parametrize("weights", ["trained", "random"])
def test_a_black_picture_leaves_the_bias_alone(weights: str) -> None:
    for seed in range(3):
        _, bias = parameters_of(weights, "built-in", seed)
        black = {"view": "multiply", "picture": "black", "weights": weights, "seed": seed}
        assert found(**black, bias=False).logit == 0.0
        assert found(**black).logit == bias.item() != 0.0


@pytest.mark.parametrize("items", [1, 16, 784])
def test_trials_are_what_their_code_does(items: int) -> None:
    result = found(view="multiply", items=items)
    weights, bias = parameters_of("trained", "built-in", 42)
    names = {"xb": torch.from_numpy(result.batch), "weights": weights, "bias": bias}
    assert [trial.code for trial in result.trials] == list(TRIES)
    for trial in result.trials:
        if trial.shape is None:
            with pytest.raises(RuntimeError) as raised:
                eval(trial.code, dict(names))
            assert trial.error == str(raised.value)
        else:
            assert tuple(eval(trial.code, dict(names)).shape) == trial.shape
    matrix, star, turned, flat = result.trials
    assert matrix.shape == (items, 1)
    assert star.shape == (None if items == 16 else (784, 784))
    assert turned.shape == flat.shape == (items, 784)


def test_findings_say_what_is_broken() -> None:
    settings = Settings(view="multiply", digits="built-in")
    star = findings(experiment(replace(settings, operator="*")))[0]
    assert "RuntimeError, “The size of tensor a (16) must match the size of tensor b (784)" in star
    assert "There should be 16" in star
    assert f"{16 * 784:,} numbers" in star
    assert "happen to fit" in findings(experiment(replace(settings, operator="*", items=784)))[0]
    black = findings(experiment(replace(settings, picture="black", bias=False)))[0]
    assert "**0**: without a bias" in black
    inverted = findings(experiment(replace(settings, view="similarity", picture="inverted")))
    assert "which is wrong" in inverted[0]
    assert f"{found(view='similarity').l1.mean:.4f} with L1" in inverted[2]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("picture", CHANGES)
def test_every_view_has_words_numbers_and_a_table(view: str, picture: str) -> None:
    for digit, operator in ((3, "@"), (7, "*")):
        result = experiment(Settings(view=view, picture=picture, digit=digit, operator=operator, digits="built-in"))
        assert 1 <= len(findings(result)) <= 4
        assert "nan" not in " ".join(findings(result))
        assert all(math.isfinite(value) for value in numbers(result).values())
        (length,) = {len(column) for column in table(result).values()}
        assert length == {"ranks": 5, "similarity": 200}.get(view, 784)
