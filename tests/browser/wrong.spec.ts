import type { Page } from "@playwright/test";

import { group, open, opened, sidebar, titles } from "./steps.ts";
import { expect, test } from "./test.ts";
import { signIn } from "./world.ts";

/* What the pages say when something is wrong, refused or not there. */

test.use({ instance: "wrong" });

test("a wrong sign-in says so, keeps the address and gives the field back", async ({ page, world, look }) => {
  await page.goto(`${world.board}/table`);
  await expect(page).toHaveURL(`/login?next=${encodeURIComponent(`${world.board}/table`).replaceAll("%2F", "/")}`);
  await page.getByLabel("E-mail").fill(world.reader.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toHaveText("E-mail and password do not match.");
  await expect(page.getByLabel("E-mail")).toHaveValue(world.reader.email);
  await expect(page.getByLabel("Password")).toBeFocused();
  await look(page, "sign-in-wrong");

  // Right this time, and on to where they wanted to go.
  await page.getByLabel("Password").fill(world.reader.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${world.board}/table`);
});

test("what is wrong in a form is said beside its field", async ({ as, world, look }) => {
  const page = await as(world.admin);
  await page.goto("/account");
  await page.getByLabel("Time zone").fill("Nowhere/Land");
  await page.getByRole("button", { name: "Save" }).click();
  const zone = page.getByLabel("Time zone");
  await expect(zone).toHaveAttribute("aria-invalid", "true");
  await expect(zone).toHaveAccessibleDescription(/\w/);
  await expect(zone).toBeFocused();
  await look(page, "account-wrong");

  await page.getByLabel("Current password").fill(world.admin.password);
  await page.getByLabel("New password").fill("password1234");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByLabel("New password")).toHaveAccessibleDescription(/easily guessed/);

  // The same beside a field that a script sends.
  await page.goto("/members");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("E-mail").fill(world.reader.email);
  await page.getByRole("radio", { name: /^Viewer/ }).check();
  await page.getByRole("button", { name: "Make the link" }).click();
  await expect(page.locator("#invite .field-error, .toast.is-error").first()).toContainText(/member/);
});

test("somebody whose session was ended elsewhere is told, and loses nothing", async ({ as, world, look }) => {
  const client = await world.client();
  const editor = await client.invite("Editor", "editor@example.org", "developer");
  await client.end();
  const page = await as(editor);
  await page.goto(world.board);
  await open(page, "Postage by weight");
  await opened(page).getByPlaceholder("Write an update").fill("Half written");

  const other = await as({ ...editor, state: await signIn(world.server, editor) });
  await other.goto("/account");
  await expect(other.locator(".session")).toHaveCount(2);
  await other.getByRole("button", { name: "End all others" }).click();
  await expect(other.locator(".session")).toHaveCount(1);

  await opened(page).getByRole("button", { name: "Post" }).click();
  const toast = page.locator(".toast.is-error");
  await expect(toast).toContainText("You are signed out.");
  await expect(toast.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect(opened(page).getByPlaceholder("Write an update")).toHaveValue("Half written");
  await look(page, "signed-out");
  await page.goto(world.board);
  await expect(page).toHaveURL(/\/login\?next=/);
});

test("a tab of another workspace says so and writes nothing", async ({ as, world, look }) => {
  const client = await world.client();
  const second = await client.post<{ id: string }>("/api/v1/workspaces", { name: "Second" });
  const first = (await client.get<{ workspace: { id: string } }>("/api/v1/me")).workspace;
  const page = await as(world.admin);
  await page.goto(world.board);
  await open(page, "Price list as a file");
  const item = new URL(page.url()).pathname;
  await switchTo(page, second.id);

  await opened(page).getByPlaceholder("Write an update").fill("For the first workspace");
  await opened(page).getByRole("button", { name: "Post" }).click();
  const dialog = page.getByRole("dialog", { name: "You switched workspaces" });
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText("Nothing was changed.");
  await look(page, "workspace-changed");
  await dialog.getByRole("button", { name: "Back to Workshop" }).click();
  await expect(page).toHaveURL(item);
  await expect(opened(page).getByText("For the first workspace")).toHaveCount(0);

  // The switcher shows both, and where one is.
  const side = await sidebar(page);
  await side.getByRole("button", { name: /Switch workspace/ }).click();
  await expect(page.locator("#workspace-menu [aria-current=true]")).toContainText("Workshop");
  await look(page, "workspace-menu");
  await page.locator("#workspace-menu").getByRole("button", { name: "Second" }).click();
  await expect(page.locator(".workspace-name")).toHaveText("Second");
  await expect(page.getByRole("heading", { name: "Projects hold your boards" })).toBeVisible();
  await switchTo(page, first.id);
  await client.end();
});

/** As another tab of the same browser does it. */
function switchTo(page: Page, workspace: string): Promise<unknown> {
  return page.evaluate((id) => fetch("/session/workspace", { method: "POST", body: new URLSearchParams({ workspace_id: id }) }), workspace);
}

test("a move that the server refuses goes back, and the reason is said", async ({ as, world, look }) => {
  const client = await world.client();
  const mover = await client.invite("Mover", "mover@example.org", "developer");
  const page = await as(mover);
  await page.goto(world.board);
  const before = await titles(page, "Next").allTextContents();
  const ideas = await group(page, "Ideas").locator(".count-now").textContent();

  // Meanwhile somebody takes the right away.
  const { data } = await client.get<{ data: { id: string; name: string }[] }>("/api/v1/members");
  await client.patch(`/api/v1/members/${data.find(({ name }) => name === mover.name)?.id ?? ""}`, { role: "viewer" });
  await client.end();

  const link = page.getByRole("link", { name: before[0] ?? "", exact: true });
  await link.focus();
  await page.keyboard.press("m");
  await page.keyboard.press("ArrowLeft");
  await expect(titles(page, "Ideas")).toContainText([before[0] ?? ""]);
  await page.keyboard.press("Enter");
  await expect(page.locator(".toast.is-error")).toContainText(/may not|does not allow/);
  await expect(titles(page, "Next")).toHaveText(before);
  await expect(group(page, "Ideas").locator(".count-now")).toHaveText(ideas ?? "");
  await expect(link).toBeFocused();
  await look(page, "refused");
});

test("a file that is not a board says where it is wrong, and imports nothing", async ({ as, world, look }) => {
  const page = await as(world.admin);
  const files: [name: string, text: string, says: RegExp][] = [
    ["broken.json", '{"id": "660000000000000000000001", "name": "Half", "lists": [\n  {"id": "66000000000', /line 2/],
    ["foreign.json", '{"menu": {"dishes": ["soup"]}}', /\w/],
    ["empty.json", "", /\w/],
  ];
  for (const [name, text, says] of files) {
    await page.goto("/import");
    await page.locator("#import-file").setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "Continue" }).click();
    const reason = page.locator(".place, .field-error").first();
    await expect(reason).toContainText(says);
    await look(page, `import-${name.replace(".json", "")}`);
  }
  const client = await world.client();
  const { data } = await client.get<{ data: { name: string }[] }>("/api/v1/projects");
  expect(data.map((project) => project.name)).not.toContain("Half");
  await client.end();
});

test("pages that are not there or not allowed say what to do", async ({ as, anyone, world, look }) => {
  const reader = await as(world.reader);
  expect((await reader.goto("/import"))?.status()).toBe(403);
  await expect(reader.getByRole("heading", { name: "You may not do this" })).toBeVisible();
  await look(reader, "error-403");
  expect((await reader.goto("/boards/brd_01m000000000000000000000zz"))?.status()).toBe(404);
  await expect(reader.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await expect(reader.locator("#request-id")).toHaveText(/^req_/);
  await look(reader, "error-404");
  const nobody = await anyone();
  expect((await nobody.goto("/setup/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"))?.status()).toBe(404);
  expect((await nobody.goto("/no/such/page"))?.status()).toBe(404);
});
