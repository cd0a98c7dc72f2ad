"""The knobs' defaults are fastai's, with the book's crop."""

import inspect

from fastai.vision.augment import aug_transforms

from core.exhibits.augmentation.settings import Settings


def test_the_knobs_are_fastais_defaults_and_the_books_crop() -> None:
    theirs = {name: parameter.default for name, parameter in inspect.signature(aug_transforms).parameters.items()}
    ours = Settings().knobs
    assert {name for name in ours if ours[name] != theirs[name]} == {"min_scale"}
    assert ours["min_scale"] == 0.75  # chapter 5's
