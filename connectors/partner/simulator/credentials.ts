/** Who may notify: tokens of both generations, Basic on each call, or a header whose value never changes. */
import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import type { Random } from "../../kit/simulator/random.ts";
import type { Clock } from "../../kit/simulator/types.ts";

export const accountWish = z.strictObject({
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(200),
  /** A header with a value that never changes, for sellers who are not asked for a token. */
  header: z
    .strictObject({ name: z.string().regex(/^[A-Za-z0-9-]{1,64}$/), value: z.string().min(1).max(500) })
    .nullable()
    .default(null),
});
export type PartnerAccount = z.infer<typeof accountWish>;

/** json and basic: a token, asked for so. direct: Basic on each call. header: the account's own header. */
export const WAYS = ["json", "basic", "direct", "header"] as const;
export type Way = (typeof WAYS)[number];

const TOKEN_LENGTH = 40;
const TOKENS_MAX = 10_000;

interface Token {
  readonly username: string;
  readonly expiresAt: Temporal.Instant | null;
}

/** A token, or that there is none for these credentials. */
export type Issued = { readonly way: "json" | "basic"; readonly token: string } | null;

export class Credentials {
  readonly accounts = new Map<string, PartnerAccount>();
  readonly #tokens = new Map<string, Token>();
  readonly #clock: Clock;
  readonly #random: Random;
  /** Ways that are taken; changed while it runs. */
  ways: ReadonlySet<Way> = new Set(WAYS);
  /** Null: a token lives until it is ended. */
  tokenSeconds: number | null;
  issued = 0;
  refused = 0;

  constructor(clock: Clock, random: Random, tokenSeconds: number | null) {
    this.#clock = clock;
    this.#random = random;
    this.tokenSeconds = tokenSeconds;
  }

  /** The token call: credentials in the body (older generation), or as Basic with an empty body (newer one). */
  issue(headers: IncomingHttpHeaders, body: { username?: string; password?: string } | undefined): Issued {
    const way = body === undefined ? "basic" : "json";
    const given = way === "basic" ? basicOf(headers.authorization) : { name: body?.username, password: body?.password };
    const account = this.accounts.get(given?.name ?? "");
    if (!this.ways.has(way) || !account || account.password !== given?.password) {
      this.refused++;
      return null;
    }
    const token = `pt-${this.#random.digits(TOKEN_LENGTH)}`;
    const life = this.tokenSeconds;
    const expiresAt = life === null ? null : this.#clock().add({ milliseconds: Math.round(life * 1_000) });
    this.#tokens.set(token, { username: account.username, expiresAt });
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > TOKENS_MAX && oldest !== undefined) this.#tokens.delete(oldest);
    this.issued++;
    return { way, token };
  }

  /** Whose call it is; null: nobody's. The token stands bare in Authorization, as every page of the contract shows it. */
  holder(headers: IncomingHttpHeaders): string | null {
    if (this.ways.has("header"))
      for (const { username, header } of this.accounts.values())
        if (header && headers[header.name.toLowerCase()] === header.value) return username;
    const { authorization } = headers;
    const basic = basicOf(authorization);
    if (basic) {
      const account = this.accounts.get(basic.name);
      return this.ways.has("direct") && account?.password === basic.password ? basic.name : null;
    }
    const token = this.#tokens.get(authorization ?? "");
    if (!token) return null;
    const isOver = token.expiresAt !== null && Temporal.Instant.compare(token.expiresAt, this.#clock()) <= 0;
    return isOver ? null : token.username;
  }

  /** All tokens are over at once, as after a change of keys. */
  expireAll(): void {
    this.#tokens.clear();
  }

  get tokens(): number {
    return this.#tokens.size;
  }
}

function basicOf(authorization: string | undefined): { readonly name: string; readonly password: string } | null {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return null;
  const [name = "", ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { name, password: password.join(":") };
}
