import type { Cookie, Page } from "@playwright/test";

import { fits, sidebar } from "./steps.ts";
import { expect, test } from "./test.ts";
import { equipped, foundWorkspace, workshop } from "./two-factor/people.ts";
import { code, factor, give, givePassword, goTo, refused, setUp, signOut } from "./two-factor/steps.ts";
import { Client, claim, stranger } from "./world.ts";

import "./two-factor/own.ts";
import "./two-factor/resets.ts";

/* A second factor: set up, given, asked of everybody, and reset. Each test has people of its own. */

test.use({ instance: "two-factor" });

const WAITING = "trackhold-waiting";

// The office stays without one, so that every test finds it as the first did.
test.beforeAll(async ({ server }) => {
  workshop.office = await claim(server);
});

test("signing in asks for a code, or for a recovery code in its place", async ({ as, server, look }) => {
  test.slow();
  const { person, authenticator, codes } = await equipped(server, "Tilen");
  const [first = "", second = ""] = codes;
  const page = await as(person);
  await page.goto("/projects");
  await signOut(page);

  await page.goto("/members");
  await givePassword(page, person);
  await expect(page).toHaveURL("/login/code?next=/members");
  await expect(page.getByText(person.email)).toBeVisible();
  await expect(code(page)).toBeFocused();
  await expect(code(page)).toHaveAttribute("autocomplete", "one-time-code");
  expect((await page.request.get("/api/v1/me")).status(), "the password alone opens nothing").toBe(401);
  expect(await waiting(page), "no script reads it").toMatchObject({ httpOnly: true, sameSite: "Lax" });
  await look(page, "two-factor-enter");
  await page.getByRole("link", { name: "Sign in as somebody else" }).click();
  await expect(page).toHaveURL("/login");
  await expect(page.getByLabel("E-mail")).toHaveValue("");

  // As after five minutes, when the browser drops it.
  await page.goto("/members");
  await givePassword(page, person);
  await page.context().clearCookies({ name: WAITING });
  await give(page, authenticator.wrong());
  await expect(page).toHaveURL("/login?done=too-late&next=/members");
  await expect(page.getByRole("status")).toHaveText("That took too long. Sign in again.");
  await look(page, "two-factor-too-late");

  await givePassword(page, person);
  await refused(page, authenticator.wrong());
  await look(page, "two-factor-enter-wrong");
  // It was right once.
  await refused(page, authenticator.given);
  await give(page, authenticator.code());
  await expect(page).toHaveURL("/members");
  expect(await waiting(page)).toBeUndefined();

  await signOut(page);
  await page.goto("/account");
  await givePassword(page, person);
  await give(page, first);
  await expect(page).toHaveURL("/account");
  await expect(factor(page)).toContainText("9 recovery codes left");

  await signOut(page);
  await page.goto("/account");
  await givePassword(page, person);
  await refused(page, first);
  await give(page, second.toUpperCase().replaceAll("-", " "));
  await expect(factor(page)).toContainText("8 recovery codes left");
});

test("an admin who has one asks for a second factor of everybody", async ({ as, server, look }) => {
  test.slow();
  // A workspace of its own: the policy concerns no other test.
  const owner = await stranger(server);
  const client = await Client.of(server, owner.state);
  const lodger = await client.invite("Lodger", "lodger@example.org", "developer");
  await client.end();
  await foundWorkspace(server, lodger, "Attic");
  const theirs = await as(lodger);
  await theirs.goto("/projects");

  const page = await as(owner);
  await page.goto("/projects");
  await (await sidebar(page)).getByRole("link", { name: "Security" }).click();
  await expect(page).toHaveURL("/security");
  const everybody = page.getByRole("checkbox", { name: "Every member needs a second factor" });
  const save = page.getByRole("main").getByRole("button", { name: "Save" });
  await expect(everybody).toBeDisabled();
  await expect(everybody).toHaveAccessibleDescription("Whoever asks for one of others needs one first.");
  await expect(save).toHaveCount(0);
  await fits(page);
  await look(page, "two-factor-security-own-first");

  const ownFirst = page.getByRole("link", { name: "Set up your own second factor" });
  await ownFirst.click();
  await page.getByRole("link", { name: "Not now" }).click();
  await expect(page).toHaveURL("/security");
  await ownFirst.click();
  await setUp(page);
  await expect(page).toHaveURL("/security");
  await expect(ownFirst).toHaveCount(0);
  await everybody.check();
  await save.click();
  await expect(page.getByText("Policy saved.")).toBeVisible();
  await expect(everybody).toBeChecked();
  await fits(page);
  await look(page, "two-factor-security");

  // Somebody without one gets no further, and is told why.
  await (await sidebar(theirs)).getByRole("link", { name: "Members" }).click();
  await expect(theirs).toHaveURL("/two-factor/set-up?next=/members");
  await expect(theirs.getByText("This workspace asks for a second factor. Set one up to go on.")).toBeVisible();
  await expect(theirs.getByRole("button", { name: "Sign out" })).toBeVisible();
  await expect(theirs.getByRole("link", { name: "Not now" })).toHaveCount(0);
  expect((await theirs.request.get("/api/v1/projects")).status()).toBe(403);
  await look(theirs, "two-factor-required");
  // Another workspace of theirs asks for nothing.
  await theirs.getByRole("button", { name: "Go to another workspace: Attic" }).click();
  await expect(theirs.locator(".workspace-name")).toHaveText("Attic");
  await goTo(theirs, "Elsewhere");
  await expect(theirs).toHaveURL("/two-factor/set-up?next=/");
  await theirs.goto("/members");
  await expect(theirs).toHaveURL("/two-factor/set-up?next=/members");
  await setUp(theirs);
  await expect(theirs).toHaveURL("/members");
  await expect(theirs.getByRole("row", { name: owner.name })).toBeVisible();
});

/** The cookie of somebody who gave their password, and waits to give a code. */
async function waiting(page: Page): Promise<Cookie | undefined> {
  return (await page.context().cookies()).find(({ name }) => name === WAITING);
}
