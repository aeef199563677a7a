/** What providers tell us: verified, kept once, and each applied exactly once. */
export {
  type Effect,
  type EffectHandler,
  type EffectRegistry,
  type Effects,
  type InboundEvent,
  type Provider,
  PROVIDERS,
} from "./effects.ts";
export { type Order, orderOf } from "./order.ts";
