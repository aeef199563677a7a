/** Takes so many in any time of this length, and says whether one more may come: what is refused does not count. */
export function slidingWindow(limit: number, windowMs: number): (now: number) => boolean {
  let recent: number[] = [];
  return (now) => {
    recent = recent.filter((at) => at > now - windowMs);
    if (recent.length >= limit) return false;
    recent.push(now);
    return true;
  };
}
