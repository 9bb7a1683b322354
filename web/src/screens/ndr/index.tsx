import { formatInstant, formatSpan, plural } from "../../lib/format.ts";
import { Code, type Column, DataTable, Facts, type Filter, Instant, Page, Section, StateChip } from "../../ui/index.ts";
import { useChannelChoices, useProviderChoices } from "../shared/choices.ts";
import { ndrStates, packageStates } from "../shared/states.ts";
import { Tracking } from "../shared/tracking.tsx";
import classes from "./ndr.module.css";

/** `GET /ndrs`. */
interface Ndr {
  readonly shippingPackageId: string;
  readonly code: string;
  readonly saleOrderId: string;
  readonly orderCode: string;
  readonly channelCode: string;
  readonly facilityCode: string;
  readonly courier: string | null;
  readonly awb: string | null;
  readonly packageState: string;
  readonly state: string;
  readonly attempts: number;
  readonly flagged: boolean;
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly place: string | null;
  readonly firstFailedAt: string;
  readonly lastFailedAt: string;
  readonly nextAttemptAt: string | null;
  readonly ageHours: number;
  readonly cod: boolean;
  readonly buyer: string | null;
  readonly phone: string | null;
  readonly city: string | null;
  readonly pincode: string | null;
}

const columns: readonly Column<Ndr>[] = [
  {
    ...{ id: "code", header: "Package", width: 136, always: true, card: "title" },
    cell: (row) => <Code href={`/shipments/${row.code}`}>{row.code}</Code>,
  },
  {
    ...{ id: "state", header: "State", width: 142, card: "trailing" },
    cell: (row) => <StateChip state={row.state} table={ndrStates} />,
  },
  {
    ...{ id: "attempts", header: "Attempts", width: 92, align: "right", sort: "attempts", card: "meta" },
    cell: (row) =>
      row.flagged ? (
        <strong className={classes.flagged} data-tip="Three attempts or more: most couriers turn round now">
          {plural(row.attempts, "attempt")}
        </strong>
      ) : (
        plural(row.attempts, "attempt")
      ),
  },
  {
    ...{ id: "reason", header: "Reason", width: 190, grow: true, card: "meta" },
    cell: (row) => <span title={row.reasonCode ?? ""}>{row.reason ?? row.reasonCode ?? "–"}</span>,
  },
  {
    ...{ id: "age", header: "Open for", width: 86, align: "right", sort: "firstFailedAt", card: "meta" },
    cell: (row) => (
      <span data-tip={`The first attempt failed ${formatInstant(row.firstFailedAt)}`}>
        {row.ageHours < 1 ? "under 1 h" : formatSpan(row.ageHours * 3_600_000)}
      </span>
    ),
  },
  {
    ...{ id: "last", header: "Last failed", width: 100, align: "right", sort: "lastFailedAt", hidden: true },
    cell: (row) => <Instant at={row.lastFailedAt} />,
  },
  {
    ...{ id: "next", header: "Next try", width: 88, align: "right", sort: "nextAttemptAt" },
    cell: (row) => <Instant at={row.nextAttemptAt} />,
  },
  { id: "courier", header: "Courier", width: 110, card: "meta", cell: (row) => row.courier ?? "–" },
  {
    ...{ id: "awb", header: "AWB", width: 150 },
    cell: (row) => (row.awb === null ? "–" : <Code>{row.awb}</Code>),
  },
  { id: "to", header: "To", width: 150, cell: (row) => `${row.city ?? ""} ${row.pincode ?? ""}` },
  { id: "cod", header: "COD", width: 70, hidden: true, cell: (row) => (row.cod ? "COD" : "Prepaid") },
  {
    ...{ id: "order", header: "Order", width: 170, hidden: true },
    cell: (row) => <Code href={`/orders/${row.saleOrderId}`}>{row.orderCode}</Code>,
  },
  { id: "channel", header: "Channel", width: 140, hidden: true, cell: (row) => row.channelCode },
  {
    ...{ id: "package", header: "Package is", width: 140, hidden: true },
    cell: (row) => <StateChip state={row.packageState} table={packageStates} />,
  },
];

