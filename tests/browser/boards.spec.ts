import { card, drag, group, open, saved, titles } from "./steps.ts";
import { ANY_COLOUR } from "./tags.ts";
import { expect, test } from "./test.ts";

/* Boards: many cards, few cards, none, and long names. */

test.use({ instance: "boards" });

test("several cards are chosen in the table and moved at once", async ({ as, world, look }) => {
  const page = await as(world.admin);
  await page.goto(`${world.board}/table`);
  for (const title of ["Old newsletter list deleted", "Backups are restored once a month"]) {
    await page.getByRole("row", { name: title }).getByRole("checkbox").check();
  }
  await expect(page.locator("#bulk-count")).toHaveText("2 selected");
  await look(page, "table-selected");
  await page.locator("#bulk").getByRole("button", { name: "Move to" }).click();
  await page.locator("#bulk-move").getByRole("button", { name: "Review" }).click();
  const review = page.locator("tbody[data-name=Review]");
  await expect(review).toContainText("Old newsletter list deleted");
  await expect(review).toContainText("Backups are restored once a month");
  await expect(review.locator(".count-now")).toHaveText("4");
  await page.reload();
  await expect(review.locator(".grid-row")).toHaveCount(4);
});

test("the filter narrows a board, and its address can be sent", async ({ as, world, look }) => {
  const page = await as(world.admin);
  await page.goto(world.board);
  await page.getByRole("searchbox").fill("receipt");
  await expect(page.locator("#view .card")).toHaveCount(1);
  await expect(page).toHaveURL(/\?q=receipt$/);
  await page.reload();
  await expect(page.locator("#view .card")).toHaveCount(1);
  await page.getByRole("searchbox").fill("nothing like it");
  await expect(page.locator("#view .card")).toHaveCount(0);
  await look(page, "filter-nothing");
  await page.locator("#filter-button").click();
  await expect(page.locator("#filter-menu")).toBeVisible();
  await look(page, "filter-menu");
  await page.locator("#filter-menu").getByRole("button", { name: "Clear filter" }).click();
  await expect(page).toHaveURL(world.board);
  await expect(page.locator("#view .card").nth(10)).toBeAttached();
});

test("titles of 200 characters and from right to left fit everywhere", { tag: ANY_COLOUR }, async ({ as, world, look }) => {
  const client = await world.client();
  const project = await client.post<{ id: string }>("/api/v1/projects", { name: "Long and right to left", key: "RTL" });
  const board = await client.post<{ id: string }>(`/api/v1/projects/${project.id}/boards`, { name: "לוח עם שם ארוך מאוד שנכתב מימין לשמאל" });
  const at = await client.post<{ id: string }>(`/api/v1/boards/${board.id}/groups`, { name: "مجموعة طويلة الاسم تكتب من اليمين إلى اليسار" });
  const long = "A title that somebody pasted from a letter, with all that was in it, ".repeat(3).slice(0, 200).trim();
  const unbroken = "Donaudampfschiff".repeat(12).slice(0, 200);
  const arabic = "نقل المتجر إلى صفحة الدفع الجديدة قبل نهاية الشهر (2.0)";
  for (const title of [long, unbroken, arabic]) await client.post(`/api/v1/boards/${board.id}/items`, { title, group_id: at.id, description: `${title}\n\n${arabic}` });
  await client.end();
  const page = await as(world.admin);
  await page.goto(`/boards/${board.id}`);
  await expect(page.locator(".card")).toHaveCount(3);
  await expect(page.getByRole("link", { name: arabic })).toHaveCSS("direction", "rtl");
  await expect(page.getByRole("link", { name: long })).toHaveCSS("direction", "ltr");
  await look(page, "long-board");
  for (const inner of await page.locator(".card").all()) {
    expect(await inner.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(2);
  }
  await open(page, unbroken);
  await look(page, "long-item");
  await page.goto(`/boards/${board.id}/table`);
  await look(page, "long-table");
  await page.goto("/projects");
  await look(page, "long-projects");
});

test("empty pages say what they are for and give the first step", async ({ as, world, look }) => {
  const page = await as(world.admin);
  await page.goto("/projects");
  await page.getByRole("main").or(page.locator(".tools")).getByRole("button", { name: "New project" }).first().click();
  await page.getByLabel("Name").fill("Garden");
  await expect(page.getByLabel("Key", { exact: true })).toHaveValue("GARD");
  await look(page, "project-new");
  await page.getByRole("button", { name: "Create project" }).click();
  await expect(page.getByRole("heading", { name: "No boards yet" })).toBeVisible();
  await look(page, "project-empty");
  await page.getByRole("main").getByRole("button", { name: "New board" }).click();
  await page.getByLabel("Name").fill("Beds");
  await page.getByRole("button", { name: "Create board" }).click();
  await expect(page.getByRole("heading", { name: "Give this board its first group" })).toBeVisible();
  const board = page.url();
  await look(page, "board-empty");
  await page.goto(`${board}/archive`);
  await expect(page.getByRole("heading", { name: "Nothing is archived" })).toBeVisible();
  await look(page, "archive-empty");
  await page.goto(`${board}/table`);
  await look(page, "table-empty");

  await page.goto(board);
  await page.getByPlaceholder("Add a group").fill("To do");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "To do" })).toBeVisible();
  await page.getByRole("textbox", { name: "Add an item to To do" }).fill("Dig the first bed");
  await saved(page, /\/items$/, () => page.keyboard.press("Enter"));
  await expect(titles(page, "To do")).toHaveText(["Dig the first bed"]);
  await look(page, "board-first");
});

test("a finger or a mouse drags a card down its own column", { tag: ANY_COLOUR }, async ({ as, world, phone }) => {
  const page = await as(world.admin);
  await page.goto(world.board);
  const before = await titles(page, "Ideas").allTextContents();
  await saved(page, /\/move$/, () => drag(page, card(page, before[0] ?? ""), group(page, "Ideas"), phone));
  const after = [...before.slice(1), before[0] ?? ""];
  await expect(titles(page, "Ideas")).toHaveText(after);
  await page.reload();
  await expect(titles(page, "Ideas")).toHaveText(after);
});
