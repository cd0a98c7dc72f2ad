"""Mini-batches: held against autograd, torch.optim, finite differences, plain loops and the recorded training run."""

import ast
import inspect
import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.digits import Digits, load
from core.lesson import loader
from core.lesson.averages import EPOCHS, Averages, averages, distances, slopes, walk
from core.lesson.batch_race import CLOCKS, LANES, Race, clock_of, lane_rows, single_steps
from core.lesson.gradient_noise import (
    DRAWS,
    SIZES,
    Noise,
    _main_noise,
    fitted_slope,
    fraction,
    gradient_noise,
    item_gradients,
    random_batches,
)
from core.lesson.loader import ORDERS, USUAL, Loaded, Loading, load_digits, load_small, train_on
from core.lesson.losses import mnist_loss
from core.lesson.mini_batches import (
    VIEWS,
    Result,
    Settings,
    because,
    doing,
    experiment,
    findings,
    loaders,
    noise_left,
    numbers,
    table,
    wants_loader,
    whole,
)
from core.lesson.models import flatten, init_params, linear1
from core.lesson.training import Recipe, epoch_orders, gradient_at, train

SEEDS = st.integers(0, 999)


@cache
def digits() -> Digits:
    return load("built-in")


@cache
def found(**change: object) -> Result:
    chosen = Settings(**change)  # type: ignore[arg-type]
    return whole(chosen) if wants_loader(chosen) else experiment(chosen)


@cache
def loaded(order: str, size: int = 16, epochs: int = 2, seed: int = 42) -> Loaded:
    return load_digits(digits(), order, size, epochs, seed)


def flat(answer: Loaded, epoch: int) -> list[int]:
    return np.concatenate(answer.epochs[epoch]).tolist()


# ---- three paths ----


@settings(max_examples=3)
@given(SEEDS, st.sampled_from(["randn", "uniform"]), st.integers(1, 240))
def test_single_steps_begin_as_training_on_single_items_does(seed: int, init: str, steps: int) -> None:
    recipe = Recipe(init=init, epochs=1, batch_size=16, seed=seed)
    run = single_steps(recipe, digits(), steps)
    whole_epoch = train(replace(recipe, batch_size=1), digits())
    assert run.kept.tolist() == list(range(steps + 1))
    np.testing.assert_array_equal(run.losses, whole_epoch.losses[:steps])
    shared = whole_epoch.kept[whole_epoch.kept <= steps]
    np.testing.assert_array_equal(run.parameters[shared], whole_epoch.parameters[: len(shared)])


def test_single_steps_go_on_into_the_next_epoch() -> None:
    recipe = Recipe(epochs=3, batch_size=16)
    run = single_steps(recipe, digits(), 1000)
    two = train(replace(recipe, batch_size=1, epochs=2), digits())
    np.testing.assert_array_equal(run.losses, two.losses[:1000])


@pytest.mark.parametrize("size", [1, 4, 16, 64, 256, 800])
def test_items_seen_are_counted_as_a_loop_would(size: int) -> None:
    run = train(Recipe(epochs=3, batch_size=size), digits())
    seen = [0]
    for _ in range(3):
        left = 800
        while left:
            seen.append(seen[-1] + min(size, left))
            left -= min(size, left)
    assert clock_of(run, size, "items").tolist() == [seen[step] for step in run.kept]
    assert clock_of(run, size, "steps").tolist() == run.kept.tolist()
    seconds = clock_of(run, size, "seconds")
    assert (seconds[0], seconds[-1]) == (0, pytest.approx(run.seconds))
    assert (np.diff(seconds) > 0).all()


