import { formatSpan, plural } from "../../lib/format.ts";
import type { ChannelRow } from "./data.ts";

/** What the list says of a channel's syncs, worst first; the tone is that of the row's edge. Pure. */
export function healthOf(
  row: Pick<
    ChannelRow,
    "state" | "brokenReason" | "failing" | "behind" | "publishingStopped" | "stockRefused" | "unmapped"
  >,
): { readonly words: string; readonly tone: "attention" | "failed" | undefined } {
  if (row.state === "BROKEN")
    return { words: row.brokenReason ?? "Its credentials are not accepted any more", tone: "failed" };
  if (row.state === "CONFIGURED" || row.state === "DRAFT")
    return { words: "Waits for its credentials", tone: "attention" };
  if (row.state === "DISABLED") return { words: "Switched off", tone: undefined };
  const [worst] = row.failing;
  if (worst !== undefined)
    return {
      words: `${worst.title}: ${worst.message ?? "failed"}${row.failing.length > 1 ? `, and ${plural(row.failing.length - 1, "more sync", "more syncs")}` : ""}`,
      tone: "failed",
    };
  const [late] = row.behind;
  if (late !== undefined)
    return { words: `${late.title}: ${formatSpan(late.lagSeconds * 1_000)} behind`, tone: "failed" };
  if (row.publishingStopped) return { words: "Publishing stopped: 0 is told for everything", tone: "attention" };
  if (row.stockRefused > 0)
    return { words: `${plural(row.stockRefused, "stock figure")} refused by the channel`, tone: "attention" };
  if (row.unmapped > 0) return { words: `${plural(row.unmapped, "listing")} without SKU`, tone: "attention" };
  return { words: "All well", tone: undefined };
}
