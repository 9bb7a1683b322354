import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { connectors } from "../../src/app/sources.ts";
import { storiesPage, tickedOn } from "./columns.ts";
import { STORY_HOUSES } from "./houses.ts";
import { absentOf } from "./stories.ts";

const page = readFileSync(new URL("../../docs/generated/status-sync.md", import.meta.url), "utf8");

describe("the page of the status sync (if it is stale: the flow tests beside, then ./godown run tools/status-stories.ts)", () => {
  it("has a row for each source that reports statuses, and no other", () => {
    const reporting = connectors.filter(({ rules }) => rules.reports.length > 0).map(({ id }) => id);
    expect([...tickedOn(page).keys()].toSorted()).toEqual(reporting.toSorted());
  });

  // That its ticks are true is checked where they are earned: at the end of each source's stories.
  it("is what its houses say, so that it differs in ticks alone, and each story that is the source's is ticked", () => {
    const untold = STORY_HOUSES.map((house) => ({ ...house, passed: [], absent: absentOf(house) }));
    expect(page.replaceAll("| ✓ ", "| not proved ")).toBe(storiesPage(untold));
    expect(page).not.toContain("not proved");
  });
});
