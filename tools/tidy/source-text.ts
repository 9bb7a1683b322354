/** Source text with parts blanked out, line for line, so that a rule looks only where it means to. */
export interface SourceText {
  /** Comments blanked; strings kept. */
  readonly code: string;
  /** Comments blanked, and what stands inside quotes and templates (their quotes kept, `${…}` kept). */
  readonly bare: string;
}

interface Scan {
  readonly text: string;
  readonly code: string[];
  readonly bare: string[];
  at: number;
}

/** Characters after which a slash begins a regular expression, not a division. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\n<>~%*-]|\breturn|\bcase|\btypeof)\s*$/;

/**
 * Blanks comments and literals. A scanner of a page, not a parser: it need only never take code for a comment or a
 * string in files that the compiler and the formatter accept.
 */
export function readSource(text: string): SourceText {
  const scan: Scan = { text, code: text.split(""), bare: text.split(""), at: 0 };
  scanCode(scan, false);
  return { code: scan.code.join(""), bare: scan.bare.join("") };
}

function blank(target: string[], from: number, to: number): void {
  for (let i = from; i < to && i < target.length; i++) if (target[i] !== "\n") target[i] = " ";
}

/** @param nested inside `${…}` of a template: ends at the brace that closes it */
function scanCode(scan: Scan, nested: boolean): void {
  let depth = 0;
  while (scan.at < scan.text.length) {
    const char = scan.text[scan.at];
    const next = scan.text[scan.at + 1];
    if (char === "/" && (next === "/" || next === "*")) skipComment(scan, next === "*");
    else if (char === '"' || char === "'") skipQuoted(scan, char);
    else if (char === "`") skipTemplate(scan);
    else if (char === "/" && BEFORE_REGEX.test(scan.bare.slice(Math.max(0, scan.at - 40), scan.at).join("")))
      skipRegex(scan);
    else {
      if (char === "{") depth++;
      if (char === "}" && nested && depth-- === 0) return;
      scan.at++;
    }
  }
}

function skipComment(scan: Scan, isBlock: boolean): void {
  const end = scan.text.indexOf(isBlock ? "*/" : "\n", scan.at + 2);
  const to = end < 0 ? scan.text.length : isBlock ? end + 2 : end;
  blank(scan.code, scan.at, to);
  blank(scan.bare, scan.at, to);
  scan.at = to;
}

function skipQuoted(scan: Scan, quote: string): void {
  const from = scan.at + 1;
  let at = from;
  while (at < scan.text.length && scan.text[at] !== quote && scan.text[at] !== "\n")
    at += scan.text[at] === "\\" ? 2 : 1;
  blank(scan.bare, from, at);
  scan.at = at + 1;
}

function skipTemplate(scan: Scan): void {
  let from = scan.at + 1;
  let at = from;
  while (at < scan.text.length && scan.text[at] !== "`") {
    if (scan.text[at] === "$" && scan.text[at + 1] === "{") {
      blank(scan.bare, from, at);
      scan.at = at + 2;
      scanCode(scan, true);
      at = from = scan.at + 1;
    } else at += scan.text[at] === "\\" ? 2 : 1;
  }
  blank(scan.bare, from, at);
  scan.at = at + 1;
}

function skipRegex(scan: Scan): void {
  let at = scan.at + 1;
  let inClass = false;
  while (at < scan.text.length && scan.text[at] !== "\n" && (inClass || scan.text[at] !== "/")) {
    if (scan.text[at] === "[") inClass = true;
    if (scan.text[at] === "]") inClass = false;
    at += scan.text[at] === "\\" ? 2 : 1;
  }
  blank(scan.bare, scan.at + 1, at);
  scan.at = at + 1;
}

export interface ImportedFrom {
  readonly specifier: string;
  readonly line: number;
}

const IMPORT = /\bfrom\s*(["'])([^"'\n]+)\1|\bimport\s*\(\s*(["'])([^"'\n]+)\3|\bimport\s+(["'])([^"'\n]+)\5/g;

/** All that a file imports or re-exports, types included. */
export function importsOf({ code, bare }: SourceText): ImportedFrom[] {
  const found: ImportedFrom[] = [];
  for (const match of code.matchAll(IMPORT)) {
    const specifier = match[2] ?? match[4] ?? match[6];
    // A sentence inside a string may read like an import; there the keyword is blanked in `bare`.
    if (specifier === undefined || bare[match.index] === " ") continue;
    found.push({ specifier, line: lineAt(code, match.index) });
  }
  return found;
}

export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i >= 0 && i < index; i = text.indexOf("\n", i + 1)) line++;
  return line;
}
