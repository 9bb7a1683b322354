import { ok, type Result, refuse } from "../../kernel/index.ts";

/**
 * Words of other expression languages, which people bring along from other products, as ours. Nothing becomes longer, so
 * that blanks keep each character in its place and a fault is named where it was typed. `package` is a reserved word of CEL.
 */
const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    and: "&&",
    or: "||",
    not: "!",
    eq: "==",
    ne: "!=",
    lt: "<",
    gt: ">",
    le: "<=",
    ge: ">=",
    package: "parcel",
    shippingPackage: "parcel",
    saleOrder: "order",
  }),
);

/** A text in quotes, a comment, an unclosed quote, a name with what stands before it, or any other character. */
const TOKEN = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\/\/.*|(?<dot>\.\s*)?#?(?<name>[A-Za-z_]\w*)|[\s\S]/g;

/**
 * The condition as CEL, character for character in the same places. Takes off `#{…}` and `${…}` around the whole and `#`
 * before a name; `and`, `or`, `not`, `eq`, `ne`, `lt`, `gt`, `le` and `ge` are operators. Pure.
 * Refuses CONDITION_INVALID where the wrapper is not closed.
 */
export function plainCondition(text: string): Result<string> {
  const wrapped = /^(\s*)[#$]\{([\s\S]*)$/.exec(text);
  if (wrapped === null) return ok(inWords(text));
  const [, before = "", rest = ""] = wrapped;
  const body = /^([\s\S]*)\}(\s*)$/.exec(rest);
  if (body === null)
    return refuse("CONDITION_INVALID", {
      at: before.length + 1,
      why: `${text.slice(before.length, before.length + 2)} is opened and not closed with }`,
    });
  const [, inside = "", after = ""] = body;
  return ok(`${before}  ${inWords(inside)} ${after}`);
}

function inWords(text: string): string {
  return text.replaceAll(TOKEN, (token, ...groups) => {
    const { dot, name } = namesOf(groups.at(-1));
    if (name === undefined) return token;
    const word = dot === undefined ? (WORDS.get(name) ?? name) : `${dot}${name}`;
    return word.padStart(token.startsWith("#") ? word.length + 1 : 0).padEnd(token.length);
  });
}

function namesOf(groups: unknown): { dot?: string | undefined; name?: string | undefined } {
  return typeof groups === "object" && groups !== null ? groups : {};
}
