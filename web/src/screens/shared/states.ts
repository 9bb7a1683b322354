import {
  IconArrowBackUp,
  IconBox,
  IconCalendarClock,
  IconCheck,
  IconCircleCheck,
  IconClipboardCheck,
  IconHandStop,
  IconHourglass,
  IconLock,
  IconPackageOff,
  IconPrinter,
  IconTruck,
  IconTruckReturn,
  IconX,
} from "@tabler/icons-react";
import type { StateTable } from "../../ui/state-chip.tsx";

/** How each state looks, everywhere. One table a lifecycle; the words are those of the lifecycles. */
export const orderStates: StateTable = {
  PENDING_VERIFICATION: { word: "To verify", tone: "attention" },
  CREATED: { word: "Created", tone: "waiting" },
  PROCESSING: { word: "Processing", tone: "working" },
  COMPLETE: { word: "Complete", tone: "done" },
  CANCELLED: { word: "Cancelled", tone: "waiting", icon: IconX },
  // Not states of an order, but what it waits for: said in the same place.
  ON_HOLD: { word: "On hold", tone: "attention", icon: IconHandStop },
  EXCEPTION: { word: "To decide", tone: "attention" },
  UNFULFILLABLE: { word: "Unfulfillable", tone: "attention", icon: IconPackageOff },
  LOCATION_NOT_SERVICEABLE: { word: "Not serviceable", tone: "attention" },
};

export const packageStates: StateTable = {
  CREATED: { word: "Created", tone: "waiting", icon: IconBox },
  LOCATION_NOT_SERVICEABLE: { word: "Not serviceable", tone: "attention" },
  PENDING_CUSTOMIZATION: { word: "To customise", tone: "working" },
  CUSTOMIZATION_COMPLETE: { word: "Customised", tone: "working" },
  PICKING: { word: "Picking", tone: "working" },
  PICKED: { word: "Picked", tone: "working" },
  PACKED: { word: "Packed", tone: "working", icon: IconBox },
  READY_TO_SHIP: { word: "Ready to ship", tone: "working", icon: IconPrinter },
  MANIFESTED: { word: "Manifested", tone: "working", icon: IconClipboardCheck },
  DISPATCHED: { word: "Dispatched", tone: "done", icon: IconTruck },
  SHIPPED: { word: "Shipped", tone: "done", icon: IconTruck },
  DELIVERED: { word: "Delivered", tone: "done", icon: IconCircleCheck },
  RETURN_EXPECTED: { word: "Return expected", tone: "attention", icon: IconTruckReturn },
  RETURN_ACKNOWLEDGED: { word: "Return received", tone: "working", icon: IconArrowBackUp },
  RETURNED: { word: "Returned", tone: "done", icon: IconArrowBackUp },
  SPLITTED: { word: "Split", tone: "waiting" },
  MERGED: { word: "Merged", tone: "waiting" },
  CANCELLED: { word: "Cancelled", tone: "waiting", icon: IconX },
  // Not a state of a parcel, but what stops it.
  ON_HOLD: { word: "On hold", tone: "attention", icon: IconHandStop },
};

export const unitStates: StateTable = {
  CREATED: { word: "Created", tone: "waiting" },
  FULFILLABLE: { word: "Fulfillable", tone: "working", icon: IconCheck },
  UNFULFILLABLE: { word: "Unfulfillable", tone: "attention", icon: IconPackageOff },
  LOCATION_NOT_SERVICEABLE: { word: "Not serviceable", tone: "attention" },
  PICKING_FOR_INVOICING: { word: "Picking", tone: "working" },
  PACKED: { word: "Packed", tone: "working", icon: IconBox },
  READY_TO_SHIP: { word: "Ready to ship", tone: "working", icon: IconPrinter },
  MANIFESTED: { word: "Manifested", tone: "working", icon: IconClipboardCheck },
  DISPATCHED: { word: "Dispatched", tone: "done", icon: IconTruck },
  DELIVERED: { word: "Delivered", tone: "done" },
  RETURNED: { word: "Returned", tone: "done", icon: IconArrowBackUp },
  CANCELLED: { word: "Cancelled", tone: "waiting", icon: IconX },
};

export const invoiceStates: StateTable = {
  ISSUED: { word: "Issued", tone: "done" },
  IRN_PENDING: { word: "Waits for its IRN", tone: "attention" },
  CANCELLED: { word: "Cancelled", tone: "waiting", icon: IconX },
};

/** A document at the e-invoice portal. What waits goes on by itself. */
export const eInvoiceStates: StateTable = {
  PENDING: { word: "Next to be asked", tone: "working" },
  ASKING: { word: "Being asked", tone: "working" },
  WAITING: { word: "Waiting", tone: "attention", icon: IconHourglass },
  BLOCKED: { word: "Needs a person", tone: "failed" },
  ACTIVE: { word: "Has its IRN", tone: "done" },
  CANCELLED: { word: "Cancelled", tone: "waiting", icon: IconX },
};

