import { beforeEach, describe, expect, test } from "vitest";
import { FileMissingError, type FileStore } from "@/lib/core/file-store";

const bytesOf = (text: string) => new TextEncoder().encode(text);

async function contentOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function* inPieces(...texts: readonly string[]) {
  for (const text of texts) yield bytesOf(text);
}

/** What every `FileStore` must do. `setup` gives a fresh, empty store. */
export function describeFileStore(name: string, setup: () => Promise<FileStore>) {
  describe(`${name} as a FileStore`, () => {
    let files: FileStore;
    beforeEach(async () => {
      files = await setup();
    });
    const textOf = async (file: string, range?: { start?: number; end?: number }) =>
      (await contentOf(files.read(file, range))).toString();

    test("gives back what was written: one piece, several, or as they come", async () => {
      expect(await files.write("a/one", bytesOf("one"))).toEqual({ size: 3 });
      expect(await files.write("a/several", [bytesOf("se"), bytesOf(""), bytesOf("veral")])).toEqual({ size: 7 });
      expect(await files.write("a/coming", inPieces("com", "ing"))).toEqual({ size: 6 });
      expect(await Promise.all(["a/one", "a/several", "a/coming"].map((file) => textOf(file)))).toEqual([
        "one",
        "several",
        "coming",
      ]);
      expect(await files.size("a/several")).toBe(7);
    });

    test("keeps an empty file", async () => {
      await files.write("a/empty", []);
      expect(await files.size("a/empty")).toBe(0);
      expect(await textOf("a/empty")).toBe("");
    });

    test("says that a file is missing", async () => {
      expect(await files.size("a/none")).toBeNull();
      expect(await files.size("a")).toBeNull();
      await expect(textOf("a/none")).rejects.toBeInstanceOf(FileMissingError);
    });

    test("reads a range, and what there is of one that goes too far", async () => {
      await files.write("a/digits", bytesOf("0123456789"));
      expect(await textOf("a/digits", { start: 2, end: 5 })).toBe("234");
      expect(await textOf("a/digits", { start: 7 })).toBe("789");
      expect(await textOf("a/digits", { end: 3 })).toBe("012");
      expect(await textOf("a/digits", { start: 8, end: 100 })).toBe("89");
      expect(await textOf("a/digits", { start: 10 })).toBe("");
      expect(await textOf("a/digits", { start: 4, end: 4 })).toBe("");
    });

    test("reads a large file in pieces of bounded size", async () => {
      const large = Buffer.alloc(3_000_001, "longhaul");
      await files.write("a/large", large);
      const sizes: number[] = [];
      for await (const piece of files.read("a/large")) sizes.push(piece.length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(1_048_576);
      expect((await contentOf(files.read("a/large"))).equals(large)).toBe(true);
    });

    test("stops reading when its reader does", async () => {
      await files.write("a/large", Buffer.alloc(3_000_000));
      for await (const piece of files.read("a/large")) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
      await files.deleteAll("a/");
      expect(await files.size("a/large")).toBeNull();
    });

    test("replaces a file whole", async () => {
      await files.write("a/file", bytesOf("the old and longer one"));
      await files.write("a/file", bytesOf("new"));
      expect(await textOf("a/file")).toBe("new");
    });

    test("copies a file, which stays when the first one goes or is replaced, over another one or not", async () => {
      await files.write("a/first", bytesOf("first"));
      await files.write("b/there", bytesOf("something longer"));
      await files.copy("a/first", "b/there");
      await files.copy("a/first", "c/d/new");
      await files.copy("a/first", "c/d/new");
      await files.write("a/first", bytesOf("another"));
      expect(await files.list("c/")).toEqual([{ name: "c/d/new", size: 5 }]);
      await files.deleteAll("a/");
      expect(await Promise.all(["b/there", "c/d/new"].map((file) => textOf(file)))).toEqual(["first", "first"]);
    });

    test("says that a file to be copied is missing, and makes none", async () => {
      await expect(files.copy("a/none", "b/none")).rejects.toBeInstanceOf(FileMissingError);
      expect(await files.size("b/none")).toBeNull();
    });

    test("keeps the old file if its successor breaks off, and shows nothing of a broken new one", async () => {
      async function* breaking() {
        yield bytesOf("half");
        throw new Error("the connection broke");
      }
      await files.write("a/old", bytesOf("old"));
      await expect(files.write("a/old", breaking())).rejects.toThrow("the connection broke");
      await expect(files.write("a/new", breaking())).rejects.toThrow("the connection broke");
      expect(await textOf("a/old")).toBe("old");
      expect(await files.list("a/")).toEqual([{ name: "a/old", size: 3 }]);
    });

    test("lets one of two writers at once win, whole", async () => {
      const [a, b] = [Buffer.alloc(500_000, "a"), Buffer.alloc(400_000, "b")];
      await Promise.all([files.write("a/file", a), files.write("a/file", b)]);
      const content = await contentOf(files.read("a/file"));
      expect(content.equals(a) || content.equals(b)).toBe(true);
    });

    test("lists the files under a prefix in order of code point, and no others", async () => {
      for (const file of ["a/b", "a/B", "a/10", "a/9", "a/c/d", "ab/x", "b"]) await files.write(file, bytesOf(file));
      expect(await files.list("a/")).toEqual(
        ["a/10", "a/9", "a/B", "a/b", "a/c/d"].map((file) => ({ name: file, size: file.length })),
      );
      expect(await files.list("none/")).toEqual([]);
    });

    test("deletes the files under a prefix, and no others", async () => {
      for (const file of ["a/b", "a/c/d", "ab/x"]) await files.write(file, bytesOf(file));
      await files.deleteAll("a/");
      await files.deleteAll("none/");
      expect(await files.list("a/")).toEqual([]);
      expect(await textOf("ab/x")).toBe("ab/x");
    });

    test("writes into a folder that is being deleted", async () => {
      for (let round = 0; round < 20; round += 1) {
        await files.write("a/first", bytesOf("first"));
        await Promise.all([files.deleteAll("a/"), files.write("b/other", bytesOf("other"))]);
        await files.write("a/second", bytesOf("second"));
        expect(await textOf("a/second")).toBe("second");
      }
    });

    test.each(["", "/a", "a//b", "../a", "a/../../b", "a/./b", "a/", "a\\b", "a\0b", "ä"])(
      "refuses the name %j",
      async (file) => {
        await expect(files.write(file, bytesOf("x"))).rejects.toBeInstanceOf(RangeError);
        await expect(files.copy("a", file)).rejects.toBeInstanceOf(RangeError);
        await expect(textOf(file)).rejects.toBeInstanceOf(RangeError);
        await expect(files.size(file)).rejects.toBeInstanceOf(RangeError);
      },
    );

    test.each(["", "/", "a", "../", "a/../", "/a/"])("refuses the prefix %j", async (prefix) => {
      await expect(files.deleteAll(prefix)).rejects.toBeInstanceOf(RangeError);
      await expect(files.list(prefix)).rejects.toBeInstanceOf(RangeError);
    });
  });
}
