"""The doctor on the stage: every step once, time ends where it failed, pictures keep their proportions."""

import pytest

from core.exhibits.pets_data.datablock_doctor import Diagnosis, experiment
from core.exhibits.pets_data.datablock_doctor_scene import scene
from core.exhibits.pets_data.settings import DOCTOR, NO_LABEL, NO_RESIZE, NONE, NOT_IMAGE, WRONG_REGEX, Settings
from core.stage.panels import Pictures, Pipeline, Text
from tests.exhibits.pets_data.scenes import marked, opened
from tests.stage.panels import panels

pytestmark = pytest.mark.usefixtures("pets")


def diagnosis(fault: str = NONE) -> Diagnosis:
    return experiment(Settings(view=DOCTOR, pets="drawn", fault=fault))


@pytest.mark.parametrize("fault", [NONE, NO_RESIZE, WRONG_REGEX, NOT_IMAGE, NO_LABEL])
def test_the_pipeline_has_every_step_once_and_time_ends_where_it_failed(fault: str) -> None:
    result = diagnosis(fault)
    drawn = scene(result)
    (pipeline,) = panels(drawn, Pipeline)
    steps = [step for group in pipeline.groups for lane in group.lanes for step in lane]
    assert sorted(step.at for step in steps) == list(range(len(result.steps)))
    assert pipeline.active.tolist() == list(range(result.at + 1))
    assert [step.state for step in sorted(steps, key=lambda s: s.at)] == [s.state for s in result.steps]
    assert drawn.frames == result.at + 1


def test_pictures_of_the_walk_keep_their_proportions() -> None:
    (panel,) = panels(scene(diagnosis()), Pictures)
    scales = set()
    for picture, caption in zip(opened(panel), panel.captions, strict=True):
        assert picture is not None
        width, height = map(int, caption.split("×"))
        scales |= {round(picture.width / width, 1), round(picture.height / height, 1)}
    assert scales == {0.4}
    assert panel.show is not None
    assert [panel.captions[i] for i in panel.show[-1]] == ["224×224"] * 4


def test_a_file_that_is_no_image_is_shown_as_one_that_cannot_be() -> None:
    (panel,) = panels(scene(diagnosis(NOT_IMAGE)), Pictures)
    assert [picture is None for picture in opened(panel)[:4]] == [True, False, False, False]
    assert panel.captions[0] == "no image"


def test_the_line_with_the_fault_is_marked() -> None:
    (text,) = panels(scene(diagnosis(NO_RESIZE)), Text)
    assert [words for line in text.lines for words in marked(line)] == ["  item_tfms=None,  ← the fault"]
    assert text.lines[-1].answers[-1].startswith("✗ RuntimeError")
