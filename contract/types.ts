/** The types of the five protocols by name, made from the files beside this one. */

import type * as marketplace from "./generated/marketplace.ts";
import type * as marketplaceInbound from "./generated/marketplace-inbound.ts";
import type * as partnerNotifications from "./generated/partner-notifications.ts";
import type * as shippingProvider from "./generated/shipping-provider.ts";
import type * as uniwareRest from "./generated/uniware-rest.ts";

/** Named schemas of every contract, by the name of its file. A source's own contract adds its own (`addContract`). */
export interface ContractSchemas {
  marketplace: marketplace.components["schemas"];
  "marketplace-inbound": marketplaceInbound.components["schemas"];
  "partner-notifications": partnerNotifications.components["schemas"];
  "shipping-provider": shippingProvider.components["schemas"];
  "uniware-rest": uniwareRest.components["schemas"];
}

/** Operations of every contract, by operationId. */
export interface ContractOperations {
  marketplace: marketplace.operations;
  "marketplace-inbound": marketplaceInbound.operations;
  "partner-notifications": partnerNotifications.operations;
  "shipping-provider": shippingProvider.operations;
  "uniware-rest": uniwareRest.operations;
}

export type ContractName = keyof ContractSchemas;
export type SchemaName<C extends ContractName> = keyof ContractSchemas[C] & string;
export type OperationId<C extends ContractName> = keyof ContractOperations[C] & string;

/** A named schema's type: `Schema<"marketplace", "Order">`. */
export type Schema<C extends ContractName, S extends SchemaName<C>> = ContractSchemas[C][S];

type Member<T, K extends PropertyKey> = T extends { readonly [key in K]?: infer V } ? V : undefined;
type JsonContent<T> = T extends { content: { "application/json": infer B } } ? B : undefined;
type FormContent<T> = T extends { content: { "application/x-www-form-urlencoded": infer B } } ? B : JsonContent<T>;
/** An absent part (`query?: never`) is read as an object without members. */
type OrEmpty<T> = [NonNullable<T>] extends [never] ? Record<never, never> : NonNullable<T>;

/** JSON or form of an operation's request; undefined where it has none. */
export type RequestBody<C extends ContractName, O extends OperationId<C>> = FormContent<
  NonNullable<Member<ContractOperations[C][O], "requestBody">>
>;
export type QueryOf<C extends ContractName, O extends OperationId<C>> = OrEmpty<
  Member<Member<ContractOperations[C][O], "parameters">, "query">
>;
export type PathOf<C extends ContractName, O extends OperationId<C>> = OrEmpty<
  Member<Member<ContractOperations[C][O], "parameters">, "path">
>;
type Responses<C extends ContractName, O extends OperationId<C>> = Member<ContractOperations[C][O], "responses">;
/** JSON body of the answer with one status; unknown for a status that the contract does not list. */
export type ResponseBody<
  C extends ContractName,
  O extends OperationId<C>,
  Status extends number,
> = Status extends keyof Responses<C, O> ? JsonContent<Responses<C, O>[Status]> : unknown;
