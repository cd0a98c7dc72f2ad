// What core/stage/scene.py packs: the JSON header of a scene, with a panel's kinds and fields.
// Made by `python -m core.stage.declarations` from the classes of core/stage; do not edit.

/** The name of an array in the header; what is in its place is `Arrays[name]`. */
export type ArrayName = string;

/** What a number is; it has the same colour everywhere. */
export type Quantity = "loss" | "metric" | "parameters" | "gradient" | "activations" | "data";

/** A quantity's colour, or that of the text. */
export type Ink = Quantity | "text";

/** One of several things compared: A is drawn solid, B dashed, C dotted. */
export type Lane = "A" | "B" | "C";

export type Scale = "linear" | "log";

/** The low and the high end of an axis. */
export type Domain = [number, number];

/** What the stage shows in one place of a row, under a title. */
export interface Panel {
  title?: string;
  /** share of the row's width; 1 by default */
  weight?: number;
  /** CSS pixels on a phone; unset: the row's height, at most 300 */
  narrowHeight?: number | "auto";
}

/** A panel whose arrays have a row for each frame, or the row that `rows` tells for it. */
export interface MovingPanel extends Panel {
  /** (frames,) row of the other arrays that each frame shows; unset: its own */
  rows?: ArrayName;
}

/** A dashed line across a number line, with a label. */
export interface Mark {
  /** in the axis's unit */
  x: number;
  label: string;
}

/** A number within words that changes with time. */
export interface LivingNumber {
  /** (rows,) or (rows, k) */
  value: ArrayName;
  /** which of the k */
  at?: number;
  color?: Quantity;
  /** significant digits; 3 by default */
  digits?: number;
}

/** A number within words: that of the pixel, or of the line, under the pointer. */
export interface PointedNumber {
  /** pixels: (rows or 1, ...) one number a pixel; lines: (frames, lines) */
  value: ArrayName;
  color?: Quantity;
  /** significant digits; 3 by default */
  digits?: number;
}

/** A line through points, or separate symbols at them; with a label it stands in the legend. */
export interface Series {
  /** (points,) ascending, unless it has a symbol */
  x: ArrayName;
  /** (points,) not finite: a gap */
  y: ArrayName;
  color: Quantity;
  label?: string;
  lane?: Lane;
  faint?: boolean;
  /** whether it jumps from value to value */
  step?: boolean;
  /** 0 circle, 1 square, 2 triangle, 3 diamond; unset: a line */
  symbol?: number;
}

/** Curves over time or over a swept value, revealed up to the current instant; dragging moves time. */
export interface Curve extends Panel {
  kind: "curve";
  series: Series[];
  /** (frames,) each frame's x; unset: all of it is shown, nothing moves */
  at?: ArrayName;
  xLabel?: string;
  yLabel?: string;
  /** "linear" by default */
  xScale?: Scale;
  /** "linear" by default */
  yScale?: Scale;
  /** unset: all of the data */
  xDomain?: Domain;
  /** unset: all of the data, with some room */
  yDomain?: Domain;
  marks?: Mark[];
}

/** A curve that stands still; `value` is shown beside its label. */
export interface PlotCurve extends Series {
  /** (frames,) or (frames, 1) */
  value?: ArrayName;
  /** significant digits of `value`; 4 by default */
  digits?: number;
}

/** A line or points that move with time; without x and y, only a number in the legend. */
export interface Moving {
  color: Ink;
  /** (frames, points), or (points,) where it never moves */
  x?: ArrayName;
  /** (frames, points), or (points,) */
  y?: ArrayName;
  label?: string;
  lane?: Lane;
  faint?: boolean;
  /** the points alone, without a line */
  dots?: boolean;
  /** also the area that the points enclose */
  fill?: boolean;
  /** (frames,) or (frames, 1), shown beside the label */
  value?: ArrayName;
  /** significant digits of `value`; 4 by default */
  digits?: number;
}

/** A name at a place of the y axis, in place of a number. */
export interface AxisName {
  /** in the axis's unit */
  y: number;
  label: string;
}

/** Curves that stand still, and over them lines and points that move: a tangent, a secant, a dragged point. */
export interface Plot extends MovingPanel {
  kind: "plot";
  curves?: PlotCurve[];
  moving?: Moving[];
  /** (frames,) each frame's x, by which it is dragged */
  at?: ArrayName;
  xLabel?: string;
  yLabel?: string;
  /** "linear" by default */
  xScale?: Scale;
  /** "linear" by default */
  yScale?: Scale;
  /** unset: all of the data */
  xDomain?: Domain;
  /** unset: all of the data, with some room */
  yDomain?: Domain;
  marks?: Mark[];
  names?: AxisName[];
}

