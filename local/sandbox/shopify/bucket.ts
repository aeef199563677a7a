/** A leaky bucket: so much at once, and so much back a second. */
export interface Bucket {
  maximum: number;
  restoreRate: number;
  /** What is there now. */
  available: (now: number) => number;
  /** Takes it if it is there. */
  take: (amount: number, now: number) => boolean;
  giveBack: (amount: number) => void;
}

export function createBucket({ maximum, restoreRate }: { maximum: number; restoreRate: number }): Bucket {
  let [left, at] = [maximum, 0];
  const available = (now: number) => {
    left = Math.min(maximum, left + (Math.max(0, now - at) / 1_000) * restoreRate);
    at = Math.max(at, now);
    return left;
  };
  return {
    maximum,
    restoreRate,
    available,
    take: (amount, now) => {
      if (available(now) < amount) return false;
      left -= amount;
      return true;
    },
    giveBack: (amount) => {
      left = Math.min(maximum, left + amount);
    },
  };
}
