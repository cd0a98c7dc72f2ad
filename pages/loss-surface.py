"""Exhibit: the loss surface and the path down it."""

from core.app.frame import Break, ExhibitPage, Prediction, show
from core.exhibits.loss_surface import experiment as lesson
from core.exhibits.loss_surface.scene import figure, scene
from core.nn.surfaces import loss_surface, path_plane, random_plane
from core.nn.training import train

show(
    ExhibitPage(
        slug="loss-surface",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        figure=figure,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(lesson.experiment, train, loss_surface, path_plane, random_plane),
        prediction=Prediction(
            "Of all the moving about that training does in 785 dimensions, how much do two random directions show?",
            ("less than 5%", "about half", "nearly all"),
            lesson.in_plane,
            {"plane": "random"},
            lambda result: f"{result.variance:.2%} of the path's variance lies in that plane.",
        ),
        breaks=(
            Break(
                "Learning rate 100",
                {"learning_rate": 100.0},
                "Steps so long that they leave the valley: watch the path and the true loss.",
            ),
            Break(
                "Two random directions",
                {"plane": "random"},
                "The same training, seen from an angle at which nearly nothing happens.",
            ),
            Break(
                "One digit a step",
                {"batch_size": 1, "epochs": 2},
                "The gradient of one image points anywhere: a drunkard's walk downhill.",
            ),
        ),
    )
)
