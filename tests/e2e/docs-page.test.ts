import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newHome, startSystem, type System } from "./system.ts";

const CHROMIUM = "/usr/bin/chromium";
const asRoot = process.getuid?.() === 0;

/** Runs in the page: half a screen on; true where there is no more. */
const SCROLL_ON = "(() => { const before = scrollY; scrollBy(0, innerHeight / 2); return scrollY === before; })()";

/**
 * The methods and paths that the page shows from its top to its bottom, or up to where `isFound`: of so many operations
 * it draws only those in sight.
 */
async function shownOperations(page: Page, isFound: () => Promise<boolean> = async () => false): Promise<Set<string>> {
  const shown = new Set<string>();
  for (;;) {
    for (const text of await page.locator(".opblock-summary").allInnerTexts())
      shown.add(text.split("\n").slice(0, 2).join(" "));
    if (await isFound()) return shown;
    const isAtEnd = await page.evaluate<boolean>(SCROLL_ON);
    if (isAtEnd) return shown;
    await page.waitForTimeout(20);
  }
}

describe.skipIf(!existsSync(CHROMIUM))(`the documentation in a browser (skipped where there is no ${CHROMIUM})`, () => {
  let system: System;
  let browser: Browser;

  beforeAll(async () => {
    system = await startSystem(newHome());
    browser = await chromium.launch({ executablePath: CHROMIUM, args: asRoot ? ["--no-sandbox"] : [] });
  });
  afterAll(() => browser.close());

  it("shows every operation of this API, and asks nobody else for anything", async () => {
    const page = await browser.newPage();
    const requests: URL[] = [];
    const faults: string[] = [];
    page.on("request", (request) => requests.push(new URL(request.url())));
    page.on("console", (line) => line.type() === "error" && faults.push(line.text()));
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(`${system.url}/docs`);
    await page.waitForSelector(".opblock");

    const { paths } = await system.client.get<{ paths: Record<string, object> }>("/openapi.json");
    const operations = Object.values(paths).reduce((sum, path) => sum + Object.keys(path).length, 0);
    expect((await shownOperations(page)).size).toBe(operations);
    expect(faults).toEqual([]);
    const strangers = requests.filter(({ protocol, origin }) => protocol !== "data:" && origin !== system.url);
    expect(strangers.map(String)).toEqual([]);
    await page.close();
  });

  it("lets the reader try a call with the key, and shows its answer", async () => {
    const page = await browser.newPage();
    await page.goto(`${system.url}/docs`);
    await page.locator(".authorize").first().click();
    await page.locator(".auth-container input").first().fill(system.local.apiKey);
    await page.locator(".auth-btn-wrapper .authorize").first().click();
    await page.locator(".auth-btn-wrapper .btn-done").first().click();
    const operation = page.locator(".opblock", { has: page.locator('[data-path="/v1/organization"]') });
    await shownOperations(page, async () => (await operation.count()) > 0);
    await operation.locator(".opblock-summary").click();
    await operation.locator(".try-out__btn").click();
    await operation.locator(".execute").click();
    const answer = operation.locator(".live-responses-table .highlight-code").first();
    await answer.waitFor();
    expect(await answer.textContent()).toContain(system.local.organizationId);
    await page.close();
  });
});
