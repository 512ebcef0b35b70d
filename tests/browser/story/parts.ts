import type { Client } from "../world.ts";
import { tale } from "./tale.ts";

export interface Parts {
  project: string;
  board: string;
  group: string;
  item: string;
  checklist: string;
  entry: string;
  update: string;
}

export async function partsOf(client: Client): Promise<Parts> {
  const id = tale.item.slice("/items/".length);
  const found = await client.get<{ group_id: string; checklists: { id: string; entries: { id: string }[] }[] }>(`/api/v1/items/${id}`);
  const where = await client.get<{ project_id: string }>(`/api/v1${tale.board}`);
  const updates = await client.get<{ data: { id: string }[] }>(`/api/v1/items/${id}/updates`);
  return {
    project: where.project_id,
    board: tale.board.slice("/boards/".length),
    group: found.group_id,
    item: id,
    checklist: found.checklists[0]?.id ?? "",
    entry: found.checklists[0]?.entries[0]?.id ?? "",
    update: updates.data[0]?.id ?? "",
  };
}

export function changesOf({ project, board, group, item, checklist, entry, update }: Parts): [string, Record<string, string>][] {
  return [
    ["/projects", { name: "Mine", key: "MINE" }],
    [`/projects/${project}/boards`, { name: "Mine" }],
    [`/boards/${board}/groups`, { name: "Mine" }],
    [`/boards/${board}/groups/${group}`, { name: "Mine" }],
    [`/boards/${board}/groups/${group}/items`, { title: "Mine" }],
    [`/items/${item}/title`, { title: "Mine" }],
    [`/items/${item}/description`, { description: "Mine" }],
    [`/items/${item}/status`, { status: "todo" }],
    [`/items/${item}/priority`, { priority: "low" }],
    [`/items/${item}/labels`, { create: "Mine" }],
    [`/items/${item}/assignees`, { add: "user_00000000000000000000000000" }],
    [`/items/${item}/dates`, { due_on: "2030-01-01" }],
    [`/items/${item}/move`, { group_id: group }],
    [`/items/${item}/archive`, {}],
    [`/items/${item}/restore`, {}],
    [`/items/${item}/checklists`, { title: "Mine" }],
    [`/items/${item}/checklists/${checklist}`, { title: "Mine" }],
    [`/items/${item}/checklists/${checklist}/entries`, { text: "Mine" }],
    [`/items/${item}/checklists/${checklist}/entries/${entry}`, { done: "true" }],
    [`/items/${item}/updates`, { body: "Mine" }],
    [`/updates/${update}`, { body: "Mine" }],
    ["/invitations", { email: "friend@example.org", role: "admin" }],
  ];
}

export function removalsOf({ item, checklist, entry, update }: Parts): string[] {
  return [`/items/${item}`, `/items/${item}/checklists/${checklist}`, `/items/${item}/checklists/${checklist}/entries/${entry}`, `/updates/${update}`];
}

/** An id that nothing has. */
export function like(id: string): string {
  return `${id.split("_")[0]}_01m000000000000000000000zz`;
}

/** The request id is another each time. */
export function unnumbered(text: string): string {
  return text.replaceAll(/req_[a-z0-9]+/g, "req_");
}