const ages = [
  { value: "24", label: "for a day or longer" },
  { value: "72", label: "for three days or longer" },
  { value: "168", label: "for a week or longer" },
];

function useFilters(): readonly Filter[] {
  const channels = useChannelChoices();
  const providers = useProviderChoices();
  return [
    {
      ...{ name: "flagged", label: "Three attempts", type: "flag" },
      sentence: (value) => (value === "true" ? "three attempts or more" : "fewer than three attempts"),
    },
    {
      ...{ name: "olderThanHours", label: "Age", type: "select", single: true, options: ages },
      sentence: (_value, label) => `open ${label}`,
    },
    {
      ...{ name: "courier", label: "Courier", type: "select", single: true },
      options: providers.map(({ code, name }) => ({ value: code, label: name })),
      sentence: (_value, label) => `with ${label}`,
    },
    {
      ...{ name: "channel", label: "Channel", type: "select", single: true },
      options: channels.map(({ code, name }) => ({ value: code, label: name })),
      sentence: (_value, label) => label,
    },
    {
      ...{ name: "cod", label: "COD", type: "flag" },
      sentence: (value) => (value === "true" ? "cash on delivery" : "prepaid"),
    },
  ];
}

/** Deliveries that failed: who to call before the parcel turns round. */
export function Screen() {
  const filters = useFilters();
  return (
    <Page
      fill
      title="Failed deliveries"
      line="NDR: the courier was there and could not deliver. Call the buyer before it turns round; after three attempts most couriers do."
    >
      <DataTable<Ndr>
        id="ndrs"
        endpoint="/api/v1/ndrs"
        rowId={(row) => row.shippingPackageId}
        noun={["delivery", "deliveries"]}
        columns={columns}
        tabFilter="tab"
        tabs={[
          { value: "open", label: "Open", tone: "attention" },
          { value: "trying", label: "Out again" },
          { value: "ended", label: "Ended" },
          { value: "all", label: "All" },
        ]}
        filters={filters}
        searchHint="Package, order, AWB, reason"
        defaultSort="firstFailedAt"
        rowTone={(row) => (row.flagged && row.state === "OPEN" ? "failed" : undefined)}
        panelTitle={(row) => <Code>{row.code}</Code>}
        panel={(row) => <Panel key={row.shippingPackageId} row={row} />}
        empty={{
          title: "No delivery failed here",
          cause:
            "A parcel appears when its courier says that an attempt failed, and goes when it is delivered or turns back.",
        }}
      />
    </Page>
  );
}

function Panel({ row }: { row: Ndr }) {
  return (
    <>
      <Facts
        facts={[
          ["State", <StateChip key="state" state={row.state} table={ndrStates} />],
          ["Attempts", row.flagged ? `${plural(row.attempts, "attempt")}: it may turn round now` : row.attempts],
          ["Reason", `${row.reason ?? "not said"}${row.reasonCode === null ? "" : ` (${row.reasonCode})`}`],
          ["Where", row.place ?? "–"],
          ["First failed", <Instant key="first" at={row.firstFailedAt} />],
          ["Next try", <Instant key="next" at={row.nextAttemptAt} />],
          [
            "Buyer",
            <span key="buyer">
              {row.buyer ?? "–"}
              {row.phone !== null && (
                <>
                  {" · "}
                  <a href={`tel:${row.phone}`}>{row.phone}</a>
                </>
              )}
            </span>,
          ],
          ["To", `${row.city ?? ""} ${row.pincode ?? ""}`.trim()],
          ["Payment", row.cod ? "COD" : "Prepaid"],
          [
            "Order",
            <Code key="order" href={`/orders/${row.saleOrderId}`}>
              {row.orderCode}
            </Code>,
          ],
        ]}
      />
      <Section title="Tracking">
        <Tracking code={row.code} />
      </Section>
    </>
  );
}
