import { Modal } from "@mantine/core";
import { IconAlertTriangle, IconPencil, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { toProblem } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  DeclaredForm,
  Empty,
  type FieldDeclaration,
  type FormValues,
  Refusal,
  reportDone,
  Section,
} from "../../ui/index.ts";
import classes from "./facilities.module.css";
import { documentTypes, documentWord, type Series, type SeriesPreview, yearWords } from "./facility-data.ts";

/** The numbers that a facility's documents get: the next one, next year's first, and what is doubtful about them. */
export function SeriesSection({ facilityId }: { facilityId: string }) {
  const may = useMay();
  const { data, error, refetch } = useQuery({
    queryKey: ["series", facilityId],
    queryFn: ({ signal }) => api.get<ListPage<Series>>("/api/v1/series", { facilityId, limit: 100 }, signal),
  });
  const [editing, setEditing] = useState<Series | "new" | null>(null);
  const notMine = may("warehouse.edit") ? null : "Your role does not include changing series.";
  const add = <ActionButton label="New series" icon={IconPlus} notNow={notMine} onClick={() => setEditing("new")} />;
  return (
    <Section
      title="Series"
      line="Numbers are consecutive for each series and financial year, at most 16 characters, and never used twice."
      actions={add}
    >
      {error !== null && data === undefined && <Refusal error={error} />}
      {data?.rows.length === 0 && (
        <Empty
          title="No series"
          cause="Without a series for sale invoices nothing can be invoiced here."
          action={add}
        />
      )}
      {data !== undefined && data.rows.length > 0 && (
        <ul className={classes.series}>
          {data.rows.map((series) => (
            <li key={series.seriesId}>
              <div className={classes.seriesHead}>
                <strong>{documentWord(series.documentType)}</strong>
                <span>
                  next <Code>{series.next ?? "none: it is full"}</Code> in {yearWords(series.financialYear)}
                  {series.firstNumberNextYear !== null && (
                    <>
                      , from 1 April <Code>{series.firstNumberNextYear}</Code>
                    </>
                  )}
                </span>
                <ActionButton label="Change" icon={IconPencil} notNow={notMine} onClick={() => setEditing(series)} />
              </div>
              <Warnings warnings={series.warnings} />
            </li>
          ))}
        </ul>
      )}
      {editing !== null && (
        <SeriesForm
          facilityId={facilityId}
          series={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => refetch()}
        />
      )}
    </Section>
  );
}

function Warnings({ warnings }: { warnings: readonly string[] }) {
  return (
    <>
      {warnings.map((warning) => (
        <p key={warning} className={classes.warning}>
          <IconAlertTriangle size={14} aria-hidden /> {warning}
        </p>
      ))}
    </>
  );
}

const pauseMs = 300;

type Look = { readonly preview: SeriesPreview } | { readonly refused: string } | null;

/** What the server would make of the series, asked when typing pauses. */
function usePreview(facilityId: string, seriesId: string | null, values: FormValues): Look {
  const [look, setLook] = useState<Look>(null);
  const { documentType, prefix, nextNumber, resetOnApril1, nextYearPrefix } = values;
  const body = JSON.stringify({
    facilityId,
    seriesId,
    documentType,
    prefix,
    nextNumber,
    resetOnApril1,
    nextYearPrefix: nextYearPrefix === "" ? null : nextYearPrefix,
  });
  useEffect(() => {
    const asked: { documentType?: unknown; prefix?: unknown; nextNumber?: unknown } = JSON.parse(body);
    if (!asked.documentType || !asked.prefix || typeof asked.nextNumber !== "number") return setLook(null);
    let stale = false;
    const timer = setTimeout(async () => {
      try {
        const preview = await api.post<SeriesPreview>("/api/v1/series/preview", asked);
        if (!stale) setLook({ preview });
      } catch (error) {
        const problem = toProblem(error);
        if (!stale) setLook({ refused: `${problem.message} ${problem.whatToDo ?? ""}` });
      }
    }, pauseMs);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [body]);
  return look;
}

function SeriesForm({
  facilityId,
  series,
  onClose,
  onSaved,
}: {
  facilityId: string;
  series: Series | null;
  onClose: () => void;
  onSaved: () => unknown;
}) {
  const fields: readonly FieldDeclaration[] = [
    {
      name: "documentType",
      label: "Of what",
      type: "select",
      required: true,
      options: [...documentTypes],
      default: "SALE_INVOICE",
      ...(series === null ? {} : { fixed: "A series keeps its kind of document." }),
    },
    {
      name: "prefix",
      label: "Prefix",
      type: "text",
      required: true,
      half: true,
      lengthMax: 12,
      placeholder: "KA26-",
      help: "Capital letters, digits, - and /.",
    },
    {
      name: "nextNumber",
      label: "Next number",
      type: "number",
      required: true,
      half: true,
      min: 1,
      default: 1,
      help: "It only goes forward: a number is never given twice.",
    },
    {
      name: "resetOnApril1",
      label: "Begin again at 1 on 1 April",
      type: "switch",
      default: true,
      consequence: {
        on: "With next year's prefix the count begins at 1.",
        off: "The count goes on through the years.",
      },
    },
    {
      name: "nextYearPrefix",
      label: "Next year's prefix",
      type: "text",
      half: true,
      lengthMax: 12,
      placeholder: "KA27-",
      help: "Takes the place of the prefix on 1 April.",
    },
  ];
  const initial: FormValues = {
    documentType: series?.documentType ?? "SALE_INVOICE",
    prefix: series?.prefix ?? "",
    nextNumber: series?.nextNumber ?? 1,
    resetOnApril1: series?.resetOnApril1 ?? true,
    nextYearPrefix: series?.nextYearPrefix ?? "",
  };
  const [values, setValues] = useState<FormValues>(initial);
  const look = usePreview(facilityId, series?.seriesId ?? null, values);
  return (
    <Modal
      opened
      onClose={onClose}
      title={<strong>{series === null ? "New series" : documentWord(series.documentType)}</strong>}
    >
      <DeclaredForm
        fields={fields}
        initial={initial}
        submitLabel="Save"
        onCancel={onClose}
        onChange={(next) => {
          setValues(next);
          return next;
        }}
        onSubmit={async (sent) => {
          const { documentType, ...rest } = sent;
          if (series === null) await api.post("/api/v1/series", { ...rest, documentType, facilityId });
          else await api.put(`/api/v1/series/${series.seriesId}`, rest);
          reportDone("Saved.");
          await onSaved();
          onClose();
        }}
      >
        <div className={classes.preview} role="status" aria-live="polite">
          {look === null ? (
            "The next number shows here."
          ) : "refused" in look ? (
            <span className={classes.refused}>{look.refused}</span>
          ) : (
            <>
              <div>
                Next <strong>{look.preview.nextNumber}</strong> in {yearWords(look.preview.financialYear)}
                {look.preview.firstNumberNextYear !== null && (
                  <>
                    , from 1 April <strong>{look.preview.firstNumberNextYear}</strong>
                  </>
                )}
              </div>
              <Warnings warnings={look.preview.warnings} />
            </>
          )}
        </div>
      </DeclaredForm>
    </Modal>
  );
}
