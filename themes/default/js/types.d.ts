/** What the chart scripts share; only for `tsc --checkJs`, never shipped to a page. */

/** "metric" is never chosen by readers: it is the "step" of a chart with a step metric of its own. */
type XMode = "step" | "relative" | "wall" | "metric";
type Smoother = "time" | "ema" | "gaussian" | "mean";
type YScale = "linear" | "log" | "symlog";
type Numbers = Float64Array | Float32Array | Uint32Array | Int32Array;
type Span = [number, number];
/** What is pointed at: a run, a curve or a group by its key, or all runs and groups of an entry of a legend. */
type Lit = string | Set<string> | null;

/** What happened to a run: "restart", "artifact" or "alert"; seconds since its start; step, where it is known; words. */
type Annotation = [string, number, number | null, string];
interface Annotated { x: number; kind: string; label: string; color: string; name: string }
interface RunRow { annotations?: Annotation[]; id: string; name: string; color: string; state?: string; started?: number;
  /** The name of its page without suffix, where that isn't its id. */
  file?: string;
  /** The index of its tiles, or why it has none: a place in page.held. */
  tiles?: string; held?: number }
/** A chunk's address, or with the first and last position in page.runs of the runs inside. */
type ChunkRef = string | [string, number, number];
interface ChartSpec {
  id: string; metric: string; metrics?: string[]; title: string; unit?: string; family: "metric" | "system";
  section?: string; chunks: ChunkRef[]; series_points?: number; bucketed?: boolean; height?: number;
  /** The metric on the x axis while readers have not chosen time. */
  x?: string;
  /** What the line of each of the metrics is called. */
  labels?: string[];
  /** The text of a chart that the reader added. */
  added?: string;
  /** The metric that stands out of many faint ones. */
  bold?: string;
  /** What a workspace file gave this chart alone. */
  own?: { x?: XMode; yscale?: YScale; smoothing?: number; title?: string };
  /** Its name in the page's state, where that is not its metric. */
  key?: string;
}
/** What a workspace file said, and what holds where one says nothing. */
interface WorkspaceData { name: string; project: string; plain: { x: XMode; smoothing: number; drawn: number }; source: { [option: string]: any } }
interface PageData {
  kind: string; root: string; name?: string; runs: RunRow[];
  /** The folder of the runs' pages. */
  pages?: string;
  drawn?: string[]; charts: ChartSpec[]; vega: string; templates: string; fonts?: string;
  /** The files of curves, which charts number as the page comes. */
  packs?: { folder: string; files: [string, number, number][] };
  defaults?: { x?: XMode; smoothing?: number; yscale?: YScale; [key: string]: any };
  /** Title, number of charts, and whether it is open as the page comes. */
  sections?: [string, number, boolean][];
  workspace?: WorkspaceData;
  /** Path of the script that names every column there could be. */
  catalog?: string;
  /** Path of the script with the values of the columns that come later. */
  later?: string;
  colors?: { palette: string[]; ramp: string[]; none: string };
  /** The folder of tiles, and why runs have none. */
  tiles?: string; held?: string[];
  /** The script that says what is current, while a run of the page has no end. */
  live?: string;
  /** The site's time zone where it is not UTC: its IANA name, and what its clocks are called by the minutes that they are ahead of UTC. */
  zone?: { id: string; names: { [minutes: string]: string } };
}

