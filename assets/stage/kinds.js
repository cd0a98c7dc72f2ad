// The kinds of panels, by the names that scenes give them.

import { BarsPanel } from "./bars.js";
import { ColumnsPanel } from "./columns.js";
import { ConfusionPanel } from "./confusion.js";
import { ContourPanel } from "./contour.js";
import { CurvePanel } from "./curve.js";
import { FitPanel } from "./fit.js";
import { FlowPanel } from "./flow.js";
import { HeatPanel } from "./heat.js";
import { LinesPanel } from "./lines.js";
import { LoupePanel } from "./loupe.js";
import { OutlinesPanel } from "./outlines.js";
import { PicturesPanel } from "./pictures.js";
import { PipelinePanel } from "./pipeline.js";
import { PixelsPanel } from "./pixels.js";
import { PlotPanel } from "./plot.js";
import { StepsPanel } from "./steps.js";
import { SurfacePanel } from "./surface.js";
import { TablePanel } from "./table.js";
import { TextPanel } from "./text.js";

export const KINDS = {
  bars: BarsPanel,
  columns: ColumnsPanel,
  confusion: ConfusionPanel,
  contour: ContourPanel,
  curve: CurvePanel,
  fit: FitPanel,
  flow: FlowPanel,
  heat: HeatPanel,
  lines: LinesPanel,
  loupe: LoupePanel,
  outlines: OutlinesPanel,
  pictures: PicturesPanel,
  pipeline: PipelinePanel,
  pixels: PixelsPanel,
  plot: PlotPanel,
  steps: StepsPanel,
  surface: SurfacePanel,
  table: TablePanel,
  text: TextPanel,
};
