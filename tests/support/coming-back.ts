import type { CatalogueVariant, SimOrder, SimReturn } from "../../connectors/kit/simulator/index.ts";
import { startDueCreditNotes } from "../../src/billing/index.ts";
import type { Grade } from "../../src/putaway/index.ts";
import { readPages } from "./read-pdf.ts";
import type { ReturnYard } from "./return-yard.ts";
import type { Story } from "./story.ts";
import { waitFor } from "./wait.ts";

interface Rows<Row> {
  readonly rows: Row[];
  readonly total: number;
}

export interface ReturnDetail {
  readonly returnCaseId: string;
  readonly code: string;
  readonly kind: string;
  readonly state: string;
  readonly units: number;
  readonly announcedVia: string;
  readonly channelReturnId: string | null;
  readonly awb: string | null;
  readonly reason: string | null;
  readonly pendingSince: string | null;
  readonly creditNotes: string | null;
  readonly unitsIn: readonly {
    readonly unitId: string;
    readonly sku: string;
    readonly unitState: string;
    readonly state: string;
    readonly grade: string | null;
    readonly shelf: string | null;
    readonly putawayId: string | null;
  }[];
  readonly timeline: readonly { readonly kind: string }[];
}

export interface PendingNote {
  readonly dueId: string;
  readonly kind: string;
  readonly state: string;
  readonly putAwayAt: string;
  readonly attempts: number;
  readonly lastError: { readonly code: string; readonly message: string } | null;
  readonly channelSays: string | null;
  readonly nextAttemptAt: string | null;
  readonly actions: readonly string[];
}

export interface Amounts {
  readonly taxable: number;
  readonly cgst: number;
  readonly sgst: number;
  readonly igst: number;
  readonly total: number;
}

export interface CreditNote extends Amounts {
  readonly creditNoteId: string;
  readonly number: string;
  readonly series: string | null;
  readonly numberedBy: string;
  readonly state: string;
  readonly invoiceId: string;
  readonly invoiceNumber: string;
  readonly quantity: number;
  readonly utgst: number;
  readonly cess: number;
  readonly roundOff: number;
}

interface Line {
  readonly product: CatalogueVariant;
  readonly quantity?: number;
}

/** A parcel that left, as both sides know it. */
export interface Gone {
  readonly id: string;
  readonly orderId: string;
  readonly packageId: string;
  readonly packageCode: string;
  readonly awb: string;
  readonly invoiceNumber: string;
}

/** What comes back to one channel of the yard, through the calls that the screens make. */
export class ComingBack {
  readonly yard: ReturnYard;
  readonly story: Story;

  constructor(yard: ReturnYard, story: Story) {
    this.yard = yard;
    this.story = story;
  }

  /** A shopper buys, and the parcel leaves on a closed manifest; the marketplace knows of it. */
  async gone(lines: readonly Line[], over: Record<string, unknown> = {}): Promise<Gone> {
    // At the catalogue's price, nothing added and nothing taken off.
    const items = lines.map(({ product, quantity = 1 }) => ({
      ...{ sku: product.sku, quantity, sellingPrice: product.pricePaise / 100 },
      ...{ shippingCharges: 0, discount: 0 },
    }));
    const pulled = this.story !== this.yard.jupiter;
    const id = await this.story.place(items, { ...over, ...(pulled ? { push: false } : {}) });
    if (pulled) await this.story.sync("ORDERS");
    await this.story.handOver(id);
    await this.story.units(id, "DISPATCHED");
    await waitFor("the marketplace to know of the parcel", () =>
      this.story.at(id).items.every((item) => item.dispatchedQuantity === item.quantity),
    );
    const { id: orderId } = await this.story.order(id);
    const [parcel] = await this.story.packages(id);
    if (!parcel) throw new Error(`${id} has a package`);
    const { awb, invoiceNumber } = await this.story.shipment(parcel.code);
    return { id, orderId, packageId: parcel.id, packageCode: parcel.code, awb, invoiceNumber };
  }

  /** Asks the channel about one order, as the button does. */
  async syncOrder(of: Gone): Promise<boolean> {
    const { changed } = await this.yard.client.must<{ changed: boolean }>(
      "POST",
      `/orders/${of.orderId}/sync-status`,
      {},
    );
    return changed;
  }

