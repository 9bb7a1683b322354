import type { Tone } from "../../ui/index.ts";

/** An event in words. */
export interface CourierWords {
  readonly what: string;
  readonly why: string | null;
  readonly tone: Tone;
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** What a courier that is asked by its API said or was told, in words; null: another kind of event. */
export function courierWords(kind: string, facts: Readonly<Record<string, unknown>>): CourierWords | null {
  const courier = text(facts.courier) ?? "The courier";
  const number = text(facts.awb) ?? "the number";
  const again = text(facts.nextAttemptAt) !== null;
  const why = text(facts.message);
  const tone = again ? "attention" : "failed";
  switch (kind) {
    case "COURIER_REFUSED":
      return { what: "A courier does not take it there: the next is asked", why, tone: "attention" };
    case "COURIER_LABEL_FAILED":
      return {
        what: again ? "The label is not there yet: the courier is asked again" : "No label from the courier",
        ...{ why, tone },
      };
    case "COURIER_NUMBER_SETTLED":
      return text(facts.awb) === null
        ? { what: `${courier} gave no number, a person says`, why: null, tone: "waiting" }
        : { what: `${courier} gave ${number}, a person says`, why: null, tone: "working" };
    case "COURIER_NUMBER_GIVEN_BACK":
      return { what: `${courier} knows that ${number} is not used`, why: null, tone: "waiting" };
    case "COURIER_NUMBER_LAPSED":
      return { what: `${number} is not used; ${courier} has no call to be told`, why: null, tone: "waiting" };
    case "COURIER_TOLD_CHANGE":
      return { what: `${courier} was told the new weight and size`, why: null, tone: "waiting" };
    case "COURIER_CANCEL_FAILED":
      return {
        what: again ? `${courier} is told again that ${number} is not used` : `${courier} does not take ${number} back`,
        ...{ why, tone },
      };
    case "COURIER_CHANGE_FAILED":
      return {
        what: again
          ? `${courier} is told the new weight and size again`
          : `${courier} does not take the new weight and size`,
        ...{ why, tone },
      };
    default:
      return null;
  }
}
