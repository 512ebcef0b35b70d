import { roveTabs } from "../board/focus";
import { drawSelection } from "../board/select";
import { countChange, put } from "../board/move";
import { all, find } from "../core/dom";
import { placedItem } from "./shown";

/** Where an item stands, as the server says it. */
export interface Standing {
  board: string;
  group: string;
  /** The item before it; none puts it first. */
  after: string | undefined;
}

export function readStanding(text: string): Standing | null {
  const template = document.createElement("template");
  template.innerHTML = text.slice(0, text.indexOf("<hx-partial"));
  const { ofBoard: board, ofGroup: group, after } = find("[data-place]", template.content)?.dataset ?? {};
  return board && group ? { board, group, after } : null;
}

/** Puts a card or row between its neighbours. */
export function settleAt(item: HTMLElement, { group, after }: Standing): void {
  const list = find(`#view [data-cards="${CSS.escape(group)}"]`);
  const before = after ? placedItem(after) : null;
  // Behind what is loaded so far; it comes with the rest.
  if (!list || (after && !before && find(":scope > .more", list))) return leave(item);
  const others = all(":scope > [data-item]", list).filter((other) => other !== item);
  // A neighbour that is not there yet, or no longer, is about to come or go itself.
  const at = !after ? 0 : before?.parentElement === list ? others.indexOf(before) + 1 : others.length;
  const isThere = item.parentElement === list && all(":scope > [data-item]", list).indexOf(item) === at;
  if (isThere && !comesAfterEnd(item)) return;
  put(item, { list, next: others[at] ?? null });
  roveTabs();
}

/** A new one is put in at the very end, where more is loaded or typed in. */
function comesAfterEnd(item: HTMLElement): boolean {
  return item.previousElementSibling?.matches(".more, .grid-quick") === true;
}

/** Takes a card or row off the page; whoever was on it goes on beside it. */
export function leave(item: HTMLElement, counted = false): void {
  const list = item.closest<HTMLElement>("[data-cards]");
  const beside = [item.nextElementSibling, item.previousElementSibling].find((other) => other?.matches("[data-item]"));
  const hadFocus = item.contains(document.activeElement);
  item.remove();
  if (counted && list) countChange(list, -1);
  drawSelection();
  roveTabs();
  if (hadFocus && beside) find("[data-open]", beside)?.focus({ preventScroll: true });
}
