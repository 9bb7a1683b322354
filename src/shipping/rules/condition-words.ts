/** What the expression library says of a fault, in words for people who never heard of it. Pure. */
export function inOurWords(summary: string): string {
  for (const [pattern, words] of WORDS) {
    const found = pattern.exec(summary);
    if (found !== null) return words(...found.slice(1));
  }
  return lowerFirst(namesBack(summary));
}

const WORDS: readonly (readonly [RegExp, (...found: string[]) => string])[] = [
  [/^(\$?[\w.]+(?:<.*>)?)$/, (type = "") => typeWords(type)],
  [/^Unknown variable: (.+)$/, (name = "") => `there is no ${name}: conditions begin with order, package or facility`],
  [/^No such key: (.+)$/, (name = "") => `there is no ${name} here`],
  [
    /^no such overload: (.+) (\S+) (.+)$/,
    (left = "", operator = "", right = "") => `${operator} does not go with ${typeWords(left)} and ${typeWords(right)}`,
  ],
  [/^no such overload: (\S)(.+)$/, (operator = "", type = "") => `${operator} does not go with ${typeWords(type)}`],
  [
    /^found no matching overload for '(?:[^']*\.)?(\w+)\((.*)\)'$/,
    (name = "", given = "") =>
      `${name} ${HINTS.get(name) ?? `does not go with ${given === "" ? "nothing" : given.split(", ").map(typeWords).join(" and ")} here`}`,
  ],
  [/^Unexpected character: '?=+'?$/, () => "a comparison is written =="],
  [/^Unexpected character: (.+)$/, (found = "") => `${found} is not expected here`],
  [/^Unexpected token: EOF$/, () => "something is missing at its end"],
  [/^Unexpected token: (.+)$/, (found = "") => `${found} is not expected here`],
  [/^Expected RPAREN, got .+$/, () => "a ) is missing"],
  [/^Expected RBRACKET, got .+$/, () => "a ] is missing"],
  [/^Unterminated string$/, () => "a text is not closed with its quote"],
  [/^division by zero$/, () => "it divides by zero"],
];

const HINTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    equals: "is written ==",
    equalsIgnoreCase: "is written lowerAscii() ==",
    toLowerCase: "is written lowerAscii",
    toUpperCase: "is written upperAscii",
    length: "is written size",
  }),
);

function typeWords(type: string): string {
  const bare = type.trim();
  if (bare === "string") return "a text";
  if (bare === "int" || bare === "uint" || bare === "double") return "a number";
  if (bare === "bool") return "yes or no";
  if (bare.startsWith("list")) return "a list";
  if (bare.startsWith("map")) return "texts by name";
  return bare.startsWith("$") ? `${namesBack(bare.slice(1))}, which has parts` : bare;
}

/** `package` is a reserved word of the language, and goes under another name there. */
function namesBack(text: string): string {
  return text.replaceAll(/\bparcel\b/g, "package").replaceAll("$", "");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
