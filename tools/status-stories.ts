/**
 * Rewrites docs/generated/status-sync.md from what the last run of `tests/status-sync` proved. After a change:
 * `make test TESTS="--project flow tests/status-sync"`, then this. With `--check` it changes nothing, and fails where the page is another.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { STORIES, type StoryId, storiesPage } from "../tests/status-sync/columns.ts";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs", "generated", "status-sync.md");
const resultsDir = join(root, ".cache", "status-stories");

const ids: readonly string[] = STORIES.map(({ id }) => id);
const storyId = z.custom<StoryId>((value) => typeof value === "string" && ids.includes(value));
const resultsFile = z.object({
  source: z.string(),
  label: z.string(),
  passed: z.array(storyId),
  absent: z.partialRecord(storyId, z.string()),
});

const files = existsSync(resultsDir) ? readdirSync(resultsDir).filter((name) => name.endsWith(".json")) : [];
const made = storiesPage(
  files.map((name) => resultsFile.parse(JSON.parse(readFileSync(join(resultsDir, name), "utf8")))),
);
const kept = existsSync(page) ? readFileSync(page, "utf8") : "";
if (!process.argv.includes("--check")) {
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, made);
} else if (made !== kept) {
  console.error("docs/generated/status-sync.md is not what the last run proved: ./godown run tools/status-stories.ts");
  process.exitCode = 1;
}
