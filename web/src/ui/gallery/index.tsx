import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useUrlState } from "../../lib/url-state.ts";
import { workListQuery } from "../../lib/work.ts";
import { navigation } from "../../nav.ts";
import { AppFrame } from "../frame/app-frame.tsx";
import { FormsPart } from "./forms-part.tsx";
import { PiecesPart } from "./pieces-part.tsx";
import { StationPart } from "./station-part.tsx";
import { type TableCase, TablePart } from "./table-part.tsx";

const tables: readonly TableCase[] = ["many", "few", "empty", "error", "slow"];

/** Every component in all its states, for eyes. `part` in the address says which: pieces, forms, station, or a case of the table. */
export function Screen() {
  const [params] = useUrlState();
  const client = useQueryClient();
  const [facility, setFacility] = useState<string | null>(null);
  client.setQueryData(workListQuery.queryKey, {
    rows: [
      {
        id: "1",
        kind: "INVOICE",
        title: "Create 38 invoices",
        state: "RUNNING",
        total: 38,
        done: 21,
        failed: 1,
        createdAt: new Date(Date.now() - 8_000).toISOString(),
        finishedAt: null,
      },
      {
        id: "2",
        kind: "IMPORT",
        title: "Import stock.csv",
        state: "PARTIAL",
        total: 1_204,
        done: 1_190,
        failed: 14,
        createdAt: new Date(Date.now() - 60_000).toISOString(),
        finishedAt: null,
        hasDocument: true,
      },
    ],
  });
  const part = params.part ?? "pieces";
  const table = tables.find((kind) => kind === part);
  return (
    <AppFrame
      name="Godown"
      tenant="Asha Traders and Sons, Bengaluru"
      nav={navigation}
      counts={{ failedOrders: 7, exceptions: 3, shipmentsOpen: 1_412, manifestsOpen: 2, listingsUnmapped: 12 }}
      facility={{
        facilities: [
          { code: "BLR1", name: "Bengaluru warehouse" },
          { code: "DEL1", name: "Delhi store" },
        ],
        chosen: facility,
        onChoose: setFacility,
      }}
      search={{
        hint: "Search or scan: order, package, AWB, SKU",
        find: async (text) =>
          text.startsWith("P")
            ? [
                { type: "Package", code: "P-000412", detail: "Packed, JUPITER", href: "#" },
                { type: "SKU", code: "PEN-10", detail: "Ball pen, blue", href: "#" },
              ]
            : [],
        onGo: () => {},
      }}
      sync={{
        lines: [
          { id: "1", name: "JUPITER", tone: "done", words: "All up to date, 4 s behind", href: "/settings/channels" },
          {
            id: "2",
            name: "OKER_BLR",
            tone: "failed",
            words: "Stock refused since 10:02: token expired",
            href: "/settings/channels",
          },
        ],
        asOf: new Date().toISOString(),
        error: null,
      }}
      person={{ name: "Asha Rao", detail: "Administrator", version: "0.1.0", onLogOut: () => {} }}
    >
      {table !== undefined ? (
        <TablePart kind={table} />
      ) : part === "forms" ? (
        <FormsPart />
      ) : part === "station" ? (
        <StationPart />
      ) : (
        <PiecesPart />
      )}
    </AppFrame>
  );
}
