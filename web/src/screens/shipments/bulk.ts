import {
  IconClipboardList,
  IconClipboardPlus,
  IconFileInvoice,
  IconListCheck,
  IconPrinter,
  IconRefresh,
  IconTag,
} from "@tabler/icons-react";
import type { BulkAction } from "../../ui/index.ts";
import { mayRepeat, owedStep } from "./channel-step.ts";
import type { Shipment } from "./shipment.ts";
import type { Steps } from "./use-steps.tsx";

/** Why a row is left out of a step that its state does not allow now. The server judges again, in its own words. */
function left(row: Shipment, before: readonly string[], early: string): string {
  if (row.onHold) return "on hold";
  if (before.includes(row.state)) return early;
  return row.state === "CANCELLED" ? "cancelled" : "done already";
}

const untilInvoice = ["LOCATION_NOT_SERVICEABLE", "PICKING", "PENDING_CUSTOMIZATION"];
const untilPacked = ["CREATED", "PICKED", "CUSTOMIZATION_COMPLETE", ...untilInvoice];

/** What can be done to many packages, in the order of the work. */
export function shipmentBulk(
  steps: Steps,
  options: { may: (permission: string) => boolean; singleAction: boolean; tab: string; asks: boolean },
): readonly BulkAction<Shipment>[] {
  const { may, singleAction, tab, asks } = options;
  const single: BulkAction<Shipment> = {
    label: "Invoice and label",
    icon: IconTag,
    applies: (row) => {
      if (row.singleAction === "OFF") return "Single Action is off for its channel";
      return row.allowed.includes("pack") || row.allowed.includes("label")
        ? true
        : left(row, untilInvoice, "not ready to be packed");
    },
    run: (rows) => steps.take("invoice-and-label", rows),
  };
  const actions: readonly (BulkAction<Shipment> & { readonly needs: string })[] = [
    ...(singleAction ? [{ ...single, needs: "shipments.invoice" }] : []),
    {
      needs: "shipments.invoice",
      label: "Create invoice",
      icon: IconFileInvoice,
      applies: (row) => {
        if (!row.allowed.includes("pack")) return left(row, untilInvoice, "not ready to be packed");
        return owedStep(row)?.state === "ASKING" ? "its channel is being asked now" : true;
      },
      run: (rows) => steps.take("invoice", rows),
    },
    {
      needs: "shipments.label",
      label: "Create label",
      icon: IconTag,
      applies: (row) => {
        if (!row.allowed.includes("label")) return left(row, untilPacked, "not invoiced yet");
        return owedStep(row)?.state === "ASKING" ? "its channel is being asked now" : true;
      },
      run: (rows) => steps.take("label", rows),
    },
    {
      // Either right will do: who may not take a step is refused by the server, by name.
      needs: may("shipments.label") ? "shipments.label" : "shipments.invoice",
      label: "Repeat",
      icon: IconRefresh,
      applies: mayRepeat,
      run: (rows) => steps.repeat(rows),
    },
    {
      needs: "manifests.manage",
      label: "Add to manifest",
      icon: IconClipboardPlus,
      applies: (row) =>
        row.allowed.includes("manifest") ? true : left(row, [...untilPacked, "PACKED"], "not labelled yet"),
      run: async (rows) => {
        await steps.toManifest(rows);
        return undefined;
      },
    },
    {
      needs: "billing.view",
      label: "Print invoices",
      icon: IconPrinter,
      applies: (row) => (row.invoiceId === null ? "not invoiced yet" : true),
      run: async (rows) => {
        await steps.print("invoices", rows);
        return undefined;
      },
    },
    {
      needs: "shipments.label",
      label: "Print labels",
      icon: IconPrinter,
      applies: (row) => (hasLabel(row) ? true : "not labelled yet"),
      run: async (rows) => {
        await steps.print("labels", rows);
        return undefined;
      },
    },
    {
      needs: "picklists.view",
      label: "Print pick list",
      icon: IconListCheck,
      applies: (row) => (toFetch.includes(row.state) ? true : "fetched already"),
      run: async (rows) => {
        await steps.printPicks(rows);
        return undefined;
      },
    },
    {
      needs: "picklists.manage",
      label: "Create picklist",
      icon: IconClipboardList,
      applies: (row) => (row.allowed.includes("pick") ? true : left(row, [], "")),
      run: async (rows) => {
        await steps.toPicklist(rows);
        return undefined;
      },
    },
  ];
  const here = ofTab[tab];
  return actions.filter(
    (action) =>
      may(action.needs) &&
      (action.label === "Repeat"
        ? asks && (here === undefined || asked.includes(tab))
        : here === undefined || here.includes(action.label)),
  );
}

/** The work of a tab; tabs that mix states offer everything, each action saying whom it takes. */
const ofTab: Readonly<Record<string, readonly string[]>> = {
  new: ["Invoice and label", "Create invoice", "Print pick list", "Create picklist"],
  picking: ["Invoice and label", "Create invoice", "Print pick list"],
  packed: ["Invoice and label", "Create label", "Print invoices"],
  readyToShip: ["Add to manifest", "Print labels", "Print invoices"],
  manifested: ["Print labels", "Print invoices"],
  dispatched: ["Print invoices"],
  delivered: ["Print invoices"],
};

/** Where packages stand that wait for their channel. */
const asked = ["new", "picking", "packed"];

const toFetch = ["CREATED", "CUSTOMIZATION_COMPLETE", "PICKING"];
const labelled = ["READY_TO_SHIP", "MANIFESTED", "DISPATCHED", "SHIPPED", "DELIVERED"];
export const hasLabel = (row: Pick<Shipment, "awb" | "state">): boolean =>
  row.awb !== null && labelled.includes(row.state);
