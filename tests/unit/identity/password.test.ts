import { describe, expect, test } from "vitest";
import { hashPassword, NewPasswordSchema, verifyPassword } from "../../../core/identity/password.ts";

const COST = 8;
const GOOD = "seven grey herons on the Han";

describe("a password's hash", () => {
  test("fits its password and no other, says how it was made, and is another each time", async () => {
    const [a, b] = [await hashPassword(GOOD, COST), await hashPassword(GOOD, COST)];
    expect(a).toMatch(/^\$scrypt\$ln=8,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
    expect(a).not.toBe(b);
    expect(await verifyPassword(GOOD, a, COST)).toEqual({ isRight: true, outdated: false });
    expect((await verifyPassword(`${GOOD} `, a, COST)).isRight).toBe(false);
  });

  test("is outdated under other parameters, which it still fits", async () => {
    const old = await hashPassword(GOOD, COST);
    expect(await verifyPassword(GOOD, old, COST + 1)).toEqual({ isRight: true, outdated: true });
  });

  test("does not tell how accents were typed", async () => {
    const composed = "caf\u00e9 au lait, s'il vous plait";
    const stored = await hashPassword(composed.normalize("NFC"), COST);
    expect((await verifyPassword(composed.normalize("NFD"), stored, COST)).isRight).toBe(true);
  });

  test.each([undefined, "nonsense", "$scrypt$ln=8,r=8,p=3$$"])(
    "fits nothing where there is none (%s)",
    async (stored) => {
      expect(await verifyPassword("", stored, COST)).toEqual({ isRight: false, outdated: false });
    },
  );

  test("takes as long where there is none as for a wrong password: no rule on the time tells them apart", async () => {
    const stored = await hashPassword(GOOD, 11);
    const took = async (hash: string | undefined) => {
      const start = performance.now();
      await verifyPassword("not the password", hash, 11);
      return performance.now() - start;
    };
    const pairs: [wrong: number, unknown: number][] = [];
    // Turn about, so that whatever else the machine does falls on both.
    for (let round = 0; round < 60; round++) {
      const [first, second] = round % 2 === 0 ? [stored, undefined] : [undefined, stored];
      const [a, b] = [await took(first), await took(second)];
      pairs.push(round % 2 === 0 ? [a, b] : [b, a]);
    }
    const median = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
    const ratio = median(pairs.map(([wrong]) => wrong)) / median(pairs.map(([, unknown]) => unknown));
    // Without the work for nobody this is above a hundred.
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
});

describe("a new password", () => {
  test.each(["short", "aaaaaaaaaa", "ababababab", "Password123!", "qwertyuiop", "1234567890", "stockwright1"])(
    "is refused where it is easy to guess: %s",
    (text) => {
      expect(NewPasswordSchema.safeParse(text).success).toBe(false);
    },
  );

  test.each([GOOD, "한강의 일곱 마리 왜가리", "x8$kQ!2mz0", "correct horse battery staple"])("is taken: %s", (text) => {
    expect(NewPasswordSchema.safeParse(text).success).toBe(true);
  });
});
