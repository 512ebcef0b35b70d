import { type BrowserContext, type BrowserContextOptions, type Page, expect, test as base } from "@playwright/test";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { checkAccessibility } from "./accessibility.ts";
import { Server } from "./server.ts";
import { type Person, World } from "./world.ts";

interface Tools {
  /** Fails where axe-core finds anything on the page as it is now. */
  checkAccessibility: (page: Page) => Promise<void>;
  /** Keeps a picture in `out/pictures/PROJECT/NAME.png`. */
  picture: (page: Page, name: string) => Promise<void>;
  /** Checks a page for accessibility and for what runs out at its side or of a label, and keeps its picture. */
  look: (page: Page, name: string) => Promise<void>;
  /** A new browser, signed in as this person; what it learns of the session is kept for the next. */
  as: (person: Person, options?: BrowserContextOptions) => Promise<Page>;
  /** A new browser of nobody. */
  anyone: (options?: BrowserContextOptions) => Promise<Page>;
  /** Is this a phone: touched, and 360 px wide? */
  phone: boolean;
}

interface Shared {
  /** Specs that name another instance run on a server of their own. */
  instance: string;
  /** One server for all tests of a worker, project and instance. */
  server: Server;
  /** The same server, claimed, with a board and people. */
  world: World;
}

/** What the browser complains about on any page of this context, and where. */
function watch(context: BrowserContext, broken: string[]): void {
  context.on("weberror", (error) => broken.push(`${error.error().stack ?? error.error()} on ${error.page()?.url()}`));
  context.on("console", (message) => {
    // The browser and htmx log a refused or lost request; whether it was right is for the test to say.
    if (message.type() === "error" && !/^Failed to load resource|^htmx: htmx:error: Failed to fetch/.test(message.text())) {
      const { url, lineNumber, columnNumber } = message.location();
      broken.push(`${message.text()} at ${url}:${lineNumber}:${columnNumber} on ${message.page()?.url()}`);
    }
  });
}

/** Playwright's `test` with a running server. A page that logs an error or breaks its CSP fails. */
export const test = base.extend<Tools & { broken: string[] }, Shared>({
  instance: ["shared", { scope: "worker", option: true }],

  server: [
    async ({ instance: _ }, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 30_000 },
  ],

  world: [
    async ({ server }, use) => {
      await use(await World.of(server));
    },
    { scope: "worker", timeout: 60_000 },
  ],

  baseURL: async ({ server }, use) => {
    await use(server.url);
  },

  broken: async ({}, use) => {
    const broken: string[] = [];
    await use(broken);
    expect(broken, "errors in the browser's console").toEqual([]);
  },

  context: async ({ context, broken }, use) => {
    watch(context, broken);
    await use(context);
  },

  as: async ({ browser, broken }, use) => {
    const open: [BrowserContext, Person][] = [];
    await use(async (person, options = {}) => {
      const context = await browser.newContext({ ...options, storageState: person.state });
      watch(context, broken);
      open.push([context, person]);
      return context.newPage();
    });
    for (const [context, person] of open) {
      person.state = await context.storageState();
      await context.close();
    }
  },

  anyone: async ({ browser, broken }, use) => {
    const open: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext(options);
      watch(context, broken);
      open.push(context);
      return context.newPage();
    });
    for (const context of open) await context.close();
  },

  phone: async ({}, use, { project }) => {
    await use(project.name === "phone");
  },

  checkAccessibility: async ({}, use, { project }) => {
    await use((page) => checkAccessibility(page, project.name === "dark"));
  },

  picture: async ({}, use, { project }) => {
    await use(async (page, name) => {
      const folder = fileURLToPath(new URL(`out/pictures/${project.name}`, import.meta.url));
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: `${folder}/${name}.png`, animations: "disabled" });
    });
  },

  look: async ({ checkAccessibility, picture }, use) => {
    await use(async (page, name) => {
      const wider = await page.evaluate(settled);
      await picture(page, name);
      expect(wider, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
      expect(await page.evaluate(spilt), `labels that run out of their frame on ${name}`).toEqual([]);
      await checkAccessibility(page);
    });
  },
});

/** Runs in the page until fonts are there and nothing moves; answers by how much it is wider than the screen. */
async function settled(): Promise<number> {
  await document.fonts.ready;
  await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
  return document.documentElement.scrollWidth - innerWidth;
}

/** Runs in the page: the labels whose name is wider than they are, and not cut. */
function spilt(): string[] {
  const labels = [...document.querySelectorAll<HTMLElement>(".tag")];
  return labels.filter((label) => label.scrollWidth > label.clientWidth + 1).map((label) => label.innerText);
}

export { expect };
