import type { Locator, Page } from "@playwright/test";
import { join } from "node:path";

import { fits, reach, sidebar } from "./steps.ts";
import { ANY_COLOUR, ONCE } from "./tags.ts";
import { expect, test } from "./test.ts";
import { Client, type Person, claim, stranger } from "./world.ts";

/* The page of whoever runs the instance: what is missing, a backup at once, and the proof of it. */

test.use({ instance: "backups" });

const BACKUPS = "/superadmin/backups";
const KEYRING = "The keyring is saved nowhere.";
const ON_MACHINE = "Whoever takes this machine can open its backups.";

let office: Person;

// Without a world: a server backs itself up a minute after its start, and one page here is of before.
test.beforeAll(async ({ server }) => {
  office = await claim(server);
});

test("before the first backup the page says what is missing", async ({ as, server, look }) => {
  const page = await as(office);
  await page.goto("/projects");
  await (await selfMenu(page)).getByRole("link", { name: "Backups" }).click();
  await expect(page).toHaveURL(BACKUPS);
  await expect(page.getByRole("heading", { level: 1, name: "Backups" })).toBeVisible();

  await expect(page.getByRole("heading", { name: "No backup yet" })).toBeVisible();
  await expect(page.getByRole("table")).toHaveCount(0);
  await expect(warnings(page)).toHaveText(["There is no backup yet.", KEYRING, ON_MACHINE]);
  await expect(page.locator(".notice", { hasText: KEYRING })).toContainText("Set backup_keyring_to to a place apart from the backups");
  const facts = page.locator(".sheet > .facts");
  await expect(fact(facts, "Saved to")).toHaveText(join(server.data, "backups"));
  await expect(fact(facts, "Keyring saved to")).toHaveText("—");
  await expect(fact(facts, "Kept for")).toHaveText("30 days");
  await expect(facts).not.toContainText("RPO");
  await expect(start(page)).toBeEnabled();
  await fits(page);
  await look(page, "backups-none");
});

test("a backup is made at a press, and proven", async ({ as, look }) => {
  test.slow();
  const page = await as(office);
  await page.goto(BACKUPS);
  const before = await backups(page).count();

  // The server's refusal, as it comes after ten minutes.
  const refusal = { status: 403, contentType: "application/problem+json", body: JSON.stringify({ status: 403, code: "sudo_required", title: "Forbidden" }) };
  await page.route(({ pathname }) => pathname === BACKUPS, (route) => route.fulfill(refusal), { times: 1 });
  await start(page).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it is you" });
  await expect(dialog.getByLabel("Your password")).toBeFocused();
  await dialog.getByLabel("Your password").fill(office.password);
  const pressed = Date.now();
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(dialog).toBeHidden();
  const newest = await proven(page, before + 1);
  await expect(page.getByRole("heading", { name: "No backup yet" })).toHaveCount(0);
  await expect(warnings(page)).toHaveText([KEYRING, ON_MACHINE]);
  const facts = page.locator(".sheet > .facts");
  await expect(fact(facts, "Lost if it broke now (RPO)")).toHaveText(/^\d+ s$/);
  await expect(fact(facts, "Brought back in (RTO)")).toHaveText(/^[1-9]\d* s$/);
  await expect(fact(facts, "Last proven")).toHaveText("now");

  const [made, size] = [newest.locator("td").nth(0), newest.locator("td").nth(1)];
  await expect(made).toContainText("without the keyring");
  await expect(made.locator("time")).toHaveText("now");
  const at = Date.parse((await made.locator("time").getAttribute("datetime")) ?? "");
  expect(at, "made after it was asked for").toBeGreaterThanOrEqual(pressed);
  await expect(size).toHaveText(/^\d+(\.\d)? [kM]B$/);
  await fits(page);
  await look(page, "backups-proven");

  await newest.locator("summary").click();
  for (const [name, value] of [
    ["Backup", /^bkp_[0-9a-z]{26}$/],
    ["SHA-256", /^[0-9a-f]{64}$/],
    ["Signature", /^[0-9a-f]{128}$/],
    ["Signed by", /^[0-9a-f]{64}$/],
  ] as const) {
    await expect(fact(newest, name)).toBeVisible();
    await expect(fact(newest, name)).toHaveText(value);
  }
  await fits(page);
  await look(page, "backups-proof");
});

test("without a mouse a backup is made, and its proof is read", { tag: ANY_COLOUR }, async ({ as }) => {
  const page = await as(office);
  await page.goto(BACKUPS);
  const before = await backups(page).count();
  await reach(page, start(page));
  await page.keyboard.press("Enter");
  const newest = await proven(page, before + 1);
  await expect(fact(newest, "Signature")).toBeHidden();
  await reach(page, newest.locator("summary"));
  await page.keyboard.press("Enter");
  await expect(fact(newest, "Signature")).toBeVisible();
});

test("to the owner of a workspace the page is not there, and no way leads to it", { tag: ONCE }, async ({ as, server }) => {
  const owner = await stranger(server);
  const client = await Client.of(server, owner.state);
  expect((await client.get<{ role: string }>("/api/v1/me")).role).toBe("admin");
  expect((await client.raw("POST", BACKUPS, {})).status()).toBe(404);
  await client.end();

  const page = await as(owner);
  await page.goto("/projects");
  const menu = await selfMenu(page);
  await expect(menu.getByRole("button", { name: "Sign out" })).toBeVisible();
  await expect(menu.getByRole("link", { name: "Backups" })).toHaveCount(0);
  await expect(page.locator('[href*="superadmin"]')).toHaveCount(0);
  expect((await page.goto(BACKUPS))?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await expect(page.locator("body")).not.toContainText(/backup/i);
});

/** The menu under one's own name, opened. */
async function selfMenu(page: Page): Promise<Locator> {
  const side = await sidebar(page);
  await side.locator("[popovertarget=self-menu]").click();
  const menu = page.locator("#self-menu");
  await expect(menu).toBeVisible();
  return menu;
}

function start(page: Page): Locator {
  return page.getByRole("button", { name: "Back up now" });
}

function backups(page: Page): Locator {
  return page.getByRole("table", { name: "Backups" }).locator("tbody tr");
}

function warnings(page: Page): Locator {
  return page.locator(".notice b");
}

/** What stands under this name in a list of facts. */
function fact(within: Locator, name: string): Locator {
  const named = within.page().getByText(name, { exact: true });
  return within.locator("div", { has: named }).locator("dd");
}

/** The newest of so many backups, once it is proven and another could be made; the page renews itself. */
async function proven(page: Page, count: number): Promise<Locator> {
  const newest = backups(page).first();
  await expect(backups(page)).toHaveCount(count, { timeout: 30_000 });
  await expect(newest.locator("summary")).toContainText("Brought back and equal", { timeout: 30_000 });
  await expect(start(page)).toBeEnabled();
  return newest;
}
