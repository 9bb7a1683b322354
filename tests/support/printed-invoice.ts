import { assert } from "../../src/kernel/index.ts";
import type { Line, ReadPage } from "./read-pdf.ts";

/** Reads an invoice back from the text of its pages, by where things stand and nothing else: no code of ours helps. */

const HEADS = ["CGST", "SGST", "UTGST", "IGST", "Cess"] as const;

export interface PrintedLine {
  readonly position: number;
  readonly hsn: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly discount: number;
  readonly charges: number;
  readonly taxable: number;
  readonly taxes: readonly { head: string; amount: number; ratePercent: number }[];
  readonly total: number;
}

export interface PrintedInvoice {
  readonly lines: readonly PrintedLine[];
  readonly charges: readonly PrintedLine[];
  /** The total row of the table, by column title. */
  readonly totalRow: ReadonlyMap<string, number>;
  /** Carried forward and brought forward, in the order of the pages: [carried, brought, carried, …]. */
  readonly carried: readonly ReadonlyMap<string, number>[];
  readonly payable: number;
  readonly roundOff: number;
  readonly summary: readonly { hsn: string; numbers: readonly number[] }[];
}

type Column = { title: string; right: number };

/** Reads "12,34,567.89", "−0.33" and "₹1.00" as paise. */
export function paiseOf(text: string): number {
  const match = /^([−+-]?)₹?([\d,]+)\.(\d\d)$/.exec(text);
  assert(match, `"${text}" is an amount`);
  const value = Number((match[2] ?? "").replaceAll(",", "")) * 100 + Number(match[3]);
  return match[1] === "−" || match[1] === "-" ? 0 - value : value;
}

export function readInvoice(pages: readonly ReadPage[]): PrintedInvoice {
  const lines: PrintedLine[] = [];
  const charges: PrintedLine[] = [];
  const carried: Map<string, number>[] = [];
  let totalRow = new Map<string, number>();
  for (const page of pages) {
    const columns = columnsOf(page);
    if (columns === null) continue;
    for (const [index, line] of page.lines.entries()) {
      const numbers = numbersOf(line, columns);
      const label = line.cells.find((cell) => /^(Total|Carried forward|Brought forward)$/.test(cell.text))?.text;
      if (label !== undefined && numbers.has("Taxable")) {
        if (label === "Total") totalRow = numbers;
        else carried.push(numbers);
      } else if (label === undefined && numbers.has("Taxable") && numbers.has("Total")) {
        const read = readLine(line, page.lines[index + 1], columns, numbers);
        (read.position > 0 ? lines : charges).push(read);
      }
    }
  }
  const all = pages.flatMap((page) => page.lines);
  return {
    lines,
    charges,
    totalRow,
    carried,
    payable: paiseOf(lastCell(all, /^Total( credit)?$/, /^₹/)),
    roundOff: all.some((line) => line.cells.some((cell) => cell.text === "Round-off"))
      ? paiseOf(lastCell(all, /^Round-off$/, /\./))
      : 0,
    summary: readSummary(pages),
  };
}

/** The columns of the table by the right edge of their titles; null on a page without the table. */
function columnsOf(page: ReadPage): Column[] | null {
  const at = page.lines.findIndex((line) => line.cells.some((cell) => cell.text === "Description"));
  if (at === -1) return null;
  const cells = [page.lines[at - 1], page.lines[at]].flatMap((line) => line?.cells ?? []);
  const titles = ["HSN", "Qty", "Unit price", "Discount", "Charges", "Taxable", ...HEADS, "Total"];
  return titles.flatMap((title) => {
    const cell = cells.find((each) => each.text === title);
    return cell ? [{ title, right: title === "HSN" ? cell.left : cell.right }] : [];
  });
}

function numbersOf(line: Line, columns: readonly Column[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const cell of line.cells) {
    const column = columns.find((each) => each.title !== "HSN" && Math.abs(each.right - cell.right) < 0.6);
    if (column && /^[−\d,]+\.\d\d$/.test(cell.text)) numbers.set(column.title, paiseOf(cell.text));
  }
  return numbers;
}

