import { defineConfig, devices } from "@playwright/test";

import { ANY_COLOUR, ONCE } from "./tags.ts";

const desktop = { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 800 } };

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "out/results",
  // Each test starts where the one before it left the same server: a suite is a story.
  fullyParallel: false,
  workers: 2,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["./closing-line.ts"]],
  use: {
    launchOptions: {
      executablePath: process.env.TRACKHOLD_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Else a spare one starts with each page, for a site that none of them will visit.
        "--renderer-process-limit=1",
      ],
    },
    locale: "en-GB",
    timezoneId: "Europe/Ljubljana",
    screenshot: "only-on-failure",
    // A film of every test would cost more than the tests; the steps and the pages tell enough.
    trace: { mode: "retain-on-failure", screenshots: false },
  },
  // The longest first: what is last leaves a worker idle.
  projects: [
    { name: "light", use: { ...desktop, colorScheme: "light" } },
    {
      name: "phone",
      grepInvert: tagged(ONCE),
      use: {
        ...devices["Desktop Chrome"],
        // A browser of a desktop would drag natively, and not scroll at the edges under a finger.
        userAgent: devices["Pixel 7"].userAgent,
        viewport: { width: 360, height: 780 },
        deviceScaleFactor: 2,
        hasTouch: true,
        isMobile: true,
        colorScheme: "light",
      },
    },
    { name: "dark", grepInvert: tagged(ONCE, ANY_COLOUR), use: { ...desktop, colorScheme: "dark" } },
  ],
});

function tagged(...tags: string[]): RegExp {
  return new RegExp(tags.join("|"));
}
