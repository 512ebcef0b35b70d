import type { BrowserContext } from "@playwright/test";

import { STREAM, colleague, desk, stayed, watching } from "./live/desk.ts";
import { card, drag, group, open, opened, saved, titles } from "./steps.ts";
import { ANY_COLOUR, ONCE } from "./tags.ts";
import { expect, test } from "./test.ts";

import "./live/writing.ts";

/* What others do is seen at once, on a page that is open already. */

test.use({ instance: "live" });

test("a card that somebody drags goes to its place on everybody's page", { tag: ANY_COLOUR }, async ({ as, world, phone }) => {
  const at = await desk(world, ["One", "Two", "Three"]);
  const mine = await as(world.admin);
  await watching(mine, at.board);
  const theirs = await as(await colleague(world));
  await theirs.goto(at.board);
  await expect(theirs.locator("[data-sortable]")).toBeVisible();
  await saved(theirs, /\/move$/, () => drag(theirs, card(theirs, "Two"), group(theirs, "Doing"), phone));
  await expect(titles(mine, "Doing")).toHaveText(["Two"]);
  await expect(titles(mine, "To do")).toHaveText(["One", "Three"]);
  await expect(group(mine, "To do").locator(".count-now")).toHaveText("2");
  await expect(group(mine, "Doing").locator(".count-now")).toHaveText("1");
  await expect(mine.locator("#live")).toHaveText(/^Two has moved\. 1 of 1 in Doing/);

  // Between its neighbours, and to the top.
  const client = await world.client(await colleague(world));
  const [todo] = at.groups;
  await client.post(`/api/v1/items/${at.items.get("Two")}/move`, { group_id: todo, after: at.items.get("One") });
  await expect(titles(mine, "To do")).toHaveText(["One", "Two", "Three"]);
  await client.post(`/api/v1/items/${at.items.get("Three")}/move`, { group_id: todo, before: at.items.get("One") });
  await expect(titles(mine, "To do")).toHaveText(["Three", "One", "Two"]);
  await client.end();
  await stayed(mine);
});

test("new, renamed, labelled, commented, archived and restored cards are seen at once", { tag: ANY_COLOUR }, async ({ as, world }) => {
  const at = await desk(world, ["One", "Two"]);
  const mine = await as(world.admin);
  await watching(mine, at.board);
  const theirs = await as(await colleague(world));
  await theirs.goto(at.board);
  await theirs.getByRole("textbox", { name: "Add an item to To do" }).fill("Three");
  await saved(theirs, /\/items$/, () => theirs.keyboard.press("Enter"));
  await expect(titles(mine, "To do")).toHaveText(["One", "Two", "Three"]);
  await expect(mine.locator("#live")).toHaveText("New: Three.");

  await open(theirs, "Two");
  const title = opened(theirs).getByLabel("Title");
  await title.fill("Second");
  await saved(theirs, /\/title$/, () => title.press("Enter"));
  await expect(titles(mine, "To do")).toHaveText(["One", "Second", "Three"]);
  await opened(theirs).getByPlaceholder("Write an update").fill("Nearly there.");
  await saved(theirs, /\/updates$/, () => theirs.keyboard.press("Control+Enter"));
  await expect(card(mine, "Second").locator(".meta")).toContainText("1");

  const client = await world.client(await colleague(world));
  const two = at.items.get("Two") ?? "";
  const label = await client.post<{ id: string }>(`/api/v1/projects/${at.project}/labels`, { name: "Soon" });
  await client.patch(`/api/v1/items/${two}`, { labels: [label.id] });
  await expect(card(mine, "Second").locator(".tag")).toHaveText(["Soon"]);

  await saved(theirs, /\/archive$/, () => theirs.getByRole("button", { name: "Archive", exact: true }).click());
  await expect(titles(mine, "To do")).toHaveText(["One", "Three"]);
  await expect(group(mine, "To do").locator(".count-now")).toHaveText("2");
  await client.post(`/api/v1/items/${two}/restore`, {});
  await expect(titles(mine, "To do")).toHaveText(["One", "Second", "Three"]);
  await client.raw("DELETE", `/api/v1/items/${at.items.get("One")}`);
  await expect(titles(mine, "To do")).toHaveText(["Second", "Three"]);
  await expect(group(mine, "To do").locator(".count-now")).toHaveText("2");
  await client.end();
  await stayed(mine);
});

test("the table shows it too, and the filter lets through what passes it now", { tag: ONCE }, async ({ as, world }) => {
  const at = await desk(world, ["Red one", "Red two", "Blue"]);
  const mine = await as(world.admin);
  await watching(mine, `${at.board}/table`);
  const client = await world.client(await colleague(world));
  await client.patch(`/api/v1/items/${at.items.get("Blue")}`, { priority: "urgent" });
  await expect(mine.getByRole("row", { name: "Blue" })).toContainText("Urgent");

  await mine.getByRole("searchbox").fill("red");
  await expect(mine.locator(".grid-row")).toHaveCount(2);
  await client.patch(`/api/v1/items/${at.items.get("Blue")}`, { title: "Nearly red" });
  await expect(mine.locator(".grid-row")).toHaveCount(3);
  await client.patch(`/api/v1/items/${at.items.get("Red two")}`, { title: "Green" });
  await expect(mine.locator(".grid-row .row-link")).toHaveText(["Red one", "Nearly red"]);
  await expect(mine.getByRole("searchbox")).toBeFocused();
  await expect(mine.getByRole("searchbox")).toHaveValue("red");
  await client.end();
  await stayed(mine);
});

