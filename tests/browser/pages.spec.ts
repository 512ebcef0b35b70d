import { group, open, opened, pick, sidebar } from "./steps.ts";
import { ANY_COLOUR, ONCE } from "./tags.ts";
import { expect, test } from "./test.ts";

/* Every page and what opens on it, looked at: nothing for axe-core to find, nothing wider than the screen. */

test.use({ instance: "pages" });

test("the pages of an admin", async ({ as, world, look }) => {
  test.slow();
  const page = await as(world.admin);
  for (const [name, path] of [
    ["projects", "/projects"],
    ["project", world.project],
    ["board", world.board],
    ["table", `${world.board}/table`],
    ["archive", `${world.board}/archive`],
    ["import", "/import"],
    ["members", "/members"],
    ["account", "/account"],
  ] as const) {
    await page.goto(path);
    await expect(page.locator("main")).toBeVisible();
    await look(page, name);
  }
});

test("what opens on an item", async ({ as, world, look, phone }) => {
  test.slow();
  const page = await as(world.admin);
  await page.goto(world.board);
  await open(page, "Move the shop to the new checkout");
  await look(page, "item");
  for (const field of ["status", "labels", "assignees", "dates"]) {
    await pick(page, field);
    await look(page, `item-${field}`);
    await page.keyboard.press("Escape");
  }
  await opened(page).getByRole("button", { name: "Edit Description" }).click();
  await look(page, "item-description");
  await page.keyboard.press("Escape");
  await opened(page).locator(".feed").last().scrollIntoViewIfNeeded();
  await opened(page).getByPlaceholder("Write an update").fill("Vouchers work.\n\nTried with three.");
  await look(page, "item-feed");
  await opened(page).getByPlaceholder("Write an update").fill("");

  // What destroys is asked for, and names the thing.
  const key = (await page.locator(phone ? ".crumbs h1" : ".panel-key").textContent())?.trim().split(" ")[0] ?? "";
  await page.getByRole("button", { name: `Delete ${key}` }).click();
  await expect(page.getByRole("dialog", { name: `Delete ${key}, ` })).toBeVisible();
  await look(page, "item-delete");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(opened(page)).toBeVisible();
});

test("what opens on a board", async ({ as, world, look, phone }) => {
  test.slow();
  const page = await as(world.admin);
  await page.goto(world.board);
  await page.locator("[data-access]").click();
  await expect(page.locator("#access")).toContainText("People of other workspaces cannot tell that it exists.");
  await expect(page.locator("#access .access-list")).toContainText("Reader");
  await look(page, "board-access");
  await page.keyboard.press("Escape");

  const doing = group(page, "Next");
  await doing.hover();
  await doing.getByRole("button", { name: "Menu of Next" }).click();
  await look(page, "board-group-menu");
  await doing.getByLabel("Limit").fill("3");
  await page.keyboard.press("Enter");
  await expect(doing.locator(".count")).toHaveClass(/is-over/);
  await look(page, "board-over-limit");

  const side = await sidebar(page);
  if (phone) await look(page, "drawer");
  await side.locator("[popovertarget=self-menu]").click();
  await expect(page.locator("#self-menu")).toBeVisible();
  await look(page, "self-menu");
  await page.keyboard.press("Escape");
  if (phone) return;
  await page.keyboard.press("[");
  await expect(page.locator("body.folded")).toBeVisible();
  await look(page, "board-folded");
  await page.reload();
  await expect(page.locator("body.folded")).toBeVisible();
  await page.keyboard.press("[");
});

