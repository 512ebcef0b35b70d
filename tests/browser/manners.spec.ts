import type { Page } from "@playwright/test";

import { card, drag, group, open, opened, saved, sidebar, titles } from "./steps.ts";
import { expect, test } from "./test.ts";
import { PASSWORD, signIn } from "./world.ts";

/* What the pages do when something is wrong, late, refused or gone. */

test.use({ instance: "manners" });

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

test("offline, changes wait and are sent when the server answers again", async ({ as, world, look }) => {
  const page = await as(world.admin);
  await page.goto(world.board);
  const banner = page.locator("#offline");
  await page.context().setOffline(true);
  const link = page.getByRole("link", { name: "A page for schools" });
  await link.focus();
  for (const key of ["m", "ArrowRight", "Enter"]) await page.keyboard.press(key);
  await expect(banner).toContainText("1 change waits here");
  await expect(titles(page, "Next")).toContainText(["A page for schools"]);
  await look(page, "offline");
  await page.context().setOffline(false);
  await expect(banner).toBeHidden();
  await expect(page.locator(".toast").last()).toContainText("Everything is sent.");
  await page.reload();
  await expect(group(page, "Next")).toContainText("A page for schools");
});

test("the server being down is the same as being offline", async ({ as, world }) => {
  const page = await as(world.admin);
  await page.goto(world.board);
  await open(page, "Opening hours on the map");
  const item = new URL(page.url()).pathname;
  await world.server.kill();
  await opened(page).getByPlaceholder("Write an update").fill("Written while it was down");
  await opened(page).getByRole("button", { name: "Post" }).click();
  await expect(page.locator("#offline")).toContainText("1 change waits here");
  await world.server.restart();
  await expect(page.locator("#offline")).toBeHidden();
  await expect(opened(page).getByRole("paragraph").filter({ hasText: "Written while it was down" })).toHaveCount(1);
  await page.goto(item);
  await expect(opened(page).getByRole("paragraph").filter({ hasText: "Written while it was down" })).toHaveCount(1);
});

test("help, palette and theme are a key away, and the theme stays", async ({ as, world, look }) => {
  const page = await as(world.admin);
  await page.goto(world.board);
  await expect(page.locator("[data-sortable]")).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await look(page, "help");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeHidden();

  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Command palette" });
  await expect(palette.getByRole("option", { name: "Members" })).toBeVisible();
  await look(page, "palette");
  await page.keyboard.type("checkout");
  await expect(palette.getByRole("option", { name: /Move the shop to the new checkout/ })).toBeVisible();
  await look(page, "palette-search");
  await page.keyboard.press("Enter");
  await expect(opened(page)).toContainText("Move the shop to the new checkout");

  await page.goto("/projects");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.goto(world.board);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.goto("/account");
  await page.locator(".segmented").getByRole("button", { name: "System" }).click();
  await page.reload();
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
});

test("somebody without a mouse gets everywhere and always sees where they are", async ({ as, world, page: signedOut }) => {
  test.slow();
  await signedOut.goto("/login");
  await everyStopIsSeen(signedOut);
  const page = await as(world.admin);
  for (const path of ["/projects", world.project, world.board, `${world.board}/table`, `${world.board}/archive`, "/import", "/members", "/account"]) {
    await page.goto(path);
    await page.keyboard.press("Tab");
    await expect(page.locator(".skip"), "the first stop leads to the content").toBeFocused();
    await everyStopIsSeen(page);
  }
});

/** Presses Tab until the page has no more stops; each must show that it has the focus. */
async function everyStopIsSeen(page: Page): Promise<void> {
  const seen = new Set<string>();
  for (let stop = 0; stop < 260; stop += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return null;
      // Fields in a frame of their own show it on the frame.
      const bearers = [element, ...["label", ".quick", ".drop"].map((outer) => element.closest(outer))].filter((found) => found !== null);
      const outlined = bearers.some((bearer) =>
        [null, "::after"].some((part) => {
          const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(bearer, part);
          return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 && outlineColor !== "rgba(0, 0, 0, 0)";
        }),
      );
      let opacity = 1;
      for (let outer: Element | null = element; outer; outer = outer.parentElement) {
        // An empty file field is drawn by its frame.
        if (!outer.matches(".drop-input, .searchbox input")) opacity *= Number(getComputedStyle(outer).opacity);
      }
      const box = element.getBoundingClientRect();
      const within = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
      const all = [...document.querySelectorAll("*")];
      return { key: String(all.indexOf(element)), name: element.outerHTML.slice(0, 160), outlined, opacity, within, focusVisible: element.matches(":focus-visible") };
    });
    if (at === null || seen.has(at.key)) break;
    seen.add(at.key);
    expect(at, `${page.url()}: ${at.name}`).toMatchObject({ outlined: true, within: true, focusVisible: true });
    expect(at.opacity, `${page.url()}: ${at.name}`).toBeGreaterThan(0.3);
  }
  expect(seen.size).toBeGreaterThan(1);
}

