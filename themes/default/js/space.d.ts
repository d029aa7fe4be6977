/** What the scripts of the workspace share; only for `tsc --checkJs`, never shipped to a page. */

interface Summary { n: number; mean: number; sd: number; sem: number; median: number; q1: number; q3: number; min: number; max: number }
interface Effect { difference: number; low: number; high: number; g: number; n: number; m: number; isFew: boolean }
type Centre = "mean" | "median";
type Band = "sd" | "sem" | "minmax" | "quartiles" | "bootstrap" | "none";
/** Runs that share a value, by their positions in page.runs; `path` names the group among all others. */
interface Group { path: string; column: ColumnData; value: CellValue; label: string; positions: number[]; inner: Group[] }
/** How a ramp of colours lies over numbers. */
interface Measure { low: number; high: number; isLog: boolean }
/** `label` leaves out what the columns are called. */
interface Leaf { path: string; name: string; label: string; positions: number[] }

/** A metric of the catalogue: name, label, unit, and "min", "max" or nothing. */
type CatalogMetric = [string, string, string, string];
interface CatalogGroup { title: string; path: string; columns?: ColumnData[]; metrics?: CatalogMetric[]; anchors?: string[] }
type Line = { kind: "group"; group: Group; depth: number; isOpen: boolean } | { kind: "run"; at: number; depth: number; isPinned?: boolean };
interface Arrangement {
  by: ColumnData[]; columns: ColumnData[]; centre: Centre; open: Set<string>; pinned: number[]; sorted(positions: number[]): number[];
}
interface GroupCell { text: string; spread: string; title: string; isMissing: boolean; number: number | null }
interface GroupLook { centre: Centre; baseline: number[]; isBase: boolean; color: string; runs: RunRow[]; now: number }
interface LinesView {
  show(lines: Line[], span: number): void; forget(): void; rows(): Iterable<HTMLTableRowElement>; count(): number;
  line(index: number): Line; order(): number[]; index(row: Element): number; row(index: number): HTMLTableRowElement;
}
interface ExportColumn { name: string; values: CellValue[] }
interface Choice {
  toggle(id: string, alone: boolean): void; toggleAll(): void; select(id: string, range: boolean, order: number[]): void;
  count(): void; isHidden(id: string): boolean; isSelected(id: string): boolean;
}

