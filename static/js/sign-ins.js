// Tells when each sign-in was used, by the reader's own clock.

import { localise } from "./times.js";

localise();
