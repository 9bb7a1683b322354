/** Invented buyers in real Indian towns: states and PIN codes fit, since they decide tax and courier. */
import type { Random } from "./random.ts";
import type { Address } from "./types.ts";

interface Town {
  readonly city: string;
  readonly state: string;
  readonly pincodes: readonly [string, ...string[]];
  readonly areas: readonly [string, ...string[]];
}

/** States and union territories, with and without a legislature: both GST splits occur. */
export const TOWNS: readonly [Town, ...Town[]] = [
  {
    city: "Bengaluru",
    state: "Karnataka",
    pincodes: ["560034", "560001", "560103"],
    areas: ["Koramangala", "Indiranagar", "Bellandur"],
  },
  { city: "Mysuru", state: "Karnataka", pincodes: ["570001", "570017"], areas: ["Saraswathipuram", "Vijayanagar"] },
  {
    city: "Mumbai",
    state: "Maharashtra",
    pincodes: ["400053", "400001", "400076"],
    areas: ["Andheri West", "Fort", "Powai"],
  },
  { city: "Pune", state: "Maharashtra", pincodes: ["411038", "411014"], areas: ["Kothrud", "Viman Nagar"] },
  {
    city: "New Delhi",
    state: "Delhi",
    pincodes: ["110017", "110001", "110075"],
    areas: ["Saket", "Connaught Place", "Dwarka"],
  },
  { city: "Gurugram", state: "Haryana", pincodes: ["122002", "122018"], areas: ["DLF Phase 2", "Sohna Road"] },
  { city: "Chennai", state: "Tamil Nadu", pincodes: ["600002", "600040"], areas: ["Mount Road", "Anna Nagar"] },
  { city: "Coimbatore", state: "Tamil Nadu", pincodes: ["641001", "641018"], areas: ["Town Hall", "Race Course"] },
  { city: "Hyderabad", state: "Telangana", pincodes: ["500081", "500034"], areas: ["Madhapur", "Banjara Hills"] },
  { city: "Kolkata", state: "West Bengal", pincodes: ["700019", "700091"], areas: ["Ballygunge", "Salt Lake"] },
  { city: "Jaipur", state: "Rajasthan", pincodes: ["302001", "302017"], areas: ["C Scheme", "Malviya Nagar"] },
  { city: "Lucknow", state: "Uttar Pradesh", pincodes: ["226001", "226010"], areas: ["Hazratganj", "Gomti Nagar"] },
  { city: "Ahmedabad", state: "Gujarat", pincodes: ["380009", "380015"], areas: ["Navrangpura", "Satellite"] },
  { city: "Kochi", state: "Kerala", pincodes: ["682016", "682030"], areas: ["MG Road", "Kakkanad"] },
  { city: "Patna", state: "Bihar", pincodes: ["800001", "800020"], areas: ["Fraser Road", "Kankarbagh"] },
  { city: "Guwahati", state: "Assam", pincodes: ["781005", "781001"], areas: ["Dispur", "Pan Bazaar"] },
  { city: "Bhubaneswar", state: "Odisha", pincodes: ["751001", "751024"], areas: ["Unit 3", "Patia"] },
  { city: "Indore", state: "Madhya Pradesh", pincodes: ["452001", "452010"], areas: ["Rajwada", "Vijay Nagar"] },
  { city: "Chandigarh", state: "Chandigarh", pincodes: ["160017", "160022"], areas: ["Sector 17", "Sector 22"] },
  { city: "Puducherry", state: "Puducherry", pincodes: ["605001", "605003"], areas: ["White Town", "Muthialpet"] },
  { city: "Srinagar", state: "Jammu and Kashmir", pincodes: ["190001", "190008"], areas: ["Lal Chowk", "Rajbagh"] },
  { city: "Leh", state: "Ladakh", pincodes: ["194101"], areas: ["Main Bazaar"] },
  { city: "Port Blair", state: "Andaman and Nicobar Islands", pincodes: ["744101"], areas: ["Aberdeen Bazaar"] },
];

const NAMES: readonly [string, ...string[]] = [
  "Asha Sharma",
  "Ravi Iyer",
  "Meera Nair",
  "Arjun Reddy",
  "Priya Deshmukh",
  "Imran Khan",
  "Harpreet Kaur",
  "Sourav Banerjee",
  "Lakshmi Venkatesan",
  "Rohan Mehta",
  "Fatima Sheikh",
  "Joseph D'Souza",
  "Nandini Rao",
  "Vikram Chauhan",
  "Ananya Bora",
  "Karthik Subramanian",
  "Deepika Patel",
  "Tenzin Dolma",
  "अनिल कुमार वर्मा",
  "கவிதா முருகன்",
];

export interface AddressWishes {
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
  readonly addressLine1?: string | undefined;
  readonly addressLine2?: string | undefined;
  readonly city?: string | undefined;
  readonly state?: string | undefined;
  readonly country?: string | undefined;
  readonly pincode?: string | undefined;
}

/** A buyer's address. What is wished for stands; the rest is chosen to fit it (a town of the wished state, the state of the
 *  wished PIN code) as far as the list above knows it. */
export function anAddress(random: Random, wishes: AddressWishes = {}): Address {
  const near = TOWNS.filter(
    (town) =>
      (wishes.state === undefined || town.state.toLowerCase() === wishes.state.toLowerCase()) &&
      (wishes.city === undefined || town.city.toLowerCase() === wishes.city.toLowerCase()) &&
      (wishes.pincode === undefined || town.pincodes.some((pincode) => sameRegion(pincode, wishes.pincode))),
  );
  const byState = TOWNS.filter((town) => town.state.toLowerCase() === wishes.state?.toLowerCase());
  const town = random.pick(near) ?? random.pick(byState) ?? random.pick(TOWNS);
  const name = wishes.name ?? random.pick(NAMES);
  const local =
    name
      .toLowerCase()
      .replaceAll(/[^a-z]+/g, ".")
      .replaceAll(/^\.|\.$/g, "") || "buyer";
  return {
    name,
    addressLine1:
      wishes.addressLine1 ?? `${random.integer(1, 240)}, ${random.integer(4, 18)}th Cross, ${random.pick(town.areas)}`,
    ...(wishes.addressLine2 === undefined ? {} : { addressLine2: wishes.addressLine2 }),
    city: wishes.city ?? town.city,
    state: wishes.state ?? town.state,
    country: wishes.country ?? "India",
    pincode: wishes.pincode ?? random.pick(town.pincodes),
    phone: wishes.phone ?? `${random.integer(6, 9)}${random.digits(9)}`,
    email: wishes.email ?? `${local}@example.in`,
  };
}

/** The first three digits of a PIN code name its sorting district. */
function sameRegion(one: string, other: string | undefined): boolean {
  return one.slice(0, 3) === other?.slice(0, 3);
}
