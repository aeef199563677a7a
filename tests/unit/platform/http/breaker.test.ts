import { describe, expect, it } from "vitest";
import { createBreakers } from "../../../../core/platform/http/breaker.ts";
import {
  CircuitOpenError,
  PermanentError,
  RateLimitError,
  TransientError,
} from "../../../../core/platform/http/errors.ts";
import { stoppedClock } from "../../../support/recording.ts";

const succeed = () => Promise.resolve("answer");
const fail = () => Promise.reject(new TransientError("d", "answered 500"));

async function setUp() {
  const clock = stoppedClock();
  const breakerOf = createBreakers(clock.now);
  const breaker = await breakerOf("d");
  const call = (work: () => Promise<string> = succeed) =>
    breaker.execute("d", work).catch((error: Error) => error.name);
  const failTimes = async (times: number) => {
    for (let time = 0; time < times; time++) await call(fail);
  };
  return { clock, breakerOf, breaker, call, failTimes };
}

describe("the circuit breaker", () => {
  it("opens at the fifth failure in a row, and then answers without calling", async () => {
    const { call, failTimes } = await setUp();
    await failTimes(4);
    expect(await call()).toBe("answer");
    await failTimes(5);
    let called = false;
    const spy = () => {
      called = true;
      return succeed();
    };
    expect(await call(spy)).toBe("CircuitOpenError");
    expect(called).toBe(false);
  });

  it("says when it will let a call through", async () => {
    const { clock, breaker, failTimes } = await setUp();
    await failTimes(5);
    clock.advance(10_000);
    await expect(breaker.execute("d", succeed)).rejects.toMatchObject({ retryAfterMs: 20_000, retryable: true });
    await expect(breaker.execute("d", succeed)).rejects.toBeInstanceOf(CircuitOpenError);
  });

  it("closes when the call that it lets through after 30 seconds succeeds", async () => {
    const { clock, call, failTimes } = await setUp();
    await failTimes(5);
    clock.advance(29_999);
    expect(await call()).toBe("CircuitOpenError");
    clock.advance(1);
    expect(await call()).toBe("answer");
    await failTimes(4);
    expect(await call()).toBe("answer");
  });

  it("opens for another 30 seconds when that call fails", async () => {
    const { clock, call, failTimes } = await setUp();
    await failTimes(5);
    clock.advance(30_000);
    expect(await call(fail)).toBe("TransientError");
    clock.advance(29_999);
    expect(await call()).toBe("CircuitOpenError");
    clock.advance(1);
    expect(await call()).toBe("answer");
  });

  it("lets one call through at a time, and tells the others at once", async () => {
    const { clock, call, failTimes } = await setUp();
    await failTimes(5);
    clock.advance(30_000);
    const gate = Promise.withResolvers<string>();
    const probe = call(() => gate.promise);
    expect(await call()).toBe("CircuitOpenError");
    gate.resolve("answer");
    expect(await probe).toBe("answer");
    expect(await call()).toBe("answer");
  });

  it("counts a refusal as an answer, and a rate limit as neither", async () => {
    const { call, failTimes } = await setUp();
    const refuse = () => Promise.reject(new PermanentError("d", "answered 404"));
    const limit = () => Promise.reject(new RateLimitError("d", "answered 429"));
    await failTimes(4);
    expect(await call(refuse)).toBe("PermanentError");
    await failTimes(4);
    expect(await call(limit)).toBe("RateLimitError");
    await failTimes(1);
    expect(await call()).toBe("CircuitOpenError");
  });

  it("is one a name: another dependency's breaker stays closed", async () => {
    const { breakerOf, failTimes } = await setUp();
    await failTimes(5);
    const other = await breakerOf("another");
    expect(await other.execute("another", succeed)).toBe("answer");
  });

  it("is the same one for callers that ask for it at the same time", async () => {
    const breakerOf = createBreakers(() => 0);
    const [a, b] = await Promise.all([breakerOf("d"), breakerOf("d")]);
    expect(a).toBe(b);
  });
});
