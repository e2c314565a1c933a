// ALTCHA's worker for the kind of challenge that queue sets. The library's own worker hashes with Node's crypto. The browser's
// crypto works on secure pages only, and is slower for hashes this small.
import { sha256 } from '@noble/hashes/sha2.js';
import { handler } from 'altcha-lib/workers/shared';

handler({
  deriveKey: ({ cost, keyLength }, salt, password) => {
    let key = sha256.create().update(salt).update(password).digest();
    for (let round = 1; round < cost; round++) key = sha256(key);
    return Promise.resolve({ parameters: {}, derivedKey: key.subarray(0, keyLength) });
  },
});
