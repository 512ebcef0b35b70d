import type { Locator, Page } from "@playwright/test";

import { card, group, open, opened, saved, titles } from "../steps.ts";
import { ANY_COLOUR, ONCE } from "../tags.ts";
import { expect, test } from "../test.ts";
import { type Desk, colleague, desk, stayed, watching } from "./desk.ts";

/* What a person is writing is theirs, whatever others do to the same item. */

/** The opened item, heard of: the panel beside its board, or on a phone its own page. */
async function openWatching(page: Page, at: Desk, title: string, phone: boolean): Promise<void> {
  if (phone) return watching(page, `/items/${at.items.get(title)}`);
  await watching(page, at.board);
  await open(page, title);
}

/** Still the text, the focus and the marks that were there. */
async function isUntouched(field: Locator, text: string, marked: [number, number]): Promise<void> {
  await expect(field).toHaveValue(text);
  await expect(field).toBeFocused();
  expect(await field.evaluate((element: HTMLTextAreaElement) => [element.selectionStart, element.selectionEnd])).toEqual(marked);
}

function mark(field: Locator, [from, to]: [number, number]): Promise<void> {
  return field.evaluate((element: HTMLTextAreaElement, marks) => element.setSelectionRange(marks[0], marks[1]), [from, to] as const);
}

test("a title that is being written stays, and the rest of the item follows", { tag: ANY_COLOUR }, async ({ as, world, phone }) => {
  const at = await desk(world, ["One", "Two"]);
  const mine = await as(world.admin);
  await openWatching(mine, at, "One", phone);
  const client = await world.client(await colleague(world));
  const path = `/api/v1/items/${at.items.get("One")}`;
  const title = opened(mine).getByLabel("Title");
  await title.click();
  await title.press("End");
  await mine.keyboard.type(" and a half");
  await mark(title, [4, 7]);
  await client.patch(path, { title: "Somebody else's", priority: "urgent", description: "Told from afar." });
  await expect(opened(mine).locator("[data-field=priority]")).toContainText("Urgent");
  await expect(opened(mine).locator(".md-view").first()).toContainText("Told from afar.");
  await isUntouched(title, "One and a half", [4, 7]);

  // Taken back, it is what the others wrote meanwhile.
  await title.press("Escape");
  await expect(title).toHaveValue("Somebody else's");
  // In it, and nothing written yet.
  await title.click();
  await client.patch(path, { title: "Once more", priority: "low" });
  await expect(opened(mine).locator("[data-field=priority]")).toContainText("Low");
  await expect(title).toHaveValue("Somebody else's");
  await title.blur();
  await expect(title).toHaveValue("Once more");
  await client.end();
  await stayed(mine);
});

test("a comment and a description that are being written stay", { tag: ANY_COLOUR }, async ({ as, world, phone }) => {
  const at = await desk(world, ["One", "Two"]);
  const mine = await as(world.admin);
  await openWatching(mine, at, "One", phone);
  const client = await world.client(await colleague(world));
  const path = `/api/v1/items/${at.items.get("One")}`;
  const comment = opened(mine).getByPlaceholder("Write an update");
  await comment.click();
  await mine.keyboard.type("I was about to say");
  await mark(comment, [2, 5]);
  await client.post(`${path}/updates`, { body: "Said **first**." });
  await expect(opened(mine).locator(".update strong")).toHaveText("first");
  await client.patch(path, { title: "Uno" });
  await expect(opened(mine).getByLabel("Title")).toHaveValue("Uno");
  await isUntouched(comment, "I was about to say", [2, 5]);

  await opened(mine).getByRole("button", { name: "Add a description" }).click();
  const description = opened(mine).getByRole("textbox", { name: "Description" });
  await description.fill("Mine, half-written");
  await mark(description, [6, 10]);
  await client.patch(path, { description: "Theirs", priority: "high" });
  await expect(opened(mine).locator("[data-field=priority]")).toContainText("High");
  await isUntouched(description, "Mine, half-written", [6, 10]);
  await expect(comment).toHaveValue("I was about to say");
  await description.press("Escape");
  await expect(opened(mine).locator(".md-view").first()).toContainText("Theirs");
  await saved(mine, /\/updates$/, async () => {
    await comment.click();
    await mine.keyboard.press("Control+Enter");
  });
  await expect(opened(mine).locator(".update")).toHaveCount(2);
  await client.end();
  await stayed(mine);
});

