"""Exhibit: the loss surface and the path down it."""

from core.app.frame import Break, ExhibitPage, Prediction, View, show
from core.exhibits.loss_surface.charts import batch_losses_chart, path_losses_chart, plane_chart
from core.exhibits.loss_surface.experiment import PATH, Settings, experiment, in_plane
from core.exhibits.loss_surface.scene import scene
from core.nn.kernels import kernel_functions
from core.nn.surfaces import (
    first_layer,
    linear_rows,
    loss_surface,
    losses_at,
    path_plane,
    random_plane,
    relu_rows,
    sums_over_images,
)
from core.nn.training import train, train_plainly
from core.view import Twin

show(
    ExhibitPage(
        slug="loss-surface",
        settings=Settings,
        views=View(
            experiment=experiment,
            scene=scene,
            code=lambda settings: (
                experiment,
                Twin(plain=train_plainly, fast=(train, *kernel_functions(settings.model, settings.device))),
                path_plane if settings.plane == PATH else random_plane,
                loss_surface,
                first_layer,
                linear_rows if settings.model == "linear" else relu_rows,
                sums_over_images,
                losses_at,
            ),
            charts=(plane_chart, path_losses_chart, batch_losses_chart),
        ),
        prediction=Prediction(
            question="Of all the moving about that training does in 785 dimensions, how much do two random "
            "directions show?",
            options=("less than 5%", "about half", "nearly all"),
            answer=in_plane,
            change={"plane": "random"},
            because=lambda result: f"{result.variance:.2%} of the path's variance lies in that plane.",
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
