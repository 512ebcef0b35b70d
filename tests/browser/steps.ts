import { type Locator, type Page, type Response, expect } from "@playwright/test";

/* What people do on the pages, in words of the product. */

/** An opened item: the panel beside a board, a page of its own on a phone. */
export function opened(page: Page): Locator {
  return page.locator("article.item");
}

export function card(page: Page, title: string): Locator {
  return page.locator(".card", { has: page.getByRole("link", { name: title, exact: true }) });
}

export function group(page: Page, name: string): Locator {
  return page.locator(".group[data-group]", { has: page.getByRole("heading", { name, exact: true }) });
}

/** Titles of a group from the top. */
export function titles(page: Page, name: string): Locator {
  return group(page, name).locator(".card .card-title");
}

export async function open(page: Page, title: string): Promise<void> {
  await page.locator("#view").getByRole("link", { name: title, exact: true }).click();
  await expect(opened(page).getByRole("heading", { level: 2 })).toContainText(title);
}

/** Waits for the answer to a change of the page that this runs. */
export async function saved(page: Page, path: RegExp | string, act: () => Promise<unknown>): Promise<Response> {
  const isIt = (url: string) => (typeof path === "string" ? new URL(url).pathname.endsWith(path) : path.test(new URL(url).pathname));
  const answer = page.waitForResponse((response) => response.request().method() !== "GET" && isIt(response.url()));
  await act();
  const response = await answer;
  expect(response.status(), `${response.request().method()} ${response.url()}`).toBe(200);
  return response;
}

/** Opens a field of the opened item, and answers its picker. */
export async function pick(page: Page, field: string): Promise<Locator> {
  await opened(page).locator(`[data-field="${field}"]`).click();
  const picker = page.locator("#picker");
  await expect(picker.locator("form")).toBeVisible();
  return picker;
}

/** Chooses an option of a field of the opened item. */
export async function choose(page: Page, field: string, option: string): Promise<void> {
  const picker = await pick(page, field);
  const path = field === "group" ? "/move" : `/${field}`;
  await saved(page, path, () => picker.locator(`[data-option="${option}"]`).click());
  if (await picker.isVisible()) await page.keyboard.press("Escape");
  await expect(picker).toBeHidden();
}

/** Drags a card to the free end of a group, by mouse or by a finger that rests before it draws. */
export async function drag(page: Page, what: Locator, into: Locator, byTouch: boolean): Promise<void> {
  await expect(into.locator(".cards")).toBeAttached();
  await what.scrollIntoViewIfNeeded();
  const hand = byTouch ? await finger(page) : mouse(page);
  const from = await middle(what);
  await hand.down(from);
  await hand.move({ x: from.x + 8, y: from.y + 8 });
  await expect(page.locator("body")).toHaveClass(/is-dragging/);
  // The board scrolls while the hand is at its edge, so the way is looked for anew each time.
  await expect(async () => {
    await hand.move(await over(page, into));
    await expect(into.locator(".is-landing")).toBeVisible({ timeout: 20 });
  }).toPass({ intervals: [20] });
  await hand.up();
  await expect(page.locator("body")).not.toHaveClass(/is-dragging/);
}

interface Hand {
  down(at: Point): Promise<void>;
  move(to: Point): Promise<void>;
  up(): Promise<void>;
}

function mouse(page: Page): Hand {
  return {
    down: async ({ x, y }) => {
      await page.mouse.move(x, y);
      await page.mouse.down();
    },
    move: ({ x, y }) => page.mouse.move(x, y, { steps: 6 }),
    up: () => page.mouse.up(),
  };
}

async function finger(page: Page): Promise<Hand> {
  const devtools = await page.context().newCDPSession(page);
  let at: Point = { x: 0, y: 0 };
  const send = (type: string, touchPoints: Point[]) => devtools.send("Input.dispatchTouchEvent", { type, touchPoints } as never);
  return {
    down: async (point) => {
      at = point;
      await send("touchStart", [at]);
      // A finger that draws at once scrolls; resting a while is what lifts the card.
      await page.waitForTimeout(300);
    },
    move: async (to) => {
      for (let step = 1; step <= 6; step += 1) {
        await send("touchMove", [{ x: at.x + ((to.x - at.x) * step) / 6, y: at.y + ((to.y - at.y) * step) / 6 }]);
      }
      at = to;
    },
    up: async () => {
      await send("touchEnd", []);
      await devtools.detach();
    },
  };
}

interface Point {
  x: number;
  y: number;
}

/** The lower part of a column, or the edge of the screen towards it. */
async function over(page: Page, column: Locator): Promise<Point> {
  const box = await boxOf(column);
  const width = page.viewportSize()?.width ?? 0;
  const edge = 14;
  const jitter = Math.random();
  return { x: Math.max(edge, Math.min(box.x + box.width / 2, width - edge)) + jitter, y: box.y + box.height * 0.7 + jitter };
}

async function middle(what: Locator): Promise<Point> {
  const box = await boxOf(what);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function boxOf(what: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await what.boundingBox();
  if (box === null) throw new Error("it is not on the page");
  return box;
}

/** Opens the navigation on a phone, where it is a drawer. */
export async function sidebar(page: Page): Promise<Locator> {
  const side = page.locator("#side");
  if (!(await side.isVisible())) await page.getByRole("button", { name: "Open navigation" }).click();
  await expect(side).toBeVisible();
  return side;
}

/** Presses Tab until it has the focus; then it shows that. */
export async function reach(page: Page, what: Locator): Promise<void> {
  await expect(what).toBeVisible();
  await expect(what).toHaveCSS("outline-style", "none");
  const hasFocus = () => what.evaluate((element) => element === document.activeElement);
  for (let stop = 0; stop < 60 && !(await hasFocus()); stop += 1) await page.keyboard.press("Tab");
  await expect(what).toBeFocused();
  await expect(what).toHaveCSS("outline-style", "solid");
  await expect(what).toBeInViewport({ ratio: 1 });
}

/** Here nothing scrolls sideways. `look` measures the document, and `main` would scroll within it. */
export async function fits(page: Page): Promise<void> {
  const wider = await page.getByRole("main").evaluate((main) => main.scrollWidth - main.clientWidth);
  expect(wider, `main of ${page.url()} is wider than the screen`).toBeLessThanOrEqual(0);
}
