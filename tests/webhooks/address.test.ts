import { describe, expect, test } from "vitest";
import { checkAddress, isPublicAddress } from "@/lib/webhooks/address";

const PRIVATE = {
  loopback: ["127.0.0.1", "127.255.255.254", "::1"],
  unspecified: ["0.0.0.0", "0.1.2.3", "::"],
  private: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  "link-local": ["169.254.169.254", "fe80::1", "fe80::1%eth0"],
  "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
  "unique local": ["fc00::1", "fd12:3456:789a::1"],
  "site-local": ["fec0::1"],
  multicast: ["224.0.0.1", "239.255.255.255", "ff02::1"],
  broadcast: ["255.255.255.255"],
  reserved: ["192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "240.0.0.1", "2001:db8::1"],
  "IPv4-mapped": ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:a00:1"],
  "IPv4-compatible": ["::127.0.0.1", "::7f00:1"],
  "IPv4-translated": ["::ffff:0:127.0.0.1"],
  NAT64: ["64:ff9b::7f00:1", "64:ff9b:1::a00:1"],
  "6to4": ["2002:7f00:1::", "2002:a00:1::1"],
  Teredo: ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
  "discard and others of nobody": ["100::1", "4000::1", "5f00::1"],
  "no address at all": ["", "localhost", "127.1", "1", "0x7f.0.0.1"],
} as const;

describe("isPublicAddress", () => {
  test.each(Object.entries(PRIVATE))("says no to %s", (_what, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });

  test("says yes to what is given out in public", () => {
    const addresses = ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"];
    expect(addresses.filter((address) => !isPublicAddress(address))).toEqual([]);
  });
});

const HOSTS: Readonly<Record<string, readonly string[]>> = {
  "hooks.test": ["93.184.215.14", "2606:4700::1111"],
  "inside.test": ["10.0.0.1"],
  "half.test": ["93.184.215.14", "127.0.0.1"],
  "empty.test": [],
};

async function resolve(host: string) {
  const found = HOSTS[host];
  if (!found) throw new Error("ENOTFOUND");
  return found;
}
const check = (url: string, allowPrivate = false) => checkAddress(url, resolve, { allowPrivate });
const refusal = { code: "webhook_address_refused" };

describe("checkAddress", () => {
  test("takes public addresses, at any port, as the parser spells them", async () => {
    expect(await check("https://HOOKS.test:8443/a?b=c#d")).toBe("https://hooks.test:8443/a?b=c");
    expect(await check("https://93.184.215.14/")).toBe("https://93.184.215.14/");
    expect(await check("https://[2606:4700::1111]/")).toBe("https://[2606:4700::1111]/");
  });

  test.each([
    "http://hooks.test/",
    "ftp://hooks.test/",
    "file:///etc/passwd",
    "hooks.test",
    "",
    "https://ada:secret@hooks.test/",
    "https://ada@hooks.test/",
    "https://inside.test/",
    "https://half.test/",
    "https://empty.test/",
    "https://unknown.test/",
    "https://localhost/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://①②⑦.0.0.1/",
    "https://0/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://169.254.169.254/latest/meta-data/",
  ])("refuses %s", async (url) => {
    await expect(check(url)).rejects.toMatchObject(refusal);
  });

  test("takes one's own machine and plain http where that was asked for, but no password", async () => {
    expect(await check("http://127.0.0.1:3000/hook", true)).toBe("http://127.0.0.1:3000/hook");
    expect(await check("http://inside.test/", true)).toBe("http://inside.test/");
    await expect(check("http://a:b@inside.test/", true)).rejects.toMatchObject(refusal);
    await expect(check("ftp://inside.test/", true)).rejects.toMatchObject(refusal);
  });
});
