import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { group, open, opened } from "./steps.ts";
import { expect, test } from "./test.ts";

const FILE = fileURLToPath(new URL("../../docs/images/board.png", import.meta.url));
const MOST_BYTES = 250_000;

test("a board with an open card, for the README", async ({ as, world }) => {
  const client = await world.client();
  const cards = await client.cards(world.boardId);
  for (const [title, priority] of [["Move the shop to the new checkout", "high"], ["Receipt shows the wrong tax for gift cards", "urgent"], ["Postage by weight", "medium"]]) {
    await client.patch(`/api/v1/items/${cards.find((card) => card.title === title)?.id ?? ""}`, { priority });
  }
  await client.end();
  const page = await as(world.admin);
  await page.goto(world.board);
  await open(page, "Move the shop to the new checkout");
  await expect(opened(page).locator(".feed li").first()).toBeAttached();
  await expect(group(page, "Doing")).toBeAttached();
  await page.evaluate(() => document.fonts.ready);
  await mkdir(fileURLToPath(new URL("../../docs/images", import.meta.url)), { recursive: true });
  await page.screenshot({ path: FILE, animations: "disabled" });
  expect((await stat(FILE)).size).toBeLessThan(MOST_BYTES);
});
