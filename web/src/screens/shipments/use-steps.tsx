import { IconFileInvoice, IconPrinter, IconTag } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { announceWork } from "../../lib/work.ts";
import { ActionButton, Code } from "../../ui/index.ts";
import { type StepOutcome, StepResults } from "../shared/step-results.tsx";
import { type PdfRequest, usePdf } from "../shared/use-pdf.tsx";
import { owedStep } from "./channel-step.ts";
import { type BulkAnswer, type ChannelStep, printMax, type RefusedRow, type StepResult } from "./shipment.ts";

type Step = "invoice" | "label" | "invoice-and-label";

const titles: Record<Step, string> = {
  invoice: "Create invoice",
  label: "Create label",
  "invoice-and-label": "Invoice and label",
};

/** A repetition asks each package's channel or courier for what it owes: its invoice or its label. */
const repeatTitle = "Ask again";

/** What a list and a page need to know of a package to act on it. */
export interface Target {
  readonly shippingPackageId: string;
  readonly code: string;
}

/** A package whose channel was asked for something. */
export interface Owing extends Target {
  readonly steps: readonly ChannelStep[];
}

export interface Steps {
  /** Takes a step for some packages: the results at once, or a piece of work in the tray. */
  readonly take: (step: Step, targets: readonly Target[]) => Promise<{ workId?: string } | undefined>;
  /** Asks channels again for what failed or still waits; invoices and labels each go their own way. */
  readonly repeat: (targets: readonly Owing[]) => Promise<{ workId?: string } | undefined>;
  readonly print: (what: "invoices" | "labels" | "invoices-and-labels", targets: readonly Target[]) => Promise<void>;
  readonly printPicks: (targets: readonly Target[]) => Promise<void>;
  readonly toManifest: (targets: readonly Target[]) => Promise<void>;
  readonly toPicklist: (targets: readonly Target[]) => Promise<void>;
  /** Results and previews: to be placed on the page. */
  readonly dialogs: ReactNode;
}

interface Shown {
  readonly title: string;
  readonly outcomes: readonly StepOutcome[];
  readonly next?: ReactNode;
}

const hrefOf = (code: string) => `/shipments/${code}`;

function outcomeOf(result: StepResult): StepOutcome {
  const { shippingPackageId, code, outcome, invoiceNumber, awb, refusal } = result;
  const got = (
    <>
      {invoiceNumber !== null && (
        <>
          Invoice <Code>{invoiceNumber}</Code>{" "}
        </>
      )}
      {awb !== null && (
        <>
          AWB <Code>{awb}</Code>
        </>
      )}
    </>
  );
  return {
    id: shippingPackageId,
    record: code,
    href: hrefOf(code),
    outcome,
    words: refusal === null ? got : refusal.message,
    ...(refusal === null ? {} : { whatToDo: refusal.whatToDo }),
  };
}

/** A manifest that chosen packages went onto. */
interface FilledManifest {
  readonly manifestId: string;
  readonly code: string;
  readonly created: boolean;
  readonly added: number;
  readonly packageIds: readonly string[];
}

/** Each courier has a manifest of his own: a package names the one that it lies on. */
function whereTo(manifests: readonly FilledManifest[], packageId: string): string {
  const on = manifests.find(({ packageIds }) => packageIds.includes(packageId));
  return on === undefined ? "" : `On ${on.code}${on.created ? " (new)" : ""}`;
}

const refusedOutcome = (row: RefusedRow): StepOutcome => ({
  id: row.id,
  record: row.record,
  href: hrefOf(row.record),
  outcome: "FAILED",
  words: row.message,
  whatToDo: row.whatToDo,
});

/** It has what the step gives, now or from before. */
const isThere = (result: StepResult): boolean => result.outcome === "DONE" || result.outcome === "UNCHANGED";

const ids = (targets: readonly Target[]): readonly string[] => targets.map((target) => target.shippingPackageId);
const named = (what: string, targets: readonly Target[]): string =>
  targets.length === 1 ? `${what} of ${targets[0]?.code}` : `${what} of ${plural(targets.length, "package")}`;

