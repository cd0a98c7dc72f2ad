"""One frozen class for each kind of panel that assets/stage draws, and for the small records inside."""

from core.stage.panels.base import (
    Domain,
    Ink,
    Lane,
    LivingNumber,
    Mark,
    MovingPanel,
    Panel,
    PointedNumber,
    Quantity,
    Scale,
    json_name,
)
from core.stage.panels.images import (
    BarsBox,
    Box,
    BoxNumber,
    Confusion,
    Flow,
    Loupe,
    NumbersBox,
    Outlines,
    PictureBox,
    PictureFiles,
    Pictures,
    Pixels,
    Tiles,
    TilesBox,
)
from core.stage.panels.lists import (
    CellNumber,
    Column,
    Columns,
    Handle,
    Pipeline,
    PipelineGroup,
    PipelineStep,
    Step,
    Steps,
    Table,
    TableColumn,
    TableFoot,
    Text,
    TextLine,
    TextPart,
    Words,
)
from core.stage.panels.plots import (
    AxisName,
    Bars,
    ClassPoints,
    Contour,
    Curve,
    Fit,
    FitCurve,
    Heat,
    Line,
    Lines,
    LossPanel,
    Moving,
    Path,
    Plot,
    PlotCurve,
    Series,
    Surface,
)

KINDS: tuple[type[Panel], ...] = (
    Bars, Columns, Confusion, Contour, Curve, Fit, Flow, Heat, Lines, Loupe, Outlines, Pictures, Pipeline, Pixels, Plot,
    Steps, Surface, Table, Text,
)  # fmt: skip
"""Every class of a panel that can be shown."""

__all__ = [
    "KINDS", "AxisName", "Bars", "BarsBox", "Box", "BoxNumber", "CellNumber", "ClassPoints", "Column", "Columns",
    "Confusion", "Contour", "Curve", "Domain", "Fit", "FitCurve", "Flow", "Handle", "Heat", "Ink", "Lane", "Line", "Lines",
    "LivingNumber", "LossPanel", "Loupe", "Mark", "Moving", "MovingPanel", "NumbersBox", "Outlines", "Panel", "Path",
    "PictureBox", "PictureFiles", "Pictures", "Pipeline", "PipelineGroup", "PipelineStep", "Pixels", "Plot", "PlotCurve",
    "PointedNumber", "Quantity", "Scale", "Series", "Step", "Steps", "Surface", "Table", "TableColumn", "TableFoot", "Text",
    "TextLine", "TextPart", "Tiles", "TilesBox", "Words", "json_name",
]  # fmt: skip
