/** Addresses that users give (a partner's URL) may not lead into private networks. The operator's own source URLs may. */
import { type LookupAddress, lookup } from "node:dns";
import { BlockList, isIP } from "node:net";
import { Agent } from "undici";

const blocked = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16], // link local; cloud metadata
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  blocked.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
  ["::", 96], // unspecified, loopback, and IPv4 written in its old form
  ["64:ff9b::", 96], // NAT64: may lead to any IPv4 address
  ["64:ff9b:1::", 48], // NAT64 of a network's own
  ["2001::", 32], // Teredo, and below 6to4: IPv4 inside
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10], // site local, of old
  ["ff00::", 8],
] as const)
  blocked.addSubnet(net, prefix, "ipv6");

/** Is the address private, local or otherwise not of the public internet? IPv4 written as IPv6 counts as IPv4. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  const kind = isIP(plain);
  return kind === 0 || blocked.check(plain, kind === 6 ? "ipv6" : "ipv4");
}

/** Why a URL that a user gave is not used; null where it may be. Names are judged when they are resolved (`publicAgent`). */
export function userUrlFault(text: string): string | null {
  if (!URL.canParse(text)) return "is not an address";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "does not begin with https://";
  if (url.username !== "" || url.password !== "") return "carries a user name or password";
  const host = url.hostname.replace(/^\[|\]$|\.$/g, ""); // the root's dot makes it no other name
  if (isIP(host) !== 0 && isPrivateAddress(host)) return "points into a private network";
  if (host === "localhost" || host.endsWith(".localhost") || host.endsWith(".internal"))
    return "points into a private network";
  return null;
}

/**
 * An agent whose connections end only at public addresses. The check sits where the name is resolved for the very
 * connection, so that a name that changes its address between check and use gains nothing.
 */
export function publicAgent(): Agent {
  return new Agent({
    connect: {
      lookup: (hostname, options, callback) => {
        lookup(hostname, { ...options, all: true }, (error, addresses) => {
          if (error) return callback(error, []);
          const open = addresses.filter(({ address }: LookupAddress) => !isPrivateAddress(address));
          if (open.length > 0) return callback(null, open);
          const refused = Object.assign(new Error(`${hostname} points into a private network`), {
            code: "PRIVATE_ADDRESS",
          });
          callback(refused, []);
        });
      },
    },
  });
}
