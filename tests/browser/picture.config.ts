import { defineConfig } from "@playwright/test";

import suites from "./playwright.config.ts";

/** `npm run picture`: makes the README's picture anew. No part of the suites. */
export default defineConfig({
  ...suites,
  testMatch: "picture.ts",
  projects: [{ name: "light", use: { viewport: { width: 1440, height: 900 }, colorScheme: "light" } }],
});
