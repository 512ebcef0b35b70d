import { meta } from "../core/dom";
import { refuse } from "../core/refuse";
import { share } from "./share";
import { isFiltered, openedItem, shownBoard, shownProject, viewedBoard } from "./shown";
import { itemOf, type Told } from "./told";
import { onRelease } from "./typed";
import { concernsItem, soon, wantBoard, wantItem } from "./wanted";

/** A page that was out of sight for longer may have slept through what it was told. */
const ASLEEP_MS = 60_000;
const workspace = meta("workspace");
let hiddenSince = 0;
let saidSignedOut = false;

function told(told: Told): void {
  const id = itemOf(told);
  if (id) itemTold(id, told);
  else if (isOfBoard(told)) whole(told);
}

function itemTold(id: string, told: Told): void {
  if (!concernsItem(id, told)) return;
  const hasBoard = viewedBoard() !== null;
  // Only the server knows what passes the filter.
  if (hasBoard && isFiltered()) wantBoard(told);
  if (!hasBoard || !isFiltered() || openedItem()?.dataset["item"] === id) wantItem(id, told);
}

function isOfBoard({ kind, resource, about }: Told): boolean {
  const [board, project] = [shownBoard(), shownProject()];
  if (kind.startsWith("label.")) return about.project !== undefined && about.project === project;
  if (kind.startsWith("project.")) return resource === project;
  return board !== null && (kind.startsWith("board.") ? resource : about.board) === board;
}

/** Everything that the page shows, anew. */
function whole(told?: Told): void {
  const id = openedItem()?.dataset["item"];
  if (viewedBoard()) wantBoard(told);
  if (id) wantItem(id);
}

function signedOut(): void {
  if (saidSignedOut) return;
  saidSignedOut = true;
  refuse({ status: 401, code: "unauthenticated" }, null, () => undefined);
}

if (workspace) {
  onRelease((item) => wantItem(item));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenSince = Date.now();
    else if (Date.now() - hiddenSince > ASLEEP_MS) whole();
    if (!document.hidden) soon();
  });
  window.addEventListener("pageshow", ({ persisted }) => persisted && whole());
  share(workspace, meta("events"), { told, reset: () => whole(), opened: () => (saidSignedOut = false), signedOut });
}
