import { describe } from "../board/move";
import { meta } from "../core/dom";
import { announce } from "../core/live";
import { say } from "../core/words";
import type { Told } from "./told";

/* What others changed is seen for a moment, and heard once. */

const FLASH_MS = 1_700;
const GATHER_MS = 500;
const MOST = 3;
const me = meta("person");
const sentences = new Map<string, string>();
let timer = 0;

export function byOthers(all: Told[]): boolean {
  return all.some(({ actor }) => actor === null || actor !== me);
}

export function flash(part: HTMLElement): void {
  part.classList.add("flash");
  setTimeout(() => part.classList.remove("flash"), FLASH_MS);
}

/** `part` is the item's card or row, when it has one on this page. */
export function tellOf(id: string, title: string, all: Told[], part: HTMLElement | null, moved: boolean): void {
  if (!title) return;
  const kinds = all.map(({ kind }) => kind);
  const place = part && describe(part);
  if (kinds.includes("item.archived") || kinds.includes("item.deleted")) hear(id, say("live-gone", title));
  else if (kinds.includes("item.created") || kinds.includes("item.restored")) hear(id, say("live-new", title));
  else if (moved && place) hear(id, `${say("live-moved", title)} ${place}`);
  else if (kinds.includes("update.created")) hear(id, say("live-update", title));
  else if (!kinds.every((kind) => kind === "item.moved")) hear(id, say("live-changed", title));
}

function hear(id: string, sentence: string): void {
  sentences.set(id, sentence);
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const heard = [...sentences.values()];
    sentences.clear();
    announce(heard.length > MOST ? say("live-many", heard.length) : heard.join(" "));
  }, GATHER_MS);
}
