import { expect, test } from "./test.ts";

test.use({ instance: "pages" });

test("every page of an admin", async ({ as, world, look, phone }) => {
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
  await page.goto(world.board);
  await page.getByRole("link", { name: "Move the shop to the new checkout" }).click();
  await expect(page.locator(".item")).toBeVisible();
  await look(page, "board-open");
  void phone;
});
