import { openStream, type Listener } from "./stream";
import type { Told } from "./told";

/* One stream a browser, however many tabs: HTTP/1.1 has six connections a host. The tab that holds the
   lock listens, and tells the others. */

type Message = { told: Told } | "reset" | "opened" | "signed-out" | "who leads" | "I lead";

/** A leader that says nothing for so long has been put to sleep by its browser. */
const SILENT_MS = 4_000;

export function share(workspace: string, to: Listener): void {
  // Without HTTPS there are no locks, but on this machine.
  if (!("locks" in navigator) || !("BroadcastChannel" in window)) {
    openStream(workspace, to);
    return;
  }
  const name = `trackhold-live-${workspace}`;
  const channel = new BroadcastChannel(name);
  const tell = (message: Message): void => channel.postMessage(message);
  const all: Listener = {
    told: (told) => (tell({ told }), to.told(told)),
    reset: () => (tell("reset"), to.reset()),
    opened: () => (tell("opened"), to.opened()),
    signedOut: () => (tell("signed-out"), to.signedOut()),
  };
  let leads = false;
  let silence = 0;

  const lead = async (steal: boolean): Promise<void> => {
    let close = (): void => undefined;
    try {
      await navigator.locks.request(name, { steal }, () => {
        leads = true;
        clearTimeout(silence);
        tell("I lead");
        close = openStream(workspace, all);
        // For as long as the page is there.
        return new Promise<never>(() => undefined);
      });
    } catch (error) {
      close();
      if (!(error instanceof DOMException) || error.name !== "AbortError") return;
      // Another tab has taken over, while this one slept.
      leads = false;
      void lead(false);
    }
  };
  const ask = (): void => {
    if (leads) return;
    clearTimeout(silence);
    silence = window.setTimeout(() => !leads && !document.hidden && void lead(true), SILENT_MS);
    tell("who leads");
  };

  channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if (data === "who leads") {
      if (leads) tell("I lead");
    } else if (data === "I lead") clearTimeout(silence);
    else if (data === "reset") to.reset();
    else if (data === "opened") to.opened();
    else if (data === "signed-out") to.signedOut();
    else to.told(data.told);
  });
  document.addEventListener("visibilitychange", () => !document.hidden && ask());
  void lead(false);
  ask();
}
