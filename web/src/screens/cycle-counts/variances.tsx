import { Code, type Column, DataTable, Money } from "../../ui/index.ts";
import { Thumb } from "../shared/thumb.tsx";
import { bucketWords, type CountDetail, signed, type VarianceRow } from "./count-data.ts";
import classes from "./cycle-counts.module.css";

const shelf: Column<VarianceRow> = {
  id: "shelf",
  header: "Shelf",
  width: 130,
  sort: "shelf",
  card: "meta",
  cell: (row) => <Code>{row.shelf}</Code>,
};
const bucket: Column<VarianceRow> = {
  id: "bucket",
  header: "Kind",
  width: 92,
  card: "meta",
  cell: (row) => bucketWords[row.bucket] ?? row.bucket,
};
const difference: Column<VarianceRow> = {
  id: "difference",
  header: "Difference",
  width: 88,
  align: "right",
  sort: "difference",
  card: "trailing",
  cell: (row) => (
    <strong data-off={row.difference !== 0 || undefined} className={classes.difference}>
      {signed(row.difference)}
    </strong>
  ),
};
const found: Column<VarianceRow> = {
  id: "counted",
  header: "Counted of",
  width: 88,
  align: "right",
  card: "meta",
  cell: (row) => `${row.counted} of ${row.expected}`,
};
const sku: Column<VarianceRow> = {
  id: "sku",
  header: "SKU",
  width: 170,
  always: true,
  sort: "sku",
  card: "title",
  cell: (row) => <Code>{row.sku}</Code>,
};

const columns: readonly Column<VarianceRow>[] = [
  shelf,
  {
    id: "image",
    header: "Image",
    width: 64,
    cell: (row) => <Thumb name={row.name} imageUrl={row.imageUrl} size={26} />,
  },
  sku,
  { id: "name", header: "Name", width: 170, grow: true, cell: (row) => row.name },
  bucket,
  { id: "expected", header: "In the books", width: 96, align: "right", cell: (row) => row.expected },
  { id: "found", header: "Counted", width: 90, align: "right", card: "meta", cell: (row) => row.counted },
  difference,
  {
    id: "value",
    header: "At MRP",
    width: 108,
    align: "right",
    sort: "value",
    cell: (row) => <Money paise={row.value} />,
  },
  { id: "counter", header: "Counted by", width: 120, cell: (row) => row.counter ?? "–" },
];
const narrow: readonly Column<VarianceRow>[] = [{ ...sku, width: 96, grow: true }, bucket, found, difference];

/** What was expected and what was found, of all counted shelves or of one. */
export function Variances({ count, shelfId }: { count: CountDetail; shelfId?: string }) {
  const one = shelfId !== undefined;
  return (
    <DataTable<VarianceRow>
      id={one ? "cycle-count-shelf-lines" : "cycle-count-variances"}
      endpoint="/api/v1/cycle-count-variances"
      fixed={{ cycleCountId: count.cycleCountId, ...(one ? { shelfId } : {}) }}
      byFacility={false}
      rowId={(row) => `${row.shelfId}:${row.skuId}:${row.bucket}`}
      noun={["line", "lines"]}
      columns={one ? narrow : columns}
      {...(one
        ? { prefix: "line.", fill: false }
        : {
            filters: [
              {
                name: "different" as const,
                label: "Different",
                type: "flag" as const,
                sentence: (value: string) => (value === "true" ? "with a difference" : "as expected"),
              },
            ],
            searchHint: "SKU, name, shelf",
          })}
      defaultSort={one ? "-difference" : "shelf"}
      empty={{
        title: "Nothing counted here",
        cause: "What was expected and what was found is shown when a shelf is finished.",
      }}
    />
  );
}
