import { all } from "../core/dom";
import { beforeMorph } from "../core/htmx";

/* What a person is writing is theirs: no answer changes its text, its marks or where it stands. */

type Field = HTMLInputElement | HTMLTextAreaElement;

const NO_TEXT = ["checkbox", "radio", "button", "submit", "hidden", "file"];
const SKIPPED = "[hx-morph-skip]";
const LOOK_MS = 400;
/** What was left as it is, and the item to look at once more when it is left. */
const held = new Map<Element, string>();
let release = (_item: string): void => undefined;
let timer = 0;

/** In the middle of it, or written and not saved. */
export function isTyped(node: Node): node is Field {
  const isField = node instanceof HTMLTextAreaElement || (node instanceof HTMLInputElement && !NO_TEXT.includes(node.type));
  if (!isField || node.closest("[hidden]")) return false;
  return node === document.activeElement || node.value !== node.defaultValue;
}

/** The fields in this part that are being written in, and the places that are open for it. */
export function typedIn(part: ParentNode): Element[] {
  return [...all("input, textarea", part).filter(isTyped), ...all(SKIPPED, part)];
}

/** True when the answer has a place for everything that is being written in this part. */
export function hasPlaceFor(part: HTMLElement, fresh: ParentNode): boolean {
  return typedIn(part).every((element) => {
    const id = element.closest("[id]")?.id;
    return id === undefined || fresh.querySelector(`[id="${CSS.escape(id)}"]`) !== null;
  });
}

/** Looks at the item once more when nothing in this part is being written any longer. */
export function holdTyped(part: ParentNode, item: string): void {
  for (const element of typedIn(part)) hold(element, item);
}

/** The same for places that htmx passes over; fields that differ are held where they are passed over. */
export function holdSkipped(part: ParentNode, item: string): void {
  for (const element of all(SKIPPED, part)) hold(element, item);
}

export function onRelease(look: (item: string) => void): void {
  release = look;
}

function hold(element: Element, item: string): void {
  held.set(element, item);
  timer ||= window.setInterval(letGo, LOOK_MS);
}

function letGo(): void {
  for (const [element, item] of held) {
    if (element.isConnected && (element.matches(SKIPPED) || isTyped(element))) continue;
    held.delete(element);
    release(item);
  }
  if (held.size) return;
  clearInterval(timer);
  timer = 0;
}

// htmx would spare the focus and the marks, and neither the text that is not changed yet nor what was left half-written.
beforeMorph("typed", (old, fresh) => {
  if (!isTyped(old)) return true;
  const item = old.closest<HTMLElement>("[data-item]")?.dataset["item"];
  const differs = (fresh as Field).defaultValue !== old.defaultValue;
  if (item && differs) hold(old, item);
  return false;
});