test("between a phone and a wide screen", { tag: ONCE }, async ({ as, world, look }) => {
  const page = await as(world.admin);
  for (const width of [1024, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(world.board);
    await look(page, `board-${width}`);
    await open(page, "Autumn catalogue, second proof");
    await look(page, `board-open-${width}`);
    await page.goto(`${world.board}/table`);
    await look(page, `table-${width}`);
  }
});

test("a long column comes in parts, and an import shows how far it is", { tag: ANY_COLOUR }, async ({ as, world, look }) => {
  test.slow();
  const client = await world.client();
  const id = await client.startImport("long.json", JSON.stringify(longBoard(2500)));
  const page = await as(world.admin);
  await page.goto(`/import/${id}`);
  await expect(page.getByRole("progressbar")).toBeVisible();
  await look(page, "import-progress");
  await expect(page.getByRole("heading", { name: "The board is here" })).toBeVisible({ timeout: 60_000 });
  await page.getByRole("link", { name: "Open the board" }).click();
  const cards = group(page, "All").locator(".card");
  await expect(group(page, "All").locator(".count-now")).toHaveText("2500");
  await expect(cards).toHaveCount(50);
  for (const more of [100, 150]) {
    await cards.last().scrollIntoViewIfNeeded();
    await expect(cards).toHaveCount(more);
  }
  await expect(cards.nth(149)).toContainText("Card 150");
  await look(page, "board-long");
  await client.end();
});

function longBoard(count: number): object {
  const id = (kind: number, at = 0) => `67${kind.toString(16).padStart(2, "0")}${at.toString(16).padStart(20, "0")}`;
  const list = { id: id(1), name: "All", closed: false, pos: 1 };
  const cards = Array.from({ length: count }, (_, at) => ({ id: id(2, at), name: `Card ${at + 1}`, idShort: at + 1, desc: "", closed: false, pos: at + 1, idList: list.id, idLabels: [], idMembers: [] }));
  return { id: id(0), name: "Long", desc: "", closed: false, lists: [list], cards, labels: [], members: [], checklists: [], actions: [] };
}

test("sudo is asked for when the last time is long ago", async ({ as, world, look }) => {
  const page = await as(world.admin);
  await page.goto("/members");
  // The server's refusal, as it comes after ten minutes.
  await page.route("**/invitations", (route) => route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify({ status: 403, code: "sudo_required", title: "Forbidden" }) }), { times: 1 });
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("E-mail").fill("later@example.org");
  await page.getByRole("radio", { name: /^Viewer/ }).check();
  await page.getByRole("button", { name: "Make the link" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it is you" });
  await expect(dialog).toBeVisible();
  await dialog.getByLabel("Your password").fill("not this one");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(dialog.getByLabel("Your password")).toHaveAccessibleDescription(/\w/);
  await look(page, "sudo-wrong");
  await dialog.getByLabel("Your password").fill(world.admin.password);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("textbox", { name: "Invitation link" })).toBeVisible();
});

test("the pages of a viewer", async ({ as, world, look }) => {
  const page = await as(world.reader);
  await page.goto(world.board);
  await open(page, "Move the shop to the new checkout");
  await look(page, "viewer-open");
  await page.goto("/members");
  await expect(page.locator(".members tbody tr", { hasText: world.reader.name })).toBeVisible();
  // A column that could only be empty is not there.
  await expect(page.getByRole("columnheader", { name: "Last seen" })).toHaveCount(0);
  await look(page, "viewer-members");
  await page.goto("/account");
  await look(page, "viewer-account");
});

test("a card that is opened comes out from under its panel", { tag: ONCE }, async ({ as, world }) => {
  const page = await as(world.admin);
  await page.goto("/members");
  await expect(page.getByRole("columnheader", { name: "Last seen" })).toBeVisible();
  await page.setViewportSize({ width: 1100, height: 800 });
  await page.goto(world.board);
  const link = page.locator(".group[data-group]").nth(2).locator(".card-title").first();
  const title = (await link.textContent())?.trim() ?? "";
  await link.click();
  await expect(opened(page).getByRole("heading", { level: 2 })).toContainText(title);
  const side = async (selector: string, edge: "left" | "right") => page.locator(selector).evaluate((element, edge) => element.getBoundingClientRect()[edge], edge);
  await expect.poll(async () => (await side(".card.is-open", "right")) <= (await side("#panel", "left"))).toBe(true);
});

test("signed out", async ({ page, look }) => {
  await page.goto("/login");
  await look(page, "sign-in");
});

test("every answer says how it wants to be treated", { tag: ONCE }, async ({ server, request }) => {
  const up = await request.get("/healthz");
  expect(up.status()).toBe(200);
  const headers = up.headers();
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(new URL(await server.firstRunLink()).origin).toBe(server.url);
});
