// ALTCHA's worker for the kind of challenge that queue gives out. The library's own hashes with Node's crypto; the browser's
// is for secure pages only, and slower for hashes this small.
import { sha256 } from '@noble/hashes/sha2.js';
import { handler } from 'altcha-lib/workers/shared';

handler({
  deriveKey: ({ cost, keyLength }, salt, password) => {
    let key = sha256.create().update(salt).update(password).digest();
    for (let round = 1; round < cost; round++) key = sha256(key);
    return Promise.resolve({ parameters: {}, derivedKey: key.subarray(0, keyLength) });
  },
});
