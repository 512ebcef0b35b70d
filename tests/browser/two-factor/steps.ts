import { type Locator, type Page, expect } from "@playwright/test";

import type { Server } from "../server.ts";
import { sidebar } from "../steps.ts";
import { Client, type Person } from "../world.ts";
import { Authenticator } from "./authenticator.ts";

/* What people do with a second factor. */

export const SET_UP = "Set up two-factor authentication";

export interface Factor {
  authenticator: Authenticator;
  codes: string[];
}

/** Arranges one through the API; the person's session goes on under another token. */
export async function equip(server: Server, person: Person): Promise<Factor> {
  const client = await Client.of(server, person.state);
  const authenticator = new Authenticator((await client.post<{ secret: string }>("/api/v1/me/totp", {})).secret);
  const confirmed = await client.post<{ recovery_codes: string[] }>("/api/v1/me/totp/confirm", { code: authenticator.code() });
  person.state = await client.state();
  await client.end();
  return { authenticator, codes: confirmed.recovery_codes };
}

/** From the page that leads to it to the page where one came from. */
export async function setUp(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Set up an authenticator" }).click();
  await byHand(page).click();
  await code(page).fill(new Authenticator(await secretOn(page)).code());
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByRole("link", { name: "I have saved them" }).click();
}

export async function signOut(page: Page): Promise<void> {
  const side = await sidebar(page);
  await side.locator("[popovertarget=self-menu]").click();
  await page.locator("#self-menu").getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/login");
}

/** Signs in as far as the question for a code. */
export async function givePassword(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Enter your code" })).toBeVisible();
}

export async function give(page: Page, text: string): Promise<void> {
  await code(page).fill(text);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** Gives a code that is not taken: the page asks again, and says why. */
export async function refused(page: Page, text: string): Promise<void> {
  await give(page, text);
  await expect(code(page), "it is another page").toHaveValue("");
  await expect(code(page)).toHaveAttribute("aria-invalid", "true");
  await expect(code(page)).toHaveAccessibleDescription(/That code is not right, or was used already\./);
  await expect(code(page)).toBeFocused();
}

/** Chooses another workspace in the menu of the sidebar. */
export async function goTo(page: Page, workspace: string): Promise<void> {
  const side = await sidebar(page);
  await side.getByRole("button", { name: /Switch workspace/ }).click();
  await page.locator("#workspace-menu").getByRole("button", { name: workspace }).click();
}

export function code(page: Page): Locator {
  return page.getByRole("textbox", { name: "Code", exact: true });
}

/** What opens a part of the page that is closed at first. */
export function fold(within: Locator, name: string): Locator {
  return within.locator("summary", { hasText: name });
}

export function byHand(page: Page): Locator {
  return fold(page.getByRole("main"), "Or type the secret by hand");
}

/** A picture's name has the word as well. */
export function secret(page: Page): Locator {
  return page.getByRole("group", { name: "Secret", exact: true });
}

/** The secret as somebody types it, where it is shown. */
export async function secretOn(page: Page): Promise<string> {
  await expect(secret(page)).toBeVisible();
  return (await secret(page).locator("span").allTextContents()).join("");
}

/** Its part of the account's page. */
export function factor(page: Page): Locator {
  return page.getByRole("region", { name: "Two-factor authentication" });
}

/** The recovery codes, where they are shown. */
export async function codesOn(page: Page): Promise<string[]> {
  await expect(page.getByRole("heading", { level: 1, name: "Save your recovery codes" })).toBeVisible();
  const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  return codes.allTextContents();
}
