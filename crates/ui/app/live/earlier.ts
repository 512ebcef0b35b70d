import { all, find } from "../core/dom";

/** Earlier entries of a feed that were loaded stay, where the answer begins later. */
export function keepEarlier(shown: HTMLElement, fresh: ParentNode): void {
  const [list, freshList] = [find(".feed", shown), find(".feed", fresh)];
  const first = freshList && all(":scope > li:not(.feed-more)", freshList)[0];
  if (!list || !first) return;
  const entries = all(":scope > li", list);
  const from = entries.findIndex((entry) => keyOf(entry) === keyOf(first));
  const earlier = entries.slice(0, Math.max(0, from));
  if (!earlier.some((entry) => !entry.matches(".feed-more"))) return;
  find(".feed-more", freshList)?.remove();
  freshList.prepend(...earlier.map((entry) => entry.cloneNode(true)));
}

function keyOf(entry: HTMLElement): string {
  if (entry.id) return entry.id;
  const at = find<HTMLTimeElement>("time", entry)?.dateTime ?? "";
  return `${at} ${find("p b", entry)?.textContent ?? ""} ${find("p span", entry)?.textContent ?? ""}`;
}
