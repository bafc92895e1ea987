// Runs the OpenFeature specification's own scenarios against the server provider, and says how many pass, and which
// cannot and why. The specification lies beside the project; where it does not, the run says so and ends well.
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfiguration, runCucumber } from "@cucumber/cucumber/api";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const feature = join(
  root,
  "../shared/conformance/flagd/openfeature-spec/specification/assets/gherkin/evaluation_v2.feature",
);

/** Tags of scenarios that do not apply, with the reason. */
const EXCLUDED = {
  "@reason-codes-cached":
    "the reason CACHED is for providers that keep a remote evaluation's answer; Tidegate decides each time, in memory",
};

if (!existsSync(feature)) {
  console.log(`skipped: the OpenFeature specification is not there (${relative(root, feature)})`);
  process.exit(0);
}

const { runConfiguration } = await loadConfiguration(
  {
    file: false,
    provided: {
      paths: [relative(here, feature)],
      import: ["steps.mjs"],
      tags: Object.keys(EXCLUDED)
        .map((tag) => `not ${tag}`)
        .join(" and "),
      format: ["summary"],
      publish: false,
      strict: true,
    },
  },
  { cwd: here },
);

const pickles = new Map();
const cases = new Map();
const attempts = new Map();
const passed = new Set();
const failed = new Set();
const { success } = await runCucumber(runConfiguration, { cwd: here }, (message) => {
  if (message.pickle) pickles.set(message.pickle.id, message.pickle);
  if (message.testCase) cases.set(message.testCase.id, message.testCase.pickleId);
  if (message.testCaseStarted) attempts.set(message.testCaseStarted.id, cases.get(message.testCaseStarted.testCaseId));
  if (message.testStepFinished && message.testStepFinished.testStepResult.status !== "PASSED") {
    failed.add(attempts.get(message.testStepFinished.testCaseStartedId));
  }
  if (message.testCaseFinished) passed.add(attempts.get(message.testCaseFinished.testCaseStartedId));
});

for (const id of failed) passed.delete(id);
const excluded = [...pickles.values()].filter(({ tags }) => tags.some(({ name }) => name in EXCLUDED));
console.log(`OpenFeature specification: ${passed.size} of ${pickles.size} scenarios pass, ${excluded.length} excluded`);
for (const { name, tags } of excluded) {
  const tag = tags.find(({ name }) => name in EXCLUDED).name;
  console.log(`  excluded: "${name}" (${tag}): ${EXCLUDED[tag]}`);
}
if (!success || passed.size + excluded.length !== pickles.size) process.exitCode = 1;
