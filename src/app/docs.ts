import { creditNoteDueLifecycle, creditNoteLifecycle } from "../billing/index.ts";
import { channelLifecycle } from "../channels/index.ts";
import { countShelfLifecycle, cycleCountLifecycle } from "../cycle-counts/index.ts";
import { eInvoiceLifecycle } from "../e-invoice/index.ts";
import { manifestLifecycle, packageLifecycle, picklistLifecycle, shortageLifecycle } from "../fulfilment/index.ts";
import { gatepassLifecycle } from "../gatepasses/index.ts";
import type { Lifecycle } from "../kernel/index.ts";
import { saleOrderLifecycle, unitLifecycle } from "../orders/index.ts";
import { variables } from "../platform/config.ts";
import { refusalCatalogue } from "../platform/refusals.ts";
import { grnLifecycle, purchaseOrderLifecycle } from "../purchasing/index.ts";
import { putawayLifecycle } from "../putaway/index.ts";
import { returnLifecycle, returnManifestLifecycle, returnUnitLifecycle } from "../returns/index.ts";
import {
  RETURN_MEANINGS,
  returnMeanings,
  returnWords,
  TRACKING_MEANINGS,
  trackingMeanings,
  trackingWords,
} from "../shipping/index.ts";
import "./modules.ts";

const MADE = "<!-- Made by tools/docs.ts; do not edit. -->";
const START = "<!-- variables: made by tools/docs.ts -->";
const END = "<!-- end of variables -->";

/** Puts the table of all variables between its two marks in the operations guide. */
export function withVariables(guide: string): string {
  const start = guide.indexOf(START);
  const end = guide.indexOf(END);
  if (start < 0 || end < start) throw new Error(`The guide needs the marks ${START} and ${END}`);
  return `${guide.slice(0, start + START.length)}\n${variablesTable()}${guide.slice(end)}`;
}

function variablesTable(): string {
  const rows = Object.entries(variables).map(([name, { schema, meaning }]) => {
    const byDefault: unknown = schema.safeParse(undefined).data;
    return `| \`${name}\` | ${byDefault === undefined || byDefault === "" ? "" : `\`${String(byDefault)}\``} | ${cell(meaning)} |\n`;
  });
  return `| Variable | Default | Meaning |\n|---|---|---|\n${rows.join("")}`;
}

/** Every refusal of the product: what was refused, and what to do. */
export function errorCodesPage(): string {
  const entries = [...refusalCatalogue()].map(([code, entry]) => ({ code, ...entry }));
  const byModule = Map.groupBy(entries, (e) => e.module);
  const sections = [...byModule].sort(compareFirst).map(([module, list]) => {
    const rows = list
      .sort((a, b) => (a.code < b.code ? -1 : 1))
      .map((e) => `| \`${e.code}\` | ${e.status} | ${cell(e.message)} | ${cell(e.whatToDo)} |\n`);
    return `## ${module}\n\n| Code | Status | What it says | What to do |\n|---|---|---|---|\n${rows.join("")}`;
  });
  return `${MADE}\n# Error codes\n\nA code never changes its meaning. \`{…}\` is filled with the facts that the answer carries in \`facts\`, \`{…:rupees}\` with one in paise written in rupees.\n\n${sections.join("\n")}`;
}

const TRACKING_EFFECTS = {
  ship: "the package is SHIPPED",
  deliver: "the package is DELIVERED",
  turnBack: "a return is expected (RTO)",
  none: "",
} as const;

/** What couriers write about parcels, and what it does here: from the table that the code asks. */
export function courierWordsPage(): string {
  const row = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |\n`;
  const flag = (flagged: boolean | undefined) => (flagged ? "a person is told" : "");
  const spelt = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(", ");
  const forward = TRACKING_MEANINGS.map((meaning) => {
    const { label, effect, flagged } = trackingMeanings[meaning];
    const does = [TRACKING_EFFECTS[effect ?? "none"], flag(flagged)].filter((words) => words !== "");
    return row([meaning, label, does.join("; ") || "nothing", spelt(trackingWords[meaning])]);
  });
  const back = RETURN_MEANINGS.map((meaning) => {
    const { label, effect, flagged } = returnMeanings[meaning];
    const does = [effect === null ? "" : "the pickup is on its way", flag(flagged)].filter((words) => words !== "");
    return row([meaning, label, does.join("; ") || "nothing", spelt(returnWords[meaning] ?? [])]);
  });
  return `${MADE}
# Words of couriers

Compared without case, spaces and signs. A word that stands here nowhere changes nothing and is shown to a person; one with RTO in it is of
the way back. To add one: \`src/shipping/courier-statuses.ts\`, then \`./godown run tools/docs.ts\`.

## Of a parcel to a customer

What a word does, it does to a package that was handed over. Of one whose manifest is open it changes nothing, and a person is told.

| Meaning | On screen | What it does | Words |
|---|---|---|---|
${forward.join("")}
## Of a parcel that a courier collects at a customer's

The words above are understood there too, in the sense of the way to the seller. Nothing is received by a courier's word.

| Meaning | On screen | What it does | Words |
|---|---|---|---|
${back.join("")}`;
}

/** The state machines as diagrams, from the tables that the code asks. */
export function lifecyclesPage(): string {
  const machines: Machine[] = [
    saleOrderLifecycle,
    unitLifecycle,
    packageLifecycle,
    picklistLifecycle,
    manifestLifecycle,
    shortageLifecycle,
    putawayLifecycle,
    eInvoiceLifecycle,
    purchaseOrderLifecycle,
    grnLifecycle,
    cycleCountLifecycle,
    countShelfLifecycle,
    gatepassLifecycle,
    returnLifecycle,
    returnUnitLifecycle,
    returnManifestLifecycle,
    creditNoteDueLifecycle,
    creditNoteLifecycle,
    channelLifecycle,
  ];
  return `${MADE}\n# Lifecycles\n\nThe tables in code, the checks in the database and the buttons on the screens say the same.\n\n${machines.map(diagram).join("\n")}`;
}

/** A lifecycle as data, whatever its states and events are called. */
type Machine = Pick<Lifecycle<string, string>, "name" | "states" | "initial" | "terminal" | "events">;

function diagram(machine: Machine): string {
  const lines = [
    ...machine.initial.map((state) => `  [*] --> ${state}`),
    ...Object.entries(machine.events).flatMap(([event, { from, to }]) => from.map((f) => `  ${f} --> ${to}: ${event}`)),
    ...machine.terminal.map((state) => `  ${state} --> [*]`),
  ];
  return `## ${machine.name}\n\n\`\`\`mermaid\nstateDiagram-v2\n${lines.join("\n")}\n\`\`\`\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function compareFirst(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
