/** What the parts of the simulated partner share. */
import type { Faults, FaultWish } from "../../kit/simulator/faults.ts";
import type { Clock, SimulatorServer } from "../../kit/simulator/index.ts";
import { accountWish, type Credentials } from "./credentials.ts";
import type { Downtime } from "./downtime.ts";
import { EVENTS } from "./events.ts";
import type { Inbox } from "./inbox.ts";

export interface PartnerWorld {
  readonly credentials: Credentials;
  readonly inbox: Inbox;
  readonly downtime: Downtime;
  readonly faults: Faults;
  readonly server: SimulatorServer;
  readonly clock: Clock;
  /** Status of the answer to wrong credentials: the contract has both. */
  refusedLoginStatus: 200 | 401;
  aheadSeconds: number;
}

export function addAccount({ credentials }: PartnerWorld, account: unknown): void {
  const checked = accountWish.parse(account);
  credentials.accounts.set(checked.username, checked);
}

/** An event may be named as it stands in the address. */
export function setFault({ faults }: PartnerWorld, wish: FaultWish): void {
  const event = EVENTS.find(({ name }) => name === wish.operation?.replace(/^\//, ""));
  faults.set(event ? { ...wish, operation: event.id } : wish);
}

export function resetWorld(world: PartnerWorld): void {
  world.inbox.clear();
  world.credentials.expireAll();
  world.downtime.end();
  world.faults.clear();
  world.server.forgetRequests();
  world.aheadSeconds = 0;
}
