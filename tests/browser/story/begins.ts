import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { card, titles } from "../steps.ts";
import { expect, test } from "../test.ts";
import { FIXTURE } from "../world.ts";
import { tale } from "./tale.ts";

/* The first account, and a board from Trello. */

test("the first-run link makes an account and a workspace, and has the master key saved", async ({ page, server, look }) => {
  const link = await server.firstRunLink();
  await page.goto(link);
  await look(page, "setup");
  await page.getByLabel("Name", { exact: true }).fill(tale.office.name);
  await page.getByLabel("E-mail").fill(tale.office.email);
  await page.getByLabel("New password").fill(tale.office.password);
  await page.getByLabel("Workspace").fill("Depot");
  await page.getByRole("button", { name: "Create account and workspace" }).click();

  await expect(page).toHaveURL("/setup/master-key");
  const key = (await readFile(join(server.data, "master.key"), "utf8")).trim();
  await expect(page.locator("#master-key")).toHaveAttribute("data-value", key);
  await look(page, "setup-master-key");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as a file" }).click()]);
  expect((await readFile(await file.path(), "utf8")).trim()).toBe(key);
  await expect(page.getByText("all of this is lost for good")).toBeVisible();
  await page.getByLabel("I have saved the key").check();
  await page.getByRole("button", { name: "Continue" }).click();

  await expect(page).toHaveURL("/projects");
  await expect(page.getByRole("heading", { name: "Projects hold your boards" })).toBeVisible();
  await look(page, "projects-empty");
  tale.office.state = await page.context().storageState();

  // Neither the link nor the key is given a second time.
  expect((await page.goto(link))?.status()).toBe(404);
  await page.goto("/setup/master-key");
  await expect(page.locator("#master-key")).toHaveCount(0);
  expect(await page.content()).not.toContain(key);
});

test("a Trello board is checked first, then imported", async ({ as, look }) => {
  const page = await as(tale.office);
  await page.goto("/projects");
  await page.getByRole("main").getByRole("link", { name: "Import from Trello" }).click();
  await expect(page.getByLabel("Check first")).toBeChecked();
  await page.locator("#import-file").setInputFiles(FIXTURE);
  await expect(page.locator("[data-drop-name]")).toContainText("board.json");
  await look(page, "import-new");
  await page.getByRole("button", { name: "Continue" }).click();

  await expect(page.getByRole("heading", { name: "The file is good" })).toBeVisible();
  await expect(page.getByRole("table", { name: "What was imported" }).getByRole("row", { name: /cards/i })).toContainText("4");
  await expect(page.getByText("What is left out, and why").or(page.getByRole("heading", { name: "Left out, and why" }))).toBeVisible();
  await look(page, "import-checked");

  // Nothing is written by looking.
  await page.goto("/projects");
  await expect(page.getByRole("heading", { name: "Projects hold your boards" })).toBeVisible();
  await page.goBack();

  await page.getByRole("button", { name: "Import now" }).click();
  await expect(page.getByRole("heading", { name: "The board is here" })).toBeVisible();
  await look(page, "import-done");
  await page.getByRole("link", { name: "Open the board" }).click();
  await expect(page).toHaveURL(/\/boards\/brd_/);
  tale.board = new URL(page.url()).pathname;
});

test("the same board is a kanban and a table", async ({ as, look }) => {
  const page = await as(tale.office);
  await page.goto(tale.board);
  await expect(page.getByRole("heading", { level: 1, name: "Depot plan" })).toBeVisible();
  await expect(page.locator(".group[data-group] h2")).toHaveText(["Inbox", "Working"]);
  await expect(titles(page, "Inbox")).toHaveText(["Über 🚚"]);
  await expect(titles(page, "Working")).toHaveText(["Order sand", "Paint the gate"]);
  const gate = card(page, "Paint the gate");
  await expect(gate.locator(".tag")).toHaveText(["Urgent", "sky"]);
  await expect(gate.locator(".progress")).toContainText("1/2");
  await expect(gate.locator(".due time")).toHaveAttribute("datetime", "2024-04-01");
  await look(page, "story-board");

  await page.getByRole("link", { name: "Table" }).click();
  await expect(page).toHaveURL(`${tale.board}/table`);
  const row = page.getByRole("row", { name: "Paint the gate" });
  await expect(row).toContainText("Urgent");
  await expect(page.locator(".grid-row")).toHaveCount(3);
  await look(page, "story-table");
  await page.getByRole("link", { name: /^Archive/ }).click();
  await expect(page.getByRole("row", { name: "Sweep the yard" })).toBeVisible();
});
