"""Three runs from one start: held against the recorded training run and plain loops."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exhibits.mini_batches.paths import LETTERS, clock_of, experiment, single_steps
from core.exhibits.mini_batches.settings import CLOCKS, Settings
from core.nn.losses import mnist_loss
from core.nn.models import linear1
from core.nn.training import Recipe, train
from tests.exhibits.mini_batches.results import SEEDS, digits, result


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
    runs = result(clock=clock, epochs=2)
    assert [walk.size for walk in runs.walks] == [1, 16, 800]
    steps = [walk.run.steps for walk in runs.walks]
    assert steps == ([100, 100, 100] if clock == "steps" else [1600, 100, 2])
    starts = [walk.run.parameters[0] for walk in runs.walks]
    for walk in runs.walks:
        np.testing.assert_array_equal(walk.run.parameters[0], starts[0])
        for frame in (0, len(walk.loss) // 2, -1):
            true = mnist_loss(linear1(digits().x_train, walk.run.tensors(frame)), digits().y_train)
            assert walk.loss[frame] == pytest.approx(true.item(), abs=2e-6)
        assert (runs.a[0] < walk.path[:, 0]).all()
        assert (walk.path[:, 0] < runs.a[-1]).all()
        assert 0 <= walk.variance <= 1
        np.testing.assert_allclose(walk.path[0], runs.walks[0].path[0], atol=1e-4)
    np.testing.assert_allclose(runs.walks[1].path[-1], 0, atol=1e-5)  # the plane goes through the mini-batches' end


@pytest.mark.parametrize("clock", CLOCKS)
def test_every_instant_shows_the_last_step_before_it(clock: str) -> None:
    runs = result(clock=clock, epochs=2)
    frames = runs.instants
    assert (np.diff(frames) > 0).all()
    for walk in runs.walks:
        rows = walk.rows(frames)
        brute = [max(i for i, at in enumerate(walk.at) if at <= instant + 1e-9) for instant in frames]
        assert rows.tolist() == brute
        assert rows[-1] == len(walk.at) - 1  # all have finished at the end


def test_detour_is_the_length_of_the_way() -> None:
    runs = result(clock="steps", epochs=2)
    walk = runs.walks[1]
    run = train(Recipe(epochs=2), digits())  # every one of its 100 steps is recorded
    way = sum(float(np.linalg.norm(run.recipe.learning_rate * g)) for g in run.gradients[:-1])
    straight = float(np.linalg.norm(run.parameters[-1] - run.parameters[0]))
    assert walk.detour == pytest.approx(way / straight, rel=1e-4)
    assert runs.walks[0].detour > runs.walks[2].detour >= 1


def test_an_epoch_is_one_pass_however_many_steps() -> None:
    assert "here 4,000 (A), 250 (B), 5 (C)" in result().findings()[0]
    assert "1 epoch is one pass over all 800 digits" in result(epochs=1).findings()[0]
    assert "they looked at 100 (A), 1,600 (B), 80,000 (C) digits" in result(clock="steps", epochs=2).findings()[0]


def test_findings_compare_at_the_same_instant() -> None:
    runs = result()
    ends = [float(walk.loss[-1]) for walk in runs.walks]
    sentence = result().findings()[1]
    assert "after 4,000 items seen it is " + ", ".join(
        f"{end:.3f} ({name})" for end, name in zip(ends, LETTERS, strict=True)
    ) in sentence.replace("*", "")
    assert "lowest for **A**" in sentence
    assert "standard errors" in sentence
    assert " µs, a whole epoch " in result(clock="seconds", epochs=2).findings()[-1]


def test_no_run_is_called_lowest_within_what_rounding_does() -> None:
    runs = result()
    first, *others = runs.walks
    ends = [float(walk.loss[-1]) for walk in runs.walks]
    near = replace(first, loss=np.append(first.loss[:-1], 0.6 * ends[1]))
    sentence = replace(runs, walks=(near, *others)).findings()[1]
    assert "lowest for A and B, too close to tell which" in sentence


def test_an_end_that_rounding_decides_is_called_one_draw() -> None:
    assert "one draw" in result().findings()[1]
    assert "one draw" not in result(learning_rate=0.3).findings()[1]
    assert "one draw" not in result(clock="steps", epochs=2).findings()[1]


def test_single_items_collapse_at_a_rate_that_mini_batches_bear() -> None:
    fast = result(learning_rate=10.0)
    assert [walk.collapsed for walk in fast.walks] == [True, False, False]
    assert fast.findings()[2].startswith("**A collapsed**")
    assert not any("collapsed" in sentence for sentence in result().findings())


def test_numbers_hold_no_seconds() -> None:
    again = experiment(Settings(clock="seconds", epochs=2))
    assert again.numbers() == result(clock="seconds", epochs=2).numbers()
