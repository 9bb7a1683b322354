import { type SourceRules, useSourceOf } from "../shared/choices.ts";
import classes from "./channel.module.css";
import type { ShipmentDetail } from "./shipment.ts";

/** What the parcel's source does not allow, in text: nobody has to find out by trying. */
export function Rules({ shipment }: { shipment: ShipmentDetail }) {
  const source = useSourceOf(shipment.channelCode);
  if (source === undefined) return null;
  const words = ruleWords(source);
  return words.length === 0 ? null : <p className={classes.rule}>{words.join(" ")}</p>;
}

/** The rules of a source that keep people from something, a sentence each. */
export function ruleWords({ label, rules }: Pick<SourceRules, "label" | "rules">): readonly string[] {
  return [
    ...(rules.split
      ? []
      : [
          rules.multiBox
            ? `${label} does not allow an order to be split.`
            : `${label} takes an order as one parcel in one box: it is not split, and gets no second box.`,
        ]),
    ...(rules.sellerCancelRule === null ? [] : [rules.sellerCancelRule]),
  ];
}
