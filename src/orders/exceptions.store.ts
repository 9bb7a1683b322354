import type { ChannelId, Facts, IntakeId, ListingId, SaleOrderId, ShippingPackageId } from "../kernel/index.ts";
import { newId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { json, sql, type Tx } from "../platform/db.ts";

interface Kind {
  /** In a few words, for headings and filters. */
  readonly title: string;
  /** What is in doubt, with {facts}. */
  readonly message: string;
  /** The choices a person has: what each will do is said on its button. */
  readonly choices: Readonly<Record<string, { readonly label: string; readonly effect: string }>>;
  /**
   * The key names one word of the channel: settled once, the same word again opens nothing. DECIDED: only where a person decided;
   * what settled by itself is asked again.
   */
  readonly once?: true | "DECIDED";
}

const BY_CREDIT_NOTE = {
  label: "Cancel by credit note",
  effect:
    "For an invoice whose IRN is older than 24 hours: cancels the units as well, the invoice stands, and a credit note of our own series takes it back. What stays of the parcel is invoiced anew.",
};

/** Every doubt that waits for a person, declared once: the inbox, its buttons and the docs come from here. */
export const exceptionKinds = {
  SAME_ID_OTHER_CONTENT: {
    title: "Same id, other content",
    message: "{order} arrived again with other content; the first one stands.",
    once: true,
    choices: { KEEP: { label: "Keep the first", effect: "Nothing changes; the second stays in intake as ignored." } },
  },
  CHANNEL_CANCEL_NOT_ALLOWED: {
    title: "Cancelled on the channel",
    message:
      "The channel says {order} is cancelled. {rule} What is not packed yet is on hold; a package that lies on a manifest leaves with it unless it is taken off.",
    choices: {
      CANCEL_HERE: {
        label: "Cancel here too",
        effect:
          "Cancels every unit that is not dispatched; packed ones go to putaway. Take a parcel that lies on a manifest off it before.",
      },
      CANCEL_BY_CREDIT_NOTE: BY_CREDIT_NOTE,
      GO_ON: { label: "Go on", effect: "Takes these units off hold and ships them." },
    },
  },
  CHANNEL_CANCEL_TOO_LATE: {
    title: "Cancelled on the channel, too late",
    message: "The channel says that units of {order} are cancelled, but {where}. {rule} Nothing was changed here.",
    once: true,
    choices: {
      CANCEL_HERE: {
        label: "Cancel here too",
        effect:
          "Cancels these units and their invoice, whose number is kept; the goods go to putaway. Take a parcel that lies on a manifest off it before.",
      },
      CANCEL_BY_CREDIT_NOTE: BY_CREDIT_NOTE,
      GO_ON: {
        label: "Ship it",
        effect: "Closes this entry; the parcel goes on, and the channel is told of its dispatch.",
      },
    },
  },
  CANCEL_WISHED: {
    title: "The buyer asks to cancel",
    message:
      "The buyer asks to cancel {what} of {order}, and the channel leaves it to the seller. What of it is not packed yet is on hold.",
    once: true,
    choices: {
      CANCEL: {
        label: "Cancel it",
        effect:
          "Asks the channel to cancel what of the line did not leave; it is cancelled here when the channel has done so. Take a parcel that lies on a manifest off it before.",
      },
      SHIP: {
        label: "Ship it",
        effect: "Takes these units off hold and ships them; this wish is not asked about again.",
      },
    },
  },
  CANCEL_AFTER_DISPATCH: {
    title: "Cancelled after it left",
    message:
      "The channel says that {units} of {order} are cancelled, but they left at {dispatchedAt:instant}: {where}.",
    choices: {
      EXPECT_RETURN: {
        label: "Expect it back",
        effect:
          "Marks each package that holds them as a return that is on its way, whole; the order's other packages go on.",
      },
      DISMISS: { label: "Nothing to do", effect: "Closes this entry; nothing changes." },
    },
  },
  SELLER_CANCEL_REFUSED: {
    title: "Cancellation refused",
    message: "The channel refused to cancel units of {order}: {channelMessage}. They stand as they were.",
    choices: {
      RETRY: { label: "Ask again", effect: "Sends the cancellation to the channel once more." },
      GO_ON: { label: "Ship them", effect: "Closes this entry; the units go on." },
    },
  },
  UNKNOWN_STATUS: {
    title: "Unknown status",
    message: "The status {status}, which is not known here, was reported for {what}; nothing was changed.",
    once: "DECIDED",
    choices: { DISMISS: { label: "Seen", effect: "Closes this entry; nothing changes." } },
  },
  LABEL_VOID: {
    title: "Label void",
    message: "The channel voided {label} of {parcel}: no courier takes it so. It has to be scheduled again in {panel}.",
    once: true,
    choices: {
      SCHEDULED_AGAIN: {
        label: "It is scheduled again",
        effect:
          "Closes this entry; nothing changes here. Before that schedule the order again on the channel's panel, print the new label there over the old one, and hand the parcel over on its manifest as usual. A parcel that was never scheduled from here is scheduled again when it is packed here.",
      },
    },
  },
  PARCEL_LOST: {
    title: "Lost or damaged on its way",
    message: "The courier says that package {package} of {order} is {label} ({status}); nothing was changed.",
    once: true,
    choices: {
      DISMISS: {
        label: "Seen",
        effect:
          "Closes this entry. Claim it from the channel or courier; if it comes back after all, receive it as a return.",
      },
    },
  },
  LEFT_WITHOUT_MANIFEST: {
    title: "Left without a manifest",
    message:
      "The courier says of package {package} of {order}: {label} ({status}). Its manifest was never closed here; nothing was changed.",
    choices: {
      ADD_TO_MANIFEST: {
        label: "Add to manifest",
        effect:
          "Puts the package onto the open manifest of its channel and courier; one is made where there is none. This entry goes when that manifest is closed.",
      },
      CLOSE_MANIFEST: {
        label: "Close its manifest",
        effect:
          "Closes the manifest that it lies on, with all parcels on it: they are dispatched, and what the courier said takes effect.",
      },
      DISMISS: {
        label: "It is still here",
        effect: "Closes this entry; the package goes on as usual, and the scan takes effect when it has left.",
      },
    },
  },
  PICKED_UP_THOUGH_CANCELLED: {
    title: "Picked up, cancelled here",
    message:
      "The courier says of package {package} of {order}: {label} ({status}). It is cancelled here; nothing was changed.",
    once: true,
    choices: {
      DISMISS: {
        label: "Seen",
        effect:
          "Closes this entry; nothing changes. Call it back from the courier; goods that did leave are taken out of stock by an adjustment.",
      },
    },
  },
  COURIER_GAVE_BACK: {
    title: "Courier cancelled the number",
    message:
      "The courier {provider} says that the tracking number {awb} of package {package} of {order} is cancelled ({status}); nothing was changed.",
    once: true,
    choices: {
      DISMISS: {
        label: "Seen",
        effect:
          "Closes this entry. If it is not to be cancelled, ask the courier, or give the package another courier before it is handed over.",
      },
    },
  },
  RETURN_LOST: {
    title: "Customer's return lost or damaged",
    message: "The courier says that reverse pickup {return} of {order} is {label} ({status}); nothing was changed.",
    once: true,
    choices: {
      DISMISS: {
        label: "Seen",
        effect: "Closes this entry. Claim it from the courier; if it comes after all, receive it at the returns desk.",
      },
    },
  },
  RETURN_COURIER_GAVE_BACK: {
    title: "Courier cancelled a reverse pickup",
    message:
      "The courier {provider} says that the tracking number {awb} of reverse pickup {return} of {order} is cancelled ({status}); nothing was changed.",
    once: true,
    choices: {
      DISMISS: {
        label: "Seen",
        effect: "Closes this entry. Ask the courier, or choose another one on the return's page.",
      },
    },
  },
  RETURN_CALLED_OFF: {
    title: "Return called off on the channel",
    message: "The channel says that return {return} of {order} will not come, but {because}; nothing was changed.",
    once: true,
    choices: {
      DISMISS: {
        label: "Seen",
        effect:
          "Closes this entry; the return stays expected. If it comes, receive it at the returns desk; a reverse pickup that no courier has is cancelled on the return's page.",
      },
    },
  },
  RETURNING_AFTER_DELIVERY: {
    title: "Coming back after delivery",
    message: "The courier says that package {package} of {order} comes back ({status}), but it was delivered before.",
    once: true,
    choices: {
      DISMISS: {
        label: "Seen",
        effect: "Closes this entry; the package stays delivered. If it does come back, receive it at the returns desk.",
      },
    },
  },
  DISPATCHED_ON_CHANNEL: {
    title: "Left there, still here",
    message: "The channel says that {units} of {order} left ({status}), but they are still here. They are on hold.",
    choices: {
      ADOPT: {
        label: "It left from the panel",
        effect:
          "Marks them dispatched here without telling the channel: their package is made where there is none, stock is taken, what the books do not have is recorded as a shortage, and the invoice follows.",
      },
      GO_ON: {
        label: "Go on here",
        effect:
          "Takes these units off hold. A parcel that has left already goes onto a manifest, and that is closed: stock and channel follow.",
      },
      CANCEL_HERE: {
        label: "It was sent elsewhere",
        effect:
          "Cancels these units here without telling the channel; packed ones go to putaway. Goods that did leave from here are taken out of stock by an adjustment.",
      },
      CANCEL_BY_CREDIT_NOTE: BY_CREDIT_NOTE,
    },
  },
  PART_LEFT_ON_CHANNEL: {
    title: "A part of a package left there",
    message:
      "The channel says that {units} of {order} left, a part of package {package}; {because}. The package is on hold.",
    once: true,
    choices: {
      ADOPT_PART: {
        label: "They left alone",
        effect:
          "They are dispatched as a package of their own. The invoice of the whole is cancelled, its number kept (one whose IRN is too old is taken back by a credit note), and both packages are invoiced anew.",
      },
      ADOPT_ALL: {
        label: "All of it left",
        effect: "The whole package is dispatched under its invoice, without telling the channel.",
      },
      GO_ON: { label: "Nothing left", effect: "Takes the package off hold; it goes on here." },
    },
  },
  LEFT_THOUGH_CANCELLED: {
    title: "Left there, cancelled here",
    message: "The channel says that line {line} of {order} left ({status}), but {units} are cancelled here.",
    once: true,
    choices: {
      DISMISS: {
        label: "Seen",
        effect:
          "Closes this entry; nothing changes. Goods that did leave are taken out of stock by an adjustment, and are settled with the channel.",
      },
    },
  },
  ACCEPTANCE_REFUSED: {
    title: "Acceptance refused",
    message: "The channel refused the acceptance of {order}: {channelMessage}. The order is on hold.",
    choices: {
      RETRY: { label: "Accept it again", effect: "Tells the channel once more; when it takes it, the order goes on." },
      GO_ON: { label: "Ship it all the same", effect: "Takes the order off hold." },
      CANCEL_HERE: {
        label: "Cancel here",
        effect: "Cancels every unit that is not dispatched, without telling the channel; packed ones go to putaway.",
      },
    },
  },
  RETURN_WITHOUT_DISPATCH: {
    title: "Return of what did not leave",
    message: "The channel announced a return of {order}, which was not dispatched from here.",
    once: true,
    choices: { DISMISS: { label: "Seen", effect: "Closes this entry; nothing changes." } },
  },
  DELIVERED_WITHOUT_DISPATCH: {
    title: "Delivered, but still here",
    message: "The channel says {order} was delivered, but its package {package} is {state} here.",
    once: true,
    choices: {
      ADOPT: {
        label: "It left from the panel",
        effect: "The package is dispatched and delivered here, without telling the channel: stock and invoice follow.",
      },
      DISMISS: { label: "Seen", effect: "Closes this entry; nothing changes." },
    },
  },
  GATEPASS_SHORT: {
    title: "Goods of a gatepass short",
    message: "{pieces} pieces of gatepass {gatepass} from {from} did not arrive at {to}.",
    choices: {
      DISMISS: {
        label: "Seen",
        effect:
          "Closes this entry; the gatepass stays under Short until somebody says what became of each piece: found, back with the sender, or lost.",
      },
    },
  },
  DELIVERED_WHILE_RETURNING: {
    title: "Delivered, but expected back",
    message: "{order} is said to be delivered, but its package {package} is expected back here.",
    once: true,
    choices: {
      DELIVERED: {
        label: "It was delivered",
        effect: "Marks the package as delivered; nobody expects it back any more.",
      },
      KEEP: { label: "Keep expecting it", effect: "Closes this entry; the package stays expected back." },
    },
  },
  RETURN_UNIT_MISSING: {
    title: "Came back without a unit",
    message: "Package {package} of {order} came back without {unit} ({sku}); return {return}.",
    choices: {
      LOST: {
        label: "Give it up",
        effect: "The unit counts as lost with the courier: its parcel is done without it, and it gets no credit note.",
      },
    },
  },
} as const satisfies Record<string, Kind>;
export type ExceptionKind = keyof typeof exceptionKinds;

export interface NewException {
  readonly kind: ExceptionKind;
  readonly channelId: ChannelId | null;
  readonly saleOrderId?: SaleOrderId | null;
  readonly shippingPackageId?: ShippingPackageId | null;
  readonly intakeId?: IntakeId | null;
  readonly listingId?: ListingId | null;
  /** What makes two doubts one: a second open one with the same kind and key is not opened. */
  readonly key: string;
  readonly facts: Facts;
}

/** Opens doubts for a person, each once while it is open; of some kinds, once and for all (`once`). */
export async function openExceptions(tx: Tx, ctx: Ctx, given: readonly NewException[]): Promise<void> {
  if (given.length === 0) return;
  const kinds: Readonly<Record<ExceptionKind, Kind>> = exceptionKinds;
  const rows = given.map((e) => ({
    id: newId(),
    once: kinds[e.kind].once !== undefined,
    decided: kinds[e.kind].once === "DECIDED",
    saleOrderId: null,
    shippingPackageId: null,
    intakeId: null,
    listingId: null,
    ...e,
  }));
  await tx.run(sql`
    insert into godown.order_exception (tenant_id, order_exception_id, kind, key, channel_id, sale_order_id, shipping_package_id, intake_id, listing_id, facts, opened_at)
    select ${tx.tenantId}, e.id, e.kind, e.key, e."channelId", e."saleOrderId", e."shippingPackageId", e."intakeId", e."listingId", e.facts, ${ctx.now}
    from jsonb_to_recordset(${json(rows)}) as e(id uuid, once boolean, decided boolean, kind text, key text, "channelId" uuid, "saleOrderId" uuid, "shippingPackageId" uuid, "intakeId" uuid, "listingId" uuid, facts jsonb)
    where not e.once or not exists (
      select from godown.order_exception x where x.tenant_id = ${tx.tenantId} and x.kind = e.kind and x.key = e.key and (not e.decided or x.choice is not null))
    on conflict (tenant_id, kind, key) where state = 'OPEN' do nothing`);
}

/** Closes open doubts of a kind and key (or of several keys) whose matter was settled elsewhere: nothing is left to decide. What a person chose before stands. */
export async function settleExceptions(
  tx: Tx,
  ctx: Ctx,
  settled: { readonly kind: ExceptionKind; readonly key: string | readonly string[]; readonly note: string },
): Promise<void> {
  const keys = [settled.key].flat();
  if (keys.length === 0) return;
  await tx.run(sql`
    update godown.order_exception set state = 'RESOLVED', resolved_at = ${ctx.now},
      resolved_by = case when choice is null then ${ctx.actor.name} else resolved_by end, note = case when choice is null then ${settled.note} else note end
    where tenant_id = ${tx.tenantId} and kind = ${settled.kind} and key = any(${keys}::text[]) and state = 'OPEN'`);
}

/**
 * Closes open doubts of a kind about orders of a channel (`facts.channelOrderId`) whose matter was settled elsewhere.
 * @param settled.but keys of those that stand
 */
export async function settleOfOrders(
  tx: Tx,
  ctx: Ctx,
  settled: {
    readonly kind: ExceptionKind;
    readonly channelId: ChannelId;
    readonly channelOrderIds: readonly string[];
    readonly but: readonly string[];
    readonly note: string;
  },
): Promise<void> {
  await tx.run(sql`
    update godown.order_exception set state = 'RESOLVED', resolved_at = ${ctx.now}, resolved_by = ${ctx.actor.name}, note = ${settled.note}
    where tenant_id = ${tx.tenantId} and kind = ${settled.kind} and state = 'OPEN' and channel_id = ${settled.channelId}
      and facts ->> 'channelOrderId' = any(${settled.channelOrderIds}::text[]) and key <> all(${settled.but}::text[])`);
}

/**
 * Orders that were made just now: of those whose buyer had asked to cancel while they waited in intake, a person is asked about
 * the order from now on, and the units of the line wait for him.
 */
export async function joinWishes(
  tx: Tx,
  made: readonly {
    readonly saleOrderId: SaleOrderId;
    readonly channelId: ChannelId;
    readonly channelOrderId: string;
  }[],
): Promise<void> {
  await tx.run(sql`
    with joined as (
      update godown.order_exception e set sale_order_id = o.sale_order_id,
        facts = e.facts || (
          select jsonb_build_object('order', o.code, 'units', coalesce(jsonb_agg(u.code order by u.unit_no), '[]'), 'what', coalesce(string_agg(u.code, ', ' order by u.unit_no), e.facts ->> 'what'))
          from godown.sale_order_item u
          where u.tenant_id = o.tenant_id and u.sale_order_id = o.sale_order_id and u.channel_order_item_id = e.facts ->> 'line' and u.state <> 'CANCELLED')
      from jsonb_to_recordset(${json(made)}) as m("saleOrderId" uuid, "channelId" uuid, "channelOrderId" text)
      join godown.sale_order o on o.tenant_id = ${tx.tenantId} and o.sale_order_id = m."saleOrderId"
      where e.tenant_id = o.tenant_id and e.kind = 'CANCEL_WISHED' and e.state = 'OPEN' and e.sale_order_id is null
        and e.channel_id = m."channelId" and e.facts ->> 'channelOrderId' = m."channelOrderId"
      returning e.sale_order_id, e.facts ->> 'line' as line
    )
    update godown.sale_order_item u set on_hold = true from joined j
    where u.tenant_id = ${tx.tenantId} and u.sale_order_id = j.sale_order_id and u.channel_order_item_id = j.line and u.state <> 'CANCELLED'`);
}
