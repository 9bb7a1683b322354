/** POST /updateInventory, with figures that change nothing: what stands is sent again. */
import { objects, textOf } from "../answers.ts";
import { type Check, findings, skip } from "../check.ts";
import { ROWS_PER_PAGE, toPage } from "../pages.ts";
import { UNKNOWN_ID } from "../samples.ts";
import type { Fact, Session } from "../session.ts";
import { emptyBodyCheck, expectDone, expectNamed, LISTING_FAILURES } from "./writes.ts";

const LISTINGS_MAX = 3;

interface Listing {
  readonly productId: string;
  readonly variantId: string;
  readonly sku: string;
  readonly inventory: number;
}

export const stockChecks: readonly Check[] = [
  {
    id: "inventory.taken",
    operation: "updateInventory",
    title: "stock is taken, as text, and answered with SUCCESS",
    writes: true,
    contract: ["paths", "/updateInventory", "post", "responses", "200"],
    todo: 'Take inventory as a text of digits ("42") for each listing by productId and variantId; answer {"status": "SUCCESS", "failedProductList": []}.',
    run: async (session) => {
      const listings = await chosen(session);
      if (!listings.known) return skip(listings.why);
      const found = findings();
      expectDone(
        found,
        "updateInventory",
        await send(session, listings.value),
        "the stock that stands",
        LISTING_FAILURES,
      );
      return found.verdict(listings.value.map(({ sku, inventory }) => `${sku}: ${inventory}`).join(", "));
    },
  },
  {
    id: "inventory.absolute",
    operation: "updateInventory",
    title: "the figure is the stock itself, not a difference",
    writes: true,
    contract: ["paths", "/updateInventory", "post"],
    todo: "Set the stock to the figure sent. Adding it would sell what is not there.",
    run: async (session) => {
      const listings = await chosen(session);
      if (!listings.known) return skip(listings.why);
      const some = listings.value.filter(({ inventory }) => inventory > 0);
      if (some.length === 0)
        return skip("the listings show a stock of 0, which shows no difference; give one some stock");
      const found = findings();
      for (let times = 1; times <= 2; times++)
        expectDone(
          found,
          "updateInventory",
          await send(session, some),
          `sent ${times === 1 ? "once" : "twice"}`,
          LISTING_FAILURES,
        );
      if (found.count > 0) return skip("the stock was not taken: see inventory.taken");
      const skus = some.map(({ sku }) => sku).join(",");
      const exchange = await session.call("getProducts", {
        query: { pageNumber: "1", pageSize: String(ROWS_PER_PAGE), publishedStatus: "PUBLISHED", skus },
      });
      const now = toPage({ list: "products", id: "id" }, 1, exchange).rows.flatMap((row) =>
        objects(row.json.variants).map((variant) => ({ row, variant })),
      );
      for (const { variantId, productId, sku, inventory } of some) {
        const shown = now.find(({ row, variant }) => row.id === productId && textOf(variant.variantId) === variantId);
        if (!shown) found.must(`${sku}: not listed any more after its stock was set`, exchange);
        else if (shown.variant.inventory !== inventory)
          found.must(
            `${sku}: ${inventory} was sent, and /products shows ${textOf(shown.variant.inventory)}`,
            exchange,
            `${shown.row.at}/variants`,
          );
      }
      return found.verdict(some.map(({ sku, inventory }) => `${sku}: ${inventory}`).join(", "));
    },
  },
  {
    id: "inventory.unknown",
    operation: "updateInventory",
    title: "an unknown listing is named in failedProductList",
    writes: true,
    contract: ["components", "schemas", "InventoryUpdateResult", "properties", "failedProductList"],
    todo: 'Answer 200 {"status": "PARTIAL_SUCCESS", "failedProductList": [{productId, variantId, message}]}; what is not named is taken for done.',
    run: async (session) => {
      const found = findings();
      const stranger = { productId: UNKNOWN_ID, variantId: UNKNOWN_ID, sku: "", inventory: 0 };
      const alone = await send(session, [stranger]);
      expectNamed(found, "updateInventory", alone, "an unknown listing alone", LISTING_FAILURES, {
        refused: [UNKNOWN_ID],
      });
      const listings = await chosen(session);
      if (listings.known) {
        const [one] = listings.value;
        const mixed = await send(session, [...listings.value.slice(0, 1), stranger]);
        const asked = { refused: [UNKNOWN_ID], taken: one ? [one.variantId] : [] };
        expectNamed(found, "updateInventory", mixed, "an unknown listing beside a known one", LISTING_FAILURES, asked);
      }
      return found.verdict();
    },
  },
  emptyBodyCheck("inventory", "updateInventory", "InventoryUpdate"),
];

/** Up to three listings whose present stock is shown, those with stock first. */
async function chosen(session: Session): Promise<Fact<readonly Listing[]>> {
  const { rows } = await session.facts.catalogue();
  const listings = rows.flatMap((row) =>
    objects(row.json.variants).flatMap((variant) => {
      const { inventory } = variant;
      const sku = textOf(variant.sku);
      const whole = typeof inventory === "number" && Number.isSafeInteger(inventory) && inventory >= 0;
      // A comma separates SKUs when the stock is looked up again.
      if (!whole || row.id === "" || textOf(variant.variantId) === "" || sku === "" || sku.includes(",")) return [];
      return [{ productId: row.id, variantId: textOf(variant.variantId), sku, inventory }];
    }),
  );
  const value = listings
    .toSorted((one, other) => Number(other.inventory > 0) - Number(one.inventory > 0))
    .slice(0, LISTINGS_MAX);
  if (value.length > 0) return { known: true, value };
  return {
    known: false,
    why: "no listing of /products shows its inventory, so there is no figure that could be sent without changing it",
  };
}

function send(session: Session, listings: readonly Listing[]) {
  const { facilityCode } = session.options;
  const inventoryList = listings.map(({ productId, variantId, inventory }) => ({
    productId,
    variantId,
    inventory: String(inventory),
    ...(facilityCode === null ? {} : { facilityCode }),
  }));
  return session.call("updateInventory", { body: { inventoryList } });
}