  async packageState(of: Gone): Promise<string> {
    return (await this.story.shipment(of.packageCode)).state;
  }

  /** The returns of an order, the newest last. */
  async returns(of: Gone): Promise<ReturnDetail[]> {
    const { rows } = await this.yard.client.must<Rows<{ returnCaseId: string }>>(
      "GET",
      `/returns?search=${of.id}&sort=announcedAt`,
    );
    return Promise.all(
      rows.map(({ returnCaseId }) => this.yard.client.must<ReturnDetail>("GET", `/returns/${returnCaseId}`)),
    );
  }

  /** The newest return of an order. */
  async back(of: Gone): Promise<ReturnDetail> {
    const last = (await this.returns(of)).at(-1);
    if (!last) throw new Error(`something of ${of.id} comes back`);
    return last;
  }

  /** Says of each unit of a list what it is worth and where it lies, and completes the list. */
  async putAway(
    putawayId: string,
    said: readonly { itemIds: readonly string[]; grade: Grade; shelf?: string }[],
  ): Promise<void> {
    if (said.length > 0) await this.yard.client.must("POST", `/putaways/${putawayId}/grade`, { gradings: said });
    await this.yard.client.must("POST", `/putaways/${putawayId}/complete`, { confirmAll: true });
  }

  /** Units of an order that wait for putaway or lie on an open list. */
  async waiting(of: Gone): Promise<{ itemId: string; kind: string; sku: string; grade: string | null }[]> {
    const url = `/putaway-items?facilityId=${this.yard.facilityId}&search=${of.id}`;
    return (
      await this.yard.client.must<Rows<{ itemId: string; kind: string; sku: string; grade: string | null }>>("GET", url)
    ).rows;
  }

  async pending(back: Pick<ReturnDetail, "returnCaseId">): Promise<PendingNote[]> {
    const url = `/pending-credit-notes?returnCaseId=${back.returnCaseId}`;
    return (await this.yard.client.must<Rows<PendingNote>>("GET", url)).rows;
  }

  async notes(back: Pick<ReturnDetail, "returnCaseId">): Promise<CreditNote[]> {
    const url = `/credit-notes?returnCaseId=${back.returnCaseId}`;
    return (await this.yard.client.must<Rows<CreditNote>>("GET", url)).rows;
  }

  /** All text of a credit note's PDF, read by another library than wrote it. */
  async paper(note: Pick<CreditNote, "creditNoteId">): Promise<string> {
    const { type, bytes } = await this.yard.client.file(`/credit-notes/${note.creditNoteId}/pdf`);
    if (type !== "application/pdf") throw new Error(`a credit note is a PDF, not ${type}`);
    return (await readPages(bytes)).map((page) => page.text).join("\n");
  }

  invoice(note: Pick<CreditNote, "invoiceId">): Promise<Amounts & { number: string }> {
    return this.yard.client.must("GET", `/invoices/${note.invoiceId}`);
  }

  /** Waits until the marketplace was told the grades of a return and gives what it then holds. */
  told(of: Gone, grades: readonly string[], nth = -1): Promise<SimReturn> {
    return waitFor(`the marketplace to be told ${grades.join(", ")} of ${of.id}`, () => {
      const back = this.story.at(of.id).returns.at(nth);
      const said = back?.grades.map(({ grade, quantity }) => `${quantity} ${grade}`).toSorted();
      return said?.join() === grades.toSorted().join() && back;
    });
  }

  /** Waits until the return is over on our side. */
  completed(of: Gone, nth = -1): Promise<ReturnDetail> {
    return waitFor(`the return of ${of.id} to be COMPLETED`, async () => {
      const back = (await this.returns(of)).at(nth);
      return back?.state === "COMPLETED" && back;
    });
  }

  at(of: Gone): SimOrder {
    return this.story.at(of.id);
  }

  /** How often the marketplace was asked for a credit note. */
  asked(): number {
    const { calls } = this.story.sim.log() as { calls: { operation: string }[] };
    return calls.filter((call) => call.operation === "getCreditNote").length;
  }
}

/** What each minute's look for due credit notes does, without waiting for the minute. */
export function lookForDue(yard: ReturnYard): Promise<void> {
  return startDueCreditNotes(yard.app.services);
}
