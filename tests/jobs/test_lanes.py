"""Jobs of one lane run one after the other; others do not wait for them."""

import threading
from collections.abc import Callable, Iterator

from core.jobs.pool import Jobs


def gate() -> tuple[threading.Event, Callable[..., Iterator[int]]]:
    """Work of one part that ends when the event is set."""
    opened = threading.Event()

    def work(part: int, _: Callable[[], bool]) -> Iterator[int]:
        assert opened.wait(30)
        yield part

    return opened, work


def test_one_at_a_time_in_a_lane_and_others_beside() -> None:
    jobs = Jobs()
    (first_opened, first_work), (second_opened, second_work), (beside_opened, beside_work) = gate(), gate(), gate()
    first = jobs.get("first", first_work, 1, lane="training")
    second = jobs.get("second", second_work, 2, lane="training")
    third = jobs.get("third", second_work, 3, lane="training")
    beside = jobs.get("beside", beside_work, 4)
    assert jobs.get("second", second_work, 2, lane="training") is second  # the same run for whoever asks for the same
    assert [jobs.ahead(job) for job in (first, second, third, beside)] == [0, 1, 2, 0]
    second_opened.set()
    beside_opened.set()
    assert beside.wait(1, 30)
    assert not second.parts  # it may go on, but has not begun
    first_opened.set()
    for job, part in ((first, 1), (second, 2), (third, 3)):
        assert job.wait(1, 30)
        assert job.parts == [part]
    while not third.done:
        assert third.wait(2, 30)
    assert jobs.ahead(third) == 0


def test_one_that_is_stopped_while_it_waits_does_not_begin() -> None:
    jobs = Jobs()
    (first_opened, first_work), (second_opened, second_work) = gate(), gate()
    jobs.get("first", first_work, 1, lane="training")
    second = jobs.get("second", second_work, 2, lane="training")
    second.asked_to_stop.set()
    second_opened.set()
    first_opened.set()
    assert second.wait(1, 30)
    assert second.done
    assert second.parts == []
    assert not second.complete
