"""Features: the same as one picture at a time, computed once, kept by what they were made from, shared and stopped."""

import gc
import os
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.data.labelled import Pets
from core.data.pictures import PictureError, open_rgb
from core.errors import UserError
from core.nn import features as module
from core.nn.backbone import backbone, pixels_of
from core.nn.features import PICTURES_A_BLOCK, FeaturesStopped, Progress, features, features_of, ready, stamp, steps
from tests.few_pets import few_pets

SIZE = 96


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pets:
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "cache"))
    return few_pets(tmp_path / "pets", each=10)  # more than a block


def again(pets: Pets) -> Pets:
    """The same pictures, as another start of the program finds them."""
    return replace(pets)


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache" / "features").glob("*")) if (tmp_path / "cache").exists() else []


def test_each_is_what_the_body_makes_of_that_picture_alone(pets: Pets) -> None:
    assert len(pets) > PICTURES_A_BLOCK
    found = features(pets, size=SIZE)
    assert found.array.dtype == np.float32
    assert found.array.shape == (len(pets), 1280)
    assert found.names == pets.names
    for index in (0, 11, len(pets) - 1):
        alone = backbone("lite0").features(pixels_of(open_rgb(pets.path(index)), SIZE)[None])[0]
        assert np.allclose(found.array[index], alone, atol=1e-4)
    assert np.allclose(features_of([pixels_of(open_rgb(pets.path(5)), SIZE)], "lite0")[0], found.array[5], atol=1e-4)
    with pytest.raises(ValueError, match="read-only"):
        found.array[0] = 0


def test_they_are_computed_once_and_read_the_next_time(
    pets: Pets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not ready(pets, size=SIZE)
    first = features(pets, size=SIZE)
    assert features(pets, size=SIZE) is first
    (file,) = files(tmp_path)
    assert file.suffix == ".npz"
    monkeypatch.setattr(module, "backbone", lambda _: pytest.fail("computed again"))
    other = again(pets)
    assert ready(other, size=SIZE)
    kept = features(other, size=SIZE)
    assert np.array_equal(kept.array, first.array)
    assert (kept.seconds, kept.key, kept.known) == (first.seconds, first.key, first.known)


def test_other_pictures_bodies_and_sizes_are_other_features(pets: Pets) -> None:
    features(pets, size=SIZE)
    assert not ready(pets, size=128)
    assert not ready(pets, "untrained", SIZE)
    os.utime(pets.path(3), (1, 1))
    assert not ready(again(pets), size=SIZE)
    assert stamp(again(pets)) == stamp(pets)
    assert stamp(replace(pets, names=pets.names[1:], labels=pets.labels[1:])) != stamp(pets)


@pytest.mark.parametrize("damage", [b"", b"no zip", "cut", "pickle", "shape", "nan"])
def test_a_damaged_file_is_made_anew(pets: Pets, tmp_path: Path, damage: bytes | str) -> None:
    first = features(pets, size=SIZE)
    (file,) = files(tmp_path)
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-500])
    elif damage == "pickle":
        np.savez(file, features=np.array([print], dtype=object), seconds=1.0, known=0.0)
    elif damage == "shape":
        np.savez(file, features=np.zeros((2, 3), np.float32), seconds=1.0, known=0.0)
    elif damage == "nan":
        np.savez(file, features=np.full_like(first.array, np.nan), seconds=1.0, known=0.0)
    else:
        assert isinstance(damage, bytes)
        file.write_bytes(damage)
    other = again(pets)
    assert not ready(other, size=SIZE)
    assert np.allclose(features(other, size=SIZE).array, first.array, atol=1e-4)
    assert files(tmp_path) == [file]


def test_cats_and_dogs_are_counted_by_the_network_itself(pets: Pets, tmp_path: Path) -> None:
    from core.data.pictures import chelsea

    open_rgb(chelsea()).save(pets.path(0))
    found = features(pets, size=SIZE)
    best = backbone("lite0").imagenet(found.array).argmax(1)
    assert found.known == pytest.approx(np.mean([151 <= i < 269 or 281 <= i < 286 for i in best]))
    assert 281 <= best[0] < 286
    assert files(tmp_path)


def test_progress_counts_up_to_all(pets: Pets) -> None:
    seen: list[Progress] = []
    features(pets, size=SIZE, progress=seen.append)
    assert [p.done for p in seen] == [0, PICTURES_A_BLOCK, 2 * PICTURES_A_BLOCK, len(pets)]
    assert [p.first for p in seen] == [p.done for p in seen]
    assert {p.total for p in seen} == {len(pets)}
    assert np.isnan(seen[0].left)
    assert seen[0].per_second == 0
    assert seen[1].left == pytest.approx((len(pets) - PICTURES_A_BLOCK) / seen[1].per_second)
    assert seen[-1].left == 0


def test_what_was_done_before_a_stop_is_not_done_again(pets: Pets, tmp_path: Path) -> None:
    seen: list[Progress] = []
    with pytest.raises(FeaturesStopped, match="start again to go on from there"):
        features(pets, size=SIZE, stop=lambda: bool(seen), progress=seen.append)
    assert seen[-1].done == PICTURES_A_BLOCK
    assert files(tmp_path) == []
    assert not ready(pets, size=SIZE)
    assert next(steps(pets, size=SIZE)).done == PICTURES_A_BLOCK
    assert len(features(pets, size=SIZE).array) == len(pets)


def test_two_who_ask_share_the_work(pets: Pets, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    path = Pets.path
    monkeypatch.setattr(Pets, "path", lambda self, index: (looked.append(index), path(self, index))[1])
    one, two = steps(pets, size=SIZE), steps(pets, size=SIZE)
    looked_for_the_stamp = len(pets)
    reports = [next(one), next(two), next(one), next(two), next(one), next(two, None), next(one, None)]
    assert sorted(looked[looked_for_the_stamp:]) == list(range(len(pets)))
    block = PICTURES_A_BLOCK
    assert [r.done for r in reports if r] == [0, 0, block, 2 * block, len(pets), len(pets)]


def test_a_picture_that_cannot_be_read_is_one_sentence(pets: Pets) -> None:
    pets.path(4).write_bytes(b"no picture")
    with pytest.raises(PictureError, match=r"Amber_5\.jpg"):
        features(pets, size=SIZE)


def test_missing_files_are_one_sentence(pets: Pets) -> None:
    pets.path(4).unlink()
    with pytest.raises(UserError, match="no longer there"):
        ready(pets, size=SIZE)


def test_a_disk_that_takes_nothing_does_no_harm(pets: Pets, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(os, "replace", full)
    assert len(features(pets, size=SIZE).array) == len(pets)
    assert files(tmp_path) == []


def test_ones_own_pictures_leave_nothing_behind(pets: Pets, tmp_path: Path) -> None:
    own = replace(pets, name="own:token", kept=object())
    features(own, size=SIZE)
    assert ready(own, size=SIZE)
    assert files(tmp_path) == []
    gone = weakref.ref(own)
    del own
    gc.collect()
    assert gone() is None
