import { Button, Progress, SegmentedControl } from "@mantine/core";
import { IconDownload, IconFileText } from "@tabler/icons-react";
import { useState } from "react";
import { formatCount } from "../lib/format.ts";
import { isRunning, type Work } from "../lib/work.ts";
import type { StateTable } from "./state-chip.tsx";
import { StateChip } from "./state-chip.tsx";
import classes from "./work-results.module.css";

export const workStates: StateTable = {
  QUEUED: { word: "Queued", tone: "waiting" },
  RUNNING: { word: "Running", tone: "working" },
  DONE: { word: "Done", tone: "done" },
  PARTIAL: { word: "Partly done", tone: "attention" },
  FAILED: { word: "Failed", tone: "failed" },
};

const isBad = (outcome: string): boolean =>
  !["DONE", "OK", "CREATED", "UPDATED", "UNCHANGED", "SUCCESS"].includes(outcome.toUpperCase());
// A browser table beyond this is of no use to a person; the download has every row.
const shownMax = 500;

/** What became of each record of a piece of work: progress while it runs, then a table to filter and download. */
export function WorkResults({ work }: { work: Work }) {
  const [only, setOnly] = useState("bad");
  const results = work.results ?? [];
  const bad = results.filter((result) => isBad(result.outcome));
  const chosen = only === "bad" && bad.length > 0 ? bad : results;
  return (
    <div>
      <div className={classes.head}>
        <StateChip state={work.state} table={workStates} size="md" />
        <span>
          {formatCount(work.done)} done · {formatCount(work.failed)} failed of {formatCount(work.total)}
        </span>
        {work.hasDocument === true && (
          <Button
            component="a"
            href={`/api/v1/work/${work.id}/document`}
            target="_blank"
            variant="default"
            leftSection={<IconFileText size={15} />}
          >
            Open the file it made
          </Button>
        )}
        {!isRunning(work) && work.total > 0 && (
          <Button
            component="a"
            href={`/api/v1/work/${work.id}/results.csv`}
            download
            variant="default"
            leftSection={<IconDownload size={15} />}
          >
            Download results
          </Button>
        )}
      </div>
      {work.message !== null && work.message !== undefined && <p className={classes.more}>{work.message}</p>}
      {isRunning(work) && (
        <Progress
          value={work.total > 0 ? (100 * (work.done + work.failed)) / work.total : 5}
          animated
          size={6}
          mt={10}
        />
      )}
      {bad.length > 0 && bad.length < results.length && (
        <SegmentedControl
          size="xs"
          mt={12}
          value={only}
          onChange={setOnly}
          data={[
            { value: "bad", label: `Failed ${formatCount(bad.length)}` },
            { value: "all", label: `All ${formatCount(results.length)}` },
          ]}
        />
      )}
      {chosen.length > 0 && (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>Record</th>
                <th>Outcome</th>
                <th>Why</th>
              </tr>
            </thead>
            <tbody>
              {chosen.slice(0, shownMax).map((result, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: results have no id of their own and never change their order
                <tr key={i}>
                  <td className={classes.record}>{result.record}</td>
                  <td data-bad={isBad(result.outcome) || undefined}>
                    {result.outcome.toLowerCase().replaceAll("_", " ")}
                  </td>
                  <td>{result.message}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {chosen.length > shownMax && (
            <p className={classes.more}>
              The first {shownMax} of {formatCount(chosen.length)}; the download has all.
            </p>
          )}
        </div>
      )}
    </div>
  );
}
