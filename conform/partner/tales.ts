/** Every event of the run: what is sent for each, case by case, in the order in which a hub would send it. */
import type { Json } from "../../contract/compile.ts";
import {
  allocateReturnCourier,
  assignAWB,
  cancelSOItem,
  completeReturn,
  createReturn,
  createShipment,
  delivered,
  dispatchedShipment,
  invoiced,
} from "./bodies.ts";
import type { EventOperation } from "./options.ts";
import {
  approvedPurchaseOrder,
  awaitedGatepass,
  closeGatepass,
  completeInflowReceipt,
  discardGatepass,
  type Gatepass,
  type Purchase,
} from "./other-bodies.ts";
import type { Stories, Story } from "./story.ts";

/** One body, and what is special about it in words of a finding. */
export interface Case {
  readonly about: string;
  readonly body: Json;
}

/** All bodies of one event. */
export interface Tale {
  /** The first of the cases "taken": what every partner takes. */
  readonly first: Json;
  /** Right in form, about a thing that never was. */
  readonly nobody: Json;
  /** Cases by the last part of the check that sends them, in order. */
  readonly cases: Readonly<Record<string, readonly Case[]>>;
}

export interface TaleSettings {
  readonly stamp: string;
  readonly stories: Stories;
  readonly startedAt: Temporal.Instant;
}

export function taleOf({ stamp, stories, startedAt }: TaleSettings): Readonly<Record<EventOperation, Tale>> {
  const { plain, late } = stories;
  const nobody: Story = {
    ...plain,
    code: `CF-${stamp}-NOBODY`,
    orderCode: `CFO-${stamp}-NOBODY`,
    invoiceCode: `CFI${stamp}NOBODY`,
    awb: `CFA${stamp}NOBODY`,
  };
  /** A case for each story, by the same builder. */
  const of =
    (build: (story: Story) => Json) =>
    (...told: readonly Story[]): readonly Case[] =>
      told.map((story) => ({ about: story.about, body: build(story) }));
  const every = [stories.inter, stories.territory, stories.lines, stories.charges, stories.taxes, stories.payment];
  const oddities = [stories.fields, stories.texts, stories.extra, stories.early, stories.noon];
  const rto = [stories.inter, stories.charges];
  const cir = [plain, stories.lines];
  const tale = (build: (story: Story) => Json, cases: Tale["cases"]): Tale => ({
    first: cases.taken?.[0]?.body ?? build(plain),
    nobody: build(nobody),
    cases,
  });
  const created = of(createShipment);
  const packed = of(invoiced);
  const label = of(assignAWB);
  const left = of(dispatchedShipment);
  return {
    notifyShipmentCreated: tale(createShipment, {
      taken: created(plain, ...every, stories.early, stories.noon),
      fields: created(stories.fields),
      texts: created(stories.texts),
      extra: created(stories.extra),
      bare: [
        {
          about: "the wrapper with the codes alone",
          body: bareShipment(createShipment({ ...nobody, code: `CF-${stamp}-BARE` })),
        },
      ],
    }),
    notifyShipmentPacked: tale(invoiced, {
      taken: packed(plain),
      lines: packed(stories.lines),
      taxes: packed(stories.inter, stories.territory, stories.taxes),
      charges: packed(stories.charges),
      payment: [...packed(stories.payment), ...packed({ ...nobody, code: `CF-${stamp}-UNPAID`, payment: "unknown" })],
      fields: packed(stories.fields),
      texts: packed(stories.texts),
      extra: packed(stories.extra),
      dates: [
        ...packed(stories.early, stories.noon),
        {
          about: "a narrow space (U+202F) before AM or PM",
          body: invoiced({ ...nobody, code: `CF-${stamp}-NARROW`, invoiceCode: `CFI${stamp}NARROW` }, "\u202f"),
        },
      ],
    }),
    notifyReadyToShip: tale(assignAWB, {
      taken: label(plain, ...every, stories.noon),
      oddities: label(stories.fields, stories.texts, stories.extra),
      earlier: label(stories.early),
    }),
    notifyShipmentDispatched: tale(dispatchedShipment, {
      taken: left(plain, ...every, ...oddities),
      disorder: left(late),
    }),
    notifyShipmentDelivered: tale(delivered, {
      taken: of(delivered)(plain, stories.lines, stories.texts, stories.extra),
      disorder: of(delivered)(late),
    }),
    notifyOrderCancelled: tale((story) => cancelSOItem(story, "whole"), {
      taken: [
        {
          about: "a whole parcel",
          body: cancelSOItem({ ...plain, code: `CF-${stamp}-C1`, orderCode: `CFO-${stamp}-C1` }, "whole"),
        },
        {
          about: "before there was a parcel",
          body: cancelSOItem({ ...plain, code: `CF-${stamp}-C2`, orderCode: `CFO-${stamp}-C2` }, "early"),
        },
        {
          about: "one unit of several, without a reason",
          body: cancelSOItem({ ...stories.lines, code: `CF-${stamp}-C3`, orderCode: `CFO-${stamp}-C3` }, "part"),
        },
      ],
    }),
    notifyReturnCreated: tale((story) => createReturn(story, "CIR"), {
      taken: [
        ...of((story) => createReturn(story, "CIR"))(...cir),
        ...of((story) => createReturn(story, "RTO"))(...rto),
      ],
      spelling: returnSpellings(stories.taxes),
    }),
    notifyReturnCourierAllocated: tale(allocateReturnCourier, { taken: of(allocateReturnCourier)(...cir) }),
    notifyReturnCompleted: tale((story) => completeReturn(story, "CIR"), {
      taken: [
        ...of((story) => completeReturn(story, "CIR"))(...cir),
        ...of((story) => completeReturn(story, "RTO"))(...rto),
      ],
    }),
    ...otherTales(stamp, startedAt),
  };
}