/** One or several lines that move, each of which may carry a number and be read out under the pointer. */
export interface Line {
  /** (points,), (frames, points) or (frames, lines, points) */
  x: ArrayName;
  /** (points,), (frames, points) or (frames, lines, points) */
  y: ArrayName;
  color: Quantity;
  lane?: Lane;
  faint?: boolean;
  label?: string;
  /** x and y of each line's number, (frames, lines) each; not finite: nowhere */
  mark?: [ArrayName, ArrayName];
  /** (frames, lines) 1: drawn in grey */
  dim?: ArrayName;
  tell?: (string | PointedNumber)[];
}

/** Lines that move: each has points of its own at every instant, a number at one of them, and words on hover. */
export interface Lines extends MovingPanel {
  kind: "lines";
  lines: Line[];
  /** x and y of dots that stand still, (points,) each */
  points?: [ArrayName, ArrayName];
  pointsLabel?: string;
  xLabel?: string;
  yLabel?: string;
  /** unset: all of the data */
  xDomain?: Domain;
  /** unset: all of the data, with some room */
  yDomain?: Domain;
}

/** What a model predicts over the grid. */
export interface FitCurve {
  /** (frames, grid) */
  y: ArrayName;
  color: Quantity;
  label: string;
  lane?: Lane;
}

/** Points and the curve that a model draws through them, with each point's distance from it. */
export interface Fit extends MovingPanel {
  kind: "fit";
  /** x and y of what was measured, (points,) each */
  points: [ArrayName, ArrayName];
  pointsLabel: string;
  /** (grid,) x of the curves */
  grid: ArrayName;
  curves: FitCurve[];
  /** (frames, points) predictions at the points */
  residuals?: ArrayName;
  residualsLabel?: string;
  xLabel?: string;
  yLabel?: string;
  /** unset: all points, with a quarter more */
  yDomain?: Domain;
}

/** A histogram over a number line, or one bar for each of a few named things. */
export interface Bars extends MovingPanel {
  kind: "bars";
  /** (bars,) or (frames, bars) */
  heights: ArrayName;
  color: Quantity;
  /** (bars + 1,) of the number line */
  edges?: ArrayName;
  /** or each bar's name */
  labels?: string[];
  /** significant digits written above each bar; 0: none */
  digits?: number;
  /** (frames,) each frame's bar, or one bar's index */
  highlight?: ArrayName | number;
  marks?: Mark[];
  xLabel?: string;
  yLabel?: string;
  /** unset: from 0 to the highest bar, with some room */
  yDomain?: Domain;
}

/** Points of two classes on the plane. */
export interface ClassPoints {
  /** (points,) */
  x: ArrayName;
  /** (points,) */
  y: ArrayName;
  /** (points,) 0 a disc, 1 a square */
  group: ArrayName;
  /** of both classes */
  labels?: string[];
}

/** A field of signed numbers over the plane that changes with time, with points and straight lines on it. */
export interface Heat extends MovingPanel {
  kind: "heat";
  /** (frames, ny, nx) from low to high y; the outermost lie on the domains' ends */
  z: ArrayName;
  /** what has the strongest colour, in z's own numbers */
  vmax: number;
  xDomain: Domain;
  yDomain: Domain;
  /** what one of z's numbers stands for, where they are packed as small integers; 1 by default */
  unit?: number;
  /** what stands before the number under the pointer */
  tell?: string;
  points?: ClassPoints;
  /** (frames, lines, 4) x, y, x, y; not finite: left out */
  segments?: ArrayName;
  /** draws the line along which z is 0 */
  level?: boolean;
  xLabel?: string;
  yLabel?: string;
}

/** A recorded path over a loss surface, up to the current instant, with a ball at its head. */
export interface Path {
  /** (steps, 3) x, y, z */
  points: ArrayName;
  color: Quantity;
  /** (frames,) the step that each frame has reached; unset: as many as the frame's number */
  rows?: ArrayName;
  /** its letter stands on the ball */
  lane?: Lane;
  label?: string;
  /** also drawn on the floor under the surface */
  shadow?: boolean;
}

/** A loss over two directions; panels of one camera turn together and point at the same place. */
export interface LossPanel extends Panel {
  /** (nx,) */
  x: ArrayName;
  /** (ny,) */
  y: ArrayName;
  /** (ny, nx) not finite: a hole */
  z: ArrayName;
  xLabel: string;
  yLabel: string;
  zLabel: string;
  /** "linear" by default */
  zScale?: Scale;
  /** about so many lines of equal loss; 12 by default */
  levels?: number;
  paths?: Path[];
  /** flat cells with steps between them, instead of a smooth surface */
  terraces?: boolean;
  /** the name under which panels are linked; unset: alone */
  camera?: string;
}