test("a card is opened, changed and left without a mouse", async ({ as, world, phone }) => {
  const page = await as(world.admin);
  await page.goto(world.board);
  const link = page.getByRole("link", { name: "Autumn catalogue, second proof" });
  await link.focus();
  await page.keyboard.press("Enter");
  await expect(opened(page)).toBeVisible();
  if (phone) return;
  await expect(page.locator("#panel")).toBeFocused();
  await page.keyboard.press("p");
  await expect(page.locator("#picker .pick-list")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await saved(page, /\/priority$/, () => page.keyboard.press("Enter"));
  await page.keyboard.press("Escape");
  await expect(page.locator("#panel")).toBeHidden();
  await expect(link).toBeFocused();
  await expect(card(page, "Autumn catalogue, second proof").locator(".card-priority")).toBeVisible();

  // The other keys act on the card itself.
  await page.keyboard.press("a");
  await page.locator("#picker [data-pick-search]").fill("Main");
  await saved(page, /\/assignees$/, () => page.keyboard.press("Enter"));
  await page.keyboard.press("Escape");
  await expect(link).toBeFocused();
  await expect(card(page, "Autumn catalogue, second proof").locator(".avatar", { hasText: "Main office" })).toBeVisible();
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.locator("#bulk-count")).toHaveText("2 selected");
});

test("several cards are chosen in the table and moved at once", async ({ as, world, look }) => {
  const page = await as(world.admin);
  await page.goto(`${world.board}/table`);
  for (const title of ["Old newsletter list deleted", "Backups are restored once a month"]) {
    await page.getByRole("row", { name: title }).getByRole("checkbox").check();
  }
  await expect(page.locator("#bulk-count")).toHaveText("2 selected");
  await look(page, "table-selected");
  await page.locator("#bulk").getByRole("button", { name: "Move to" }).click();
  await page.locator("#bulk-move").getByRole("button", { name: "Review" }).click();
  const review = page.locator("tbody[data-name=Review]");
  await expect(review).toContainText("Old newsletter list deleted");
  await expect(review).toContainText("Backups are restored once a month");
  await expect(review.locator(".count-now")).toHaveText("4");
  await page.reload();
  await expect(review.locator(".grid-row")).toHaveCount(4);
});

test("the filter narrows a board, and its address can be sent", async ({ as, world, look }) => {
  const page = await as(world.admin);
  await page.goto(world.board);
  await page.getByRole("searchbox").fill("receipt");
  await expect(page.locator("#view .card")).toHaveCount(1);
  await expect(page).toHaveURL(/\?q=receipt$/);
  await page.reload();
  await expect(page.locator("#view .card")).toHaveCount(1);
  await page.getByRole("searchbox").fill("nothing like it");
  await expect(page.locator("#view .card")).toHaveCount(0);
  await look(page, "filter-nothing");
  await page.locator("#filter-button").click();
  await expect(page.locator("#filter-menu")).toBeVisible();
  await look(page, "filter-menu");
  await page.locator("#filter-menu").getByRole("button", { name: "Clear filter" }).click();
  await expect(page).toHaveURL(world.board);
  await expect(page.locator("#view .card").nth(10)).toBeAttached();
});

