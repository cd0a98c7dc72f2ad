"""All pictures with their losses, and heads trained again: computed once, and kept as long as the pictures."""

from collections.abc import Hashable, Sequence

import numpy as np

from core.arrays import Array
from core.data.download import Stop
from core.data.labelled import Pets
from core.data.pets import load, split
from core.data.shelf import Shelf
from core.exhibits.top_losses.by_loss import PicturesByLoss
from core.exhibits.top_losses.cleaning import DELETE, Marks, cleaned, marks_of, step_of
from core.exhibits.top_losses.retrain import Retrained, predictions, retrain
from core.exhibits.top_losses.settings import FOLD, MINE, RANDOM, TRAIN, WRONG, Labelling, Settings
from core.exhibits.top_losses.suspects import Fit, Judged, fitting, judge, labels_of
from core.nn.features import Features, features, first_features, of_these, ready

KEPT = 12  # judgements and trainings of a set of pictures
FEW = 1000  # pictures on which heads are trained while the visitor waits

_shelf = Shelf(KEPT)


def judgement(labelling: Labelling, stop: Stop = lambda: False) -> Judged:
    """All pictures with their losses; FeaturesStopped on `stop`."""
    pets = load(labelling.pets)
    return _shelf.get(pets, _key(labelling), lambda: _judged(pets, labelling, features(pets, stop=stop)))


def early_judgement(labelling: Labelling, first: int) -> Judged:
    """So many of the first pictures with their losses, by heads that were trained on these; they have been seen."""
    pets = load(labelling.pets)

    def make() -> Judged:
        return _judged(pets, labelling, first_features(pets, "lite0", 224, first))

    return _shelf.get(pets, (_key(labelling), first), make)


def _judged(pets: Pets, labelling: Labelling, seen: Features) -> Judged:
    labels = labels_of(pets, labelling.wrong, labelling.seed)
    train, valid = (of_these(rows, seen.rows) for rows in split(pets))
    return judge(pets, labels, (train, valid), fitting(seen.array, len(labels[2]), seen.rows), labelling.seed)


def retrained_by_rule(settings: Settings) -> Retrained:
    """Heads trained after cleaning by the chosen rule, beside those before."""
    labelling = settings.labelling
    marks = by_rule(settings, judgement(labelling))
    return _shelf.get(load(settings.pets), retraining_key(settings), lambda: retrained_with(labelling, marks))


def retrained_with(labelling: Labelling, marks: Marks) -> Retrained:
    """Heads trained with these marks, beside those before."""
    judged = judgement(labelling)
    cleaned_labels = cleaned(judged.targets, judged.train, marks)
    return retrain(judged, _head_trainer(labelling), cleaned_labels, _predictions_before(labelling), labelling.seed)


def _head_trainer(labelling: Labelling) -> Fit:
    return fitting(features(load(labelling.pets)).array, len(judgement(labelling).vocab))


def _predictions_before(labelling: Labelling) -> Array:
    """(S, V) classes of the validation pictures by heads that were trained on the labels as they stand."""
    judged, fit = judgement(labelling), _head_trainer(labelling)

    def make() -> Array:
        return predictions(fit, judged.targets, judged.train, judged.valid, labelling.seed)

    return _shelf.get(load(labelling.pets), ("before", labelling.wrong, labelling.seed), make)


def by_rule(settings: Settings, judged: Judged) -> Marks:
    """The marks on training pictures that a rule makes in place of a person; none for "my marks"."""
    if settings.cleaning == MINE:
        return Marks()
    if settings.cleaning == WRONG:
        rows = judged.train[judged.wrong[judged.train]]
        return marks_of((step_of({int(i): int(judged.truth[i]) for i in rows}),))
    rows = judged.ranked(FOLD, TRAIN)
    if settings.cleaning == RANDOM:
        rows = np.random.default_rng(settings.seed).permutation(rows)
    most = min(settings.first, len(rows) // 2)
    return marks_of((step_of({int(i): DELETE for i in rows[:most]}),))


def available(pets_name: str, keys: Sequence[Hashable]) -> bool:
    """Whether a result needs no long wait: the features are there, and the pictures are few or all keys are kept."""
    pets = load(pets_name)
    return ready(pets) and (len(pets) <= FEW or all(_shelf.find(pets, key) is not None for key in keys))


def keep(settings: Settings, part: PicturesByLoss) -> PicturesByLoss:
    """Losses that were computed elsewhere are this process's too."""
    _shelf.keep(load(settings.pets), _key(settings.labelling), part.judged)
    return part


def judgement_key(settings: Settings) -> Hashable:
    """The losses of all pictures are kept under this key."""
    return _key(settings.labelling)


def retraining_key(settings: Settings) -> Hashable:
    """Heads that were trained after cleaning by a rule are kept under this key."""
    return "after", settings.wrong, settings.seed, settings.cleaning, settings.first


def _key(labelling: Labelling) -> Hashable:
    return "judged", labelling.wrong, labelling.seed
