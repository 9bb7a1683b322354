/** A run: an implementation is called by the checks of its protocol, and what came of it is put into a report. */
import { contractOf, isJson } from "../contract/compile.ts";
import type { ContractName } from "../contract/types.ts";
import { createClient } from "./client.ts";
import { courier } from "./courier/index.ts";
import { placeOf } from "./judge.ts";
import { marketplace } from "./marketplace/index.ts";
import type { ConformOptions } from "./options.ts";
import { partner } from "./partner/index.ts";
import type { CommonOptions, OfferedMap, Protocol, Ran } from "./protocol.ts";
import { FORMAT, type Report, type ReportedOperation, reportChecks, summaryOf } from "./report.ts";

export interface RunSettings {
  readonly clock: () => Temporal.Instant;
  /** Told before anything is changed on the other side, and in which orders. */
  readonly announce: (words: string) => void;
}

const NOTHING: Ran = { done: [], orders: [], offered: new Map() };

/** Checks an implementation. Never throws for what the other side does. */
export function runConform(options: ConformOptions, settings: RunSettings): Promise<Report> {
  switch (options.protocol) {
    case "marketplace":
      return runProtocol(marketplace, options, settings);
    case "partner":
      return runProtocol(partner, options, settings);
    case "courier":
      return runProtocol(courier, options, settings);
  }
}

async function runProtocol<O extends CommonOptions>(
  protocol: Protocol<O>,
  options: O,
  { clock, announce }: RunSettings,
): Promise<Report> {
  const startedAt = clock();
  const client = createClient(options);
  const play = protocol.open(options, client, startedAt);
  try {
    const unreachable = await play.whyUnreachable();
    const { done, orders, offered } = unreachable === null ? await play.run(announce) : NOTHING;
    const { checks, exchanges, summary } =
      unreachable === null
        ? reportChecks(protocol.contract, play.secrets, done)
        : { checks: [], exchanges: [], summary: summaryOf([]) };
    return {
      format: FORMAT,
      protocol: protocol.name,
      contract: contractInfo(protocol.contract),
      baseUrl: options.baseUrl.href,
      mode: options.write ? "write" : "read-only",
      startedAt: startedAt.toString({ smallestUnit: "second" }),
      durationMs: Math.round(clock().since(startedAt).total("milliseconds")),
      calls: client.calls,
      verdict: unreachable === null ? (summary.FAIL > 0 ? "fail" : "pass") : "unreachable",
      message: unreachable ?? "",
      orders,
      latency: client.latency,
      summary,
      operations: protocol.operations.map((id) => reportOperation(protocol, id, offered)),
      checks,
      exchanges,
    };
  } finally {
    await client.close();
  }
}

function reportOperation<O extends CommonOptions>(
  { contract, usageOf }: Protocol<O>,
  id: string,
  offered: OfferedMap,
): ReportedOperation {
  const { method, path } = placeOf(contract, id);
  return { id, method, path, usage: usageOf(id), offered: offered.get(id) ?? null };
}

function contractInfo(contract: ContractName): Report["contract"] {
  const { info } = contractOf(contract).document;
  return isJson(info) ? { title: String(info.title), version: String(info.version) } : { title: "", version: "" };
}
