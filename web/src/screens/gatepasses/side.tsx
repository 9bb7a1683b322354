import { Link } from "@tanstack/react-router";
import { formatCount, plural } from "../../lib/format.ts";
import { Code, Day, Facts, Money, StateChip, Timeline, type TimelineEntry } from "../../ui/index.ts";
import { type GatepassDetail, type GatepassPaper, type Outcome, paperStates } from "./gatepass-data.ts";
import classes from "./gatepasses.module.css";

/** Beside the lines: to whom, on which papers, where the arrived pieces are, and what happened. */
export function Side({ gatepass }: { gatepass: GatepassDetail }) {
  const { party, papers, putaway } = gatepass;
  return (
    <aside className={classes.side}>
      <Facts
        facts={[
          ["From", gatepass.facility],
          ["To", gatepass.to],
          ...(party === null
            ? []
            : [
                [
                  "Address",
                  [party.line1, party.line2, `${party.city} ${party.pincode}`].filter(Boolean).join(", "),
                ] as const,
                ["GSTIN", party.gstin === null ? "not registered" : <Code key="gstin">{party.gstin}</Code>] as const,
              ]),
          ...(gatepass.vendorInvoiceNumber === null
            ? []
            : [
                ["Vendor’s invoice", gatepass.vendorInvoiceNumber] as const,
                ["Dated", <Day key="on" on={gatepass.vendorInvoiceOn} />] as const,
              ]),
          ["Reference", gatepass.reference ?? "–"],
          ["Value", <Money key="value" paise={gatepass.value} />],
        ]}
      />
      {papers.length > 0 && (
        <>
          <h2 className={classes.sideTitle}>Papers</h2>
          <ul className={classes.papers}>
            {papers.map((paper) => (
              <Paper key={paper.documentId} paper={paper} />
            ))}
          </ul>
        </>
      )}
      {putaway.length > 0 && (
        <>
          <h2 className={classes.sideTitle}>Putaway</h2>
          {putaway.map(({ facility, waiting, done }) => (
            <p key={facility} className={classes.putaway}>
              {facility}: {formatCount(done)} on shelves
              {waiting > 0 && (
                <>
                  ,{" "}
                  <Link to="/putaway" search={{ tab: "PUTAWAY_GATEPASS_ITEM" }}>
                    {plural(waiting, "piece")} to put away
                  </Link>
                </>
              )}
            </p>
          ))}
        </>
      )}
      <h2 className={classes.sideTitle}>Timeline</h2>
      <Timeline entries={entriesOf(gatepass)} />
    </aside>
  );
}

function Paper({ paper }: { paper: GatepassPaper }) {
  return (
    <li>
      <div className={classes.paperHead}>
        <span>{paper.title}</span>
        <Code>{paper.number}</Code>
        {paper.state !== "ISSUED" && <StateChip state={paper.state} table={paperStates} />}
      </div>
      <dl className={classes.sums}>
        <div>
          <dt>{paper.taxes.length === 0 ? "Value" : "Taxable"}</dt>
          <dd>
            <Money paise={paper.taxable} />
          </dd>
        </div>
        {paper.taxes.map((tax) => (
          <div key={tax.head}>
            <dt>{tax.head === "CESS" ? "Cess" : tax.head}</dt>
            <dd>
              <Money paise={tax.amount} />
            </dd>
          </div>
        ))}
        {paper.taxes.length > 0 && (
          <div>
            <dt>Total</dt>
            <dd>
              <Money paise={paper.total} strong />
            </dd>
          </div>
        )}
        {paper.irn !== null && (
          <div>
            <dt>IRN</dt>
            <dd className={classes.irn}>{paper.irn}</dd>
          </div>
        )}
        {paper.against !== null && (
          <div>
            <dt>Against</dt>
            <dd>{paper.against}</dd>
          </div>
        )}
      </dl>
    </li>
  );
}

const said: Readonly<Record<Outcome, (pieces: string) => string>> = {
  RECEIVED: (pieces) => `${pieces} received`,
  BACK: (pieces) => `${pieces} back with the sender`,
  LOST: (pieces) => `${pieces} given up as lost`,
};

/** What happened, newest first: the moments of the gatepass, and what was said of its pieces. */
function entriesOf(gatepass: GatepassDetail): TimelineEntry[] {
  const { papers, pieces, receipts } = gatepass;
  const moment = (
    id: string,
    at: string | null,
    by: string | null,
    what: string,
    over: Partial<TimelineEntry> = {},
  ): TimelineEntry[] => (at === null ? [] : [{ id, at, who: { kind: "person", name: by ?? "–" }, what, ...over }]);
  const issuedWith = papers[0] === undefined ? "" : ` with ${papers[0].title.toLowerCase()} ${papers[0].number}`;
  const entries = [
    ...moment("created", gatepass.createdAt, gatepass.createdBy, "Made"),
    ...moment("issued", gatepass.issuedAt, gatepass.issuedBy, `Issued${issuedWith}: ${plural(pieces, "piece")} left`, {
      tone: "working",
    }),
    ...moment("short", gatepass.shortAt, gatepass.shortBy, "The rest was reported short", {
      tone: "attention",
      ...(gatepass.shortNote === null ? {} : { why: gatepass.shortNote }),
    }),
    ...receipts.flatMap((receipt) =>
      moment(receipt.receiptId, receipt.at, receipt.by, said[receipt.outcome](plural(receipt.pieces, "piece")), {
        tone: receipt.outcome === "LOST" ? "failed" : "working",
        why: [receipt.skus.slice(0, 5).join(", "), receipt.note].filter(Boolean).join(" · "),
      }),
    ),
    ...moment("closed", gatepass.closedAt, gatepass.closedBy, "Closed", { tone: "done" }),
    ...moment(
      "cancelled",
      gatepass.cancelledAt,
      gatepass.cancelledBy,
      gatepass.issuedAt === null ? "Cancelled" : "Recalled: its paper is cancelled, the goods wait for putaway",
      gatepass.cancelReason === null ? {} : { why: gatepass.cancelReason },
    ),
  ];
  return entries.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}