/** A loss surface in three dimensions, with the recorded paths running down it. */
export interface Surface extends LossPanel {
  kind: "surface";
}

/** A loss surface from above: heat map, labelled lines of equal loss and the recorded paths. */
export interface Contour extends LossPanel {
  kind: "contour";
}

/** A number under each picture. */
export interface Tiles {
  /** (frames, tiles) */
  text: ArrayName;
  /** (frames, tiles) 0: the number is red, with a cross */
  good?: ArrayName;
  /** (frames,) row of both that each frame shows; unset: its own */
  rows?: ArrayName;
}

/** Pictures made of numbers: in grey, or with `signed` on one diverging map centred on zero. */
export interface Pixels extends MovingPanel {
  kind: "pixels";
  /** (frames or 1, tiles, height, width) */
  array: ArrayName;
  signed?: boolean;
  /** what has the strongest colour, in the array's own numbers; 1 by default */
  vmax?: number;
  /** "frame": each frame's largest number has the strongest colour; "fixed" by default */
  scale?: "fixed" | "frame";
  /** what one of the array's numbers stands for, where they are packed as small integers; 1 by default */
  unit?: number;
  /** tiles side by side; unset: so that they are largest */
  columns?: number;
  tiles?: Tiles;
  /** fills the panel instead of keeping pixels square */
  stretch?: boolean;
  /** least width and height of a pixel, CSS pixels; else the panel scrolls */
  cell?: [number, number];
  /** significant digits of the numbers written into the pixels; unset: none are */
  text?: number;
  /** (frames,) so many numbers are shown, the rest is still empty */
  upTo?: ArrayName;
  /** (frames or 1, 5) tile, row, column, height, width, outlined; height 0: nothing */
  box?: ArrayName;
  /** read out after the place; unset: the pixel's own number */
  hover?: (string | PointedNumber)[];
  /** names of a row and of a column; "" leaves it out; ["row", "column"] by default */
  axes?: [string, string];
  /** index of the first number that stands for what other linked panels' numbers do */
  link?: number;
}

/** Encoded pictures, one file behind the other; core/stage/pictures.py makes them. */
export interface PictureFiles {
  /** (bytes,) uint8 */
  pictures: ArrayName;
  /** (pictures,) where each ends */
  ends: ArrayName;
}

/** Photographs and drawings side by side, in colour, each with its caption; a click shows one large. */
export interface Pictures extends MovingPanel, PictureFiles {
  kind: "pictures";
  /** (frames, tiles) which picture a tile shows, -1: none; unset: all pictures */
  show?: ArrayName;
  /** the `selection` of a Confusion, whose pictures are shown */
  chosen?: string;
  /** pictures of `chosen` that are shown; 12 by default */
  most?: number;
  /** a picture; "\n" parts lines */
  captions?: string[];
  /** (frames, pictures) index into `words`, written below the caption */
  said?: ArrayName;
  words?: string[];
  /** a picture: the colour of its frame and caption */
  marks?: (Quantity | "")[];
  /** (pictures, 4) top, left, height, width, outlined, as shares of the picture */
  boxes?: ArrayName;
  /** pictures side by side; unset: so that they are largest */
  columns?: number;
  /** keeps pixels square and hard when they are enlarged */
  exact?: boolean;
  /** gives all pictures one scale */
  same?: boolean;
  /** a tile's width by its height; 1 by default */
  wide?: number;
}

/** Two pictures of the same size under one loupe, down to single pixels. */
export interface Loupe extends Panel, PictureFiles {
  kind: "loupe";
  names: [string, string];
  /** at first; "slider" by default */
  mode?: "slider" | "blink" | "difference" | "both";
}

/** Where pictures come from: their borders, outlined on the original that they show a part of. */
export interface Outlines extends Panel, PictureFiles {
  kind: "outlines";
  /** (outlines, points, 2) x and y, shares of the original, from its upper left corner clockwise */
  outlines: ArrayName;
  /** (frames,) each frame's outline; -1: none */
  lit: ArrayName;
  /** an outline, shown while it is lit; "\n" parts lines */
  labels: string[];
  /** shown around the original, as a share of its side; 0.2 by default */
  margin?: number;
}

