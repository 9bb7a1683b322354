import { Button, Modal } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { plural } from "../../lib/format.ts";
import { Code, StateChip, type StateTable } from "../../ui/index.ts";
import classes from "./step-results.module.css";

/** What became of one record of a bulk action. */
export interface StepOutcome {
  readonly id: string;
  readonly record: string;
  readonly href?: string;
  readonly outcome: "DONE" | "UNCHANGED" | "FAILED";
  /** What it got, or why not. */
  readonly words: ReactNode;
  readonly whatToDo?: string;
}

const looks: StateTable = {
  DONE: { word: "Done", tone: "done" },
  UNCHANGED: { word: "Was done before", tone: "waiting" },
  FAILED: { word: "Not done", tone: "failed" },
};

/** The result of a bulk action that did not need the tray: each record, what it got or why it was refused, and what comes next. */
export function StepResults({
  title,
  outcomes,
  next,
  onClose,
}: {
  title: string;
  outcomes: readonly StepOutcome[];
  /** The buttons for what usually follows: print, label. */
  next?: ReactNode;
  onClose: () => void;
}) {
  const failed = outcomes.filter((each) => each.outcome === "FAILED");
  const [only, setOnly] = useState<"all" | "failed">("all");
  const shown = only === "failed" ? failed : outcomes;
  const good = outcomes.length - failed.length;
  return (
    <Modal opened onClose={onClose} title={<strong>{title}</strong>} size="xl">
      <p className={classes.sum} role="status">
        {failed.length === 0
          ? `Done for all ${plural(good, "package")}.`
          : `Done for ${good} of ${plural(outcomes.length, "package")}; ${failed.length} refused, with the reason below.`}
      </p>
      {next !== undefined && good > 0 && <div className={classes.next}>{next}</div>}
      {failed.length > 0 && good > 0 && (
        <div className={classes.filter}>
          <Button variant={only === "all" ? "light" : "subtle"} onClick={() => setOnly("all")}>
            All {outcomes.length}
          </Button>
          <Button variant={only === "failed" ? "light" : "subtle"} onClick={() => setOnly("failed")}>
            Not done {failed.length}
          </Button>
        </div>
      )}
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th>Package</th>
              <th>Outcome</th>
              <th>What it got, or why not</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((each) => (
              <tr key={each.id}>
                <td>
                  <Code {...(each.href === undefined ? {} : { href: each.href })}>{each.record}</Code>
                </td>
                <td>
                  <StateChip state={each.outcome} table={looks} />
                </td>
                <td>
                  {each.words}
                  {each.whatToDo !== undefined && <div className={classes.remedy}>{each.whatToDo}</div>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Modal>
  );
}
