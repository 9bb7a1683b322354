import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { isJson } from "./compile.ts";
import { checkInv01, type Inv01 } from "./inv01.ts";

const schema: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "e-invoice-inv01.schema.json"), "utf8"));

/** Every member that there is, once. */
const everything: Required<Inv01> = {
  Version: "1.1",
  TranDtls: { TaxSch: "GST", SupTyp: "B2B", RegRev: "N", EcmGstin: "29AAFCC9980M1ZR", IgstOnIntra: "N" },
  DocDtls: { Typ: "CRN", No: "CN/26-27/1", Dt: "21/11/2026" },
  SellerDtls: {
    ...{ Gstin: "29AAFCC9980M1ZR", LglNm: "Chai and Sons", TrdNm: "Chai", Addr1: "1 MG Road", Addr2: "Floor 2" },
    ...{ Loc: "Bengaluru", Pin: 560001, Stcd: "29", Ph: "9876543210", Em: "a@b.in" },
  },
  BuyerDtls: {
    ...{ Gstin: "27AAPFU0939F1ZV", LglNm: "Buyer", TrdNm: "Buyer", Pos: "27", Addr1: "2", Addr2: "Fort" },
    ...{ Loc: "Mumbai", Pin: 400001, Stcd: "27", Ph: "022123456", Em: "c@d.in" },
  },
  DispDtls: { Nm: "Store", Addr1: "3", Addr2: "Gate", Loc: "Hosur", Pin: 635109, Stcd: "33" },
  ShipDtls: {
    ...{ Gstin: "URP", LglNm: "Site", TrdNm: "Site", Addr1: "4", Addr2: "Gate", Loc: "Pune", Pin: 411001, Stcd: "27" },
  },
  ItemList: [
    {
      ...{ SlNo: "1", PrdDesc: "Tea", IsServc: "N", HsnCd: "0902", Barcde: "8901", Qty: 1, FreeQty: 0, Unit: "NOS" },
      ...{ UnitPrice: 100, TotAmt: 100, Discount: 0, PreTaxVal: 0, AssAmt: 100, GstRt: 5, IgstAmt: 5, CgstAmt: 0 },
      ...{ SgstAmt: 0, CesRt: 0, CesAmt: 0, CesNonAdvlAmt: 0, StateCesRt: 0, StateCesAmt: 0, StateCesNonAdvlAmt: 0 },
      ...{ OthChrg: 0, TotItemVal: 105, OrdLineRef: "7", OrgCntry: "IN", PrdSlNo: "S1" },
      BchDtls: { Nm: "B-1", ExpDt: "01/01/2027", WrDt: "01/01/2028" },
      AttribDtls: [{ Nm: "Colour", Val: "Green" }],
    },
  ],
  ValDtls: {
    ...{ AssVal: 100, CgstVal: 0, SgstVal: 0, IgstVal: 5, CesVal: 0, StCesVal: 0, Discount: 0, OthChrg: 0 },
    ...{ RndOffAmt: -0.5, TotInvVal: 104.5, TotInvValFc: 2 },
  },
  PayDtls: {
    ...{ Nm: "Chai", AccDet: "123", Mode: "UPI", FinInsBr: "HDFC0000001", PayTerm: "30 days", PayInstr: "-" },
    ...{ CrTrn: "x", DirDr: "y", CrDay: 30, PaidAmt: 1, PaymtDue: 2 },
  },
  RefDtls: {
    InvRm: "Returned",
    DocPerdDtls: { InvStDt: "01/11/2026", InvEndDt: "30/11/2026" },
    PrecDocDtls: [{ InvNo: "INV/1", InvDt: "01/11/2026", OthRefNo: "o" }],
    ContrDtls: [
      {
        ...{ RecAdvRefr: "1", RecAdvDt: "01/11/2026", TendRefr: "2", ContrRefr: "3", ExtRefr: "4", ProjRefr: "5" },
        ...{ PORefr: "6", PORefDt: "01/11/2026" },
      },
    ],
  },
  AddlDocDtls: [{ Url: "https://example.in/a", Docs: "AAAA", Info: "an appendix" }],
  ExpDtls: {
    ...{ ShipBNo: "1", ShipBDt: "01/11/2026", Port: "INBLR4", RefClm: "N", ForCur: "USD", CntCode: "US", ExpDuty: 0 },
  },
  EwbDtls: {
    ...{ TransId: "29AAFCC9980M1ZR", TransName: "Lorry", TransMode: "1", Distance: 0, TransDocNo: "L1" },
    ...{ TransDocDt: "21/11/2026", VehNo: "KA01AB1234", VehType: "R" },
  },
};

/** Names of all members below, "ItemList/BchDtls/Nm". */
function membersOf(value: unknown, at = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => membersOf(entry, at));
  if (!isJson(value)) return [at];
  return Object.entries(value).flatMap(([name, member]) => membersOf(member, `${at}/${name}`));
}

function declaredBy(node: unknown, at = ""): string[] {
  if (!isJson(node)) return [at];
  if (typeof node.$ref === "string" && isJson(schema) && isJson(schema.$defs))
    return declaredBy(schema.$defs[node.$ref.replace("#/$defs/", "")], at);
  if (node.type === "array") return declaredBy(node.items, at);
  if (!isJson(node.properties)) return [at];
  return Object.entries(node.properties).flatMap(([name, member]) => declaredBy(member, `${at}/${name}`));
}

