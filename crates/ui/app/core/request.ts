import { standardHeaders } from "./htmx";

/** RFC 9457 problem details, as the server answers them. */
export interface Problem {
  status: number;
  code: string;
  title?: string;
  detail?: string;
  request_id?: string;
  errors?: { pointer: string; detail: string }[];
  /** Seconds, from `Retry-After`. */
  retryAfter?: number;
}

export type Answer = { kind: "ok"; text: string } | { kind: "refused"; problem: Problem } | { kind: "unreachable" };

export interface Request {
  method: string;
  url: string;
  body?: URLSearchParams;
  headers: Record<string, string>;
}

export function request(method: string, url: string, fields?: Record<string, string>): Request {
  const base = { method, url, headers: standardHeaders(method) };
  return fields ? { ...base, body: new URLSearchParams(fields) } : base;
}

/** Changes that scripts have begun to send, and how many of them are not answered yet. */
export const changes = { begun: 0, under: 0 };

export async function ask(asked: Request): Promise<Answer> {
  if (asked.method === "GET") return answer(asked);
  changes.begun += 1;
  changes.under += 1;
  try {
    return await answer(asked);
  } finally {
    changes.under -= 1;
  }
}

async function answer(asked: Request): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(asked.url, {
      method: asked.method,
      headers: asked.headers,
      credentials: "same-origin",
      ...(asked.body ? { body: asked.body } : {}),
    });
    // An answer that breaks off is none.
    text = await response.text();
  } catch {
    return { kind: "unreachable" };
  }
  if (response.ok) return { kind: "ok", text };
  return { kind: "refused", problem: readProblem(response.status, response.headers, text) };
}

export function readProblem(status: number, headers: Headers, text: string): Problem {
  const problem: Problem = { status, code: "" };
  if (headers.get("content-type")?.includes("json")) {
    try {
      Object.assign(problem, JSON.parse(text), { status });
    } catch {
      // A proxy in between may answer anything; the status is enough.
    }
  }
  const wait = Number(headers.get("retry-after"));
  if (wait > 0) problem.retryAfter = wait;
  return problem;
}
