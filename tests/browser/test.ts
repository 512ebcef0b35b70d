import { AxeBuilder } from "@axe-core/playwright";
import { type Page, expect, test as base } from "@playwright/test";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { Server } from "./server.ts";

interface Tools {
  /** Fails where axe-core finds anything on the page as it is now. */
  checkAccessibility: (page: Page) => Promise<void>;
  /** Keeps a picture in `out/pictures/PROJECT/NAME.png`. */
  picture: (page: Page, name: string) => Promise<void>;
}

interface Shared {
  /** One server for all tests of a worker and project. */
  server: Server;
}

/** Playwright's `test` with a running server. A page that logs an error or breaks its CSP fails. */
export const test = base.extend<Tools, Shared>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 30_000 },
  ],

  baseURL: async ({ server }, use) => {
    await use(server.url);
  },

  page: async ({ page }, use) => {
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(error.message));
    page.on("console", (message) => {
      // A refused request is logged by the browser itself; whether it was right is for the test to say.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        broken.push(message.text());
      }
    });
    await use(page);
    expect(broken, "errors in the browser's console").toEqual([]);
  },

  checkAccessibility: async ({}, use) => {
    await use(async (page) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ target }) => target.join(" ")) }));
      expect(found, `accessibility of ${page.url()}`).toEqual([]);
    });
  },

  picture: async ({}, use, { project }) => {
    await use(async (page, name) => {
      const folder = fileURLToPath(new URL(`out/pictures/${project.name}`, import.meta.url));
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: `${folder}/${name}.png` });
    });
  },
});

export { expect };
