/** Access given on a marketplace's own page, and the addresses at which marketplaces wake us. */
import { z } from "zod";
import { ok } from "../kernel/index.ts";
import { idField } from "../platform/http/fields.ts";
import { type ProtocolAnswer, type ProtocolRoute, type Route, route } from "../platform/http/route.ts";
import { askConsent, redeemConsent } from "./consent.ts";
import { issueHook, readHook, receiveWakeUp } from "./hook.ts";

const VIEW = "channels.view";
const MANAGE = "channels.manage";
const PUSH_BYTES_MAX = 1024 * 1024;
const params = z.object({ channelId: idField<"Channel">() });
const parameters = z.record(z.string().max(100), z.string().max(4_000));
const hook = z.object({ url: z.string(), lastUsedAt: z.string().nullable() });

export const consentRoutes: Route[] = [
  route({
    method: "POST",
    path: "/channels/:channelId/consent",
    summary: "Where to send the browser so that the seller gives access on the marketplace's own page",
    permission: MANAGE,
    params,
    answer: z.object({ url: z.string() }),
    handle: (ctx, input) => askConsent(ctx, input.params.channelId),
  }),
  route({
    method: "POST",
    path: "/channel-consents/redeem",
    summary: "Take what the marketplace's page sent back with the browser",
    permission: MANAGE,
    body: z.object({ parameters }),
    answer: z.object({ channelId: z.string(), channel: z.string() }),
    handle: (ctx, { body }) => redeemConsent(ctx, body.parameters),
  }),
  route({
    method: "GET",
    path: "/channels/:channelId/hook",
    summary: "The address at which the channel's marketplace wakes us; null where none was made yet",
    permission: VIEW,
    params,
    answer: z.object({ hook: hook.nullable() }),
    handle: async (ctx, input) => {
      const found = await readHook(ctx, input.params.channelId);
      return found.ok ? ok({ hook: found.value && shown(found.value) }) : found;
    },
  }),
  route({
    method: "POST",
    path: "/channels/:channelId/hook",
    summary: "Make the address for wake-ups; a former one ends",
    permission: MANAGE,
    params,
    answer: hook,
    handle: async (ctx, input) => {
      const made = await issueHook(ctx, input.params.channelId);
      return made.ok ? ok(shown(made.value)) : made;
    },
  }),
];

function shown({ url, lastUsedAt }: { url: string; lastUsedAt: Temporal.Instant | null }) {
  return { url, lastUsedAt: lastUsedAt?.toString() ?? null };
}

/** `POST /hooks/{key}`: answered 200 once it is kept, whatever it says; a marketplace that is not answered so stops telling. */
export const hookRoute: ProtocolRoute = {
  method: "POST",
  path: "/hooks/:key",
  bodyBytesMax: PUSH_BYTES_MAX,
  handle: async (services, request): Promise<ProtocolAnswer> => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) => {
        const first = Array.isArray(value) ? value[0] : value;
        return first === undefined ? [] : [[name, first]];
      }),
    );
    const push = { headers, bytes: request.body };
    const woken = await receiveWakeUp(services, request.params.key ?? "", push, request.requestId);
    if ("status" in woken) return { status: woken.status, body: { status: "refused", message: woken.words } };
    if (woken.outcome === "UNKNOWN")
      return { status: 404, body: { status: "refused", message: "Nobody is woken at this address." } };
    return {
      status: 200,
      body: { status: "received", message: woken.outcome === "KEPT" ? "Kept." : "Known already." },
    };
  },
};
