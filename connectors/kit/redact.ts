/** What the exchange log keeps of a request or an answer: no secret, no buyer, not too long. */

const SECRET_NAME =
  /pass(word|wd)|secret|token|security[_-]?key|api[_-]?key|access[_-]?key|authorization|cookie|credential|signature|assertion|oauth[_-]?code|auth[_-]?code|^sig$/i;
/** The code that a consent page gives: worth a token. Only a request of tokens has one under so plain a name. */
const GRANT = "grant_type";
/** Words of a secret inside a text: as HTTP's own scheme, or as a form writes it. */
const SCHEME = /\b(Basic|Bearer)\s+[A-Za-z0-9+/=._~-]{8,}/gi;
const PAIR = /\b([\w-]*(?:pass(?:word|wd)|secret|token|signature|api_?key)[\w-]*)=[^&\s"'<>]+/gi;
/** A web address inside a text: who has one that is signed has the file. */
const ADDRESS = /https?:\/\/[^\s"'<>]+/gi;
/** Members that hold a person. Of an address the parts that decide tax and courier stay readable. */
const ADDRESS_NAME = /address(es|details|info)?$/i;
const PERSON_NAMES = [
  /^(name|buyer.*|customer(name|gstin)?|(first|middle|last|full|legal|company|nonlatin|party|toparty)name)$/,
  // However it is reached: alternatePhoneNo, contactNumber, emailID, notificationMobile, customerEmailOrMobile.
  /(phone|mobile|email|contact)(no|number|id|name)?$/,
  /^(addressline\d?|address\d|address_?instructions?|line\d|street(name|number)?|landmark)$/,
  /^(delivery_agent_(name|number)|gstin|gstnumber|pan|(company)?tax(registration|identification)number)$/,
];
const PERSON_NAME = new RegExp(PERSON_NAMES.map(({ source }) => source).join("|"), "i");
/** A member that is a person as a whole. */
const PERSON = /^(buyer|customer|consignee|recipient)(details|info)?$/i;
const ADDRESS_KEPT = /^(city|state|state_?code|stateOrRegion|country|country_?code|pin_?code|postalCode)$/i;
const SECRET = "[secret]";
const PERSONAL = "[personal]";
const DEPTH_MAX = 10;
const MEMBERS_MAX = 60;
const TEXT_MAX = 500;

/** A copy for the log. Long lists and texts are cut, and say so. */
export function redact(value: unknown): unknown {
  return copy(value, 0, false);
}

function copy(value: unknown, depth: number, inAddress: boolean): unknown {
  if (typeof value === "string") {
    const cut = value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}… (${value.length} characters)` : value;
    return redactText(cut);
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH_MAX) return "[too deep]";
  if (Array.isArray(value)) {
    const kept = value.slice(0, MEMBERS_MAX).map((member) => copy(member, depth + 1, inAddress));
    return value.length > MEMBERS_MAX ? [...kept, `… ${value.length - MEMBERS_MAX} more`] : kept;
  }
  const grants = GRANT in value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      grants && name === "code" ? SECRET : member_(name, member, depth, inAddress),
    ]),
  );
}

function member_(name: string, member: unknown, depth: number, inAddress: boolean): unknown {
  if (SECRET_NAME.test(name) && member !== null && member !== "") return SECRET;
  const isWhole = ADDRESS_NAME.test(name) || PERSON.test(name);
  if (isWhole && typeof member === "object" && member !== null) return copy(member, depth + 1, true);
  const personal = inAddress ? !ADDRESS_KEPT.test(name) : isWhole || PERSON_NAME.test(name);
  if (personal && typeof member !== "object" && member !== undefined && member !== "") return PERSONAL;
  return copy(member, depth + 1, inAddress);
}

/** A header that proves who calls. */
export function isSecretHeader(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** A text as the other side wrote it, without what it repeats of our secrets. */
export function redactText(text: string): string {
  return redactAddresses(text).replaceAll(SCHEME, `$1 ${SECRET}`).replaceAll(PAIR, `$1=${SECRET}`);
}

/** A text for people with the secrets of the addresses in it struck out. */
export function redactAddresses(text: string): string {
  if (!text.includes("://")) return text;
  return text.replaceAll(ADDRESS, (address) =>
    address.includes("?") && URL.canParse(address) ? redactUrl(new URL(address)) : address,
  );
}

/** An address for the log: its secrets in the query struck out. */
export function redactUrl(url: URL): string {
  const shown = new URL(url);
  const grants = shown.searchParams.has(GRANT);
  for (const name of [...shown.searchParams.keys()])
    if (SECRET_NAME.test(name) || (grants && name === "code")) shown.searchParams.set(name, SECRET);
  shown.username = "";
  shown.password = "";
  return readable(shown.toString()).replaceAll("%5Bsecret%5D", SECRET);
}

/** Percent signs that stand for nothing are the channel's affair: such an address is shown as it is. */
function readable(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}
