import { card, choose, drag, group, open, opened, pick, saved, titles } from "../steps.ts";
import { expect, test } from "../test.ts";
import { everythingIsThere, tale } from "./tale.ts";

/* A card is edited, discussed, moved, archived and brought back. */

test("a card opens beside the board and is edited in place", async ({ as, look, phone }) => {
  const page = await as(tale.office);
  await page.goto(tale.board);
  await open(page, "Paint the gate");
  await expect(page).toHaveURL(/\/items\/item_/);
  tale.item = new URL(page.url()).pathname;
  await expect(page.locator("#view")).toHaveCount(phone ? 0 : 1);
  await expect(opened(page).locator(".prose em").first()).toHaveText("green");

  const title = opened(page).getByLabel("Title");
  await title.fill("Paint the south gate");
  await saved(page, `${tale.item}/title`, () => title.press("Enter"));
  if (!phone) await expect(card(page, "Paint the south gate")).toBeVisible();

  await opened(page).getByRole("button", { name: "Edit Description" }).click();
  const text = opened(page).getByRole("textbox", { name: "Description" });
  await text.fill("Two coats of **green**.\n\n- sand first\n- [ask](https://paint.example.org/)\n\n<script>alert(1)</script>");
  await saved(page, `${tale.item}/description`, () => text.press("Control+Enter"));
  const prose = opened(page).locator(".md-view").first();
  await expect(prose.locator("strong")).toHaveText("green");
  await expect(prose.locator("li")).toHaveText(["sand first", "ask"]);
  await expect(prose.locator("script")).toHaveCount(0);

  await choose(page, "status", "Done");
  await choose(page, "priority", "High");
  await choose(page, "labels", "Plain");
  await choose(page, "assignees", tale.office.name);
  await expect(opened(page).locator("[data-field=assignees]")).toContainText(tale.office.name);

  const labels = await pick(page, "labels");
  await labels.getByPlaceholder("Find").fill("Weather");
  await saved(page, `${tale.item}/labels`, () => labels.getByRole("menuitem", { name: "Create Weather" }).click());
  await expect(opened(page).locator("[data-field=labels] .tag")).toContainText(["Urgent", "Plain", "Weather"]);

  const dates = await pick(page, "dates");
  await dates.getByLabel("Due").fill("2031-05-06");
  await saved(page, `${tale.item}/dates`, () => dates.getByRole("button", { name: "Save" }).click());
  await expect(opened(page).locator("[data-field=dates] .due time")).toHaveAttribute("datetime", "2031-05-06");
  await look(page, "story-item");
});

test("a checklist is made, ticked and renamed", async ({ as, phone }) => {
  const page = await as(tale.office);
  await page.goto(tale.board);
  await open(page, "Paint the south gate");
  await opened(page).getByPlaceholder("Add checklist").fill("Weather");
  await saved(page, `${tale.item}/checklists`, () => page.keyboard.press("Enter"));
  const list = opened(page).locator(".checklist", { has: page.getByRole("heading", { name: "Weather" }) });
  for (const entry of ["No rain", "Above 5 °C"]) {
    await list.getByPlaceholder("Add entry").fill(entry);
    await saved(page, /\/entries$/, () => page.keyboard.press("Enter"));
    await expect(list.getByRole("checkbox", { name: entry })).toBeVisible();
  }
  await saved(page, /\/entries\/[^/]+$/, () => list.getByRole("checkbox", { name: "No rain" }).click());
  await expect(list.getByRole("checkbox", { name: "No rain" })).toBeChecked();
  await expect(list.locator(".progress")).toContainText("1/2");

  await list.getByRole("button", { name: "Above 5 °C", exact: true }).click();
  await page.keyboard.type("Above 8 °C");
  await saved(page, /\/entries\/[^/]+$/, () => page.keyboard.press("Enter"));
  await expect(list.getByRole("checkbox", { name: "Above 8 °C" })).toBeVisible();
  if (!phone) await expect(card(page, "Paint the south gate").locator(".progress")).toContainText("2/4");
});

