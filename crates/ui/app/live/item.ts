import { placeOf } from "../board/move";
import { find } from "../core/dom";
import { applyPartials } from "../core/htmx";
import { ask, request } from "../core/request";
import { toast } from "../core/toast";
import { say } from "../core/words";
import { closeIfGone } from "../pages/panel";
import { isBusy, sentSoFar } from "./busy";
import { keepEarlier } from "./earlier";
import { byOthers, flash, tellOf } from "./mark";
import { leave, readStanding, settleAt, type Standing } from "./place";
import { isFiltered, openedItem, partsOf, placedItem, titleOf, viewedBoard } from "./shown";
import type { Told } from "./told";
import { hasPlaceFor, holdSkipped, holdTyped, typedIn } from "./typed";

/** `again`: this page did something meanwhile. `later`: the server could not answer. `board`: ask for all of it. */
export type Outcome = "done" | "again" | "later" | "board";

interface Task {
  target: Element | null;
  fragment: DocumentFragment;
  swapSpec: { style?: string };
}

/** Shows an item as it is now, wherever it is on the page. */
export async function refreshItem(id: string, told: Told[]): Promise<Outcome> {
  const sent = sentSoFar();
  const answer = await ask(request("GET", `/items/${id}/live`));
  if (answer.kind === "unreachable") return "later";
  if (isBusy() || sentSoFar() !== sent) return "again";
  if (answer.kind === "ok") {
    await show(id, answer.text, told);
    return "done";
  }
  const { status } = answer.problem;
  if (status === 404) return gone(id, told);
  return status === 429 || status >= 500 ? "later" : "done";
}

async function show(id: string, text: string, told: Told[]): Promise<void> {
  const standing = readStanding(text);
  if (!standing) return;
  const title = titleOf(partsOf(id)[0]);
  const had = placedItem(id);
  const from = had && placeOf(had);
  const isEdited = had !== null && typedIn(had).length > 0;
  const isShelved = document.getElementById(`archived-${id}`) !== null;
  const whole = isShelved || (standing.board === viewedBoard() && !isFiltered());
  await keepingFocus(() => swap(id, text, whole));
  if (!isEdited) standOnBoard(id, standing);
  for (const part of partsOf(id)) holdSkipped(part, id);
  if (!byOthers(told)) return;
  const placed = placedItem(id);
  const to = placed && placeOf(placed);
  if (placed) flash(placed);
  const moved = from?.list !== to?.list || from?.next !== to?.next;
  tellOf(id, titleOf(partsOf(id)[0]) || title, told, placed, moved);
}

/** Brings card or row where they belong, or off the page. */
function standOnBoard(id: string, standing: Standing): void {
  const placed = placedItem(id);
  if (!placed || isFiltered()) return;
  if (standing.board === viewedBoard()) settleAt(placed, standing);
  else leave(placed, true);
}

/** Puts the answer in; of an item that is not of the shown board, or is filtered, only its panel. */
async function swap(id: string, text: string, whole: boolean): Promise<void> {
  const choose = (event: Event): void => {
    const { tasks } = (event as CustomEvent<{ tasks: Task[] }>).detail;
    tasks.splice(0, tasks.length, ...tasks.filter((task) => isWanted(task, id, whole)));
  };
  document.addEventListener("htmx:before:swap", choose, true);
  // The event is a part of this call, not of what it waits for.
  const done = applyPartials(text);
  document.removeEventListener("htmx:before:swap", choose, true);
  await done;
}

function isWanted({ target, fragment, swapSpec }: Task, id: string, whole: boolean): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isPanel = target.id === `item-${id}`;
  if (isPanel) keepEarlier(target, fragment);
  const takesAway = isPanel ? !hasPlaceFor(target, fragment) : swapSpec.style === "delete" && typedIn(target).length > 0;
  if (takesAway) holdTyped(target, id);
  return !takesAway && (isPanel || whole);
}

/** Whoever is somewhere stays there: moving an element takes its focus away. */
async function keepingFocus(change: () => Promise<void>): Promise<void> {
  const focused = document.activeElement;
  const item = focused?.closest<HTMLElement>("#view [data-item]");
  const beside = [item?.nextElementSibling, item?.previousElementSibling].find((other) => other?.matches("[data-item]"));
  await change();
  if (!(focused instanceof HTMLElement) || document.activeElement === focused || focused === document.body) return;
  if (focused.isConnected) focused.focus({ preventScroll: true });
  else if (beside && document.activeElement === document.body) find("[data-open]", beside)?.focus({ preventScroll: true });
}

/** It is in the trash, or was never this workspace's. */
function gone(id: string, told: Told[]): Outcome {
  const placed = placedItem(id);
  const title = titleOf(partsOf(id)[0]);
  if (placed && typedIn(placed).length) holdTyped(placed, id);
  else if (placed) leave(placed, !isFiltered());
  document.getElementById(`archived-${id}`)?.remove();
  const opened = openedItem();
  if (opened?.dataset["item"] === id) {
    if (typedIn(opened).length) toast(say("live-kept", title), { error: true });
    else if (opened.closest("#panel")) opened.remove();
    else toast(say("gone"), { error: true });
    closeIfGone();
  }
  if (byOthers(told) && title) tellOf(id, title, told, null, false);
  const knowsCounts = placed !== null || !byOthers(told) || !viewedBoard();
  return knowsCounts ? "done" : "board";
}
