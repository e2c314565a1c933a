// ALTCHA's own worker, for the kind of challenge that queue gives out.
import 'altcha-lib/workers/sha';
