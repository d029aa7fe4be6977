/** What the scripts of pages share beside the charts'; only for `tsc --checkJs`, never shipped to a page. */

type CellValue = number | string | null;
interface ColumnData {
  key: string; label: string; note: string; group: string; kind: string; align: string; values?: CellValue[];
  /** Whether the values come when the table stands. */
  later?: boolean;
  best?: number; goal?: "min" | "max";
  /** By the run's position: what its metric ended in, and that with the step. */
  alarms?: { [at: string]: [string, string] };
}
interface RunRow { heard?: number; beat?: number; cause?: string; tags?: string[]; group?: string }
interface PageData { columns?: ColumnData[] }
interface SortKey { key: string; dir: string }
interface FilterTerm { negated: boolean; key: string; text: string; column: ColumnData | null }
/** Where and why a text is no filter; the place is empty where it is the whole. */
/** Keeps: whether the filter before it stays in force; isUnfinished: whether the text only ends too early. */
interface FilterProblem { message: string; start: number; end: number; hint: string; keeps?: boolean; isUnfinished?: boolean }
interface FilterInForce { text: string; filter: Filter }
interface FilterKeeper { now(): FilterInForce; use(text: string, filter: Filter): void; keep(text: string): void }
interface FilterSaid { text: string; problem?: FilterProblem | null; isUnfinished?: boolean; isEmpty?: boolean; kept?: string; means?: { metric: string; call: string }[] }
/** It waits while the scripts of the expression language are not loaded yet. */
interface Filter { terms: FilterTerm[]; node: ExprNode | null; problem: FilterProblem | null; waits?: boolean }

interface Site {
  live: { word(run: RunRow, now: number): string; age(seconds: number): string; tally(open: string, lost: number, now: number): { [word: string]: number }; counts(open: string, lost: number, now: number): string[] };
  filter: {
    parse(text: string, columns: ColumnData[], runs: RunRow[]): Filter;
    passing(filter: Filter, runs: RunRow[], columns: ColumnData[], now: number): number[];
    isFixed(token: string): boolean; TOKEN: RegExp;
  };
  typing: {
    endsEarly(text: string, problem: FilterProblem, columns: ColumnData[]): boolean; begins(text: string, columns: ColumnData[]): boolean;
    keeper(nothing: Filter): FilterKeeper; others(node: ExprNode, shown: ColumnData[]): { metric: string; call: string }[];
  };
  filterNote: { say(said: FilterSaid): void };
  filterRun: {
    known(columns: ColumnData[], runs: RunRow[]): KnownNames;
    environments(columns: ColumnData[], runs: RunRow[], now: number): (at: number) => RunEnvironment;
    unknown(node: ExprNode, columns: ColumnData[]): string;
    needs(node: ExprNode, columns: ColumnData[]): string[];
  };
  order: { sorted(positions: number[], keys: SortKey[], columns: ColumnData[], runs: RunRow[], now: number): number[] };
  spark: { path(code: string): string };
  rows: {
    build(run: RunRow, at: number, columns: ColumnData[], hidden: boolean, baseline: number[]): HTMLTableRowElement;
    place(row: HTMLTableRowElement, depth: number, isPinned: boolean, isSelected: boolean): void;
    mark(row: HTMLTableRowElement, run: RunRow, hidden: boolean): void;
    cells(row: HTMLTableRowElement): HTMLElement[]; dot(color: string): SVGElement;
  };
}
interface GridModel {
  count(): number; index(row: Element): number; row(index: number): HTMLTableRowElement; toggle(index: number, alone: boolean): void;
  select(index: number): void;
}
interface Site {
  header: {
    draw(table: HTMLTableElement, columns: ColumnData[], toggleAll: () => void): void;
    mark(table: HTMLTableElement): void;
    turned(keys: SortKey[], key: string, first: string, more: boolean): SortKey[];
  };
  grid: { start(table: HTMLTableElement, model: GridModel): void; renew(table: HTMLTableElement, make: () => void): void };
}

interface RecentRun { url: string; title: string; project: string }
/** Something the palette can lead to. */
interface Hit { kind: string; text: string; url: string; where: string; more: string; metric: string }
interface FoundIndex {
  title?: string; projects?: [string, string, number][]; runs?: [string, string, string?][]; metrics?: string[]; workspaces?: [string, string][]; left?: number;
}
interface Site {
  recent: { added(list: RecentRun[], one: RecentRun): RecentRun[]; read(text: string | null): RecentRun[]; list(): RecentRun[] };
  found(folder: string, index: FoundIndex): void;
  palette: { matching(hits: Hit[], text: string): Hit[]; hitsOf(all: Map<string, FoundIndex>, root: string, here: string): Hit[]; open(): Promise<void> };
  help: { keys: [string, string, [string, string][]][]; open(): void };
}
