import type { StripeObject } from "./state.ts";

/** The checkout page: what is to be paid, and two buttons. */
export function checkoutPage(session: StripeObject): string {
  const amount = escape(`${String(session["amount_total"])} ${String(session["currency"]).toUpperCase()}`);
  const isOpen = session["status"] === "open";
  const buttons = isOpen
    ? `<form method="post"><button name="outcome" value="paid">Pay</button> <button name="outcome" value="declined">Use a card that is declined</button></form>`
    : `<p>This page is ${escape(String(session["status"]))}.</p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sandbox checkout</title>
<body><h1>Sandbox checkout</h1><p>No money moves. To pay, in the currency's smallest unit: <strong>${amount}</strong></p>${buttons}</body></html>`;
}

const escape = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
