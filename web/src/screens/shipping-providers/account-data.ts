import { queryOptions } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import type { Provider } from "./provider-data.ts";

type SettingValue = string | number | boolean;

export interface CourierField {
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "password" | "facility" | "warehouse-map";
  readonly required: boolean;
  readonly help: string;
  readonly pattern: string | null;
}

export interface CourierSetting {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly type: "switch" | "select" | "number" | "text";
  readonly options: readonly { readonly value: string; readonly label: string; readonly unavailable: string | null }[];
  readonly range: { readonly min: number; readonly max: number; readonly unit: string } | null;
  readonly default: SettingValue;
}

/** A kind of courier API, as it declares itself. */
export interface CourierKind {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  /** It has an address of its own: the base URL may stay empty. */
  readonly hasAddress: boolean;
  readonly fields: readonly CourierField[];
  readonly settings: readonly CourierSetting[];
}

export type AccountState = "NOT_CONNECTED" | "CONNECTED" | "BROKEN";

export interface CourierAccount {
  readonly courier: string;
  readonly baseUrl: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly secretsStored: readonly string[];
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly state: AccountState;
  readonly brokenReason: string | null;
  readonly connectedAt: string | null;
  readonly connectedBy: string | null;
  readonly setAt: string;
  readonly setBy: string;
  readonly abilities: {
    readonly reverse: boolean;
    readonly repeatGivesSame: boolean;
    readonly updates: boolean;
    readonly cancels: boolean;
    readonly manifests: boolean;
    readonly trackBatchMax: number;
    readonly trackEveryMinutes: number;
  } | null;
  readonly counts: {
    readonly live: number;
    readonly unsure: number;
    readonly toTell: number;
    readonly notTold: number;
  };
}

/** `GET /shipping-providers/:providerId/courier`. */
export interface CourierOfProvider {
  readonly providerId: string;
  readonly code: string;
  readonly name: string;
  readonly couriers: readonly CourierKind[];
  readonly account: CourierAccount | null;
}

/** What Connect came to. */
export interface Connected {
  readonly connected: boolean;
  readonly detail: string;
  readonly courierSays: string | null;
  readonly whatToDo: string | null;
  readonly exchangeId: string | null;
}

export const providerPath = (providerId: string): string => `/api/v1/shipping-providers/${providerId}`;

export const providerQuery = (providerId: string) =>
  queryOptions({
    queryKey: ["shipping-provider", providerId, "provider"],
    queryFn: ({ signal }) => api.get<Provider>(providerPath(providerId), {}, signal),
    refetchInterval: 10_000,
  });

export const courierQuery = (providerId: string) =>
  queryOptions({
    queryKey: ["shipping-provider", providerId, "courier"],
    queryFn: ({ signal }) => api.get<CourierOfProvider>(`${providerPath(providerId)}/courier`, {}, signal),
    refetchInterval: 10_000,
  });
