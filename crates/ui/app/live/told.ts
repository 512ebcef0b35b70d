/** That something changed: which, by whom (null: by the server itself), and what it belongs to. */
export interface Told {
  /** Its place among the workspace's events: `ws_….42`. */
  id: string;
  kind: string;
  resource: string;
  actor: string | null;
  about: { item?: string; board?: string; project?: string; group?: string };
}

/** What pages show. An EventSource hears only the kinds that it is asked to listen for. */
export const KINDS = [
  ...["created", "updated", "moved", "archived", "restored", "deleted"].map((what) => `item.${what}`),
  ...["created", "updated", "deleted"].map((what) => `update.${what}`),
  ...["created", "updated", "moved", "deleted"].map((what) => `group.${what}`),
  ...["updated", "deleted"].map((what) => `board.${what}`),
  ...["created", "updated", "deleted"].map((what) => `label.${what}`),
  "project.updated",
  "import.finished",
];

/** Null for what is none of ours. */
export function readTold(id: string, kind: string, data: unknown): Told | null {
  if (typeof data !== "string") return null;
  try {
    const told = JSON.parse(data) as Partial<Told> | null;
    if (typeof told?.resource !== "string") return null;
    return { id, kind, resource: told.resource, actor: told.actor ?? null, about: told.about ?? {} };
  } catch {
    return null;
  }
}

/** How far along a place is. */
export function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf(".") + 1));
}

/** The item that it is about, where it is about one. */
export function itemOf({ kind, resource, about }: Told): string | null {
  if (kind.startsWith("item.")) return resource;
  return kind.startsWith("update.") ? (about.item ?? null) : null;
}
