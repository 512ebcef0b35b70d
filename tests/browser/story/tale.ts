import type { Page } from "@playwright/test";

import { card, opened } from "../steps.ts";
import { expect } from "../test.ts";
import { type Person, PASSWORD, nobody } from "../world.ts";

/** Who is in the story, and where it takes place: known once the first tests have run. */
export const tale: { office: Person; reader: Person; board: string; item: string } = {
  office: { name: "Main office", email: "office@example.org", password: PASSWORD, state: nobody() },
  reader: { name: "Reader", email: "reader@example.org", password: PASSWORD, state: nobody() },
  board: "",
  item: "",
};

/** Nothing on the page changes anything but how one looks at it. */
export async function noControls(page: Page): Promise<void> {
  const edits = "[data-pick], [data-save], [data-edit], [data-edit-cell], [data-md-edit], [data-toggle], [data-quick], [data-select], [data-sortable], [hx-post], [hx-delete], textarea";
  await expect(page.locator(edits)).toHaveCount(0);
  // In the frame: switching the workspace, signing out, the password, "you switched workspaces".
  await expect(page.locator("form[method=post]:not([action='/session/workspace'], [action='/logout'], [action='/sudo'])")).toHaveCount(0);
}

/** What the tests above have changed, as it must be from now on. */
export async function everythingIsThere(page: Page): Promise<void> {
  await page.goto(tale.board);
  const gate = card(page, "Paint the south gate");
  await expect(gate.locator(".tag")).toHaveText(["Urgent", "sky", "Plain", "Weather"]);
  await expect(gate.locator(".progress")).toContainText("2/4");
  await page.goto(tale.item);
  const shown = opened(page);
  await expect(shown.getByRole("heading", { level: 2 })).toContainText("Paint the south gate");
  await expect(shown.locator(".md-view strong").first()).toHaveText("green");
  await expect(shown.locator(".prop")).toContainText(["Done", "Inbox", "High", tale.office.name, "Weather", "2031"]);
  await expect(shown.getByText("Third coat on Tuesday.")).toBeVisible();
  await expect(shown.getByText("Above 8 °C", { exact: true })).toBeVisible();
}
