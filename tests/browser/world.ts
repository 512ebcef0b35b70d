import { type APIRequestContext, type APIResponse, expect, request } from "@playwright/test";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { workshopBoard } from "./sample-board.ts";
import type { Server } from "./server.ts";

/** What a browser keeps: the cookie of the session, above all. */
export type State = Awaited<ReturnType<APIRequestContext["storageState"]>>;

export interface Person {
  name: string;
  email: string;
  password: string;
  state: State;
}

export interface Card {
  id: string;
  title: string;
  group_id: string;
  number: number;
  version: number;
}

export const PASSWORD = "quiet-harbour-lantern-42";
export const FIXTURE = fileURLToPath(new URL("../../crates/work/tests/fixtures/trello/board.json", import.meta.url));

export function nobody(): State {
  return { cookies: [], origins: [] };
}

/** A claimed instance with an imported board, its admin, a viewer and somebody of another workspace. */
export class World {
  private constructor(
    readonly server: Server,
    readonly admin: Person,
    readonly reader: Person,
    /** Path of the imported board, `/boards/brd_…`. */
    readonly board: string,
    readonly project: string,
  ) {}

  static async of(server: Server): Promise<World> {
    const admin = await claim(server);
    const client = await Client.of(server, admin.state);
    const { board, project } = await client.importBoard("workshop.json", JSON.stringify(workshopBoard()));
    const reader = await client.invite("Reader", "reader@example.org", "viewer");
    await client.end();
    return new World(server, admin, reader, `/boards/${board}`, `/projects/${project}`);
  }

  async client(person: Person = this.admin): Promise<Client> {
    return Client.of(this.server, person.state);
  }

  /** Somebody of a workspace of their own. */
  stranger(): Promise<Person> {
    return stranger(this.server);
  }

  /** The id in the board's path. */
  get boardId(): string {
    return this.board.slice("/boards/".length);
  }
}

export async function stranger(server: Server): Promise<Person> {
  const person = { name: "Stranger", email: "stranger@example.org", password: PASSWORD, state: nobody() };
  const made = ["user", "create", "--email", person.email, "--name", person.name, "--password-stdin"];
  await new Promise<void>((resolve, reject) => {
    const child = execFile(process.env.TRACKHOLD_BIN ?? "", [...made, "--workspace", "Elsewhere", "--data", server.data], (error) =>
      error ? reject(error) : resolve(),
    );
    child.stdin?.end(`${person.password}\n`);
  });
  person.state = await signIn(server, person);
  return person;
}

/** The admin of a new instance, by the first-run link. */
export async function claim(server: Server): Promise<Person> {
  const person = { name: "Main office", email: "office@example.org", password: PASSWORD, state: nobody() };
  const client = await Client.of(server, person.state);
  const { name, email, password } = person;
  await client.form(new URL(await server.firstRunLink()).pathname, { name, email, password, workspace_name: "Workshop" });
  await client.form("/setup/master-key", { saved: "on" });
  person.state = await client.state();
  await client.end();
  return person;
}

export async function signIn(server: Server, { email, password }: Person): Promise<State> {
  const client = await Client.of(server, nobody());
  await client.post("/api/v1/auth/login", { email, password });
  const state = await client.state();
  await client.end();
  return state;
}

/** Arranges what a test begins with, through the API; for what the test is about there is the browser. */
export class Client {
  private constructor(private readonly http: APIRequestContext) {}

  static async of(server: Server, state: State): Promise<Client> {
    const http = await request.newContext({ baseURL: server.url, storageState: state, extraHTTPHeaders: { Origin: server.url } });
    return new Client(http);
  }

  async get<T>(path: string): Promise<T> {
    return (await good(await this.http.get(path))).json() as Promise<T>;
  }

  async post<T>(path: string, data: object): Promise<T> {
    return (await good(await this.http.post(path, { data }))).json() as Promise<T>;
  }

  async patch<T>(path: string, data: object): Promise<T> {
    return (await good(await this.http.patch(path, { data }))).json() as Promise<T>;
  }

  /** A form that a page would send; whatever it answers. */
  raw(method: string, path: string, form?: Record<string, string>): Promise<APIResponse> {
    return this.http.fetch(path, { method, maxRedirects: 0, ...(form ? { form } : {}) });
  }

  async form(path: string, form: Record<string, string>): Promise<void> {
    const answer = await this.raw("POST", path, form);
    expect(answer.status(), `POST ${path}`).toBe(303);
  }

  cards(board: string): Promise<Card[]> {
    return this.get<{ data: Card[] }>(`/api/v1/boards/${board}/items?limit=1000`).then(({ data }) => data);
  }

  async groups(board: string): Promise<{ id: string; name: string }[]> {
    return (await this.get<{ data: { id: string; name: string }[] }>(`/api/v1/boards/${board}/groups`)).data;
  }

  /** Answers the import's id while it runs. */
  async startImport(name: string, json: string): Promise<string> {
    const file = { name, mimeType: "application/json", buffer: Buffer.from(json) };
    const answer = await good(await this.http.post("/api/v1/imports", { multipart: { source: "trello", file } }));
    return ((await answer.json()) as { id: string }).id;
  }

  async importBoard(name: string, json: string): Promise<{ board: string; project: string }> {
    const id = await this.startImport(name, json);
    let made: { board_id: string | null; project_id: string | null } = { board_id: null, project_id: null };
    await expect(async () => {
      const found = await this.get<typeof made & { status: string }>(`/api/v1/imports/${id}`);
      expect(found.status).toBe("done");
      made = found;
    }).toPass({ timeout: 30_000, intervals: [50] });
    return { board: made.board_id ?? "", project: made.project_id ?? "" };
  }

  /** Invites somebody, who accepts and signs in. */
  async invite(name: string, email: string, role: string): Promise<Person> {
    const { token } = await this.post<{ token: string }>("/api/v1/invitations", { email, role });
    const other = await request.newContext({ baseURL: await this.url(), extraHTTPHeaders: { Origin: await this.url() } });
    await good(await other.post("/api/v1/invitations/accept", { data: { token, name, password: PASSWORD } }));
    await good(await other.post("/api/v1/auth/login", { data: { email, password: PASSWORD } }));
    const state = await other.storageState();
    await other.dispose();
    return { name, email, password: PASSWORD, state };
  }

  state(): Promise<State> {
    return this.http.storageState();
  }

  end(): Promise<void> {
    return this.http.dispose();
  }

  private async url(): Promise<string> {
    return new URL((await this.http.get("/healthz")).url()).origin;
  }
}

async function good(answer: APIResponse): Promise<APIResponse> {
  expect(answer.ok(), `${answer.url()} answered ${answer.status()} ${await answer.text()}`).toBe(true);
  return answer;
}

export function fixture(): Promise<string> {
  return readFile(FIXTURE, "utf8");
}
