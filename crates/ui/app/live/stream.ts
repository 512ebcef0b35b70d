import { ask, request } from "../core/request";
import { KINDS, readTold, type Told } from "./told";

export interface Listener {
  told(told: Told): void;
  /** What happened until there cannot be told: what is shown is to be loaded anew. */
  reset(place: string): void;
  /** The server answers again. */
  opened(): void;
  signedOut(): void;
}

const ADDRESS = "/api/v1/events";
const SHORTEST_MS = 2_000;
const LONGEST_MS = 60_000;

/** Listens to what comes behind this place until the answered function is called. */
export function openStream(workspace: string, place: string, to: Listener): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  let tries = 0;
  let over = false;

  const open = (): void => {
    // While it lasts, the browser itself says where it stopped.
    const here = new EventSource(`${ADDRESS}?after=${encodeURIComponent(place)}`);
    source = here;
    here.addEventListener("open", () => {
      tries = 0;
      to.opened();
    });
    here.addEventListener("error", () => {
      // The browser tries again by itself where the connection broke; a refusal it takes for an end.
      if (here.readyState === EventSource.CLOSED) void again();
    });
    here.addEventListener("reset", ({ lastEventId }: MessageEvent<unknown>) => {
      if (!lastEventId.startsWith(workspace)) return;
      place = lastEventId;
      to.reset(place);
    });
    for (const kind of KINDS) {
      here.addEventListener(kind, ({ data, lastEventId }: MessageEvent<unknown>) => {
        // After a switch in another tab the session is in another workspace, and so is its stream.
        if (!lastEventId.startsWith(workspace)) return;
        place = lastEventId;
        const told = readTold(place, kind, data);
        if (told) to.told(told);
      });
    }
  };

  const again = async (): Promise<void> => {
    const answer = await ask(request("GET", "/api/v1/me"));
    if (over) return;
    if (answer.kind === "refused" && answer.problem.status === 401) to.signedOut();
    const pause = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** tries) * (0.75 + Math.random() / 2);
    tries += 1;
    timer = window.setTimeout(open, pause);
  };

  open();
  return () => {
    over = true;
    clearTimeout(timer);
    source?.close();
  };
}
