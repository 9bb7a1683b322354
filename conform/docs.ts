/** The lists of checks in docs/conform.md, made from the checks themselves. */
import type { CheckInfo } from "./check.ts";
import { courier } from "./courier/index.ts";
import { placeOf } from "./judge.ts";
import { marketplace } from "./marketplace/index.ts";
import { partner } from "./partner/index.ts";
import type { CommonOptions, Protocol } from "./protocol.ts";
import { contractAt } from "./report.ts";

/** What is told of a protocol without playing it. */
export type ProtocolInfo = Omit<Protocol<CommonOptions>, "open">;
export const PROTOCOLS: readonly ProtocolInfo[] = [marketplace, partner, courier];

/** Puts each list between its two marks. */
export function withChecks(page: string): string {
  return PROTOCOLS.reduce((so, protocol) => {
    const [first, last] = [
      `<!-- checks of ${protocol.name}: made by tools/docs.ts -->`,
      `<!-- end of checks of ${protocol.name} -->`,
    ];
    const start = so.indexOf(first);
    const end = so.indexOf(last);
    if (start < 0 || end < start) throw new Error(`The page needs the marks ${first} and ${last}`);
    return `${so.slice(0, start + first.length)}\n${checksTable(protocol)}${so.slice(end)}`;
  }, page);
}

export function checksTable(protocol: ProtocolInfo): string {
  const byOperation = Map.groupBy(protocol.checks, (check) => check.operation);
  return [...byOperation]
    .map(([id, checks]) => {
      const { method, path } = placeOf(protocol.contract, id);
      return `\n### ${method} ${path} (${protocol.usageOf(id)})\n\n| Check | What it proves | When it fails |\n|---|---|---|\n${checks.map((check) => row(protocol, check)).join("")}`;
    })
    .join("");
}

function row(protocol: ProtocolInfo, { id, title, todo, writes = false, contract }: CheckInfo): string {
  const inferred = contractAt(protocol.contract, contract).inferred ? " *(inferred)*" : "";
  return `| \`${id}\`${writes ? " (--write)" : ""} | ${cell(title)}${inferred} | ${cell(todo)} |\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
