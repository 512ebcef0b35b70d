import { meta } from "../core/dom";
import { openStream, type Listener } from "./stream";
import { numberOf, type Told } from "./told";

/* One stream a browser, however many tabs: HTTP/1.1 has six connections a host. The tab that holds the
   lock listens, and tells the others. */

type Message = { told: Told } | { reset: string } | { who_leads_from: string } | "opened" | "signed-out" | "I lead";

/** A leader that says nothing for so long has been put to sleep by its browser. */
const SILENT_MS = 4_000;
/** What the leader repeats to a tab that came later. */
const REPEATED = 256;

/** Follows what happens behind this place, which is the page's own. */
export function share(workspace: string, from: string, listener: Listener): void {
  // Without HTTPS there are no locks, but on this machine.
  if (!("locks" in navigator) || !("BroadcastChannel" in window)) return alone(workspace, from, listener);
  let place = from;
  const to: Listener = {
    ...listener,
    told: (told) => {
      // Repeated for another tab.
      if (numberOf(told.id) <= numberOf(place)) return;
      place = told.id;
      listener.told(told);
    },
    reset: (at) => {
      place = at;
      listener.reset(at);
    },
  };
  // Whoever is signed in now is told by their own rights.
  const name = `trackhold-live-${workspace}-${meta("person")}`;
  const channel = new BroadcastChannel(name);
  const tell = (message: Message): void => channel.postMessage(message);
  const all: Listener = {
    told: (told) => {
      recent.push(told);
      if (recent.length > REPEATED) begun = recent.shift()?.id ?? begun;
      tell({ told });
      to.told(told);
    },
    reset: (at) => {
      begun = at;
      recent.length = 0;
      tell({ reset: at });
      to.reset(at);
    },
    opened: () => (tell("opened"), to.opened()),
    signedOut: () => (tell("signed-out"), to.signedOut()),
  };
  let leads = false;
  let silence = 0;
  /** Behind this place the leader knows all. */
  let begun = place;
  const recent: Told[] = [];

  const repeat = (after: string): void => {
    if (numberOf(after) < numberOf(begun)) return tell({ reset: recent.at(-1)?.id ?? begun });
    for (const told of recent) if (numberOf(told.id) > numberOf(after)) tell({ told });
  };

  const lead = async (steal: boolean): Promise<void> => {
    let close = (): void => undefined;
    try {
      await navigator.locks.request(name, { steal }, () => {
        leads = true;
        clearTimeout(silence);
        tell("I lead");
        begun = place;
        close = openStream(workspace, place, all);
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
    tell({ who_leads_from: place });
  };

  channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if (data === "I lead") clearTimeout(silence);
    else if (data === "opened") to.opened();
    else if (data === "signed-out") to.signedOut();
    else if ("told" in data) to.told(data.told);
    else if ("reset" in data) to.reset(data.reset);
    else if (leads) {
      tell("I lead");
      repeat(data.who_leads_from);
    }
  });
  document.addEventListener("visibilitychange", () => !document.hidden && ask());
  void lead(false);
  ask();
}

/** Each tab by itself, as long as it is seen: six that listen would leave the browser no connection to this host. */
function alone(workspace: string, from: string, listener: Listener): void {
  let place = from;
  let close = (): void => undefined;
  const to: Listener = { ...listener, told: (told) => ((place = told.id), listener.told(told)), reset: (at) => ((place = at), listener.reset(at)) };
  const listen = (): void => {
    close();
    close = document.hidden ? () => undefined : openStream(workspace, place, to);
  };
  document.addEventListener("visibilitychange", listen);
  listen();
}
