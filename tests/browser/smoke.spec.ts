import { expect, test } from "./test.ts";

test("the server answers and says how it wants to be treated", async ({ server, request }) => {
  const up = await request.get("/healthz");
  expect(up.status()).toBe(200);
  const headers = up.headers();
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(new URL(await server.firstRunLink()).origin).toBe(server.url);
});

test("a page opens without an error", async ({ page, server, checkAccessibility, picture }) => {
  await page.goto(await server.firstRunLink());
  await expect(page.locator("h1").first()).toBeVisible();
  await checkAccessibility(page);
  await picture(page, "first-run");
});
