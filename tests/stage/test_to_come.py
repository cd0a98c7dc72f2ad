"""What stands in a panel's place before there is anything to draw."""

from core.stage.scene import Row, Scene, unpack
from core.stage.to_come import to_come
from tests.stage.panels import check


def test_it_says_in_words_what_will_come() -> None:
    scene = Scene(
        rows=(Row(100, (to_come("Loss", "Here a curve will fall.", weight=2),)),),
        alt="A curve of the loss will stand here as soon as it is there.",
    )
    check(scene)
    (row,) = unpack(scene.pack())[0]["rows"]
    (panel,) = row["panels"]
    assert (panel["kind"], panel["title"], panel["weight"]) == ("text", "Loss", 2)
    assert [line["note"] for line in panel["lines"]] == ["Here a curve will fall."]
