import type Sortable from "sortablejs";
import { all, find } from "../core/dom";
import { commitMove, type Place } from "./move";

const sortables = new WeakMap<HTMLElement, Sortable>();
const HOLD_MS = 180;

/** Makes the lists of a board draggable, with a mouse and by touch. Loaded only where there is a board. */
export async function prepareDrag(): Promise<void> {
  if (!find("[data-sortable]")) return;
  const { default: Library, AutoScroll } = await load();
  if (!mounted) {
    Library.mount(new AutoScroll());
    mounted = true;
  }
  for (const list of all("[data-sortable] [data-cards]")) {
    if (sortables.has(list)) continue;
    sortables.set(list, Library.create(list, options()));
  }
}

let mounted = false;

async function load(): Promise<{ default: typeof Sortable; AutoScroll: new () => never }> {
  const module: unknown = await import("sortablejs/modular/sortable.core.esm.js");
  return module as { default: typeof Sortable; AutoScroll: new () => never };
}

function options(): Sortable.Options {
  let from: Place | null = null;
  return {
    group: "items",
    draggable: ".card",
    filter: ".more, .is-pending",
    preventOnFilter: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    delay: HOLD_MS,
    delayOnTouchOnly: true,
    touchStartThreshold: 5,
    ghostClass: "is-landing",
    dragClass: "is-dragged",
    scroll: true,
    bubbleScroll: true,
    scrollSensitivity: 60,
    scrollSpeed: 14,
    onStart: ({ item, from: list }) => {
      document.body.classList.add("is-dragging");
      from = { list, next: item.nextElementSibling };
    },
    onEnd: ({ item }) => {
      document.body.classList.remove("is-dragging");
      if (from) void commitMove(item, from);
      from = null;
    },
  };
}
