import { Modal, NumberInput, SegmentedControl, Textarea } from "@mantine/core";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { cx } from "../../lib/cx.ts";
import { formatCount, plural } from "../../lib/format.ts";
import { newId } from "../../lib/new-id.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  ConfirmAction,
  Money,
  Refusal,
  reportDone,
  Section,
  Station,
  type Verdict,
} from "../../ui/index.ts";
import type { Part } from "./editor.tsx";
import { type GatepassDetail, gradeWord, type Outcome } from "./gatepass-data.ts";
import classes from "./gatepasses.module.css";

const outcomeWords: Readonly<Record<Outcome, string>> = {
  RECEIVED: "Arrived",
  BACK: "Back with the sender",
  LOST: "Lost",
};

/** What came of the goods that left: a station to receive them, and every line with its account. */
export function Arrivals({ gatepass, reading, onChanged }: Part) {
  const may = useMay();
  const [asked, setAsked] = useState<"all" | "short" | "settle" | null>(null);
  const { gatepassId, allowed, outstanding, pieces, state } = gatepass;
  const manage = may("gatepasses.manage");
  const receives = allowed.includes("receive") && manage;
  const settles =
    manage && state === "SHORT" && allowed.some((each) => each === "back" || each === "lost" || each === "receive");
  const submit = async (code: string): Promise<Verdict> => {
    const got = await api.post<{ sku: string; name: string; received: number; quantity: number; outstanding: number }>(
      `/api/v1/gatepasses/${gatepassId}/receive-scan`,
      { receiptId: newId(), code },
    );
    void onChanged();
    return {
      sound: "good",
      title: `${got.sku}: ${got.received} of ${got.quantity}`,
      detail:
        got.outstanding === 0
          ? "That was the last piece: it is closed."
          : `${plural(got.outstanding, "piece")} to come`,
    };
  };
  const where = gatepass.toFacility ?? gatepass.facility;
  const keys = [
    { key: "F4", label: "Receive all the rest", primary: true, onPress: () => setAsked("all") },
    ...(allowed.includes("reportShort")
      ? [{ key: "F6", label: "Report the rest short", onPress: () => setAsked("short") }]
      : []),
  ];
  return (
    <>
      <IrnAwaited gatepass={gatepass} />
      {state === "SHORT" && <ShortBanner gatepass={gatepass} settles={settles} onSettle={() => setAsked("settle")} />}
      {receives && (
        <Station
          prompt={gatepass.type === "RETURNABLE" ? "Scan a SKU that came back" : "Scan a SKU that arrived"}
          submit={submit}
          reading={reading}
          progress={`${formatCount(pieces - outstanding)} of ${plural(pieces, "piece")} accounted for`}
          keys={keys}
        />
      )}
      {outstanding > 0 && !receives && (
        <p className={classes.foresight} data-tone="working" role="status">
          {plural(outstanding, "piece")} to be received by those who work in {where}.
        </p>
      )}
      <Lines gatepass={gatepass} />
      <ConfirmAction
        opened={asked === "all"}
        onClose={() => setAsked(null)}
        title={`Receive all the rest of ${gatepass.code}`}
        willHappen={`You vouch that ${plural(outstanding, "piece")} arrived at ${where}. They wait for putaway there and count as stock once that is complete.`}
        verb="Receive"
        onConfirm={async () => {
          await say(gatepass, "RECEIVED", rest(gatepass), null);
          await onChanged();
          reportDone(`${plural(outstanding, "piece")} received: put them away next.`);
        }}
      />
      {asked === "short" && <ReportShort gatepass={gatepass} onClose={() => setAsked(null)} onChanged={onChanged} />}
      {asked === "settle" && <Settle gatepass={gatepass} onClose={() => setAsked(null)} onChanged={onChanged} />}
    </>
  );
}

function say(
  { gatepassId }: GatepassDetail,
  outcome: Outcome,
  pieces: readonly { lineId: string; quantity: number }[],
  note: string | null,
  receiptId = newId(),
) {
  return api.post<{ creditNote: { number: string } | null }>(`/api/v1/gatepasses/${gatepassId}/outcomes`, {
    ...{ receiptId, outcome, pieces, note },
  });
}

