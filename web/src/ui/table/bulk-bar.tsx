import { ActionIcon, Button, Loader, TextInput, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { formatCount, plural } from "../../lib/format.ts";
import { announceWork } from "../../lib/work.ts";
import { ConfirmAction } from "../confirm-action.tsx";
import { reportProblem } from "../problem-toast.tsx";
import classes from "./data-table.module.css";
import { bulkWords, divide } from "./list-state.ts";
import type { BulkAction } from "./types.ts";

interface BulkBarProps<T> {
  readonly chosen: readonly T[];
  readonly total: number;
  readonly noun: readonly [string, string];
  readonly actions: readonly BulkAction<T>[];
  readonly onClear: () => void;
  readonly onDone: () => void;
  readonly onSelectAll: (progress: (read: number) => void) => Promise<void>;
}

/** At the foot: what is chosen, and what can be done to how many of them. */
export function BulkBar<T>({ chosen, total, noun, actions, onClear, onDone, onSelectAll }: BulkBarProps<T>) {
  const [reading, setReading] = useState<number | null>(null);
  const [asking, setAsking] = useState<{ action: BulkAction<T>; rows: readonly T[] } | null>(null);
  const [answer, setAnswer] = useState("");
  const question = asking?.action.question;
  const selectAll = async () => {
    setReading(0);
    try {
      await onSelectAll(setReading);
    } catch (error) {
      reportProblem(error, `Select all ${noun[1]}`);
    } finally {
      setReading(null);
    }
  };
  const run = async (action: BulkAction<T>, rows: readonly T[], said = "") => {
    const started = await action.run(rows, said);
    if (started?.workId !== undefined) announceWork(started.workId);
    onDone();
  };
  return (
    <section className={classes.bulk} aria-label="What to do with the chosen rows">
      <span className={classes.bulkCount}>{plural(chosen.length, noun[0], noun[1])} chosen</span>
      {chosen.length < total &&
        (reading === null ? (
          <Button variant="subtle" size="compact-sm" onClick={() => void selectAll()}>
            Select all {formatCount(total)}
          </Button>
        ) : (
          <span className={classes.total}>
            <Loader size={12} /> {formatCount(reading)} of {formatCount(total)}
          </span>
        ))}
      <span className={classes.bulkActions}>
        {actions.map((action) => (
          <BulkButton
            key={action.label}
            action={action}
            chosen={chosen}
            onAsk={(rows) => {
              setAnswer(action.question?.initial ?? "");
              setAsking({ action, rows });
            }}
            onRun={(rows) => run(action, rows)}
          />
        ))}
      </span>
      <ActionIcon aria-label="Choose nothing" onClick={onClear}>
        <IconX size={16} />
      </ActionIcon>
      {asking !== null && (
        <ConfirmAction
          opened
          title={`${asking.action.label}: ${plural(asking.rows.length, noun[0], noun[1])}`}
          willHappen={asking.action.willHappen?.(asking.rows)}
          verb={asking.action.label}
          danger={asking.action.danger === true}
          notNow={question?.faultOf(answer.trim()) ?? null}
          onConfirm={() => run(asking.action, asking.rows, answer.trim())}
          onClose={() => setAsking(null)}
        >
          {question !== undefined && (
            <TextInput
              data-autofocus
              label={question.label}
              value={answer}
              onChange={(event) => setAnswer(event.currentTarget.value)}
              {...(question.placeholder === undefined ? {} : { placeholder: question.placeholder })}
            />
          )}
        </ConfirmAction>
      )}
    </section>
  );
}

interface BulkButtonProps<T> {
  readonly action: BulkAction<T>;
  readonly chosen: readonly T[];
  readonly onAsk: (rows: readonly T[]) => void;
  readonly onRun: (rows: readonly T[]) => Promise<void>;
}

function BulkButton<T>({ action, chosen, onAsk, onRun }: BulkButtonProps<T>) {
  const [working, setWorking] = useState(false);
  const { fit, reasons } = divide(chosen, action.applies);
  const why = reasons.map(([reason, count]) => `${count}: ${reason}`).join("\n");
  const none = fit.length === 0;
  const act = async () => {
    if (none) return;
    if (action.willHappen !== undefined) return onAsk(fit);
    setWorking(true);
    try {
      await onRun(fit);
    } catch (error) {
      reportProblem(error, action.label);
    } finally {
      setWorking(false);
    }
  };
  const Icon = action.icon;
  return (
    <Tooltip
      label={<span style={{ whiteSpace: "pre-line" }}>{`Left out:\n${why}`}</span>}
      disabled={reasons.length === 0}
    >
      <Button
        variant="default"
        loading={working}
        onClick={() => void act()}
        {...(none ? { "data-disabled": true, "aria-disabled": true } : {})}
        {...(Icon === undefined ? {} : { leftSection: <Icon size={15} stroke={1.8} /> })}
      >
        {bulkWords(action.label, fit.length, chosen.length)}
      </Button>
    </Tooltip>
  );
}