/** What can be done with packages from the list, its panel and a package's page: one place, so that all say the same. */
export function useSteps(onChanged: () => void): Steps {
  const navigate = useNavigate();
  const pdf = usePdf();
  const [shown, setShown] = useState<Shown | null>(null);

  const print: Steps["print"] = async (what, targets) => {
    const all = [...targets].slice(0, printMax);
    const word = { invoices: "Invoices", labels: "Labels", "invoices-and-labels": "Invoices and labels" }[what];
    await pdf.open(named(word, all), [{ label: word, path: `/api/v1/shipments/${what}.pdf`, body: { ids: ids(all) } }]);
    onChanged();
  };

  const printsOf = async (targets: readonly Target[], prints: StepResult["prints"]) => {
    if (prints === "ONE_PDF") return print("invoices-and-labels", targets);
    const files: PdfRequest[] = [
      { label: "Invoices", path: "/api/v1/shipments/invoices.pdf", body: { ids: ids(targets) } },
      { label: "Labels", path: "/api/v1/shipments/labels.pdf", body: { ids: ids(targets) } },
    ];
    await pdf.open(named("Invoices and labels", targets), files);
    onChanged();
  };

  const take: Steps["take"] = async (step, targets) => {
    const answer = await api.post<BulkAnswer>(`/api/v1/shipments/${step}`, { ids: ids(targets) });
    onChanged();
    if (answer.workId !== null) return { workId: answer.workId };
    const good = answer.results.filter(isThere);
    // One click is to give its documents: nothing stands between the click and the paper when all went well.
    if (step === "invoice-and-label" && good.length === answer.results.length && good.length > 0) {
      await printsOf(good, good[0]?.prints);
      return undefined;
    }
    setShown({
      title: titles[step],
      outcomes: answer.results.map(outcomeOf),
      next: <Next step={step} good={good} take={takeFromDialog} print={print} printsOf={printsOf} />,
    });
    return undefined;
  };

  const takeFromDialog = async (step: Step, targets: readonly Target[]) => {
    setShown(null);
    const answer = await take(step, targets);
    if (answer?.workId !== undefined) announceWork(answer.workId);
  };

  const repeat: Steps["repeat"] = async (targets) => {
    const results: StepResult[] = [];
    let workId: string | undefined;
    for (const [step, wanted] of [
      ["invoice", "INVOICE"],
      ["label", "LABEL"],
    ] as const) {
      const owing = targets.filter((target) => owedStep(target)?.step === wanted);
      if (owing.length === 0) continue;
      const answer = await api.post<BulkAnswer>(`/api/v1/shipments/${step}`, { ids: ids(owing) });
      if (answer.workId === null) results.push(...answer.results);
      else {
        // Two long works may come of one click: the tray follows both, the table tells of the last.
        if (workId !== undefined) announceWork(workId);
        workId = answer.workId;
      }
    }
    onChanged();
    if (results.length > 0) setShown({ title: repeatTitle, outcomes: results.map(outcomeOf) });
    return workId === undefined ? undefined : { workId };
  };

  const printPicks: Steps["printPicks"] = (targets) =>
    pdf.open(named("What to fetch", targets), [
      { label: "Pick list", path: "/api/v1/shipments/picklist.pdf", body: { packageIds: ids(targets) } },
    ]);

  const toManifest: Steps["toManifest"] = async (targets) => {
    const answer = await api.post<{
      manifests: readonly FilledManifest[];
      refused: readonly RefusedRow[];
    }>("/api/v1/manifests/add", { packageIds: ids(targets) });
    onChanged();
    const refused = new Set(answer.refused.map((row) => row.id));
    const added = targets.filter((target) => !refused.has(target.shippingPackageId));
    setShown({
      title: "Add to manifest",
      outcomes: [
        ...answer.refused.map(refusedOutcome),
        ...added.map(
          (target): StepOutcome => ({
            id: target.shippingPackageId,
            record: target.code,
            href: hrefOf(target.code),
            outcome: "DONE",
            words: whereTo(answer.manifests, target.shippingPackageId),
          }),
        ),
      ],
      next: answer.manifests.map((manifest) => (
        <ActionButton
          key={manifest.manifestId}
          primary
          label={`Open ${manifest.code} · ${manifest.added}`}
          onClick={() => navigate({ to: `/manifests/${manifest.manifestId}` })}
        />
      )),
    });
  };

  const toPicklist: Steps["toPicklist"] = async (targets) => {
    const made = await api.post<{ picklistId: string; code: string }>("/api/v1/picklists", {
      packageIds: ids(targets),
    });
    onChanged();
    await navigate({ to: `/picklists/${made.picklistId}` });
  };

  return {
    take,
    repeat,
    print,
    printPicks,
    toManifest,
    toPicklist,
    dialogs: (
      <>
        {shown !== null && <StepResults {...shown} onClose={() => setShown(null)} />}
        {pdf.preview}
      </>
    ),
  };
}

/** What usually follows a step: its papers, then the next step. */
function Next({
  step,
  good,
  take,
  print,
  printsOf,
}: {
  step: Step;
  good: readonly StepResult[];
  take: (step: Step, targets: readonly Target[]) => Promise<void>;
  print: Steps["print"];
  printsOf: (targets: readonly Target[], prints: StepResult["prints"]) => Promise<void>;
}) {
  const count = ` · ${good.length}`;
  if (step === "invoice")
    return (
      <>
        <ActionButton primary label={`Create label${count}`} icon={IconTag} onClick={() => take("label", good)} />
        <ActionButton label={`Print invoices${count}`} icon={IconFileInvoice} onClick={() => print("invoices", good)} />
      </>
    );
  if (step === "label")
    return (
      <ActionButton primary label={`Print labels${count}`} icon={IconPrinter} onClick={() => print("labels", good)} />
    );
  return (
    <ActionButton
      primary
      label={`Print invoices and labels${count}`}
      icon={IconPrinter}
      onClick={() => printsOf(good, good[0]?.prints)}
    />
  );
}
