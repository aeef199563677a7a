import { expect, it } from "vitest";
import { seal, sealedState, unseal } from "../../../core/platform/secrets.ts";

const KEYS = { secretKey: "a-secret-of-the-tests-only-0123456789", previousSecretKeys: [] };
const ABOUT = "webhook-source org_1 whs_1";

it("a sealed text opens to what it was, and no two sealings of it are alike", () => {
  for (const text of ["whsec_0123456789", "", "비밀 ✓", "x".repeat(10_000)]) {
    const [one, two] = [seal(KEYS, ABOUT, text), seal(KEYS, ABOUT, text)];
    expect(one).not.toBe(two);
    expect(unseal(KEYS, ABOUT, one)).toBe(text);
    expect(unseal(KEYS, ABOUT, two)).toBe(text);
  }
});

it("a sealed text opens for nothing else: not for another record, another key, or with any of its bytes altered", () => {
  const sealed = seal(KEYS, ABOUT, "whsec_0123456789");
  expect(() => unseal(KEYS, "webhook-source org_2 whs_1", sealed)).toThrow("altered");
  expect(() => unseal({ ...KEYS, secretKey: "another" }, ABOUT, sealed)).toThrow("not configured");
  const [form = "", id = "", packed = ""] = sealed.split(".");
  const bytes = Buffer.from(packed, "base64url");
  for (let at = 0; at < bytes.length; at++) {
    const altered = Buffer.from(bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(() => unseal(KEYS, ABOUT, [form, id, altered.toString("base64url")].join("."))).toThrow("altered");
  }
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.subarray(0, length).toString("base64url");
    expect(() => unseal(KEYS, ABOUT, [form, id, cut].join("."))).toThrow(/cut|altered/);
  }
  for (const odd of ["", ".", "v2.x.y", `v0.${id}.${packed}`])
    expect(() => unseal(KEYS, ABOUT, odd)).toThrow("not configured");
});

it("what was sealed under an earlier key still opens while that is configured, and is sealed anew under the current one", () => {
  const sealed = seal(KEYS, ABOUT, "whsec_0123456789");
  const rotated = { secretKey: "the-next-secret-of-the-tests-9876543210", previousSecretKeys: [KEYS.secretKey] };
  expect(unseal(rotated, ABOUT, sealed)).toBe("whsec_0123456789");
  const anew = seal(rotated, ABOUT, "whsec_0123456789");
  expect(unseal({ ...rotated, previousSecretKeys: [] }, ABOUT, anew)).toBe("whsec_0123456789");
  expect(anew.split(".")[1]).not.toBe(sealed.split(".")[1]);
});

it("neither a sealed text nor a fault says anything of key or text", () => {
  const sealed = seal(KEYS, ABOUT, "whsec_0123456789");
  const decoded = Buffer.from(sealed.split(".")[2] ?? "", "base64url").toString("latin1");
  expect(decoded).not.toContain("whsec");
  try {
    unseal(KEYS, "other", sealed);
  } catch (error) {
    expect(String(error)).not.toMatch(/whsec|tests-only/);
  }
});

it("what is sealed is sealed with the key for fields where there is one, and what other keys sealed still opens", () => {
  const before = seal(KEYS, ABOUT, "whsec_0123456789");
  const fieldKey = "a-field-key-of-the-tests-0123456789-abc";
  // Every process can read what the next key will seal before the first one seals with it.
  const prepared = { ...KEYS, previousFieldKeys: [fieldKey] };
  const rolled = { ...KEYS, fieldKey };
  expect(sealedState(prepared, before)).toBe("newest");
  expect(sealedState(rolled, before)).toBe("former");
  const after = seal(rolled, ABOUT, "whsec_0123456789");
  expect(sealedState(rolled, after)).toBe("newest");
  for (const keys of [prepared, rolled])
    for (const text of [before, after]) expect(unseal(keys, ABOUT, text)).toBe("whsec_0123456789");
  // SECRET_KEY can roll by itself.
  expect(unseal({ ...rolled, secretKey: "another-secret-of-the-tests-0123456789" }, ABOUT, after)).toBe(
    "whsec_0123456789",
  );
  for (const odd of ["whsec_0123456789", "v1.short.x", 7, undefined]) expect(sealedState(KEYS, odd)).toBeUndefined();
});
