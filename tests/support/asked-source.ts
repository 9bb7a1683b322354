import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { jupiterMoney } from "../../connectors/jupiter-money/index.ts";
import {
  badAnswer,
  type Call,
  type Capabilities,
  type ChannelAnswer,
  type ChannelCreditNote,
  type ChannelInvoice,
  type Connector,
  type CourierAnswer,
  defineConnector,
  type Fetched,
  fail,
  type OperationTable,
  type Outcome,
  type SourceRules,
  succeed,
  type TaxRates,
} from "../../connectors/kit/index.ts";
import { installSources } from "../../src/channels/index.ts";
import { paise } from "../../src/kernel/index.ts";

/** What the scripted channel answers to one operation. Bytes are sent as they are, everything else as JSON. */
export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  /** The connection is broken off after the request was taken in. */
  readonly breakOff?: true;
}
export type Asked = { readonly operation: string; readonly body: Record<string, unknown> };
/** Says what is answered; the same for every call unless a test takes another one. */
export type Script = (asked: Asked) => Reply | Promise<Reply>;

export interface AskedSource {
  readonly id: string;
  readonly url: string;
  /** Every request that came, in order. */
  readonly calls: Asked[];
  /** Replaces what is answered to operations; the others keep their answer. */
  readonly answers: (over: Partial<Record<string, Script>>) => void;
  readonly count: (operation: string) => number;
  readonly close: () => Promise<void>;
}

const NONE: TaxRates = { gstBps: 0, cgstBps: 0, sgstBps: 0, utgstBps: 0, igstBps: 0, cessBps: 0 };

/**
 * A source that makes invoice and label, with a channel of its own: a server on this machine that answers what a test
 * says. Its declaration is Jupiter Money's but for what is given, so that its orders are made in the same way.
 */
