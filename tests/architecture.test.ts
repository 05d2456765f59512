import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const LEAVES_AND_CORE = ["lib", "lib/core"];
const SEEN_BY_BROWSERS = [...LEAVES_AND_CORE, "lib/contracts"];
const ADAPTERS = [
  "lib/store/memory",
  "lib/store/sqlite",
  "lib/store/redis",
  "lib/store/jobs",
  "lib/store/records",
  "lib/files",
  "lib/dispatch",
  "lib/providers",
  "lib/auth",
  "lib/quota",
];
/** Sees the adapters themselves: it looks at what stands behind the ports. */
const DOCTOR = ["lib/doctor"];
const SUBJECTS = ["lib/notifications", "lib/webhooks", "lib/schedules"];
const RUNTIME = ["lib/queue", "lib/worker"];

/** Each floor with the floors it may import, lowest first. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  "lib/core": ["lib"],
  "lib/analysis": LEAVES_AND_CORE,
  "lib/contracts": LEAVES_AND_CORE,
  ...Object.fromEntries(ADAPTERS.map((floor) => [floor, LEAVES_AND_CORE])),
  ...Object.fromEntries(DOCTOR.map((floor) => [floor, [...LEAVES_AND_CORE, ...ADAPTERS]])),
  ...Object.fromEntries(SUBJECTS.map((floor) => [floor, SEEN_BY_BROWSERS])),
  ...Object.fromEntries(RUNTIME.map((floor) => [floor, LEAVES_AND_CORE])),
  // For tests alone: no other floor may import it.
  "lib/testing": [...LEAVES_AND_CORE, "lib/store/memory", "lib/store/jobs", "lib/files", ...RUNTIME],
  "lib/jobs": [
    ...SEEN_BY_BROWSERS,
    "lib/analysis",
    "lib/files",
    "lib/providers",
    "lib/notifications",
    "lib/webhooks",
    "lib/queue",
  ],
  "lib/server": [...SEEN_BY_BROWSERS, ...ADAPTERS, ...DOCTOR, ...SUBJECTS, ...RUNTIME, "lib/jobs"],
  "lib/api": [...SEEN_BY_BROWSERS, "lib/auth", "lib/server"],
  "lib/hooks": [...SEEN_BY_BROWSERS, "lib/analysis"],
  components: [...SEEN_BY_BROWSERS, "lib/hooks"],
  app: [...SEEN_BY_BROWSERS, "lib/dispatch", "lib/auth", "lib/server", "lib/api", "lib/hooks", "components"],
};

/** What reaches outside the program, and the only files that may do so. */
const ONLY_IN: ReadonlyArray<readonly [name: string, what: RegExp, where: RegExp]> = [
  ["the environment", /\bprocess\.env\b/, /^(lib\/env|instrumentation)\.ts$/],
  ["the time", /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, /^lib\/clock\.ts$/],
  ["chance", /\bMath\.random\(|\brandomUUID\(|\bgetRandomValues\(/, /^lib\/(id|random)\.ts$/],
  ["the network", /(?<![.\w])fetch\(/, /^lib\/(providers|webhooks|dispatch|files)\/|^lib\/hooks\/fetch-json\.ts$/],
  ["the console", /\bconsole\./, /^lib\/log\.ts$/],
];

const SAYS_NOTHING = /(^|\/)(utils?|helpers?|common|misc|types)(\/|\.tsx?$)/;
const HAS_NO_BARRELS_BUT = /^lib\/server\/index\.ts$/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*\.(ts|tsx|mjs)$/;
const SERVER_FLOORS = "env|log|data-dir|store|files|dispatch|providers|auth|quota|queue|worker|testing|jobs|server|api";
const NOT_IN_A_BROWSER = new RegExp(`^node:|^server-only$|^@/lib/(${SERVER_FLOORS})(/|$)`);
/** What a stranger who reads this repository could not follow: work put off, somebody's own folders. */
const NOT_FOR_A_READER = /\b(TODO|FIXME|HACK)\b|["'` (]\/(home|work|Users)\/\w/;

const MAX_LINES = 250;
const MAX_MEDIAN_LINES = 60;

const find = (pattern: string) => globSync(pattern).map((file) => file.split(path.sep).join("/"));
const files = find("{lib,components,app}/**/*.{ts,tsx}").concat(find("{proxy,instrumentation}.ts")).sort();
const allFiles = [
  ...files,
  ...find("{tests,scripts,bench,rehearsal}/**/*.{ts,tsx,mjs}"),
  ...find("*.{ts,mjs}").filter((file) => !file.endsWith(".d.ts")),
];
const texts = new Map(allFiles.map((file) => [file, readFileSync(file, "utf8")]));
const textOf = (file: string) => texts.get(file) ?? "";
const linesOf = (file: string) => textOf(file).trimEnd().split("\n").length;

const floors = Object.keys(FLOORS);
function floorOf(file: string): string | undefined {
  if (path.dirname(file) === ".") return "app"; // proxy and instrumentation stand where Next wants them
  return floors.findLast((floor) => (floor === "lib" ? path.dirname(file) === "lib" : file.startsWith(`${floor}/`)));
}

const IMPORT = /^\s*(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm;
const cache = new Map<string, readonly string[]>();
function importsOf(file: string): readonly string[] {
  const known = cache.get(file);
  if (known) return known;
  const found = [...textOf(file).matchAll(IMPORT)].map(([, a, b, c]) => a ?? b ?? c ?? "");
  cache.set(file, found);
  return found;
}

const resolve = (target: string) =>
  ["", ".ts", ".tsx", "/index.ts"].map((end) => target.replace("@/", "") + end).find((file) => texts.has(file));
const ownImports = (file: string) =>
  importsOf(file)
    .filter((target) => target.startsWith("@/"))
    .map(resolve)
    .filter((found) => found !== undefined);

function closureOf(file: string, seen = new Set<string>()): Set<string> {
  for (const next of ownImports(file)) if (!seen.has(next)) closureOf(next, seen.add(next));
  return seen;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

describe("floors", () => {
  test("import only floors below them", () => {
    const upwards = floors.filter((floor, index) => FLOORS[floor]?.some((below) => floors.indexOf(below) >= index));
    expect(upwards).toEqual([]);
  });

  test("hold every file", () => {
    expect(files.filter((file) => floorOf(file) === undefined)).toEqual([]);
  });

  test("are kept by every import", () => {
    const crossings = files.flatMap((file) => {
      const floor = floorOf(file) ?? "";
      const allowed = [floor, ...(FLOORS[floor] ?? [])];
      const isAllowed = (target: string) => allowed.includes(floorOf(target) ?? "");
      // `instrumentation.ts` starts the server: it stands above every floor.
      if (file === "instrumentation.ts") return [];
      return ownImports(file)
        .filter((target) => !isAllowed(target))
        .map((target) => `${file} imports ${target}`);
    });
    expect(crossings).toEqual([]);
  });
});

describe("imports", () => {
  test("of what tests jobs need no test runner, and nothing but what jobs need themselves", () => {
    const testing = files.filter((file) => file.startsWith("lib/testing/"));
    const packages = testing.flatMap(importsOf).filter((target) => !target.startsWith("@/"));
    expect(new Set(packages)).toEqual(new Set(["zod"]));
  });

  test("are written by full path", () => {
    const relative = allFiles.flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith(".") && !target.endsWith(".css"))
        .map((target) => `${file} imports ${target}`),
    );
    expect(relative).toEqual([]);
  });

  test("go in no circle", () => {
    expect(files.filter((file) => closureOf(file).has(file))).toEqual([]);
  });

  test("of what runs in a browser reach nothing of the server", () => {
    const client = files.filter((file) => /^["']use client["']/m.test(textOf(file)) || file.startsWith("lib/hooks/"));
    const pure = files.filter((file) => /^lib\/(core|contracts|analysis)\//.test(file));
    const reached = [...client, ...pure].flatMap((file) =>
      [file, ...closureOf(file)].flatMap((from) =>
        importsOf(from)
          .filter((target) => NOT_IN_A_BROWSER.test(target))
          .map((target) => `${file} reaches ${target} through ${from}`),
      ),
    );
    expect(reached).toEqual([]);
  });
});

describe("the outside", () => {
  test.each(ONLY_IN)("%s is touched only where it may be", (_name, what, where) => {
    expect(files.filter((file) => what.test(withoutComments(textOf(file))) && !where.test(file))).toEqual([]);
  });
});

describe("files", () => {
  test("have names in kebab-case that say something", () => {
    const isNamedByNext = (file: string) => file.startsWith("app/");
    const badly = allFiles.filter(
      (file) => SAYS_NOTHING.test(file) || !(KEBAB_CASE.test(path.basename(file)) || isNamedByNext(file)),
    );
    expect(badly).toEqual([]);
  });

  test(`have at most ${MAX_LINES} lines`, () => {
    // Suites are lists of cases, read one case at a time.
    const read = allFiles.filter((file) => !file.startsWith("tests/"));
    const long = read.map((file) => [file, linesOf(file)] as const).filter(([, lines]) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });

  test.each(["lib", "components", "app", "scripts", "bench", "rehearsal"])(
    "in %s have a median size that can be read",
    (folder) => {
      const sizes = allFiles.filter((file) => file.startsWith(`${folder}/`)).map(linesOf);
      expect(median(sizes)).toBeLessThanOrEqual(MAX_MEDIAN_LINES);
    },
  );

  test("are no barrels", () => {
    const barrels = files.filter(
      (file) => !HAS_NO_BARRELS_BUT.test(file) && (/\/index\.tsx?$/.test(file) || /^export \*/m.test(textOf(file))),
    );
    expect(barrels).toEqual([]);
  });

  test("export by name, except where Next asks for a default", () => {
    const isAsked = (file: string) => /^(app|[a-z.-]+\.ts$)/.test(file);
    expect(files.filter((file) => !isAsked(file) && /^export default\b/m.test(textOf(file)))).toEqual([]);
  });

  test("leave nothing for later and speak of nothing but the work", () => {
    const self = "tests/architecture.test.ts";
    expect(allFiles.filter((file) => file !== self && NOT_FOR_A_READER.test(textOf(file)))).toEqual([]);
  });
});

/** Without comments, and without the text of templates: a doc comment may say `fetch(`. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:])\/\/.*$/gm, "$1");
}
