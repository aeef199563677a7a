import type { AroundCall, StoreCall } from "../../core/platform/calls.ts";

/** What happens to one call: it passes, fails unsent, or is done and its answer lost. */
export type Fate = "pass" | { failWith: Error } | { loseAnswerWith: Error };

/** A layer under the stores that notes every call and decides its fate. */
export function storeFaults(decide: (call: StoreCall, number: number) => Fate = () => "pass"): {
  around: AroundCall;
  calls: string[];
} {
  const calls: string[] = [];
  const around: AroundCall = async (call, next) => {
    calls.push(call.operation);
    const fate = decide(call, calls.length);
    if (fate === "pass") return next();
    if ("failWith" in fate) throw fate.failWith;
    await next();
    throw fate.loseAnswerWith;
  };
  return { around, calls };
}

/** DynamoDB's own error of this name, as the SDK throws it. */
export function sdkError(name: string, fields: Record<string, unknown> = {}): Error {
  return Object.assign(new Error(name), { name, ...fields });
}

/** A transaction that was refused; `codes` are its reasons in order. */
export function transactionCanceled(...codes: string[]): Error {
  return sdkError("TransactionCanceledException", { CancellationReasons: codes.map((Code) => ({ Code })) });
}

/** The process ends here: nothing after this call happens, and nobody tidies up. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** The fates of a process that ends at its `fatal`-th call: not sent, or done with nobody left to hear the answer. */
export function diesAt(fatal: number, death: "before" | "after"): (call: StoreCall, number: number) => Fate {
  const killed = new Killed(`at call ${fatal}`);
  return (_call, number) => {
    if (number < fatal) return "pass";
    return number === fatal && death === "after" ? { loseAnswerWith: killed } : { failWith: killed };
  };
}
