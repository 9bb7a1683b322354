import type { ReactNode } from "react";
import type { TimelineEntry, Tone } from "../../ui/index.ts";
import { lookOf } from "../../ui/state-chip.tsx";
import { courierWords } from "../shared/courier-words.ts";
import { fieldChangeWords } from "../shared/custom-field-data.ts";
import { packageStates } from "../shared/states.ts";
import type { ShipmentDetail } from "./shipment.ts";

type Event = ShipmentDetail["timeline"][number];

const text = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null;

/** Who is told by name only; the names that are not people's are these. */
function kindOf(actor: string): TimelineEntry["who"]["kind"] {
  if (/^(system|godown|demo|doctor)/i.test(actor)) return "system";
  // Work in the background is named by its job: "fulfilment.allocate".
  if (/^[a-z-]+\.[a-z_]+$|schedule|nightly|allocation|routing/.test(actor)) return "schedule";
  return /_\d+$|marketplace|channel/i.test(actor) ? "channel" : "person";
}

const label: Readonly<Record<string, string>> = {
  courier: "courier",
  awb: "AWB",
  weightGrams: "weight (g)",
  lengthMm: "length (mm)",
  widthMm: "width (mm)",
  heightMm: "height (mm)",
  boxes: "boxes",
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** "AWB DX1 → DX2": what an edit changed, and only that. */
function changes(facts: Readonly<Record<string, unknown>>): string {
  const { before, after } = facts;
  if (!isRecord(before) || !isRecord(after)) return "";
  return Object.keys(label)
    .filter((name) => before[name] !== after[name])
    .map((name) => `${label[name]} ${text(before[name]) ?? "–"} → ${text(after[name]) ?? "–"}`)
    .join(", ");
}

interface Words {
  readonly what: string;
  readonly why?: string;
  readonly tone?: Tone;
}

function withWhy(what: string, why: string | null, tone: Tone): Words {
  return why === null ? { what, tone } : { what, why, tone };
}

/** The channel gave no invoice or label: it goes on by itself where a next try is set. */
function notGiven(what: string, facts: Readonly<Record<string, unknown>>): Words {
  const again = text(facts.nextAttemptAt);
  const said = text(facts.channelSays);
  const message = text(facts.message);
  const quoted = said === null || message?.includes(said) ? null : `“${said}”`;
  const parts = [message, quoted].filter((part) => part !== null);
  return withWhy(
    again === null ? `No ${what} from the channel` : `The ${what} is not there yet: the channel is asked again`,
    parts.length === 0 ? null : parts.join(" "),
    again === null ? "failed" : "attention",
  );
}

/** An event of a parcel in words. One that nobody listed still shows, by its own name. */
export function wordsOf({ kind, facts }: Pick<Event, "kind" | "facts">): Words {
  const said = courierWords(kind, facts);
  if (said !== null) return withWhy(said.what, said.why, said.tone);
  switch (kind) {
    case "PACKAGE_CREATED":
      if (facts.adopted === true) return { what: "Package made for what left on the channel’s panel", tone: "waiting" };
      return withWhy("Package made: stock was found", text(facts.reason) ?? text(facts.why), "waiting");
    case "INVOICE_ISSUED":
      return withWhy(
        `Invoice ${text(facts.invoice) ?? text(facts.number) ?? ""} made`.replace("  ", " "),
        text(facts.irn) === null ? null : `with IRN ${text(facts.irn)?.slice(0, 12)}…`,
        "working",
      );
    case "IRN_AWAITED":
      return withWhy(
        `Invoice ${text(facts.invoice) ?? ""} has its number and waits for its IRN`.replace("  ", " "),
        "packed when NIC has answered",
        "attention",
      );
    case "INVOICE_CANCELLED":
      return withWhy(`Invoice ${text(facts.invoice) ?? ""} cancelled`.replace("  ", " "), text(facts.reason), "failed");
    case "LABEL_MADE": {
      const awb = text(facts.awb);
      return withWhy(
        `Label made${awb === null ? "" : `: AWB ${awb}`}`,
        text(facts.why) ?? (text(facts.courier) === null ? null : `with ${text(facts.courier)}`),
        "working",
      );
    }
    case "PACKAGE_EDITED":
      return withWhy("Package changed", changes(facts) || null, "waiting");
    case "UNITS_CANCELLED":
      return withWhy("Units cancelled", text(facts.reason), "failed");
    case "CANCEL_REQUESTED":
      return withWhy("Cancellation asked for: the channel decides", text(facts.reason), "attention");
    case "CANCEL_REFUSED_BY_CHANNEL":
      return withWhy("The channel refused the cancellation", text(facts.message), "failed");
    case "CHANNEL_INVOICE_FAILED":
      return notGiven("invoice", facts);
    case "CHANNEL_LABEL_FAILED":
      return notGiven("label", facts);
    case "MANIFEST_REFUSED_BY_CHANNEL":
      return withWhy(
        `The channel did not take it on manifest ${text(facts.manifest) ?? ""}`.trimEnd(),
        text(facts.channelMessage),
        "failed",
      );
    case "TAKEN_WITH_WORDS":
      return withWhy("Taken by the channel, which says", text(facts.message), "attention");
    case "SELLER_SHIPS_NOW":
      return withWhy(
        "The channel says that the seller ships: courier and label are ours",
        text(facts.channelMessage),
        "attention",
      );
    case "CANCEL_WISHED":
      return withWhy("The buyer asks to cancel units of the order; a person decides", null, "attention");
    case "CHANNEL_CANCEL_REFUSED":
      return withWhy(
        "A cancellation by the channel was not followed",
        text(facts.rule) ?? text(facts.reason),
        "attention",
      );
    case "PROCESSED_ON_PANEL": {
      const short = typeof facts.short === "number" ? facts.short : 0;
      const [was, manifest] = [text(facts.was), text(facts.manifest)];
      const parts = [
        was === null ? "its package was made here" : `it was ${lookOf(was, packageStates).word.toLowerCase()} here`,
        ...(short > 0 ? [`${short} short of stock`] : []),
        ...(manifest === null ? [] : [`taken off manifest ${manifest}`]),
      ];
      return withWhy(
        "Processed on the channel’s panel: it left there",
        parts.join(", "),
        short > 0 ? "attention" : "done",
      );
    }
    case "LEFT_ON_CHANNEL":
      return withWhy("The channel says that it left, but it is still here; held", text(facts.status), "attention");
    case "COURIER_TOLD":
      return withWhy(
        `The channel named its courier: ${text(facts.courier) ?? ""}`.trimEnd(),
        text(facts.awb),
        "working",
      );
    case "CUSTOM_FIELDS_CHANGED":
      return withWhy(
        `Custom fields changed${facts.how === "CSV" ? " by a file" : ""}`,
        fieldChangeWords(facts) ?? null,
        "waiting",
      );
    case "UNITS_STOCK_TAKEN":
      return withWhy("Units taken out: their goods are not there", text(facts.because), "attention");
    case "UNITS_PUT_AWAY":
      return withWhy("Units put back on their shelf", null, "done");
    case "CREDIT_NOTE_ISSUED":
      return withWhy(
        `Credit note ${text(facts.creditNote) ?? ""} ${facts.waitsForIrn === true ? "made; it waits for its IRN" : "is there"}`,
        `against invoice ${text(facts.invoice) ?? ""}`,
        facts.waitsForIrn === true ? "working" : "done",
      );
    case "CREDIT_NOTE_FAILED":
      return withWhy(
        `No credit note of return ${text(facts.return) ?? ""} yet`,
        text(facts.message),
        text(facts.nextAttemptAt) === null ? "failed" : "attention",
      );
    case "RETURN_RECEIVED":
      return withWhy(
        `Return ${text(facts.return) ?? ""} received in ${text(facts.facility) ?? "?"}`,
        facts.announced === false ? "nobody had announced it" : null,
        "working",
      );
    case "RETURN_COMPLETED":
      return withWhy(`Return ${text(facts.return) ?? ""} is complete`, text(facts.creditNote), "done");
    case "RETURN_ANNOUNCED":
      return withWhy("The channel announced a return", text(facts.reason), "attention");
    default: {
      const state = kind.startsWith("PACKAGE_") ? kind.slice("PACKAGE_".length) : null;
      if (state === null) {
        const words = kind.toLowerCase().replaceAll("_", " ");
        return { what: words.charAt(0).toUpperCase() + words.slice(1) };
      }
      const look = lookOf(state, packageStates);
      const manifest = text(facts.manifest);
      return withWhy(look.word, manifest === null ? text(facts.reason) : `with manifest ${manifest}`, look.tone);
    }
  }
}

/** The exchange behind an event; events name it one way or the other. */
export const exchangeOf = (facts: Readonly<Record<string, unknown>>): string | null =>
  text(facts.exchangeId) ?? text(facts.exchange);

/** A parcel's history for the timeline. `exchange` draws what was said to the channel, or to its courier. */
export function entriesOf(
  events: readonly Event[],
  exchange: (id: string, ofCourier: boolean) => ReactNode,
): readonly TimelineEntry[] {
  return events.map((event, i) => {
    const { what, why, tone } = wordsOf(event);
    const exchangeId = exchangeOf(event.facts);
    const ofCourier = courierWords(event.kind, event.facts) !== null;
    return {
      id: `${event.at}:${i}`,
      at: event.at,
      who: { kind: kindOf(event.actor), name: event.actor },
      what,
      ...(why === undefined ? {} : { why }),
      ...(tone === undefined ? {} : { tone }),
      ...(exchangeId === null
        ? {}
        : { more: { label: "Request and answer", dialog: what, content: () => exchange(exchangeId, ofCourier) } }),
    };
  });
}
