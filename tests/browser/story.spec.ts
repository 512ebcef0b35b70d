import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { card, choose, drag, group, open, opened, pick, saved, titles } from "./steps.ts";
import { expect, test } from "./test.ts";
import { Client, FIXTURE, type Person, PASSWORD, nobody, stranger } from "./world.ts";

/* A team moves a Trello board in and works on it: each test goes on where the one before it ended. */

test.use({ instance: "story" });
test.describe.configure({ mode: "serial" });

const office: Person = { name: "Main office", email: "office@example.org", password: PASSWORD, state: nobody() };
const reader: Person = { name: "Reader", email: "reader@example.org", password: PASSWORD, state: nobody() };
let board = "";
let item = "";

test("the first-run link makes an account and a workspace, and has the master key saved", async ({ page, server, look }) => {
  const link = await server.firstRunLink();
  await page.goto(link);
  await look(page, "setup");
  await page.getByLabel("Name", { exact: true }).fill(office.name);
  await page.getByLabel("E-mail").fill(office.email);
  await page.getByLabel("New password").fill(office.password);
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
  office.state = await page.context().storageState();

  // Neither the link nor the key is given a second time.
  expect((await page.goto(link))?.status()).toBe(404);
  await page.goto("/setup/master-key");
  await expect(page.locator("#master-key")).toHaveCount(0);
  expect(await page.content()).not.toContain(key);
});

test("a Trello board is checked first, then imported", async ({ as, look }) => {
  const page = await as(office);
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
  board = new URL(page.url()).pathname;
});

test("the same board is a kanban and a table", async ({ as, look }) => {
  const page = await as(office);
  await page.goto(board);
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
  await expect(page).toHaveURL(`${board}/table`);
  const row = page.getByRole("row", { name: "Paint the gate" });
  await expect(row).toContainText("Urgent");
  await expect(page.locator(".grid-row")).toHaveCount(3);
  await look(page, "story-table");
  await page.getByRole("link", { name: /^Archive/ }).click();
  await expect(page.getByRole("row", { name: "Sweep the yard" })).toBeVisible();
});

test("a card opens beside the board and is edited in place", async ({ as, look, phone }) => {
  const page = await as(office);
  await page.goto(board);
  await open(page, "Paint the gate");
  await expect(page).toHaveURL(/\/items\/item_/);
  item = new URL(page.url()).pathname;
  await expect(page.locator("#view")).toHaveCount(phone ? 0 : 1);
  await expect(opened(page).locator(".prose em").first()).toHaveText("green");

  const title = opened(page).getByLabel("Title");
  await title.fill("Paint the south gate");
  await saved(page, `${item}/title`, () => title.press("Enter"));
  if (!phone) await expect(card(page, "Paint the south gate")).toBeVisible();

  await opened(page).getByRole("button", { name: "Edit Description" }).click();
  const text = opened(page).getByRole("textbox", { name: "Description" });
  await text.fill("Two coats of **green**.\n\n- sand first\n- [ask](https://paint.example.org/)\n\n<script>alert(1)</script>");
  await saved(page, `${item}/description`, () => text.press("Control+Enter"));
  const prose = opened(page).locator(".md-view").first();
  await expect(prose.locator("strong")).toHaveText("green");
  await expect(prose.locator("li")).toHaveText(["sand first", "ask"]);
  await expect(prose.locator("script")).toHaveCount(0);

  await choose(page, "status", "Done");
  await choose(page, "priority", "High");
  await choose(page, "labels", "Plain");
  await choose(page, "assignees", office.name);
  await expect(opened(page).locator("[data-field=assignees]")).toContainText(office.name);

  const labels = await pick(page, "labels");
  await labels.getByPlaceholder("Find").fill("Weather");
  await saved(page, `${item}/labels`, () => labels.getByRole("menuitem", { name: "Create Weather" }).click());
  await expect(opened(page).locator("[data-field=labels] .tag")).toContainText(["Urgent", "Plain", "Weather"]);

  const dates = await pick(page, "dates");
  await dates.getByLabel("Due").fill("2031-05-06");
  await saved(page, `${item}/dates`, () => dates.getByRole("button", { name: "Save" }).click());
  await expect(opened(page).locator("[data-field=dates] .due time")).toHaveAttribute("datetime", "2031-05-06");
  await look(page, "story-item");
});

