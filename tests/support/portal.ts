/** A simulated e-invoice portal and a client of it, on a clock of the test's own. */

import type {
  ExchangeRecord,
  InvoicePortal,
  PortalAccount,
  PortalFailure,
  PortalOutcome,
} from "../../connectors/kit/index.ts";
import { createNicPortal, type NicSettings } from "../../connectors/nic/index.ts";
import {
  DEMO_ACCOUNT,
  makeKeys,
  type NicSimulatorOptions,
  type PortalKeys,
  type RunningNicSimulator,
  startNicSimulator,
} from "../../connectors/nic/simulator/index.ts";
import type { Inv01 } from "../../contract/inv01.ts";

export const PORTAL_ACCOUNT: PortalAccount = { ...DEMO_ACCOUNT, credentialsVersion: "1" };

export interface PortalScene {
  readonly simulator: RunningNicSimulator;
  readonly portal: InvoicePortal;
  readonly exchanges: ExchangeRecord[];
  /** Both clocks: the portal's and ours. */
  pass(duration: { readonly hours?: number; readonly minutes?: number }): void;
  /** Another process that speaks to the same portal. */
  another(over?: Partial<NicSettings>): InvoicePortal;
  /** Calls of an operation that came to the portal. */
  calls(operation: string): number;
  close(): Promise<void>;
}

let keys: PortalKeys | undefined;

/** It begins on 21 November 2026 at 10:30 in India. */
export async function portalScene(options: NicSimulatorOptions = {}): Promise<PortalScene> {
  let now = Temporal.Instant.from("2026-11-21T05:00:00Z");
  // Making keys takes longer than a test: the portals of one file share theirs.
  keys ??= makeKeys();
  const simulator = await startNicSimulator({ clock: () => now, keys, ...options });
  const exchanges: ExchangeRecord[] = [];
  const another = (over: Partial<NicSettings> = {}) =>
    createNicPortal({
      baseUrl: simulator.url,
      portalKey: simulator.keys.encryption,
      signingKeys: [simulator.keys.signing],
      now: () => now,
      onExchange: (_, record) => void exchanges.push(record),
      timeoutMs: 2_000,
      ...over,
    });
  return {
    simulator,
    portal: another(),
    exchanges,
    pass: (duration) => {
      now = now.add(duration);
    },
    another,
    calls: (operation) => exchanges.filter((exchange) => exchange.operation === operation).length,
    close: () => simulator.close(),
  };
}

export const wishFor = (document: Inv01, triedBefore = false) => ({
  document,
  on: Temporal.PlainDate.from(document.DocDtls.Dt.split("/").reverse().join("-")),
  triedBefore,
});

/** The value, where a failure would be the test's own mistake. */
export function value<T>(outcome: PortalOutcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`the portal refused: ${outcome.failure.words} ${outcome.failure.channelMessage ?? ""}`);
}

export function failure(outcome: PortalOutcome<unknown>): PortalFailure {
  if (!outcome.ok) return outcome.failure;
  throw new Error("the portal did what it should have refused");
}
