"""Who begins when: visitors take turns, each has a few jobs, lanes go one by one, what nobody wants never begins."""

import threading
from collections.abc import Callable, Iterator

import pytest

from core.errors import UserError
from core.jobs import pool
from core.jobs.pool import EACH, WORKERS, Jobs
from core.jobs.turns import Turns


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


def held(jobs: Jobs) -> threading.Event:
    """Occupies all workers for others until the event is set."""
    opened, work = gate()
    for number in range(WORKERS):
        jobs.get(("held", number), work, number, who=f"other {number}")
    return opened


def test_a_visitor_with_many_jobs_lets_others_begin_before_their_second() -> None:
    jobs = Jobs()
    opened = held(jobs)
    begun: list[str] = []

    def work(name: str, _: Callable[[], bool]) -> Iterator[str]:
        begun.append(name)
        yield name

    asked = {name: jobs.get(name, work, name, who=name[0]) for name in ("a1", "a2", "b1", "c1", "b2")}
    assert [jobs.ahead(asked[name]) for name in ("a1", "b1", "c1", "a2", "b2")] == [1, 2, 3, 4, 5]
    opened.set()
    assert jobs.finish(30)
    assert set(begun) == set(asked)


def test_a_newer_job_takes_the_place_of_an_older_one_in_its_slot() -> None:
    jobs = Jobs()
    opened = held(jobs)
    _, never = gate()
    old = jobs.get("old", never, 1, who="a", slot="page")
    shared = jobs.get("shared", never, 2, who="a", slot="page")
    assert jobs.get("shared", never, 2, who="b", slot="page") is shared
    assert old.done
    assert old.parts == []
    jobs.get("new", lambda *_: iter(()), 3, who="a", slot="page")
    assert not shared.done  # somebody else looks at it
    jobs.get("new", lambda *_: iter(()), 3, who="b", slot="page")
    assert shared.done
    opened.set()
    assert jobs.finish(30)
    assert jobs.get("old", lambda *_: iter(()), 1, who="a") is not old  # who asks again gets it anew
    assert jobs.finish(30)


def test_each_visitor_has_a_few_jobs_at_a_time() -> None:
    jobs = Jobs()
    opened = held(jobs)
    _, never = gate()
    asked = [jobs.get(number, never, number, who="a", slot=str(number)) for number in range(EACH + 3)]
    assert [job.done for job in asked] == [True] * 3 + [False] * EACH
    for job in asked:
        job.leave("a")
    opened.set()
    assert jobs.finish(30)


def test_one_who_stops_looking_stops_nobody_elses_training() -> None:
    jobs = Jobs()
    opened, work = gate()
    job = jobs.get("key", work, 7, who="a")
    assert jobs.get("key", work, 7, who="b") is job
    job.leave("a")
    assert not job.stopped()
    opened.set()
    assert jobs.finish(30)
    assert job.complete
    again, work = gate()
    job = jobs.get("other", work, 7, who="a")
    job.leave("a")
    assert job.stopped()
    again.set()
    assert jobs.finish(30)
    assert not job.complete


def test_what_nobody_wants_any_more_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST_WAITING", 2)
    jobs = Jobs()
    opened = held(jobs)
    for number in range(2):
        jobs.get(number, lambda *_: iter(()), number, who=str(number)).leave(str(number))
    assert jobs.get("key", lambda *_: iter(()), 3, who="x").problem is None
    opened.set()
    assert jobs.finish(30)


def test_those_who_wait_for_a_turn_have_it_in_their_order_and_none_is_lost() -> None:
    turns, order = Turns(1), []

    def wait(number: int) -> None:
        with turns.turn(30, "busy"):
            order.append(number)

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(5)]
    with turns.turn(0, "busy"):
        for number, thread in enumerate(threads):
            thread.start()
            while len(turns.waiting) <= number:
                threading.Event().wait(0.001)
        with pytest.raises(UserError, match="busy"), turns.turn(0.01, "busy"):
            pytest.fail("it was not free")
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]
    assert turns.free == 1


def test_a_full_queue_refuses_in_a_sentence_and_takes_more_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST_WAITING", 2)
    monkeypatch.setattr("core.jobs.job.AGAIN", -1.0)
    jobs = Jobs()
    opened = held(jobs)
    for number in range(2):
        jobs.get(number, lambda *_: iter(()), number, who=str(number))
    refused = jobs.get("key", lambda *_: iter(()), 3, who="x")
    assert refused.problem == pool.FULL
    opened.set()
    assert jobs.finish(30)
    assert jobs.get("key", lambda *_: iter(()), 3, who="x") is not refused
    assert jobs.finish(30)
