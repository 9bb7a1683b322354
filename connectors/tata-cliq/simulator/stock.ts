/** Stock, as JSON and as XML. */
import type { Answer, Call } from "../../kit/simulator/index.ts";
import { takeStock } from "../../kit/simulator/index.ts";
import { ACTS, DEMANDED, type Parts, said, serve, stamp, struck, word } from "./parts.ts";

interface Figure {
  readonly SKU: string;
  readonly SlaveID: string;
  readonly Inventory: number;
}

type Told = Pick<Call<"tata-cliq", "updateInventoryJson">, "seller" | "at" | "fault">;

export function serveStock(parts: Parts): void {
  serve(parts, "updateInventoryJson", (call) => take(parts, call, call.body.InventoryUpdate.Item), ACTS);
  serve(
    parts,
    "updateInventoryXml",
    (call) => {
      const figures = readXml(call.raw.toString("utf8"));
      return figures === null ? said(400, "InventoryUpdate cannot be read") : take(parts, call, figures);
    },
    ACTS,
  );
}

function take({ sim, slaves }: Parts, { seller, at, fault }: Told, figures: readonly Figure[]): Answer {
  const refused = struck(fault, figures);
  const failed = figures.flatMap((figure) => {
    const { SKU, SlaveID, Inventory } = figure;
    const variant = sim.world.products.values().find((one) => one.sku === SKU);
    const message = refused.has(figure)
      ? (fault?.message ?? DEMANDED)
      : !variant
        ? `no article ${SKU}`
        : slaves.includes(SlaveID)
          ? null
          : `no store ${SlaveID}`;
    if (message !== null || !variant) return [{ SKU, SlaveID, message: message ?? DEMANDED }];
    takeStock(sim.world, {
      quantity: Inventory,
      receivedAt: stamp(at),
      seller,
      productId: variant.productId,
      variantId: variant.variantId,
      facilityCode: SlaveID,
    });
    return [];
  });
  return { status: 200, body: { status: word(fault, figures.length, failed.length), failed } };
}

/** The one shape that there is: a list of Items with four members. Null: something else. */
function readXml(text: string): readonly Figure[] | null {
  if (!/<InventoryUpdate>[\s\S]*<\/InventoryUpdate>/.test(text)) return null;
  const figures = [...text.matchAll(/<Item>([\s\S]*?)<\/Item>/g)].map(([, item = ""]) => {
    const member = (name: string) => unescaped(new RegExp(`<${name}>([^<]*)</${name}>`).exec(item)?.[1] ?? "");
    return { SKU: member("SKU"), SlaveID: member("SlaveID"), Inventory: Number(member("Inventory")) };
  });
  const isGood = figures.every(({ SKU, SlaveID, Inventory }) => SKU && SlaveID && Number.isInteger(Inventory));
  return figures.length > 0 && isGood ? figures : null;
}

function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.trim().replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => letters[name] ?? "");
}
