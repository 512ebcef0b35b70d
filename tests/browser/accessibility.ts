import type axe from "axe-core";
import { type Page, expect } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** The rules of axe-core that a colour can break, of those that are on. */
const RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"];

let source: Promise<string> | undefined;

/** Fails where axe-core finds anything on the page as it is now. */
export async function checkAccessibility(page: Page, inDark: boolean): Promise<void> {
  // What passes is not told: counting it up takes as long as looking.
  const options: axe.RunOptions = { resultTypes: ["violations"] };
  // The other suites ask all else of the same pages: dark differs from light by colours alone.
  if (inDark) options.runOnly = RULES_OF_COLOUR;
  // axe does not see that an open drawer lies above all, and its veil under it.
  const exclude = (await has(page, "#side:popover-open")) ? ["main", ".top"] : [];

  if (!(await page.evaluate(() => "axe" in window))) {
    source ??= readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    await page.evaluate(await source);
  }
  const found = await page.evaluate(
    async ([exclude, options]) => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run({ exclude }, options);
      return violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ target }) => target.join(" ")) }));
    },
    [exclude, options] as const,
  );
  expect(found, `accessibility of ${page.url()}`).toEqual([]);
}

async function has(page: Page, selector: string): Promise<boolean> {
  return (await page.locator(selector).count()) > 0;
}
