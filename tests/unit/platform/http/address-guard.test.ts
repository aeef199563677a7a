import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AddressRefused, createAddressGuard, isPublicAddress } from "../../../../core/platform/http/address-guard.ts";

describe("isPublicAddress", () => {
  it.each([
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "192.167.1.1",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
  ])("lets %s pass", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ["this network", "0.0.0.0"],
    ["private", "10.1.2.3"],
    ["private", "172.16.0.1"],
    ["private", "172.31.255.255"],
    ["private", "192.168.1.1"],
    ["carrier-grade NAT", "100.64.0.1"],
    ["loopback", "127.0.0.1"],
    ["loopback", "127.255.255.254"],
    ["cloud metadata", "169.254.169.254"],
    ["container credentials", "169.254.170.2"],
    ["protocol assignments", "192.0.0.192"],
    ["documentation", "203.0.113.9"],
    ["benchmarking", "198.19.0.1"],
    ["multicast", "224.0.0.1"],
    ["reserved", "240.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["unspecified", "::"],
    ["loopback", "::1"],
    ["mapped loopback", "::ffff:127.0.0.1"],
    ["mapped metadata", "::ffff:a9fe:a9fe"],
    ["compatible", "::127.0.0.1"],
    ["translated metadata", "64:ff9b::a9fe:a9fe"],
    ["link-local", "fe80::1"],
    ["link-local with a zone", "fe80::1%eth0"],
    ["unique-local, AWS's metadata", "fd00:ec2::254"],
    ["multicast", "ff02::1"],
    ["6to4 of loopback", "2002:7f00:1::"],
    ["Teredo", "2001:0:4136:e378::1"],
    ["documentation", "2001:db8::1"],
    ["documentation", "3fff::1"],
    ["no address", "localhost"],
    ["no address", ""],
    ["no address", "2130706433"],
  ])("refuses %s: %s", (_what, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it("refuses every IPv4 address in every IPv6 coat", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
        expect(isPublicAddress(`64:ff9b::${address}`)).toBe(false);
      }),
    );
  });
});

describe("a literal address", () => {
  const guard = createAddressGuard(isPublicAddress);

  it.each([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0x7f.1/",
    "http://127.0.0.1./",
    "http://127。0。0。1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:a9fe:a9fe]/",
    "http://user:pass@169.254.169.254/latest/meta-data/",
    "http://0/",
  ])("is refused in the spelling %s", (url) => {
    expect(() => guard.check(new URL(url))).toThrow(AddressRefused);
  });

  it.each(["http://1.1.1.1/", "https://[2606:4700:4700::1111]/", "https://shop.example/"])(
    "is left to pass: %s",
    (url) => {
      expect(() => guard.check(new URL(url))).not.toThrow();
    },
  );
});

describe("the socket's lookup", () => {
  const resolving =
    (...addresses: LookupAddress[]): LookupFunction =>
    (_host, options, callback) => {
      if (options.all) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
    };
  const PUBLIC = { address: "1.1.1.1", family: 4 };
  const PRIVATE = { address: "10.0.0.1", family: 4 };

  function look(resolve: LookupFunction, all: boolean) {
    return new Promise<{ error: Error | null; found: unknown }>((done) => {
      createAddressGuard(isPublicAddress, resolve).lookup("shop.example", { all }, (error, found) =>
        done({ error, found }),
      );
    });
  }

  it("gives the addresses of a public name", async () => {
    expect(await look(resolving(PUBLIC), true)).toEqual({ error: null, found: [PUBLIC] });
    expect(await look(resolving(PUBLIC), false)).toEqual({ error: null, found: "1.1.1.1" });
  });

  it("refuses a name with one private address among public ones", async () => {
    for (const all of [true, false]) {
      const { error } = await look(resolving(PRIVATE, PUBLIC), all);
      expect(error).toBeInstanceOf(AddressRefused);
    }
    expect((await look(resolving(PUBLIC, PRIVATE), true)).error).toBeInstanceOf(AddressRefused);
  });

  it("passes a resolver's own failure on", async () => {
    const failing: LookupFunction = (_host, _options, callback) =>
      callback(Object.assign(new Error("no such host"), { code: "ENOTFOUND" }), "", 0);
    expect((await look(failing, true)).error).toMatchObject({ code: "ENOTFOUND" });
  });
});
