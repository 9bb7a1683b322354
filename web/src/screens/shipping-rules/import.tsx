import { Button, FileButton } from "@mantine/core";
import { IconDownload, IconFileUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, readBase64, upload } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { isRunning, workQuery } from "../../lib/work.ts";
import { Refusal, StateChip, type StateTable, WorkResults } from "../../ui/index.ts";
import type { PlannedLine } from "./data.ts";
import classes from "./rules.module.css";

type Step =
  | { readonly at: "choose" }
  | { readonly at: "refused"; readonly error: unknown }
  | { readonly at: "planned"; readonly file: File; readonly lines: readonly PlannedLine[] }
  | { readonly at: "working"; readonly workId: string };

const outcomes: StateTable = {
  NEW: { word: "New", tone: "done" },
  CHANGED: { word: "Changed", tone: "working" },
  UNCHANGED: { word: "As it is", tone: "waiting" },
  FAILED: { word: "Refused", tone: "failed" },
  HELD_BACK: { word: "Held back", tone: "waiting" },
};

/** Nothing is wrong with this line: another one of its file is refused. */
const heldBack = (line: PlannedLine) => line.code === "RULES_FILE_FAULTY";

const TEMPLATE =
  "\uFEFFFacility Code,Rule Name,Condition Expression,Allocation Criteria,Shipping Provider Code,Preference,Enabled,Type\r\n" +
  "ALL,Heavy parcels by road,package.weight > 5000,ALLOCATE,SURFACE,1,true,FORWARD\r\n";

/** A file of rules: what it would change is shown first; then it is taken whole or not at all. */
export function ImportRules({ onFinished }: { onFinished: () => void }) {
  const [step, setStep] = useState<Step>({ at: "choose" });
  const choose = async (file: File | null) => {
    if (file === null) return;
    try {
      const base64 = await readBase64(file);
      const { lines } = await api.post<{ lines: readonly PlannedLine[] }>("/api/v1/shipping-rules/import/dry-run", {
        base64,
      });
      setStep({ at: "planned", file, lines });
    } catch (error) {
      setStep({ at: "refused", error });
    }
  };
  const send = async (file: File) => {
    try {
      const { workId } = await upload<{ workId: string }>("/api/v1/shipping-rules/import", file, () => undefined);
      setStep({ at: "working", workId });
    } catch (error) {
      setStep({ at: "refused", error });
    }
  };
  if (step.at === "working") return <Working workId={step.workId} onFinished={onFinished} />;
  if (step.at === "planned")
    return <Planned lines={step.lines} onSend={() => send(step.file)} onBack={() => setStep({ at: "choose" })} />;
  return (
    <div className={classes.form}>
      {step.at === "refused" && <Refusal error={step.error} title="The file was not taken" />}
      <p className={classes.quiet}>
        Rules are named by facility (ALL for every facility), type and name; what the file does not name stays. It is
        taken whole or not at all. New rules and a new order of existing ones come in two files. You see what would
        change before anything does.
      </p>
      <div className={classes.foot} data-start>
        <FileButton onChange={(file) => void choose(file)} accept=".csv,text/csv">
          {(button) => (
            <Button leftSection={<IconFileUpload size={15} />} {...button}>
              Choose CSV file
            </Button>
          )}
        </FileButton>
        <a
          className={classes.export}
          href={`data:text/csv;charset=utf-8,${encodeURIComponent(TEMPLATE)}`}
          download="shipping-rules.csv"
        >
          <IconDownload size={15} aria-hidden /> CSV format
        </a>
      </div>
    </div>
  );
}

function Planned({
  lines,
  onSend,
  onBack,
}: {
  lines: readonly PlannedLine[];
  onSend: () => Promise<void>;
  onBack: () => void;
}) {
  const [sending, setSending] = useState(false);
  const count = (outcome: PlannedLine["outcome"]) => lines.filter((line) => line.outcome === outcome).length;
  const todo = count("NEW") + count("CHANGED");
  const refused = lines.filter((line) => line.outcome === "FAILED" && !heldBack(line)).length;
  return (
    <div className={classes.form}>
      <p>
        {refused > 0
          ? `Nothing is imported: ${plural(refused, "line")} refused. A file of rules is taken whole or not at all.`
          : `${plural(count("NEW"), "new rule")}, ${plural(count("CHANGED"), "rule")} changed, ${count("UNCHANGED")} as it is.`}
      </p>
      <table className={classes.plan}>
        <thead>
          <tr>
            <th>Line</th>
            <th>Rule</th>
            <th>What</th>
            <th>In words</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.line}>
              <td>{line.line}</td>
              <td>
                {line.name === "" ? "–" : line.name}
                <span className={classes.quiet}>
                  {line.facility} · {line.type}
                </span>
              </td>
              <td>
                <StateChip state={heldBack(line) ? "HELD_BACK" : line.outcome} table={outcomes} />
              </td>
              <td>{heldBack(line) ? "" : line.words}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={classes.foot}>
        <Button variant="default" onClick={onBack}>
          Choose another file
        </Button>
        <Button
          loading={sending}
          disabled={todo === 0}
          onClick={() => {
            setSending(true);
            void onSend();
          }}
        >
          {todo === 0 ? "Nothing to import" : `Import ${plural(todo, "rule")}`}
        </Button>
      </div>
    </div>
  );
}

function Working({ workId, onFinished }: { workId: string; onFinished: () => void }) {
  const { data, error } = useQuery(workQuery(workId));
  const ended = data !== undefined && !isRunning(data);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when it ends.
  useEffect(() => {
    if (ended) onFinished();
  }, [ended]);
  if (error !== null) return <Refusal error={error} title="Its progress could not be read; the work itself goes on" />;
  return data === undefined ? <p role="status">Importing…</p> : <WorkResults work={data} />;
}
