import { IconArrowBackUp, IconCheck, IconHourglass, IconQuestionMark, IconX } from "@tabler/icons-react";
import type { StateTable } from "../../ui/index.ts";

/** A row of `GET /courier-numbers`: a tracking number that a courier was asked for. */
export interface CourierNumber {
  readonly waybillId: string;
  readonly providerId: string;
  readonly provider: string;
  readonly direction: "FORWARD" | "REVERSE";
  readonly state: string;
  readonly awb: string | null;
  /** The shipment's code at the courier. */
  readonly shipment: string;
  readonly carrier: string | null;
  readonly routingCode: string | null;
  readonly shippingPackageId: string | null;
  readonly packageCode: string | null;
  readonly returnCaseId: string | null;
  readonly words: string | null;
  readonly exchangeId: string | null;
  readonly askedAt: string;
  readonly askedBy: string;
  readonly givenAt: string | null;
  readonly endedAt: string | null;
}

/** A row of `GET /courier-tellings`: what a courier is told of a number. */
export interface CourierTelling {
  readonly tellingId: string;
  readonly providerId: string;
  readonly provider: string;
  readonly kind: "UPDATE" | "CANCEL";
  readonly state: string;
  readonly awb: string;
  readonly shipment: string;
  readonly shippingPackageId: string | null;
  readonly packageCode: string | null;
  readonly saleOrderId: string | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly message: string | null;
  readonly whatToDo: string | null;
  readonly courierSays: string | null;
  readonly exchangeId: string | null;
  readonly reason: string | null;
  readonly wantedAt: string;
  readonly wantedBy: string;
  readonly nextAttemptAt: string | null;
  readonly settledAt: string | null;
  readonly settledBy: string | null;
}

/** What became of a number. */
export const courierNumberStates: StateTable = {
  ASKED: { word: "Being asked", tone: "working" },
  UNSURE: { word: "Answer lost", tone: "attention", icon: IconQuestionMark },
  GIVEN: { word: "Given", tone: "done" },
  GIVING_BACK: { word: "To give back", tone: "working", icon: IconArrowBackUp },
  GIVEN_BACK: { word: "Given back", tone: "waiting", icon: IconArrowBackUp },
  LAPSED: { word: "Not used", tone: "waiting", icon: IconX },
  REFUSED: { word: "Refused", tone: "failed" },
};

export const courierTellingStates: StateTable = {
  WAITING: { word: "Waits", tone: "working", icon: IconHourglass },
  ASKING: { word: "Being told", tone: "working" },
  FAILED: { word: "Failed", tone: "failed" },
  DONE: { word: "Told", tone: "done" },
  SETTLED: { word: "Settled by a person", tone: "waiting", icon: IconCheck },
  DROPPED: { word: "Not needed", tone: "waiting", icon: IconX },
};

export const tellingWords: Readonly<Record<CourierTelling["kind"], string>> = {
  UPDATE: "Weight and size",
  CANCEL: "Number not used",
};

export const isOpenTelling = ({ state }: Pick<CourierTelling, "state">): boolean =>
  state === "WAITING" || state === "FAILED";

/** The account of a courier that is asked by its API. */
export const courierAccountStates: StateTable = {
  CONNECTED: { word: "Connected", tone: "done" },
  NOT_CONNECTED: { word: "Not connected", tone: "attention" },
  BROKEN: { word: "Broken", tone: "failed" },
};
