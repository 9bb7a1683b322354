import { Button, FileButton, Progress } from "@mantine/core";
import { IconDownload, IconFileUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { upload } from "../lib/api.ts";
import { isRunning, workQuery } from "../lib/work.ts";
import classes from "./csv-import.module.css";
import { Refusal } from "./refusal.tsx";
import { WorkResults } from "./work-results.tsx";

export interface CsvImportProps {
  /** `POST endpoint` with `{fileName, base64, options}`, answering `{workId}`. */
  readonly endpoint: string;
  /** What holds for every row of the file: which courier it is for, say. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Columns as the file's first line names them. */
  readonly columns: readonly { readonly name: string; readonly required?: boolean; readonly help: string }[];
  /** A file with the first line and an example, for download. */
  readonly template: { readonly fileName: string; readonly text: string };
  /** What one row does, and that repeating a file is harmless (or not). */
  readonly note: string;
  /** Called once the work has ended, so that the list behind can be read again. */
  readonly onFinished?: () => void;
}

type Step =
  | { readonly at: "choose" }
  | { readonly at: "sending"; readonly fileName: string; readonly part: number }
  | { readonly at: "working"; readonly workId: string }
  | { readonly at: "refused"; readonly error: unknown };

/** A file of rows: sent with progress, worked through on the server, each row's fate in a table to filter and download. */
export function CsvImport({ endpoint, options, columns, template, note, onFinished }: CsvImportProps) {
  const [step, setStep] = useState<Step>({ at: "choose" });
  const send = async (file: File | null) => {
    if (file === null) return;
    setStep({ at: "sending", fileName: file.name, part: 0 });
    try {
      const { workId } = await upload<{ workId: string }>(
        endpoint,
        file,
        (part) => setStep({ at: "sending", fileName: file.name, part }),
        options,
      );
      setStep({ at: "working", workId });
    } catch (error) {
      setStep({ at: "refused", error });
    }
  };
  const again = (
    <Button variant="default" onClick={() => setStep({ at: "choose" })}>
      Choose another file
    </Button>
  );
  if (step.at === "sending")
    return (
      <div className={classes.sending} role="status">
        Sending {step.fileName} · {Math.round(step.part * 100)}%
        <Progress value={step.part * 100} size={6} mt={8} />
      </div>
    );
  if (step.at === "working")
    return <Working workId={step.workId} again={again} {...(onFinished === undefined ? {} : { onFinished })} />;
  return (
    <div className={classes.import}>
      {step.at === "refused" && <Refusal error={step.error} title="The file was not taken" />}
      <DropArea onFile={(file) => void send(file)} />
      <p className={classes.note}>{note}</p>
      <ColumnsTable columns={columns} template={template} />
    </div>
  );
}

function DropArea({ onFile }: { onFile: (file: File | null) => void }) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer.files[0] ?? null);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra for the mouse; the button inside does the same.
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDrop={drop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
    >
      <IconFileUpload size={26} stroke={1.4} aria-hidden />
      <span>Drop a CSV file here</span>
      <FileButton onChange={onFile} accept=".csv,text/csv">
        {(button) => (
          <Button variant="default" {...button}>
            Choose file
          </Button>
        )}
      </FileButton>
    </div>
  );
}

function ColumnsTable({ columns, template }: Pick<CsvImportProps, "columns" | "template">) {
  const href = `data:text/csv;charset=utf-8,${encodeURIComponent(`\uFEFF${template.text}`)}`;
  return (
    <div>
      <div className={classes.columnsHead}>
        <strong>Columns</strong>
        <a href={href} download={template.fileName}>
          <IconDownload size={14} aria-hidden /> Download the CSV format
        </a>
      </div>
      <dl className={classes.columns}>
        {columns.map((column) => (
          <div key={column.name}>
            <dt>
              {column.name}
              {column.required === true && <span title="needed"> *</span>}
            </dt>
            <dd>{column.help}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Working({ workId, again, onFinished }: { workId: string; again: React.ReactNode; onFinished?: () => void }) {
  const { data, error } = useQuery(workQuery(workId));
  const ended = data !== undefined && !isRunning(data);
  const tell = useRef(onFinished);
  useEffect(() => {
    tell.current = onFinished;
  }, [onFinished]);
  useEffect(() => {
    if (ended) tell.current?.();
  }, [ended]);
  return (
    <div className={classes.import}>
      {error !== null && <Refusal error={error} title="Its progress could not be read; the work itself goes on" />}
      {data !== undefined && <WorkResults work={data} />}
      {!ended && <p className={classes.note}>You can leave this page: the tray in the top bar keeps the result.</p>}
      {ended && <div>{again}</div>}
    </div>
  );
}
