import { all, find, on } from "../core/dom";
import { applyInto } from "../core/htmx";
import { lost } from "../core/offline";
import { refuse } from "../core/refuse";
import { ask, request } from "../core/request";

/** Narrower than this an item is a page of its own. */
const PANEL_FROM = 760;
const SKELETON_AFTER_MS = 150;
const listTitle = document.title;
let shown = "";

export function isPanelOpen(): boolean {
  return shown !== "";
}

/** Opens an item beside the list; `push` makes a step in history. */
export async function openPanel(url: string, push = true): Promise<void> {
  const panel = find("#panel");
  if (!panel || innerWidth <= PANEL_FROM) return location.assign(url);
  if (push) {
    if (shown) history.replaceState({ panel: url }, "", url);
    else history.pushState({ panel: url }, "", url);
  }
  shown = url;
  mark();
  const waiting = setTimeout(() => skeleton(panel), panel.hidden ? SKELETON_AFTER_MS : 1000);
  const answer = await ask(request("GET", url));
  clearTimeout(waiting);
  if (shown !== url) return;
  if (answer.kind === "ok") {
    panel.hidden = false;
    await applyInto(panel, answer.text);
    find(".card.is-open")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    document.title = `${find(".panel-key", panel)?.textContent ?? ""} ${find(".item-heading", panel)?.textContent?.trim() ?? ""} · Trackhold`;
    return;
  }
  hidePanel();
  if (push) history.back();
  if (answer.kind === "refused") refuse(answer.problem, null, () => void openPanel(url));
  else lost();
}

/** Whoever opened it by keyboard goes on in it; Escape leads back to the card. */
function focusPanel(): void {
  const panel = find("#panel");
  if (panel && !panel.hidden) panel.focus({ preventScroll: true });
}

function skeleton(panel: HTMLElement): void {
  panel.innerHTML = '<div class="panel-head"></div><div class="panel-body"><div class="skeleton-rows" aria-hidden="true"><span></span><span></span><span></span></div></div>';
  panel.hidden = false;
}

export function closePanel(): void {
  if (!shown) return;
  if ((history.state as { panel?: string } | null)?.panel) history.back();
  else hidePanel();
}

function hidePanel(): void {
  const panel = find("#panel");
  const link = shown ? find(`[data-open][href="${CSS.escape(shown)}"]`) : null;
  const hadFocus = panel?.contains(document.activeElement) || document.activeElement === document.body;
  shown = "";
  if (panel) {
    panel.hidden = true;
    panel.replaceChildren();
  }
  document.title = listTitle;
  mark();
  if (hadFocus) link?.focus();
}

/** Shows in the list which item is open; closes the panel when its item is gone. */
export function mark(): void {
  for (const element of all(".is-open")) element.classList.remove("is-open");
  if (!shown) return;
  find(`[data-open][href="${CSS.escape(shown)}"]`)?.closest("[data-item]")?.classList.add("is-open");
}

export function closeIfGone(): void {
  const panel = find("#panel");
  if (shown && panel && !panel.hidden && find(".panel-head .panel-key", panel) && !find(".item", panel)) closePanel();
}

on("click", "a[data-open]", (link, event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0 || !find("#panel")) return;
  if (innerWidth <= PANEL_FROM) return;
  event.preventDefault();
  const byKeyboard = event.detail === 0;
  void openPanel(link.getAttribute("href") ?? "").then(() => byKeyboard && focusPanel());
});
on("click", "[data-panel-close]", closePanel);

window.addEventListener("popstate", (event) => {
  const url = (event.state as { panel?: string } | null)?.panel;
  if (url) void openPanel(url, false);
  else if (shown) hidePanel();
});
