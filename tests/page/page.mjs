// The page in Chromium: node page.mjs URL CHROMIUM FOLDER_FOR_SCREENSHOTS
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [url, executablePath, folder] = process.argv.slice(2);
const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const failures = [];
const check = (ok, what) => { if (!ok) { failures.push(what); console.log("FALSE " + what); } };

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const seen = { bytes: 0, outside: [], errors: [] };
  page.on("console", (m) => { if (m.type() === "error") seen.errors.push(m.text()); }); // also violations of the content security policy
  page.on("pageerror", (e) => seen.errors.push(String(e)));
  page.on("request", (r) => { if (!r.url().startsWith(url) && !r.url().startsWith("data:")) seen.outside.push(r.url()); });
  await page.goto(url, { waitUntil: "load" });
  await page.waitForSelector(".badge.good", { timeout: 20000 });
  await page.waitForSelector(".strip button");
  await page.waitForSelector("#tree tbody tr");
  await page.waitForSelector("#c-latency canvas");
  seen.bytes = await page.evaluate(() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((e) => /\.(js|css)$|\/$/.test(new URL(e.name).pathname)).reduce((sum, e) => sum + e.decodedBodySize, 0));
  return { context, page, seen };
}

// Evaluated by DevTools, which the page's policy does not concern; the page itself could not load it.
async function accessible(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  for (const v of violations) check(false, `${name}: axe ${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 120) + " " + (n.any[0]?.message || "")).slice(0, 3).join(" | ")}`);
  check((await page.evaluate(() => window.axe.version)).length > 0, "axe ran");
}

const looks = [
  ["light", { viewport: { width: 1280, height: 900 }, colorScheme: "light" }],
  ["dark", { viewport: { width: 1280, height: 900 }, colorScheme: "dark" }],
  ["phone", { viewport: { width: 390, height: 844 }, colorScheme: "light", deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
];
for (const [name, options] of looks) {
  const { context, page, seen } = await open(options);
  await page.click(".strip button:last-child >> nth=-1");
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  await accessible(page, name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(wide <= 0, `${name}: the page is ${wide} pixels wider than the screen`);
  check(seen.outside.length === 0, `${name}: asks others: ${seen.outside}`);
  check(seen.errors.length === 0, `${name}: errors: ${seen.errors}`);
  check(seen.bytes > 70000 && seen.bytes < 150 * 1024, `${name}: ${seen.bytes} bytes`);
  if (name === "light") {
    const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
    console.log(`first paint ${Math.round(paint)} ms, ${seen.bytes} bytes`);
  }
  await context.close();
}

const { page, context } = await open({ viewport: { width: 1280, height: 900 } });

// By keyboard: one stop in a strip, arrows move, Enter selects, the details follow.
await page.keyboard.press("Tab");
check((await page.evaluate(() => document.activeElement.className)) === "skip", "the first stop is the link to the content");
let stops = 0;
while (!(await page.evaluate(() => document.activeElement.dataset.key)) && ++stops < 20) await page.keyboard.press("Tab");
const newest = await page.evaluate(() => document.activeElement.dataset.key);
await page.keyboard.press("ArrowLeft");
const older = await page.evaluate(() => document.activeElement.dataset.key);
check(newest && older && newest !== older, `arrows move in the strip: ${newest}, ${older}`);
await page.keyboard.press("Enter");
check((await page.textContent("#window")).includes(older.split("/")[1]), "Enter shows the window");
check((await page.getAttribute(`[data-key="${older}"]`, "aria-pressed")) === "true", "the selection is told");
check((await page.getAttribute(`[data-key="${older}"]`, "aria-label")).includes("nonce"), "a cell has a name");

// Live: a new window appears without a reload, and the focus stays.
const count = await page.locator(".strip button").count();
await page.waitForFunction((n) => document.querySelectorAll(".strip button").length > n, count, { timeout: 30000 }).catch(() => check(false, "no new window appears"));
check((await page.evaluate(() => document.activeElement.dataset.key)) === older, "the focus stays where it was");

// A shadow beside the live model: as the daemon has it, and with the figures that it gets when a horizon has passed.
await page.waitForFunction(() => [...document.querySelectorAll("#models tbody tr")].some((r) => r.cells[1].textContent === "b.json" && r.cells[2].textContent === "shadow" && Number(r.cells[3].textContent) > 0),
  null, { timeout: 30000 }).catch(() => check(false, "the shadow's row appears with its predictions"));
const models = await page.evaluate(() => fetch("models").then((r) => r.json()));
check(models.some((m) => m.role === "live") && models.some((m) => m.name === "b.json"), "the route has the live model and the shadow");
const scored = models.map((m) => (m.name !== "b.json" ? m : { ...m, scored: 240, rmse: 0.0123, rmse_range: [0.011, 0.014], directional_accuracy: 0.54, directional_range: [0.5, 0.58],
  gain: 0.031, gain_range: [0.01, 0.05], participation: { answered: 239, windows: 240, value: 239 / 240, passes: true } }));
const row = await page.evaluate((list) => { show_models(list); return [...document.querySelectorAll("#models tbody tr")].map((r) => [...r.cells].map((c) => c.textContent)).find((r) => r[1] === "b.json"); }, scored);
check(JSON.stringify(row?.slice(5, 10)) === JSON.stringify(["240", "0.0123 [0.011, 0.014]", "0.540 [0.500, 0.580]", "3.1 % [1.0 %, 5.0 %]", "99.6 %"]), `the shadow's figures: ${row}`);

// Numbers of a curve as a table; the truth of a window beside its prediction.
await page.evaluate(() => { const oldest = sorted_rows(1).find((r) => time_of(r) > 0); take([{ ...oldest, truth: "0.0321" }]); show_charts(); });
await page.click("#c-value summary");
await page.waitForSelector("#c-value details table tr:nth-child(2)", { timeout: 5000 }).catch(() => {});
check((await page.locator("#c-value details table tr").count()) > 1, "a curve has a table");
check((await page.textContent("#c-value details table")).includes("0.0321"), "with the truth");

// What the page shows is text, never markup; and it may change nothing.
await page.evaluate(() => { take([{ topic_id: 1, nonce: 1, status: "missed", reason: "<img src=x onerror=document.title='broken'>", value: null, times: {}, fee: 0 }]); draw(); });
await page.waitForSelector('[data-key="1/1"]');
await page.click('[data-key="1/1"]');
check((await page.locator("#window img").count()) === 0 && (await page.textContent("#window")).includes("<img"), "a reason is shown as text");
check((await page.evaluate(() => fetch("drain", { method: "POST" }).then((r) => r.status))) === 403, "the page cannot drain");
check((await page.evaluate(() => { const s = document.createElement("script"); s.textContent = "window.inline = 1"; document.head.append(s); return window.inline; })) === undefined, "an inline script does not run");
await context.close();

// A screen reader's view has the headings and the state.
const { page: reader, context: last } = await open({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
const headings = await reader.$$eval("h1, h2", (all) => all.map((h) => h.textContent));
for (const h of ["inferd", "At a glance", "Windows", "Curves", "Models", "Topics", "Nodes and markets", "Actors"]) check(headings.includes(h), `the heading ${h}`);
check((await reader.getAttribute("#health", "role")) === "status", "the health is announced");
await last.close();

await browser.close();
if (failures.length) process.exit(1);
console.log("ok: light, dark and phone without a violation; keyboard, live windows, text only, nothing from outside");
