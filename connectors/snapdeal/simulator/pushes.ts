/** Amazon SNS as Snapdeal uses it: a subscription that is confirmed first, then signed notifications of new orders and returns. */
import { generateKeyPairSync, sign } from "node:crypto";
import { validator } from "../../../contract/validators.ts";
import type { Announcement, PushOperation, SimOrder } from "../../kit/simulator/index.ts";
import { SNAPDEAL_CONTRACT } from "../contract/index.ts";
import { signedText } from "../wake-up.ts";
import { answer, type Parts, stamp } from "./parts.ts";

/** One pair for the life of the process: making one takes a while, and it guards nothing. */
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** What a channel is told as its certificate, in one line. */
export const SNS_PUBLIC_KEY = publicKey.export({ type: "spki", format: "pem" }).toString().replaceAll("\n", " ").trim();

const TOPIC = "arn:aws:sns:ap-southeast-1:000000000000:snapdeal-simulated";
const isNotice = validator(SNAPDEAL_CONTRACT, "PushNotice");

/** SNS posts to the address itself. */
const NOTIFY: PushOperation = {
  id: "snsNotification",
  path: "",
  body: (value) => ({ ok: true, value }),
  response: (_, value) => ({ ok: true, value }),
};
export const PUSH_OPERATIONS = [NOTIFY.id];

let sent = 0;

interface Wish {
  readonly kind: "Notification" | "SubscriptionConfirmation";
  readonly message: string;
  readonly at: Temporal.Instant;
  readonly subscribeUrl?: string;
}

function signed({ kind, message, at, subscribeUrl }: Wish) {
  sent++;
  const plain = {
    Type: kind,
    MessageId: `00000000-0000-4000-8000-${String(at.epochMilliseconds % 1_000_000).padStart(6, "0")}${String(sent).padStart(6, "0")}`,
    TopicArn: TOPIC,
    Message: message,
    Timestamp: stamp(at),
    SignatureVersion: "1",
    SigningCertURL: "https://sns.ap-southeast-1.amazonaws.com/SimpleNotificationService-simulated.pem",
    ...(subscribeUrl === undefined ? {} : { SubscribeURL: subscribeUrl, Token: "simulated-token" }),
  };
  const Signature = sign("RSA-SHA1", Buffer.from(signedText(plain)), privateKey).toString("base64");
  return { ...plain, Signature };
}

/** A notification that a package is new, or comes back. */
export function notice(order: SimOrder, event: "NEW_ORDER" | "NEW_RETURN", at: Temporal.Instant): Announcement {
  const said = { event, packageReferenceCodes: [order.id] };
  const checked = isNotice(said);
  if (!checked.ok) throw new Error("the simulator's own notice fits the contract");
  return { operation: NOTIFY, body: signed({ kind: "Notification", message: JSON.stringify(said), at }) };
}

/** The handshake: `POST /_sim/sns/subscribe` sends the confirmation to the target, whose opening of the address is noted. */
export function servePushes({ sim, state }: Parts): void {
  const { app } = sim.server;
  app.post("/_sim/sns/subscribe", async (_request, reply) => {
    const target = sim.world.defaultTarget;
    if (!target) return reply.code(400).send({ message: "no target is set: POST /_sim/target" });
    const subscribeUrl = `${sim.server.url()}/sns/confirm?Action=ConfirmSubscription&Token=simulated-token`;
    const message = "You have chosen to subscribe to the topic. Open the SubscribeURL to confirm.";
    const body = signed({ kind: "SubscriptionConfirmation", message, at: sim.clock(), subscribeUrl });
    const answered = await fetch(target.url, {
      method: "POST",
      headers: { ...target.headers, "content-type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": body.Type },
      body: JSON.stringify(body),
    });
    return reply.send({ status: answered.status, body });
  });
  app.get("/sns/confirm", (_request, reply) => {
    state.confirmed.push(stamp(sim.clock()));
    return reply.send(answer({ subscriptionArn: `${TOPIC}:1` }).body);
  });
}