/** A confusion matrix that changes with time; a click chooses a cell, whose pictures another panel may show. */
export interface Confusion extends MovingPanel {
  kind: "confusion";
  /** of the classes */
  names: string[];
  /** (things,) class of each */
  targets: ArrayName;
  /** (frames, things) class that each was taken for */
  predicted: ArrayName;
  /** (things,) its number in the panel that shows the selection; -1: it has none */
  items?: ArrayName;
  /** the name under which the chosen cell's items are offered, see Pictures.chosen */
  selection?: string;
}

/** A tensor of a calculation, in its quantity's colour; it lights up where its numbers changed. */
export interface Box {
  title: string;
  color: Quantity;
  /** share of the panel's width; 1 by default */
  weight?: number;
  /** percent of a phone's width; 48 by default */
  narrow?: number;
  /** (frames,) how many numbers differ from the frame before; -1: there is none before */
  changed?: ArrayName;
  /** how many numbers it has; needed with `changed` */
  of?: number;
}

/** A box that shows one picture in grey. */
export interface PictureBox extends Box {
  /** (frames or 1, height, width) */
  picture: ArrayName;
  /** white, in the picture's own numbers */
  vmax: number;
}

/** A box that shows a picture of signed numbers for each unit. */
export interface TilesBox extends Box {
  /** (frames or 1, units, height, width) */
  tiles: ArrayName;
  /** what has the strongest colour, in the tiles' own numbers */
  vmax: number;
  /** tiles side by side; unset: so that they are largest */
  columns?: number;
}

/** A box that shows a bar for each unit. */
export interface BarsBox extends Box {
  /** (frames or 1, units) */
  bars: ArrayName;
  domain: Domain;
}

/** A number with its label. */
export interface BoxNumber {
  label: string;
  /** (frames,) or (frames, 1) */
  value: ArrayName;
  /** significant digits; 3 by default */
  digits?: number;
  color?: Quantity;
}

/** A box that shows a few numbers, one below the other. */
export interface NumbersBox extends Box {
  numbers: BoxNumber[];
}

/** A calculation from left to right as boxes, each a tensor; pointing at a unit reads it out in all of them. */
export interface Flow extends MovingPanel {
  kind: "flow";
  boxes: (PictureBox | TilesBox | BarsBox | NumbersBox)[];
}

/** Words in a quantity's colour. */
export interface Words {
  text: string;
  color?: Quantity;
}

/** A step: its name, its line of code, the shapes in it, and a formula with living numbers. */
export interface Step {
  name: string;
  code?: string;
  shapes?: string;
  formula?: (string | LivingNumber | Words)[];
}

/** The steps of an algorithm as a list: the running one lit. */
export interface Steps extends MovingPanel {
  kind: "steps";
  steps: Step[];
  /** (frames,) index of the running step; -1: none */
  active: ArrayName;
}

/** A number within words: what an array of a table's shape has in the row under the pointer. */
export interface CellNumber {
  /** (rows,) or (frames, rows) */
  value: ArrayName;
  /** what its numbers stand for */
  words?: string[];
  /** places behind the point; unset: `digits` */
  decimals?: number;
  /** significant digits; 4 by default */
  digits?: number;
  color?: Quantity;
}

/** A column of a table; it appears whole at a frame, or cell by cell from there on. */
export interface TableColumn {
  title: string;
  /** (rows,) or (frames, rows) */
  array: ArrayName;
  /** under the title, as code */
  note?: string;
  /** what its numbers stand for, where no float32 holds them */
  words?: string[];
  /** places behind the point; unset: `digits` */
  decimals?: number;
  /** significant digits; 4 by default */
  digits?: number;
  color?: Quantity;
  /** frame at which it appears */
  from?: number;
  /** one cell a frame, from that frame on */
  each?: boolean;
  /** the columns that a cell was made of, in its row; or (rows,) one for each row */
  of?: number[] | ArrayName;
  /** read out under the pointer */
  tell?: (string | CellNumber)[];
  /** (1,) or (frames, 1), in the last row */
  foot?: ArrayName;
}

/** A last row, under a line. */
export interface TableFoot {
  name: string;
  /** frame at which it appears */
  from?: number;
}

/** A table of live numbers; a cell under the pointer says where its number comes from. */
export interface Table extends MovingPanel {
  kind: "table";
  /** of the rows */
  names: string[];
  columns: TableColumn[];
  /** what the rows are */
  head?: string;
  foot?: TableFoot;
  /** (frames, rows, columns) 1: the cell is lit, 2: its number is broken */
  marks?: ArrayName;
}

