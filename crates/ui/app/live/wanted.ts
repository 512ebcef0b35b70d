import { isMenuOpen, refreshBoard } from "./board";
import { isBusy } from "./busy";
import { byOthers } from "./mark";
import { refreshItem, type Outcome } from "./item";
import { isFiltered, openedItem, partsOf, viewedBoard } from "./shown";
import type { Told } from "./told";

/* What is to be asked for again: each item once however often it changed, a few at a time. */

const GATHER_MS = 50;
/** Everybody who looks on hears of a change at once; they need not all ask in the same moment. */
const SPREAD_MS = 250;
const BUSY_MS = 250;
const LATER_MS = 3_000;
const AT_ONCE = 3;
/** More than these are one question: how the board is now. */
const MANY = 20;

const items = new Map<string, Told[]>();
const underWay = new Set<string>();
let board: Told[] | null = null;
let asksBoard = false;
let timer = 0;
let due = 0;

export function wantItem(id: string, told?: Told): void {
  items.set(id, [...(items.get(id) ?? []), ...(told ? [told] : [])]);
  soon(GATHER_MS + spread(told));
}

export function wantBoard(told?: Told): void {
  board = [...(board ?? []), ...(told ? [told] : [])];
  soon(GATHER_MS + spread(told));
}

function spread(told?: Told): number {
  return told && byOthers([told]) ? Math.random() * SPREAD_MS : 0;
}

/** The earliest of what was asked for counts. */
export function soon(after = GATHER_MS): void {
  const at = performance.now() + after;
  if (timer && due <= at) return;
  clearTimeout(timer);
  due = at;
  timer = window.setTimeout(() => {
    timer = 0;
    run();
  }, after);
}

function run(): void {
  if (!items.size && !board) return;
  // Becoming visible runs it again.
  if (document.hidden) return;
  if (isBusy()) return soon(BUSY_MS);
  if (items.size > MANY && viewedBoard()) gather();
  if (board && !asksBoard) void askBoard();
  for (const [id, told] of items) {
    if (underWay.size >= AT_ONCE) break;
    if (!underWay.has(id)) void askItem(id, told);
  }
}

/** Many changes at once: the board says it all, but for the panel. */
function gather(): void {
  const opened = openedItem()?.dataset["item"];
  board = [...(board ?? []), ...[...items.values()].flat()];
  for (const id of [...items.keys()]) if (id !== opened) items.delete(id);
}

async function askBoard(): Promise<void> {
  if (isMenuOpen()) return soon(BUSY_MS);
  const told = board ?? [];
  board = null;
  asksBoard = true;
  const outcome = await refreshBoard(told).catch(() => "done" as const);
  asksBoard = false;
  if (outcome !== "done") board = [...told, ...(board ?? [])];
  goOn(outcome);
}

async function askItem(id: string, told: Told[]): Promise<void> {
  items.delete(id);
  if (isFiltered() && openedItem()?.dataset["item"] !== id) return;
  underWay.add(id);
  const outcome = await refreshItem(id, told).catch(() => "done" as const);
  underWay.delete(id);
  if (outcome === "again" || outcome === "later") items.set(id, [...told, ...(items.get(id) ?? [])]);
  if (outcome === "board") wantBoard();
  goOn(outcome);
}

function goOn(outcome: Outcome): void {
  if (items.size || board) soon(outcome === "later" ? LATER_MS * (0.5 + Math.random()) : outcome === "again" ? BUSY_MS : GATHER_MS);
}

/** Is the item on the page, or does it belong there? What only changes how it looks concerns cards that are there. */
export function concernsItem(id: string, { kind, about }: Told): boolean {
  if (partsOf(id).length) return true;
  const onBoard = about.board !== undefined && about.board === viewedBoard();
  return onBoard && kind.startsWith("item.") && (kind !== "item.updated" || isFiltered());
}
