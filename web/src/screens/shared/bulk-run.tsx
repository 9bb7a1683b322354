import { Button, Modal, Progress } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { type ReactNode, useCallback, useState } from "react";
import { formatCount } from "../../lib/format.ts";
import { toProblem } from "../../lib/problem.ts";
import { reportDone } from "../../ui/index.ts";
import classes from "./bulk-run.module.css";

/** What became of one record, as `POST /orders/hold` and its like answer. */
export interface Outcome {
  readonly id: string;
  readonly ok: boolean;
  readonly message: string | null;
}
interface Told {
  readonly record: string;
  readonly ok: boolean;
  readonly message: string;
}
interface Run {
  readonly title: string;
  readonly total: number;
  readonly told: readonly Told[];
  readonly ended: boolean;
}

export interface BulkRun<T> {
  /** "Hold orders" */
  readonly title: string;
  /** "3 orders are on hold." */
  readonly done: (count: number) => string;
  readonly rows: readonly T[];
  readonly id: (row: T) => string;
  readonly code: (row: T) => string;
  /** At most this many go in one call. */
  readonly atOnce: number;
  readonly send: (ids: readonly string[]) => Promise<readonly Outcome[]>;
}

/**
 * Does one thing to many records, some at a time, and shows what became of each. All well is a short word; anything
 * refused, or done in part alone, is a table that stays, with a download. Give `dialog` a place on the page.
 */
export function useBulkRun(): { run: <T>(work: BulkRun<T>) => Promise<undefined>; dialog: ReactNode } {
  const [state, setState] = useState<Run | null>(null);
  const run = useCallback(async <T,>(work: BulkRun<T>): Promise<undefined> => {
    const { rows, atOnce } = work;
    const told: Told[] = [];
    const show = (ended: boolean) => setState({ title: work.title, total: rows.length, told: [...told], ended });
    for (let from = 0; from < rows.length; from += atOnce) {
      if (rows.length > atOnce) show(false);
      told.push(...(await sendPart(work, rows.slice(from, from + atOnce))));
    }
    if (told.every((each) => each.ok && each.message === "")) {
      setState(null);
      reportDone(work.done(told.length));
    } else show(true);
    return undefined;
  }, []);
  return { run, dialog: state !== null && <Results run={state} onClose={() => setState(null)} /> };
}

/** A call that fails as a whole is the outcome of each record in it. */
async function sendPart<T>(work: BulkRun<T>, part: readonly T[]): Promise<readonly Told[]> {
  try {
    const outcomes = await work.send(part.map(work.id));
    return part.map((row) => {
      const outcome = outcomes.find((each) => each.id === work.id(row));
      const message =
        outcome === undefined
          ? "The server said nothing about it; look at it before repeating."
          : (outcome.message ?? "");
      return { record: work.code(row), ok: outcome?.ok === true, message };
    });
  } catch (error) {
    const problem = toProblem(error);
    const message = [problem.message, problem.whatToDo].filter((words) => words !== undefined).join(" ");
    return part.map((row) => ({ record: work.code(row), ok: false, message }));
  }
}

function Results({ run, onClose }: { run: Run; onClose: () => void }) {
  const refused = run.told.filter((each) => !each.ok);
  const noted = run.told.filter((each) => each.ok && each.message !== "");
  const done = run.told.length - refused.length;
  return (
    <Modal
      opened
      onClose={onClose}
      title={<strong>{run.title}</strong>}
      size="lg"
      closeOnClickOutside={run.ended}
      withCloseButton={run.ended}
      closeOnEscape={run.ended}
    >
      <p className={classes.counts} role="status">
        {formatCount(done)} done · {formatCount(refused.length)} refused
        {!run.ended && ` · ${formatCount(run.total - run.told.length)} left`}
      </p>
      {!run.ended && <Progress value={(100 * run.told.length) / run.total} animated size={6} mb={12} />}
      {refused.length > 0 && <Words why="Why it was refused" told={refused} />}
      {noted.length > 0 && <Words why="Done, but for this" told={noted} />}
      {run.ended && (
        <div className={classes.foot}>
          <Button
            component="a"
            variant="default"
            href={`data:text/csv;charset=utf-8,${encodeURIComponent(`\uFEFF${csvOf(run.told)}`)}`}
            download="results.csv"
            leftSection={<IconDownload size={15} />}
          >
            Download results
          </Button>
          <Button onClick={onClose} data-autofocus>
            Close
          </Button>
        </div>
      )}
    </Modal>
  );
}

function Words({ why, told }: { why: string; told: readonly Told[] }) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Record</th>
            <th>{why}</th>
          </tr>
        </thead>
        <tbody>
          {told.map((each) => (
            <tr key={each.record}>
              <td className={classes.record}>{each.record}</td>
              <td>{each.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// Text that a spreadsheet would run as a formula gets an apostrophe, as in the server's own exports.
const quoted = (text: string): string => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
const csvOf = (told: readonly Told[]): string =>
  [
    "Record,Outcome,Why",
    ...told.map((each) => [each.record, each.ok ? "done" : "refused", each.message].map(quoted).join(",")),
  ].join("\r\n");