test("a checklist is made, ticked and renamed", async ({ as, phone }) => {
  const page = await as(office);
  await page.goto(board);
  await open(page, "Paint the south gate");
  await opened(page).getByPlaceholder("Add checklist").fill("Weather");
  await saved(page, `${item}/checklists`, () => page.keyboard.press("Enter"));
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
  const page = await as(office);
  await page.goto(item);
  const feed = opened(page).locator(".feed");
  await expect(feed.locator(".update").first()).toContainText("Looks good.");
  await opened(page).getByPlaceholder("Write an update").fill("Third coat on **Monday**.");
  await saved(page, `${item}/updates`, () => page.keyboard.press("Control+Enter"));
  const mine = feed.locator(".update").last();
  await expect(mine).toContainText(office.name);
  await expect(mine.locator("strong")).toHaveText("Monday");
  await expect(opened(page).getByPlaceholder("Write an update")).toHaveValue("");

  await mine.getByRole("button", { name: "Edit update" }).click();
  await mine.getByRole("textbox").fill("Third coat on **Tuesday**.");
  await saved(page, /^\/updates\//, () => mine.getByRole("button", { name: "Save" }).click());
  await expect(mine.locator("strong")).toHaveText("Tuesday");
  await expect(mine).toContainText("edited");
  await expect(feed.locator(".activity").last()).toContainText(office.name);
});

test("a card is dragged to another column, and the way back is offered", async ({ as, phone, picture }) => {
  const page = await as(office);
  await page.goto(board);
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
  const page = await as(office);
  await page.goto(board);
  const gate = page.getByRole("link", { name: "Paint the south gate" });
  const live = page.locator("#live");
  await gate.focus();
  await page.keyboard.press("m");
  await expect(live).toHaveText(/Moving Paint the south gate\. .* 1 of 1 in Working/);
  await page.keyboard.press("ArrowLeft");
  await expect(live).toHaveText("1 of 3 in Inbox");
  await page.keyboard.press("ArrowDown");
  await expect(live).toHaveText("2 of 3 in Inbox");
  await saved(page, `${item}/move`, () => page.keyboard.press("Enter"));
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
  await everythingIsThere(await as(office));
});

test("a card is archived and comes back", async ({ as, look, phone }) => {
  const page = await as(office);
  await page.goto(board);
  await open(page, "Über 🚚");
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await expect(page.locator(".toast")).toContainText("is archived.");
  if (phone) await page.goto(board);
  await expect(card(page, "Über 🚚")).toHaveCount(0);

  await page.goto(`${board}/archive`);
  await look(page, "story-archive");
  const row = page.getByRole("row", { name: "Über 🚚" });
  await saved(page, /\/restore$/, () => row.getByRole("button", { name: /^Restore/ }).click());
  await expect(row).toHaveCount(0);
  await page.goto(board);
  await expect(card(page, "Über 🚚")).toBeVisible();
});

test("a colleague is invited as viewer by a link, and joins", async ({ as, anyone, look }) => {
  const page = await as(office);
  await page.goto("/members");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("E-mail").fill(reader.email);
  await page.getByRole("radio", { name: /^Viewer/ }).check();
  await look(page, "invite");
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = await page.getByRole("textbox", { name: "Invitation link" }).inputValue();
  await expect(page.locator("#invite")).toBeHidden();
  await look(page, "invite-link");

  const theirs = await anyone();
  await theirs.goto(link);
  await expect(theirs.getByRole("heading", { name: "Join Depot" })).toBeVisible();
  await expect(theirs.getByLabel("E-mail")).toHaveValue(reader.email);
  await look(theirs, "invited");
  await theirs.getByLabel("Name", { exact: true }).fill(reader.name);
  await theirs.getByLabel("New password").fill(reader.password);
  await theirs.getByRole("button", { name: "Create account and join" }).click();

  await expect(theirs).toHaveURL(/\/login/);
  await theirs.getByLabel("E-mail").fill(reader.email);
  await theirs.getByLabel("Password").fill(reader.password);
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.locator("body.framed")).toBeVisible();
  reader.state = await theirs.context().storageState();
  expect((await theirs.goto(link))?.status(), "the link works once").toBe(404);

  await page.goto("/members");
  await expect(page.getByRole("row", { name: reader.name })).toBeVisible();
});

