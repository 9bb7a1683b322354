/** The report for people: a table, the exchange behind each failure, a line that sums it up. */
import type { Result } from "./check.ts";
import type { ShownExchange } from "./exchange.ts";
import type { Report, ReportedCheck, ReportedFinding, ReportedOperation } from "./report.ts";

export interface PrintSettings {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colours: boolean;
}

const WORDS: Readonly<Record<Result, string>> = {
  PASS: "PASS",
  WARN: "WARN",
  FAIL: "FAIL",
  NOT_OFFERED: "NOT OFFERED",
  SKIPPED: "SKIPPED",
};
const COLOURS: Readonly<Record<Result, string>> = {
  PASS: "32",
  WARN: "33",
  FAIL: "31",
  NOT_OFFERED: "2",
  SKIPPED: "2",
};
/** What the run's orders are called by each protocol. */
const SUBJECTS: Readonly<Record<Report["protocol"], string>> = {
  marketplace: "Order",
  partner: "Story",
  courier: "Parcel",
};
const WIDTH_MIN = 72;
const WIDTH_MAX = 140;
const RESULT_COLUMN = 13;
const FINDINGS_SHOWN = 4;
const EXCHANGES_SHOWN = 2;
const BODY_LINES_MAX = 40;

interface Pen {
  readonly width: number;
  paint(result: Result, text: string): string;
  bold(text: string): string;
}

