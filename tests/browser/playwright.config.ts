import { defineConfig, devices } from "@playwright/test";

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
      ],
    },
    locale: "en-GB",
    timezoneId: "Europe/Ljubljana",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
  projects: [
    { name: "light", use: { ...desktop, colorScheme: "light" } },
    { name: "dark", use: { ...desktop, colorScheme: "dark" } },
    {
      name: "phone",
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
  ],
});
