// The report's page as people have it: in a browser, in the dark, on a telephone, on paper, read aloud.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { incident, large } from "./journals.js";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const COMMAND = process.env.GRAPH_INVALIDATE_TEST_COMMAND;

let folder;
let browser;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "graph-invalidate-page-"));
  browser = await chromium.launch({
    executablePath: process.env.GRAPH_INVALIDATE_TEST_BROWSER,
    args: ["--no-sandbox"],
  });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function report(name, journal) {
  const recorded = join(folder, `${name}.jsonl`);
  const html = join(folder, `${name}.html`);
  const csv = join(folder, `${name}.csv`);
  writeFileSync(recorded, journal);
  const ended = spawnSync(COMMAND, ["report", recorded, "--html", html, "--csv", csv, "--quiet"], { encoding: "utf8" });
  assert.equal(ended.status, 3, ended.stderr);
  return { html, csv };
}

/** Opens the page as somebody has it, and hands over everything that it did besides being shown. */
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const noise = [];
  page.on("console", (message) => noise.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => noise.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (request.url() !== pathToFileURL(file).href) noise.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, noise };
}

const rows = (page) => page.locator("#people tbody tr:visible");

/** Cells whose content takes more lines than it should, and whatever is wider than the page. */
async function broken(page) {
  return page.evaluate(() => {
    const found = [];
    const { scrollWidth, clientWidth } = document.scrollingElement;
    if (scrollWidth > clientWidth) found.push(`${scrollWidth} px of content on ${clientWidth} px`);
    for (const cell of document.querySelectorAll("td.time, td.id, small.id, .number, .state")) {
      const range = document.createRange();
      range.selectNodeContents(cell);
      const lines = new Set(Array.from(range.getClientRects(), (box) => Math.round(box.bottom / 4)));
      const isShown = cell.offsetParent !== null && (cell.closest("thead")?.clientWidth ?? 2) > 1;
      if (isShown && lines.size > 1) found.push(`${cell.textContent} stands in ${lines.size} lines`);
    }
    return found;
  });
}

test("the page loads nothing, says nothing on the console, and runs no script of others", async () => {
  const { html } = report("quiet", incident());
  const { page, noise } = await open(html);
  assert.equal(await page.title(), "Sessions invalidated");
  assert.match(await page.locator(".verdict").textContent(), /Some users are not signed out/);
  assert.equal(await page.locator("img").count(), 0);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
  assert.deepEqual(noise, []);
  const added = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'owned'";
    document.body.append(script);
    return document.title;
  });
  assert.equal(added, "Sessions invalidated", "the page's policy lets its own script run, and no other");
});

test("the picture says how many are verified, open, failed and excluded", async () => {
  const { html } = report("picture", incident());
  const { page } = await open(html);
  const words = await page.locator("svg.share").getAttribute("aria-label");
  assert.equal(words, "80 verified, 11 not verified yet, 6 not accepted, 1 excluded");
  const widths = await page.locator("svg.share rect").evaluateAll((parts) => parts.map((part) => part.getBBox().width));
  assert.equal(widths.length, 4);
  assert.ok(widths[0] > 7 * widths[1] && widths[1] > widths[2], `${widths}`);
});

test("the time line shows what was accepted and verified, refused and waited for", async () => {
  const { html } = report("time", incident());
  const { page } = await open(html);
  const words = await page.locator("svg.plot").getAttribute("aria-label");
  for (const part of ["91 accepted", "80 verified", "4 refused for the moment", "6 failed", "20 s of waiting"]) {
    assert.ok(words.includes(part), `${part}: ${words}`);
  }
  assert.ok((await page.locator("svg.plot .refused").count()) > 0);
  assert.ok((await page.locator("svg.plot .waited").count()) > 0);
  await page.locator("summary").click();
  assert.ok((await page.locator("details tbody tr").count()) > 5);
});

test("the table sorts by each column, both ways", async () => {
  const { html } = report("sorting", incident());
  const { page } = await open(html);
  const names = () => rows(page).locator("td:first-child").allTextContents();
  const user = page.locator("#people th").first();
  await user.getByRole("button").click();
  assert.equal(await user.getAttribute("aria-sort"), "ascending");
  const upwards = await names();
  const number = (name) => Number(/^user-(\d+)@/.exec(name)?.[1]);
  const numbers = upwards.map(number).filter((it) => !Number.isNaN(it));
  assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b), "numbers in names are numbers");
  await user.getByRole("button").click();
  assert.equal(await user.getAttribute("aria-sort"), "descending");
  assert.deepEqual((await names()).reverse(), upwards);
  const state = page.locator("#people th").nth(1);
  await state.getByRole("button").press("Enter");
  assert.equal(await user.getAttribute("aria-sort"), null);
  assert.match(await rows(page).first().textContent(), /not accepted/);
});

