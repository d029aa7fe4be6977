/** What the scripts of the workspace share; only for `tsc --checkJs`, never shipped to a page. */

interface Summary { n: number; mean: number; sd: number; sem: number; median: number; q1: number; q3: number; min: number; max: number }
interface Effect { difference: number; low: number; high: number; g: number; n: number; m: number; isFew: boolean }
type Centre = "mean" | "median";
type Band = "sd" | "sem" | "minmax" | "quartiles" | "bootstrap" | "none";
/** Runs that share a value, by their positions in page.runs; `path` names the group among all others. */
interface Group { path: string; column: ColumnData; value: CellValue; label: string; positions: number[]; inner: Group[] }
interface Leaf { path: string; name: string; positions: number[] }

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
    leaves(groups: Group[], names?: string[]): Leaf[];
    allButSeed(columns: ColumnData[]): string[];
    isRepeat(key: string): boolean;
  };
}
