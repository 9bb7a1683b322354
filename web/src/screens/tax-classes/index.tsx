import { Code, type Column, DataTable, Page } from "../../ui/index.ts";

interface TaxClassRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly rates: string;
}

const columns: readonly Column<TaxClassRow>[] = [
  { id: "code", header: "Code", width: 160, always: true, card: "title", cell: (row) => <Code>{row.code}</Code> },
  { id: "name", header: "Name", width: 200, card: "meta", cell: (row) => row.name },
  { id: "rates", header: "Rates now", width: 240, grow: true, card: "meta", cell: (row) => row.rates },
];

export function Screen() {
  return (
    <Page fill title="Tax classes" line="GST rate and cess by unit price and by the day from which they hold.">
      <DataTable<TaxClassRow>
        id="tax-classes"
        endpoint="/api/v1/tax-classes"
        rowId={(row) => row.id}
        noun={["tax class", "tax classes"]}
        columns={columns}
        byFacility={false}
        empty={{
          title: "No tax class",
          cause: "A product takes its rate from its tax class. The usual ones are made with the tenant.",
        }}
      />
    </Page>
  );
}
