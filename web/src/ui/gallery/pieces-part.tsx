import { IconFileInvoice, IconPrinter } from "@tabler/icons-react";
import { useState } from "react";
import { ApiError } from "../../lib/problem.ts";
import { ActionButton } from "../action-button.tsx";
import { AsOf } from "../as-of.tsx";
import { Chart } from "../chart/chart.tsx";
import { Sparkline, StatCard, StatRow } from "../chart/index.ts";
import { ConfirmAction } from "../confirm-action.tsx";
import { Empty } from "../empty.tsx";
import { OneTimeSecret } from "../one-time-secret.tsx";
import { Facts, Page, Section } from "../page.tsx";
import { Refusal } from "../refusal.tsx";
import { StateChip } from "../state-chip.tsx";
import { Timeline } from "../timeline.tsx";
import { Code, Day, Deadline, Instant, Money } from "../values.tsx";
import { sampleStates } from "./data.ts";

const hour = 3_600_000;
const at = (hours: number): string => new Date(Date.now() + hours * hour).toISOString();
const refusal = new ApiError(409, {
  code: "SERIES_MISSING",
  message: "No series for sale invoices is open at BLR1 for 2026-27.",
  whatToDo: "Make one under Settings > Facilities & series; the invoice can then be made again.",
  record: { type: "package", code: "P-000412" },
  requestId: "req-8f21c0",
});
const noop = () => {};
const perHour = [4, 6, 9, 14, 22, 31, 28, 24, 19, 23, 30, 41, 38];

/** Everything small, in all its states. */
export function PiecesPart() {
  const [asking, setAsking] = useState(false);
  return (
    <Page title="Pieces" line="Every component in all its states, with local data.">
      <Section title="Numbers that lead somewhere">
        <StatRow>
          <StatCard
            label="To invoice"
            value={412}
            detail="first due: 1 h 42 min left"
            tone="attention"
            to="/orders"
            trend={{ values: perHour, label: "per hour" }}
          />
          <StatCard label="To label" value={38} detail="oldest 2 h 10 min" to="/orders" />
          <StatCard label="Failed orders" value={7} tone="failed" detail="7 are late" to="/orders" />
          <StatCard label="Exceptions" value={0} tone="attention" to="/orders" />
          <StatCard label="Sold today" value="₹12,34,567.00" detail="not known for OKER_BLR" />
          <StatCard label="Unmapped listings" value={null} />
        </StatRow>
      </Section>
      <Section title="States, values, codes">
        <div style={{ display: "flex", gap: 8, flexWrap: "wrap", marginBottom: 12 }}>
          {Object.keys(sampleStates).map((state) => (
            <StateChip key={state} state={state} table={sampleStates} />
          ))}
          <StateChip state="STATE_NOBODY_LISTED" table={sampleStates} size="md" />
          <AsOf at={at(-0.1)} error={new ApiError(0, { code: "NO_ANSWER", message: "The server did not answer." })} />
        </div>
        <Facts
          facts={[
            ["Order", <Code key="c">OD-2026-104212</Code>],
            ["Amount", <Money key="m" paise={12_345_600} />],
            ["Owed back", <Money key="n" paise={-45_050} />],
            ["Not known", <Money key="u" paise={null} />],
            ["Made", <Instant key="i" at={at(-3)} />],
            ["On", <Day key="d" on="2026-11-12" />],
            ["Due", <Deadline key="a" by={at(5)} />],
            ["Due soon", <Deadline key="b" by={at(1.7)} />],
            ["Late", <Deadline key="l" by={at(-0.6)} />],
            ["Met", <Deadline key="t" by={at(-0.6)} met />],
          ]}
        />
      </Section>
      <Section title="Buttons">
        <div style={{ display: "flex", gap: 8, flexWrap: "wrap" }}>
          <ActionButton primary label="Create invoice" icon={IconFileInvoice} onClick={noop} />
          <ActionButton label="Print label" icon={IconPrinter} shortcut="F4" onClick={noop} />
          <ActionButton
            label="Cancel"
            onClick={noop}
            notNow="Cancelled only before invoicing on Oker; this package was invoiced at 14:02."
          />
          <ActionButton primary label="Close manifest" onClick={() => setAsking(true)} />
          <ActionButton danger label="Discard" onClick={() => Promise.reject(refusal)} />
          <ActionButton label="Working" busy onClick={noop} />
        </div>
        <ConfirmAction
          opened={asking}
          onClose={() => setAsking(false)}
          title="Close manifest M-0042"
          willHappen="Closes the manifest and marks 38 packages dispatched; channels are told at once. This cannot be undone."
          verb="Close manifest"
          onConfirm={() => Promise.reject(refusal)}
        />
      </Section>
      <Section title="Refused, secret, empty">
        <div style={{ display: "grid", gap: 12, maxWidth: 720 }}>
          <Refusal error={refusal} action={<ActionButton label="Make a series" onClick={noop} />} />
          <OneTimeSecret
            label="Invitation for Asha"
            secret="https://godown.example/one-time/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"
            note="Send this link to Asha. It works once, until 14 Nov 2026."
            onStored={noop}
          />
          <Empty
            title="No exceptions"
            cause="A cancellation that a channel may not make would be here with the choices."
          />
        </div>
      </Section>
      <Section title="What happened">
        <Timeline
          entries={[
            {
              id: "1",
              at: at(-0.2),
              who: { kind: "schedule", name: "Status sync" },
              what: "JUPITER said Dispatched was taken",
              tone: "done",
            },
            {
              id: "2",
              at: at(-0.5),
              who: { kind: "channel", name: "JUPITER" },
              what: "Dispatch details were refused",
              why: "“Invalid courier name”. Tried again at 10:52.",
              tone: "failed",
              exchange: {
                request: {
                  method: "POST",
                  url: "https://jupiter.example/v1/dispatch",
                  headers: { apiKey: "[secret]" },
                  body: {
                    orderId: "104212",
                    courier: "BlueDart",
                    awb: "BD1234567890",
                    items: [{ sku: "PEN-10", quantity: 2 }],
                  },
                },
                answer: { status: 422, body: { status: "FAILED", message: "Invalid courier name" } },
                durationMs: 412,
                attempt: 2,
                onRepeat: noop,
              },
            },
            {
              id: "3",
              at: at(-4),
              who: { kind: "person", name: "Asha Rao" },
              what: (
                <>
                  Invoice <Code>INV26-000412</Code> created
                </>
              ),
              tone: "working",
            },
            {
              id: "4",
              at: at(-26),
              who: { kind: "channel", name: "JUPITER" },
              what: "Order received",
              why: "3 units, ₹1,234.00, cash on delivery",
            },
          ]}
        />
      </Section>
      <Section title="Charts">
        <Chart
          question="Are we dispatching as fast as orders arrive?"
          answer="Not since 14:00: 23 more came in than went out."
          unit="orders per hour"
          xLabel="Hour"
          x="hour"
          points={perHour.map((arrived, i) => ({
            hour: `${8 + i}:00`,
            arrived,
            sent: Math.max(0, arrived - 3 + ((i * 5) % 7) - (i > 8 ? 6 : 0)),
          }))}
          series={[
            { key: "arrived", label: "Arrived", kind: "bar", color: "grey" },
            { key: "sent", label: "Dispatched", kind: "line", color: "accent" },
          ]}
        />
        <div style={{ marginTop: 16 }}>
          <Sparkline values={perHour} label="Orders per hour" />
        </div>
      </Section>
    </Page>
  );
}
