import type { Locator } from "@playwright/test";

import { fits, sidebar } from "../steps.ts";
import { ANY_COLOUR, ONCE } from "../tags.ts";
import { expect, test } from "../test.ts";
import { Client, signIn } from "../world.ts";
import { equipped, foundWorkspace, idOf, joined, workshop } from "./people.ts";
import { SET_UP, code, factor, fold, givePassword, goTo } from "./steps.ts";

/* Those who have lost theirs, and who may help them. */

test("an admin resets the second factor of a member who has lost it", async ({ as, server, look }) => {
  const { person } = await equipped(server, "Dora");
  const page = await as(workshop.office);
  await page.goto("/members");
  const row = page.getByRole("row", { name: person.name });
  await expect(pill(row)).toBeVisible();
  await expect(pill(page.getByRole("row", { name: workshop.office.name }))).toHaveCount(0);
  await fits(page);
  await look(page, "two-factor-members");

  const reset = row.getByRole("button", { name: "Reset 2FA Dora" });
  const dialog = page.getByRole("dialog", { name: "Reset the second factor of Dora?" });
  await reset.click();
  await expect(dialog).toBeVisible();
  await look(page, "two-factor-reset");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  await reset.click();
  await dialog.getByRole("button", { name: "Reset 2FA" }).click();
  await expect(page.getByRole("status")).toHaveText(/^The second factor is reset\. They are signed out here,/);
  await expect(pill(row)).toHaveCount(0);
  await expect(reset).toHaveCount(0);
  await look(page, "two-factor-members-reset");

  // Their session is over; their password lets them in again, where they find none.
  const theirs = await as(person);
  await theirs.goto("/account");
  await expect(theirs).toHaveURL("/login?next=/account");
  const again = await as({ ...person, state: await signIn(server, person) });
  await again.goto("/account");
  await expect(factor(again).getByRole("link", { name: SET_UP })).toBeVisible();
});

test("a reset counts in one workspace, until its member rejoins", { tag: ANY_COLOUR }, async ({ anyone, server, look }) => {
  const { person, authenticator } = await equipped(server, "Lena");
  const own = await foundWorkspace(server, person, "Attic");
  const client = await Client.of(server, person.state);
  await client.post("/api/v1/session/workspace", { workspace_id: own });
  await client.end();
  const admin = await Client.of(server, workshop.office.state);
  await admin.form(`/members/${await idOf(admin, person)}/reset-2fa`, {});
  await admin.end();

  // Their own workspace, where they were last, asks for it as before.
  const page = await anyone();
  await page.goto("/login");
  await givePassword(page, person);
  await look(page, "two-factor-way-round");
  await page.getByRole("button", { name: "Go to Workshop, where it was reset" }).click();
  await expect(page.locator(".workspace-name")).toHaveText("Workshop");
  await goTo(page, "Attic");
  await expect(page.getByText("That workspace asks for a code of its own.")).toBeVisible();
  await look(page, "two-factor-switch");
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page.locator(".workspace-name")).toHaveText("Workshop");

  await page.goto("/account");
  await fold(factor(page), "Use your account's authenticator here again").click();
  await fits(page);
  await look(page, "two-factor-rejoin");
  await code(page).fill(authenticator.code());
  await factor(page).getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("status")).toHaveText("Your account's authenticator counts here again.");
  await expect(factor(page)).toContainText("10 recovery codes left");
  await goTo(page, "Attic");
  await expect(page.locator(".workspace-name"), "without another code").toHaveText("Attic");
});

test("a developer neither sees nor touches the second factor of others", { tag: ONCE }, async ({ as, server }) => {
  const { person: other } = await equipped(server, "Vida");
  const developer = await joined(server, "Erik");
  const page = await as(developer);
  await page.goto("/members");
  await expect(page.getByRole("row", { name: other.name })).toBeVisible();
  await expect(pill(page.locator("body"))).toHaveCount(0);
  await expect(page.getByRole("button", { name: /Reset 2FA/ })).toHaveCount(0);
  const side = await sidebar(page);
  await expect(side.getByRole("link", { name: "Members" })).toBeVisible();
  await expect(side.getByRole("link", { name: "Security" })).toHaveCount(0);
  expect((await page.goto("/security"))?.status()).toBe(403);
  await expect(page.getByRole("heading", { name: "You may not do this" })).toBeVisible();

  const [admin, client] = [await Client.of(server, workshop.office.state), await Client.of(server, developer.state)];
  const id = await idOf(admin, other);
  expect((await client.raw("POST", `/members/${id}/reset-2fa`, {})).status()).toBe(403);
  expect((await client.raw("POST", "/security", { require_2fa: "on" })).status()).toBe(403);
  await admin.end();
  await client.end();
});

function pill(within: Locator): Locator {
  return within.locator(".pill", { hasText: "2FA" });
}
