import { ask, request } from "../core/request";
import { KINDS, readTold, type Told } from "./told";

export interface Listener {
  told(told: Told): void;
  /** What happened meanwhile cannot be told: what is shown is to be loaded anew. */
  reset(): void;
  /** The server answers again. */
  opened(): void;
  signedOut(): void;
}

const ADDRESS = "/api/v1/events";
const SHORTEST_MS = 2_000;
const LONGEST_MS = 60_000;
/** A stream that opens later than this after the page has missed something. */
const LATE_MS = 4_000;

/** Listens to the server until the answered function is called. */
export function openStream(workspace: string, to: Listener): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  let tries = 0;
  let over = false;
  let wasOpen = false;

  const open = (): void => {
    // Only within one source the browser says where it stopped.
    let heard = false;
    const here = new EventSource(ADDRESS);
    source = here;
    here.addEventListener("open", () => {
      tries = 0;
      const missed = wasOpen ? !heard : performance.now() > LATE_MS;
      wasOpen = true;
      to.opened();
      if (missed) to.reset();
    });
    here.addEventListener("error", () => {
      // The browser tries again by itself where the connection broke; a refusal it takes for an end.
      if (here.readyState === EventSource.CLOSED) void again();
    });
    here.addEventListener("reset", () => to.reset());
    for (const kind of KINDS) {
      here.addEventListener(kind, ({ data, lastEventId }: MessageEvent<unknown>) => {
        heard = true;
        const told = readTold(kind, data);
        // After a switch in another tab the session is in another workspace, and so is its stream.
        if (told && lastEventId.startsWith(workspace)) to.told(told);
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
