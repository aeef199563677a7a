import { lookup as dnsLookup, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** IANA's IPv4 special-purpose registry (iana.org/assignments/iana-ipv4-special-registry), multicast and reserved space. */
const SPECIAL_V4 = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // carrier-grade NAT
  ["127.0.0.0", 8], // loopback
  ["169.254.0.0", 16], // link-local, cloud metadata among it
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.31.196.0", 24], // AS112
  ["192.52.193.0", 24], // AMT
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16], // private
  ["192.175.48.0", 24], // AS112
  ["198.18.0.0", 15], // benchmarking
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast among it
] as const) {
  SPECIAL_V4.addSubnet(network, bits, "ipv4");
}

/**
 * Global unicast is 2000::/3 and nothing else, so loopback, link-local, unique-local, mapped (::ffff:a.b.c.d) and
 * translated (64:ff9b::/96) addresses are refused without being listed.
 */
const GLOBAL_V6 = new BlockList();
GLOBAL_V6.addSubnet("2000::", 3, "ipv6");

/** Inside 2000::/3 but not the public internet, or tunnels that carry an IPv4 address past the list above. */
const SPECIAL_V6 = new BlockList();
for (const [network, bits] of [
  ["2001::", 23], // protocol assignments, Teredo among them
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4
  ["2620:4f:8000::", 48], // AS112
  ["3fff::", 20], // documentation
] as const) {
  SPECIAL_V6.addSubnet(network, bits, "ipv6");
}

/** Is this IP address on the public internet? False for anything that is not a plain address. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !SPECIAL_V4.check(address, "ipv4");
  if (family !== 6 || address.includes("%")) return false;
  return GLOBAL_V6.check(address, "ipv6") && !SPECIAL_V6.check(address, "ipv6");
}

/** Raised inside the socket's lookup; the caller turns it into a PrivateAddressError. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

export interface AddressGuard {
  /** For literal addresses, which a socket connects to without a lookup. Throws AddressRefused. */
  check(url: URL): void;
  /** For the socket: what it connects to is what was checked, so a name cannot change its address in between. */
  lookup: LookupFunction;
}

/** `isAllowed` decides on one IP address; one refused address refuses the whole name. */
export function createAddressGuard(
  isAllowed: (address: string) => boolean,
  resolve: LookupFunction = dnsLookup,
): AddressGuard {
  return {
    check(url) {
      // The URL parser has already turned decimal, octal and hexadecimal spellings into dotted ones.
      const host = url.hostname.replace(/^\[|\]$/g, "");
      if (isIP(host) !== 0 && !isAllowed(host)) throw new AddressRefused(host);
    },

    lookup(hostname, options, callback) {
      resolve(hostname, options, (error, found, family) => {
        if (error) return callback(error, found, family);
        const addresses: LookupAddress[] =
          typeof found === "string" ? [{ address: found, family: family ?? isIP(found) }] : found;
        if (addresses.some(({ address }) => !isAllowed(address))) {
          return callback(new AddressRefused(hostname), "", 0);
        }
        callback(null, found, family);
      });
    },
  };
}
