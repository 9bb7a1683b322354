import { parse } from "csv-parse/sync";
import { ok, type Result, refuse } from "../kernel/index.ts";

/** One CSV line, safe to open in a spreadsheet: text that could start a formula gets a leading apostrophe. */
export function csvLine(cells: readonly (string | number | boolean | null | undefined)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  // Spreadsheets run cells that begin with = + - @ or a control character (OWASP, CSV injection). A plain number is harmless.
  const safe = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A row of an uploaded CSV by its column titles, with its line number in the file. */
export interface CsvRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/**
 * Reads an uploaded CSV (UTF-8, with or without byte-order mark) whose first line holds the titles. Titles compare
 * without regard to case and blanks. The apostrophe that our own exports put before a formula is taken off again.
 * Refuses a file that is not UTF-8, is empty, lacks a required title, or has more than `rowsMax` rows.
 */
export function readCsv(
  bytes: Uint8Array,
  options: { required: readonly string[]; rowsMax: number },
): Result<CsvRow[]> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("CSV_NOT_UTF8"); // the decoder says only that some byte does not fit
  }
  // PostgreSQL cannot hold U+0000 in text; a file that has it is no text anyway.
  if (text.includes("\u0000")) return refuse("CSV_UNREADABLE", { detail: "it contains the character U+0000" });
  let lines: string[][];
  try {
    lines = parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    return refuse("CSV_UNREADABLE", { detail: error instanceof Error ? error.message : String(error) });
  }
  const [titles, ...rows] = lines;
  if (titles === undefined || rows.length === 0) return refuse("CSV_EMPTY");
  const names = titles.map(key);
  const missing = options.required.filter((title) => !names.includes(key(title)));
  if (missing.length > 0) return refuse("CSV_COLUMN_MISSING", { missing, found: titles });
  if (rows.length > options.rowsMax) return refuse("CSV_TOO_LONG", { rows: rows.length, rowsMax: options.rowsMax });
  return ok(
    rows.map((row, i) => ({
      line: i + 2,
      cells: Object.fromEntries(
        names.map((name, column) => [name, (row[column] ?? "").replace(/^'(?=[=+\-@\t\r])/, "")]),
      ),
    })),
  );
}

/** "SKU Code" and "sku_code" name the same column. */
function key(title: string): string {
  return title.toLowerCase().replaceAll(/[\s_*]+/g, "");
}