interface Site {
  columns: {
    start(page: PageData): void; renew(page: PageData): void; open(): Promise<CatalogGroup[]>; isOpen(): boolean; load(keys: string[]): Promise<void>; find(key: string): ColumnData | null;
    names(names: KnownNames): void; words(statistic: string): string; statistics(name: string): string[]; usual(): string[]; here(): ColumnData[]; keys(): string[]; shown(): ColumnData[];
  };
  aggregate: {
    cell(column: ColumnData, positions: number[], centre: Centre): GroupCell;
    key(column: ColumnData, positions: number[], centre: Centre): CellValue;
    pair(centre: number, spread: number): string[];
    valuesOf(column: ColumnData, positions: number[]): CellValue[];
    words(groups: number): string;
  };
  arrange: { lines(positions: number[], keys: SortKey[], how: Arrangement): Line[] };
  colouring: {
    nth(at: number, palette: string[]): string; scale(values: CellValue[], palette: string[], ramp: string[]): Map<CellValue, string>;
    measure(values: CellValue[]): Measure | null; share(measure: Measure, value: number): number; column(): ColumnData | null;
    ofGroups(leaves: (Leaf & { color: string })[]): string[] | null;
    of(run: { id: string; color: string }): string; forget(): void;
  };
  grouping: {
    by(): ColumnData[]; every(): (Leaf & { color: string })[]; drawn(): (Leaf & { color: string })[]; forget(): void; active(): boolean;
  };
  groupCurves: {
    of(panel: Panel, curves: Curve[], page: PageData): Curve[]; active(panel: Panel, page: PageData): boolean;
    grid(members: Curve[], most?: number): Float64Array; at(curve: Curve, places: Float64Array): ArrayLike<number>;
    curve(leaf: Leaf & { color: string }, members: Curve[], centre: Centre, band: Band): Curve;
  };
  popover: {
    open(opener: HTMLElement, label: string, content: HTMLElement): void; close(): void; again(): void;
    make(tag: string, className?: string, ...inside: (Node | string)[]): HTMLElement;
    button(text: string, act: () => void, className?: string): HTMLButtonElement;
  };
  suggest?: { attach(field: HTMLInputElement, page: PageData, names?: () => KnownNames): void };
  groupMenu: { open(opener: HTMLElement): Promise<void> };
  listKeys: { attach(search: HTMLInputElement, list: HTMLElement): void };
  chooser: { open(opener: HTMLElement): Promise<void> };
  shownColumns: { show(keys: string[]): Promise<void>; toggle(key: string): Promise<void> };
  widths: { attach(handle: HTMLElement, cell: HTMLElement, key: string): void; apply(table: HTMLTableElement, columns: ColumnData[], pinned: number): void; on(run: () => void): void };
  grouprow: {
    mark(row: HTMLElement, group: Group, runs: RunRow[]): void;
    build(line: Extract<Line, { kind: "group" }>, columns: ColumnData[], look: GroupLook): HTMLTableRowElement;
    delta(column: ColumnData, positions: number[], baseline: number[]): HTMLElement | null;
  };
  exporting: { columns(page: PageData): ExportColumn[]; text(all: ExportColumn[]): string; cell(value: CellValue): string; csv(page: PageData): void; parquet(page: PageData): void };
  parquet: { file(columns: ExportColumn[]): Uint8Array<ArrayBuffer> };
  lines: { make(table: HTMLTableElement, build: (line: Line) => HTMLTableRowElement): LinesView };
  choice: {
    words(text: string): string[];
    make(runs: RunRow[], matching: () => Set<number>): Choice;
    draw(set: string, runs: RunRow[], passing: number[]): Promise<void>;
    drawnBy(set: string, runs: RunRow[], passing: number[]): Set<string>;
    best(positions: number[], key: string): number[];
    /** The filter in force, which is not what stands in its field while that makes no sense; null before there is a table. */
    inForce: string | null;
    passing(runs: RunRow[]): number[]; through(runs: RunRow[], text: string): number[] | null; stateless(text: string): string;
  };
}

interface Site {
  stats: {
    summary(values: ArrayLike<number | string | null>): Summary;
    effect(values: ArrayLike<number | string | null>, baseline: ArrayLike<number | string | null>): Effect;
    band(values: ArrayLike<number | string | null>, centre: Centre, band: Band): { middle: number; low: number; high: number; n: number };
    bootstrap(values: ArrayLike<number | string | null>, centre: Centre): Span;
    quantile(sorted: number[], part: number): number;
    critical(level: number, freedom: number): number;
  };
  groups: {
    tree(positions: number[], columns: ColumnData[], above?: string): Group[];
    leaves(groups: Group[], around?: Group[]): Leaf[];
    allButSeed(columns: ColumnData[]): string[];
    isRepeat(key: string): boolean; compare(a: CellValue, b: CellValue): number;
  };
}

/** A section of charts as it stands: `name` is that of workspace files, `keys` its charts in the order in which they came. */
interface LaidSection { name: string; title: string; keys: string[]; charts: ChartSpec[] }

