import { all, find, on } from "../core/dom";
import { currentItem } from "./focus";
import { moveToGroup } from "./move";

/* Columns: folding, which this browser remembers, and adding. */

const MEMORY = "trackhold.folded";

function remembered(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(MEMORY) ?? "[]");
    return Array.isArray(value) ? value.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

function fold(group: HTMLElement, folded: boolean): void {
  group.classList.toggle("is-folded", folded);
  find("[data-fold]", group)?.setAttribute("aria-expanded", String(!folded));
}

export function foldRemembered(): void {
  const ids = remembered();
  for (const group of all(".board .group[data-group]")) if (ids.includes(group.dataset["group"] ?? "")) fold(group, true);
}

function toggle(group: HTMLElement): void {
  const id = group.dataset["group"] ?? "";
  const folded = !group.classList.contains("is-folded");
  fold(group, folded);
  const ids = remembered().filter((other) => other !== id);
  localStorage.setItem(MEMORY, JSON.stringify(folded ? [...ids, id] : ids));
}

on("click", "[data-fold]", (button) => {
  const group = button.closest<HTMLElement>(".group");
  if (group) toggle(group);
});
on("click", ".group.is-folded .group-head", (head, event) => {
  if (event.target instanceof Element && event.target.closest("[data-fold]")) return;
  const group = head.closest<HTMLElement>(".group");
  if (group) toggle(group);
});

function focusQuick(group: string | undefined): void {
  const field = group ? document.getElementById(`quick-title-${group}`) : find(".quick-input");
  field?.scrollIntoView({ block: "nearest", inline: "nearest" });
  field?.focus();
}

on("click", "[data-add-to]", (button) => focusQuick(button.dataset["addTo"]));
/** New item: in the column one is in, else in the first. */
on("click", "[data-new-item]", () => focusQuick(currentItem()?.closest<HTMLElement>("[data-cards]")?.dataset["cards"]));

/** From the picker of groups: the same move as dragging, when the item is on the page. */
on(
  "submit",
  ".pick",
  (form, event) => {
    const option = (event as SubmitEvent).submitter;
    if (!(option instanceof HTMLButtonElement) || !option.dataset["moveItem"]) return;
    const item = find(`#card-${option.dataset["moveItem"]}, #row-${option.dataset["moveItem"]}`);
    if (!item) return;
    event.preventDefault();
    event.stopPropagation();
    form.closest<HTMLElement>("[popover]")?.hidePopover();
    void moveToGroup(item, option.value);
  },
  { capture: true },
);
