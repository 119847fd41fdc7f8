// A small picture with its right values, as the format and the standard give them; a test makes all of it again.

import type { Stack } from "../format";
import type { PixelKind } from "../pixels";

export const GOLDEN: Pick<Stack, "rows" | "columns" | "bits_allocated"> = { rows: 12, columns: 16, bits_allocated: 16 };
export const KIND: PixelKind = {
  bitsAllocated: 16, bitsStored: 16, signed: true, monochrome1: false, empty: [-1100, -1100], voi: "LINEAR", slope: 1, intercept: 0,
};
export const WINDOW = [40, 400] as const;
/** As in a chunk, in base64. */
export const PACKED =
  "eF4VzEtI03EcAPDv4/f8///89daIdqoOQY0iq0NIlx4UYbhgl5wUdCiwsEEhQVAQybo4EB/IQEXBk6KH7eALByKT4VSEHRREwccQHApepmzIjp/Lpw+gLZ8yE6fJaOxt9fpeUS4UU8m49V+1l939yGjoRvZxOLP9d6sQGvv6J5DoOGro3oxW2nqvvQm3Hs/mHu7GslHKdCRWn337d1s2vShE7i+dZwpzO4358daBlXfTr4ciV3pOmiHaON95jz7Hqs8XK/H+wMv/y4NOZ7Ll6s/mlo9jv4YTtwI3U+2/K5PhR7m1cuTHh4tScCTRcxBP6/DdGT5MfseGpg360vXk7NOd98EpWcqk158+MADs+awcLX3X2BqF0mgkaQsopES2hlm6BMySBbIwlgwTGSGFsmxIu76WqIgB2QKAq4wiY0DUOyQ0kGQWxnE0KPB8ELWIUWvWzCRQCQZiKYySjB4ia0SUmsnzLbrSs4AaAYgccLnOYSYLvu8SCLSI3iVvw2Ma";
/** The same before zlib's format. */
export const PLANES =
  "lwAAbM61CK7xnF1yU/4j5OgFwOi1nIkJDkpw+QvlVqQuJMg7UsHehNvWLqdugRiQeOo0k9pd/WyWHE9SXu28yzbhcshdAsF4kM9FcYYsBU5H1lYzxvrB1r3gPc6tXprNW7pMoFYXlfBRAF09vocxAmly/kbE/YmYGEmKyZ8Kh5xcGnpRXGSnfaGQKRgltXCA/bBSN8vQ+VZ2YfvuHaOQleaJtgdSMLsD55x1ATRO0wJtjz/0aC1gHbEF7sG20UQ1CAAAAwwOAwYKBwUOCwgJCAAAAwQGBwEIBQIHCQABBAUFAQMJCAMDBQsCAAMDBQMEAQMECAkCCAMCAggEBQQGCQMIAgcLDgcFAQYCAwABAwkAAAALBggGAggIAAQQCgIEBwACBQMDBAgKCgcABgAMDgAEAgADAwMBBwcDBwMDAgQBBgQDAAIDBQQIBgUDAQwBAQMHAQEBBQcDAgwOCQELBQwJAAEHAQAAAgIKAAsDDwoDAwIJAA4OCwIABAEJAQEM";
/** The stored values. */
export const VALUES =
  "tPu0+7T7av3RA3b8+v1RAdj7pv/3/DAEhv4FA3P+5QIo/CX8Bf55AB797AAnACL8qf7O/4YDif6D/pD9u/+NAr/+Uf81AZf8wADf/s4AkAOi/Q3/JP9Q/Qf/RvzS/RoAe/9wAYoDQP8tBP4Cf/41AIABjgJm/o8APgPHACUEP/8WAaX83v3CARP8FAMz/+8BtwJP/yz+c/y2/Ez9yftwAPIAXQGIAe77Uf/OA20A2AF5/ekBygExBNr7CQFWAu//RP2h/cf+lwFCA7YBa//jA7r+ugMLAOz/SwMHA+787wMP/Uj/xwDqAMwCzQAI/9T/YAO7/4ABm/3L+1D9DPxa/r39ygAHA14BjAG+AuoAK/7a+yIADf2Z/wb+K/1jAyMEvvyW/j8CowG9AKUBqP5TAg4E3QJf/NYDR/91/j0EcgExA2z+x/5D/uwBhAImAiQCsAD+AcP8wvxcAgMEGfwaAXoBsv+S/owDwAOp/NkDSv7x/O78Zf+E/l8DdgIYA/38";
/** The grey levels of PS3.3 C.11.2.1.2.1 in the window; padding is black. */
export const GREYS =
  "AAAAAP8AAP8ALQD/AP8A/wAAALQA/X8AAEb/AAAAOv8AAP8A4QDq/wAAAAAAAAB3Ef//AP//AIj//wDC/+X/AP8AAP8A/wD//wAAAAAAAK7///8AAP+s/wD///8A//9bAAAA////B/8A/21Z//8A/wAA5fz/6QBK/zr/AAAAAAAA5//////8AAB8ACQAAP//AAD//9//AP///wD/AAD///8AAAD/////1/8AAP//AP//NAD//wD/AAAAAwD///8A";
