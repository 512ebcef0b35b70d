import { isCarrying } from "../board/carry";
import { find } from "../core/dom";
import { onHtmx } from "../core/htmx";
import { isKeeping } from "../core/offline";
import { changes } from "../core/request";

let formsSent = 0;

onHtmx("htmx:before:request", ({ request }) => {
  if (request.method !== "GET") formsSent += 1;
});

/** Something is in the hand, or on its way: what others did waits until that is over. */
export function isBusy(): boolean {
  if (document.hidden || isCarrying() || isKeeping() || changes.under > 0) return true;
  return find("body.is-dragging, .htmx-request") !== null;
}

/** How many changes this page has sent: an answer that is older than the last of them shows what is over. */
export function sentSoFar(): number {
  return changes.begun + formsSent;
}
