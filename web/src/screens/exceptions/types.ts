import { queryOptions } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";

/** A row of `GET /exceptions`: the doubt in words, with the choices a person has. */
export interface ExceptionRow {
  readonly id: string;
  readonly kind: string;
  readonly state: "OPEN" | "RESOLVED";
  readonly facts: Readonly<Record<string, unknown>>;
  readonly channel: string | null;
  readonly saleOrderId: string | null;
  readonly orderCode: string | null;
  readonly packageId: string | null;
  readonly packageCode: string | null;
  readonly intakeId: string | null;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  readonly choice: string | null;
  readonly note: string | null;
  /** The kind in a few words. */
  readonly title: string;
  readonly message: string;
  readonly choices: readonly Choice[];
}

/** What a person may decide, and what that will do. */
export interface Choice {
  readonly code: string;
  readonly label: string;
  readonly effect: string;
}

export interface DoubtKind {
  readonly kind: string;
  readonly title: string;
  readonly choices: readonly Choice[];
}

/** All kinds of doubts, as the server declares them. */
export const kindsQuery = queryOptions({
  queryKey: ["exception-kinds"],
  queryFn: ({ signal }) => api.get<readonly DoubtKind[]>("/api/v1/exceptions/kinds", {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});