test("a column that is renamed or added keeps what was loaded by scrolling", { tag: ONCE }, async ({ as, world }) => {
  const many = Array.from({ length: 70 }, (_, number) => `Item ${number}`);
  const at = await desk(world, many);
  const mine = await as(world.admin);
  await watching(mine, at.board);
  const cards = titles(mine, "To do");
  await expect(async () => {
    await cards.last().scrollIntoViewIfNeeded();
    await expect(cards).toHaveCount(70, { timeout: 500 });
  }).toPass();
  await cards.nth(60).scrollIntoViewIfNeeded();
  const client = await world.client(await colleague(world));
  await client.patch(`/api/v1/boards/${at.id}/groups/${at.groups[0]}`, { name: "Waiting" });
  await expect(titles(mine, "Waiting")).toHaveCount(70);
  await client.post(`/api/v1/boards/${at.id}/groups`, { name: "Done" });
  await expect(group(mine, "Done")).toBeAttached();
  await expect(titles(mine, "Waiting")).toHaveCount(70);
  await expect(titles(mine, "Waiting").nth(60)).toBeInViewport();
  await client.end();
  await stayed(mine);
});

test("a card that leaves for another board goes, and one that leaves the archive does", { tag: ONCE }, async ({ as, world }) => {
  const [here, there] = [await desk(world, ["One", "Two", "Three"]), await desk(world, ["Four"])];
  const [mine, beyond] = [await as(world.admin), await as(world.admin)];
  await watching(mine, here.board);
  await watching(beyond, there.board);
  const client = await world.client(await colleague(world));
  await client.post(`/api/v1/items/${here.items.get("Two")}/move`, { group_id: there.groups[0] });
  await expect(titles(beyond, "To do")).toHaveText(["Four", "Two"]);
  await expect(titles(mine, "To do")).toHaveText(["One", "Three"]);
  await expect(group(mine, "To do").locator(".count-now")).toHaveText("2");

  await client.raw("POST", `/items/${here.items.get("One")}/archive`, {});
  await expect(titles(mine, "To do")).toHaveText(["Three"]);
  await watching(mine, `${here.board}/archive`);
  const row = mine.getByRole("row", { name: "One" });
  await expect(row).toBeVisible();
  await client.post(`/api/v1/items/${here.items.get("One")}/restore`, {});
  await expect(row).toHaveCount(0);
  await client.end();
});

test("all tabs of a browser share one stream, and the next one takes over", { tag: ONCE }, async ({ as, world }) => {
  const at = await desk(world, ["One"]);
  const first = await as(world.admin);
  const asked = streams(first.context());
  await watching(first, at.board);
  const second = await first.context().newPage();
  await second.goto(at.board);
  await expect(titles(second, "To do")).toHaveText(["One"]);
  const client = await world.client(await colleague(world));
  await client.patch(`/api/v1/items/${at.items.get("One")}`, { title: "Uno" });
  for (const tab of [first, second]) await expect(titles(tab, "To do")).toHaveText(["Uno"]);
  expect(asked()).toBe(1);

  const taken = second.waitForResponse((answer) => new URL(answer.url()).pathname === STREAM);
  await first.close();
  expect((await taken).status()).toBe(200);
  await client.patch(`/api/v1/items/${at.items.get("One")}`, { title: "Due" });
  await expect(titles(second, "To do")).toHaveText(["Due"]);
  expect(asked()).toBe(2);
  await client.end();
});

/** How often this browser asked for the stream. */
function streams(context: BrowserContext): () => number {
  let count = 0;
  context.on("request", (request) => (count += new URL(request.url()).pathname === STREAM ? 1 : 0));
  return () => count;
}

test("whoever signs out in one tab hears it in the others, once", { tag: ONCE }, async ({ anyone, world }) => {
  const at = await desk(world, ["One"]);
  const person = await colleague(world);
  const leaving = await anyone();
  await leaving.goto("/login");
  await leaving.getByLabel("E-mail").fill(person.email);
  await leaving.getByLabel("Password").fill(person.password);
  await leaving.getByRole("button", { name: "Sign in" }).click();
  await expect(leaving.locator("body.framed")).toBeVisible();
  const tab = await leaving.context().newPage();
  await tab.goto(at.board);
  await expect(titles(tab, "To do")).toHaveText(["One"]);
  const refused = tab.waitForResponse((answer) => new URL(answer.url()).pathname === STREAM);
  await leaving.locator('[popovertarget="self-menu"]').click();
  await leaving.getByRole("button", { name: "Sign out" }).click();
  expect((await refused).status()).toBe(401);
  await expect(tab.locator(".toast")).toContainText("You are signed out.");
  await expect(tab.locator(".toast")).toHaveCount(1);
  const client = await world.client();
  await client.patch(`/api/v1/items/${at.items.get("One")}`, { title: "Not for them" });
  await client.end();
  // Asked again after a pause, refused again, and not said again.
  await tab.waitForResponse((answer) => new URL(answer.url()).pathname === STREAM && answer.status() === 401);
  await expect(tab.locator(".toast")).toHaveCount(1);
  await expect(titles(tab, "To do")).toHaveText(["One"]);
});
