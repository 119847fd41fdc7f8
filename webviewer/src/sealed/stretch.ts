// The worker that stretches a password: Argon2id of @noble/hashes, apart from the page, which stays alive meanwhile.

/*! @noble/hashes
The MIT License (MIT)

Copyright (c) 2022 Paul Miller (paulmillr.com)

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.
*/

import { argon2id } from "@noble/hashes/argon2.js";
import type { Stretched } from "./stretching";

onmessage = ({ data }: MessageEvent<Stretched>) => {
  const { password, salt, memory, passes, lanes } = data;
  const made = argon2id(password, salt, { m: memory, t: passes, p: lanes, dkLen: 32, version: 0x13 });
  (postMessage as (message: Uint8Array) => void)(made);
};
