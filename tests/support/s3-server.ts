import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A small store that speaks S3, for tests. It believes nobody: each request's signature is worked out again from Amazon's
 * description of Signature Version 4 (canonical request, string to sign, signing key), and its body is compared with the digest
 * that was signed.
 */
export interface S3Server {
  readonly url: string;
  readonly objects: Map<string, Buffer>;
  /** Every request: method, path and the status answered. */
  readonly calls: string[];
  /** What becomes of the next requests, one each; then all is well again. */
  faults: S3Fault[];
  close(): Promise<void>;
}

/** `hang`: no answer. `cut`: the connection breaks in the body. A number: that status. */
export type S3Fault = "none" | "hang" | "cut" | "other bytes" | number;

export interface S3ServerOptions {
  readonly bucket: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly now: () => Temporal.Instant;
  /** Whoever may not list a bucket is answered 403 for what is not there. */
  readonly mayList?: boolean;
}

const CLOCK_SKEW_SECONDS_MAX = 15 * 60;

export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const server = createServer((request, response) => {
    void answer(request, response, options, state);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const state: S3Server = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ objects: new Map(), calls: [], faults: [] },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return state;
}

async function answer(request: IncomingMessage, response: ServerResponse, options: S3ServerOptions, state: S3Server) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const path = (request.url ?? "").split("?")[0] ?? "";
  const fault = state.faults.shift() ?? "none";
  const reply = (status: number, bytes: Buffer = Buffer.alloc(0)) => {
    state.calls.push(`${request.method} ${path} ${status}`);
    response.writeHead(status, { "content-length": bytes.length });
    response.end(request.method === "HEAD" ? undefined : bytes);
  };
  const refuse = (status: number, code: string, message: string) =>
    reply(status, Buffer.from(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`));
  if (fault === "hang") {
    state.calls.push(`${request.method} ${path} hang`);
    return;
  }
  if (typeof fault === "number") return refuse(fault, "InternalError", "We encountered an internal error.");
  const wrong = whatIsWrong(request, body, options);
  if (wrong !== null) return refuse(wrong.status, wrong.code, wrong.message);
  const [, bucket, ...rest] = path.split("/");
  if (bucket !== options.bucket) return refuse(404, "NoSuchBucket", "The specified bucket does not exist");
  const key = rest.join("/");
  if (request.method === "PUT") {
    state.objects.set(key, body);
    return reply(200);
  }
  const found = state.objects.get(key);
  if (!found)
    return options.mayList === false
      ? refuse(403, "AccessDenied", "Access Denied")
      : refuse(404, "NoSuchKey", "The specified key does not exist.");
  if (fault === "other bytes") return reply(200, Buffer.alloc(found.length, 1));
  if (fault === "cut") {
    state.calls.push(`${request.method} ${path} cut`);
    response.writeHead(200, { "content-length": found.length });
    response.write(found.subarray(0, Math.ceil(found.length / 2)), () => response.destroy());
    return;
  }
  return reply(200, found);
}

interface Wrong {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Task 1 to 4 of "Signature Version 4 signing process", from the request as it came over the wire. */
function whatIsWrong(request: IncomingMessage, body: Buffer, options: S3ServerOptions): Wrong | null {
  const denied = (code: string, message: string) => ({ status: 403, code, message });
  const header = (name: string) => String(request.headers[name] ?? "").trim();
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
  const match = form.exec(header("authorization"));
  if (!match) return denied("AccessDenied", "Anonymous access is forbidden for this operation");
  const [, accessKey, day, region, signedNames = "", signature] = match;
  if (accessKey !== options.accessKey) return denied("InvalidAccessKeyId", "The access key does not exist");
  if (region !== options.region)
    return { status: 400, code: "AuthorizationHeaderMalformed", message: `the region '${region}' is wrong` };
  const names = signedNames.split(";");
  for (const needed of ["host", "x-amz-date", "x-amz-content-sha256"])
    if (!names.includes(needed)) return denied("AccessDenied", `${needed} must be signed`);
  const date = header("x-amz-date");
  const at = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (!at || !date.startsWith(day ?? ""))
    return denied("AccessDenied", "x-amz-date is not a time of the credential's day");
  const instant = Temporal.Instant.from(`${at[1]}-${at[2]}-${at[3]}T${at[4]}:${at[5]}:${at[6]}Z`);
  if (Math.abs(options.now().since(instant).total("seconds")) > CLOCK_SKEW_SECONDS_MAX)
    return denied("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.");
  const [path = "", query = ""] = (request.url ?? "").split("?");
  const canonical = [
    request.method,
    path,
    query.split("&").sort().join("&"),
    ...names.map((name) => `${name}:${header(name).replaceAll(/ +/g, " ")}`),
    "",
    signedNames,
    header("x-amz-content-sha256"),
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", date, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const key = [day ?? "", region ?? "", "s3", "aws4_request"].reduce<Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    Buffer.from(`AWS4${options.secretKey}`),
  );
  if (createHmac("sha256", key).update(toSign).digest("hex") !== signature)
    return denied(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided.",
    );
  if (createHash("sha256").update(body).digest("hex") !== header("x-amz-content-sha256"))
    return {
      status: 400,
      code: "XAmzContentSHA256Mismatch",
      message: "The provided digest does not match what was sent.",
    };
  return null;
}
