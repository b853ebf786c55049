// Opens pages in a browser without a window, light and wide, dark and narrow, and looks for what nobody should meet:
// violations of axe-core, errors, requests, pages that scroll sideways, headings without text.
//   node look_at_pages.js PAGE...
"use strict";
const {accessSync, constants, readFileSync} = require("node:fs");
const {delimiter, join, resolve} = require("node:path");

function skip(reason) {
  console.log(`${reason}, skipped`);
  process.exit(77);
}

function modules() {
  try {
    return {chromium: require("playwright-core").chromium, axe: readFileSync(require.resolve("axe-core/axe.min.js"), "utf8")};
  } catch {
    skip("no modules are here: npm ci --prefix tests/pages");
  }
}

function browser() {
  for (const folder of process.env.PATH.split(delimiter)) {
    for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch { /* not in this folder */ }
    }
  }
  skip("no Chromium is here");
}

async function findings(page, axe, file) {
  const found = [];
  page.on("console", (message) => message.type() === "error" && found.push(message.text()));
  page.on("pageerror", (error) => found.push(String(error)));
  page.on("request", (request) => /^(file|data|blob):/.test(request.url()) || found.push(`asks for ${request.url()}`));
  await page.goto(`file://${resolve(file)}`);
  await page.evaluate(axe);
  const {violations} = await page.evaluate(() => globalThis.axe.run());
  for (const {id, nodes} of violations) found.push(`${id}: ${nodes.map(({target}) => target).join(", ")}`);
  return found.concat(await page.evaluate(() => {
    const seen = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) seen.push(`is ${root.scrollWidth} px wide`);
    for (const heading of document.querySelectorAll("h1, h2, h3, h4, th"))
      if (!heading.textContent.trim()) seen.push(`has an empty ${heading.tagName}`);
    return seen;
  }));
}

async function main(files) {
  const {chromium, axe} = modules();
  const program = await chromium.launch({executablePath: browser(), args: ["--no-sandbox"]});
  let loads = 0, problems = 0;
  for (const file of files)
    for (const [colorScheme, width] of [["light", 1280], ["dark", 320]]) {
      const page = await program.newPage({colorScheme, reducedMotion: "reduce", viewport: {width, height: 800}});
      page.setDefaultTimeout(120000);  // a busy machine is slow
      for (const problem of await findings(page, axe, file)) {
        console.log(`${file}, ${colorScheme}, ${width} px: ${problem}`);
        ++problems;
      }
      await page.close();
      ++loads;
    }
  await program.close();
  console.log(`${loads} loads of ${files.length} pages, ${problems} problems`);
  process.exit(loads > 0 && problems === 0 ? 0 : 1);
}

main(process.argv.slice(2));
