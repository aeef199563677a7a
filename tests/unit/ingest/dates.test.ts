import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileDate, isDatePattern, isTimeZone } from "../../../core/ingest/dates.ts";

const read = (text: string, style = {}) => compileDate(style, "placedAt")(text);

describe("a date of a file", () => {
  it.each([
    ["2010-12-01", "2010-12-01T00:00:00.000Z"],
    ["2010-12-01 08:26:00", "2010-12-01T08:26:00.000Z"],
    ["2010-12-01T08:26", "2010-12-01T08:26:00.000Z"],
    ["2010-12-01T08:26:00.5Z", "2010-12-01T08:26:00.500Z"],
    ["2010-12-01T08:26:00+09:00", "2010-11-30T23:26:00.000Z"],
    ["2010-12-01 08:26:00 UTC", "2010-12-01T08:26:00.000Z"],
    ["2012-02-29", "2012-02-29T00:00:00.000Z"],
  ])("is read without a pattern: %s", (text, at) => {
    expect(read(text)).toBe(at);
  });

  it.each(["", "yesterday", "01/12/2010", "2011-02-29", "2010-13-01", "2010-12-01 24:00", "20101201", "0000-01-01"])(
    "is refused rather than guessed: %j",
    (text) => {
      expect(read(text)).toMatchObject({ path: "placedAt", code: "INVALID_DATE" });
    },
  );

  it.each([
    ["d/M/yyyy H:mm", "1/12/2010 8:26", "2010-12-01T08:26:00.000Z"],
    ["M/d/yy h:mm a", "12/1/10 8:26 PM", "2010-12-01T20:26:00.000Z"],
    ["M/d/yy h:mm a", "12/1/10 12:05 am", "2010-12-01T00:05:00.000Z"],
    ["MMMM d, yyyy", "December 1, 2010", "2010-12-01T00:00:00.000Z"],
    ["dd-MMM-yyyy HH.mm.ss", "01-DEC-2010 08.26.59", "2010-12-01T08:26:59.000Z"],
    ["yyyyMMdd'T'HHmmssXXX", "20101201T082600+01:00", "2010-12-01T07:26:00.000Z"],
    ["yyyy年M月d日", "2010年12月1日", "2010-12-01T00:00:00.000Z"],
  ])("is read by the pattern %s", (pattern, text, at) => {
    expect(read(text, { pattern })).toBe(at);
    expect(read(`${text}x`, { pattern })).toMatchObject({ code: "INVALID_DATE" });
  });

  it.each([
    ["Europe/London", "2010-12-01 08:26:00", "2010-12-01T08:26:00.000Z"],
    ["Europe/London", "2010-07-01 08:26:00", "2010-07-01T07:26:00.000Z"],
    ["Asia/Kolkata", "2010-12-01 00:10:00", "2010-11-30T18:40:00.000Z"],
    ["America/New_York", "2017-09-01", "2017-09-01T04:00:00.000Z"],
    // The hour that comes twice is the first, the one that is left out goes on as if it had not been.
    ["Europe/London", "2010-10-31 01:30:00", "2010-10-31T00:30:00.000Z"],
    ["Europe/London", "2010-03-28 01:30:00", "2010-03-28T01:30:00.000Z"],
    ["Europe/London", "2010-03-28 02:30:00", "2010-03-28T01:30:00.000Z"],
  ])("is of its time zone, %s, summer and winter: %s", (timeZone, text, at) => {
    expect(read(text, { timeZone })).toBe(at);
  });

  it("of a zone is the moment at which clocks there show it", () => {
    const zones = ["Europe/London", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Seoul"];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.date({ min: new Date("1990-01-01"), max: new Date("2030-01-01"), noInvalidDate: true }),
        (timeZone, date) => {
          const wall = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(
            date,
          );
          const at = read(wall, { timeZone });
          if (typeof at !== "string") throw new Error(`${wall} was refused`);
          const shown = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium" });
          expect(shown.format(new Date(at))).toBe(wall);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("has a pattern that names a day, and a zone that there is", () => {
    expect(["d/M/yyyy", "yyyy-MM-dd hh:mm a", "MMM d, yy"].filter(isDatePattern)).toHaveLength(3);
    expect(["d/M", "HH:mm", "yyyy-MM-dd hh:mm", "yyyy-MM-dd HH:mm a"].filter(isDatePattern)).toEqual([]);
    expect([isTimeZone("Europe/London"), isTimeZone("Europe/Nowhere")]).toEqual([true, false]);
  });
});