test("the table filters by words and by state, and says how many it shows", async () => {
  const { html } = report("filter", incident());
  const { page } = await open(html);
  const found = page.locator("#found");
  assert.equal(await found.textContent(), "97 of 97");
  await page.getByLabel("State").selectOption("not accepted");
  assert.equal(await found.textContent(), "6 of 97");
  await page.getByLabel("Find").fill("USER_NOT_FOUND 91@");
  assert.equal(await found.textContent(), "1 of 97");
  assert.equal(await rows(page).count(), 1);
  await page.getByLabel("Find").fill("");
  await page.getByLabel("State").selectOption("");
  assert.equal(await rows(page).count(), 97);
});

test("without scripts everything is there", async () => {
  const { html } = report("plain", incident());
  const { page } = await open(html, { javaScriptEnabled: false });
  assert.equal(await rows(page).count(), 97);
  assert.equal(await page.locator("form").isVisible(), false);
  assert.match(await rows(page).first().textContent(), /not/, "whoever is open stands first");
});

for (const width of [1200, 400, 390]) {
  test(`at ${width} pixels no word is broken, and nothing is wider than the page`, async () => {
    const { html } = report(`width-${width}`, incident());
    const { page } = await open(html, { viewport: { width, height: 900 } });
    await page.locator("summary").click();
    assert.deepEqual(await broken(page), []);
  });
}

test("it is dark where people have it dark", async () => {
  const { html } = report("dark", incident());
  const shade = (page) =>
    page.evaluate(() => {
      const style = getComputedStyle(document.body);
      return [style.backgroundColor, style.color].map((colour) => colour.match(/\d+/g).reduce((a, b) => a + Number(b), 0));
    });
  const [day, ink] = await shade((await open(html, { colorScheme: "light" })).page);
  const [night, chalk] = await shade((await open(html, { colorScheme: "dark" })).page);
  assert.ok(day > ink && chalk > night && day > night, `${[day, ink, night, chalk]}`);
});

test("on paper it is light, without the form, and no row is cut", async () => {
  const { html } = report("paper", incident());
  const { page } = await open(html, { colorScheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.equal(await page.locator("form").isVisible(), false);
  const style = await page.evaluate(() => ({
    page: getComputedStyle(document.body).backgroundColor,
    row: getComputedStyle(document.querySelector("#people tbody tr")).breakInside,
    head: getComputedStyle(document.querySelector("#people thead")).display,
  }));
  assert.deepEqual(style, { page: "rgb(255, 255, 255)", row: "avoid", head: "table-header-group" });
  const paper = await page.pdf({ format: "A4" });
  const sheets = paper.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  assert.ok(sheets > 1 && sheets < 12, `${sheets} sheets`);
});

for (const [name, options] of Object.entries({
  "by day": { colorScheme: "light" },
  "by night": { colorScheme: "dark" },
  "on a telephone": { viewport: { width: 390, height: 800 } },
})) {
  test(`axe finds nothing ${name}`, async () => {
    const { html } = report(`axe-${name.replaceAll(" ", "-")}`, incident());
    const { page } = await open(html, { ...options, bypassCSP: true });
    await page.locator("summary").click();
    await page.addScriptTag({ path: AXE });
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(
      violations.map((it) => `${it.id}: ${it.help}: ${it.nodes.map((node) => node.html).slice(0, 3)}`),
      [],
    );
  });
}

test("of a large run the page shows who is open and a page's worth, and says where the rest is", async () => {
  const { html, csv } = report("large", large(100_000));
  assert.ok(statSync(html).size < 2_000_000, `${statSync(html).size} bytes`);
  const { page, noise } = await open(html);
  assert.equal(await page.locator("#found").textContent(), "1,000 of 1,000");
  assert.equal(await page.locator("#people tr", { hasText: "user_not_found" }).count(), 100, "everyone who is open");
  assert.match(await page.locator("#people + .rest").textContent(), /1,000 of 100,000 users.*--csv/);
  assert.deepEqual(noise, []);
  assert.equal(readFileSync(csv, "utf8").trimEnd().split("\r\n").length, 100_001);
});

test("the table for spreadsheets holds everyone, and no cell is a formula", () => {
  const { csv } = report("csv", incident());
  const lines = readFileSync(csv, "utf8").trimEnd().split("\r\n");
  assert.equal(lines[0], "\ufeffuser,id,state,status,accepted_at,known_at,request_id,message,hint");
  assert.equal(lines.length, 99);
  assert.ok(lines.some((line) => line.startsWith("'=cmd|")));
  assert.ok(!lines.some((line) => /(^|,)"?[=+@-]/.test(line)));
  assert.ok(lines.some((line) => line.startsWith("break-glass@contoso.example,,excluded")));
});
