import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { open, opened } from "./steps.ts";
import { ANY_COLOUR } from "./tags.ts";
import { expect, test } from "./test.ts";
import { Client, claim } from "./world.ts";

/* A real export, where one lies beside the clone: the repository has only made-up ones. */

const folder = process.env.TRACKHOLD_SAMPLE_DATA ?? "";
test.use({ instance: "real" });
test.skip(folder === "", "TRACKHOLD_SAMPLE_DATA names no folder");

interface Export {
  name: string;
  cards: { name: string; closed: boolean; idList: string }[];
  lists: { id: string; name: string; closed: boolean; pos: number }[];
}

test("a real Trello board moves in, with all of its cards", { tag: ANY_COLOUR }, async ({ as, server, look }) => {
  test.slow();
  const file = join(folder, "trello", "board.json");
  const real = JSON.parse(await readFile(file, "utf8")) as Export;
  const office = await claim(server);
  const page = await as(office);
  await page.goto("/import");
  await page.locator("#import-file").setInputFiles(file);
  await page.getByLabel("Check first").uncheck();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "The board is here" })).toBeVisible({ timeout: 60_000 });
  const cards = page.getByRole("row", { name: /^Cards/ });
  await expect(cards.locator("td").first()).toHaveText(String(real.cards.length));
  await expect(cards.locator("td").nth(1)).toHaveText(String(real.cards.length));
  await look(page, "real-report");

  await page.getByRole("link", { name: "Open the board" }).click();
  const lists = real.lists.filter(({ closed }) => !closed).sort((one, other) => one.pos - other.pos);
  await expect(page.locator(".group[data-group] h2")).toHaveText(lists.map(({ name }) => name));
  const openOn = new Set(lists.map(({ id }) => id));
  const shown = real.cards.filter((card) => !card.closed && openOn.has(card.idList));
  await expect(page.locator("#view .card")).toHaveCount(shown.length);
  await look(page, "real-board");
  const board = new URL(page.url()).pathname;

  const client = await Client.of(server, office.state);
  const items = await client.cards(board.slice("/boards/".length));
  await client.end();
  const titles = (names: string[]) => names.map((name) => name.trim()).sort();
  expect(titles(items.map(({ title }) => title))).toEqual(titles(shown.map(({ name }) => name)));

  await page.goto(`${board}/table`);
  await look(page, "real-table");
  await page.goto(board);
  const first = shown[0]?.name.trim() ?? "";
  await open(page, first);
  await expect(opened(page).locator(".feed li").first()).toBeAttached();
  await look(page, "real-item");
});
