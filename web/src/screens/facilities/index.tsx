import { Code, type Column, DataTable, Facts, Page } from "../../ui/index.ts";

/** A row of `GET /api/v1/facilities`. */
interface FacilityRow {
  readonly facilityId: string;
  readonly code: string;
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly stateCode: string;
  readonly pincode: string;
  readonly gstin: string | null;
  readonly legalName: string | null;
  readonly enabled: boolean;
  readonly shelves: number;
  readonly series: number;
}

const columns: readonly Column<FacilityRow>[] = [
  {
    id: "code",
    header: "Code",
    width: 120,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code>{row.code}</Code>,
  },
  { id: "name", header: "Name", width: 200, grow: true, sort: "name", card: "meta", cell: (row) => row.name },
  { id: "city", header: "City", width: 140, card: "trailing", cell: (row) => row.city },
  { id: "gstin", header: "GSTIN", width: 180, cell: (row) => (row.gstin === null ? "–" : <Code>{row.gstin}</Code>) },
  { id: "shelves", header: "Shelves", width: 80, align: "right", cell: (row) => row.shelves },
  {
    id: "series",
    header: "Series",
    width: 80,
    align: "right",
    cell: (row) => (row.series === 0 ? "none" : row.series),
  },
  { id: "enabled", header: "Enabled", width: 80, cell: (row) => (row.enabled ? "Yes" : "No") },
];

export function Screen() {
  return (
    <Page
      fill
      title="Facilities & series"
      line="Warehouses and stores, and the numbers of the invoices each of them makes."
    >
      <DataTable<FacilityRow>
        id="facilities"
        endpoint="/api/v1/facilities"
        rowId={(row) => row.facilityId}
        noun={["facility", "facilities"]}
        columns={columns}
        defaultSort="code"
        searchHint="Code or name"
        byFacility={false}
        rowTone={(row) => (row.series === 0 && row.enabled ? "attention" : undefined)}
        panelTitle={(row) => row.name}
        panel={(row) => (
          <Facts
            facts={[
              [
                "Address",
                [row.line1, row.line2, row.city, row.pincode].filter((part) => part !== null && part !== "").join(", "),
              ],
              ["State code", row.stateCode],
              ["GSTIN", row.gstin ?? "–"],
              ["Legal name", row.legalName ?? "–"],
              ["Series", row.series === 0 ? "None: no invoice can be made here" : String(row.series)],
            ]}
          />
        )}
        empty={{
          title: "No facility",
          cause: "A facility holds stock and makes invoices. The first one is made when Godown is set up.",
        }}
      />
    </Page>
  );
}