/** A bar and a number for each thing; bars start at 0, or at the end of the domain that is nearer to it. */
export interface Column {
  /** (things,) or (frames, things) */
  values: ArrayName;
  color: Quantity;
  /** "\n" parts lines */
  title?: string;
  /** [0, 1] by default */
  domain?: Domain;
  /** (frames,) what a full bar stands for, in place of `domain` */
  most?: ArrayName;
  /** B is outlined with dashes */
  lane?: Lane;
  /** significant digits; 0: no numbers */
  digits?: number;
  /** (frames,) in the last row */
  total?: ArrayName;
  /** significant digits of the total; unset: `digits` */
  totalDigits?: number;
}

/** The bar that is dragged. */
export interface Handle {
  column: number;
  row: number;
  /** (frames,) its value at each frame */
  at: ArrayName;
}

/** Rows of named things, a bar and a number for each in every column: one computation, column by column. */
export interface Columns extends MovingPanel {
  kind: "columns";
  /** of the things */
  names: string[];
  columns: Column[];
  /** "sum" by default */
  totalLabel?: string;
  /** (frames,) each frame's thing */
  highlight?: ArrayName;
  /** a click on a thing moves time to its frame; needs `highlight` */
  pick?: boolean;
  handle?: Handle;
}

/** A part of a line that stands out, or stands back. */
export interface TextPart {
  words: string;
  color?: Quantity;
  /** stands on its colour */
  mark?: boolean;
  faint?: boolean;
}

/** What was asked, in bold, and below it the answer: one, one for each frame, or in parts. */
export interface TextLine {
  code?: string;
  answer?: string;
  /** one a frame */
  answers?: string[];
  parts?: (string | TextPart)[];
  /** beside the code, in plain letters */
  note?: string;
  /** of the answer */
  color?: Quantity;
}

/** Text as a computer prints it: lines of code with their answers, or names with the part that matters marked. */
export interface Text extends MovingPanel {
  kind: "text";
  lines: TextLine[];
  /** 1 by default */
  columns?: number;
  /** CSS pixels that a column needs; 200 by default */
  least?: number;
}

/** A step of a pipeline: what it is called and what it gives. */
export interface PipelineStep {
  /** its frame; its number is one more */
  at: number;
  name: string;
  gives: string;
  state: "done" | "failed" | "not reached";
  color?: Quantity;
}

/** Steps that belong together; its lanes are things that happen to different parts of the same item. */
export interface PipelineGroup {
  title: string;
  lanes: PipelineStep[][];
  note?: string;
  /** share of the room that is left; 1 by default */
  weight?: number;
}

/**
 * What is done one after the other, in groups; where it ended stands out,
 * and a click on a step moves time to it.
 */
export interface Pipeline extends Panel {
  kind: "pipeline";
  /** (frames,) each frame's step, which is lit */
  active: ArrayName;
  groups: PipelineGroup[];
}

/** What a row can show. */
export type AnyPanel =
  | Bars
  | Columns
  | Confusion
  | Contour
  | Curve
  | Fit
  | Flow
  | Heat
  | Lines
  | Loupe
  | Outlines
  | Pictures
  | Pipeline
  | Pixels
  | Plot
  | Steps
  | Surface
  | Table
  | Text;

/** What each frame is called: its label, or its number `at` of a `total`, in a unit. */
export interface Time {
  labels?: string[];
  /** (frames,) in the unit */
  at?: ArrayName;
  /** in the unit */
  total?: number;
  unit?: string;
  /** of the unit */
  perEpoch?: number;
}

/** Panels side by side. */
export interface Row {
  /** CSS pixels */
  height: number;
  panels: AnyPanel[];
}

/** Where an array lies in a packed scene. */
export interface ArrayEntry {
  type: "float32" | "int32" | "uint8" | "int8";
  shape: number[];
  /** bytes from the start of the packed scene, a multiple of 8 */
  offset: number;
}

/** The header of a packed scene: what the stage shows, and how its time goes by. */
export interface Header {
  frames: number;
  rows: Row[];
  /** the whole picture in words */
  alt: string;
  time: Time | null;
  /** a whole replay at speed 1 */
  seconds: number;
  autoplay: boolean;
  still: boolean;
  /** a hash of all content */
  key: string;
  arrays: Record<ArrayName, ArrayEntry>;
}

/** An array as the stage unpacks it: its numbers, row by row, and its shape. */
export interface UnpackedArray {
  data: Float32Array | Int32Array | Uint8Array | Int8Array;
  shape: number[];
}

export type Arrays = Record<ArrayName, UnpackedArray>;