/** A delivery that failed. */
export const ndrStates: StateTable = {
  OPEN: { word: "Delivery failed", tone: "attention", icon: IconTruckReturn },
  TRYING: { word: "Out again", tone: "working", icon: IconTruck },
  DELIVERED: { word: "Delivered after all", tone: "done", icon: IconCircleCheck },
  RETURNING: { word: "Turned back", tone: "attention", icon: IconTruckReturn },
  LOST: { word: "Lost or damaged", tone: "failed" },
};

/** What a courier pushed. */
export const courierPushStates: StateTable = {
  TAKEN: { word: "Taken", tone: "done" },
  WAITING: { word: "No such parcel yet", tone: "attention", icon: IconHourglass },
  REFUSED: { word: "Refused", tone: "failed" },
};

/** The user of a registration at the portal. */
export const portalUserStates: StateTable = {
  NONE: { word: "Not entered", tone: "waiting" },
  UNTRIED: { word: "Not tried yet", tone: "attention" },
  ACCEPTED: { word: "Accepted by NIC", tone: "done" },
  REFUSED: { word: "Refused by NIC", tone: "failed" },
};

/** A step that the channel does: its invoice, its label. What waits goes on by itself. */
export const channelStepStates: StateTable = {
  ASKING: { word: "Being asked", tone: "working" },
  WAITING: { word: "Waits for the channel", tone: "working", icon: IconHourglass },
  FAILED: { word: "Failed", tone: "failed" },
  DONE: { word: "Done", tone: "done" },
};

/** The list that a channel made for one courier of a manifest. */
export const manifestFileStates: StateTable = {
  WAITING: { word: "Not here yet", tone: "working", icon: IconHourglass },
  FAILED: { word: "Not downloaded", tone: "failed" },
  STORED: { word: "Here", tone: "done" },
};

/** An order that its channel still looks at. */
export const reviewStates: StateTable = {
  OPEN: { word: "Under review", tone: "working", icon: IconHourglass },
  ARRIVED: { word: "Arrived", tone: "done" },
  DROPPED: { word: "Dropped", tone: "waiting", icon: IconX },
};

export const returnStates: StateTable = {
  RETURN_EXPECTED: { word: "Return expected", tone: "attention", icon: IconTruckReturn },
  CREATED: { word: "Reverse pickup", tone: "attention", icon: IconTruckReturn },
  COURIER_ALLOCATED: { word: "Courier allocated", tone: "working", icon: IconTruck },
  PICKED_UP: { word: "Picked up", tone: "working", icon: IconTruck },
  RECEIVED: { word: "Received", tone: "working", icon: IconArrowBackUp },
  PUTAWAY: { word: "In putaway", tone: "working" },
  PENDING_INVOICE: { word: "Credit note awaited", tone: "working" },
  COMPLETED: { word: "Complete", tone: "done" },
  CANCELLED: { word: "Cancelled", tone: "waiting", icon: IconX },
};

/** What waits for its credit note. */
export const creditDueStates: StateTable = {
  ASKING: { word: "Being asked", tone: "working" },
  WAITING: { word: "Asked by itself", tone: "working", icon: IconHourglass },
  FAILED: { word: "Needs a person", tone: "failed" },
  IRN_PENDING: { word: "Waits for its IRN", tone: "attention", icon: IconHourglass },
};

export const creditNoteStates: StateTable = {
  ISSUED: { word: "Issued", tone: "done" },
  IRN_PENDING: { word: "Waits for its IRN", tone: "attention", icon: IconHourglass },
  CANCELLED: { word: "Cancelled", tone: "waiting", icon: IconX },
};

/** A list of what a courier brought back. */
export const returnManifestStates: StateTable = {
  CREATED: { word: "Open", tone: "working" },
  CLOSED: { word: "Closed", tone: "done", icon: IconLock },
  DISCARDED: { word: "Discarded", tone: "waiting", icon: IconX },
};

/** What became of a word that a channel said of an order. */
export const wordOutcomes: StateTable = {
  WAITING: { word: "Waits", tone: "attention", icon: IconHourglass },
  ADOPTED: { word: "Adopted", tone: "done" },
  APPLIED: { word: "Applied", tone: "done" },
  KNOWN: { word: "Known already", tone: "waiting", icon: IconCheck },
  DOUBT: { word: "A person decides", tone: "attention" },
  DECIDED: { word: "Decided", tone: "done" },
  NOT_SYNCED: { word: "Not synced", tone: "waiting", icon: IconX },
};

/** A unit that left although the books had nothing to give for it. */
export const shortageStates: StateTable = {
  OPEN: { word: "Open", tone: "attention", icon: IconPackageOff },
  SETTLED: { word: "Settled", tone: "done" },
  WRITTEN_OFF: { word: "Written off", tone: "waiting", icon: IconX },
};

