/** What a protocol brings to a run: its contract, its checks, and how they are played against one implementation. */
import type { ContractName } from "../contract/types.ts";
import type { CheckInfo, Done } from "./check.ts";
import type { Client } from "./client.ts";
import type { Secrets } from "./exchange.ts";
import type { TouchedOrder } from "./report.ts";

export const PROTOCOL_NAMES = ["marketplace", "partner", "courier"] as const;
export type ProtocolName = (typeof PROTOCOL_NAMES)[number];

/** Options that every protocol has. */
export interface CommonOptions {
  readonly baseUrl: URL;
  readonly username: string;
  readonly password: string;
  /** Also checks what changes something on the other side. */
  readonly write: boolean;
  readonly json: boolean;
  /** Operations by operationId; null: every one. */
  readonly only: readonly string[] | null;
  /** For each call. */
  readonly timeoutMs: number;
}

/** By operation, as far as it was found out. */
export type OfferedMap = Map<string, boolean | null>;

export interface Ran {
  readonly done: readonly Done[];
  readonly orders: readonly TouchedOrder[];
  readonly offered: OfferedMap;
}

/** One run against one implementation. */
export interface Play {
  readonly secrets: Secrets;
  /** Why nothing answers at the address; null where something does. */
  whyUnreachable(): Promise<string | null>;
  /** @param announce told before anything is changed on the other side, and what */
  run(announce: (words: string) => void): Promise<Ran>;
}

export interface Protocol<Options extends CommonOptions> {
  readonly name: ProtocolName;
  readonly contract: ContractName;
  readonly checks: readonly CheckInfo[];
  /** operationIds of what is checked, in the contract's order. */
  readonly operations: readonly string[];
  /** mandatory, optional or conditional. */
  usageOf(id: string): string;
  open(options: Options, client: Client, startedAt: Temporal.Instant): Play;
}