/** A part of the text of a chart that somebody put together: metrics, or an expression over them. */
interface PlotPart { text: string; names: string[]; node: ExprNode | null }
/** A series as it stands in a chunk. */
interface Entry {
  run: string; metric: string; rank: number; points: number; width: number; started: number;
  cols: { [name: string]: Numbers };
  /** Of an expression's curve: points per bucket of what it was made of. */
  derived?: number;
  /** Over a metric that the reader chose: both series, and which rows of the first have a place. */
  join?: Join;
  /** Only in tiles: which family's, and the how many-th of its level. */
  family?: string; tile?: number;
}
interface Join { entry: Entry; other: Entry; rows: number[] }
/** A level of a series: points per bucket, and the ids of its files from the first row to the last. */
interface TileLevel { width: number; files: string[] }
/** What the index of a run's tiles says of a series; a tile has `buckets` buckets. */
interface TileIndex { points: number; buckets: number; levels: TileLevel[] }
/** The buckets of the whole series that stand before the part at hand. */
interface Lead { curve: Curve; buckets: number }
interface Mark { x: number; step: number; kind: string }
interface MarkStart extends Mark { colors: string[] }
/** A series in the x units of the page, ready to draw. */
interface Curve {
  key: string; run: string; metric: string; rank: number; name: string; color: string; unit: string;
  width: number; points: number; entry: Entry;
  x: Float64Array; y: Numbers; sorted: boolean; smooth: Float64Array | null;
  buckets: { x0: Float64Array; x1: Float64Array; lo: Numbers; hi: Numbers; n: Numbers; bad: Numbers; last: Numbers } | null;
  marks: Mark[];
  /** Which stroke it has, of the metrics that share a chart. */
  dash?: number;
  /** Which mark stands at some of its points, where a value gives lines marks. */
  mark?: number;
  /** The runs' curves that the curve of a group is made of. */
  members?: Curve[];
  /** Of a group of runs in buckets: from where to where its places reach. */
  spans?: { from: Float64Array; to: Float64Array };
  /** Of a group where not all runs take part everywhere: its line where they do, and where they do not. */
  parts?: { full: Float64Array; some: Float64Array };
  row?: RunRow;
  /** How it was smoothed. */
  smoothed?: string;
  /** Where this is a part of a series, what stands before it. */
  lead?: Lead;
}
/** What a chart gives a curve beside its values. */
type CurveLooks = Pick<Curve, "unit" | "name" | "color" | "dash" | "mark" | "row">;
interface Scale { map(value: number): number; invert(position: number): number; kind: YScale; domain: Span; range: Span }
interface Ticks { values: number[]; labels: string[] }
interface Tip { key: string; run: string; name: string; color: string; value: number; text: string; range: string; count: string; index: number; at: number; distance: number }
interface Tokens { ink: string; dim: string; line: string; paper: string; surface: string; accent: string; bad: string; font: string }

interface VegaView {
  signal(name: string, value: unknown): VegaView; signal(name: string): unknown;
  width(value: number): VegaView; height(value: number): VegaView; padding(value: object): VegaView; padding(): { left: number; top: number; right: number; bottom: number };
  origin(): [number, number]; run(): VegaView; resize(): VegaView; finalize(): void;
  scale(name: string): ((value: number) => number) & { invert(value: number): number };
}
interface Axes { view: VegaView; scale: YScale; canvas: HTMLCanvasElement; drawn: string; finalize(): void }

interface Frame { x: Scale; y: Scale; left: number; top: number; width: number; height: number; outer: { width: number; height: number };
  /** What places values in it, in a word: with the same key they stand at the same pixels. */
  key: string }
