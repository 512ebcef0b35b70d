import { all, find } from "../core/dom";
import { applyInto } from "../core/htmx";
import { ask, request } from "../core/request";
import { isBusy, sentSoFar } from "./busy";
import type { Outcome } from "./item";
import { byOthers, flash, tellOf } from "./mark";
import { lists, placedItem, shownAddress, titleOf } from "./shown";
import { itemOf, type Told } from "./told";
import { hasPlaceFor } from "./typed";

/** Requests for what was loaded by scrolling, at most. */
const MOST_PAGES = 40;

/** Shows the board as it is now, as far as it was loaded. */
export async function refreshBoard(told: Told[]): Promise<Exclude<Outcome, "board">> {
  const view = find("#view[data-board]");
  if (!view) return "done";
  const [sent, address] = [sentSoFar(), shownAddress()];
  const answer = await ask(request("GET", address));
  if (answer.kind === "unreachable") return "later";
  if (answer.kind === "refused") return answer.problem.status === 429 || answer.problem.status >= 500 ? "later" : "done";
  const page = new DOMParser().parseFromString(answer.text, "text/html");
  const fresh = find("#view", page);
  if (!fresh || !(await loadAsFar(view, page)) || !hasPlaceFor(view, fresh)) return "later";
  if (isBusy() || isMenuOpen() || sentSoFar() !== sent || shownAddress() !== address) return "again";
  const before = new Set(all("[data-item]", view).map(({ id }) => id));
  await keepingScroll(() => applyInto(view, fresh.outerHTML, "outerMorph"));
  refreshBar(page);
  for (const one of told) mark(one, before);
  return "done";
}

/** A menu would close when its column moves. */
export function isMenuOpen(): boolean {
  return find("#view :popover-open") !== null;
}

/** Adds to each list what had been loaded of it; false when that cannot be had now. */
async function loadAsFar(view: HTMLElement, page: Document): Promise<boolean> {
  let pages = 0;
  for (const list of lists(page)) {
    const shown = find(`[data-cards="${CSS.escape(list.dataset["cards"] ?? "")}"]`, view);
    const wanted = shown ? all("[data-item]", shown).length : 0;
    for (let more = find(":scope > .more", list); more && all("[data-item]", list).length < wanted; more = find(":scope > .more", list)) {
      const url = more.getAttribute("hx-get");
      pages += 1;
      if (!url || pages > MOST_PAGES) return true;
      const answer = await ask(request("GET", url));
      if (answer.kind !== "ok") return false;
      const template = document.createElement("template");
      template.innerHTML = answer.text;
      more.replaceWith(template.content);
    }
  }
  return true;
}

/** Columns that change their order lose how far they were scrolled, in some browsers. */
async function keepingScroll(change: () => Promise<void>): Promise<void> {
  const tops = lists().map((list) => [list, list.scrollTop] as const);
  await change();
  for (const [list, top] of tops) if (list.scrollTop !== top) list.scrollTop = top;
}

/** Names, counts and choices in the bar above the board. */
function refreshBar(page: Document): void {
  for (const selector of [".crumbs", "#archived-count", "#filter-menu"]) {
    const [old, fresh] = [find(selector), find(selector, page)];
    if (!old || !fresh || old.matches(":popover-open") || old.contains(document.activeElement)) continue;
    old.hidden = fresh.hidden;
    old.replaceChildren(...fresh.childNodes);
  }
}

function mark(told: Told, before: Set<string>): void {
  const id = itemOf(told);
  const placed = id && placedItem(id);
  if (!placed || !byOthers([told])) return;
  flash(placed);
  const kind = before.has(placed.id) ? told.kind : "item.created";
  tellOf(id, titleOf(placed), [{ ...told, kind }], placed, kind === "item.moved");
}
