/** What the scripts of logged media share; only for `tsc --checkJs`, never shipped to a page. */

interface BoxSet { name: string; boxes: { at: [number, number, number, number]; label: string; title: string; color: string }[] }
interface MaskSet { name: string; src: string; classes: { label: string; color: string }[] }
interface MediaItem {
  src?: string; caption?: string; note?: string; title?: string; width?: number; height?: number; link?: boolean; film?: boolean;
  frame?: string; text?: string; figure?: string; spec?: object; boxes?: BoxSet[]; masks?: MaskSet[];
}
type MediaCell = number | string | null | { src?: string; file?: string; alt: string };
interface MediaStep {
  step: number; items?: MediaItem[]; bins?: number[]; counts?: number[];
  columns?: string[]; rows?: MediaCell[][]; total?: number; src?: string;
}
interface MediaData { kind: string; name: string; plotly: string; entries: MediaStep[] }

interface Site {
  media(id: string, data: MediaData): void;
  mediaItems: {
    build(item: MediaItem, data: MediaData): HTMLElement;
    element(name: string, className?: string, text?: string): HTMLElement; address(path: string): string;
  };
  mediaTable: { build(table: MediaStep): HTMLElement };
  mediaBars: { build(all: MediaStep[], tell: (step: number) => void): { element: HTMLElement; show(): void }; path(entry: MediaStep): string };
}
