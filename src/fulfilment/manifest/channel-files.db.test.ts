import { describe, expect, it } from "vitest";
import { listScene } from "../../../tests/support/channel-list-scene.ts";
import { refusedWith } from "../../../tests/support/hand-over-builders.ts";
import { type ManifestId, must } from "../../kernel/index.ts";
import { closeManifest } from "./close-manifest.ts";
import { fetchFileInBackground, fetchFileNow, resumeFiles } from "./fetch-file.ts";

const { scene, ctx, faults, ready, states, manifestOf, shown, oneCourier } = listScene();

async function download(manifestId: ManifestId): Promise<void> {
  for (const file of (await shown(manifestId)).files) await fetchFileInBackground(ctx(), file.manifestFileId);
}

describe("the channel's PDF", () => {
  async function closed(count = 1): Promise<ManifestId> {
    const packageIds = await ready(count);
    await oneCourier();
    const manifestId = await manifestOf(packageIds);
    must(await closeManifest(ctx(), manifestId));
    return manifestId;
  }
  const file = async (manifestId: ManifestId) => {
    const [one] = (await shown(manifestId)).files;
    if (!one) throw new Error("there is a file");
    return one;
  };

  it("is tried again by itself: not there, a web page in its place, then whole", async () => {
    const manifestId = await closed();
    let missing = 1;
    scene.shop.plant.tamper = (call, answer) =>
      call.operation === "downloadFile" && missing-- > 0 ? { status: 404, body: { message: "not found" } } : answer;
    await download(manifestId);
    expect(await file(manifestId)).toMatchObject({
      state: "WAITING",
      attempts: 1,
      message: expect.stringContaining("not found"),
    });
    expect(await states()).toEqual(["DISPATCHED"]); // the parcel has left, whatever becomes of the paper
    await faults({ kind: "bad_file", operation: "downloadFile", count: 1 });
    await download(manifestId);
    const second = await file(manifestId);
    expect(second).toMatchObject({ state: "WAITING", attempts: 2, message: expect.stringContaining("not a PDF") });
    expect(
      Temporal.Instant.from(second.nextAttemptAt ?? "")
        .since(scene.t.clock.now())
        .total("seconds"),
    ).toBe(20);
    await download(manifestId);
    expect(await file(manifestId)).toMatchObject({ state: "STORED", attempts: 3, message: null });
    await download(manifestId);
    expect((await file(manifestId)).attempts).toBe(3);
  });

  it("is left to a person after hours, who downloads it with a click", async () => {
    const manifestId = await closed();
    await faults({ kind: "5xx", operation: "downloadFile" });
    await scene.t.raw("update godown.manifest_file set attempts = 19 where tenant_id = $1", [scene.shop.tenantId]);
    await download(manifestId);
    const failed = await file(manifestId);
    expect(failed).toMatchObject({ state: "FAILED", attempts: 20, nextAttemptAt: null });
    const { manifestFileId } = failed;
    must(await fetchFileNow(ctx(), { manifestId, manifestFileId }));
    expect(await file(manifestId)).toMatchObject({ state: "FAILED", attempts: 21 });
    await faults(null);
    expect(must(await fetchFileNow(ctx(), { manifestId, manifestFileId })).state).toBe("STORED");
    expect(await fetchFileNow(scene.shop.ctx({ facilities: [] }), { manifestId, manifestFileId })).toMatchObject(
      refusedWith("NOT_FOUND"),
    );
  });

  it("is asked for anew where its address has run out", async () => {
    const manifestId = await closed();
    await scene.t.raw("update godown.manifest_file set url = $2 where tenant_id = $1", [
      scene.shop.tenantId,
      `${scene.shop.sim.url}/files/gone.pdf`,
    ]);
    const { manifestFileId } = await file(manifestId);
    await download(manifestId);
    expect((await file(manifestId)).state).toBe("WAITING");
    expect(must(await fetchFileNow(ctx(), { manifestId, manifestFileId })).state).toBe("STORED");
    expect((await file(manifestId)).url).not.toContain("gone");
  });

  it("that came without an address is told at once, and asked for with a click", async () => {
    let silent = true;
    scene.shop.plant.tamper = (call, answer) =>
      call.operation === "fetchManifest" && silent
        ? { ...answer, body: { status: "SUCCESS", manifestUrl: "", orderItems: [] } }
        : answer;
    const manifestId = await closed();
    const { manifestFileId, ...rest } = await file(manifestId);
    expect(rest).toMatchObject({ state: "FAILED", url: null, message: expect.stringContaining("no address") });
    silent = false;
    expect(must(await fetchFileNow(ctx(), { manifestId, manifestFileId })).state).toBe("STORED");
  });

  it("is not forgotten where the process that should have fetched it has ended", async () => {
    const manifestId = await closed();
    const { manifestFileId } = await file(manifestId);
    const jobs = () =>
      scene.t.raw<{ n: number }>(
        "select count(*)::integer as n from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = 'fulfilment.fetch_manifest_file' and j.payload -> 'payload' ->> 'manifestFileId' = $1",
        [manifestFileId],
      );
    expect(await jobs()).toEqual([{ n: 1 }]);
    await scene.t.raw("delete from graphile_worker._private_jobs");
    await resumeFiles(scene.t.services);
    expect(await jobs()).toEqual([{ n: 0 }]); // not overdue yet
    scene.t.clock.advance({ minutes: 3 });
    await resumeFiles(scene.t.services);
    expect(await jobs()).toEqual([{ n: 1 }]);
  });
});
