import { type Page } from "@playwright/test";

import { expect } from "../test.ts";
import type { Person, World } from "../world.ts";

/** Where the server tells what happens. */
export const STREAM = "/api/v1/events";

export interface Desk {
  id: string;
  /** `/boards/brd_…` */
  board: string;
  project: string;
  /** To do, Doing. */
  groups: string[];
  /** Ids by title. */
  items: Map<string, string>;
}

let boards = 0;

/** A board of its own, with these items in its first group. */
export async function desk(world: World, titles: string[]): Promise<Desk> {
  const client = await world.client();
  boards += 1;
  const project = await client.post<{ id: string }>("/api/v1/projects", { name: `Live ${boards}`, key: `LIVE${boards}` });
  const board = await client.post<{ id: string }>(`/api/v1/projects/${project.id}/boards`, { name: `Desk ${boards}` });
  const groups: string[] = [];
  for (const name of ["To do", "Doing"]) groups.push((await client.post<{ id: string }>(`/api/v1/boards/${board.id}/groups`, { name })).id);
  const items = new Map<string, string>();
  for (const title of titles) {
    items.set(title, (await client.post<{ id: string }>(`/api/v1/boards/${board.id}/items`, { title, group_id: groups[0] })).id);
  }
  await client.end();
  return { id: board.id, board: `/boards/${board.id}`, project: project.id, groups, items };
}

const colleagues = new WeakMap<World, Person>();

/** Somebody who may change every item. */
export async function colleague(world: World): Promise<Person> {
  const known = colleagues.get(world);
  if (known) return known;
  const client = await world.client();
  const person = await client.invite("Colleague", "colleague@example.org", "team_lead");
  await client.end();
  colleagues.set(world, person);
  return person;
}

/** Opens a page, and answers once it hears what others do. */
export async function watching(page: Page, path: string): Promise<void> {
  const stream = page.waitForResponse((answer) => new URL(answer.url()).pathname === STREAM);
  await page.goto(path);
  expect((await stream).status()).toBe(200);
  await page.evaluate(() => document.documentElement.setAttribute("data-first-load", ""));
}

/** It is the same page as when it was opened: nothing has loaded it anew. */
export async function stayed(page: Page): Promise<void> {
  await expect(page.locator("html[data-first-load]")).toHaveCount(1);
}
