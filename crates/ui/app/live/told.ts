/** That something changed: which, by whom (null: by the server itself), and what it belongs to. */
export interface Told {
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
export function readTold(kind: string, data: unknown): Told | null {
  if (typeof data !== "string") return null;
  try {
    const told = JSON.parse(data) as Partial<Told> | null;
    if (typeof told?.resource !== "string") return null;
    return { kind, resource: told.resource, actor: told.actor ?? null, about: told.about ?? {} };
  } catch {
    return null;
  }
}

/** The item that it is about, where it is about one. */
export function itemOf({ kind, resource, about }: Told): string | null {
  if (kind.startsWith("item.")) return resource;
  return kind.startsWith("update.") ? (about.item ?? null) : null;
}