function readLine(
  line: Line,
  below: Line | undefined,
  columns: readonly Column[],
  numbers: Map<string, number>,
): PrintedLine {
  const quantityColumn = columns.find((column) => column.title === "Qty");
  const quantity = line.cells.find((cell) => Math.abs(cell.right - (quantityColumn?.right ?? 0)) < 0.6)?.text;
  const hsnColumn = columns.find((column) => column.title === "HSN");
  const first = line.cells[0]?.text ?? "";
  const rates = (below?.cells ?? []).filter((cell) => cell.text.endsWith("%"));
  return {
    position: /^\d+$/.test(first) && quantity !== undefined ? Number(first) : 0,
    hsn: line.cells.find((cell) => Math.abs(cell.left - (hsnColumn?.right ?? 0)) < 0.6)?.text ?? "",
    quantity: Number((quantity ?? "0").replaceAll(",", "")),
    unitPrice: numbers.get("Unit price") ?? 0,
    discount: numbers.get("Discount") ?? 0,
    charges: numbers.get("Charges") ?? 0,
    taxable: numbers.get("Taxable") ?? 0,
    taxes: HEADS.flatMap((head) => {
      const amount = numbers.get(head);
      const right = columns.find((column) => column.title === head)?.right ?? 0;
      const rate = rates.find((cell) => Math.abs(cell.right - right) < 0.6);
      return amount === undefined
        ? []
        : [{ head, amount, ratePercent: Number(rate?.text.replace("%", "") ?? Number.NaN) }];
    }),
    total: numbers.get("Total") ?? 0,
  };
}

function lastCell(lines: readonly Line[], label: RegExp, value: RegExp): string {
  for (const line of lines) {
    const at = line.cells.findIndex((cell) => label.test(cell.text));
    const found = at === -1 ? undefined : line.cells.slice(at + 1).find((cell) => value.test(cell.text));
    if (found) return found.text;
  }
  throw new Error(`nothing stands beside ${label}`);
}

function readSummary(pages: readonly ReadPage[]) {
  return pages.flatMap((page) => {
    const from = page.lines.findIndex((line) => line.cells[0]?.text.startsWith("Tax by HSN"));
    if (from === -1) return [];
    return page.lines
      .slice(from + 2)
      .filter((line) => /^\d{4,8}$/.test(line.cells[0]?.text ?? ""))
      .map((line) => ({
        hsn: line.cells[0]?.text ?? "",
        numbers: line.cells.slice(1).flatMap((cell) => (cell.text.includes("%") ? [] : [paiseOf(cell.text)])),
      }));
  });
}

const UNITS: Readonly<Record<string, number>> = Object.fromEntries(
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    .split(" ")
    .map((word, i) => [word, i] as const),
);
const TENS: Readonly<Record<string, number>> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
const SCALES: Readonly<Record<string, number>> = { hundred: 100, thousand: 1_000, lakh: 100_000, crore: 10_000_000 };

/** Reads an amount in words back into paise: "Rupees One Lakh Two and Five Paise Only". */
export function paiseOfWords(words: string): number {
  const match =
    /^(?:Rupees? (?<rupees>.+?))?(?: and )?(?:(?<paise>(?:[A-Z][a-z]+ ?){1,2}) (?:Paise|Paisa))? Only$/.exec(words);
  assert(match?.groups, `"${words}" is an amount in words`);
  return wholeNumber(match.groups.rupees ?? "") * 100 + wholeNumber(match.groups.paise ?? "");
}

function wholeNumber(text: string): number {
  let total = 0;
  let group = 0;
  for (const word of text
    .toLowerCase()
    .split(/[\s-]+/)
    .filter((each) => each !== "")) {
    const scale = SCALES[word];
    if (scale === 100) group *= 100;
    else if (scale !== undefined) {
      total += group * scale;
      group = 0;
    } else {
      const value = UNITS[word] ?? TENS[word];
      assert(value !== undefined, `"${word}" is a number word`);
      group += value;
    }
  }
  return total + group;
}