interface Site {
  layout: {
    keyOf(spec: ChartSpec): string; ordered(keys: string[], order: string[]): string[];
    moved(keys: string[], order: string[], key: string, by: number): string[];
    sections(page: PageData): { title: string; isOpen: boolean; charts: ChartSpec[] }[];
    openFile(opener: HTMLElement, page: PageData): Promise<void>; button(panel: Panel): HTMLElement | null; start(page: PageData): void;
  };
  sectioning: {
    laid(page: PageData, state: { placed: { [chart: string]: string }; titles: { [name: string]: string }; ranks: string[]; order: string[] }): LaidSection[];
    now(page: PageData): LaidSection[]; show(page: PageData): void;
  };
  sectionMenu: {
    named(every: LaidSection[], title: string): string;
    put(page: PageData, placed: { [chart: string]: string }, keys: string[], name: string): { [chart: string]: string };
    renamed(page: PageData, every: LaidSection[], name: string, title: string, state: any): { [key: string]: any };
    ranked(page: PageData, every: LaidSection[], name: string, by: number): string[];
    open(opener: HTMLElement, name: string, page: PageData): void; choose(opener: HTMLElement, panel: Panel, page: PageData): void;
  };
  layoutFile: {
    text(page: PageData, state: any, isKept: (key: string) => boolean): string; lines(value: any, indent: string): string[];
    show(box: HTMLElement, page: PageData): void;
  };
}

/** What a clause of the filter asks for: one of these values, or a number between two ends. */
interface Chosen { values: (string | number)[]; from: number | null; to: number | null }
/** A quick control of the filter: the left side of its clause, and by value the positions of the runs that have it. */
interface Facet { left: string; title: string; runs: Map<string | number, number[]>; isResult?: boolean }
/** An entry of the legend: a value, a part of a ramp, or a group, with the runs of it that the filter lets through. */
interface LegendEntry { id: string; label: string; color: string; positions: number[];
  /** Of a part of a ramp: its colours, from its lower end to its upper. */
  colors?: string[];
  /** Its stroke and its mark, where lines have them. */
  dash?: number; mark?: number;
  /** Whether it is one run by its name. */
  isRun?: boolean }
interface LegendRow { kind: "color" | "style" | "both" | "group" | "run"; title: string; entries: LegendEntry[]; over: Measure | null }
/** The style of the run at each position, -1 for none, and what each style stands for. */
interface Styles { at: Int8Array; entries: { id: string; label: string; positions: number[] }[] }
/** A line of the legend of a picture; words alone without a colour. */
interface PictureName { name: string; color: string; dash?: number; mark?: number }
interface Looks { palette: string[]; ramp: string[]; none: string }
interface Site {
  legendEntries: {
    ofValues(values: CellValue[], positions: number[], looks: Looks): LegendEntry[]; byValue(values: CellValue[], positions: number[]): [CellValue, number[]][];
    told(value: CellValue): string; title(column: ColumnData): string; rough(value: number): string; ends(over: Measure): [string, string];
    first(entries: LegendEntry[], most: number, usual: Set<number>): LegendEntry[];
  };
  press: {
    pressed(ids: string[], hidden: Set<string>): "true" | "mixed" | "false"; again(ids: string[], lost: string[], usual: Set<string>): string[];
    toggled(hidden: Set<string>, ids: string[], back: string[]): Set<string>;
    only(hidden: Set<string>, ids: string[], all: string[], back: string[]): Set<string> | null;
    usual(): Set<string>; reopen(): void; on(key: string, ids: string[], isAlone: boolean, isWhole?: boolean): void;
  };
  legendFind: { field(kind: string, list: HTMLElement): HTMLElement; has(name: string, text: string): boolean; forget(kind: string): void };
  runLegend: { start(): void; into(panel: Panel | null): void; curves(panel: Panel): void };
  pictureLegend?: { names(panel: Panel): PictureName[] | null };
  styling?: { of(values: CellValue[]): Styles; styles(): Styles | null; column(): ColumnData | null; at(position: number): number };
  looks: { open(opener: HTMLElement): Promise<void> };
  quickFilter: { open(opener: HTMLElement, page: PageData): Promise<void> };
  clauses: {
    choice(left: string, values: (string | number)[]): string; range(left: string, from: number | null, to: number | null): string;
    read(left: string, clause: string): Chosen | null; split(text: string): string[];
    replaced(text: string, isWords: boolean, left: string, clause: string): string; chosen(text: string, left: string): Chosen;
  };
}
