import { Code, type Column, DataTable, Page } from "../../ui/index.ts";

interface ProviderRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly awbsLeft: number | null;
  readonly pincodes: number | null;
  readonly enabled: boolean;
}

const columns: readonly Column<ProviderRow>[] = [
  { id: "code", header: "Code", width: 150, always: true, card: "title", cell: (row) => <Code>{row.code}</Code> },
  { id: "name", header: "Name", width: 200, grow: true, card: "meta", cell: (row) => row.name },
  { id: "awbs", header: "AWBs left", width: 100, align: "right", card: "trailing", cell: (row) => row.awbsLeft ?? "–" },
  { id: "pincodes", header: "Pincodes", width: 100, align: "right", cell: (row) => row.pincodes ?? "–" },
  { id: "enabled", header: "Enabled", width: 90, cell: (row) => (row.enabled ? "Yes" : "No") },
];

export function Screen() {
  return (
    <Page fill title="Shipping providers" line="Couriers, their AWB numbers, and the pincodes they serve.">
      <DataTable<ProviderRow>
        id="shipping-providers"
        endpoint="/api/v1/shipping-providers"
        rowId={(row) => row.id}
        noun={["provider", "providers"]}
        columns={columns}
        byFacility={false}
        empty={{
          title: "No shipping provider",
          cause: "Packages that the seller ships need a courier with AWB numbers. Those a channel ships do not.",
        }}
      />
    </Page>
  );
}
