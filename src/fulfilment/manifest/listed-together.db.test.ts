import { describe, expect, it } from "vitest";
import { fail, type ManifestAnswer, type ManifestWish, succeed } from "../../../connectors/kit/index.ts";
import { listScene, quickAjio } from "../../../tests/support/channel-list-scene.ts";
import { refusedWith } from "../../../tests/support/hand-over-builders.ts";
import { must } from "../../kernel/index.ts";
import { closeManifest } from "./close-manifest.ts";
import { fetchFileNow } from "./fetch-file.ts";
import { takeOffRefused } from "./take-off-refused.ts";

const { ctx, install, ready, parcels, manifestOf, shown, asked, cancelOnChannel, noneLeft } = listScene();
const MADE = { made: true, url: "https://own.example.in/list.pdf", refused: [], message: null } as const;

/** The channel may put parcels of all its couriers on one list, and answers so. @returns what it is asked */
function together(answer: (wish: ManifestWish) => ManifestAnswer): ManifestWish[] {
  const wishes: ManifestWish[] = [];
  install({
    capabilities: { ...quickAjio.capabilities, fetchManifest: { parcelsMax: 250, together: true } },
    operations: {
      ...quickAjio.operations,
      fetchManifest: async (_, wish) => {
        wishes.push(wish);
        return succeed(answer(wish));
      },
      downloadFile: async () => fail({ reached: "yes", kind: "refused", channelMessage: "the link has run out" }),
    },
  });
  return wishes;
}

async function couriersOf(): Promise<string[]> {
  const couriers = [...new Set((await parcels()).map((parcel) => parcel.courier))].sort();
  expect(couriers.length).toBeGreaterThan(1);
  return couriers;
}

describe("parcels of several couriers that may stand on one list of the channel", () => {
  it("are asked for once, and close with its one file", async () => {
    const manifestId = await manifestOf(await ready(6));
    await couriersOf();
    const wishes = together(() => MADE);
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 6 });
    expect(wishes.map((wish) => [wish.courierCode, wish.parcels?.length])).toEqual([["", 6]]);
    const { files } = await shown(manifestId);
    expect(files).toMatchObject([{ courierCode: "", url: MADE.url }]);
    const [file] = files;
    // Its address leads nowhere any more: the same list of all is asked for again.
    if (file) must(await fetchFileNow(ctx(), { manifestId, manifestFileId: file.manifestFileId }));
    expect(wishes.map((wish) => wish.courierCode)).toEqual(["", ""]);
  });

  it("leave nothing behind on the other side where one of them is refused", async () => {
    const manifestId = await manifestOf(await ready(6));
    await couriersOf();
    const [first] = await parcels();
    const refusing = (wish: ManifestWish): ManifestAnswer => {
      const lines = wish.parcels?.find((parcel) => parcel.packageCode === first?.code)?.lines ?? [];
      const refused = lines.map((line) => ({ key: line.channelOrderItemId, message: "not printed" }));
      return lines.length === 0 ? MADE : { made: false, url: null, refused, message: null };
    };
    const wishes = together(refusing);
    expect(await closeManifest(ctx(), manifestId)).toMatchObject(
      refusedWith("MANIFEST_REFUSED_BY_CHANNEL", { packages: [first?.code], detail: `${first?.code}: not printed` }),
    );
    expect(wishes).toHaveLength(1);
    await noneLeft();
    must(await takeOffRefused(ctx(), manifestId));
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 5 });
  });

  it("are asked for courier by courier where the channel says that they need it", async () => {
    const manifestId = await manifestOf(await ready(6));
    const couriers = await couriersOf();
    const wishes = together(({ courierCode }) =>
      courierCode === "" ? { made: false, url: null, refused: [], message: null, apart: true } : MADE,
    );
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 6 });
    expect(wishes.map((wish) => wish.courierCode)).toEqual(["", ...couriers]);
    expect((await shown(manifestId)).files.map((file) => file.courierCode)).toEqual(couriers);
  });
});

describe("a list that the channel made before it refused another courier's", () => {
  it("is named with what lies on it, and given as it was when the rest is closed", async () => {
    const manifestId = await manifestOf(await ready(6));
    const couriers = await couriersOf();
    const gone = (await parcels()).findLast((parcel) => parcel.courier === couriers.at(-1));
    await cancelOnChannel(gone?.order ?? "");
    const listed = (await parcels()).filter((parcel) => parcel.courier !== gone?.courier).map((parcel) => parcel.code);
    const refused = await closeManifest(ctx(), manifestId);
    expect(refused).toMatchObject(
      refusedWith("MANIFEST_LISTED_IN_PART", { packages: [gone?.code], couriers: couriers.slice(0, -1) }),
    );
    expect([...((refused.ok ? [] : refused.refusal.facts.listed) as string[])].sort()).toEqual(listed.sort());
    await noneLeft();
    const page = await shown(manifestId);
    expect(page).toMatchObject({ state: "CREATED", refused: 1, allowed: ["close", "takeOffRefused"] });
    expect(page.channelMessage).toContain("closed there already");
    must(await takeOffRefused(ctx(), manifestId));
    expect(must(await closeManifest(ctx(), manifestId))).toEqual({ dispatched: 5 });
    const made = asked().filter((list) => list.outcome === "SUCCESS");
    const times = (courier: string, repeated: boolean) =>
      made.filter((list) => list.body.courierCode === courier && list.repeated === repeated).length;
    for (const courier of couriers.slice(0, -1)) expect([times(courier, false), times(courier, true)]).toEqual([1, 1]);
  });
});