export async function anAskedSource(
  id: string,
  over: {
    rules?: Partial<SourceRules>;
    without?: readonly (keyof Capabilities)[];
    invoicePdf?: boolean;
    /** It takes grades of what came back. */
    grades?: boolean;
  } = {},
): Promise<AskedSource> {
  const calls: Asked[] = [];
  const scripts: Record<string, Script> = {};
  const server = createServer(async (request, response) => {
    const asked: Asked = { operation: (request.url ?? "").slice(1), body: await bodyOf(request) };
    calls.push(asked);
    const reply = (await scripts[asked.operation]?.(asked)) ?? { status: 404, body: { message: "no such thing" } };
    if (reply.breakOff) return response.destroy();
    const bytes = Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(JSON.stringify(reply.body ?? {}));
    response.writeHead(reply.status ?? 200, { "content-type": "application/json" }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  installSources([declared(id, over)]);
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    id,
    url: `http://127.0.0.1:${port}`,
    calls,
    answers: (next) => void Object.assign(scripts, next),
    count: (operation) => calls.filter((each) => each.operation === operation).length,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return JSON.parse(Buffer.concat(chunks).toString() || "{}") as Record<string, unknown>; // our own operations sent it
}

/** Each asks the path of its own name. */
const operations: Pick<
  OperationTable,
  "fetchInvoice" | "giveShipment" | "fetchCourier" | "fetchLabel" | "fetchCreditNote" | "reportGrade"
> = {
  fetchCreditNote: async (call, input) => read(await ask(call, "fetchCreditNote", input), readCreditNote),
  reportGrade: async (call, input) => read(await ask(call, "reportGrade", input), readAnswer),
  fetchInvoice: async (call, input) => read(await ask(call, "fetchInvoice", input), readInvoice),
  giveShipment: async (call, input) => read(await ask(call, "giveShipment", input, false), readAnswer),
  fetchCourier: async (call, input) => read(await ask(call, "fetchCourier", input), readCourier),
  fetchLabel: async (call, input) => {
    const answer = await ask(call, "fetchLabel", input, true, "file");
    if (!answer.ok) return answer;
    const text = answer.value.bytes.toString();
    return succeed(
      text === '"NOT_YET"' ? { state: "NOT_YET", message: null } : { state: "READY", value: answer.value.bytes },
    );
  },
};

function declared(id: string, over: Parameters<typeof anAskedSource>[1] = {}): Connector {
  const { operations: _, capabilities: __, readOrder: ___, ...identity } = jupiterMoney;
  const full = defineConnector({
    ...identity,
    id,
    label: "Asked",
    rules: {
      ...identity.rules,
      thirdPartyShipping: { default: true, allowed: [true, false] },
      invoiceBy: "channel",
      labelBy: "channel",
      split: false,
      multiBox: false,
      sellerCancel: "invoiced",
      channelCancel: "invoiced",
      ...over.rules,
    },
    limits: { ...identity.limits, timeoutMs: 5_000 },
    capabilities: {
      fetchInvoice: { pdf: true },
      giveShipment: true,
      fetchCourier: true,
      fetchLabel: { holds: "label" },
      fetchCreditNote: { pdf: true },
      reportGrade: true,
    },
    operations,
  });
  const returns = full.rules.creditNoteBy === "channel";
  const without = new Set<string>([
    ...(over.without ?? []),
    ...(returns ? [] : ["fetchCreditNote"]),
    ...(over.grades ? [] : ["reportGrade"]),
  ]);
  const keep = <T extends object>(from: T) =>
    Object.fromEntries(Object.entries(from).filter(([name]) => !without.has(name)));
  return { ...full, capabilities: keep(full.capabilities), operations: keep(full.operations) };
}

function ask(call: Call, operation: string, body: unknown, idempotent = true, expects: "json" | "file" = "json") {
  return call.send({ operation, method: "POST", path: `/${operation}`, body, idempotent, expects });
}

function read<T>(answer: Outcome<{ readonly json: unknown }>, from: (json: Json) => T | null): Outcome<T> {
  if (!answer.ok) return answer;
  const value = from(answer.value.json as Json);
  if (value === null) return fail(badAnswer({ idempotent: true }, 200, "The answer has no number."));
  return succeed(value);
}

/** What the scripts of this file's tests answer. */
interface Json {
  readonly notYet?: string;
  readonly sellerShips?: boolean;
  readonly number?: string;
  readonly issuedAt?: string;
  readonly lines?: readonly {
    productId: string;
    rates?: Partial<TaxRates>;
    taxable?: number | null;
    quantity?: number;
  }[];
  readonly series?: string;
  readonly original?: string;
  readonly buyer?: ChannelInvoice["buyer"];
  readonly pdf?: string;
  readonly courier?: { code: string; name: string; awb: string };
  readonly status?: ChannelAnswer["status"];
  readonly refused?: string;
}

function readInvoice(json: Json): Fetched<ChannelInvoice> | null {
  if (json.notYet !== undefined) return { state: "NOT_YET", message: json.notYet };
  if (json.number === undefined) return null;
  return {
    state: "READY",
    value: {
      number: json.number,
      issuedAt: Temporal.Instant.from(json.issuedAt ?? "2026-11-20T04:30:00Z"),
      lines: (json.lines ?? []).map(({ productId, rates, taxable = null }) => ({
        productId,
        variantId: "V1",
        rates: { ...NONE, ...rates },
        taxable: taxable === null ? null : paise(taxable),
      })),
      buyer: json.buyer ?? null,
      pdf: json.pdf === undefined ? null : Buffer.from(json.pdf, "base64"),
    },
  };
}

function readCreditNote(json: Json): Fetched<ChannelCreditNote> | null {
  if (json.notYet !== undefined) return { state: "NOT_YET", message: json.notYet };
  if (json.number === undefined) return null;
  return {
    state: "READY",
    value: {
      number: json.number,
      series: json.series ?? null,
      issuedAt: Temporal.Instant.from(json.issuedAt ?? "2026-11-21T04:30:00Z"),
      originalInvoiceNumber: json.original ?? null,
      lines: (json.lines ?? []).map(({ productId, rates, taxable = null, quantity = 1 }) => ({
        productId,
        variantId: "V1",
        quantity,
        rates: { ...NONE, ...rates },
        taxable: taxable === null ? null : paise(taxable),
      })),
      pdf: json.pdf === undefined ? null : Buffer.from(json.pdf, "base64"),
    },
  };
}

function readCourier(json: Json): CourierAnswer | null {
  if (json.sellerShips) return { state: "SELLER_SHIPS" };
  if (json.notYet !== undefined) return { state: "NOT_YET", message: json.notYet };
  return json.courier === undefined ? null : { state: "READY", value: { ...json.courier, sortCode: "BLR/7" } };
}

function readAnswer(json: Json): ChannelAnswer | null {
  if (json.status === undefined) return null;
  const results = json.refused === undefined ? [] : [{ key: "L1", accepted: false, message: json.refused }];
  return { status: json.status, results, message: null };
}
