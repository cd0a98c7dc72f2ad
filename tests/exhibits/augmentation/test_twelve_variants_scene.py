"""The stage says of each variant what was drawn."""

from core.exhibits.augmentation.settings import ROTATE, Settings
from core.exhibits.augmentation.twelve_variants import experiment
from core.exhibits.augmentation.twelve_variants_scene import scene
from core.stage.panels import Outlines, Pictures
from tests.stage.panels import panels


def test_captions_and_words_tell_the_draws() -> None:
    result = experiment(Settings(knob=ROTATE))
    drawn = scene(result)
    (outlines,), (variants,) = panels(drawn, Outlines), panels(drawn, Pictures)
    for i, angle in enumerate(result.draws.angle):
        degrees = f"{round(float(angle))}°".replace("-", "−")
        assert variants.captions[i] == f"{i + 1}: {degrees}"
        assert f"turned by {degrees}" in outlines.labels[i]
