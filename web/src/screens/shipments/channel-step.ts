import type { ChannelStep, Shipment } from "./shipment.ts";

const what: Readonly<Record<ChannelStep["step"], string>> = { INVOICE: "Invoice", LABEL: "Label" };

export const stepName = (step: Pick<ChannelStep, "step">): string => what[step.step];

/** What the channel or the courier still owes a package. A label comes after its invoice, so the first open step is the one. */
export function owedStep(of: { readonly steps: readonly ChannelStep[] }): ChannelStep | undefined {
  return ["INVOICE", "LABEL"].flatMap((name) => of.steps.filter((each) => each.step === name)).find(isOpen);
}

export const isOpen = (step: ChannelStep): boolean => step.state !== "DONE";

/** A list's few words on a step: "Label failed", "Invoice waits". */
export function shortWords(step: ChannelStep): string {
  const name = stepName(step);
  if (step.state === "FAILED") return `${name} failed`;
  return step.state === "ASKING" ? `${name} asked` : `${name} waits`;
}

/** Why a package is left out of a repetition; true where it may be repeated. What is being asked is not asked twice. */
export function mayRepeat(row: Pick<Shipment, "steps" | "onHold">): true | string {
  const owed = owedStep(row);
  if (owed === undefined) return "nobody owes it an invoice or a label";
  if (row.onHold) return "on hold";
  return owed.state === "ASKING" ? "being asked now" : true;
}

/** The kind of a label that a courier made. */
export const courierLabel = "COURIER_LABEL";

/** What a file of the channel or the courier is, in words. */
export function documentName(kind: string | null): string {
  switch (kind) {
    case "CHANNEL_INVOICE":
      return "Invoice of the channel";
    case "CHANNEL_LABEL":
      return "Label of the channel";
    case courierLabel:
      return "Label of the courier";
    default:
      return "File of the channel";
  }
}

/** Bytes as people read them: 84 kB, 1.2 MB. */
export function sizeWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Words of a channel at the end of a sentence often lack its full stop. */
export const ended = (words: string): string => (/[.!?”"]$/.test(words) ? words : `${words}.`);
