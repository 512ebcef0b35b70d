import { all, find } from "../core/dom";

/* What is on the page. */

/** The board whose cards or rows are shown. */
export function viewedBoard(): string | null {
  return find("#view[data-board]")?.dataset["board"] ?? null;
}

/** The same, or the one that an item's page belongs to. */
export function shownBoard(): string | null {
  return viewedBoard() ?? crumb("/boards/");
}

export function shownProject(): string | null {
  return crumb("/projects/");
}

function crumb(path: string): string | null {
  return find(`.crumbs a[href^="${path}"]`)?.getAttribute("href")?.slice(path.length) ?? null;
}

/** The item in the panel or on its own page. */
export function openedItem(): HTMLElement | null {
  return find("article.item[data-item]");
}

/** The item's card or row. */
export function placedItem(id: string): HTMLElement | null {
  return document.getElementById(`card-${id}`) ?? document.getElementById(`row-${id}`);
}

/** Everything on the page that shows the item. */
export function partsOf(id: string): HTMLElement[] {
  return ["card", "row", "archived", "item"].flatMap((part) => document.getElementById(`${part}-${id}`) ?? []);
}

export function titleOf(part: HTMLElement | null | undefined): string {
  if (!part) return "";
  const field = find<HTMLTextAreaElement>("textarea.item-title", part);
  return field?.defaultValue ?? find(".item-title, [data-open]", part)?.textContent?.trim() ?? "";
}

/** Does a filter hide some of the board's items? */
export function isFiltered(): boolean {
  return filterFields().size > 0;
}

/** Where the board comes from as it is shown now; an opened panel has an address of its own. */
export function shownAddress(): string {
  const query = filterFields().toString();
  const path = find<HTMLFormElement>("#filter")?.getAttribute("action") ?? location.pathname;
  return query ? `${path}?${query}` : path;
}

function filterFields(): URLSearchParams {
  const fields = new URLSearchParams();
  const form = find<HTMLFormElement>("#filter");
  for (const [name, value] of form ? new FormData(form) : []) {
    if (typeof value === "string" && value.trim()) fields.append(name, value);
  }
  return fields;
}

export function lists(root: ParentNode = document): HTMLElement[] {
  return all("#view [data-cards]", root);
}