/** Members beside the codes are known from samples alone: a partner must cope without them. */
function bareShipment(whole: Json): Json {
  const { saleOrderDTO } = whole;
  const { code, shippingPackageCode, facilityCode } =
    typeof saleOrderDTO === "object" && saleOrderDTO !== null ? Object.fromEntries(Object.entries(saleOrderDTO)) : {};
  return { saleOrderDTO: { code, shippingPackageCode, facilityCode } };
}

/** The other spelling of the order's code, and the older text for a parcel that comes back. */
function returnSpellings(story: Story): readonly Case[] {
  const { SaleOrderCode, ...rest } = createReturn(story, "RTO");
  return [
    { about: 'the order\'s code as "saleOrderCode"', body: { ...rest, saleOrderCode: SaleOrderCode } },
    {
      about: "the older text of a parcel that comes back",
      body: {
        ...createReturn({ ...story, code: `${story.code}-2` }, "RTO"),
        type: "COURIER_RETURN",
        status: "Return_awaited",
      },
    },
  ];
}

function otherTales(stamp: string, at: Temporal.Instant) {
  const purchase = (tail: string, customFields: Purchase["customFields"] = []): Purchase => ({
    code: `CF-PO-${stamp}-${tail}`,
    grnCode: `CF-G-${stamp}-${tail}`,
    at,
    customFields,
  });
  const pass = (tail: string, customFields: Gatepass["customFields"] = null): Gatepass => ({
    code: `CF-GP-${stamp}-${tail}`,
    at,
    customFields,
  });
  const told = <T>(build: (about: T) => Json, plain: T, nobody: T, odd: T): Tale => ({
    first: build(plain),
    nobody: build(nobody),
    cases: {
      taken: [
        { about: "a plain one", body: build(plain) },
        { about: "with custom fields", body: build(odd) },
      ],
    },
  });
  const orders = [
    purchase("1"),
    purchase("0"),
    purchase("2", [{ fieldName: "Season", fieldValue: "दिवाली" }]),
  ] as const;
  const passes = (tail: string) =>
    [pass(`${tail}1`), pass(`${tail}0`), pass(`${tail}2`, [{ name: "Gate", value: "2" }])] as const;
  return {
    notifyPurchaseOrderApproved: told(approvedPurchaseOrder, ...orders),
    notifyGrnCompleted: told(completeInflowReceipt, ...orders),
    // What waits for its return is closed later; what is discarded never left.
    notifyGatepassReturnAwaited: told(awaitedGatepass, ...passes("R")),
    notifyGatepassClosed: told(closeGatepass, ...passes("R")),
    notifyGatepassDiscarded: told(discardGatepass, ...passes("D")),
  } satisfies Partial<Record<EventOperation, Tale>>;
}
