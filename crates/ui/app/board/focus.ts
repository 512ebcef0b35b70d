import { all, find } from "../core/dom";

type Way = "up" | "down" | "left" | "right";

/** The item that has the focus, in a board or a table. */
export function currentItem(): HTMLElement | null {
  const item = document.activeElement?.closest<HTMLElement>("#view [data-item]");
  return item ?? null;
}

/** Moves the focus through cards, rows and lists. False where there is nothing to move through. */
export function step(way: Way): boolean {
  const item = currentItem() ?? find("#view .is-open");
  if (item?.matches(".card") && (way === "left" || way === "right")) return across(item, way);
  const beside = way === "down" ? item?.nextElementSibling : way === "up" ? item?.previousElementSibling : null;
  if (beside?.matches("[data-item]")) {
    focusOn(beside.querySelector<HTMLElement>("[data-open]"));
    return true;
  }
  const links = all<HTMLElement>("#view .card .card-title, #view .grid-row .row-link, [data-list] .row-link");
  if (!links.length || way === "left" || way === "right") return false;
  const scope = item?.closest(".cards");
  const within = scope ? links.filter((link) => scope.contains(link)) : links;
  const at = within.findIndex((link) => link === document.activeElement || link.closest("[data-item]") === item);
  const next = at < 0 ? 0 : at + (way === "down" ? 1 : -1);
  focusOn(within[Math.max(0, Math.min(next, within.length - 1))]);
  return true;
}

/** To the card at the same height in the next column that has cards. */
function across(item: HTMLElement, way: "left" | "right"): boolean {
  const lists = all(".group:not(.is-folded) .cards").filter((list) => find(".card", list) || list.contains(item));
  const next = lists[lists.findIndex((list) => list.contains(item)) + (way === "right" ? 1 : -1)];
  if (!next) return true;
  const top = item.getBoundingClientRect().top;
  const cards = all(".card", next);
  const nearest = cards.reduce((best, card) => (distance(card, top) < distance(best, top) ? card : best), cards[0] ?? item);
  focusOn(find(".card-title", nearest));
  return true;
}

function distance(card: HTMLElement, top: number): number {
  return Math.abs(card.getBoundingClientRect().top - top);
}

function focusOn(link: HTMLElement | null | undefined): void {
  link?.focus({ preventScroll: true });
  (link?.closest("[data-item]") ?? link)?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** One stop for Tab in each column, of any length; arrows do the rest. */
export function roveTabs(): void {
  for (const link of all("#view a.card-title:not([tabindex])")) link.tabIndex = -1;
  for (const list of all("#view .cards")) {
    const [kept, ...others] = all('a.card-title[tabindex="0"]', list);
    for (const other of others) other.tabIndex = -1;
    const first = kept ?? find("a.card-title", list);
    if (first) first.tabIndex = 0;
  }
}

document.addEventListener("focusin", (event) => {
  if (!(event.target instanceof HTMLElement) || !event.target.matches(".card-title")) return;
  const list = event.target.closest(".cards");
  if (list) for (const link of all('.card-title[tabindex="0"]', list)) link.tabIndex = -1;
  event.target.tabIndex = 0;
});
