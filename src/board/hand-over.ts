import { findSource } from "../channels/index.ts";
import type { ReadyRow } from "./queries.ts";
import type { QueueLink } from "./queues.ts";

/** A channel whose parcels must not be handed over yet: its manifests are open, and it would not know that they left. */
export interface HandOverWarning {
  readonly channelId: string;
  readonly code: string;
  readonly name: string;
  readonly count: number;
  readonly onOpenManifests: number;
  readonly oldestAt: string;
  readonly text: string;
  readonly link: QueueLink;
}

/**
 * Warns of parcels that are ready but not on a closed manifest, for channels that learn of a dispatch by the closing of
 * its manifest: handed over before, they have left here and stand still there. Pure but for the sources' declarations.
 */
export function handOverWarnings(rows: readonly ReadyRow[]): HandOverWarning[] {
  return rows
    .filter((row) => findSource(row.source)?.capabilities.dispatch !== undefined)
    .map(({ channelId, code, name, count, onOpenManifests, oldestAt }) => ({
      ...{ channelId, code, name, count, onOpenManifests, oldestAt: oldestAt.toString() },
      text: textOf(count, onOpenManifests),
      link:
        onOpenManifests === count
          ? { path: "/manifests", search: { tab: "CREATED", channelId } }
          : { path: "/shipments", search: { tab: "readyToShip", channelId } },
    }));
}

function textOf(count: number, onOpenManifests: number): string {
  const packages = count === 1 ? "1 package is" : `${count} packages are`;
  const open = onOpenManifests === 0 ? "" : ` (${onOpenManifests} on a manifest that is still open)`;
  return `Close the manifest before handing over: ${packages} ready but not manifested${open}.`;
}
