import { find } from "./dom";
import { count, say } from "./words";
import { toast } from "./toast";

/** Changes that could not be sent, oldest first. Each answers whether it reached the server. */
const waiting: (() => Promise<boolean>)[] = [];
const ASK_AGAIN_MS = 3000;
let timer = 0;

/** Are there changes on the page that the server does not know of yet? */
export function isKeeping(): boolean {
  return waiting.length > 0;
}

/** Keeps a change until the server answers. */
export function keep(change: () => Promise<boolean>): void {
  waiting.push(change);
  lost();
}

/** Shows that the server does not answer, and asks again until it does. */
export function lost(): void {
  const banner = find("#offline");
  const text = find("#offline-text");
  if (banner) banner.hidden = false;
  if (text) text.textContent = waiting.length ? count("offline", waiting.length) : say("offline");
  clearTimeout(timer);
  timer = window.setTimeout(() => void knock(), ASK_AGAIN_MS);
}

async function knock(): Promise<void> {
  try {
    const response = await fetch("/healthz", { cache: "no-store" });
    if (!response.ok) return lost();
  } catch {
    return lost();
  }
  const had = waiting.length;
  for (let change = waiting[0]; change; change = waiting[0]) {
    if (!(await change())) return lost();
    waiting.shift();
  }
  const banner = find("#offline");
  if (banner) banner.hidden = true;
  if (had) toast(say("online"));
}

window.addEventListener("offline", lost);
window.addEventListener("online", () => {
  clearTimeout(timer);
  void knock();
});
window.addEventListener("beforeunload", (event) => {
  if (waiting.length) event.preventDefault();
});
