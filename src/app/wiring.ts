import { creditReturn, followPortal, onReturnCredited, wakeCreditNotes, wakeOwnCreditNotes } from "../billing/index.ts";
import { onSkusChanged } from "../catalog/index.ts";
import {
  autoMatchSkus,
  followFacility,
  markDirty,
  onAcknowledgeAnswer,
  onCancelAnswer,
  onChannelChanged,
  onListingMapped,
  startAfterGoLive,
} from "../channels/index.ts";
import { onCancelWanted, onRegistered } from "../e-invoice/index.ts";
import { onBusinessEvents } from "../events/index.ts";
import {
  cancelInvoice,
  settleCancel,
  takeIrn,
  wakeChannelSteps,
  wakeCourierSteps,
  wakeUnserved,
} from "../fulfilment/index.ts";
import { followGatepassPortal } from "../gatepasses/index.ts";
import { tenantWentLiveJob } from "../identity/index.ts";
import { retryIntakeJob, routeOrdersJob, settleAcceptance, wakeIntake } from "../orders/index.ts";
import { tellPartners, tellPartnersLater } from "../partners/index.ts";
import { enqueue, type JobRegistry } from "../platform/jobs.ts";
import { completePutAwayGrns } from "../purchasing/index.ts";
import { onPutawayComplete, onPutawayGraded } from "../putaway/index.ts";
import {
  followNewReturns,
  onReturnReadyForCreditNote,
  reportGrades,
  returnsPutAway,
  settleReturn,
  wakeReturnCouriers,
  wakeReturnCouriersSoon,
} from "../returns/index.ts";
import { onCourierConnected, onServiceabilityChanged, wakeCourier } from "../shipping/index.ts";
import { followDispatched, hearDispatched, registerStatusSyncs, wakeWords } from "../status-sync/index.ts";
import { onFacilitySwitched, onSeriesChanged } from "../warehouse/index.ts";

/**
 * What a module on the left sets off in modules on its right, which it may not import. Each is enqueued in the
 * transaction of its cause.
 */
onListingMapped((tx, _ctx, mapped) =>
  wakeIntake(
    tx,
    mapped.map(({ channelProductId }) => `LISTING:${channelProductId}`),
  ),
);
onSkusChanged(async (tx, ctx, skuIds) => {
  // Orders that wait for a listing's mapping heal by the SKU alone where its code is the channel's.
  await autoMatchSkus(tx, ctx, skuIds);
  // A SKU that is switched off is told as 0, a bundle with other components has another figure.
  await markDirty(tx, { skuIds });
  await wakeIntake(
    tx,
    skuIds.map((skuId) => `SKU:${skuId}`),
  );
});
onFacilitySwitched(followFacility);
onSeriesChanged(wakeOwnCreditNotes);
// Words of channels that could not be made true yet: for want of a series, of a mapping, of something a channel's settings say.
onSeriesChanged((tx, ctx) => wakeWords(tx, ctx));
onListingMapped((tx, ctx) => wakeWords(tx, ctx));
onServiceabilityChanged(wakeUnserved);
onServiceabilityChanged(wakeReturnCouriersSoon);
onBusinessEvents(followDispatched);
onBusinessEvents(hearDispatched);
onBusinessEvents(followNewReturns);
onCourierConnected(async (tx, ctx, providerId) => {
  await wakeCourierSteps(tx, ctx, providerId);
  await wakeCourier(tx, ctx, providerId);
  await wakeReturnCouriers(tx, ctx);
});
onChannelChanged(async (tx, ctx, channelId) => {
  await wakeIntake(tx, [`CHANNEL:${channelId}`]);
  await wakeChannelSteps(tx, ctx, channelId);
  await wakeWords(tx, ctx, { channelId });
  await wakeCreditNotes(tx, ctx, channelId);
  await enqueue(tx, routeOrdersJob, { channelId });
});
onPutawayGraded(reportGrades);
onPutawayComplete(completePutAwayGrns);
onPutawayComplete(returnsPutAway);
onReturnReadyForCreditNote((tx, ctx, { returnCaseId, channelId, units }) =>
  creditReturn(tx, ctx, { returnCaseId, channelId, unitIds: units.map((unit) => unit.unitId) }),
);
onReturnCredited(settleReturn);
followPortal();
onCancelAnswer(settleCancel);
onAcknowledgeAnswer(settleAcceptance);
onRegistered("INVOICE", takeIrn);
onCancelWanted("INVOICE", cancelInvoice);
followGatepassPortal();
onBusinessEvents(tellPartners, tellPartnersLater);

/** Jobs whose definition belongs to a module on the left of those that do the work. */
export function registerWiring(registry: JobRegistry): void {
  registerStatusSyncs();
  registry.handle(tenantWentLiveJob, async (ctx) => {
    await startAfterGoLive(ctx);
    await ctx.db.transaction(ctx.tenantId, (tx) => enqueue(tx, retryIntakeJob, { cause: null }));
    return "done";
  });
}
