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
