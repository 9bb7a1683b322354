import { pretty } from "../../ui/exchange.tsx";
import { Code, type Column, DataTable, Instant, Page, Section } from "../../ui/index.ts";
import classes from "./audit.module.css";

/** A row of `GET /api/v1/audit`. */
interface AuditRow {
  readonly auditEventId: string;
  readonly at: string;
  readonly actorKind: string;
  readonly actorName: string;
  readonly action: string;
  readonly recordType: string;
  readonly recordCode: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly requestId: string | null;
}

const columns: readonly Column<AuditRow>[] = [
  {
    id: "at",
    header: "When",
    width: 120,
    always: true,
    sort: "at",
    card: "trailing",
    cell: (row) => <Instant at={row.at} />,
  },
  { id: "who", header: "Who", width: 170, card: "meta", cell: (row) => row.actorName },
  { id: "action", header: "What", width: 220, grow: true, card: "title", cell: (row) => row.action },
  { id: "type", header: "Record", width: 140, card: "meta", cell: (row) => row.recordType },
  {
    id: "code",
    header: "Code",
    width: 200,
    cell: (row) => (row.recordCode === null ? "–" : <Code>{row.recordCode}</Code>),
  },
];

export function Screen() {
  return (
    <Page fill title="Audit" line="Every change: who, when, before and after.">
      <DataTable<AuditRow>
        id="audit"
        endpoint="/api/v1/audit"
        rowId={(row) => row.auditEventId}
        noun={["change", "changes"]}
        columns={columns}
        filters={[
          { name: "actor", label: "Who", type: "text", sentence: (value) => `by ${value}` },
          { name: "recordCode", label: "Code", type: "text", sentence: (value) => `of ${value}` },
          { name: "action", label: "Action", type: "text" },
        ]}
        defaultSort="-at"
        byFacility={false}
        panelTitle={(row) => row.action}
        panel={(row) => (
          <>
            <Section title="Before">
              <pre className={classes.json}>{pretty(row.before) || "nothing"}</pre>
            </Section>
            <Section title="After">
              <pre className={classes.json}>{pretty(row.after) || "nothing"}</pre>
            </Section>
          </>
        )}
        empty={{ title: "No change yet", cause: "Every change that a person or a schedule makes is written here." }}
      />
    </Page>
  );
}