export function printReport(report: Report, settings: PrintSettings): string {
  const width = Math.min(Math.max(settings.width, WIDTH_MIN), WIDTH_MAX);
  const coded = (code: string) => (text: string) => (settings.colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const pen: Pen = { width, paint: (result, text) => coded(COLOURS[result])(text), bold: coded("1") };
  const lines = [...head(report, pen)];
  if (report.verdict !== "unreachable")
    lines.push("", ...table(report, pen), ...details(report, pen), "", ...lastWords(report, pen));
  return `${lines.join("\n")}\n`;
}

function head(report: Report, pen: Pen): string[] {
  const lines = [
    pen.bold(`Conformance to the ${report.protocol} protocol (contract ${report.contract.version})`),
    ...wrap(
      `${report.baseUrl}, ${report.mode === "write" ? "reading and writing" : "reading only"}, ${report.startedAt}`,
      pen.width,
      "",
    ),
  ];
  if (report.verdict === "unreachable")
    return [...lines, ...wrap(`Nothing answers there: ${report.message}.`, pen.width, "")];
  for (const { orderId, what } of report.orders)
    lines.push(...wrap(`${SUBJECTS[report.protocol]} ${orderId} ${what}.`, pen.width, ""));
  return lines;
}

function table(report: Report, pen: Pen): string[] {
  const idColumn = Math.max(...report.checks.map(({ id }) => id.length), 10) + 2;
  const lines = [pen.bold(`${"RESULT".padEnd(RESULT_COLUMN)}${"CHECK".padEnd(idColumn)}WHAT IT PROVES`)];
  for (const group of groupsOf(report)) {
    const where = `${group.operation.method} ${group.operation.path}`;
    lines.push(`${pen.bold(where)} (${group.operation.usage})`);
    for (const [first, ...others] of runsOf(group.checks)) {
      if (!first) continue;
      if (others.length > 0)
        // Nothing was found out of these: one line says it for all.
        lines.push(...row(pen, first.result, `${others.length + 1} checks`, first.why, idColumn));
      else {
        lines.push(...row(pen, first.result, first.id, first.title, idColumn));
        if (first.why !== "" && first.result !== "PASS")
          lines.push(...wrap(first.why, pen.width, " ".repeat(RESULT_COLUMN + idColumn)));
      }
    }
  }
  return lines;
}

/** Checks one by one; those beside each other that were left out for the same reason together. */
function runsOf(checks: readonly ReportedCheck[]): ReportedCheck[][] {
  const runs: ReportedCheck[][] = [];
  for (const check of checks) {
    const before = runs.at(-1)?.[0];
    const leftOut = check.result === "NOT_OFFERED" || check.result === "SKIPPED";
    if (leftOut && before?.result === check.result && before.why === check.why) runs.at(-1)?.push(check);
    else runs.push([check]);
  }
  return runs;
}

interface Group {
  readonly operation: ReportedOperation;
  readonly checks: ReportedCheck[];
}

/** Checks beside each other that are about one operation. */
function groupsOf(report: Report): Group[] {
  const groups: Group[] = [];
  for (const check of report.checks) {
    const operation = report.operations.find(({ id }) => id === check.operation);
    const last = groups.at(-1);
    if (last?.operation.id === check.operation) last.checks.push(check);
    else if (operation) groups.push({ operation, checks: [check] });
  }
  return groups;
}

function row(pen: Pen, result: Result, id: string, words: string, idColumn: number): string[] {
  const indent = " ".repeat(RESULT_COLUMN + idColumn);
  const [first = "", ...rest] = wrap(words, pen.width, indent);
  return [
    `${pen.paint(result, WORDS[result].padEnd(RESULT_COLUMN))}${id.padEnd(idColumn)}${first.trimStart()}`,
    ...rest,
  ];
}

function details(report: Report, pen: Pen): string[] {
  const wrong = (result: Result) => report.checks.filter((check) => check.result === result);
  const sections = [
    { title: "Failures", checks: wrong("FAIL") },
    { title: "Warnings (they do not change the exit code)", checks: wrong("WARN") },
  ];
  return sections.flatMap(({ title, checks }) =>
    checks.length === 0
      ? []
      : ["", pen.bold(title), ...checks.flatMap((check, index) => detail(report, check, index + 1, pen))],
  );
}

function detail(report: Report, check: ReportedCheck, number: number, pen: Pen): string[] {
  const operation = report.operations.find(({ id }) => id === check.operation);
  const where = operation ? `${operation.method} ${operation.path}` : check.operation;
  const label = (name: string, words: string) => {
    const [first = "", ...rest] = wrap(words, pen.width, " ".repeat(13));
    return [`   ${name.padEnd(10)}${first.trimStart()}`, ...rest];
  };
  const shown = check.findings.slice(0, FINDINGS_SHOWN);
  const more = check.findings.length - shown.length + check.moreFindings;
  const { place, says, inferred, note } = check.contract;
  return [
    "",
    `${pen.paint(check.result, `${number}. ${check.id}`)}  ${where}`,
    ...shown.flatMap((finding) => label("found", finding.says)),
    ...(more > 0 ? label("", `and ${more} more like these; --json lists up to a hundred`) : []),
    ...label("contract", `${place}: ${says}${inferred ? ` (Inferred. ${note})` : ""}`),
    ...label("do", check.todo),
    ...exchangesOf(report, shown).flatMap((exchange) => exchangeLines(exchange, report.baseUrl, pen)),
  ];
}

/** Those behind the findings shown; of calls that are the same in everything one. */
function exchangesOf(report: Report, findings: readonly ReportedFinding[]): ShownExchange[] {
  const different = new Map<string, ShownExchange>();
  for (const { exchange: number } of findings) {
    const exchange = report.exchanges.find((candidate) => candidate.number === number);
    if (!exchange) continue;
    const key = JSON.stringify([exchange.request, exchange.answer?.status]);
    if (!different.has(key)) different.set(key, exchange);
  }
  return [...different.values()].slice(0, EXCHANGES_SHOWN);
}

function exchangeLines({ request, answer, failure, durationMs }: ShownExchange, baseUrl: string, pen: Pen): string[] {
  const indent = " ".repeat(13);
  const body = (value: unknown) => {
    const lines = (typeof value === "string" ? value : JSON.stringify(value, null, 1)).split("\n");
    const kept =
      lines.length > BODY_LINES_MAX
        ? [...lines.slice(0, BODY_LINES_MAX), `… ${lines.length - BODY_LINES_MAX} more lines; --json has them`]
        : lines;
    return kept.flatMap((line) => wrap(line, pen.width, indent + " ".repeat(line.length - line.trimStart().length)));
  };
  const [call = "", ...rest] = wrap(`${request.method} ${belowBase(request.url, baseUrl)}`, pen.width, indent);
  return [
    `   ${"call".padEnd(10)}${call.trimStart()}`,
    ...rest,
    `${indent}${request.header}: ${request.apiKey}`,
    ...(request.body === null ? [] : body(request.body)),
    ...(answer === null
      ? wrap(`none: ${failure ?? ""}`, pen.width, indent).map((line, index) =>
          index === 0 ? `   ${"answer".padEnd(10)}${line.trimStart()}` : line,
        )
      : [
          `   ${"answer".padEnd(10)}${answer.status}${answer.contentType === null ? "" : ` ${answer.contentType}`}, ${answer.bytes} bytes, ${durationMs} ms`,
          ...(answer.location === null ? [] : [`${indent}Location: ${answer.location}`]),
          ...body(answer.body),
        ]),
  ];
}

/** The base address stands at the head of the report. */
function belowBase(url: string, baseUrl: string): string {
  const base = baseUrl.replace(/\/+$/, "");
  return url.startsWith(`${base}/`) ? url.slice(base.length) : url;
}

function lastWords(report: Report, pen: Pen): string[] {
  const { PASS, WARN, FAIL, NOT_OFFERED, SKIPPED } = report.summary;
  const parts = [
    `${PASS} passed`,
    `${FAIL} failed`,
    ...(WARN > 0 ? [`${WARN} with warnings`] : []),
    ...(NOT_OFFERED > 0 ? [`${NOT_OFFERED} not offered`] : []),
    ...(SKIPPED > 0 ? [`${SKIPPED} skipped`] : []),
  ];
  const sum = `${parts.join(", ")}; ${report.calls} calls in ${(report.durationMs / 1000).toFixed(1)} s.`;
  const { latency } = report;
  const times =
    latency === null
      ? []
      : wrap(
          `Answers took ${latency.medianMs} ms in the middle, 99 of 100 at most ${latency.p99Ms} ms, the slowest ${latency.slowestMs} ms.`,
          pen.width,
          "",
        );
  return [...times, ...wrap(sum, pen.width, "").map((line) => pen.paint(FAIL > 0 ? "FAIL" : "PASS", line))];
}

/** Lines of at most `width` columns, each behind the indent; a word longer than that is cut over lines. */
export function wrap(text: string, width: number, indent: string): string[] {
  const room = Math.max(width - indent.length, 20);
  const lines: string[] = [];
  let line = "";
  for (const word of text.trim().split(/\s+/)) {
    let rest = word;
    if (line !== "" && line.length + 1 + rest.length <= room) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== "") lines.push(line);
    for (; rest.length > room; rest = rest.slice(room)) lines.push(rest.slice(0, room));
    line = rest;
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines.map((each) => `${indent}${each}`);
}