test("a comment is written, changed, and told apart from what happened", async ({ as }) => {
  const page = await as(tale.office);
  await page.goto(tale.item);
  const feed = opened(page).locator(".feed");
  await expect(feed.locator(".update").first()).toContainText("Looks good.");
  await opened(page).getByPlaceholder("Write an update").fill("Third coat on **Monday**.");
  await saved(page, `${tale.item}/updates`, () => page.keyboard.press("Control+Enter"));
  const mine = feed.locator(".update").last();
  await expect(mine).toContainText(tale.office.name);
  await expect(mine.locator("strong")).toHaveText("Monday");
  await expect(opened(page).getByPlaceholder("Write an update")).toHaveValue("");

  await mine.getByRole("button", { name: "Edit update" }).click();
  await mine.getByRole("textbox").fill("Third coat on **Tuesday**.");
  await saved(page, /^\/updates\//, () => mine.getByRole("button", { name: "Save" }).click());
  await expect(mine.locator("strong")).toHaveText("Tuesday");
  await expect(mine).toContainText("edited");
  await expect(feed.locator(".activity").last()).toContainText(tale.office.name);
});

test("a card is dragged to another column, and the way back is offered", async ({ as, phone, picture }) => {
  const page = await as(tale.office);
  await page.goto(tale.board);
  const sand = card(page, "Order sand");
  await expect(page.locator("[data-sortable]")).toBeVisible();
  await saved(page, /\/move$/, () => drag(page, sand, group(page, "Inbox"), phone));
  await expect(group(page, "Inbox").locator(".card")).toHaveCount(2);
  await expect(group(page, "Inbox").locator(".count-now")).toHaveText("2");
  await expect(page.locator(".toast")).toContainText("Moved to Inbox.");
  await picture(page, "story-dragged");
  await page.reload();
  await expect(group(page, "Inbox").locator(".card")).toHaveCount(2);
  await expect(titles(page, "Working")).toHaveText(["Paint the south gate"]);
});

test("a card is moved by keyboard, and a screen reader hears where it is", async ({ as }) => {
  const page = await as(tale.office);
  await page.goto(tale.board);
  const gate = page.getByRole("link", { name: "Paint the south gate" });
  const live = page.locator("#live");
  await gate.focus();
  await page.keyboard.press("m");
  await expect(live).toHaveText(/Moving Paint the south gate\. .* 1 of 1 in Working/);
  await page.keyboard.press("ArrowLeft");
  await expect(live).toHaveText("1 of 3 in Inbox");
  await page.keyboard.press("ArrowDown");
  await expect(live).toHaveText("2 of 3 in Inbox");
  await saved(page, `${tale.item}/move`, () => page.keyboard.press("Enter"));
  await expect(live).toHaveText(/Dropped\. 2 of 3 in Inbox/);
  await expect(gate).toBeFocused();

  // Escape puts it back and tells nobody.
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowRight");
  await expect(titles(page, "Working")).toHaveText(["Paint the south gate"]);
  await page.keyboard.press("Escape");
  await expect(live).toHaveText("Put back.");
  await expect(titles(page, "Inbox").nth(1)).toHaveText("Paint the south gate");
  await page.reload();
  await expect(titles(page, "Inbox").nth(1)).toHaveText("Paint the south gate");
});

test("after a reload all of it is still there", async ({ as }) => {
  await everythingIsThere(await as(tale.office));
});

test("a card is archived and comes back", async ({ as, look, phone }) => {
  const page = await as(tale.office);
  await page.goto(tale.board);
  await open(page, "Über 🚚");
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await expect(page.locator(".toast")).toContainText("is archived.");
  if (phone) await page.goto(tale.board);
  await expect(card(page, "Über 🚚")).toHaveCount(0);

  await page.goto(`${tale.board}/archive`);
  await look(page, "story-archive");
  const row = page.getByRole("row", { name: "Über 🚚" });
  await saved(page, /\/restore$/, () => row.getByRole("button", { name: /^Restore/ }).click());
  await expect(row).toHaveCount(0);
  await page.goto(tale.board);
  await expect(card(page, "Über 🚚")).toBeVisible();
});
