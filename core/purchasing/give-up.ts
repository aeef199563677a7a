import type { Attention } from "./purchase-order.ts";

/** A purchase that does not go on by itself, with what a person is told of it. */
export class GiveUp extends Error {
  override readonly name = "GiveUp";
  readonly attention: Attention;
  constructor(code: Attention["code"], message: string) {
    super(message);
    this.attention = { code, message };
  }
}
