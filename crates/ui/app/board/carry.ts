import { all, find } from "../core/dom";
import { announce } from "../core/live";
import { say } from "../core/words";
import { commitMove, describe, nameOf, placeOf, put, type Place } from "./move";

/* The keyboard's drag and drop: m lifts, arrows carry, Enter drops, Escape puts back. */

let carried: { item: HTMLElement; from: Place } | null = null;

export function isCarrying(): boolean {
  return carried !== null;
}

export function carry(item: HTMLElement): boolean {
  const from = placeOf(item);
  if (!from) return false;
  carried = { item, from };
  item.classList.add("is-lifted");
  announce(`${say("move-start", titleOf(item))} ${describe(item)}`);
  return true;
}

function titleOf(item: HTMLElement): string {
  return find("[data-open]", item)?.textContent?.trim() ?? "";
}

function shift(way: "up" | "down" | "left" | "right"): void {
  if (!carried) return;
  const { item } = carried;
  const list = item.closest<HTMLElement>("[data-cards]");
  if (!list) return;
  if (way === "up" || way === "down") {
    const sibling = way === "up" ? item.previousElementSibling : item.nextElementSibling;
    if (sibling instanceof HTMLElement && sibling.dataset["item"]) put(item, { list, next: way === "up" ? sibling : sibling.nextElementSibling });
    else if (list.matches("tbody")) toList(item, list, way === "up" ? -1 : 1);
  } else {
    toList(item, list, way === "left" ? -1 : 1);
  }
  find("[data-open]", item)?.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest", inline: "nearest" });
  announce(describe(item));
}

function toList(item: HTMLElement, list: HTMLElement, by: number): void {
  const lists = all("[data-cards]");
  const next = lists[lists.indexOf(list) + by];
  if (!next) return;
  const index = [...list.querySelectorAll("[data-item]")].indexOf(item);
  const items = [...next.querySelectorAll("[data-item]")];
  const before = next.matches("tbody") ? (by > 0 ? items[0] : null) : items[Math.min(index, items.length)];
  put(item, { list: next, next: before ?? null });
}

function drop(keep: boolean): void {
  if (!carried) return;
  const { item, from } = carried;
  carried = null;
  item.classList.remove("is-lifted");
  const list = item.closest<HTMLElement>("[data-cards]");
  if (keep) {
    announce(say("move-done", list ? `${describe(item)}` : nameOf(from.list)));
    void commitMove(item, from);
  } else {
    put(item, from);
    announce(say("move-back"));
  }
  find("[data-open]", item)?.focus();
}

const WAYS = { ArrowUp: "up", k: "up", ArrowDown: "down", j: "down", ArrowLeft: "left", ArrowRight: "right" } as const;

document.addEventListener(
  "keydown",
  (event) => {
    if (!carried) return;
    event.preventDefault();
    event.stopPropagation();
    const way = WAYS[event.key as keyof typeof WAYS];
    if (way) shift(way);
    else if (event.key === "Enter" || event.key === " " || event.key === "m") drop(true);
    else if (event.key === "Escape") drop(false);
  },
  true,
);
// Pressing anywhere ends it where it stands.
document.addEventListener("pointerdown", () => drop(true));
