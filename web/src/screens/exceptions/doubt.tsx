import { Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { toProblem } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import { Code, Facts, Instant, Refusal, reportDone, reportProblem, StateChip } from "../../ui/index.ts";
import { exceptionStates } from "../shared/states.ts";
import classes from "./doubt.module.css";
import { factsBeside } from "./facts.ts";
import type { ExceptionRow } from "./types.ts";

interface DoubtProps {
  readonly row: ExceptionRow;
  /** It is decided: by this person, or by another before. */
  readonly onDecided: () => void;
}

/** One doubt: what it is, and each choice as a button that says what it will do. */
export function Doubt({ row, onDecided }: DoubtProps) {
  const chosen = row.choices.find((choice) => choice.code === row.choice);
  return (
    <div className={classes.doubt}>
      <p className={classes.message}>{row.message}</p>
      {row.state === "OPEN" ? (
        <>
          {chosen !== undefined && (
            <div className={classes.decided}>
              <p>
                <strong>{chosen.label}</strong> was chosen by {row.resolvedBy ?? "a person"}; this entry goes when that
                has taken effect.
              </p>
              {row.note !== null && <p className={classes.note}>“{row.note}”</p>}
            </div>
          )}
          <Choices row={row} onDecided={onDecided} />
        </>
      ) : (
        <div className={classes.decided}>
          <StateChip state={row.state} table={exceptionStates} />
          {chosen === undefined ? (
            <p>Settled without a decision: its matter was over.</p>
          ) : (
            <p>
              <strong>{chosen.label}</strong> {chosen.effect}
            </p>
          )}
          {row.note !== null && <p className={classes.note}>“{row.note}”</p>}
        </div>
      )}
      <Facts
        facts={[
          ...(row.orderCode === null || row.saleOrderId === null
            ? []
            : [
                [
                  "Order",
                  <Code key="order" href={`/orders/${row.saleOrderId}`}>
                    {row.orderCode}
                  </Code>,
                ] as const,
              ]),
          ...(row.packageCode === null
            ? []
            : [
                [
                  "Package",
                  <Code key="package" href={`/shipments/${row.packageCode}`}>
                    {row.packageCode}
                  </Code>,
                ] as const,
              ]),
          ...(row.intakeId === null
            ? []
            : [
                [
                  "Received as",
                  <Link
                    key="intake"
                    to="/failed-orders"
                    search={{ tab: "all", q: row.orderCode ?? "", open: row.intakeId }}
                  >
                    entry in the intake log
                  </Link>,
                ] as const,
              ]),
          ...(typeof row.facts.gatepassId === "string"
            ? [
                [
                  "Gatepass",
                  <Code key="gatepass" href={`/gatepasses/${row.facts.gatepassId}`}>
                    {String(row.facts.gatepass)}
                  </Code>,
                ] as const,
              ]
            : []),
          ["Channel", row.channel ?? "–"],
          ["Opened", <Instant key="opened" at={row.openedAt} />],
          ...(row.resolvedAt === null
            ? []
            : [
                ["Decided", <Instant key="resolved" at={row.resolvedAt} />] as const,
                ["By", row.resolvedBy ?? "–"] as const,
              ]),
          ...factsBeside(row.message, row.facts).map(
            ({ name, text, at }) => [name, at === null ? text : <Instant key={name} at={at} />] as const,
          ),
        ]}
      />
    </div>
  );
}

function Choices({ row, onDecided }: DoubtProps) {
  const may = useMay();
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const [working, setWorking] = useState<string | null>(null);
  const [refused, setRefused] = useState<{ error: unknown } | null>(null);
  const right = may("exceptions.resolve");
  const readAgain = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["list", "/api/v1/exceptions"] }),
      client.invalidateQueries({ queryKey: ["list", "/api/v1/status-sync/words"] }),
      client.invalidateQueries({ queryKey: ["board"] }),
      ...(row.saleOrderId === null ? [] : [client.invalidateQueries({ queryKey: ["order", row.saleOrderId] })]),
    ]);
  const decide = async (code: string, label: string) => {
    if (working !== null || !right) return;
    setWorking(code);
    setRefused(null);
    try {
      await api.post(`/api/v1/exceptions/${row.id}/resolve`, {
        choice: code,
        ...(note.trim() === "" ? {} : { note: note.trim() }),
      });
      reportDone(`${row.orderCode ?? "The doubt"}: ${label}.`);
      onDecided();
      await readAgain();
    } catch (error) {
      if (toProblem(error).code === "EXCEPTION_SETTLED") {
        // The row goes from the list with the reading, and this panel with it: the words must outlive both, the typed ones too.
        const lost = note.trim() === "" ? null : `Your note was not kept: “${note.trim()}”`;
        reportProblem(error, label, lost);
        onDecided();
        await readAgain();
      } else setRefused({ error });
    } finally {
      setWorking(null);
    }
  };
  return (
    <div className={classes.choices}>
      {row.choices.map((choice) => (
        <button
          key={choice.code}
          type="button"
          className={classes.choice}
          aria-disabled={!right || working !== null || undefined}
          data-working={working === choice.code || undefined}
          {...(right ? {} : { "data-tip": "Your roles do not include deciding this." })}
          // Once a doubt is decided the next one stands in its place: the second half of a double click must not decide that one.
          onClick={(event) => event.detail < 2 && void decide(choice.code, choice.label)}
        >
          <span className={classes.label}>{choice.label}</span>
          <span className={classes.effect}>{choice.effect}</span>
        </button>
      ))}
      <Textarea
        label="Note"
        description="Kept with the decision, in the timeline and the audit."
        autosize
        minRows={2}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {refused !== null && <Refusal error={refused.error} />}
    </div>
  );
}
