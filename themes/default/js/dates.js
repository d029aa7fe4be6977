// Dates as a site writes them: in its language and its time zone; sitegen/pages/formatting.py mirrors this, and both are tested by one table.
(function (/** @type {Site} */ site) {
  "use strict";

  const MINUTE = 60, WEEK = 604800;
  /** Looks for changes of the clocks, at most. */
  const MOST = 2000;
  /** Years that a calendar has a name for. */
  const FIRST = 1, LAST = 9999;
  /** What writes the clocks of the page's zone. @type {{ id: string, parts: Intl.DateTimeFormat | null } | null} */
  let known = null;

  /** Null for UTC, and for a zone that the browser has never heard of. @returns {Intl.DateTimeFormat | null} */
  function writer() {
    const id = site.current?.zone?.id || "";
    if (known && known.id === id) return known.parts;
    known = { id, parts: null };
    try {
      if (id) known.parts = new Intl.DateTimeFormat("en-US", { timeZone: id, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
    } catch {
      // UTC is what is said then, and so it is called.
    }
    return known.parts;
  }

  /** How many seconds the site's clocks are ahead of UTC. @param {number} epoch */
  function ahead(epoch) {
    const parts = writer(), whole = Math.floor(epoch);
    if (!parts) return 0;
    /** @type {{[name: string]: number}} */
    const found = {};
    for (const { type, value } of parts.formatToParts(new Date(whole * 1000))) found[type] = Number(value);
    return Date.UTC(found.year, found.month - 1, found.day, found.hour, found.minute, found.second) / 1000 - whole;
  }

  /** How far the clocks are ahead from when on, in seconds, in a span of time. @param {number} from @param {number} to @returns {{ from: number, ahead: number }[]} */
  function shifts(from, to) {
    const found = [{ from, ahead: ahead(from) }], step = Math.max(WEEK, (to - from) / MOST);
    if (!writer()) return found;
    for (let begin = from; begin < to; begin += step) {
      const end = Math.min(begin + step, to), after = ahead(end), last = found[found.length - 1];
      if (after === last.ahead) continue;
      let low = Math.floor(begin), high = Math.ceil(end);
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (ahead(middle) === last.ahead) low = middle;
        else high = middle;
      }
      found.push({ from: high, ahead: after });
    }
    return found;
  }

  /** A date whose UTC fields are those of the site's clocks; null for a time no calendar has. @param {number | null | undefined} epoch */
  function local(epoch) {
    const utc = new Date(Math.floor(epoch ?? NaN) * 1000);
    if (!(utc.getUTCFullYear() >= FIRST && utc.getUTCFullYear() <= LAST)) return null;
    const shift = ahead(Number(epoch));
    return { utc, shift, clock: new Date(utc.getTime() + shift * 1000) };
  }

  /** @param {number} value @param {number} [digits] */
  const padded = (value, digits = 2) => String(value).padStart(digits, "0");

  /** @param {number} shift in seconds */
  function nameOf(shift) {
    const size = Math.abs(shift) / MINUTE, name = site.current?.zone?.names[shift / MINUTE];
    return !writer() ? "UTC" : name ?? `UTC${shift < 0 ? "-" : "+"}${padded(Math.floor(size / MINUTE))}:${padded(Math.floor(size % MINUTE))}`;
  }

  /** The month in a word, as the page says it. @param {Date} clock */
  const month = (clock) => site.t("date.month." + (clock.getUTCMonth() + 1));

  /**
   * A date and time for machines and for people, to the minute; to the second, or with what is less than one.
   * @param {number | null | undefined} epoch @param {"minute" | "second" | "exact"} [detail] @returns {{ iso: string, text: string } | null}
   */
  function moment(epoch, detail = "minute") {
    const found = local(epoch);
    if (!found) return null;
    const { utc, shift, clock } = found, part = detail === "exact" ? Math.floor((Number(epoch) % 1 + 1) % 1 * 1000) : 0;
    const date = site.t("date.day", { day: String(clock.getUTCDate()), month: month(clock), year: String(clock.getUTCFullYear()) });
    const seconds = detail === "minute" ? "" : `:${padded(clock.getUTCSeconds())}${part ? `.${padded(part, 3)}` : ""}`;
    const text = site.t("date.moment", { date, clock: `${padded(clock.getUTCHours())}:${padded(clock.getUTCMinutes())}${seconds} ${nameOf(shift)}` });
    return { iso: utc.toISOString().replace(".000Z", "Z"), text };
  }

  /** A day without its year, for an axis. @param {number} epoch */
  function day(epoch) {
    const found = local(epoch);
    return found ? site.t("date.short", { day: String(found.clock.getUTCDate()), month: month(found.clock) }) : "";
  }

  /** What the site's clocks show, for an axis. @param {number} epoch @param {boolean} hasSeconds */
  function clock(epoch, hasSeconds) {
    const found = local(epoch);
    if (!found) return "";
    return found.clock.toISOString().slice(11, hasSeconds ? 19 : 16);
  }

  /** What the dates of an axis are counted in. */
  const zone = () => (writer() ? site.current?.zone?.id || "" : "UTC");

  site.dates = { moment, day, clock, ahead, shifts, zone, called: nameOf };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));