/** Sums of values, and how many. */
interface Points { x: Float64Array; sum: Float64Array; count: Float64Array }
/** What charts leave out, where each run stands among the page's, the places of those drawn, and whether any is among these. */
interface Shown { hidden: Set<string>; rows: RunRow[]; first: RunRow; place: Map<string, number>; places: number[]; among(first: number, last: number): boolean }
/** The plot of a chart in pixels of the screen. */
interface Pixels { left: number; top: number; columns: number; rows: number }
/** The highest and lowest place of a band in each column of the plot that a key tells. */
interface Reach { key: string; high: Float32Array; low: Float32Array }
interface Panel {
  spec: ChartSpec; figure: HTMLElement; plot: HTMLElement; entries: Entry[]; curves: Curve[];
  /** What is shown, in full length; and what is drawn of it: parts in finer detail where there are any. */
  whole: Curve[]; visible: Curve[];
  frame: Frame | null; axes: Axes | null; layer: HTMLCanvasElement; over: HTMLCanvasElement;
  /** The curves that were made of series. */
  made: WeakMap<Entry, { curve: Curve; xmode: XMode; looks: CurveLooks }>;
  muted: Set<string>; brush: Span | null; near: boolean; leaving: number; hiddenByLog: number; words: string; trouble: string; xmode: XMode;
  /** The metric on the x axis where it is one; whether the reader chose it, its series, and what is said of runs without. */
  xname: string; joined: boolean; xentries: Entry[]; lacking: string;
  /** The bands as they were painted last. */
  cover: { key: string; curves: Curve[]; left: number; top: number; image: ImageData } | null;
  /** Bands and raw lines under smoothed ones, as they were painted last. */
  under: { key: string; lines: ArrayLike<number>[]; canvas: HTMLCanvasElement } | null;
  /** What stands on the axes. */
  ticks?: { x: Ticks; y: Ticks };
  /** Whether values may stand outside of the y axis. */
  clipped: boolean;
  /** Whether no value of what is drawn is finite. */
  isLost?: boolean;
  dirty: "" | "view" | "curves"; state: "idle" | "loading" | "live";
  /** How often its series were asked for, and the files that those at hand came from. */
  turn: number; source: string;
}

/** A canvas, or what writes down its commands, told whose line comes next. */
type Pen = CanvasRenderingContext2D & { named?(name: string): void };
interface Box { x: number; y: number; width: number; height: number }
interface SceneCommon { color: string; alpha: number; clip: Box | null; name: string }
interface SceneText extends SceneCommon { kind: "text"; text: string; x: number; y: number; size: number; bold: boolean; anchor: "left" | "center" | "right" }
interface SceneFill extends SceneCommon { kind: "fill"; d: string }
interface SceneStroke extends SceneCommon { kind: "stroke"; d: string; width: number; dash: number[] }
type SceneItem = SceneText | SceneFill | SceneStroke;
/** A chart written down, in pixels. */
interface Scene { width: number; height: number; id: string; title: string; words: string; paper: string; font: string; items: SceneItem[] }
/** How a chart is to be written down; a height of 0 comes from the plot's. */
interface Look { width: number; height: number; plotHeight: number; legend: boolean; tokens: Tokens; faces: Faces | null;
  /** Whether it stands where its title stands already, on paper of its own. */
  bare?: boolean }
interface Preset { width: number; height: number; plotHeight?: number; zoom: number; pixels: number; isPaper?: boolean }
/** A weight of the font that files embed, as sitegen/charts/fonts.py describes it. */
interface FontData { text: string; glyphs: number[]; widths: number[]; size: number; file: string }
interface Face { glyphs: Map<string, number>; widths: Map<string, number>; file: Uint8Array }
interface Faces { of(isBold: boolean): Face; width(text: string, isBold: boolean): number; css(scene: Scene): string }
interface DrawnColumn { key: string; title: string; kind: "text" | "number" | "time"; of(curve: Curve, at: number): string | number | null }
interface DrawnTable { columns: DrawnColumn[]; count: number; cell(row: number, column: number): string | number | null }

