/* Lighthouse's look at one page after the other, all in one browser: node lighthouse.mjs FOLDER FORM < addresses.
   FOLDER is where Lighthouse is installed, CHROME_PATH the browser; a line of JSON comes for each address. Nothing is
   timed here, so it waits for a page to be there, and not for the seconds of quiet that a measurement needs. */
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, form] = process.argv.slice(2);
const beside = createRequire(`${folder}/package.json`);
const from = (name) => import(pathToFileURL(beside.resolve(name)));
const { default: lighthouse, desktopConfig } = await from("./core/index.js");
const { launch } = await from("chrome-launcher");

const browser = await launch({ chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
process.on("SIGTERM", () => {
  browser.kill();
  process.exit(1);
});
const settings = {
  port: browser.port,
  onlyCategories: ["accessibility"],
  disableFullPageScreenshot: true,
  pauseAfterFcpMs: 0,
  pauseAfterLoadMs: 0,
  networkQuietThresholdMs: 0,
  cpuQuietThresholdMs: 50,
};
try {
  for await (const address of createInterface({ input: process.stdin })) {
    const { lhr } = await lighthouse(address, settings, form === "desktop" ? desktopConfig : undefined);
    const { score, auditRefs } = lhr.categories.accessibility;
    const failed = auditRefs.map((ref) => ref.id).filter((id) => lhr.audits[id].score === 0);
    console.log(JSON.stringify({ version: lhr.lighthouseVersion, score, failed, problem: lhr.runtimeError?.message }));
  }
} finally {
  browser.kill();
}