/** A copy with the member at a path replaced; undefined takes it away. */
function withMember(path: string, by: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(everything));
  const names = path.split("/");
  const last = names.pop() ?? "";
  let at: unknown = copy;
  for (const name of names) at = isJson(at) || Array.isArray(at) ? Reflect.get(at, name) : undefined;
  if (!isJson(at)) throw new Error(`${path} is there`);
  if (by === undefined) Reflect.deleteProperty(at, last);
  else Reflect.set(at, last, by);
  return copy;
}

describe("the schema of INV-01 (gst-einvoice §2)", () => {
  it("is JSON Schema and knows the same members as the type", () => {
    expect(isJson(schema) && new Ajv2020().validateSchema(schema)).toBe(true);
    expect(checkInv01(everything)).toMatchObject({ ok: true });
    expect(declaredBy(schema).sort()).toEqual([...new Set(membersOf(everything))].sort());
  });

  it.each([
    ..."Version TranDtls DocDtls SellerDtls BuyerDtls ItemList ValDtls TranDtls/SupTyp DocDtls/Typ DocDtls/No".split(
      " ",
    ),
    ..."DocDtls/Dt SellerDtls/Gstin SellerDtls/LglNm SellerDtls/Addr1 SellerDtls/Loc SellerDtls/Pin".split(" "),
    ..."SellerDtls/Stcd BuyerDtls/Gstin BuyerDtls/LglNm BuyerDtls/Pos BuyerDtls/Addr1 BuyerDtls/Loc".split(" "),
    ..."BuyerDtls/Stcd DispDtls/Nm DispDtls/Pin ShipDtls/LglNm ShipDtls/Pin ItemList/0/SlNo".split(" "),
    ..."ItemList/0/IsServc ItemList/0/HsnCd ItemList/0/UnitPrice ItemList/0/TotAmt ItemList/0/AssAmt".split(" "),
    ..."ItemList/0/GstRt ItemList/0/TotItemVal ValDtls/AssVal ValDtls/TotInvVal EwbDtls/Distance".split(" "),
  ])("wants %s", (path) => {
    const checked = checkInv01(withMember(path, undefined));
    expect(checked.ok ? [] : checked.errors).toEqual([{ path, message: "is required" }]);
  });

  it.each<[string, unknown]>([
    ["Version", "1.0"],
    ["TranDtls/SupTyp", "B2C"],
    ["DocDtls/Typ", "BIL"],
    ["DocDtls/No", "0123"],
    ["DocDtls/No", "/A"],
    ["DocDtls/No", "-A"],
    ["DocDtls/No", "a1"],
    ["DocDtls/No", "A234567890123456X"],
    ["DocDtls/Dt", "2026-11-21"],
    ["SellerDtls/Gstin", "29AAFCC9980M1Z"],
    ["SellerDtls/Gstin", "URP"],
    ["SellerDtls/LglNm", "ab"],
    ["SellerDtls/LglNm", 'the "best"'],
    ["SellerDtls/Addr1", "a\\b"],
    ["SellerDtls/Addr2", "ab"],
    ["SellerDtls/Loc", "x".repeat(51)],
    ["SellerDtls/Pin", 99_999],
    ["SellerDtls/Pin", "560001"],
    ["SellerDtls/Ph", "12345"],
    ["BuyerDtls/Loc", "x".repeat(101)],
    ["ItemList", []],
    ["ItemList/0/SlNo", "1234567"],
    ["ItemList/0/PrdDesc", "ab"],
    ["ItemList/0/HsnCd", "090"],
    ["ItemList/0/TotAmt", -1],
    ["ItemList/0/TotAmt", 1_000_000_000_000],
    ["ItemList/0/Barcde", "12"],
    ["ValDtls/RndOffAmt", 100],
    ["RefDtls/PrecDocDtls/0/InvNo", ""],
    ["EwbDtls/VehType", "X"],
    ["Irn", "a".repeat(64)],
  ])("does not take %s as %j", (path, value) => {
    const checked = checkInv01(withMember(path, value));
    expect(checked.ok ? [] : checked.errors.map((error) => error.path)).toContain(path);
  });

  it("takes at most a thousand items", () => {
    const [item] = everything.ItemList;
    const items = (count: number) => Array.from({ length: count }, (_, i) => ({ ...item, SlNo: String(i + 1) }));
    expect(checkInv01(withMember("ItemList", items(1_000))).ok).toBe(true);
    expect(checkInv01(withMember("ItemList", items(1_001))).ok).toBe(false);
  });

  it("takes URP as an unregistered buyer, with the PIN that stands for abroad", () => {
    expect(checkInv01(withMember("BuyerDtls/Gstin", "URP")).ok).toBe(true);
    expect(checkInv01(withMember("BuyerDtls/Pin", 999_999)).ok).toBe(true);
    expect(checkInv01(withMember("BuyerDtls/Pin", undefined)).ok).toBe(true);
  });
});
