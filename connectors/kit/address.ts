/** Where the requests of a source go: its hosts, and what may be sent to an address that a channel gave. */
import { assert } from "../../src/kernel/index.ts";
import type { OutRequest } from "./connector.ts";
import type { SourceIdentity } from "./declaration.ts";
import { fail, type Outcome, succeed } from "./failure.ts";
import { pinnedUrl } from "./http.ts";
import { isSecretHeader } from "./redact.ts";
import { userUrlFault } from "./url-safety.ts";

/** Base URLs of a source: of its main host, and of each that it declares. */
export interface SourceBases {
  readonly baseUrl: string;
  /** By the name of a declared host. One that is missing stands at `baseUrl`. */
  readonly hosts?: ReadonlyMap<string, string>;
}

/**
 * Where a source stands. The operator's word for one host (`SOURCE.host`) goes before his word for the whole source
 * (`SOURCE`: a simulator or a proxy serves every host of it), and that before what the source declares.
 * @returns null where neither the operator nor the source names an address
 */
export function basesOf(
  source: Pick<SourceIdentity, "id" | "hosts">,
  operatorUrls: ReadonlyMap<string, string>,
): SourceBases | null {
  const whole = operatorUrls.get(source.id);
  const of = (name: string): string | undefined =>
    operatorUrls.get(`${source.id}.${name}`) ?? whole ?? source.hosts?.[name];
  const baseUrl = of("api");
  if (baseUrl === undefined) return null;
  const named = Object.keys(source.hosts ?? {}).flatMap((name) => {
    const base = of(name);
    return base === undefined ? [] : [[name, base] as const];
  });
  return { baseUrl, hosts: new Map(named) };
}

/** Names of the operator's addresses that no source and no host of one has: mistyped, they would be passed over in silence. */
export function strangeUrls(
  sources: readonly Pick<SourceIdentity, "id" | "hosts">[],
  operatorUrls: ReadonlyMap<string, string>,
): readonly string[] {
  const known = new Set(
    sources.flatMap(({ id, hosts = {} }) => [id, `${id}.api`, ...Object.keys(hosts).map((name) => `${id}.${name}`)]),
  );
  return [...operatorUrls.keys()].filter((name) => !known.has(name));
}

/** A channel as far as addresses are concerned. */
export interface Addressed extends SourceBases {
  readonly connector: Pick<SourceIdentity, "id" | "hosts">;
  /** Addresses that the channel gives may lead into private networks (operator's word). */
  readonly allowPrivateUrls?: boolean;
}

export interface Address {
  readonly url: URL;
  /** At none of the source's hosts: only public ones may be reached. */
  readonly foreign: boolean;
}

/**
 * Where a request goes. An address that the channel gave is somebody else's word: it may not lead into our own network, and
 * gets no token. @throws where the connector names a host that its source does not declare, or sends a secret elsewhere
 */
export function addressOf(channel: Addressed, out: OutRequest): Outcome<Address> {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(out.path))
    return succeed({ url: pinnedUrl(baseOf(channel, out.host), out.path, out.query), foreign: false });
  const own = isOwn(channel, out.path);
  const fault = own || channel.allowPrivateUrls ? null : userUrlFault(out.path);
  if (!URL.canParse(out.path) || fault !== null) {
    const words = `The address ${out.path.slice(0, 200)} that the channel gave ${fault ?? "is not an address"}.`;
    return fail({ reached: "no", kind: "bad_answer", channelMessage: words });
  }
  const leaked = own ? undefined : Object.keys(out.headers ?? {}).find(isSecretHeader);
  assert(leaked === undefined, `${leaked ?? "no header"} of ${channel.connector.id} stays at the source's own hosts`);
  return succeed({ url: new URL(out.path), foreign: !own && channel.allowPrivateUrls !== true });
}

function baseOf({ baseUrl, hosts, connector }: Addressed, host: string | undefined): string {
  if (host === undefined) return baseUrl;
  assert(connector.hosts !== undefined && host in connector.hosts, `${connector.id} declares the host ${host}`);
  return hosts?.get(host) ?? baseUrl;
}

/** Does an address stand at the origin of one of the source's hosts? */
export function isOwn({ baseUrl, hosts }: SourceBases, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { origin } = new URL(address);
  return [baseUrl, ...(hosts?.values() ?? [])].some((base) => new URL(base).origin === origin);
}
