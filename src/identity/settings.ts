import type { z } from "zod";
import { assert, ok, type Result, refuse } from "../kernel/index.ts";
import type { Tx } from "../platform/db.ts";
import { readTenant } from "./store.ts";

/** A setting of a tenant, declared by the module that obeys it. */
export interface TenantSetting<T> {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly schema: z.ZodType<T>;
  readonly initial: T;
}

const declared = new Map<string, TenantSetting<unknown>>();

/** Declares a setting; Settings > Tenant then shows it. @param setting.name "module.camelCase", declared once */
export function tenantSetting<T>(setting: TenantSetting<T>): TenantSetting<T> {
  assert(/^[a-z-]+\.[a-zA-Z]+$/.test(setting.name), `a setting is named module.name: ${setting.name}`);
  assert(!declared.has(setting.name), `the setting ${setting.name} is declared once`);
  assert(setting.schema.safeParse(setting.initial).success, `the initial value of ${setting.name} fits its schema`);
  declared.set(setting.name, setting);
  return setting;
}

/** The tenant's value of a setting, or the initial one. */
export async function readTenantSetting<T>(tx: Tx, setting: TenantSetting<T>): Promise<T> {
  return tenantValue(setting, (await readTenant(tx)).settings);
}

/** All settings with the tenant's values, for the screen. */
export function describeSettings(stored: Readonly<Record<string, unknown>>) {
  return [...declared.values()].map((setting) => ({
    name: setting.name,
    label: setting.label,
    help: setting.help,
    initial: setting.initial,
    value: tenantValue(setting, stored),
  }));
}

/** The stored settings with `changes` laid over them; null takes a setting back to its initial value. */
export function changeSettings(
  stored: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Result<Record<string, unknown>> {
  const settings = { ...stored };
  for (const [name, value] of Object.entries(changes)) {
    const setting = declared.get(name);
    if (!setting) return refuse("SETTING_UNKNOWN", { name });
    if (value === null) {
      delete settings[name];
      continue;
    }
    const parsed = setting.schema.safeParse(value);
    if (!parsed.success)
      return refuse("SETTING_VALUE", { name, detail: parsed.error.issues.map((issue) => issue.message).join("; ") });
    settings[name] = parsed.data;
  }
  return ok(settings);
}

/** A stored value that the schema of today no longer takes counts as not set. */
function tenantValue<T>(setting: TenantSetting<T>, stored: Readonly<Record<string, unknown>>): T {
  const parsed = setting.schema.safeParse(stored[setting.name]);
  return parsed.success ? parsed.data : setting.initial;
}