const rest = ({ items }: GatepassDetail) =>
  items.filter((item) => item.outstanding > 0).map(({ lineId, outstanding: quantity }) => ({ lineId, quantity }));

function ShortBanner({
  gatepass,
  settles,
  onSettle,
}: {
  gatepass: GatepassDetail;
  settles: boolean;
  onSettle: () => void;
}) {
  const { outstanding, shortBy, shortNote } = gatepass;
  return (
    <div className={classes.short} role="status">
      <div>
        <strong>{plural(outstanding, "piece")} did not arrive.</strong> Reported by {shortBy}
        {shortNote === null ? "." : `: “${shortNote}”`}
      </div>
      <ActionButton
        label="Say what became of them"
        notNow={settles ? null : "Your role does not include this."}
        onClick={onSettle}
      />
    </div>
  );
}

/** An invoice without its IRN is none: the lorry waits. */
function IrnAwaited({ gatepass }: { gatepass: GatepassDetail }) {
  return gatepass.papers.map(
    ({ documentId, kind, number, waits }) =>
      waits !== null && (
        <p key={documentId} className={classes.waits} role="status">
          <strong>
            {number} waits for its IRN{kind === "TAX_INVOICE" ? ": the goods must not leave yet." : "."}
          </strong>{" "}
          {waits.reason} {waits.whatToDo}
        </p>
      ),
  );
}

function Lines({ gatepass }: { gatepass: GatepassDetail }) {
  const { items, state, type } = gatepass;
  const awaited = type === "STOCK_TRANSFER" || type === "RETURNABLE";
  const accounts = awaited && state !== "CANCELLED";
  return (
    <Section title={`Lines: ${items.length}`}>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th>Item</th>
              <th className={classes.wide}>Shelf</th>
              <th className={classes.number}>Pieces</th>
              {accounts && (
                <>
                  <th className={classes.number}>{type === "RETURNABLE" ? "Came back" : "Arrived"}</th>
                  {type === "STOCK_TRANSFER" && <th className={cx(classes.number, classes.wide)}>With sender</th>}
                  <th className={cx(classes.number, classes.wide)}>Lost</th>
                  <th className={classes.number}>Awaited</th>
                </>
              )}
              <th className={cx(classes.number, classes.wide)}>Price</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.lineId} data-open={item.outstanding > 0 || undefined}>
                <td className={classes.item}>
                  <span>{item.name}</span>
                  <span className={classes.codes}>
                    <code>{item.sku}</code>
                    {item.inventoryType !== "good" && <span>{gradeWord(item.inventoryType)}</span>}
                  </span>
                </td>
                <td className={cx(classes.shelf, classes.wide)}>{item.shelf}</td>
                <td className={classes.number}>{formatCount(item.quantity)}</td>
                {accounts && (
                  <>
                    <td className={classes.number}>{dash(item.received)}</td>
                    {type === "STOCK_TRANSFER" && (
                      <td className={cx(classes.number, classes.wide)}>{dash(item.back)}</td>
                    )}
                    <td className={cx(classes.number, classes.wide)}>{dash(item.lost)}</td>
                    <td className={classes.number}>{dash(item.outstanding)}</td>
                  </>
                )}
                <td className={cx(classes.number, classes.wide)}>
                  <Money paise={item.price} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

const dash = (count: number): string => (count === 0 ? "–" : formatCount(count));

interface Dialog {
  readonly gatepass: GatepassDetail;
  readonly onClose: () => void;
  readonly onChanged: () => Promise<unknown>;
}

function ReportShort({ gatepass, onClose, onChanged }: Dialog) {
  const [note, setNote] = useState("");
  const { outstanding, type } = gatepass;
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title={`Report the rest of ${gatepass.code} short`}
      willHappen={`Says that ${plural(outstanding, "piece")} did not ${type === "RETURNABLE" ? "come back" : "arrive"}. The gatepass stays open under Short, and an exception tells who decides, until it is said what became of each piece.`}
      verb="Report short"
      onConfirm={async () => {
        await api.post(`/api/v1/gatepasses/${gatepass.gatepassId}/short`, {
          note: note.trim() === "" ? null : note.trim(),
        });
        await onChanged();
      }}
    >
      <Textarea
        label="What was seen"
        placeholder="One carton was open"
        autosize
        minRows={2}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </ConfirmAction>
  );
}

