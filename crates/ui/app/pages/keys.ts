import { find, isWriting, on } from "../core/dom";
import { foldSide } from "../core/fold";
import { carry, isCarrying } from "../board/carry";
import { toggleSelected } from "../board/select";
import { currentItem, step } from "../board/focus";
import { startCellEdit } from "./edit";
import { openPalette } from "./palette";
import { openPicker } from "./picker";
import { closePanel, isPanelOpen, openPanel } from "./panel";

/** `g`, then one of these: what it clicks. */
const GO: Record<string, string> = {
  p: 'a[href="/projects"]',
  i: '.side a[href="/import"]',
  m: '.side a[href="/members"]',
  a: 'a[href="/account"]',
  k: ".tabs .tab:nth-child(1)",
  t: ".tabs .tab:nth-child(2)",
  r: ".tabs .tab:nth-child(3)",
};
const PICKS: Record<string, string> = { a: "assignees", l: "labels", d: "dates", s: "status", p: "priority" };
const GO_MS = 1200;
let going = 0;

export function openHelp(): void {
  const dialog = find<HTMLDialogElement>("#keys");
  if (dialog && !dialog.open) dialog.showModal();
}

on("click", "[data-help-open]", () => {
  find("#self-menu")?.hidePopover();
  openHelp();
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return openPalette();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (isWriting(document.activeElement) || isCarrying() || find("dialog[open], [popover]:popover-open")) return;
  if (going && performance.now() < going) {
    going = 0;
    const target = GO[event.key] ? find(GO[event.key] ?? "") : null;
    if (target) event.preventDefault();
    return target?.click();
  }
  if (command(event.key)) event.preventDefault();
});

/** True when the key meant something here. */
function command(key: string): boolean {
  switch (key) {
    case "?":
      openHelp();
      return true;
    case "/":
      return search();
    case "[":
      foldSide();
      return true;
    case "g":
      going = performance.now() + GO_MS;
      return true;
    case "c":
      return press('.tools [data-key="c"]');
    case "Escape":
      if (!isPanelOpen()) return false;
      closePanel();
      return true;
    case "j":
      return step("down");
    case "k":
      return step("up");
    // In the panel they scroll.
    case "ArrowDown":
      return !inPanel() && step("down");
    case "ArrowUp":
      return !inPanel() && step("up");
    case "ArrowLeft":
      return step("left");
    case "ArrowRight":
      return step("right");
    default:
      return onItem(key);
  }
}

function inPanel(): boolean {
  return document.activeElement?.closest("#panel") !== null;
}

function press(selector: string): boolean {
  const button = find(selector);
  button?.click();
  return button !== null;
}

function search(): boolean {
  const field = find<HTMLInputElement>("#filter-q");
  if (!field) openPalette();
  field?.focus();
  field?.select();
  return true;
}

/** Commands on the item that has the focus, else on the opened one. */
function onItem(key: string): boolean {
  const item = currentItem();
  const inPanel = document.activeElement?.closest("#panel, [data-item-page]") !== null && !item;
  if (inPanel || (!item && (isPanelOpen() || find("[data-item-page]")))) return onOpened(key);
  if (!item) return false;
  const editable = find("[data-sortable]") !== null || find("[data-select]", item) !== null;
  if (!editable) return false;
  if (key === "x") return toggleSelected(item);
  if (key === "m") return carry(item);
  if (key === "e") return editItem(item);
  const field = PICKS[key];
  const url = find("[data-open]", item)?.getAttribute("href");
  if (!field || !url) return false;
  const button = find(`[data-pick$="/${field}"]`, item);
  void openPicker(`${url}/pick/${field}`, button ?? item);
  return true;
}

function onOpened(key: string): boolean {
  if (key === "e") {
    const title = find<HTMLTextAreaElement>(".item [data-save]");
    title?.focus();
    return title !== null;
  }
  const field = PICKS[key];
  return field ? press(`.item [data-field="${field}"]`) : false;
}

function editItem(item: HTMLElement): boolean {
  if (startCellEdit(item)) return true;
  const url = find("[data-open]", item)?.getAttribute("href");
  if (!url) return false;
  void openPanel(url).then(() => find<HTMLTextAreaElement>("#panel [data-save]")?.focus());
  return true;
}
