import type axe from "axe-core";
import { type Page, expect } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** The rules of axe-core that a colour can break, of those that are on. */
const RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"];

const source = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails where axe-core finds anything on the page as it is now. */
export async function checkAccessibility(page: Page, inDark: boolean): Promise<void> {
  // The other suites ask all else of the same pages: dark differs from light by colours alone.
  const rules = inDark ? RULES_OF_COLOUR : null;
  let found = await page.evaluate(violations, rules);
  if (found === null) {
    await page.evaluate(await source);
    found = await page.evaluate(violations, rules);
  }
  expect(found, `accessibility of ${page.url()}`).toEqual([]);
}

interface Violation {
  id: string;
  where: string[];
}

/** Runs in the page. Null where axe-core is not loaded: each page would have to load it anew. */
async function violations(rules: string[] | null): Promise<Violation[] | null> {
  const loaded = (window as unknown as { axe?: typeof axe }).axe;
  if (loaded === undefined) return null;
  // What passes is not told: counting it up takes as long as looking.
  const options: axe.RunOptions = { resultTypes: ["violations"] };
  if (rules !== null) options.runOnly = rules;
  // axe does not see that an open drawer lies above all, and its veil under it.
  const exclude = document.querySelector("#side:popover-open") ? ["main", ".top"] : [];
  const { violations } = await loaded.run({ exclude }, options);
  return violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ target }) => target.join(" ")) }));
}
