import type { Page } from "@playwright/test";

import { card, opened, saved } from "./steps.ts";
import { ANY_COLOUR } from "./tags.ts";
import { expect, test } from "./test.ts";

/* Getting everywhere without a mouse. */

// Hundreds of keys are pressed: a trace of each takes longer than all of them.
test.use({ instance: "keyboard", trace: "off" });

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

test("somebody without a mouse gets everywhere and always sees where they are", { tag: ANY_COLOUR }, async ({ as, world, page: signedOut }) => {
  test.slow();
  await signedOut.goto("/login");
  await everyStopIsSeen(signedOut);
  const page = await as(world.admin);
  for (const path of ["/projects", world.project, world.board, `${world.board}/table`, `${world.board}/archive`, "/import", "/members", "/account", "/superadmin/backups"]) {
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

test("a card is opened, changed and left without a mouse", { tag: ANY_COLOUR }, async ({ as, world, phone }) => {
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
