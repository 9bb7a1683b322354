import type { TimelineEntry } from "../../ui/index.ts";
import type { TimelineRow } from "./types.ts";

const actors: Readonly<Record<string, TimelineEntry["who"]["kind"]>> = {
  USER: "person",
  API: "person",
  CHANNEL: "channel",
  COURIER: "courier",
  SCHEDULE: "schedule",
};

/** The name of one of our jobs: "status-sync.apply_words". */
const JOB = /^[a-z-]+\.[a-z_]+$/;

/** Who did it, as the timeline draws it: of our own jobs the house alone. */
export function actorOf(row: Pick<TimelineRow, "actorKind" | "actorName">): TimelineEntry["who"] {
  const kind = actors[row.actorKind] ?? "system";
  const isJob = (kind === "schedule" || kind === "system") && JOB.test(row.actorName);
  return { kind, name: isJob ? "Godown" : row.actorName };
}
