"""What is drawn inside `seeded` is what its seed gives, whatever others do meanwhile; and it leaves no trace."""

import random
import threading
from collections.abc import Callable
from itertools import chain

import numpy as np
import pytest
import torch

from core.data.digits import Digits
from core.exhibits.neural_net.resnet18 import train_deep
from core.exhibits.neural_net.summary import lesson_model
from core.exhibits.training_loop.versions import linear_model
from core.nn.seeded import SeededSteps, data_loader, seeded
from tests.few_digits import few_digits


def states() -> tuple[object, ...]:
    keys = np.random.get_state()
    return random.getstate(), str(keys), torch.get_rng_state().tolist()


def draw() -> tuple[float, float, float]:
    return random.random(), float(np.random.rand()), torch.rand(1).item()


def test_it_leaves_the_generators_as_they_were() -> None:
    before = states()
    with seeded(3):
        first = draw()
    assert states() == before
    with seeded(3):
        assert draw() == first


def test_it_leaves_them_so_when_something_fails_too() -> None:
    def fail() -> None:
        draw()
        raise ZeroDivisionError

    before = states()
    with pytest.raises(ZeroDivisionError), seeded(3):
        fail()
    assert states() == before


def test_it_does_not_begin_to_use_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking an NVIDIA GPU for its generator's state takes hundreds of megabytes of it, and fails in a forked child."""
    asked: list[object] = []
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_rng_state", lambda *given: asked.append(given) or torch.get_rng_state())
    monkeypatch.setattr(torch.cuda, "set_rng_state", lambda *given: asked.append(given))
    with seeded(3):
        draw()
    assert not asked
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "manual_seed_all", asked.append)
    with seeded(3):
        draw()
    assert [len(given) if isinstance(given, tuple) else given for given in asked] == [1, 3, 2]


def in_a_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


def test_a_pass_over_a_loader_draws_nothing_of_the_global_generators() -> None:
    loader = data_loader(list(range(15)), random.Random(1), bs=5, shuffle=True)
    before = states()
    in_a_thread(lambda: list(loader))
    assert states() == before
    again = data_loader(list(range(15)), random.Random(1), bs=5, shuffle=True)
    first, second = ([batch.tolist() for batch in one] for one in (again, again))
    assert first != second
    assert sorted(chain(*first)) == sorted(chain(*second)) == list(range(15))
    assert states() == before


def test_others_wait_for_a_step_and_have_their_turn_between_two() -> None:
    steps, drawn, asked = SeededSteps(), [], threading.Event()

    def other() -> None:
        asked.set()
        with seeded(5):
            drawn.append(draw())

    steps.begin(1)
    waiting = threading.Thread(target=other)
    waiting.start()
    asked.wait(10)
    first = draw()
    assert not drawn
    while not drawn:
        steps.begin(1)
    assert draw() == first
    steps.end()
    waiting.join(10)
    with seeded(5):
        assert drawn == [draw()]


def test_models_are_made_without_a_draw_of_the_global_generators() -> None:
    before = states()
    lesson_model()
    linear_model([torch.zeros(784, 1), torch.zeros(1)])
    assert states() == before


def test_a_resnet_trains_the_same_whatever_others_draw_between_its_steps() -> None:
    digits: Digits = few_digits()

    def losses(stop: Callable[[], bool]) -> list[float]:
        return [loss for report in train_deep(digits, 1, "cpu", 4, stop) for loss in report.losses]

    def draws() -> bool:
        return draw()[0] > 1

    alone = losses(lambda: False)
    assert alone
    assert losses(draws) == alone
    assert losses(draws) == alone