interface Site {
  fonts: { [weight: string]: FontData };
  scene: { of(panel: Panel, look: Look): Scene | null; fitted(text: string, room: number, width: (text: string) => number): string; isNamed(panel: Panel): boolean; axisWord(panel: Panel): string };
  faces: { load(): Promise<Faces>; subset(file: Uint8Array, wanted: Set<number>): Uint8Array<ArrayBuffer>; used(scene: Scene, face: Face, isBold: boolean): Set<number>; deflated(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> };
  pdf: { file(scene: Scene, faces: Faces, zoom?: number): Promise<Uint8Array<ArrayBuffer>> };
  drawn: { of(panel: Panel): DrawnTable; csv(panel: Panel): string; labels(panel: Panel): string[]; columns(panel: Panel): DrawnColumn[]; xColumn(panel: Panel): { key: string; title: string; kind: "time" | "number" }; quoted(value: string): string };
  source: { vegalite(panel: Panel): object; python(panel: Panel, page: PageData): { text: string; needsCsv: boolean } };
  exports: { open(opener: HTMLElement, panel: Panel): void; file(panel: Panel, kind: string, asked?: object): Promise<[string, BlobPart, string]>; stem(panel: Panel): string; PRESETS: { [name: string]: Preset } };
  datatable: { toggle(opener: HTMLElement, panel: Panel): void; update(panel: Panel): void; sorted(data: DrawnTable, column: number, isDown: boolean): Uint32Array };
  fullscreen: { toggle(opener: HTMLElement, panel: Panel): void };
  page(data: PageData): void;
  ready(run: (page: PageData) => void): void;
  words: { [key: string]: string | { [form: string]: string } }; t(key: string, named?: { [name: string]: string | number }): string;
  renew(page: PageData): void; fresh(state: { data: string; body?: string; app: string }): void; body(html: string): void;
  current: PageData | null;
  data(id: string, text: string): void;
  templates(all: { [name: string]: any }): void;
  catalog(groups: CatalogGroup[]): void;
  table(columns: { [key: string]: CellValue[] }): void;
  parts: { chunks: Map<string, string>; templates: { [name: string]: any } | null; catalog: CatalogGroup[]; tables: Map<string, CellValue[]> };
  vegaEmbed(element: HTMLElement, spec: object, options: object): Promise<{ view: VegaView; finalize(): void }>;
  store: {
    get(key: string): any; set(key: string, value: any): void; on(key: string, run: (value: any, key: string) => void): () => void;
  };
  state: { encode(state: any, drawn: Set<string> | null): string; decode(text: string, base: any, drawn: string[] | null, ids: string[]): any; start(page: PageData): void; isChanged(): boolean; isKept(key: string): boolean; current(): any; reset(): void; of(spec: ChartSpec, key: "x" | "yscale" | "smoothing"): any; SHARED: string[] };
  decode(text: string): Promise<Entry[]>;
  load: { later(): Promise<void>; script(path: string): Promise<void>; chunk(path: string): Promise<Entry[]>; once(path: string): Promise<Entry[]>; again(path: string): Promise<void>; keep(paths: Set<string>): void; vega(): Promise<void> };
  scale: { make(kind: YScale, domain: Span, range: Span): Scale };
  ticks: { bytes(ticks: Ticks): Ticks; linear(lo: number, hi: number, count: number): Ticks; time(lo: number, hi: number, count: number): Ticks; wall(lo: number, hi: number, count: number): Ticks; log(lo: number, hi: number, count: number): Ticks; symlog(lo: number, hi: number, count: number): Ticks; number(value: number, step?: number): string; duration(seconds: number): string };
  smooth: { average(x: ArrayLike<number>, y: ArrayLike<number>, weight: number, counts?: ArrayLike<number> | null, lead?: Lead | null): Float64Array; of(curve: Curve, kind: Smoother, weight: number): Float64Array | null };
  gaussian: { means(places: ArrayLike<number>, points: Points, sigma: number): Float64Array };
  kernels: { smooth(curve: Curve, weight: number, isGaussian: boolean): Float64Array };
  series: {
    isLit(curve: Curve, lit: string | Set<string>): boolean; isMany(curve: Curve): boolean; dashes(number: number | undefined): number[]; starts(curves: Curve[]): MarkStart[];
    curve(entry: Entry, xmode: XMode): Curve; nearest(curve: Curve, x: number): number;
    window(curve: Curve, lo: number, hi: number): [number, number];
    xExtent(curves: Curve[]): Span | null; yExtent(curves: Curve[], window: Span, positive: boolean): { range: Span | null; hidden: number };
  };
  domain: { x(extent: Span | null, fromZero?: boolean): Span; y(extent: Span | null, kind: YScale): Span; based(spec: ChartSpec, range: Span | null): Span | null };
  tokens: { get(): Tokens; refresh(): void; probe(text: string, mode?: string): string; during<T>(tokens: Tokens, act: () => T): T; light(): Tokens };
  axes: { draw(panel: Panel, frame: Frame, x: Ticks, y: Ticks): Promise<void>; margins(labels: string[]): { left: number; right: number; top: number; bottom: number }; called(panel: Pick<Panel, "xmode">, frame: Frame, x: number, step: number): string };
  shown: { of(page: PageData): Shown };
  bands: { looks(frame: Frame, ratio: number, alpha: number): string; pixels(curves: Curve[], frame: Frame, ratio: number, alpha: number): Pixels & { bytes: Uint8ClampedArray<ArrayBuffer> }; draw(context: CanvasRenderingContext2D, panel: Panel, curves: Curve[], frame: Frame, alpha: number): void };
  beneath: { band(context: CanvasRenderingContext2D, curve: Curve, frame: Frame): void; raw(context: CanvasRenderingContext2D, panel: Panel, frame: Frame): void; draw(context: CanvasRenderingContext2D, panel: Panel, frame: Frame, alpha: number): void };
  layer: { size(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D; draw(panel: Panel): void; paint(context: Pen, panel: Panel, frame: Frame, beneath: (context: Pen, panel: Panel, frame: Frame, alpha: number) => void): void; clip(context: CanvasRenderingContext2D, frame: Frame, room: number): void; path(context: CanvasPath, curve: Curve, y: ArrayLike<number>, frame: Frame): void; stroke(context: Pen, curve: Curve, y: ArrayLike<number>, frame: Frame, width: number): void; endDot(context: CanvasRenderingContext2D, curve: Curve, frame: Frame, radius: number): void; over(panel: Panel, x: number | null, highlight: Lit): void };
  markers?: { trace(context: Pick<CanvasRenderingContext2D, "moveTo" | "lineTo" | "closePath" | "arc">, kind: number, x: number, y: number, size?: number): void; places(curve: Curve, frame: Frame, gap: number, shift: number): number[]; spread(curves: Curve[], frame: Frame): { size: number; borne: number[][] }; named(kind: number): string; paint(context: CanvasRenderingContext2D, curves: Curve[], frame: Frame): void };
  emphasis: { paint(context: CanvasRenderingContext2D, panel: Panel, frame: Frame, highlight: string | Set<string>, tokens: Tokens): void };
  moment: { place(from: Panel, curve: Curve | null, index: number, x: number, to: Panel): number | null; span(from: Panel, range: Span, to: Panel): Span | null; nearest(curve: Curve, wanted: number): number; isAlike(one: Panel, other: Panel): boolean };
  annotations?: {
    of(panel: Panel, highlight: Lit): Annotated[]; paint(context: Pen, panel: Panel, frame: Frame, highlight: Lit): void;
    told(panel: Panel, left: number): string[]; place(curve: Curve, one: Annotation, xmode: XMode, started: number): number | null;
  };
  hover: { attach(panel: Panel): void; show(panel: Panel, x: number, top: number | null): void; clear(): void; redraw(): void };
  tooltip: { rows(curves: Curve[], x: number, pixel: (curve: Curve, index: number) => number, top: number | null, reach: number): Tip[]; pick(rows: Tip[], limit: number): Tip[]; head(panel: { xmode: XMode; xname: string }, x: number, curve: Curve | null, index: number): string; render(rows: Tip[], head: string, more: number, nearest: string): HTMLElement; note(lines: string[]): void; place(left: number, top: number): void; hide(): void };
  xmetric: { chosen(): string; spec(page: PageData): ChartSpec | null; settle(panel: Panel, page: PageData): void; joined(entry: Entry, other: Entry): Entry; join(panel: Panel, entries: Entry[]): Entry[]; behind(join: Join, rows: Span, width: number): Span; between(other: Entry, from: number, to: number): Span };
  yrange: {
    key(spec: ChartSpec): string; typed(spec: ChartSpec): [number | null, number | null] | null; middle(values: number[]): Span | null;
    domain(panel: Panel, range: Span, extent: Span | null, kind: YScale): Span; words(panel: Panel): string;
    set(spec: ChartSpec, ends: [number | null, number | null] | null): void;
  };
  rangebox: { open(opener: HTMLElement, panel: Panel): void; number(text: string): number | null | undefined; problem(ends: (number | null | undefined)[], isLog: boolean): string };
  vector: { svg(scene: Scene, zoom?: number, faces?: string): string; FAMILY: string };
  zoom: { attach(panel: Panel): void; key(panel: Panel): string; get(panel: Panel): Span | null; set(panel: Panel, range: Span | null): void };
  legend: { draw(panel: Panel): void };
  tools: { attach(panel: Panel): void; update(panel: Panel): void };
  caption: { text(counts: CaptionCounts): { text: string; more: string }; means(curves: Curve[]): string };
  drawing: { roomOf(panel: Panel): { width: number; height: number }; draw(panel: Panel, room?: { width: number; height: number }): Promise<void>; layout(panel: Panel, outer: { width: number; height: number }): { frame: Frame; x: Ticks; y: Ticks }; rescale(frame: Frame): void };
  plots: {
    parts(text: string, known: KnownNames): PlotPart[]; pieces(text: string): [string, number][]; metricsOf(all: PlotPart[]): string[]; known(page: PageData): KnownNames;
    entries(spec: ChartSpec, entries: Entry[], page: PageData): Entry[]; prepare(spec: ChartSpec, page: PageData): Promise<void>; spec(text: string, number: number, page: PageData): ChartSpec;
  };
  added: { open(opener: HTMLElement, page: PageData, before?: string): void; menu(opener: HTMLElement, panel: Panel, page: PageData): void; sync(page: PageData): void; has(panel: Panel): boolean };
  panels: { all: Panel[]; add(figure: HTMLElement, spec: ChartSpec): Panel; remove(panel: Panel): void; refresh(level: "view" | "curves"): void; redraw(panel: Panel): void; reload(): void; complain(panel: Panel, trouble: string): void };
  levels: {
    rows(curve: Curve, range: Span): Span; choose(width: number, levels: TileLevel[], rows: Span, pixels: number): TileLevel | null;
    tiles(index: TileIndex, level: TileLevel, rows: Span): Span; joined(parts: { [name: string]: Numbers }[]): { [name: string]: Numbers };
  };
  detail: { of(panel: Panel, curve: Curve, range: Span | null, pixels: number): Curve; retry(panel: Panel): void };
  dates: {
    moment(epoch: number | null | undefined, detail?: "minute" | "second" | "exact"): { iso: string; text: string } | null;
    day(epoch: number): string; clock(epoch: number, hasSeconds: boolean): string; ahead(epoch: number): number; shifts(from: number, to: number): { from: number; ahead: number }[]; zone(): string; called(shift: number): string;
  };
  format: { measure(value: number | null | undefined): string; exact(value: number): string; brief(value: number): string; duration(seconds: number | null | undefined): string; MISSING: string };
}
/** A curve as a caption counts it: whether all of it is at hand, whether finer levels can be had, why not. */
interface Drawn { width: number; values: number; points: number; whole: boolean; more: boolean; held: string }
interface CaptionCounts { drawn: Drawn[]; groups?: string; runs: number; chosen: number; known: number; hiddenByLog: number; isLost?: boolean; missing: string[]; lacking?: string; means?: string; outside?: string }
