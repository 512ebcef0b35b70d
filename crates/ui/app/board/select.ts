import { all, find, on } from "../core/dom";
import { announce } from "../core/live";
import { send } from "../core/send";
import { count } from "../core/words";
import { moveToGroup } from "./move";

const chosen = new Set<string>();

export function toggleSelected(item: HTMLElement): boolean {
  const id = item.dataset["item"];
  if (!id || !find("#bulk")) return false;
  if (!chosen.delete(id)) chosen.add(id);
  drawSelection();
  announce(count("selected", chosen.size));
  return true;
}

/** Shows what is selected; forgets what is gone from the page. */
export function drawSelection(): void {
  if (!chosen.size && !find("#view .is-selected")) {
    const idle = find("#bulk");
    if (idle) idle.hidden = true;
    return;
  }
  for (const id of chosen) if (!elementOf(id)) chosen.delete(id);
  for (const item of all("#view [data-item]")) {
    const on = chosen.has(item.dataset["item"] ?? "");
    item.classList.toggle("is-selected", on);
    const box = find<HTMLInputElement>("[data-select]", item);
    if (box) box.checked = on;
  }
  const bar = find("#bulk");
  const text = find("#bulk-count");
  if (!bar || !text) return;
  bar.hidden = chosen.size === 0;
  text.textContent = count("selected", chosen.size);
}

function elementOf(id: string): HTMLElement | null {
  return document.getElementById(`card-${id}`) ?? document.getElementById(`row-${id}`);
}

async function each(act: (item: HTMLElement) => Promise<unknown>): Promise<void> {
  const ids = [...chosen];
  chosen.clear();
  drawSelection();
  for (const id of ids) {
    const item = elementOf(id);
    if (item) await act(item);
  }
}

on("change", "[data-select]", (box) => {
  const item = box.closest<HTMLElement>("[data-item]");
  if (item) toggleSelected(item);
});
on("click", "[data-bulk-clear]", () => {
  chosen.clear();
  drawSelection();
});
on("click", "[data-bulk-move]", (button) => {
  button.closest<HTMLElement>("[popover]")?.hidePopover();
  void each((item) => moveToGroup(item, button.dataset["bulkMove"] ?? "", false));
});
on("click", "[data-bulk-archive]", () => void each((item) => send(`/items/${item.dataset["item"] ?? ""}/archive`, {}, { source: item })));
