import { group, open, opened, titles } from "./steps.ts";
import { ONCE } from "./tags.ts";
import { expect, test } from "./test.ts";
import { PASSWORD } from "./world.ts";

/* What the pages do without a server, and without their script. */

test.use({ instance: "offline" });

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

test("the server being down is the same as being offline", { tag: ONCE }, async ({ as, world }) => {
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

test("without JavaScript the forms still work", { tag: ONCE }, async ({ anyone, world }) => {
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
