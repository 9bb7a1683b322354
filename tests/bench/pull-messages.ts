/** What the pull bench and its marketplace say to each other. */
import { z } from "zod";

/** The marketplace's code of the one warehouse that all orders leave from. */
export const WAREHOUSE = "WH-1";

export function benchSeller(i: number): { readonly username: string; readonly password: string } {
  return { username: `bench-seller-${i}`, password: "bench-only" };
}

const sale = z.object({ id: z.string(), seller: z.int(), products: z.array(z.int()) });
/** An order that a marketplace holds: of which seller, and the products of its lines. */
export type Sale = z.infer<typeof sale>;

export const toMarketplace = z.discriminatedUnion("kind", [
  /** Begin anew with these orders; calls of some sellers are never answered, of others always answered with 429. */
  z.object({
    kind: z.literal("hold"),
    sellers: z.int(),
    sales: z.array(sale),
    hanging: z.array(z.string()),
    throttled: z.array(z.string()),
  }),
  /** Every seller is treated well again, those whose calls hang at once: what is under way comes to its end. */
  z.object({ kind: z.literal("ease") }),
  z.object({ kind: z.literal("place"), sale }),
  z.object({ kind: z.literal("asked") }),
]);
export type ToMarketplace = z.infer<typeof toMarketplace>;

export const opened = z.object({ url: z.string() });
export const eased = z.object({ eased: z.literal(true) });
export const placed = z.object({ placedAtMs: z.number() });
export const askedFor = z.object({ firstAskedMs: z.number().nullable(), pages: z.int() });
/** When orders were first asked for since the marketplace began anew (epoch milliseconds), and how many pages were. */
export type Asked = z.infer<typeof askedFor>;
