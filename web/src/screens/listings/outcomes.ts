import type { StateTable } from "../../ui/index.ts";

/** What the channel said to the last figure. */
export const publishOutcomes: StateTable = {
  ACCEPTED: { word: "Accepted", tone: "done" },
  REFUSED: { word: "Refused", tone: "failed" },
  UNKNOWN: { word: "Not known", tone: "attention" },
};