@pytest.mark.parametrize("clock", CLOCKS)
def test_three_runs_share_start_loss_and_plane(clock: str) -> None:
    race = found(clock=clock, epochs=2).found
    assert isinstance(race, Race)
    assert [lane.size for lane in race.lanes] == [1, 16, 800]
    steps = [lane.run.steps for lane in race.lanes]
    assert steps == ([100, 100, 100] if clock == "steps" else [1600, 100, 2])
    starts = [lane.run.parameters[0] for lane in race.lanes]
    for lane in race.lanes:
        np.testing.assert_array_equal(lane.run.parameters[0], starts[0])
        for frame in (0, len(lane.loss) // 2, -1):
            true = mnist_loss(linear1(digits().x_train, lane.run.tensors(frame)), digits().y_train)
            assert lane.loss[frame] == pytest.approx(true.item(), abs=2e-6)
        assert (race.a[0] < lane.path[:, 0]).all()
        assert (lane.path[:, 0] < race.a[-1]).all()
        assert 0 <= lane.variance <= 1
        np.testing.assert_allclose(lane.path[0], race.lanes[0].path[0], atol=1e-4)
    np.testing.assert_allclose(race.lanes[1].path[-1], 0, atol=1e-5)  # the plane goes through the mini-batches' end


@pytest.mark.parametrize("clock", CLOCKS)
def test_every_instant_shows_the_last_step_before_it(clock: str) -> None:
    race = found(clock=clock, epochs=2).found
    assert isinstance(race, Race)
    frames = race.frames
    assert (np.diff(frames) > 0).all()
    for lane in race.lanes:
        rows = lane_rows(lane, frames)
        brute = [max(i for i, at in enumerate(lane.at) if at <= instant + 1e-9) for instant in frames]
        assert rows.tolist() == brute
        assert rows[-1] == len(lane.at) - 1  # all have finished at the end


def test_detour_is_the_length_of_the_way() -> None:
    race = found(clock="steps", epochs=2).found
    assert isinstance(race, Race)
    lane = race.lanes[1]
    run = train(Recipe(epochs=2), digits())  # every one of its 100 steps is recorded
    way = sum(float(np.linalg.norm(run.recipe.learning_rate * g)) for g in run.gradients[:-1])
    straight = float(np.linalg.norm(run.parameters[-1] - run.parameters[0]))
    assert lane.detour == pytest.approx(way / straight, rel=1e-4)
    assert race.lanes[0].detour > race.lanes[2].detour >= 1


def test_an_epoch_is_one_pass_however_many_steps() -> None:
    assert "here 4,000 (A), 250 (B), 5 (C)" in findings(found())[0]
    assert "1 epoch is one pass over all 800 digits" in findings(found(epochs=1))[0]
    assert "they looked at 100 (A), 1,600 (B), 80,000 (C) digits" in findings(found(clock="steps", epochs=2))[0]


def test_findings_compare_at_the_same_instant() -> None:
    race = found().found
    assert isinstance(race, Race)
    ends = [float(lane.loss[-1]) for lane in race.lanes]
    sentence = findings(found())[1]
    assert "after 4,000 items seen it is " + ", ".join(
        f"{end:.3f} ({name})" for end, name in zip(ends, LANES, strict=True)
    ) in sentence.replace("*", "")
    assert f"lowest for **{LANES[int(np.argmin(ends))]}**" in sentence
    assert "standard errors" in sentence
    assert " µs, a whole epoch " in findings(found(clock="seconds", epochs=2))[-1]


def test_single_items_collapse_at_a_rate_that_mini_batches_bear() -> None:
    result = found(learning_rate=10.0)
    assert isinstance(result.found, Race)
    assert [lane.collapsed for lane in result.found.lanes] == [True, False, False]
    assert findings(result)[2].startswith("**A collapsed**")
    assert not any("collapsed" in sentence for sentence in findings(found()))


# ---- noise ----


@settings(max_examples=2)
@given(SEEDS, st.sampled_from(["randn", "uniform"]))
def test_item_gradients_are_autograds(seed: int, init: str) -> None:
    parameters = init_params("linear", init, seed)
    x, y = digits().x_train[::97], digits().y_train[::97]
    each = item_gradients(parameters, x, y)
    for row in range(len(x)):
        leaves = [p.clone().requires_grad_() for p in parameters]
        mnist_loss(linear1(x[[row]], leaves), y[[row]]).backward()
        torch.testing.assert_close(each[row], flatten([p.grad for p in leaves]), rtol=1e-4, atol=1e-7)
    everything = gradient_at(Recipe(), parameters, digits(), slice(None))
    mean = item_gradients(parameters, digits().x_train, digits().y_train).mean(0)
    torch.testing.assert_close(mean, everything, rtol=1e-4, atol=1e-7)


@settings(max_examples=20)
@given(st.integers(1, 40), st.booleans(), SEEDS)
def test_random_batches_weigh_their_items(size: int, replacement: bool, seed: int) -> None:
    weights = random_batches(40, size, 7, replacement, torch.Generator().manual_seed(seed))
    counts = weights * size
    torch.testing.assert_close(counts, counts.round(), rtol=0, atol=1e-4)
    torch.testing.assert_close(weights.sum(1), torch.ones(7))
    if not replacement:
        assert counts.max() <= 1 + 1e-4
        assert ((counts > 0.5).sum(1) == size).all()


def test_noise_is_what_a_plain_loop_measures() -> None:
    model = init_params("linear", "uniform", 42)
    noise = gradient_noise(model, digits(), False, 5)
    full = gradient_at(Recipe(), model, digits(), slice(None))
    generator = torch.Generator().manual_seed(5)
    for row, size in enumerate(SIZES[:4]):
        order = torch.rand(DRAWS, 800, generator=generator).argsort(1)[:, :size]
        gradients = torch.stack([gradient_at(Recipe(), model, digits(), rows) for rows in order])
        away = (gradients - full).norm(dim=1) / full.norm()
        assert noise.rms[row] == pytest.approx(away.square().mean().sqrt().item(), rel=1e-3)
        assert noise.mean[row] == pytest.approx(away.mean().item(), rel=1e-3)
        assert noise.uphill[row] == pytest.approx((gradients @ full < 0).float().mean().item(), abs=0.01)
        along = gradients @ full / full.norm() ** 2
        np.testing.assert_allclose(noise.cloud[row, :, 0], along, atol=1e-4)
        np.testing.assert_allclose(noise.examples[row], gradients[: len(noise.examples[row])], atol=1e-6)


@pytest.mark.parametrize("init", ["uniform", "randn"])
def test_noise_falls_like_one_over_the_root(init: str) -> None:
    """Exactly so in the mean square, if items are drawn with replacement; measured on 200 batches of each size."""
    noise = gradient_noise(init_params("linear", init, 42), digits(), True, 42)
    np.testing.assert_allclose(noise.rms, noise.law, rtol=0.25)
    assert noise.slope == pytest.approx(-0.5, abs=0.06)


def test_a_batch_of_everything_has_no_noise_without_replacement() -> None:
    each = item_gradients(init_params("linear", "uniform", 1), digits().x_train, digits().y_train)
    everything = random_batches(800, 800, 3, False, torch.Generator().manual_seed(0)) @ each
    torch.testing.assert_close(everything, each.mean(0).expand(3, -1), rtol=1e-4, atol=1e-6)
    noise = found(view="noise").found
    assert isinstance(noise, Noise)
    shrunk = noise.law[-1] * math.sqrt((800 - 512) / 799)  # the correction for a finite population
    assert noise.rms[-1] == pytest.approx(shrunk, rel=0.1)


def test_the_cloud_lies_along_the_main_scatter() -> None:
    each = item_gradients(init_params("linear", "uniform", 3), digits().x_train, digits().y_train).double()
    full = each.mean(0)
    direction = _main_noise(each, full)
    unit = full / full.norm()
    across = each - full - ((each - full) @ unit)[:, None] * unit
    first = torch.linalg.svd(across, full_matrices=False)
    assert float(direction @ unit) == pytest.approx(0, abs=1e-9)
    assert float((across @ direction).norm()) == pytest.approx(float(first.S[0]), rel=1e-3)


def test_slope_and_fraction_of_an_exact_law() -> None:
    noise = found(view="noise").found
    assert isinstance(noise, Noise)
    sizes = np.array(SIZES)
    assert fitted_slope(sizes, 3 / np.sqrt(sizes)) == pytest.approx(-0.5)
    for power, answer in ((-0.25, "1/2"), (-0.5, "1/4"), (-1.0, "1/16")):
        assert fraction(replace(noise, rms=sizes**power)) == answer


def test_the_answer_is_the_measured_one() -> None:
    result = found(view="noise")
    assert noise_left(result) == "1/4"
    few, many = (float(result.found.rms[SIZES.index(n)]) for n in (4, 64))  # type: ignore[union-attr]
    assert f"from {few:.2f} to {many:.2f}" in because(result)


def test_few_digits_carry_the_gradient_of_a_saturated_model() -> None:
    assert "plain mean" in findings(found(view="noise"))[-1]
    assert not any("plain mean" in sentence for sentence in findings(found(view="noise", init="uniform")))


# ---- the loader ----


def test_pixels_tell_the_items_apart() -> None:
    assert len({image.tobytes() for image in digits().x_train.numpy()}) == 800


@pytest.mark.parametrize("size", [16, 256])
@pytest.mark.parametrize("order", ["shuffled", "in order"])
def test_each_item_comes_once_an_epoch(order: str, size: int) -> None:
    answer = loaded(order, size)
    for epoch in range(2):
        assert sorted(flat(answer, epoch)) == list(range(800))
        assert [len(batch) for batch in answer.epochs[epoch][:-1]] == [size] * (math.ceil(800 / size) - 1)
    assert (flat(answer, 0) == list(range(800))) == (order == "in order")
    assert (flat(answer, 0) == flat(answer, 1)) == (order == "in order")
    assert answer.first == f"{size}×784 and {size}×1"
    assert answer.same_first == (order == "in order")


def test_with_replacement_some_never_come() -> None:
    result = found(view="loader", order="again")
    assert isinstance(result.found, Loading)
    counts = result.found.counts(0)
    assert counts.sum() == 800
    assert (counts == 0).mean() == pytest.approx(1 / math.e, abs=0.06)
    assert f"**{(counts == 0).sum()}** of the 800 items" in findings(result)[0]
    assert f"one came {counts.max()} times" in findings(result)[0]
    assert "**exactly once**" in findings(found(view="loader"))[0]


def test_a_seed_decides_the_order() -> None:
    assert flat(loaded("shuffled"), 0) == flat(load_digits(digits(), "shuffled", 16, 1, 42), 0)
    assert flat(loaded("shuffled"), 0) != flat(load_digits(digits(), "shuffled", 16, 1, 43), 0)
    assert flat(load_digits(digits(), "again", 16, 1, 1), 0) == flat(load_digits(digits(), "again", 16, 1, 1), 0)


def test_the_lessons_small_examples() -> None:
    numbers_dealt = load_small("numbers", "shuffled", USUAL["numbers"], 1, 42)
    assert [len(batch) for batch in numbers_dealt.epochs[0]] == [5, 5, 5]
    assert numbers_dealt.first == numbers_dealt.shown[0][0]  # first(dl) is the first mini-batch
    letters = load_small("letters", "in order", USUAL["letters"], 1, 42)
    assert [len(batch) for batch in letters.epochs[0]] == [6, 6, 6, 6, 2]
    assert letters.first == "(tensor([0, 1, 2, 3, 4, 5]), ('a', 'b', 'c', 'd', 'e', 'f'))"
    assert letters.shown[0][-1] == "(tensor([24, 25]), ('y', 'z'))"


def test_the_last_batch_is_what_is_left() -> None:
    assert "An epoch is 5 batches of 6, the last of 2." in findings(found(view="loader", dataset="letters"))[0]
    assert "An epoch is 4 batches of 256, the last of 32." in findings(found(view="loader", bs=256))[0]
    assert "An epoch is 1 batch of 15." in findings(found(view="loader", dataset="numbers", bs=64))[0]
    assert "batches of 256 make 49 steps an epoch" in findings(found(view="loader"))[1]


def test_training_on_the_loaders_batches_is_the_recorded_run() -> None:
    accuracy = train_on([batch for epoch in loaded("in order").epochs for batch in epoch], digits(), 42)
    run = train(Recipe(init="uniform", shuffle=False, epochs=2), digits())
    np.testing.assert_allclose(accuracy, run.valid_accuracy, atol=1e-6)


def test_unshuffled_the_first_epoch_ends_in_one_class() -> None:
    """Claim 27: all threes, then all sevens."""
    result = found(view="loader", order="in order")
    assert isinstance(result.found, Loading)
    ordered, shuffled = (float(accuracy[50]) for accuracy in result.found.accuracy)
    assert ordered == 0.5
    assert shuffled > 0.9
    assert f"**{ordered:.1%}** in order, {shuffled:.1%} shuffled" in findings(result)[-1]
    assert findings(result)[-1].startswith("A batch of 16 has 0 to 16 threes.")
    assert all(found(view="loader").found.threes == (digits().y_train[:, 0] == 1).numpy())  # type: ignore[union-attr]


def test_before_the_loader_has_answered_there_is_the_data_set() -> None:
    waiting = experiment(Settings(view="loader"))
    assert isinstance(waiting.found, Loading)
    assert waiting.found.loaded is None
    assert waiting.found.batches == []
    assert "800 items" in findings(waiting)[0]
    assert numbers(waiting) == {}
    assert table(waiting) == {"epoch": [], "batch": [], "item": []}


def test_fastai_is_imported_only_where_it_is_used() -> None:
    top = ast.parse(inspect.getsource(loader)).body
    imported = [ast.unparse(node) for node in top if isinstance(node, ast.Import | ast.ImportFrom)]
    assert imported
    assert not [line for line in imported if "fast" in line]


@pytest.mark.parametrize("dataset", ["digits", "numbers", "letters"])
def test_the_job_has_one_part(dataset: str) -> None:
    parts = list(loaders(Settings(view="loader", dataset=dataset), lambda: False))
    assert len(parts) == 1
    assert len(parts[0]) == (2 if dataset == "digits" else 1)
    assert doing(0) != doing(1)


# ---- mean and median ----


def test_the_medians_slope_is_one_items() -> None:
    """Claim 26, as the lesson has it: n = 5, and the last of the five is in the middle."""
    losses = torch.tensor([[0.1, 0.9, 0.2, 0.8, 0.5]])
    value, slope = slopes(losses, "median")
    assert (value.item(), slope.tolist()) == (0.5, [[0, 0, 0, 0, 1]])
    value, slope = slopes(losses, "mean")
    assert value.item() == pytest.approx(0.5)
    np.testing.assert_allclose(slope, np.full((1, 5), 0.2), rtol=1e-6)


@settings(max_examples=8)
@given(st.integers(3, 16), SEEDS)
def test_slopes_are_finite_differences(n: int, seed: int) -> None:
    losses = torch.rand(1, n, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    for average in ("mean", "median"):
        value, slope = slopes(losses, average)
        ordered = sorted(losses[0].tolist())
        assert value.item() == pytest.approx(sum(ordered) / n if average == "mean" else ordered[(n - 1) // 2])
        for item in range(n):
            nudged = losses.clone()
            nudged[0, item] += 1e-9
            rise = slopes(nudged, average)[0].item() - value.item()
            assert rise / 1e-9 == pytest.approx(slope[0, item].item(), abs=1e-5)


def test_the_moved_loss_is_the_last_digits() -> None:
    shown = averages(5, 42, digits())
    assert (shown.losses[:, :-1] == shown.own[:-1]).all()
    assert (shown.losses[0, -1], shown.losses[-1, -1]) == (0, 1)
    np.testing.assert_allclose(shown.mean, shown.losses.mean(1), rtol=1e-5)
    np.testing.assert_allclose(shown.median, np.median(shown.losses, axis=1), rtol=1e-6)
    assert ((shown.median_slopes == 1).sum(1) == 1).all()
    assert np.ptp(shown.median) < np.ptp(shown.mean) == pytest.approx(0.2)
    order = next(epoch_orders(800, 1, True, 42))
    assert order is not None
    np.testing.assert_array_equal(shown.images, digits().x_train[order[:5]])


@pytest.mark.parametrize("average", ["mean", "median"])
@pytest.mark.parametrize("size", [30, 15])
def test_walks_are_torchs(average: str, size: int) -> None:
    frames = walk(average, size, 7, digits())
    leaves = [p.clone().requires_grad_() for p in init_params("linear", "uniform", 7)]
    optimizer = torch.optim.SGD(leaves, lr=1.0)
    steps = 0
    for order in epoch_orders(800, EPOCHS, True, 7):
        assert order is not None
        for rows in order.split(size):
            losses = distances(digits().x_train[rows], digits().y_train[rows], leaves)
            (losses.mean() if average == "mean" else losses.median()).backward()
            optimizer.step()
            optimizer.zero_grad()
            steps += 1
            if steps == 20:  # beyond, float32's rounding decides which item is in the middle
                torch.testing.assert_close(frames[20], flatten([p.detach() for p in leaves]), rtol=1e-3, atol=1e-5)
    assert len(frames) == steps + 1


def test_findings_name_the_one_digit_that_teaches() -> None:
    shown = found(view="average").found
    assert isinstance(shown, Averages)
    middle = int(np.argsort(shown.losses[-1])[2])
    pattern = " ".join("1" if i == middle else "0" for i in range(5))
    assert f"The median's is **{pattern}**" in findings(found(view="average"))[0]
    assert "0 for the other 15" in findings(found(view="average", items=16))[0]
    ends = [float(accuracy[-1]) for accuracy in shown.accuracy]
    assert f"{ends[0]:.1%} by the mean, {ends[1]:.1%} by the median" in findings(found(view="average"))[-1]


# ---- the page ----


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_and_table_are_whole(view: str) -> None:
    result = found(view=view)
    assert numbers(result)
    assert all(np.isfinite(value) for value in numbers(result).values())
    columns = table(result)
    assert len({len(column) for column in columns.values()}) == 1
    assert result.digits == "built-in"


def test_numbers_hold_no_seconds() -> None:
    again = experiment(Settings(clock="seconds", epochs=2))
    assert numbers(again) == numbers(found(clock="seconds", epochs=2))


@pytest.mark.parametrize("order", ORDERS)
def test_table_of_the_loader_lists_every_item(order: str) -> None:
    columns = table(found(view="loader", dataset="letters", order=order))
    assert len(columns["item"]) == 52
    assert set(columns["epoch"]) == {1, 2}
    assert set(columns["item"]) <= set("abcdefghijklmnopqrstuvwxyz")
