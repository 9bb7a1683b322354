/** What is proved of each source's status sync: the columns of the generated page, and the page itself. Pure. */

export const STORIES = [
  { id: "dispatched-by-us", heading: "Order in → dispatched by us" },
  { id: "delivered", heading: "→ delivered" },
  { id: "panel-unfulfillable", heading: "Adopted when unfulfillable" },
  { id: "panel-fulfillable", heading: "Adopted when fulfillable" },
  { id: "panel-packed", heading: "Adopted when packed" },
  { id: "panel-unseen", heading: "Adopted when never seen before" },
  { id: "panel-cancelled", heading: "Cancelled on the panel" },
  { id: "series-missing", heading: "Series missing: waits, then heals" },
  { id: "self-ship-not-synced", heading: "Self-ship not synced" },
] as const;
export type StoryId = (typeof STORIES)[number]["id"];

/** Words in place of a tick: why a story is not this source's. */
export type Absent = Partial<Readonly<Record<StoryId, string>>>;

export interface SourceStories {
  readonly source: string;
  readonly label: string;
  /** Stories that were told to their end in one run. */
  readonly passed: readonly StoryId[];
  readonly absent: Absent;
}

const MADE = "<!-- Made by tools/status-stories.ts; do not edit. -->";
const TICK = "✓";

/** The page: a tick only where the story passed, words where it is not the source's, "not proved" otherwise. */
export function storiesPage(rows: readonly SourceStories[]): string {
  const cell = ({ passed, absent }: SourceStories, id: StoryId) =>
    passed.includes(id) ? TICK : (absent[id] ?? "not proved");
  const lines = [...rows]
    .sort((a, b) => (a.source < b.source ? -1 : 1))
    .map((row) => `| ${row.label} \`${row.source}\` | ${STORIES.map(({ id }) => cell(row, id)).join(" | ")} |`);
  return `${MADE}
# Status sync, source by source

✓: the story was told to its end over HTTP against the source's simulator, by the product with its own queue and schedules on
PostgreSQL, and the marketplace's side and ours were compared (\`tests/status-sync\`). Words: why it is not this source's story.

| Source | ${STORIES.map(({ heading }) => heading).join(" | ")} |
|---|${STORIES.map(() => "---").join("|")}|
${lines.join("\n")}
`;
}

/** Stories that a page ticks, by source. */
export function tickedOn(page: string): ReadonlyMap<string, readonly StoryId[]> {
  const rows = new Map<string, readonly StoryId[]>();
  for (const line of page.split("\n")) {
    const [first = "", ...cells] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const source = /`([A-Z0-9_]+)`$/.exec(first)?.[1];
    if (source !== undefined)
      rows.set(
        source,
        STORIES.filter((_, i) => cells[i] === TICK).map(({ id }) => id),
      );
  }
  return rows;
}
