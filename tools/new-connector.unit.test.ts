import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main, namesOf, registered, registration } from "./new-connector.ts";

const ROOT = join(import.meta.dirname, "..");

describe("names of a new source", () => {
  it("are spelt as files, code and wire need them", () => {
    expect(namesOf("bazaar-street-2", "Bazaar Street")).toEqual({
      folder: "bazaar-street-2",
      label: "Bazaar Street",
      id: "BAZAAR_STREET_2",
      camel: "bazaarStreet2",
      pascal: "BazaarStreet2",
      initials: "BS2",
    });
    expect(namesOf("mela", "Mela")).toMatchObject({ id: "MELA", camel: "mela", initials: "ME" });
  });

  it.each(["Bazaar", "2go", "a--b", "-a", "a/b", "..", "a_b", ""])("cannot be %j", (name) => {
    expect(namesOf(name, "Label")).toMatch(/is no name of a folder/);
  });

  it.each(["class", "let", "await", "constructor", "to-string", "cancel", "undefined"])(
    "cannot be %j, which the code could not call a constant",
    (name) => {
      expect(namesOf(name, "Label")).toMatch(/is no name of a folder: the code would call it \w+, which is taken/);
    },
  );

  it.each(["", '"; x', "a\nb", "`x`", "</b>"])("cannot have the label %j", (label) => {
    expect(namesOf("fine", label)).toMatch(/is no label/);
  });
});

describe("registering a new source", () => {
  const names = namesOf("bazaar-lane", "Bazaar Lane");
  if (typeof names === "string") throw new Error(names);

  it.each(registration(names))("puts it into the list of $file as it stands today, once", (of) => {
    const text = readFileSync(join(ROOT, of.file), "utf8");
    const once = registered(text, of);
    expect(once).toContain(of.import);
    expect(once).toMatch(new RegExp(`= \\[\\s*${of.member},`));
    expect(once.length).toBe(text.length + `${of.import}\n${of.member}, `.length);
    expect(registered(once, of)).toBe(once);
  });

  it("says what to put in by hand where there is no such list", () => {
    const [of] = registration(names);
    if (of === undefined) throw new Error("there are lines");
    expect(() => registered("export const others = [];", of)).toThrow(of.import);
  });
});

describe("the command", () => {
  const said: string[] = [];
  const run = (...args: string[]) => {
    said.length = 0;
    return main(args, ROOT, (line) => void said.push(line));
  };

  it("says how it is used, and never writes over a folder", () => {
    expect(run()).toBe(2);
    expect(said[0]).toContain("Usage");
    expect(run("mela", "Mela", "--own")).toBe(2);
    expect(run("Mela", "Mela")).toBe(2);
    expect(said).toEqual([expect.stringContaining('"Mela" is no name of a folder')]);
    expect(run("oker", "Oker")).toBe(1);
    expect(said).toEqual(["connectors/oker is there already."]);
  });
});

describe("the README of a source", () => {
  const read = (...path: string[]) => readFileSync(join(ROOT, ...path, "README.md"), "utf8");
  const asked = ["own-api", "protocol"].flatMap((kind) =>
    [...read("tools", "new-connector", kind).matchAll(/Say in .*|^- .*/gm)].map(([sentence]) => sentence),
  );
  const folders = readdirSync(join(ROOT, "connectors"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(ROOT, "connectors", entry.name, "README.md")))
    .map(({ name }) => name);

  it("is asked for by the starter", () => {
    expect(asked).toHaveLength(8);
  });

  it.each(folders)("of connectors/%s answers what the starter asks, and does not ask it any more", (folder) => {
    const text = read("connectors", folder);
    expect(asked.filter((sentence) => text.includes(sentence))).toEqual([]);
  });
});

describe("commands for who adds a source", () => {
  it.each(["docs/guides/adding-a-source.md", "connectors/README.md", "tools/new-connector.ts"])(
    "in %s bring the Node that they need: the system's may be older",
    (file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      const bare =
        text.match(/(?<!run )node_modules\/\.bin\/\S+|(?<![\w./])node (?:tools|contract|generate)\S*/g) ?? [];
      expect(bare).toEqual([]);
    },
  );
});
