/** What the scripts of the expression language share; only for `tsc --checkJs`, never shipped to a page. */

type NameKind = "metric" | "config" | "summary" | "system" | "property";
interface NameNode { type: "name"; kind: NameKind; name: string }
interface CallNode { type: "call"; function: string; arguments: ExprNode[] }
interface ComparisonNode { type: "comparison"; operators: string[]; operands: ExprNode[] }
interface MembershipNode { type: "membership"; operand: ExprNode; choices: ExprNode; negated: boolean }
interface JunctionNode { type: "junction"; operator: string; operands: ExprNode[] }
type ExprNode =
  | NameNode | CallNode | ComparisonNode | MembershipNode | JunctionNode
  | { type: "number"; value: number; unit: string }
  | { type: "text"; value: string }
  | { type: "constant"; name: string }
  | { type: "unary"; operator: string; operand: ExprNode }
  | { type: "binary"; operator: string; left: ExprNode; right: ExprNode }
  | { type: "match"; operand: ExprNode; pattern: string; negated: boolean }
  | { type: "choices"; items: ExprNode[] };
type ExprValue = number | string | boolean | null | (number | string | boolean)[];

interface NameUse { name: NameNode; start: number; end: number }
interface Expression { node: ExprNode; uses: NameUse[] }
/** The names that runs have, by kind. */
interface KnownNames { metrics: Set<string>; config: Set<string>; summary: Set<string>; system: Set<string>; tags: Set<string> }
interface Token { kind: string; text: string; start: number; end: number; value?: number; name?: NameNode }
interface FunctionWord { name: string; form: string; least: number; most: number; kind: string; help: string }

/** What is known about a run; null where it has nothing of the kind. */
interface RunEnvironment {
  /** Of a bare name, kind "metric": the metric's last value; else what the user set as summary; else a setting. */
  value(name: NameNode): ExprValue;
  /** ("min", loss, null), ("ema", loss, 0.9). */
  history(called: string, name: NameNode, parameter: number | null): ExprValue;
}
interface HistoryFold { add(step: number, value: number): void; result(): number | null }
/** Steps in rising order with the value at each, and the seconds since the run's start where known. */
interface StepCurve { steps: ArrayLike<number>; values: ArrayLike<number>; times?: ArrayLike<number> }

interface ExprCandidate { text: string; kind: string; help: string }
interface ExprCompletion { start: number; end: number; candidates: ExprCandidate[] }

interface PatternState { kind: string; ranges: Span[]; next: number; other: number }
interface PatternPart { kind: string; ranges?: Span[]; parts?: PatternPart[]; least?: number; most?: number }
interface PatternPlace { active: number[]; before: number; following: Map<number, PatternPlace | null> }

interface ExprProblem extends Error { start: number; end: number; hint: string }
interface Expressions {
  words: {
    LIMITS: { text: number; nesting: number; depth: number; window: number };
    FUNCTIONS: Map<string, FunctionWord>;
    PROPERTIES: Record<string, string>; CONSTANTS: Record<string, string>; OPERATOR_WORDS: Record<string, string>;
    SIGNS: Record<string, string>; PREFIXES: Record<string, string>; PREFIX_OF: Record<string, string>; UNITS: Record<string, number>;
  };
  /** Thrown where a text is no expression. */
  Problem: new (message: string, start: number, end: number, hint?: string) => ExprProblem;
  PatternProblem: new (message: string) => Error;
  nothing(): KnownNames;
  parse(text: string, known?: KnownNames, mustKnow?: boolean): Expression;
  format(node: ExprNode): string;
  evaluate(node: ExprNode, run: RunEnvironment): ExprValue;
  isTrue(node: ExprNode, run: RunEnvironment): boolean;
  evaluateCurve(node: ExprNode, curves: { [key: string]: StepCurve }, run: RunEnvironment): StepCurve;
  complete(text: string, cursor: number, known: KnownNames): ExprCompletion;
  makeFold(name: string, parameter: number | null): HistoryFold;
  curveKey(name: NameNode): string;
  numberOf(value: ExprValue): number | null;
  children(node: ExprNode): ExprNode[];
  tokensOf(text: string, known?: KnownNames): Token[];
  nearNames(name: string, known: Iterable<string>, limit?: number): string[];
  didYouMean(name: string, known: Iterable<string>): string;
  checkName(use: NameUse, known: KnownNames): void;
  checkArguments(known: FunctionWord, given: ExprNode[], start: number, end: number): void;
  isOfHistory(known: FunctionWord, count: number): boolean;
  secondsSince1970(text: string): number | null;
  spelled(node: NameNode): string;
  order(one: string, other: string): number;
  compilePattern(text: string): { foundIn(text: string): boolean };
  statesOf(text: string, ignoresCase: boolean): { states: PatternState[]; start: number };
  folded(letter: string): string;
  WORDS: Span[];
  levels: { LEVELS: { [operator: string]: number }; NOT: number; COMPARE: number; ADD: number; SIGN: number; POWER: number };
}

/** Loaded when first needed: `site.load.later()`. */
interface Site { expressions: Expressions }
