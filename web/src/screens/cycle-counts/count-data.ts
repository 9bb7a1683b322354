import { IconLock, IconX } from "@tabler/icons-react";
import type { StateTable } from "../../ui/index.ts";

export interface CountRow {
  readonly cycleCountId: string;
  readonly code: string;
  readonly state: "CREATED" | "IN_PROGRESS" | "CLOSED" | "CANCELLED";
  readonly facilityId: string;
  readonly facility: string;
  readonly targetOn: string;
  readonly late: boolean;
  readonly note: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly shelves: number;
  readonly counting: number;
  readonly toAccept: number;
  readonly accepted: number;
  readonly judged: number;
  readonly right: number;
  readonly expected: number;
  readonly missing: number;
  readonly extra: number;
  readonly missingValue: number;
  readonly extraValue: number;
  readonly shelfAccuracyBps: number | null;
  readonly pieceAccuracyBps: number | null;
  readonly allowed: readonly string[];
}

export interface CountDetail extends CountRow {
  readonly subCounts: readonly { number: number; name: string; shelves: number; counted: number }[];
}

export interface CountShelfRow {
  readonly shelfId: string;
  readonly shelf: string;
  readonly enabled: boolean;
  readonly subCountName: string;
  readonly state: "TO_COUNT" | "COUNTING" | "COUNTED" | "ACCEPTED";
  readonly round: number;
  readonly counter: string | null;
  readonly countedAt: string | null;
  readonly acceptedAt: string | null;
  readonly acceptedBy: string | null;
  readonly expected: number | null;
  readonly counted: number | null;
  readonly missing: number | null;
  readonly extra: number | null;
  readonly missingValue: number | null;
  readonly extraValue: number | null;
  readonly allowed: readonly string[];
}

export interface VarianceRow {
  readonly shelfId: string;
  readonly shelf: string;
  readonly state: string;
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly bucket: string;
  readonly expected: number;
  readonly counted: number;
  readonly difference: number;
  readonly value: number | null;
  readonly counter: string | null;
}

export interface ShelfHistoryRow {
  readonly shelfId: string;
  readonly shelf: string;
  readonly facility: string;
  readonly enabled: boolean;
  readonly skus: number;
  readonly pieces: number;
  readonly counting: string | null;
  readonly counts: number;
  readonly lastCountedAt: string | null;
  readonly lastCountId: string | null;
  readonly lastCount: string | null;
  readonly lastMissing: number | null;
  readonly lastExtra: number | null;
}

export const countStates: StateTable = {
  CREATED: { word: "Planned", tone: "waiting" },
  IN_PROGRESS: { word: "In progress", tone: "working" },
  CLOSED: { word: "Closed", tone: "done", icon: IconLock },
  CANCELLED: { word: "Cancelled", tone: "waiting", icon: IconX },
};

export const countShelfStates: StateTable = {
  TO_COUNT: { word: "To count", tone: "waiting" },
  COUNTING: { word: "Being counted", tone: "working" },
  COUNTED: { word: "To accept", tone: "attention" },
  ACCEPTED: { word: "Accepted", tone: "done" },
};

export const bucketWords: Readonly<Record<string, string>> = {
  good: "Good",
  bad: "Bad",
  qc_rejected: "QC rejected",
  not_found: "Not found earlier",
};

/** "99.25 %"; nothing to judge yet is a dash. */
export const accuracy = (bps: number | null): string =>
  bps === null ? "–" : `${(bps / 100).toFixed(bps % 100 === 0 ? 0 : 2)} %`;

/** "+1", "−2": a difference always shows its sign. */
export const signed = (difference: number): string =>
  difference === 0 ? "0" : difference > 0 ? `+${difference}` : `−${-difference}`;

/** What is missing and what is more, in a few signs: "−1 +2". */
export const differenceOf = (missing: number | null, extra: number | null): string =>
  missing === null || extra === null
    ? "–"
    : missing + extra === 0
      ? "none"
      : [missing > 0 ? signed(-missing) : "", extra > 0 ? signed(extra) : ""].filter((part) => part !== "").join(" ");
