// Looks at the built site in a browser, as people see it: light and dark, wide and on a phone. It fails where axe finds a
// barrier, where something comes from elsewhere, where a page is wider than the screen, or where the search finds nothing.
// Usage: node look.js SITE [PICTURES]; CHROMIUM names the browser.
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize, resolve, sep } from "node:path";
import puppeteer from "puppeteer-core";

const [site, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const types = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png" };
const screens = [
  { name: "wide-light", width: 1280, height: 900, scheme: "light" },
  { name: "wide-dark", width: 1280, height: 900, scheme: "dark" },
  { name: "phone-light", width: 390, height: 844, scheme: "light" },
  { name: "phone-dark", width: 390, height: 844, scheme: "dark" },
];
// Generated pages are alike; a few stand for all.
const pages = [...readdirSync(site).filter((f) => f.endsWith(".html") && f !== "404.html"), "diagnoses/index.html", "diagnoses/client-in-other-environment.html", "commands/check.html", "operations/index.html", "operations/scale.html"];

const server = createServer((request, response) => {
  const file = normalize(join(site, decodeURIComponent(new URL(request.url, "http://x").pathname)));
  try {
    if (!file.startsWith(normalize(site) + sep)) throw new Error("outside");
    const body = readFileSync(file);
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    response.end(body);
  } catch {
    response.writeHead(404);
    response.end();
  }
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const faults = [];

async function look(name, screen) {
  const page = await browser.newPage();
  page.on("request", (r) => { if (!r.url().startsWith(origin) && !r.url().startsWith("data:") && !r.url().startsWith("blob:")) faults.push(`${name} loads ${r.url()}`); });
  page.on("pageerror", (e) => faults.push(`${name}: ${e}`));
  await page.setViewport({ width: screen.width, height: screen.height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: screen.scheme }, { name: "prefers-reduced-motion", value: "reduce" }]);
  await page.goto(`${origin}/${name}`, { waitUntil: "networkidle0" });
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
  for (const v of violations) faults.push(`${name}, ${screen.name}: ${v.id} (${v.impact}): ${v.nodes.slice(0, 2).map((n) => n.target.join(" ") + " " + n.html.slice(0, 120)).join(" | ")}`);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > screen.width) faults.push(`${name} is ${width} wide on a screen of ${screen.width}`);
  if (pictures) {
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name.replace(/\W/g, "-")}-${screen.name}.png`) });
  }
  await page.close();
}

async function search(address, words, wanted) {
  const page = await browser.newPage();
  await page.goto(`${address}/index.html`, { waitUntil: "networkidle0" });
  await page.type("[data-md-component=search-query]", words);
  try {
    await page.waitForFunction((w) => [...document.querySelectorAll(".md-search-result__link")].some((a) => a.href.includes(w)), { timeout: 30000 }, wanted);
  } catch {
    faults.push(`the search at ${address} for ${words} does not find ${wanted}`);
  }
  await page.close();
}

for (const name of pages) for (const screen of screens) await look(name, screen);
for (const address of [origin, `file://${resolve(site)}`]) await search(address, "invalid_scope", "scope-not-allowed");
await browser.close();
server.close();
for (const fault of faults) console.log(fault);
console.log(`${pages.length} pages looked at on ${screens.length} screens, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
