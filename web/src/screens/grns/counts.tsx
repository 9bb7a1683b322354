import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatCount } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { Code, reportProblem, Section } from "../../ui/index.ts";
import { Thumb } from "../shared/thumb.tsx";
import classes from "./grn.module.css";
import { type GrnDetail, type GrnLine, leftOf } from "./grn-data.tsx";

/** What was counted of each line; typed while the receipt is open, for goods that nobody scans one by one. */
export function Counts({ grn, onChanged }: { grn: GrnDetail; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const open = grn.state === "CREATED" && may("grn.receive");
  const shown = grn.state === "CREATED" ? grn.lines : grn.lines.filter((line) => line.accepted + line.rejected > 0);
  return (
    <Section
      title={grn.state === "CREATED" ? "Counts" : "What was counted"}
      {...(open
        ? { line: "Scan above, or type how many there are. What is typed is saved when you leave the field." }
        : {})}
    >
      <ul className={classes.counts}>
        {shown.map((line) => (
          <li key={line.lineId} data-done={leftOf(line) === 0 || undefined}>
            <Thumb name={line.name} imageUrl={line.imageUrl} size={40} />
            <span className={classes.words}>
              <span>{line.name}</span>
              <span className={classes.codes}>
                <code>{line.sku}</code>
                {line.vendorSku !== null && <Code>{line.vendorSku}</Code>}
              </span>
            </span>
            {open ? (
              <Typed key={`${line.accepted} ${line.rejected} ${line.rejectReason}`} {...{ grn, line, onChanged }} />
            ) : (
              <span className={classes.done}>
                {formatCount(line.accepted)} accepted
                {line.rejected > 0 && `, ${formatCount(line.rejected)} rejected: ${line.rejectReason ?? ""}`}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

const whole = (text: string): number | null => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : null);

function Typed({ grn, line, onChanged }: { grn: GrnDetail; line: GrnLine; onChanged: () => Promise<unknown> }) {
  const [accepted, setAccepted] = useState(String(line.accepted));
  const [rejected, setRejected] = useState(String(line.rejected));
  const [reason, setReason] = useState(line.rejectReason ?? "");
  const left = leftOf(line);
  const save = async (given: { accepted: number; rejected: number; reason: string }) => {
    const rejectReason = given.rejected === 0 || given.reason.trim() === "" ? null : given.reason.trim();
    if (given.accepted === line.accepted && given.rejected === line.rejected && rejectReason === line.rejectReason)
      return;
    try {
      await api.put(`/api/v1/grns/${grn.grnId}/counts`, {
        counts: [{ lineId: line.lineId, accepted: given.accepted, rejected: given.rejected, rejectReason }],
      });
    } catch (error) {
      reportProblem(error, `Count ${line.sku}`);
    }
    await onChanged();
  };
  const leave = () => {
    const [good, bad] = [whole(accepted), whole(rejected)];
    // A rejected piece without a reason waits for it: the reason's own field is the next one.
    if (good !== null && bad !== null && (bad === 0 || reason.trim() !== ""))
      void save({ accepted: good, rejected: bad, reason });
  };
  const fault = (text: string) => (whole(text) === null ? "A number" : null);
  return (
    <span className={classes.typed}>
      <TextInput
        className={classes.number}
        label="Accepted"
        aria-label={`Accepted of ${line.sku}`}
        inputMode="numeric"
        value={accepted}
        error={fault(accepted)}
        onChange={(event) => setAccepted(event.currentTarget.value)}
        onBlur={leave}
      />
      <TextInput
        className={classes.number}
        label="Rejected"
        aria-label={`Rejected of ${line.sku}`}
        inputMode="numeric"
        value={rejected}
        error={fault(rejected)}
        onChange={(event) => setRejected(event.currentTarget.value)}
        onBlur={leave}
      />
      <TextInput
        className={classes.why}
        label="Why rejected"
        aria-label={`Why pieces of ${line.sku} are rejected`}
        maxLength={200}
        disabled={(whole(rejected) ?? 0) === 0}
        value={reason}
        error={(whole(rejected) ?? 0) > 0 && reason.trim() === "" ? "Say why" : null}
        onChange={(event) => setReason(event.currentTarget.value)}
        onBlur={leave}
      />
      <Button
        variant="default"
        className={classes.all}
        disabled={left === 0}
        onClick={() => void save({ accepted: line.accepted + left, rejected: line.rejected, reason })}
      >
        {left === 0 ? "All here" : `Accept ${formatCount(left)}`}
      </Button>
    </span>
  );
}
