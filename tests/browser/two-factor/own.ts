import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";

import { fits, reach } from "../steps.ts";
import { ANY_COLOUR } from "../tags.ts";
import { expect, test } from "../test.ts";
import { Authenticator } from "./authenticator.ts";
import { equipped, joined } from "./people.ts";
import { SET_UP, byHand, code, codesOn, factor, fold, secret, secretOn } from "./steps.ts";

/* One's own: set up, and turned off. */

const RECOVERY_CODE = /^[a-z2-7]{5}(-[a-z2-7]{5}){3}-[a-z2-7]{6}$/;

test("an authenticator is set up, and its recovery codes are saved", async ({ as, server, look }) => {
  test.slow();
  const person = await joined(server, "Ines");
  const page = await as(person, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.goto("/account");
  await factor(page).getByRole("link", { name: SET_UP }).click();
  await expect(page).toHaveURL("/two-factor/set-up?next=/account");
  await expect(page.getByRole("heading", { level: 1, name: SET_UP })).toBeVisible();
  await look(page, "two-factor-intro");
  await page.getByRole("link", { name: "Not now" }).click();
  await expect(page).toHaveURL("/account");
  await factor(page).getByRole("link", { name: SET_UP }).click();

  await page.getByRole("button", { name: "Set up an authenticator" }).click();
  const qr = page.getByRole("img", { name: "QR code with the secret of your authenticator" });
  await expect(qr.locator("svg")).toBeVisible();
  expect((await qr.boundingBox())?.width, "a camera can read it").toBeGreaterThan(200);
  await expect(qr, "dark on light, whatever the page's colours are").toHaveCSS("background-color", "rgb(255, 255, 255)");
  await expect(code(page), "no keyboard of a phone lies over it").not.toBeFocused();
  await expect(secret(page)).toBeHidden();
  await look(page, "two-factor-qr");
  await byHand(page).click();
  const first = await secretOn(page);
  await page.getByRole("button", { name: "Start over with another secret" }).click();
  await expect(secret(page), "it is another page").toBeHidden();
  await byHand(page).click();
  const shown = await secretOn(page);
  expect(shown).toMatch(/^[A-Z2-7]{32}$/);
  expect(shown).not.toBe(first);
  await expect(secret(page).locator("span")).toHaveText(Array<RegExp>(8).fill(/^.{4}$/));
  await look(page, "two-factor-by-hand");
  await page.getByRole("button", { name: "Copy" }).click();
  await expect.poll(() => clipboard(page)).toBe(shown);
  const app = page.getByRole("link", { name: "Open in an authenticator app on this device" });
  const account = encodeURIComponent(person.email);
  await expect(app).toHaveAttribute("href", new RegExp(`^otpauth://totp/Trackhold:${account}\\?secret=${shown}(&|$)`));

  const authenticator = new Authenticator(shown);
  await code(page).fill(authenticator.wrong());
  await page.getByRole("button", { name: "Turn on" }).click();
  await expect(code(page)).toHaveAttribute("aria-invalid", "true");
  await expect(code(page)).toHaveAccessibleDescription(/That is not the code that the app shows now\./);
  await expect(code(page)).toBeFocused();
  await expect(page.locator("#secret"), "the authenticator goes on").toHaveAttribute("data-value", shown);
  await look(page, "two-factor-qr-wrong");

  await code(page).fill(authenticator.code());
  await page.getByRole("button", { name: "Turn on" }).click();
  const codes = await codesOn(page);
  for (const one of codes) expect(one).toMatch(RECOVERY_CODE);
  expect(new Set(codes).size).toBe(10);
  const whose = page.getByText(`${person.email} · ${server.url}`);
  await expect(whose).toBeVisible();
  await look(page, "two-factor-codes");

  await page.getByRole("button", { name: "Copy" }).click();
  await expect.poll(() => clipboard(page)).toBe(codes.join("\n"));
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as a file" }).click()]);
  expect(file.suggestedFilename()).toBe("trackhold-recovery-codes.txt");
  expect(await readFile(await file.path(), "utf8")).toBe(`${codes.join("\n")}\n`);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("list", { name: "Recovery codes" }), "on paper").toBeVisible();
  await expect(whose, "on paper").toBeVisible();
  await expect(page.locator(".key-tools"), "on paper").toBeHidden();
  await page.emulateMedia({ media: null });

  await page.getByRole("link", { name: "I have saved them" }).click();
  await expect(page).toHaveURL("/account");
  await expect(factor(page).getByText("On", { exact: true })).toBeVisible();
  await expect(factor(page)).toContainText("10 recovery codes left");
  expect(await page.content(), "they are shown once").not.toContain(codes[0] ?? "");
  await factor(page).scrollIntoViewIfNeeded();
  await fits(page);
  await look(page, "two-factor-account");

  // Nothing is there to be set up a second time.
  await page.goto("/two-factor/set-up?next=/account");
  await expect(page).toHaveURL("/account");
});

test("a code makes new recovery codes, which end the earlier ones, and turns it off", { tag: ANY_COLOUR }, async ({ as, server }) => {
  const { person, authenticator, codes } = await equipped(server, "Mirko");
  const [first = "", second = ""] = codes;
  const page = await as(person);
  await page.goto("/account");
  await fold(factor(page), "New recovery codes").click();
  const make = factor(page).getByRole("button", { name: "Make new codes" });
  await code(page).fill(authenticator.given);
  await make.click();
  await expect(code(page)).toHaveAccessibleDescription(/That code is not right, or was used already\./);
  await fits(page);
  await code(page).fill(first);
  await make.click();
  for (const renewed of await codesOn(page)) expect(codes).not.toContain(renewed);
  await page.getByRole("link", { name: "I have saved them" }).click();

  await fold(factor(page), "Turn off").click();
  const turnOff = async (text: string) => {
    await factor(page).getByLabel("Password").fill(person.password);
    await code(page).fill(text);
    await factor(page).getByRole("button", { name: "Turn off" }).click();
  };
  await turnOff(second);
  await expect(code(page), "the form is still open").toBeVisible();
  await expect(code(page)).toHaveAccessibleDescription(/Password or code is not right\./);
  await fits(page);
  await turnOff(authenticator.code());
  await expect(page).toHaveURL("/account?saved=two-factor-off");
  await expect(page.getByRole("status")).toHaveText("Two-factor authentication is off. All other sessions are ended.");
  await expect(factor(page).getByRole("link", { name: SET_UP })).toBeVisible();
});

test("without a mouse a second factor is set up, and given", { tag: ANY_COLOUR }, async ({ as, server }) => {
  const person = await joined(server, "Kaja");
  const page = await as(person);
  await page.goto("/two-factor/set-up?next=/account");
  await reach(page, page.getByRole("button", { name: "Set up an authenticator" }));
  await page.keyboard.press("Enter");
  await reach(page, byHand(page));
  await page.keyboard.press("Enter");
  const authenticator = new Authenticator(await secretOn(page));
  await reach(page, code(page));
  await page.keyboard.type(authenticator.code());
  await page.keyboard.press("Enter");
  await reach(page, page.getByRole("link", { name: "I have saved them" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/account");

  await page.context().clearCookies();
  await page.goto("/login?next=/members");
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(code(page)).toBeFocused();
  await page.keyboard.type(authenticator.wrong());
  await page.keyboard.press("Enter");
  await expect(code(page)).toHaveAttribute("aria-invalid", "true");
  await expect(code(page)).toBeFocused();
  await page.keyboard.type(authenticator.code());
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/members");
});

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
