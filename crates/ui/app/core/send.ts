import { applyInto, applyPartials, onHtmx, standardHeaders, type Context } from "./htmx";
import { keep, lost } from "./offline";
import { ask, readProblem, request, type Request } from "./request";
import { refuse } from "./refuse";

export type Sent = "done" | "refused" | "kept";

/** Sends a change and puts the answer in place. What could not be sent is kept and sent later. */
export async function send(url: string, fields: Record<string, string>, options: { method?: string; source?: HTMLElement; onRefused?: () => void } = {}): Promise<Sent> {
  const asked = request(options.method ?? "POST", url, fields);
  return deliver(asked, (text) => applyPartials(text), options.source ?? null, options.onRefused);
}

async function deliver(asked: Request, apply: (text: string) => Promise<void>, source: HTMLElement | null, onRefused?: () => void): Promise<Sent> {
  const answer = await ask(asked);
  if (answer.kind === "ok") {
    await apply(answer.text);
    return "done";
  }
  if (answer.kind === "refused") {
    onRefused?.();
    refuse(answer.problem, source, () => void deliver(asked, apply, source, onRefused));
    return "refused";
  }
  keep(() => deliverKept(asked, apply, source, onRefused));
  return "kept";
}

async function deliverKept(asked: Request, apply: (text: string) => Promise<void>, source: HTMLElement | null, onRefused?: () => void): Promise<boolean> {
  const answer = await ask(asked);
  if (answer.kind === "unreachable") return false;
  if (answer.kind === "ok") await apply(answer.text);
  else {
    onRefused?.();
    refuse(answer.problem, source, () => void deliver(asked, apply, source, onRefused));
  }
  return true;
}

/** The same rules for requests that htmx makes from attributes. */
onHtmx("htmx:config:request", (context) => {
  Object.assign(context.request.headers, standardHeaders(context.request.method));
});

onHtmx("htmx:after:request", (context, event) => {
  const status = context.response?.status ?? 0;
  if (status < 400 || !context.response) return;
  event.preventDefault();
  const problem = readProblem(status, context.response.headers, context.text);
  context.sourceElement.dispatchEvent(new CustomEvent("trackhold:refused", { bubbles: true }));
  refuse(problem, context.sourceElement, () => void deliver(again(context), place(context), context.sourceElement));
});

onHtmx("htmx:error", (context, event) => {
  if (context.response) return;
  event.preventDefault();
  if (context.request.method === "GET") return lost();
  keep(() => deliverKept(again(context), place(context), context.sourceElement));
});

/** The request that htmx made, with its idempotency key, to be made once more. */
function again(context: Context): Request {
  const { action, method, headers, body } = context.request;
  return { method, url: action, headers, ...(body instanceof URLSearchParams ? { body } : {}) };
}

function place(context: Context): (text: string) => Promise<void> {
  return (text) => (context.swap === "none" ? applyPartials(text) : applyInto(context.target, text, context.swap, context.select));
}
