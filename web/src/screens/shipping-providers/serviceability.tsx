import { Modal } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, type Column, DataTable, type Filter, Page } from "../../ui/index.ts";
import { useProviderChoices } from "../shared/choices.ts";
import { ServiceabilityFile } from "./serviceability-file.tsx";

/** A row of `GET /api/v1/serviceability`. */
interface Served {
  readonly pincode: string;
  readonly method: "COD" | "PREPAID";
  readonly provider: string;
  readonly priority: number | null;
  readonly sortCode: string | null;
}

const methodWords: Readonly<Record<Served["method"], string>> = { COD: "COD", PREPAID: "Prepaid" };

const columns: readonly Column<Served>[] = [
  {
    id: "pincode",
    header: "PIN code",
    width: 110,
    always: true,
    sort: "pincode",
    card: "title",
    cell: (row) => <Code>{row.pincode}</Code>,
  },
  { id: "method", header: "Payment method", width: 130, card: "trailing", cell: (row) => methodWords[row.method] },
  { id: "provider", header: "Shipping provider", width: 180, grow: true, card: "meta", cell: (row) => row.provider },
  {
    id: "priority",
    header: "Priority",
    width: 90,
    align: "right",
    card: "meta",
    cell: (row) =>
      row.priority ?? <span data-tip="Asked after those with a priority, by its general preference.">–</span>,
  },
  { id: "sortCode", header: "Sort code", width: 140, cell: (row) => row.sortCode ?? "–" },
];

/** Who goes where: what the serviceability file has said so far, in the order in which couriers are asked. */
export function Screen() {
  const client = useQueryClient();
  const may = useMay();
  const providers = useProviderChoices();
  const [importing, setImporting] = useState(false);
  const refresh = () =>
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "/api/v1/serviceability" });
  const notMine = may("shipping.edit") ? null : "Your role does not include changing couriers.";
  const upload = (
    <ActionButton primary label="Import" icon={IconUpload} notNow={notMine} onClick={() => setImporting(true)} />
  );
  const filters: readonly Filter[] = [
    {
      name: "pincode",
      label: "PIN code",
      type: "text",
      placeholder: "Its first digits",
      sentence: (value) => (value.length === 6 ? `to ${value}` : `to ${value}…`),
    },
    {
      name: "method",
      label: "Payment method",
      type: "select",
      single: true,
      options: Object.entries(methodWords).map(([value, label]) => ({ value, label })),
      sentence: (_value, label) => `for ${label}`,
    },
    {
      name: "providerId",
      label: "Shipping provider",
      type: "select",
      single: true,
      options: providers.map(({ providerId, name }) => ({ value: providerId, label: name })),
      sentence: (_value, label) => `by ${label}`,
    },
  ];
  return (
    <Page
      fill
      title="Serviceability"
      line="Who goes to which PIN code, for which payment, in the order in which couriers are asked. Those that go everywhere need no line here."
      actions={upload}
    >
      <DataTable<Served>
        id="serviceability"
        endpoint="/api/v1/serviceability"
        rowId={(row) => `${row.pincode} ${row.method} ${row.provider}`}
        noun={["line", "lines"]}
        columns={columns}
        filters={filters}
        defaultSort="pincode"
        byFacility={false}
        refreshMs={0}
        empty={{
          title: "No line",
          cause: (
            <>
              Couriers that serve everywhere need none. The others, and who is asked first where, come from a file; what
              else decides stands in the <Link to="/settings/shipping-rules">shipping rules</Link>.
            </>
          ),
          action: upload,
        }}
      />
      {importing && (
        <Modal
          opened
          onClose={() => setImporting(false)}
          size="lg"
          title={<strong>Who serves which PIN code, for which payment</strong>}
        >
          <ServiceabilityFile onFinished={refresh} />
        </Modal>
      )}
    </Page>
  );
}
