/** A source's stories as tests: what passed is written down for the page, and the page must not tick more. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { House } from "../simulation/week/houses.ts";
import { createDatabase } from "../support/database.ts";
import { type SourceStories, STORIES, type StoryId, tickedOn } from "./columns.ts";
import { Stage } from "./stage.ts";
import { absentOf, TELL } from "./stories.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Not kept in git: made by each run, read by tools/status-stories.ts. */
const RESULTS = join(ROOT, ".cache", "status-stories");
const PAGE = join(ROOT, "docs", "generated", "status-sync.md");
const STORY_MAX_MS = 90_000;

/**
 * Registers every story of a source. The one about the missing series is first: there is no invoice before it.
 * @param own stories that are this source's alone, by their headings: they are told too, and have no column on the page
 */
export function tellStories(house: House, own: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {}): void {
  const absent = absentOf(house);
  const passed: StoryId[] = [];
  let stage: Stage | undefined;
  let drop: () => Promise<void> = async () => undefined;
  const dataDir = mkdtempSync(join(tmpdir(), "godown-stories-"));

  describe(`status sync of ${house.label}`, () => {
    beforeAll(async () => {
      const database = await createDatabase({ migrated: true });
      drop = database.drop;
      stage = await Stage.set(house, { databaseUrl: database.connectionString, dataDir });
    }, STORY_MAX_MS);
    afterAll(async () => {
      await stage?.close();
      await drop();
      rmSync(dataDir, { recursive: true, force: true });
      const told: SourceStories = { source: house.source, label: house.label, passed, absent };
      mkdirSync(RESULTS, { recursive: true });
      writeFileSync(join(RESULTS, `${house.source}.json`), `${JSON.stringify(told, null, 2)}\n`);
    });
    for (const { id, heading } of [...STORIES].sort((a) => (a.id === "series-missing" ? -1 : 0)))
      if (absent[id] === undefined)
        it(heading, { timeout: STORY_MAX_MS }, async () => {
          if (!stage) throw new Error("the stage is set");
          await TELL[id](stage);
          passed.push(id);
        });
    for (const [heading, tell] of Object.entries(own))
      it(heading, { timeout: STORY_MAX_MS }, async () => {
        if (!stage) throw new Error("the stage is set");
        await tell(stage);
      });
    it("the page ticks nothing that this run did not prove", () => {
      const ticked = tickedOn(readFileSync(PAGE, "utf8")).get(house.source) ?? [];
      expect(
        ticked.filter((id) => !passed.includes(id)),
        "if the story is gone or fails: ./godown run tools/status-stories.ts",
      ).toEqual([]);
    });
  });
}