test("titles of 200 characters and from right to left fit everywhere", async ({ as, world, look }) => {
  const client = await world.client();
  const project = await client.post<{ id: string }>("/api/v1/projects", { name: "Long and right to left", key: "RTL" });
  const board = await client.post<{ id: string }>(`/api/v1/projects/${project.id}/boards`, { name: "לוח עם שם ארוך מאוד שנכתב מימין לשמאל" });
  const at = await client.post<{ id: string }>(`/api/v1/boards/${board.id}/groups`, { name: "مجموعة طويلة الاسم تكتب من اليمين إلى اليسار" });
  const long = "A title that somebody pasted from a letter, with all that was in it, ".repeat(3).slice(0, 200).trim();
  const unbroken = "Donaudampfschiff".repeat(12).slice(0, 200);
  const arabic = "نقل المتجر إلى صفحة الدفع الجديدة قبل نهاية الشهر (2.0)";
  for (const title of [long, unbroken, arabic]) await client.post(`/api/v1/boards/${board.id}/items`, { title, group_id: at.id, description: `${title}\n\n${arabic}` });
  await client.end();
  const page = await as(world.admin);
  await page.goto(`/boards/${board.id}`);
  await expect(page.locator(".card")).toHaveCount(3);
  await expect(page.getByRole("link", { name: arabic })).toHaveCSS("direction", "rtl");
  await expect(page.getByRole("link", { name: long })).toHaveCSS("direction", "ltr");
  await look(page, "long-board");
  for (const inner of await page.locator(".card").all()) {
    expect(await inner.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(2);
  }
  await open(page, unbroken);
  await look(page, "long-item");
  await page.goto(`/boards/${board.id}/table`);
  await look(page, "long-table");
  await page.goto("/projects");
  await look(page, "long-projects");
});

test("empty pages say what they are for and give the first step", async ({ as, world, look }) => {
  const page = await as(world.admin);
  await page.goto("/projects");
  await page.getByRole("main").or(page.locator(".tools")).getByRole("button", { name: "New project" }).first().click();
  await page.getByLabel("Name").fill("Garden");
  await expect(page.getByLabel("Key", { exact: true })).toHaveValue("GARD");
  await look(page, "project-new");
  await page.getByRole("button", { name: "Create project" }).click();
  await expect(page.getByRole("heading", { name: "No boards yet" })).toBeVisible();
  await look(page, "project-empty");
  await page.getByRole("main").getByRole("button", { name: "New board" }).click();
  await page.getByLabel("Name").fill("Beds");
  await page.getByRole("button", { name: "Create board" }).click();
  await expect(page.getByRole("heading", { name: "Give this board its first group" })).toBeVisible();
  const board = page.url();
  await look(page, "board-empty");
  await page.goto(`${board}/archive`);
  await expect(page.getByRole("heading", { name: "Nothing is archived" })).toBeVisible();
  await look(page, "archive-empty");
  await page.goto(`${board}/table`);
  await look(page, "table-empty");

  await page.goto(board);
  await page.getByPlaceholder("Add a group").fill("To do");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "To do" })).toBeVisible();
  await page.getByRole("textbox", { name: "Add an item to To do" }).fill("Dig the first bed");
  await saved(page, /\/items$/, () => page.keyboard.press("Enter"));
  await expect(titles(page, "To do")).toHaveText(["Dig the first bed"]);
  await look(page, "board-first");
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

test("without JavaScript the forms still work", async ({ anyone, world }) => {
  const page = await anyone({ javaScriptEnabled: false });
  await page.goto("/login");
  await page.getByLabel("E-mail").fill(world.admin.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.goto(world.board);
  await expect(titles(page, "Doing")).toContainText(["Search finds words without accents"]);
  await page.getByRole("textbox", { name: "Add an item to Doing" }).fill("Made without a script");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Made without a script" }).click();
  await expect(opened(page)).toContainText("Made without a script");
  await page.getByPlaceholder("Write an update").fill("An update without a script");
  await page.getByRole("button", { name: "Post" }).click();
  await expect(opened(page).locator(".update")).toContainText("An update without a script");
  await page.getByPlaceholder("Add checklist").fill("A list without a script");
  await page.keyboard.press("Enter");
  await expect(opened(page).getByRole("heading", { name: "A list without a script" })).toBeVisible();
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await page.goto(`${world.board}/archive`);
  const row = page.getByRole("row", { name: "Made without a script" });
  await row.getByRole("button", { name: /^Restore/ }).click();
  await page.goto(world.board);
  await expect(titles(page, "Doing")).toContainText(["Made without a script"]);
});

test("a finger or a mouse drags a card down its own column", async ({ as, world, phone }) => {
  const page = await as(world.admin);
  await page.goto(world.board);
  const before = await titles(page, "Ideas").allTextContents();
  await saved(page, /\/move$/, () => drag(page, card(page, before[0] ?? ""), group(page, "Ideas"), phone));
  const after = [...before.slice(1), before[0] ?? ""];
  await expect(titles(page, "Ideas")).toHaveText(after);
  await page.reload();
  await expect(titles(page, "Ideas")).toHaveText(after);
});