export const intakeStates: StateTable = {
  RECEIVED: { word: "Received", tone: "waiting" },
  CREATED: { word: "Created", tone: "done" },
  FAILED: { word: "Failed", tone: "failed" },
  IGNORED: { word: "Ignored", tone: "waiting" },
  DUPLICATE: { word: "Duplicate", tone: "waiting" },
  DISMISSED: { word: "Dismissed", tone: "waiting", icon: IconX },
};

export const exceptionStates: StateTable = {
  OPEN: { word: "Open", tone: "attention" },
  RESOLVED: { word: "Resolved", tone: "done" },
};

export const manifestStates: StateTable = {
  CREATED: { word: "Open", tone: "working" },
  // Not a state of it: the channel has not answered yet.
  ASKING: { word: "Being closed", tone: "working", icon: IconHourglass },
  CLOSED: { word: "Closed", tone: "done", icon: IconLock },
  DISCARDED: { word: "Discarded", tone: "waiting", icon: IconX },
};

export const purchaseOrderStates: StateTable = {
  CREATED: { word: "To approve", tone: "attention" },
  APPROVED: { word: "To receive", tone: "working" },
  PARTIALLY_RECEIVED: { word: "Partially received", tone: "working" },
  COMPLETE: { word: "Complete", tone: "done" },
  CLOSED: { word: "Closed short", tone: "done", icon: IconLock },
  CANCELLED: { word: "Cancelled", tone: "waiting", icon: IconX },
};

export const grnStates: StateTable = {
  CREATED: { word: "Being counted", tone: "working" },
  QC_COMPLETE: { word: "To put away", tone: "attention" },
  COMPLETE: { word: "Put away", tone: "done" },
  DISCARDED: { word: "Discarded", tone: "waiting", icon: IconX },
};

export const putawayStates: StateTable = {
  CREATED: { word: "To put away", tone: "attention" },
  PENDING: { word: "In work", tone: "working" },
  COMPLETE: { word: "Complete", tone: "done" },
};

export const picklistStates: StateTable = {
  CREATED: { word: "Created", tone: "working" },
  RECEIVED: { word: "Received", tone: "working" },
  CLOSED: { word: "Closed", tone: "done", icon: IconLock },
};

export const channelStates: StateTable = {
  DRAFT: { word: "Draft", tone: "waiting" },
  CONFIGURED: { word: "To connect", tone: "attention" },
  CONNECTED: { word: "Connected", tone: "done" },
  DISABLED: { word: "Off", tone: "waiting" },
  BROKEN: { word: "Broken", tone: "failed" },
};

/** The line to a partner who is told of events. */
export const partnerLineStates: StateTable = {
  UP: { word: "Up", tone: "done" },
  FAILING: { word: "Stumbles", tone: "attention" },
  DOWN: { word: "Does not answer", tone: "failed" },
  REFUSES_CREDENTIALS: { word: "Refuses credentials", tone: "failed", icon: IconLock },
  OFF: { word: "Off", tone: "waiting" },
};

/** One event for one partner. HELD, BEHIND, AGAIN and DISMISSED are no states of it, but how it stands within its state. */
export const partnerDeliveryStates: StateTable = {
  PENDING: { word: "Waiting", tone: "working", icon: IconHourglass },
  HELD: { word: "Held back", tone: "attention", icon: IconHandStop },
  BEHIND: { word: "Waits its turn", tone: "waiting", icon: IconHourglass },
  AGAIN: { word: "Tried again", tone: "attention", icon: IconCalendarClock },
  DELIVERED: { word: "Delivered", tone: "done" },
  FAILED: { word: "Failed", tone: "failed" },
  GIVEN_UP: { word: "Given up", tone: "failed" },
  DISMISSED: { word: "Dismissed", tone: "waiting", icon: IconCheck },
  DISCARDED: { word: "Discarded", tone: "waiting", icon: IconX },
};

/** Of a source: may it be added by everybody, by who was given its address, or by nobody any more; or is there no such marketplace. */
export const sourceStates: StateTable = {
  example: { word: "Made up", tone: "waiting" },
  live: { word: "Live", tone: "done" },
  private: { word: "Private", tone: "working" },
  discontinued: { word: "Discontinued", tone: "waiting" },
};

export const listingStates: StateTable = {
  UNMAPPED: { word: "Unmapped", tone: "attention" },
  MAPPED: { word: "Mapped", tone: "done" },
  DISABLED: { word: "Disabled", tone: "waiting" },
  STOPPED: { word: "Stopped", tone: "attention", icon: IconHandStop },
  NOT_LIVE: { word: "Not live", tone: "waiting" },
  AT_CHANNEL: { word: "At the marketplace", tone: "done", icon: IconBox },
};

export const userStates: StateTable = {
  INVITED: { word: "Invited", tone: "waiting", icon: IconCalendarClock },
  ENABLED: { word: "Enabled", tone: "done" },
  DISABLED: { word: "Disabled", tone: "waiting", icon: IconX },
  LOCKED: { word: "Locked", tone: "attention", icon: IconLock },
};
