import htmx from "htmx.org";
import { meta } from "./dom";

/** What of htmx's request context the pages use. */
export interface Context {
  sourceElement: HTMLElement;
  target: HTMLElement;
  swap: string;
  select?: string;
  text: string;
  request: { action: string; method: string; headers: Record<string, string>; body?: BodyInit | null };
  response?: { status: number; headers: Headers; raw: Response };
}

interface Swap {
  text: string;
  sourceElement: Element;
  target: Element;
  swap: string;
  select?: string;
}

interface Extension {
  htmx_before_morph_node(old: Node, change: { oldNode: Node; newNode: Node }): boolean;
}

const api = htmx as unknown as {
  swap(context: Swap): Promise<void>;
  process(root: Element): void;
  registerExtension(name: string, extension: Extension): void;
};

/** Asks before an element of the page is made like one of an answer; false leaves it as it is. */
export function beforeMorph(name: string, may: (old: Node, fresh: Node) => boolean): void {
  api.registerExtension(name, { htmx_before_morph_node: (_, { oldNode, newNode }) => may(oldNode, newNode) });
}

/** Puts the `<hx-partial>`s of an answer where they belong. */
export function applyPartials(text: string): Promise<void> {
  return api.swap({ text, sourceElement: document.body, target: document.body, swap: "none" });
}

/** Puts an answer into one element. */
export function applyInto(target: Element, text: string, swap = "innerHTML", select?: string): Promise<void> {
  return api.swap({ text, sourceElement: target, target, swap, ...(select ? { select } : {}) });
}

export function onHtmx(name: string, handler: (context: Context, event: CustomEvent) => void): void {
  document.addEventListener(name, (event) => {
    const custom = event as CustomEvent<{ ctx?: Context }>;
    if (custom.detail?.ctx) handler(custom.detail.ctx, custom);
  });
}

/** Headers that every request of a page carries. */
export function standardHeaders(method: string): Record<string, string> {
  const headers: Record<string, string> = { "HX-Request": "true", Accept: "text/html" };
  const workspace = meta("workspace");
  if (workspace) headers["Trackhold-Workspace"] = workspace;
  if (method === "POST") headers["Idempotency-Key"] = randomKey();
  return headers;
}

function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
