/** Small ways to spoil an answer, for planting faults. */
import { isJson, type Json } from "../../contract/compile.ts";
import type { Asked } from "./fault-proxy.ts";

export const at = ({ method, path }: Asked, where: string) => `${method} ${path}` === where;
export const isNewOrders = (asked: Asked) => at(asked, "GET /orders") && asked.query.orderIds === undefined;
export const isStatus = (asked: Asked) => at(asked, "GET /orders") && asked.query.orderIds !== undefined;
export const orderWith = (row: Json, change: (item: Json) => Json): Json => ({
  ...row,
  orderItems: Array.isArray(row.orderItems) ? row.orderItems.map((item) => (isJson(item) ? change(item) : item)) : [],
});
export const variantsWith = (row: Json, change: (variant: Json) => Json): Json => ({
  ...row,
  variants: Array.isArray(row.variants)
    ? row.variants.map((variant) => (isJson(variant) ? change(variant) : variant))
    : [],
});
export const without = (row: Json, member: string): Json =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== member));
export const price = (row: Json, name: string): Json => (isJson(row[name]) ? row[name] : {});
