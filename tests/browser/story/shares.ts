import { opened, saved, titles } from "../steps.ts";
import { ONCE } from "../tags.ts";
import { expect, test } from "../test.ts";
import { Client, nobody, stranger } from "../world.ts";
import { type Parts, changesOf, like, partsOf, removalsOf, unnumbered } from "./parts.ts";
import { everythingIsThere, noControls, tale } from "./tale.ts";

/* A viewer joins, a stranger looks in, and the lights go out. */

let outsider = nobody();

test("a colleague is invited as viewer by a link, and joins", async ({ as, anyone, look }) => {
  const page = await as(tale.office);
  await page.goto("/members");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("E-mail").fill(tale.reader.email);
  await page.getByRole("radio", { name: /^Viewer/ }).check();
  await look(page, "invite");
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = await page.getByRole("textbox", { name: "Invitation link" }).inputValue();
  await expect(page.locator("#invite")).toBeHidden();
  await look(page, "invite-link");

  const theirs = await anyone();
  await theirs.goto(link);
  await expect(theirs.getByRole("heading", { name: "Join Depot" })).toBeVisible();
  await expect(theirs.getByLabel("E-mail")).toHaveValue(tale.reader.email);
  await look(theirs, "invited");
  await theirs.getByLabel("Name", { exact: true }).fill(tale.reader.name);
  await theirs.getByLabel("New password").fill(tale.reader.password);
  await theirs.getByRole("button", { name: "Create account and join" }).click();

  await expect(theirs).toHaveURL(/\/login/);
  await theirs.getByLabel("E-mail").fill(tale.reader.email);
  await theirs.getByLabel("Password").fill(tale.reader.password);
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.locator("body.framed")).toBeVisible();
  tale.reader.state = await theirs.context().storageState();
  expect((await theirs.goto(link))?.status(), "the link works once").toBe(404);

  await page.goto("/members");
  await expect(page.getByRole("row", { name: tale.reader.name })).toBeVisible();
});

test("the viewer sees everything, and nothing to change it with", async ({ as, look }) => {
  const page = await as(tale.reader);
  await page.goto(tale.board);
  await expect(titles(page, "Inbox")).toHaveCount(3);
  await noControls(page);
  await look(page, "viewer-board");

  // The keys that change something do nothing.
  await page.getByRole("link", { name: "Paint the south gate" }).focus();
  for (const key of ["m", "a", "e", "x", "l", "d", "c"]) await page.keyboard.press(key);
  await expect(page.locator(".is-lifted, .is-selected, #picker:popover-open, #panel:not([hidden])")).toHaveCount(0);

  await page.goto(`${tale.board}/table`);
  await expect(page.locator(".grid-row")).toHaveCount(3);
  await noControls(page);
  await look(page, "viewer-table");
  await page.goto(`${tale.board}/archive`);
  await expect(page.getByRole("row", { name: "Sweep the yard" })).toBeVisible();
  await noControls(page);
  await everythingIsThere(page);
  await noControls(page);
  await look(page, "viewer-item");
  await page.goto("/projects");
  await expect(page.getByRole("link", { name: "Depot plan" }).first()).toBeVisible();
  await noControls(page);
  await page.goto("/members");
  await expect(page.getByRole("row", { name: tale.office.name })).toBeVisible();
  await noControls(page);
  await look(page, "viewer-members");
});

test("what the viewer sends all the same is refused", { tag: ONCE }, async ({ server }) => {
  const admin = await Client.of(server, tale.office.state);
  const parts = await partsOf(admin);
  const before = await admin.get(`/api/v1/items/${parts.item}`);
  const viewer = await Client.of(server, tale.reader.state);
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
  const person = await stranger(server);
  outsider = person.state;
  const page = await as(person);
  expect((await page.goto(tale.board))?.status()).toBe(404);
  await look(page, "stranger-404");
  await page.goto("/projects");
  await expect(page.locator("body")).not.toContainText("Depot");
});

test("a stranger cannot tell it from what never was", { tag: ONCE }, async ({ server }) => {
  const admin = await Client.of(server, tale.office.state);
  const parts = await partsOf(admin);
  const client = await Client.of(server, outsider);
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
});

test("after a power cut all of it is still there", async ({ as, server }) => {
  const page = await as(tale.office);
  await page.goto(tale.item);
  await opened(page).getByPlaceholder("Write an update").fill("Written right before the lights went out.");
  await saved(page, `${tale.item}/updates`, () => page.keyboard.press("Control+Enter"));
  await server.kill();
  await server.restart();

  // The page that was open goes on with its session, and so does everybody else's.
  await opened(page).getByPlaceholder("Write an update").fill("And on again.");
  await saved(page, `${tale.item}/updates`, () => page.keyboard.press("Control+Enter"));
  await everythingIsThere(page);
  await expect(opened(page).getByRole("paragraph").filter({ hasText: "Written right before the lights went out." })).toBeVisible();
  await expect(opened(page).getByRole("paragraph").filter({ hasText: "And on again." })).toBeVisible();
  const theirs = await as(tale.reader);
  await everythingIsThere(theirs);
});
