import { Secret } from "./secret.ts";

/** A bucket of a store that speaks S3: Amazon's, MinIO, Ceph, R2 and others. */
export interface S3Place {
  readonly bucket: string;
  /** Before every key, without slashes around it; empty: none. */
  readonly prefix: string;
  /** The server's address; null: Amazon's of the region. */
  readonly endpoint: string | null;
  readonly region: string;
  /** The bucket in the host's name instead of the path. */
  readonly virtualHost: boolean;
  readonly accessKey: string;
  readonly secretKey: Secret;
}

const FORM = "s3://bucket/prefix?endpoint=https://…&region=…";
const OPTIONS = new Set(["endpoint", "region", "style"]);

/**
 * Reads where documents lie from the settings of the same names. Without a place: null, the data directory.
 * @returns every fault, each beginning with the variable's name
 */
export function readS3Place(given: {
  readonly place: string;
  readonly accessKey: string;
  readonly secretKey: string;
}): { readonly ok: true; readonly place: S3Place | null } | { readonly ok: false; readonly faults: readonly string[] } {
  const { accessKey, secretKey } = given;
  if (given.place === "") return { ok: true, place: null };
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.-]+)*)\/?(?:\?(.*))?$/.exec(given.place);
  if (!match?.[1]) return { ok: false, faults: [`GODOWN_DOCUMENTS: "${given.place}" is not ${FORM}`] };
  const options = new URLSearchParams(match[3] ?? "");
  const [endpoint, region, style] = [options.get("endpoint"), options.get("region"), options.get("style")];
  const faults: string[] = [];
  for (const name of options.keys())
    if (!OPTIONS.has(name)) faults.push(`GODOWN_DOCUMENTS: "${name}" is none of ${[...OPTIONS].join(", ")}`);
  if (endpoint !== null && !isHttpUrl(endpoint))
    faults.push(`GODOWN_DOCUMENTS: the endpoint "${endpoint}" does not begin with https:// or http://`);
  if (endpoint === null && region === null) faults.push("GODOWN_DOCUMENTS: Amazon's buckets need a region");
  if (style !== null && style !== "path" && style !== "host")
    faults.push(`GODOWN_DOCUMENTS: the style "${style}" is neither path nor host`);
  if (accessKey === "") faults.push("GODOWN_DOCUMENTS_ACCESS_KEY: is needed for a bucket");
  if (secretKey === "") faults.push("GODOWN_DOCUMENTS_SECRET_KEY: is needed for a bucket");
  if (faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    place: {
      ...{ bucket: match[1], prefix: (match[2] ?? "").replace(/^\//, ""), endpoint, accessKey },
      region: region ?? "us-east-1", // what servers other than Amazon's expect where they know no regions
      virtualHost: style === null ? endpoint === null : style === "host",
      secretKey: new Secret(secretKey),
    },
  };
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}