test("an entry of a checklist that is being written stays, though its neighbours change", { tag: ONCE }, async ({ as, world }) => {
  const at = await desk(world, ["One"]);
  const mine = await as(world.admin);
  await watching(mine, at.board);
  await open(mine, "One");
  await opened(mine).getByPlaceholder("Add checklist").fill("Steps");
  await saved(mine, /\/checklists$/, () => mine.keyboard.press("Enter"));
  const entry = opened(mine).getByPlaceholder("Add entry");
  for (const text of ["First", "Second"]) {
    await entry.fill(text);
    await saved(mine, /\/entries$/, () => mine.keyboard.press("Enter"));
    await expect(entry).toHaveValue("");
  }
  await opened(mine).getByRole("button", { name: "Second", exact: true }).click();
  await mine.keyboard.type("Second, in other words");

  const theirs = await as(await colleague(world));
  await theirs.goto(at.board);
  await open(theirs, "One");
  await saved(theirs, /\/entries\/[^/]+$/, () => opened(theirs).getByRole("checkbox", { name: "First" }).click());
  await expect(opened(mine).getByRole("checkbox", { name: "First" })).toBeChecked();
  await expect(opened(mine).locator(".inline-edit")).toBeFocused();
  await expect(opened(mine).locator(".inline-edit")).toHaveValue("Second, in other words");
  await saved(mine, /\/entries\/[^/]+$/, () => mine.keyboard.press("Enter"));
  await expect(opened(theirs).getByRole("checkbox", { name: "Second, in other words" })).toBeVisible();
  await stayed(mine);
});

test("a new card that is being written stays, and so does an open menu", { tag: ANY_COLOUR }, async ({ as, world }) => {
  const at = await desk(world, ["One"]);
  const mine = await as(world.admin);
  await watching(mine, at.board);
  const client = await world.client(await colleague(world));
  const quick = mine.getByRole("textbox", { name: "Add an item to To do" });
  await quick.click();
  await mine.keyboard.type("Half a title");
  await mark(quick, [0, 4]);
  await client.post(`/api/v1/boards/${at.id}/items`, { title: "Two", group_id: at.groups[0] });
  await expect(titles(mine, "To do")).toHaveText(["One", "Two"]);
  await client.patch(`/api/v1/boards/${at.id}/groups/${at.groups[1]}`, { name: "Working" });
  await expect(group(mine, "Working")).toBeAttached();
  await isUntouched(quick, "Half a title", [0, 4]);
  await saved(mine, /\/items$/, () => mine.keyboard.press("Enter"));
  await expect(titles(mine, "To do")).toHaveText(["One", "Two", "Half a title"]);

  const menu = mine.locator(`#group-menu-${at.groups[0]}`);
  await group(mine, "To do").getByRole("button", { name: "Menu of To do" }).click();
  await expect(menu).toBeVisible();
  await client.patch(`/api/v1/items/${at.items.get("One")}`, { title: "Uno" });
  await expect(titles(mine, "To do")).toHaveText(["Uno", "Two", "Half a title"]);
  await expect(menu).toBeVisible();
  await client.end();
  await stayed(mine);
});

test("a card in the hand stays there until it is dropped", { tag: ONCE }, async ({ as, world }) => {
  const at = await desk(world, ["One", "Two"]);
  const mine = await as(world.admin);
  await watching(mine, at.board);
  const client = await world.client(await colleague(world));
  await mine.getByRole("link", { name: "One" }).focus();
  for (const key of ["m", "ArrowRight"]) await mine.keyboard.press(key);
  await expect(titles(mine, "Doing")).toHaveText(["One"]);
  const elsewhere = await as(await colleague(world));
  await watching(elsewhere, at.board);
  await client.patch(`/api/v1/items/${at.items.get("One")}`, { title: "Uno" });
  await expect(titles(elsewhere, "To do")).toHaveText(["Uno", "Two"]);
  await expect(titles(mine, "Doing")).toHaveText(["One"]);
  await expect(mine.locator(".is-lifted")).toHaveCount(1);
  await saved(mine, /\/move$/, () => mine.keyboard.press("Enter"));
  for (const page of [mine, elsewhere]) await expect(titles(page, "Doing")).toHaveText(["Uno"]);
  await client.end();
});

test("what was being written about an item outlives it", { tag: ONCE }, async ({ as, world }) => {
  const at = await desk(world, ["One", "Two"]);
  const mine = await as(world.admin);
  await watching(mine, at.board);
  await open(mine, "One");
  const comment = opened(mine).getByPlaceholder("Write an update");
  await comment.fill("Before it is gone");
  const client = await world.client(await colleague(world));
  await client.raw("POST", `/items/${at.items.get("One")}/archive`, {});
  await expect(card(mine, "One")).toHaveCount(0);
  await expect(comment).toHaveValue("Before it is gone");
  await client.raw("DELETE", `/api/v1/items/${at.items.get("One")}`);
  await expect(mine.locator(".toast")).toContainText("What you typed stays here");
  await expect(comment).toHaveValue("Before it is gone");

  // With nothing in it the panel closes.
  await mine.getByRole("button", { name: "Close item" }).or(mine.locator("[data-panel-close]")).first().click();
  await open(mine, "Two");
  await client.raw("DELETE", `/api/v1/items/${at.items.get("Two")}`);
  await expect(mine.locator("#panel")).toBeHidden();
  await expect(mine.locator("#view .card")).toHaveCount(0);
  await client.end();
});
