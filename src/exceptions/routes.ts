import { z } from "zod";
import type { Facts } from "../kernel/index.ts";
import { exceptionKinds, listExceptions } from "../orders/index.ts";
import { anyOfField, searchField } from "../platform/http/fields.ts";
import { listRoutes } from "../platform/http/list.ts";
import { type Route, route } from "../platform/http/route.ts";
import { defineRefusals, fill } from "../platform/refusals.ts";
import { resolveException } from "./resolve.ts";

export const exceptionRefusals = defineRefusals("exceptions", {
  EXCEPTION_NOT_FOUND: {
    status: 404,
    message: "There is no exception {exception} here.",
    whatToDo: "Reload the list.",
  },
  EXCEPTION_CHOICE: {
    status: 422,
    message: "{choice} is not among the choices {choices}.",
    whatToDo: "Choose one of them.",
  },
  EXCEPTION_SETTLED: {
    status: 409,
    message: "“{doubt}” of {of} was settled before, by {by}: {how}. What you chose was not carried out.",
    whatToDo: "Look at the order. If it is not as it should be, act on its page.",
  },
  CANCEL_WISH_BEFORE_ORDER: {
    status: 409,
    message: "Order {order} is not here yet: nothing of it can be cancelled from here.",
    whatToDo: "Correct it under Failed orders and choose again, or cancel it on the marketplace's panel.",
  },
  CANCEL_HERE_LEFT: {
    status: 409,
    message: "Nothing of {order} was cancelled: {units} left already.",
    whatToDo: "Choose another answer to close this entry. If the parcel comes back, receive it at the returns desk.",
  },
  CREDIT_NOTE_NOT_NEEDED: {
    status: 409,
    message:
      "Nothing of {order} was cancelled: no invoice of {units} has an IRN older than 24 hours, so none has to stand.",
    whatToDo: "Choose “Cancel here too”: an invoice that was made is cancelled then, and its number is kept.",
  },
  EXPECT_BACK_TOO_LATE: {
    status: 409,
    message: "{parcels}: nothing that was cancelled of {order} is on its way any more.",
    whatToDo:
      "If the buyer sends back what was delivered, create a reverse pickup for it and receive it at the returns desk. Nothing to do closes this entry.",
  },
  LEFT_ON_NO_MANIFEST: {
    status: 409,
    message: "Package {package} is on no open manifest.",
    whatToDo: "Add it to a manifest first.",
  },
});

const kinds = Object.keys(exceptionKinds) as [keyof typeof exceptionKinds, ...(keyof typeof exceptionKinds)[]];
const choiceAnswer = z.object({ code: z.string(), label: z.string(), effect: z.string() });
const row = z.object({
  id: z.string(),
  kind: z.enum(kinds),
  state: z.string(),
  facts: z.record(z.string(), z.unknown()),
  channel: z.string().nullable(),
  saleOrderId: z.string().nullable(),
  orderCode: z.string().nullable(),
  packageId: z.string().nullable(),
  packageCode: z.string().nullable(),
  intakeId: z.string().nullable(),
  openedAt: z.string(),
  resolvedAt: z.string().nullable(),
  resolvedBy: z.string().nullable(),
  choice: z.string().nullable(),
  note: z.string().nullable(),
  /** The kind in a few words. */
  title: z.string(),
  message: z.string(),
  choices: z.array(choiceAnswer),
});
type Row = z.infer<typeof row>;
const text = z.string().trim().min(1).max(100);

export const exceptionRoutes: Route[] = [
  ...listRoutes({
    path: "/exceptions",
    summary: "Doubts that wait for a person",
    permission: "exceptions.view",
    filters: {
      tab: z.enum(["open", "resolved"]).optional(),
      kind: anyOfField(z.array(z.enum(kinds))),
      channel: anyOfField(z.array(text)),
      /** Opened so many minutes ago or earlier. */
      olderThanMinutes: z.coerce.number().int().min(1).max(525_600).optional(),
      search: searchField,
    },
    row,
    sorts: ["openedAt", "resolvedAt"],
    columns: [
      { title: "Opened at", value: (r) => r.openedAt },
      { title: "Kind", value: (r) => r.kind },
      { title: "Doubt", value: (r) => r.title },
      { title: "Order", value: (r) => r.orderCode },
      { title: "Channel", value: (r) => r.channel },
      { title: "What", value: (r) => r.message },
      { title: "Choice", value: (r) => r.choice },
      { title: "By", value: (r) => r.resolvedBy },
    ],
    fetch: async (ctx, tx, filters, page) => {
      const found = await listExceptions<StoredRow>(
        tx,
        ctx.facilities,
        {
          ...filters,
          openedBefore:
            filters.olderThanMinutes === undefined
              ? undefined
              : ctx.now.subtract({ minutes: filters.olderThanMinutes }),
        },
        page,
      );
      return { ...found, rows: found.rows.map(inWords) };
    },
  }),
  route({
    method: "GET",
    path: "/exceptions/kinds",
    summary: "The kinds of doubts, each with the choices that a person has",
    permission: "exceptions.view",
    answer: z.array(z.object({ kind: z.enum(kinds), title: z.string(), choices: z.array(choiceAnswer) })),
    handle: async () =>
      kinds.map((kind) => ({ kind, title: exceptionKinds[kind].title, choices: choicesOf(exceptionKinds[kind]) })),
  }),
  route({
    method: "POST",
    path: "/exceptions/:id/resolve",
    summary: "Settle a doubt by one of its choices",
    permission: "exceptions.resolve",
    params: z.object({ id: z.uuid() }),
    body: z.strictObject({ choice: text, note: z.string().trim().max(500).optional() }),
    handle: (ctx, { params, body }) =>
      resolveException(ctx, params.id, { choice: body.choice, note: body.note ?? null }),
  }),
];

type StoredRow = Omit<Row, "title" | "message" | "choices">;

function inWords(doubt: StoredRow): Row {
  const kind = exceptionKinds[doubt.kind];
  return { ...doubt, title: kind.title, message: fill(kind.message, doubt.facts as Facts), choices: choicesOf(kind) };
}

function choicesOf({ choices }: (typeof exceptionKinds)[keyof typeof exceptionKinds]): Row["choices"] {
  return Object.entries(choices).map(([code, choice]) => ({ code, ...choice }));
}
