import { find, on } from "./dom";

const GAP = 4;
const EDGE = 8;
let lastPressed: HTMLElement | null = null;

document.addEventListener("pointerdown", (event) => (lastPressed = event.target instanceof HTMLElement ? event.target : null), true);

/** Puts a popover under its button, or above it where there is no room. */
export function placeAt(popover: HTMLElement, anchor: HTMLElement): void {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const fitsBelow = box.bottom + GAP + height <= innerHeight - EDGE;
  const top = fitsBelow || box.top - GAP - height < EDGE ? Math.min(box.bottom + GAP, Math.max(EDGE, innerHeight - height - EDGE)) : box.top - GAP - height;
  const start = box.left + width > innerWidth - EDGE ? box.right - width : box.left;
  popover.style.top = `${top}px`;
  popover.style.left = `${Math.max(EDGE, Math.min(start, innerWidth - width - EDGE))}px`;
}

function invoker(popover: HTMLElement): HTMLElement | null {
  const selector = `[popovertarget="${CSS.escape(popover.id)}"]`;
  const pressed = lastPressed?.closest<HTMLElement>(selector);
  const focused = document.activeElement?.closest<HTMLElement>(selector) ?? null;
  return pressed?.isConnected ? pressed : (focused ?? find(selector));
}

// Toggle events do not bubble; capturing sees them all the same.
document.addEventListener(
  "toggle",
  (event) => {
    const popover = event.target;
    if (!(popover instanceof HTMLElement) || !popover.matches(".menu")) return;
    const anchor = invoker(popover);
    const open = (event as ToggleEvent).newState === "open";
    anchor?.setAttribute("aria-expanded", String(open));
    if (!open) return;
    if (anchor) placeAt(popover, anchor);
    popover.dispatchEvent(new CustomEvent("reveal"));
  },
  true,
);

/** Arrow keys inside menus. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const menu = document.activeElement?.closest<HTMLElement>(".menu:popover-open, .picker:popover-open");
  const within = menu ?? find(".menu:popover-open");
  if (!within) return;
  const items = [...within.querySelectorAll<HTMLElement>(".menu-item:not([hidden]), .seg")].filter((item) => item.offsetParent !== null);
  const inputs = items.map((item) => (item instanceof HTMLLabelElement ? (item.control ?? item) : item));
  if (!inputs.length) return;
  event.preventDefault();
  const at = inputs.findIndex((item) => item === document.activeElement);
  const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? inputs.length - 1 : at - 1;
  inputs[(next + inputs.length) % inputs.length]?.focus();
});

on("click", "[data-dialog-close]", (button) => button.closest("dialog")?.close());
// A click on the veil closes, as it does for popovers.
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.matches(".palette, .keys")) event.target.close();
});
on("submit", "[data-close-popover]", (form) => {
  const popover = form.closest<HTMLElement>("[popover]");
  setTimeout(() => popover?.matches(":popover-open") && popover.hidePopover());
});
