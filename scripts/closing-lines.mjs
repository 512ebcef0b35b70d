// closing-lines.mjs LOG: prints the closing line of each suite in a log of `make test`, and their
// sum. Exits 1 where a suite ran no test, or did not run at all.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const log = readFileSync(process.argv[2], "utf8").split("\n");
const suites = [];
const wrong = [];
let name = null;

for (const line of log) {
  const integration = line.match(/^\s+Running (?!unittests)(\S+) \(.*\/([^/]+)-[0-9a-f]+\)/);
  const unit = line.match(/^\s+Running unittests (\S+) \(.*\/([^/]+)-[0-9a-f]+\)/);
  const doc = line.match(/^\s+Doc-tests (\S+)/);
  if (integration) name = { title: `${integration[2]} (${integration[1]})`, key: integration[2], needed: true };
  else if (unit) name = { title: `${unit[2]} (unit)`, key: null, needed: false };
  else if (doc) name = { title: `${doc[1]} (doc)`, key: null, needed: false };

  const result = line.match(/^test result: (\w+)\. (\d+) passed; (\d+) failed; (\d+) ignored/);
  if (result && name) {
    suites.push({ ...name, line, passed: Number(result[2]), failed: Number(result[3]), skipped: Number(result[4]) });
    name = null;
  }
  const browser = line.match(/^browser: (\d+) passed, (\d+) failed, (\d+) skipped/);
  if (browser) {
    const [passed, failed, skipped] = browser.slice(1).map(Number);
    suites.push({ title: "browser", key: "browser", needed: true, line, passed, failed, skipped });
  }
}

for (const suite of suites) {
  if (suite.passed + suite.failed > 0) console.log(`${suite.title}: ${suite.line}`);
  if (suite.needed && suite.passed + suite.failed === 0) wrong.push(`${suite.title} ran no test`);
}

const metadata = JSON.parse(
  execFileSync("cargo", ["metadata", "--format-version=1", "--no-deps", "--offline"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  }),
);
const ran = new Map();
for (const { key } of suites) if (key) ran.set(key, (ran.get(key) ?? 0) + 1);
const wanted = new Map([["browser", 1]]);
for (const { targets } of metadata.packages) {
  for (const { kind, name: target, test } of targets) {
    const key = target.replaceAll("-", "_");
    if (kind.includes("test") && test) wanted.set(key, (wanted.get(key) ?? 0) + 1);
  }
}
for (const [key, count] of wanted) {
  if ((ran.get(key) ?? 0) < count) wrong.push(`${key}: ${ran.get(key) ?? 0} of ${count} suites of this name ran`);
}

const sum = (what) => suites.reduce((total, suite) => total + suite[what], 0);
for (const message of wrong) console.log(`WRONG: ${message}`);
console.log(`\n${sum("passed")} passed, ${sum("failed") + wrong.length} failed, ${sum("skipped")} skipped`);
process.exit(wrong.length > 0 || sum("failed") > 0 ? 1 : 0);
