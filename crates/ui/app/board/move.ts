import { all, find } from "../core/dom";
import { announce } from "../core/live";
import { send } from "../core/send";
import { toast } from "../core/toast";
import { say } from "../core/words";

/** A place in the page: in which list, before which item (none: at the end). */
export interface Place {
  list: HTMLElement;
  next: Element | null;
}

export function placeOf(item: HTMLElement): Place | null {
  const list = item.closest<HTMLElement>("[data-cards]");
  return list ? { list, next: item.nextElementSibling } : null;
}

export function put(item: HTMLElement, place: Place): void {
  const next = place.next?.parentElement === place.list ? place.next : find(".more, .grid-quick", place.list);
  const focused = item.contains(document.activeElement) ? document.activeElement : null;
  place.list.insertBefore(item, next);
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
}

/** Where it stands now, in words: `3 of 8 in Doing`. */
export function describe(item: HTMLElement): string {
  const list = item.closest<HTMLElement>("[data-cards]");
  if (!list) return "";
  const siblings = [...list.querySelectorAll("[data-item]")];
  return `${say("place", siblings.indexOf(item) + 1)} ${siblings.length} ${say("in")} ${nameOf(list)}`;
}

export function nameOf(list: HTMLElement): string {
  return list.closest<HTMLElement>("[data-name]")?.dataset["name"] ?? "";
}

/**
 * Tells the server where an item now stands. The page shows it there already; if the server refuses,
 * the item goes back to `from` and the reason is said.
 */
export async function commitMove(item: HTMLElement, from: Place, undoable = true): Promise<void> {
  const to = placeOf(item);
  if (!to || (to.list === from.list && to.next === from.next)) return;
  const crossed = to.list !== from.list;
  if (crossed) {
    countChange(from.list, -1);
    countChange(to.list, 1);
    item.dataset["groupId"] = to.list.dataset["cards"] ?? "";
  }
  const back = (): void => {
    put(item, from);
    item.dataset["groupId"] = from.list.dataset["cards"] ?? "";
    if (!crossed) return;
    countChange(from.list, 1);
    countChange(to.list, -1);
  };
  const sent = await send(`${address(item)}/move`, moveFields(item, to.list), { source: item, onRefused: back });
  if (sent !== "done" || !crossed || !undoable) return;
  const undo = (): void => {
    const here = placeOf(item);
    const live = document.getElementById(item.id);
    if (!live || !here) return;
    put(live, from);
    void commitMove(live, here, false);
  };
  toast(say("moved", nameOf(to.list)), { action: { name: say("undo"), run: undo } });
}

function address(item: HTMLElement): string {
  return `/items/${item.dataset["item"] ?? ""}`;
}

function moveFields(item: HTMLElement, list: HTMLElement): Record<string, string> {
  const fields: Record<string, string> = { group_id: list.dataset["cards"] ?? "" };
  const before = item.previousElementSibling;
  const after = item.nextElementSibling;
  if (before instanceof HTMLElement && before.dataset["item"]) fields["after"] = before.dataset["item"];
  else if (after instanceof HTMLElement && after.dataset["item"]) fields["before"] = after.dataset["item"];
  return fields;
}

/** The count in a group's head, until the server sends the true one. */
export function countChange(list: HTMLElement, by: number): void {
  const badge = document.getElementById(`count-${list.dataset["cards"] ?? ""}`);
  const shown = badge && find(".count-now", badge);
  if (!badge || !shown) return;
  const now = Number(badge.dataset["count"]) + by;
  badge.dataset["count"] = String(now);
  shown.textContent = String(now);
  const limit = Number(badge.dataset["limit"]);
  badge.classList.toggle("is-over", limit > 0 && now > limit);
}

/** Moves an item to the end of another group. */
export function moveToGroup(item: HTMLElement, group: string, undoable = true): Promise<void> {
  const list = find(`[data-cards="${CSS.escape(group)}"]`);
  const from = placeOf(item);
  if (!list || !from || list === from.list) return Promise.resolve();
  put(item, { list, next: null });
  announce(say("moved", nameOf(list)));
  return commitMove(item, from, undoable);
}

/** After an answer: an item whose group has changed elsewhere goes to the end of its new group. */
export function reconcile(): void {
  for (const list of all("#view [data-cards]")) {
    const strangers = `:scope > [data-group-id]:not([data-group-id="${CSS.escape(list.dataset["cards"] ?? "")}"], .is-landing, .is-lifted)`;
    for (const item of all(strangers, list)) {
      const right = find(`[data-cards="${CSS.escape(item.dataset["groupId"] ?? "")}"]`);
      if (right) put(item, { list: right, next: null });
    }
  }
}