test("the viewer sees everything, and nothing to change it with", async ({ as, look }) => {
  const page = await as(reader);
  await page.goto(board);
  await expect(titles(page, "Inbox")).toHaveCount(3);
  await noControls(page);
  await look(page, "viewer-board");

  // The keys that change something do nothing.
  await page.getByRole("link", { name: "Paint the south gate" }).focus();
  for (const key of ["m", "a", "e", "x", "l", "d", "c"]) await page.keyboard.press(key);
  await expect(page.locator(".is-lifted, .is-selected, #picker:popover-open, #panel:not([hidden])")).toHaveCount(0);

  await page.goto(`${board}/table`);
  await expect(page.locator(".grid-row")).toHaveCount(3);
  await noControls(page);
  await look(page, "viewer-table");
  await page.goto(`${board}/archive`);
  await expect(page.getByRole("row", { name: "Sweep the yard" })).toBeVisible();
  await noControls(page);
  await everythingIsThere(page);
  await noControls(page);
  await look(page, "viewer-item");
  await page.goto("/projects");
  await expect(page.getByRole("link", { name: "Depot plan" }).first()).toBeVisible();
  await noControls(page);
  await page.goto("/members");
  await expect(page.getByRole("row", { name: office.name })).toBeVisible();
  await noControls(page);
  await look(page, "viewer-members");
});

test("what the viewer sends all the same is refused", async ({ server }) => {
  const admin = await Client.of(server, office.state);
  const parts = await partsOf(admin);
  const before = await admin.get(`/api/v1/items/${parts.item}`);
  const viewer = await Client.of(server, reader.state);
  for (const [path, form] of changesOf(parts)) {
    expect((await viewer.raw("POST", path, form)).status(), `POST ${path}`).toBe(403);
  }
  for (const path of removalsOf(parts)) {
    expect((await viewer.raw("DELETE", path)).status(), `DELETE ${path}`).toBe(403);
  }
  expect((await viewer.raw("GET", "/import")).status(), "GET /import").toBe(403);
  expect(await admin.get(`/api/v1/items/${parts.item}`)).toEqual(before);
  expect((await admin.groups(parts.board)).map(({ name }) => name)).toEqual(["Inbox", "Working"]);
  await admin.end();
  await viewer.end();
});

test("to somebody of another workspace none of it exists", async ({ as, server, look }) => {
  const outsider = await stranger(server);
  const admin = await Client.of(server, office.state);
  const parts = await partsOf(admin);
  const client = await Client.of(server, outsider.state);
  const missing = { ...parts, board: like(parts.board), item: like(parts.item), project: like(parts.project), group: like(parts.group), update: like(parts.update) };
  const pages = (of: Parts) => [`/boards/${of.board}`, `/boards/${of.board}/table`, `/boards/${of.board}/archive`, `/items/${of.item}`, `/projects/${of.project}`];
  const foreign = [...pages(parts).map((path) => ["GET", path] as const), ...changesOf(parts).map(([path, form]) => ["POST", path, form] as const)];
  const nowhere = [...pages(missing).map((path) => ["GET", path] as const), ...changesOf(missing).map(([path, form]) => ["POST", path, form] as const)];
  for (const [at, [method, path, form]] of foreign.entries()) {
    const [, other, otherForm] = nowhere[at] ?? ["", "", undefined];
    if (!/_/.test(path)) continue;
    const [theirs, none] = [await client.raw(method, path, form), await client.raw(method, other, otherForm)];
    expect(theirs.status(), `${method} ${path}`).toBe(404);
    expect(none.status(), `${method} ${other}`).toBe(404);
    expect(unnumbered(await theirs.text()), `${method} ${path}`).toBe(unnumbered(await none.text()));
  }
  await admin.end();
  await client.end();

  const page = await as(outsider);
  expect((await page.goto(board))?.status()).toBe(404);
  await look(page, "stranger-404");
  await page.goto("/projects");
  await expect(page.locator("body")).not.toContainText("Depot");
});

test("after a power cut all of it is still there", async ({ as, server }) => {
  const page = await as(office);
  await page.goto(item);
  await opened(page).getByPlaceholder("Write an update").fill("Written right before the lights went out.");
  await saved(page, `${item}/updates`, () => page.keyboard.press("Control+Enter"));
  await server.kill();
  await server.restart();

  // The page that was open goes on with its session, and so does everybody else's.
  await opened(page).getByPlaceholder("Write an update").fill("And on again.");
  await saved(page, `${item}/updates`, () => page.keyboard.press("Control+Enter"));
  await everythingIsThere(page);
  await expect(opened(page).getByRole("paragraph").filter({ hasText: "Written right before the lights went out." })).toBeVisible();
  await expect(opened(page).getByRole("paragraph").filter({ hasText: "And on again." })).toBeVisible();
  const theirs = await as(reader);
  await everythingIsThere(theirs);
});

