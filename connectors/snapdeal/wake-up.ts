/** Snapdeal's pushes (Amazon SNS): they say no more than "look". Pure, so the certificate of SNS is a field, not fetched here. */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { validator } from "../../contract/validators.ts";
import type { ReceivedPush, WakeUp } from "../kit/index.ts";
import { isJson } from "../protocol/map/json.ts";
import { SNAPDEAL_CONTRACT } from "./contract/index.ts";

/** Certificates and confirmations of SNS stand at its own hosts alone. */
const SNS_HOST = /^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;
/** A message that is older was kept by somebody; SNS itself tries for some hours. */
const AGE_HOURS_MAX = 24;
const SIGNED = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
} as const;
type Kind = keyof typeof SIGNED;
type Message = Readonly<Record<string, unknown>> & { readonly Type: Kind; readonly MessageId: string };

/**
 * Who may wake: whoever has the channel's address, which nobody can guess and Snapdeal alone is given. The certificate of a
 * message must be named at a host of SNS, and the message be of today. Where the channel has that certificate, the signature
 * must be good too. A forged wake-up would cost a look and no more: what happened is read from Snapdeal.
 */
export function readWakeUp(push: ReceivedPush): WakeUp {
  const message = readMessage(push.bytes);
  if (message === null) return refused(400, "this is no message of Amazon SNS");
  const fault = proofFault(push, message);
  if (fault !== null) return refused(401, fault);
  const key = message.MessageId;
  if (message.Type === "Notification") return { kind: "LOOK", key, channelOrderIds: packagesIn(message.Message) };
  const url = message.SubscribeURL;
  if (message.Type === "UnsubscribeConfirmation") return { kind: "NOTHING", key };
  if (typeof url !== "string" || !URL.canParse(url)) return refused(400, "the confirmation names no address to open");
  if (!isSnsHost(url) && !push.isOwn(url))
    return refused(401, "the address to open does not stand at a host of Amazon SNS");
  return { kind: "CONFIRM", key, url };
}

function refused(status: 400 | 401, words: string): WakeUp {
  return { kind: "REFUSED", status, words };
}

function readMessage(bytes: Buffer): Message | null {
  const json = parsed(bytes.toString("utf8"));
  if (!isJson(json) || typeof json.MessageId !== "string" || json.MessageId === "") return null;
  const type = Object.keys(SIGNED).find((kind) => kind === json.Type);
  return type === undefined ? null : { ...json, Type: type as Kind, MessageId: json.MessageId }; // found among its keys
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a stranger's bytes
  }
}

/** What is wrong with the message's proof; null: nothing. */
function proofFault({ fields, now }: ReceivedPush, message: Message): string | null {
  const {
    SigningCertURL: certificate,
    Signature: signature,
    SignatureVersion: version,
    Timestamp: timestamp,
  } = message;
  if (typeof certificate !== "string" || !isSnsHost(certificate))
    return "its certificate does not stand at a host of Amazon SNS";
  const at = typeof timestamp === "string" ? instantOf(timestamp) : null;
  if (at === null || Math.abs(now.epochMilliseconds - at.epochMilliseconds) > AGE_HOURS_MAX * 3_600_000)
    return `it is not of the last ${AGE_HOURS_MAX} hours`;
  const pem = fields.snsCertificate ?? "";
  if (pem.trim() === "") return null; // the address alone proves it
  const key = publicKeyOf(pem);
  if (key === null) return "the channel's certificate of Amazon SNS cannot be read";
  if (typeof signature !== "string") return "it is not signed";
  const algorithm = version === "2" ? "RSA-SHA256" : "RSA-SHA1";
  const good = verify(algorithm, Buffer.from(signedText(message)), key, Buffer.from(signature, "base64"));
  return good ? null : "its signature is wrong";
}

/** A host of Amazon SNS, in whatever region. Snapdeal's tokens are nothing to it. */
export function isSnsHost(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" && SNS_HOST.test(hostname);
}

function instantOf(text: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(text);
  } catch {
    return null; // no time
  }
}

/** A certificate or a public key, as PEM or its bare base64: a form's field is one line. */
export function publicKeyOf(text: string): KeyObject | null {
  const kind = text.includes("PUBLIC KEY") ? "PUBLIC KEY" : "CERTIFICATE";
  const body = text.replaceAll(/-----(BEGIN|END) [A-Z ]+-----/g, "").replaceAll(/\\n|\s/g, "");
  try {
    return createPublicKey(`-----BEGIN ${kind}-----\n${body.replaceAll(/(.{64})/g, "$1\n")}\n-----END ${kind}-----\n`);
  } catch {
    return null; // whoever typed it is told by what is refused
  }
}

/** The text that SNS signs: name and value of its members, a line each, in the order of their names. */
export function signedText(message: Readonly<Record<string, unknown>> & { readonly Type: Kind }): string {
  return SIGNED[message.Type]
    .filter((name) => typeof message[name] === "string")
    .map((name) => `${name}\n${String(message[name])}\n`)
    .join("");
}

const isNotice = validator(SNAPDEAL_CONTRACT, "PushNotice");

/** Packages that the message names; none where it cannot be read: then all is looked at. */
function packagesIn(text: unknown): readonly string[] {
  const notice = isNotice(typeof text === "string" ? parsed(text) : null);
  return notice.ok ? notice.value.packageReferenceCodes : [];
}
