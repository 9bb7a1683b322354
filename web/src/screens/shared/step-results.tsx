import { Button, Modal } from "@mantine/core";
import { IconHourglass } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { plural } from "../../lib/format.ts";
import { Code, StateChip, type StateTable } from "../../ui/index.ts";
import classes from "./step-results.module.css";

/** What became of one record of a bulk action. */
export interface StepOutcome {
  readonly id: string;
  readonly record: string;
  readonly href?: string;
  /** WAITING: the channel was asked, and it goes on by itself. */
  readonly outcome: "DONE" | "UNCHANGED" | "WAITING" | "FAILED";
  /** What it got, or why not. */
  readonly words: ReactNode;
  readonly whatToDo?: string;
}

const looks: StateTable = {
  DONE: { word: "Done", tone: "done" },
  UNCHANGED: { word: "Was done before", tone: "waiting" },
  WAITING: { word: "Goes on by itself", tone: "working", icon: IconHourglass },
  FAILED: { word: "Not done", tone: "failed" },
};
// What a person looks for stands on top.
const order: readonly StepOutcome["outcome"][] = ["FAILED", "WAITING", "DONE", "UNCHANGED"];

/** The sum of it in a sentence. */
export function sumOf(count: { all: number; good: number; waiting: number; failed: number }, noun = "package"): string {
  const { all, good, waiting, failed } = count;
  if (good === all) return `Done for all ${plural(good, "package")}.`;
  const parts = [
    ...(waiting === 0
      ? []
      : [waiting === 1 ? "1 waits and goes on by itself" : `${waiting} wait and go on by themselves`]),
    ...(failed === 0 ? [] : [`${failed} refused, with the reason below`]),
  ];
  return `Done for ${good} of ${plural(all, noun)}; ${parts.join("; ")}.`;
}

/** The result of a bulk action that did not need the tray: each record, what it got or why it was refused, and what comes next. */
export function StepResults({
  title,
  outcomes,
  next,
  noun = "package",
  onClose,
}: {
  title: string;
  /** What the records are: "return". */
  noun?: string;
  outcomes: readonly StepOutcome[];
  /** The buttons for what usually follows: print, label. */
  next?: ReactNode;
  onClose: () => void;
}) {
  const sorted = order.flatMap((outcome) => outcomes.filter((each) => each.outcome === outcome));
  const failed = sorted.filter((each) => each.outcome === "FAILED");
  const waiting = sorted.filter((each) => each.outcome === "WAITING").length;
  const [only, setOnly] = useState<"all" | "failed">("all");
  const shown = only === "failed" ? failed : sorted;
  const good = outcomes.length - failed.length - waiting;
  return (
    <Modal opened onClose={onClose} title={<strong>{title}</strong>} size="xl">
      <p className={classes.sum} role="status">
        {sumOf({ all: outcomes.length, good, waiting, failed: failed.length }, noun)}
      </p>
      {next !== undefined && good > 0 && <div className={classes.next}>{next}</div>}
      {failed.length > 0 && failed.length < outcomes.length && (
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
              <th>{noun.charAt(0).toUpperCase() + noun.slice(1)}</th>
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
