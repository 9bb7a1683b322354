import type { Connector } from "../../connectors/kit/index.ts";
import { assert } from "../kernel/index.ts";

const sources = new Map<string, Connector>();

/** Makes the sources of this installation known. Called by the composition root alone, which knows every connector. */
export function installSources(connectors: readonly Connector[]): void {
  for (const connector of connectors) sources.set(connector.id, connector);
}

/** The declaration of a source. A channel's source is always installed: unknown ones are refused when it is added. */
export function sourceOf(id: string): Connector {
  const source = sources.get(id);
  assert(source !== undefined, `the source ${id} is installed`);
  return source;
}

export function findSource(id: string): Connector | undefined {
  return sources.get(id);
}

export function allSources(): readonly Connector[] {
  return [...sources.values()];
}