/** Nothing on the page changes anything but how one looks at it. */
async function noControls(page: Page): Promise<void> {
  const edits = "[data-pick], [data-save], [data-edit], [data-edit-cell], [data-md-edit], [data-toggle], [data-quick], [data-select], [data-sortable], [hx-post], [hx-delete], textarea";
  await expect(page.locator(edits)).toHaveCount(0);
  // In the frame: switching the workspace, signing out, the password, "you switched workspaces".
  await expect(page.locator("form[method=post]:not([action='/session/workspace'], [action='/logout'], [action='/sudo'])")).toHaveCount(0);
}

interface Parts {
  project: string;
  board: string;
  group: string;
  item: string;
  checklist: string;
  entry: string;
  update: string;
}

async function partsOf(client: Client): Promise<Parts> {
  const id = item.slice("/items/".length);
  const found = await client.get<{ group_id: string; checklists: { id: string; entries: { id: string }[] }[] }>(`/api/v1/items/${id}`);
  const where = await client.get<{ project_id: string }>(`/api/v1${board}`);
  const updates = await client.get<{ data: { id: string }[] }>(`/api/v1/items/${id}/updates`);
  return {
    project: where.project_id,
    board: board.slice("/boards/".length),
    group: found.group_id,
    item: id,
    checklist: found.checklists[0]?.id ?? "",
    entry: found.checklists[0]?.entries[0]?.id ?? "",
    update: updates.data[0]?.id ?? "",
  };
}

function changesOf({ project, board, group, item, checklist, entry, update }: Parts): [string, Record<string, string>][] {
  return [
    ["/projects", { name: "Mine", key: "MINE" }],
    [`/projects/${project}/boards`, { name: "Mine" }],
    [`/boards/${board}/groups`, { name: "Mine" }],
    [`/boards/${board}/groups/${group}`, { name: "Mine" }],
    [`/boards/${board}/groups/${group}/items`, { title: "Mine" }],
    [`/items/${item}/title`, { title: "Mine" }],
    [`/items/${item}/description`, { description: "Mine" }],
    [`/items/${item}/status`, { status: "todo" }],
    [`/items/${item}/priority`, { priority: "low" }],
    [`/items/${item}/labels`, { create: "Mine" }],
    [`/items/${item}/assignees`, { add: "user_00000000000000000000000000" }],
    [`/items/${item}/dates`, { due_on: "2030-01-01" }],
    [`/items/${item}/move`, { group_id: group }],
    [`/items/${item}/archive`, {}],
    [`/items/${item}/restore`, {}],
    [`/items/${item}/checklists`, { title: "Mine" }],
    [`/items/${item}/checklists/${checklist}`, { title: "Mine" }],
    [`/items/${item}/checklists/${checklist}/entries`, { text: "Mine" }],
    [`/items/${item}/checklists/${checklist}/entries/${entry}`, { done: "true" }],
    [`/items/${item}/updates`, { body: "Mine" }],
    [`/updates/${update}`, { body: "Mine" }],
    ["/invitations", { email: "friend@example.org", role: "admin" }],
  ];
}

function removalsOf({ item, checklist, entry, update }: Parts): string[] {
  return [`/items/${item}`, `/items/${item}/checklists/${checklist}`, `/items/${item}/checklists/${checklist}/entries/${entry}`, `/updates/${update}`];
}

/** An id that nothing has. */
function like(id: string): string {
  return `${id.split("_")[0]}_01m000000000000000000000zz`;
}

/** The request id is another each time. */
function unnumbered(text: string): string {
  return text.replaceAll(/req_[a-z0-9]+/g, "req_");
}

/** What the tests above have changed, as it must be from now on. */
async function everythingIsThere(page: Page): Promise<void> {
  await page.goto(board);
  const gate = card(page, "Paint the south gate");
  await expect(gate.locator(".tag")).toHaveText(["Urgent", "sky", "Plain", "Weather"]);
  await expect(gate.locator(".progress")).toContainText("2/4");
  await page.goto(item);
  const shown = opened(page);
  await expect(shown.getByRole("heading", { level: 2 })).toContainText("Paint the south gate");
  await expect(shown.locator(".md-view strong").first()).toHaveText("green");
  await expect(shown.locator(".prop")).toContainText(["Done", "Inbox", "High", office.name, "Weather", "2031"]);
  await expect(shown.getByText("Third coat on Tuesday.")).toBeVisible();
  await expect(shown.getByText("Above 8 °C", { exact: true })).toBeVisible();
}