/** Says what became of short pieces, line by line: found, back with the sender, or lost. */
function Settle({ gatepass, onClose, onChanged }: Dialog) {
  const { allowed, items, type, facility } = gatepass;
  const choices = (["RECEIVED", "BACK", "LOST"] as const).filter((outcome) =>
    allowed.includes(outcome === "RECEIVED" ? "receive" : outcome === "BACK" ? "back" : "lost"),
  );
  const [outcome, setOutcome] = useState<Outcome>(choices[0] ?? "LOST");
  const open = items.filter((item) => item.outstanding > 0);
  const [counts, setCounts] = useState<Readonly<Record<string, number>>>(
    Object.fromEntries(open.map((item) => [item.lineId, item.outstanding])),
  );
  const [note, setNote] = useState("");
  const [receiptId] = useState(newId);
  const [refused, setRefused] = useState<{ error: unknown } | null>(null);
  const pieces = open.flatMap(({ lineId }) =>
    (counts[lineId] ?? 0) > 0 ? [{ lineId, quantity: counts[lineId] ?? 0 }] : [],
  );
  const total = pieces.reduce((all, part) => all + part.quantity, 0);
  const effect: Readonly<Record<Outcome, string>> = {
    RECEIVED: `They were found: they wait for putaway at ${gatepass.toFacility ?? facility}.`,
    BACK: `They never left, or came back: they wait for putaway at ${facility}. Where they were invoiced, a credit note is made.`,
    LOST:
      type === "RETURNABLE"
        ? "They will not come back. Nothing is added to the stock."
        : "Nobody has them. Nothing is added to the stock; finance decides about claims and credit.",
  };
  const save = async () => {
    setRefused(null);
    try {
      const done = await say(gatepass, outcome, pieces, note.trim() === "" ? null : note.trim(), receiptId);
      await onChanged();
      reportDone(
        done.creditNote === null
          ? `${outcomeWords[outcome]}: ${plural(total, "piece")}.`
          : `Credit note ${done.creditNote.number} made for ${plural(total, "piece")}.`,
      );
      onClose();
    } catch (error) {
      setRefused({ error }); // shown in place: what was typed stays
    }
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={<strong>What became of the short pieces</strong>}>
      <SegmentedControl
        aria-label="What became of them"
        data={choices.map((each) => ({ value: each, label: each === "RECEIVED" ? "Found" : outcomeWords[each] }))}
        value={outcome}
        onChange={(value) => setOutcome(choices.find((each) => each === value) ?? outcome)}
      />
      <p className={classes.effect}>{effect[outcome]}</p>
      <ul className={classes.settle}>
        {open.map((item) => (
          <li key={item.lineId}>
            <span className={classes.item}>
              <span>{item.name}</span>
              <code>{item.sku}</code>
            </span>
            <NumberInput
              aria-label={`Pieces of ${item.sku}`}
              size="xs"
              className={classes.pieces}
              min={0}
              max={item.outstanding}
              allowDecimal={false}
              value={counts[item.lineId] ?? 0}
              onChange={(value) =>
                setCounts((now) => ({ ...now, [item.lineId]: typeof value === "number" ? value : 0 }))
              }
            />
            <span>of {formatCount(item.outstanding)}</span>
          </li>
        ))}
      </ul>
      <Textarea
        label="Note"
        autosize
        minRows={2}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {refused !== null && <Refusal error={refused.error} />}
      <div className={classes.foot}>
        <ActionButton
          primary
          size="sm"
          danger={outcome === "LOST"}
          label={`${outcome === "RECEIVED" ? "Found" : outcomeWords[outcome]}: ${plural(total, "piece")}`}
          notNow={total === 0 ? "Say how many." : null}
          onClick={save}
        />
      </div>
    </Modal>
  );
}
